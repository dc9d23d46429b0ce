"""Reactions: who may give which, what the bot hears of those of people, and its own."""

import pytest
from telegram.constants import ReactionEmoji

from sandbox import Person, Sandbox
from sandbox.reactions import EMOJI, SELECTOR, count_reactions
from tests.sandbox.conftest import Bot, Json

THUMB: Json = {"type": "emoji", "emoji": "👍"}
HEART: Json = {"type": "emoji", "emoji": "❤"}
ASKED = ["message", "message_reaction", "message_reaction_count"]


def test_there_are_those_of_the_documents() -> None:
    assert {emoji.value.replace(SELECTOR, "") for emoji in ReactionEmoji} == EMOJI


async def test_the_bot_hears_of_a_reaction_if_it_asked_for_them(bot: Bot, amal: Person) -> None:
    said = (await bot.says(amal.id, "خبر"))["message_id"]
    amal.reacts(amal, said, "👍")
    assert await bot.updates() == []
    await bot.updates(allowed_updates=ASKED)
    amal.reacts(amal, said, "❤")
    amal.reacts(amal, said)
    amal.reacts(amal, said)
    first, second = [update["message_reaction"] for update in await bot.updates()]
    assert (first["old_reaction"], first["new_reaction"]) == ([THUMB], [HEART])
    assert (second["old_reaction"], second["new_reaction"]) == ([HEART], [])
    assert (first["message_id"], first["user"]["id"], first["chat"]["id"]) == (said, amal.id, amal.id)


async def test_in_a_group_only_an_administrator_hears_of_them(bot: Bot, amal: Person, telegram: Sandbox) -> None:
    desk = telegram.group(-1001)
    desk.adds_bot(by=amal)
    said = (await bot.says(desk.id, "خبر"))["message_id"]
    await bot.updates(allowed_updates=ASKED)
    amal.reacts(desk, said, "👍")
    assert await bot.updates() == []
    desk.promotes_bot(by=amal)
    amal.reacts(desk, said, "❤")
    (heard,) = await bot.updates()
    assert heard["message_reaction"]["old_reaction"] == [THUMB]


async def test_of_a_post_the_bot_hears_how_many_there_are_of_each(bot: Bot, amal: Person, telegram: Sandbox) -> None:
    channel = telegram.channel(-1002)
    channel.promotes_bot(by=amal)
    nour = telegram.person(1002, first_name="نور")
    said = (await bot.says(channel.id, "خبر"))["message_id"]
    await bot.updates(allowed_updates=ASKED)
    amal.reacts(channel, said, "👍")
    nour.reacts(channel, said, "👍")
    heard = [update["message_reaction_count"]["reactions"] for update in await bot.updates()]
    assert heard == [[{"type": THUMB, "total_count": 1}], [{"type": THUMB, "total_count": 2}]]


async def test_the_bot_gives_one_and_hears_nothing_of_it(bot: Bot, amal: Person) -> None:
    written = amal.writes("شكرًا")
    await bot.updates(allowed_updates=ASKED)
    for given in ({**HEART, "emoji": f"❤{SELECTOR}"}, THUMB):
        assert (await bot("setMessageReaction", chat_id=amal.id, message_id=written, reaction=[given])).result is True
    assert count_reactions(amal.messages[written]) == {"👍": 1}
    assert (await bot("setMessageReaction", chat_id=amal.id, message_id=written)).result is True
    assert count_reactions(amal.messages[written]) == {}
    assert await bot.updates() == []


@pytest.mark.parametrize(
    ("told", "refusal"),
    [
        ({"reaction": [THUMB, HEART]}, "REACTIONS_TOO_MANY"),
        ({"reaction": [{"type": "emoji", "emoji": "🦖"}]}, "REACTION_INVALID"),
        ({"message_id": 999, "reaction": [THUMB]}, "message to react not found"),
    ],
)
async def test_a_wrong_reaction_is_refused(bot: Bot, amal: Person, told: Json, refusal: str) -> None:
    about = {"chat_id": amal.id, "message_id": amal.writes("شكرًا")} | told
    assert (await bot("setMessageReaction", **about)).refusal == f"Bad Request: {refusal}"


async def test_people_give_none_that_there_is_not(amal: Person) -> None:
    with pytest.raises(ValueError, match="no reaction"):
        amal.reacts(amal, amal.writes("شكرًا"), "🦖")
