"""What the bot says of itself, for each language: the command menus, and what it does.

Staff have menus of their own, with their commands behind a reader's, in the language in which they are spoken to
(`bot/roster.py` sends them); nobody else sees these commands. What the operator wrote himself (name, descriptions) is
never overwritten.
"""

import asyncio
from collections.abc import Awaitable, Callable, Collection
from typing import Any

import structlog
from telegram import (
    BotCommand,
    BotCommandScopeAllGroupChats,
    BotCommandScopeAllPrivateChats,
    BotCommandScopeChat,
)
from telegram.error import TelegramError
from telegram.ext import ExtBot

from bot.intake import unless_stopped
from locales import LANGUAGES, Texts, texts
from newsroom.roles import Role, who_has

log = structlog.get_logger()

RETRY = 60.0  # seconds until the menus are tried again
# In the order of a reader's needs.
MENU = ("latest", "topics", "search", "settings", "myreplies", "pause", "privacy", "help")
GROUP_MENU = ("latest", "topics", "search", "follow", "following", "settings", "help")
READER_COMMANDS = (
    "latest", "topics", "search", "follow", "unfollow", "mute", "unmute", "following", "article",
    "reply", "replies", "myreplies", "settings",
    "timezone", "language", "pause", "resume", "privacy", "rules", "mydata", "forget", "stop", "cancel", "help",
)  # fmt: skip
# A group has nothing to cancel, no replies, and no data of its own that is not shown by the others.
GROUP_COMMANDS = tuple(name for name in READER_COMMANDS if name not in {"cancel", "mydata", "myreplies"})

# What `/help` tells the staff besides, by the role that it takes.
STAFF_COMMANDS = {
    Role.MODERATOR: ("queue", "find", "bans"),
    Role.LEAD: ("close", "open", "block", "unblock"),
    Role.EDITOR: (
        *("publish", "breaking", "correct", "retract", "broadcast", "broadcasts", "stats"),
        *("channels", "sources", "addsource", "topicwords", "topicsof", "pushes"),
    ),
    Role.ADMIN: ("setup", "status", "staff", "grant", "revoke", "audit", "backup"),
}


def list_staff_commands(roles: Collection[Role]) -> list[str]:
    """Answer the commands that whoever has these roles may use besides a reader's."""
    return [name for role, names in STAFF_COMMANDS.items() if {*roles} & {*who_has(role)} for name in names]


def write_menu(t: Texts, user_id: int, roles: Collection[Role]) -> tuple[str, dict[str, Any]]:
    """Answer the request that gives a person the menu of his roles; without any it is a reader's again.

    It has no language of its own, so it is the same whatever his app speaks.
    """
    scope = BotCommandScopeChat(user_id).to_dict()
    if not roles:
        return "deleteMyCommands", {"scope": scope}
    names = [*MENU, *list_staff_commands(roles)]
    return "setMyCommands", {"scope": scope, "commands": [_name(t, name).to_dict() for name in names]}


def _name(t: Texts, name: str) -> BotCommand:
    return BotCommand(name, t.plain(f"command.{name}"))


async def write_menus(bot: ExtBot[None], default: str, stop: asyncio.Event) -> None:
    """Write the command menus and what the bot does, however often it takes, until told to stop."""
    while not stop.is_set():
        try:
            await unless_stopped(set_menus(bot, default), stop)
            await unless_stopped(describe(bot, default), stop)
        except TelegramError as error:
            log.warning("the command menus are not written yet", reason=str(error), again_in=RETRY)
            await unless_stopped(asyncio.sleep(RETRY), stop)
        else:
            return


async def set_menus(bot: ExtBot[None], default: str) -> None:
    """Write the menus; the default language's is shown to those who speak none of ours."""
    scopes = ((BotCommandScopeAllPrivateChats(), MENU), (BotCommandScopeAllGroupChats(), GROUP_MENU))
    for scope, names in scopes:
        for language in (None, *LANGUAGES):
            t = texts(language or default)
            await bot.set_my_commands([_name(t, name) for name in names], scope=scope, language_code=language)


async def describe(bot: ExtBot[None], default: str) -> None:
    """Say what the bot does, in each language in which its operator has said nothing, unless he has said it to all.

    What Telegram shows before the first `/start` is the description, and in the profile and in shared links the short
    one (Bot API, setMyDescription and setMyShortDescription: 512 and 120 characters). The default is written last, for
    it tells that all is said.
    """

    async def read_long(language: str | None) -> str:
        return (await bot.get_my_description(language)).description

    async def read_short(language: str | None) -> str:
        return (await bot.get_my_short_description(language)).short_description

    await _fill(read_long, bot.set_my_description, "bot.description", default)
    await _fill(read_short, bot.set_my_short_description, "bot.description.short", default)


async def _fill(
    read: Callable[[str | None], Awaitable[str]], write: Callable[..., Awaitable[bool]], key: str, default: str
) -> None:
    """Write a text in each language that has none, unless there is one for all."""
    if await read(None):
        return
    for language in (*LANGUAGES, None):
        if not await read(language):
            await write(texts(language or default).plain(key), language_code=language)
