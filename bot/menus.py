"""The command menus, for each language. What the operator wrote himself (name, descriptions) is never overwritten."""

from telegram import BotCommand, BotCommandScopeAllGroupChats, BotCommandScopeAllPrivateChats
from telegram.ext import ExtBot

from locales import LANGUAGES, texts
from newsroom.roles import Role

# In the order of a reader's needs.
MENU = ("latest", "topics", "search", "settings", "following", "pause", "privacy", "help")
GROUP_MENU = ("latest", "topics", "search", "follow", "following", "settings", "help")
READER_COMMANDS = (
    "latest", "topics", "search", "follow", "unfollow", "mute", "unmute", "following", "article", "settings",
    "timezone", "language", "pause", "resume", "privacy", "rules", "mydata", "forget", "stop", "cancel", "help",
)  # fmt: skip
# A group has nothing to cancel, and no data of its own that is not shown by the others.
GROUP_COMMANDS = tuple(name for name in READER_COMMANDS if name not in {"cancel", "mydata"})

# What `/help` tells the staff besides, by the role that it takes.
STAFF_COMMANDS = {
    Role.EDITOR: ("channels", "sources", "addsource", "topicwords", "topicsof"),
    Role.ADMIN: ("status",),
}


async def set_menus(bot: ExtBot[None], default: str) -> None:
    """Write the menus; the default language's is shown to those who speak none of ours."""
    scopes = ((BotCommandScopeAllPrivateChats(), MENU), (BotCommandScopeAllGroupChats(), GROUP_MENU))
    for scope, names in scopes:
        for language in (None, *LANGUAGES):
            t = texts(language or default)
            commands = [BotCommand(name, t.plain(f"command.{name}")) for name in names]
            await bot.set_my_commands(commands, scope=scope, language_code=language)
