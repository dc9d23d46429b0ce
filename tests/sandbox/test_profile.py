"""What the bot says of itself."""

import pytest

from tests.sandbox.conftest import Bot


async def test_the_bot_knows_itself(bot: Bot) -> None:
    me = (await bot("getMe")).result
    assert (me["id"], me["is_bot"], me["username"], me["can_read_all_group_messages"]) == (
        123456,
        True,
        "sample_bot",
        False,
    )


@pytest.mark.parametrize(("name", "longest"), [("Name", 64), ("Description", 512), ("ShortDescription", 120)])
async def test_texts_are_kept_by_language(bot: Bot, name: str, longest: int) -> None:
    field = {"Name": "name", "Description": "description", "ShortDescription": "short_description"}[name]
    assert (await bot(f"setMy{name}", **{field: "نص", "language_code": "ar"})).result is True
    assert (await bot(f"getMy{name}", language_code="ar")).result == {field: "نص"}
    assert (await bot(f"getMy{name}")).result == {field: "Sample" if name == "Name" else ""}
    assert (await bot(f"setMy{name}", **{field: "x" * (longest + 1)})).status == 400


@pytest.mark.parametrize(
    ("command", "description", "said"),
    [
        ("Start", "x", "BOT_COMMAND_INVALID"),
        ("بدء", "x", "BOT_COMMAND_INVALID"),
        ("x" * 33, "x", "BOT_COMMAND_INVALID"),
        ("start", " ", "BOT_COMMAND_DESCRIPTION_INVALID"),
        ("start", "x" * 257, "BOT_COMMAND_DESCRIPTION_INVALID"),
    ],
)
async def test_wrong_commands_are_refused(bot: Bot, command: str, description: str, said: str) -> None:
    refused = await bot("setMyCommands", commands=[{"command": command, "description": description}])
    assert refused.refusal == f"Bad Request: {said}"


async def test_commands_are_at_most_a_hundred(bot: Bot) -> None:
    commands = [{"command": f"c{number}", "description": "x"} for number in range(101)]
    assert (await bot("setMyCommands", commands=commands)).refusal == "Bad Request: BOT_COMMANDS_TOO_MUCH"
    assert (await bot("setMyCommands", commands=commands[:100])).result is True
    assert (await bot("getMyCommands")).result == commands[:100]


async def test_scopes_and_languages_are_checked(bot: Bot) -> None:
    assert (await bot("setMyCommands", commands=[], scope={"type": "chat", "chat_id": 5})).status == 400
    assert (await bot("setMyCommands", commands=[], language_code="arabic")).status == 400


async def test_menu_buttons_are_of_a_chat_or_of_all(bot: Bot) -> None:
    bot.telegram.person(1001).writes("/start")
    assert (await bot("getChatMenuButton")).result == {"type": "commands"}
    app = {"type": "web_app", "text": "المكتب", "web_app": {"url": "https://example.com"}}
    assert (await bot("setChatMenuButton", chat_id=1001, menu_button=app)).result is True
    assert (await bot("getChatMenuButton", chat_id=1001)).result == app
    assert (await bot("setChatMenuButton", chat_id=5)).status == 400


async def test_log_out_and_close_are_agreed_to(bot: Bot) -> None:
    assert (await bot("logOut")).result is True
    assert (await bot("close")).result is True
