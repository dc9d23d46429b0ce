"""What the bot says of itself, for each language: the command menus, and what it does.

What the operator wrote himself (name, descriptions) is never overwritten.
"""

from collections.abc import Awaitable, Callable

from telegram import BotCommand, BotCommandScopeAllGroupChats, BotCommandScopeAllPrivateChats
from telegram.ext import ExtBot

from locales import LANGUAGES, texts
from newsroom.roles import Role

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
        *("publish", "breaking", "correct", "retract", "broadcast", "broadcasts"),
        *("channels", "sources", "addsource", "topicwords", "topicsof"),
    ),
    Role.ADMIN: ("status", "audit", "backup"),
}


async def set_menus(bot: ExtBot[None], default: str) -> None:
    """Write the menus; the default language's is shown to those who speak none of ours."""
    scopes = ((BotCommandScopeAllPrivateChats(), MENU), (BotCommandScopeAllGroupChats(), GROUP_MENU))
    for scope, names in scopes:
        for language in (None, *LANGUAGES):
            t = texts(language or default)
            commands = [BotCommand(name, t.plain(f"command.{name}")) for name in names]
            await bot.set_my_commands(commands, scope=scope, language_code=language)


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
