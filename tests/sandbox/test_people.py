"""What people do in private chats, what they see, and what the bot hears of it."""

import pytest

from sandbox import Person, Sandbox
from tests.sandbox.conftest import Bot, Clock, keyboard, pressable


async def test_what_she_writes_is_an_update(bot: Bot, amal: Person, clock: Clock) -> None:
    first = amal.writes("/topics الصين")
    amal.writes("نعم", reply_to=first)
    topics, yes = [update["message"] for update in await bot.updates()]
    assert topics["from"] == {
        "id": 1001,
        "is_bot": False,
        "first_name": "أمل",
        "username": "amal",
        "language_code": "ar",
    }
    assert topics["entities"] == [{"type": "bot_command", "offset": 0, "length": 7}]
    assert topics["date"] == int(clock())
    assert yes["reply_to_message"]["message_id"] == first


async def test_what_she_edits_is_an_update_and_what_she_deletes_is_none(bot: Bot, amal: Person) -> None:
    number = amal.writes("خطأ")
    amal.edits(number, "صواب")
    amal.deletes(number)
    assert [next(reversed(update)) for update in await bot.updates()] == ["message", "edited_message"]
    assert [shown.text for shown in amal.screen] == ["/start"]


async def test_the_bot_cannot_write_first(bot: Bot, telegram: Sandbox) -> None:
    stranger = telegram.person(1002)
    refused = await bot("sendMessage", chat_id=stranger.id, text="x")
    assert (refused.status, refused.refusal) == (403, "Forbidden: bot can't initiate conversation with a user")
    assert (await bot("getChat", chat_id=stranger.id)).refusal == "Bad Request: chat not found"
    assert (await bot("sendMessage", chat_id=404404, text="x")).refusal == "Bad Request: chat not found"


async def test_a_block_is_heard_and_felt(bot: Bot, amal: Person) -> None:
    amal.blocks()
    refused = await bot("sendMessage", chat_id=amal.id, text="x")
    assert (refused.status, refused.refusal) == (403, "Forbidden: bot was blocked by the user")
    amal.unblocks()
    assert await bot.says(amal.id, "مرحبًا بعودتك")
    changes = [update["my_chat_member"] for update in await bot.updates()]
    assert [change["new_chat_member"]["status"] for change in changes] == ["kicked", "member"]
    assert changes[0]["old_chat_member"]["status"] == "member"
    assert changes[0]["new_chat_member"]["until_date"] == 0


async def test_one_who_blocked_the_bot_cannot_write(amal: Person) -> None:
    amal.blocks()
    with pytest.raises(ValueError, match="cannot write or press"):
        amal.writes("x")


async def test_a_deleted_account_is_felt(bot: Bot, amal: Person) -> None:
    amal.deletes_account()
    refused = await bot("sendMessage", chat_id=amal.id, text="x")
    assert (refused.status, refused.refusal) == (403, "Forbidden: user is deactivated")


async def test_a_press_is_a_query_and_its_answer_an_alert(bot: Bot, amal: Person) -> None:
    sent = await bot.says(amal.id, "متابعة؟", reply_markup=keyboard([pressable("✅ نعم", "yes:1")]))
    query_id = amal.presses("✅")
    query = (await bot.updates())[0]["callback_query"]
    assert (query["id"], query["data"], query["from"]["id"]) == (query_id, "yes:1", amal.id)
    assert query["message"]["message_id"] == sent["message_id"]
    assert (await bot("answerCallbackQuery", callback_query_id=query_id, text="حفظ")).result is True
    assert amal.alerts == ["حفظ"]
    assert "query is too old" in (await bot("answerCallbackQuery", callback_query_id=query_id)).refusal


async def test_a_press_must_be_answered_in_time_and_briefly(bot: Bot, amal: Person, clock: Clock) -> None:
    await bot.says(amal.id, "x", reply_markup=keyboard([pressable("✅")]))
    query_id = amal.presses("✅")
    assert (await bot("answerCallbackQuery", callback_query_id=query_id, text="x" * 201)).status == 400
    clock.passes(151)
    refused = await bot("answerCallbackQuery", callback_query_id=query_id)
    assert refused.refusal == ("Bad Request: query is too old and response timeout expired or query ID is invalid")


async def test_the_newest_message_with_such_a_button_is_meant(bot: Bot, amal: Person) -> None:
    first = await bot.says(amal.id, "1", reply_markup=keyboard([pressable("⚙\ufe0f إعدادات", "old")]))
    await bot.says(amal.id, "2", reply_markup=keyboard([pressable("\u200f⚙ إعدادات", "new")]))
    await bot.says(amal.id, "3", reply_markup=keyboard([pressable("🔎", "other")]))
    amal.presses("⚙\ufe0f")
    amal.presses("⚙", message_id=first["message_id"])
    assert [update["callback_query"]["data"] for update in await bot.updates()] == ["new", "old"]


async def test_a_button_that_is_not_there_is_an_error_that_shows_the_screen(bot: Bot, amal: Person) -> None:
    await bot.says(amal.id, "خبر", reply_markup=keyboard([pressable("💬 رد")]))
    with pytest.raises(LookupError, match=r"no button «🚀»(?s:.*)خبر(?s:.*)💬 رد"):
        amal.presses("🚀")


async def test_links_are_opened_and_those_to_the_bot_start_it(bot: Bot, amal: Person) -> None:
    link = "https://t.me/sample_bot?start=r_12"
    await bot.says(amal.id, "x", reply_markup=keyboard([{"text": "💬", "url": link}]))
    with pytest.raises(LookupError, match="not for pressing"):
        amal.presses("💬")
    assert amal.opens("💬") == link
    amal.follows("https://example.com/?start=no")
    assert [update["message"]["text"] for update in await bot.updates()] == ["/start r_12"]


async def test_her_menu_has_the_commands_of_the_nearest_scope_in_her_language(bot: Bot, amal: Person) -> None:
    def commands(name: str) -> list[dict[str, str]]:
        return [{"command": name, "description": "x"}]

    await bot("setMyCommands", commands=commands("everyone"))
    assert amal.commands == commands("everyone")
    await bot("setMyCommands", commands=commands("private"), scope={"type": "all_private_chats"})
    await bot("setMyCommands", commands=commands("arabic"), scope={"type": "all_private_chats"}, language_code="ar")
    assert amal.commands == commands("arabic")
    await bot("setMyCommands", commands=commands("staff"), scope={"type": "chat", "chat_id": amal.id})
    assert amal.commands == commands("staff")
    await bot("deleteMyCommands", scope={"type": "chat", "chat_id": amal.id})
    assert amal.commands == commands("arabic")
