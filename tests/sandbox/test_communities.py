"""Groups, forums and channels: what the bot hears there, and where it may write."""

import pytest

from sandbox import Group, Person, Sandbox
from tests.sandbox.conftest import Bot, Clock, Json, keyboard, pressable

GROUP, CHANNEL = -1001234567890, -1009876543210


@pytest.fixture
def desk(telegram: Sandbox, amal: Person) -> Group:
    """A supergroup that Amal owns, without the bot."""
    group = telegram.group(GROUP, title="غرفة التحرير")
    group.admits(amal)
    return group


async def heard(bot: Bot) -> list[Json]:
    return [update["message"] for update in await bot.updates() if "message" in update]


async def test_a_group_is_unknown_until_the_bot_is_brought_in(bot: Bot, desk: Group, amal: Person) -> None:
    assert (await bot("sendMessage", chat_id=GROUP, text="x")).refusal == "Bad Request: chat not found"
    desk.adds_bot(by=amal)
    member, message = await bot.updates()
    assert member["my_chat_member"]["old_chat_member"]["status"] == "left"
    assert member["my_chat_member"]["new_chat_member"]["status"] == "member"
    assert message["message"]["new_chat_members"][0]["username"] == "sample_bot"
    assert (await bot.says(GROUP, "مرحبًا"))["chat"]["type"] == "supergroup"
    assert desk.last
    assert desk.last.text == "مرحبًا"


@pytest.mark.parametrize(
    ("text", "is_heard"),
    [
        ("/queue", True),
        ("/queue@sample_bot x", True),
        ("/queue@other_bot", False),
        ("صباح الخير", False),
        ("a /b", False),
    ],
)
async def test_privacy_mode_lets_commands_through(
    bot: Bot, desk: Group, amal: Person, text: str, *, is_heard: bool
) -> None:
    desk.adds_bot(by=amal)
    await bot.updates()
    desk.hears(amal, text)
    assert bool(await heard(bot)) is is_heard


async def test_privacy_mode_lets_replies_to_the_bot_through(bot: Bot, desk: Group, amal: Person) -> None:
    desk.adds_bot(by=amal)
    card = await bot.says(GROUP, "بطاقة")
    await bot.updates()
    desk.hears(amal, "لماذا؟", reply_to=card["message_id"])
    assert [message["reply_to_message"]["text"] for message in await heard(bot)] == ["بطاقة"]


async def test_an_administrator_hears_all(bot: Bot, desk: Group, amal: Person) -> None:
    desk.adds_bot(by=amal, as_admin=True)
    await bot.updates()
    desk.hears(amal, "صباح الخير")
    desk.hears(amal, "من الإدارة", anonymous=True)
    known, anonymous = await heard(bot)
    assert known["from"]["id"] == amal.id
    assert (anonymous["from"]["username"], anonymous["sender_chat"]["id"]) == ("GroupAnonymousBot", GROUP)


async def test_one_who_is_not_in_it_cannot_write(desk: Group, telegram: Sandbox) -> None:
    with pytest.raises(ValueError, match="is not in"):
        desk.hears(telegram.person(1002), "x")


async def test_members_press_buttons(bot: Bot, desk: Group, amal: Person) -> None:
    desk.adds_bot(by=amal)
    await bot.says(GROUP, "بطاقة", reply_markup=keyboard([pressable("✅", "approve")]))
    await bot.updates()
    query_id = desk.presses(amal, "✅")
    query = (await bot.updates())[0]["callback_query"]
    assert (query["data"], query["message"]["chat"]["id"]) == ("approve", GROUP)
    await bot("answerCallbackQuery", callback_query_id=query_id, text="تم")
    assert amal.alerts == ["تم"]


async def test_a_bot_that_is_out_cannot_write(bot: Bot, desk: Group, amal: Person) -> None:
    desk.adds_bot(by=amal)
    desk.removes_bot(by=amal)
    refused = await bot("sendMessage", chat_id=GROUP, text="x")
    assert (refused.status, refused.refusal) == (403, "Forbidden: bot was kicked from the supergroup chat")
    assert (await bot.updates())[-1]["my_chat_member"]["new_chat_member"]["status"] == "kicked"
    desk.adds_bot(by=amal)
    assert (await bot("leaveChat", chat_id=GROUP)).result is True
    refused = await bot("sendMessage", chat_id=GROUP, text="x")
    assert refused.refusal == "Forbidden: bot is not a member of the supergroup chat"


async def test_only_administrators_pin_and_delete_what_others_wrote(bot: Bot, desk: Group, amal: Person) -> None:
    desk.adds_bot(by=amal)
    message = {"chat_id": GROUP, "message_id": desk.hears(amal, "x")}
    assert (await bot("deleteMessage", **message)).refusal == "Bad Request: message can't be deleted"
    refused = await bot("pinChatMessage", **message)
    assert refused.refusal == "Bad Request: not enough rights to manage pinned messages in the chat"
    desk.promotes_bot(by=amal)
    assert (await bot("pinChatMessage", **message)).result is True
    assert (await bot("deleteMessage", **message)).result is True


async def test_a_bot_deletes_its_own_messages_for_two_days(bot: Bot, desk: Group, amal: Person, clock: Clock) -> None:
    desk.adds_bot(by=amal)
    message = {"chat_id": GROUP, "message_id": (await bot.says(GROUP, "x"))["message_id"]}
    clock.passes(48 * 3600 + 1)
    assert (await bot("deleteMessage", **message)).refusal == "Bad Request: message can't be deleted"


async def test_members_and_administrators_are_told(bot: Bot, desk: Group, amal: Person, telegram: Sandbox) -> None:
    noor = telegram.person(1002, first_name="نور")
    desk.adds_bot(by=amal, as_admin=True)
    await bot.updates(allowed_updates=["message", "chat_member"])
    desk.admits(noor)
    desk.admits(noor, admin=True)
    kinds = [next(reversed(update)) for update in await bot.updates()]
    assert kinds == ["chat_member", "message", "chat_member"]
    administrators = (await bot("getChatAdministrators", chat_id=GROUP)).result
    assert {member["user"]["id"] for member in administrators} == {noor.id, 123456}
    assert (await bot("getChatMemberCount", chat_id=GROUP)).result == 3
    assert (await bot("getChatMember", chat_id=GROUP, user_id=noor.id)).result["status"] == "administrator"


async def test_one_who_is_not_in_it_has_left_it(bot: Bot, desk: Group, amal: Person, telegram: Sandbox) -> None:
    desk.adds_bot(by=amal)
    other = telegram.person(1002)
    assert (await bot("getChatMember", chat_id=GROUP, user_id=other.id)).result["status"] == "left"
    assert (await bot("getChatMember", chat_id=GROUP, user_id=5)).refusal == "Bad Request: user not found"
    refused = await bot("getChatAdministrators", chat_id=amal.id)
    assert refused.refusal == "Bad Request: there are no administrators in the private chat"


async def test_a_group_that_moves_says_so_in_both_places(bot: Bot, amal: Person, telegram: Sandbox) -> None:
    old = telegram.group(-4001, kind="group")
    old.adds_bot(by=amal)
    await bot.updates()
    new = old.migrates()
    there, here = await heard(bot)
    assert (there["chat"]["id"], there["migrate_to_chat_id"]) == (old.id, new.id)
    assert (here["chat"]["id"], here["migrate_from_chat_id"]) == (new.id, old.id)
    refused = await bot("sendMessage", chat_id=old.id, text="x")
    assert refused.refusal == "Bad Request: group chat was upgraded to a supergroup chat"
    assert refused.body["parameters"] == {"migrate_to_chat_id": new.id}
    assert await bot.says(new.id, "x")


async def test_topics_of_a_forum_are_threads(bot: Bot, amal: Person, telegram: Sandbox) -> None:
    forum = telegram.group(GROUP, forum=True)
    forum.adds_bot(by=amal)
    thread = forum.opens_topic("ردود", by=amal, thread=17)
    sent = await bot.says(GROUP, "x", message_thread_id=thread)
    assert (sent["message_thread_id"], sent["is_topic_message"], sent["chat"]["is_forum"]) == (17, True, True)
    assert sent["reply_to_message"]["forum_topic_created"]["name"] == "ردود"
    forum.hears(amal, "/queue", thread=thread)
    assert (await heard(bot))[-1]["message_thread_id"] == 17


async def test_topics_can_be_closed_and_deleted(bot: Bot, amal: Person, telegram: Sandbox) -> None:
    forum = telegram.group(GROUP, forum=True)
    forum.adds_bot(by=amal)
    thread = forum.opens_topic("ردود", by=amal)
    there = {"chat_id": GROUP, "text": "x", "message_thread_id": thread}
    forum.closes_topic(thread, by=amal)
    assert (await bot("sendMessage", **there)).refusal == "Bad Request: TOPIC_CLOSED"
    forum.deletes_topic(thread)
    assert (await bot("sendMessage", **there)).refusal == "Bad Request: message thread not found"


async def test_a_group_without_topics_ignores_threads(bot: Bot, desk: Group, amal: Person) -> None:
    desk.adds_bot(by=amal)
    assert "message_thread_id" not in await bot.says(GROUP, "x", message_thread_id=5)


async def test_the_bot_posts_to_a_channel_that_let_it(bot: Bot, amal: Person, telegram: Sandbox) -> None:
    channel = telegram.channel(CHANNEL, title="أخبار", username="china_news")
    channel.promotes_bot(by=amal)
    rights = (await bot.updates())[0]["my_chat_member"]["new_chat_member"]
    assert (rights["status"], rights["can_post_messages"]) == ("administrator", True)
    post = await bot.says("@China_News", "خبر")  # type: ignore[arg-type]
    assert "from" not in post
    assert post["sender_chat"]["title"] == "أخبار"
    channel.posts("من التحرير")
    assert (await bot.updates())[0]["channel_post"]["text"] == "من التحرير"
    assert [shown.text for shown in channel.screen] == ["خبر", "من التحرير"]


async def test_a_channel_needs_administrators(bot: Bot, amal: Person, telegram: Sandbox) -> None:
    channel = telegram.channel(CHANNEL)
    channel.promotes_bot(by=amal)
    channel.demotes_bot(by=amal)
    refused = await bot("sendMessage", chat_id=CHANNEL, text="x")
    assert refused.refusal == "Bad Request: need administrator rights in the channel chat"
    channel.removes_bot(by=amal)
    refused = await bot("sendMessage", chat_id=CHANNEL, text="x")
    assert (refused.status, refused.refusal) == (403, "Forbidden: bot was kicked from the channel chat")


async def test_members_of_groups_have_menus_of_their_own(bot: Bot, desk: Group, amal: Person) -> None:
    commands = [{"command": "queue", "description": "x"}]
    desk.adds_bot(by=amal)
    desk.admits(amal, admin=True)
    scope = {"type": "chat_administrators", "chat_id": GROUP}
    await bot("setMyCommands", commands=commands, scope=scope)
    assert desk.commands_of(amal) == commands
    desk.admits(amal)
    assert desk.commands_of(amal) == []


async def test_a_basic_group_tells_the_bot_that_it_left(bot: Bot, amal: Person, telegram: Sandbox) -> None:
    group = telegram.group(-4001, kind="group")
    group.adds_bot(by=amal)
    await bot.updates()
    group.removes_bot(by=amal)
    assert [message["left_chat_member"]["is_bot"] for message in await heard(bot)] == [True]
    assert (await bot("getChat", chat_id=group.id)).refusal == "Forbidden: bot was kicked from the group chat"


async def test_what_was_posted_in_a_channel_is_forwarded_with_its_origin(
    bot: Bot, amal: Person, telegram: Sandbox
) -> None:
    channel = telegram.channel(CHANNEL, title="أخبار")
    channel.promotes_bot(by=amal)
    source = {"from_chat_id": CHANNEL, "message_id": channel.posts("خبر")}
    origin = (await bot("forwardMessage", chat_id=amal.id, **source)).result["forward_origin"]
    assert (origin["type"], origin["chat"]["id"]) == ("channel", CHANNEL)


async def test_the_keyboard_of_a_group_writes_what_is_pressed(bot: Bot, desk: Group, amal: Person) -> None:
    desk.adds_bot(by=amal)
    await bot.says(GROUP, "x", reply_markup={"keyboard": [[{"text": "المواضيع"}]]})
    await bot.updates()
    assert desk.presses(amal, "المواضيع") == ""
    assert [message["text"] for message in await heard(bot)] == ["المواضيع"]


async def test_a_bot_cannot_leave_a_person(bot: Bot, amal: Person) -> None:
    assert (await bot("leaveChat", chat_id=amal.id)).status == 400


async def test_a_post_is_copied_where_it_is_discussed_and_an_administrator_hears_of_that(
    bot: Bot, telegram: Sandbox, desk: Group, amal: Person
) -> None:
    channel = telegram.channel(CHANNEL, title="أخبار")
    channel.promotes_bot(by=amal)
    desk.adds_bot(by=amal, as_admin=True)
    channel.is_discussed_in(desk)
    await bot.updates()
    post = await bot.says(CHANNEL, "خبر")
    (copy,) = await heard(bot)
    assert copy["is_automatic_forward"]
    assert (copy["text"], copy["sender_chat"]["id"]) == ("خبر", CHANNEL)
    assert copy["forward_origin"]["message_id"] == post["message_id"]
    comment = await bot("sendMessage", chat_id=GROUP, text="رد", reply_parameters={"message_id": copy["message_id"]})
    assert comment.result["reply_to_message"]["message_id"] == copy["message_id"]
