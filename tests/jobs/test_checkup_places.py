"""The look at the places: where the bot may not write is told, of ours alone, and only by what is said of the place."""

from dataclasses import dataclass, replace
from typing import Any

from db.store import chats, choices, follows, subscribers
from db.store.cards import Spot
from jobs.checkup import Asker, Checkup
from sandbox import Sandbox
from tests.jobs.checking import names
from tests.scene import Scene

DESK, CHANNEL = -1_001_000_000_077, -1_001_000_000_099


async def test_rights_that_are_lacking(checkup: Checkup, telegram: Sandbox, scene: Scene) -> None:
    group, channel = telegram.group(DESK), telegram.channel(CHANNEL)
    somebody = telegram.person(5)
    await scene.reader(CHANNEL, "s:diplomacy", kind="channel")
    here = replace(checkup, ground=replace(checkup.ground, desk=(DESK, 0)))
    assert await names(here) == {"rights.desk", "rights.channel"}
    assert await names(checkup) == {"rights.channel"}
    async with scene.database.write() as connection:
        await choices.choose_desk(connection, Spot(DESK))
    assert await names(checkup) == {"rights.desk", "rights.channel"}
    group.adds_bot(by=somebody)
    channel.promotes_bot(by=somebody)
    assert await names(here) == set()
    assert await names(checkup) == set()


async def test_a_strangers_channel_is_nobodys_fault_and_hides_none_of_ours(checkup: Checkup, scene: Scene) -> None:
    async with scene.database.write() as connection:
        for number in range(30):
            await chats.greet(connection, CHANNEL - 30 + number, "channel", scene.clock())
    assert await names(checkup) == set()
    await scene.reader(CHANNEL, "s:diplomacy", kind="channel")
    assert await names(checkup) == {"rights.channel"}


async def test_a_channel_that_lost_the_right_is_told_and_one_that_is_not_wanted_is_not(
    checkup: Checkup, scene: Scene
) -> None:
    channel = await scene.reader(CHANNEL, "s:diplomacy", kind="channel")

    async def suspended_for(reason: str) -> set[str]:
        async with scene.database.write() as connection:
            await subscribers.change(connection, channel.id, state="suspended", reason=reason)
        return await names(checkup)

    assert await suspended_for("member") == {"rights.channel"}
    assert await suspended_for(subscribers.STRANGER) == set()
    assert await suspended_for("kicked") == {"rights.channel"}
    async with scene.database.write() as connection:
        await subscribers.let_go(connection, CHANNEL)
    assert await names(checkup) == set()
    assert await suspended_for("kicked") == {"rights.channel"}
    async with scene.database.write() as connection:
        await follows.drop(connection, channel.id, ["s:diplomacy"], muted=False)
    assert await names(checkup) == set()


@dataclass(frozen=True)
class Saying:
    """Telegram, which answers one method otherwise."""

    ask: Asker
    method: str
    answer: tuple[int, dict[str, Any]]

    async def __call__(self, method: str, **asked: Any) -> tuple[int, dict[str, Any]]:
        return self.answer if method == self.method else await self.ask(method, **asked)


async def test_a_desk_that_lets_its_members_write_nothing(checkup: Checkup, telegram: Sandbox) -> None:
    telegram.group(DESK).adds_bot(by=telegram.person(5))
    here = replace(checkup, ground=replace(checkup.ground, desk=(DESK, 0)))
    assert await names(here) == set()
    silent = {"type": "supergroup", "permissions": {"can_send_messages": False}}
    assert await names(replace(here, ask=Saying(checkup.ask, "getChat", (200, silent)))) == {"rights.desk"}


async def test_an_answer_that_is_not_about_the_place_is_no_fault_of_it(checkup: Checkup, telegram: Sandbox) -> None:
    telegram.group(DESK)
    here = replace(checkup, ground=replace(checkup.ground, desk=(DESK, 0)))
    for status, found in ((429, set()), (401, set()), (502, set()), (403, {"rights.desk"}), (400, {"rights.desk"})):
        assert await names(replace(here, ask=Saying(checkup.ask, "getChatMember", (status, {})))) == found
