"""Buttons that ask for a chat or for people: what Telegram takes of them, and what becomes of a press."""

from typing import Any

import pytest

from sandbox import Channel, Group, Person, Sandbox
from tests.sandbox.conftest import Bot

NOTHING = dict.fromkeys(
    (
        "is_anonymous", "can_manage_chat", "can_delete_messages", "can_manage_video_chats", "can_restrict_members",
        "can_promote_members", "can_change_info", "can_invite_users", "can_post_stories", "can_edit_stories",
        "can_delete_stories", "can_send_welcome_messages",
    ),
    False,
)  # fmt: skip
DELETES = NOTHING | {"can_manage_chat": True, "can_delete_messages": True}
POSTS = DELETES | {"can_post_messages": True}
GROUP = {"request_id": 1, "chat_is_channel": False, "bot_is_member": True, "request_title": True}
CHANNEL = {
    "request_id": 2,
    "chat_is_channel": True,
    "user_administrator_rights": POSTS,
    "bot_administrator_rights": POSTS,
}
PERSON = {"request_id": 3, "max_quantity": 2, "request_name": True}


def keyboard(*buttons: dict[str, Any]) -> dict[str, Any]:
    return {"keyboard": [[{"text": f"{number}", **button}] for number, button in enumerate(buttons, 1)]}


async def ask(bot: Bot, chat_id: int, *buttons: dict[str, Any]) -> str:
    """Send a keyboard; answers why it is refused."""
    answer = await bot("sendMessage", chat_id=chat_id, text="?", reply_markup=keyboard(*buttons))
    return str(answer.body.get("description", ""))


@pytest.fixture
def group(telegram: Sandbox, amal: Person) -> Group:
    made = telegram.group(-1001, title="الإشراف", kind="supergroup")
    made.admits(amal, admin=True)
    return made


@pytest.fixture
def channel(telegram: Sandbox, amal: Person) -> Channel:
    made = telegram.channel(-1002, title="أخبار")
    made.invite(amal)
    return made


async def heard(bot: Bot, kind: str) -> list[dict[str, Any]]:
    return [update[kind] for update in await bot.updates() if kind in update]


async def test_a_group_that_is_picked_has_the_bot_from_then_on(bot: Bot, amal: Person, group: Group) -> None:
    assert await ask(bot, amal.id, {"request_chat": GROUP}) == ""
    amal.shares("1", group)
    assert group.bot_status == "member"
    updates = await bot.updates()
    assert [next(reversed(update)) for update in updates][-3:] == ["my_chat_member", "message", "message"]
    assert updates[-2]["message"]["new_chat_members"][0]["is_bot"]
    assert updates[-1]["message"]["chat_shared"] == {"request_id": 1, "chat_id": -1001, "title": "الإشراف"}


async def test_the_bot_gets_the_rights_that_were_asked_for_and_no_others(
    bot: Bot, amal: Person, channel: Channel
) -> None:
    await ask(bot, amal.id, {"request_chat": CHANNEL})
    amal.shares("1", channel)
    (change,) = await heard(bot, "my_chat_member")
    told = change["new_chat_member"]
    assert (told["status"], told["can_post_messages"], told["can_edit_messages"]) == ("administrator", True, False)
    assert await bot.says(-1002, "منشور")


async def test_a_bot_that_has_the_rights_already_is_not_brought_in_again(
    bot: Bot, amal: Person, channel: Channel
) -> None:
    channel.promotes_bot(by=amal)
    await ask(bot, amal.id, {"request_chat": CHANNEL})
    amal.shares("1", channel)
    assert len(await heard(bot, "my_chat_member")) == 1


async def test_only_what_the_button_offers_can_be_picked(
    bot: Bot, telegram: Sandbox, amal: Person, group: Group, channel: Channel
) -> None:
    badr = telegram.person(1002)
    badr.writes("/start")
    group.admits(badr)
    await ask(bot, badr.id, {"request_chat": CHANNEL}, {"request_chat": GROUP})
    with pytest.raises(LookupError, match="is not offered"):
        badr.shares("1", channel)
    with pytest.raises(LookupError, match="is not offered"):
        badr.shares("1", group)
    with pytest.raises(LookupError, match="no group"):
        badr.shares("2", amal)
    badr.shares("2", group)


async def test_people_are_picked_with_what_was_asked_of_them(bot: Bot, telegram: Sandbox, amal: Person) -> None:
    strangers = [telegram.person(number, first_name=f"{number}") for number in (21, 22, 23)]
    await ask(bot, amal.id, {"request_users": PERSON})
    with pytest.raises(LookupError, match="3 people"):
        amal.shares("1", *strangers)
    amal.shares("1", *strangers[:2])
    told = (await heard(bot, "message"))[-1]["users_shared"]
    assert told == {
        "request_id": 3,
        "users": [{"user_id": 21, "first_name": "21"}, {"user_id": 22, "first_name": "22"}],
    }


async def test_a_button_without_a_request_asks_for_nobody(bot: Bot, amal: Person, group: Group) -> None:
    await ask(bot, amal.id, {})
    with pytest.raises(LookupError, match="asks for nobody"):
        amal.shares("1", group)


@pytest.mark.parametrize(
    ("request_", "what"),
    [
        ({"request_chat": GROUP}, "chats"),
        ({"request_users": PERSON}, "users"),
        ({"request_contact": True}, "phone number"),
        ({"request_location": True}, "location"),
    ],
)
async def test_nothing_is_asked_for_but_in_private(
    bot: Bot, amal: Person, group: Group, request_: dict[str, Any], what: str
) -> None:
    group.adds_bot(by=amal)
    assert await ask(bot, group.id, request_) == f"Bad Request: {what} can be requested in private chats only"
    assert await ask(bot, amal.id, request_) == ""


@pytest.mark.parametrize(
    ("buttons", "problem"),
    [
        ([{"request_chat": GROUP, "request_users": PERSON}], "asks for two things"),
        ([{"request_chat": GROUP}, {"request_users": PERSON | {"request_id": 1}}], "has one of its own"),
        ([{"request_chat": GROUP | {"request_id": 2**31}}], "of 32 bits"),
        ([{"request_users": PERSON | {"max_quantity": 11}}], "asks for 11 people"),
        ([{"request_chat": CHANNEL | {"user_administrator_rights": DELETES}}], "can_post_messages: asked for the bot"),
        ([{"request_chat": CHANNEL | {"bot_administrator_rights": {}}}], "can_post_stories is missing"),
        ([{"request_chat": GROUP | {"title": True}}], "title is unknown"),
    ],
)
async def test_what_is_asked_for_wrongly_is_a_problem(
    bot: Bot, amal: Person, buttons: list[dict[str, Any]], problem: str
) -> None:
    assert problem in await ask(bot, amal.id, *buttons)
    assert [one for one in bot.telegram.problems if problem in one]
    bot.telegram.problems.clear()


async def test_a_bot_that_leaves_is_out(bot: Bot, amal: Person, group: Group) -> None:
    group.adds_bot(by=amal)
    assert (await bot("leaveChat", chat_id=group.id)).status == 200
    assert (await bot("sendMessage", chat_id=group.id, text="x")).status == 403
    assert (await heard(bot, "my_chat_member"))[-1]["new_chat_member"]["status"] == "left"
