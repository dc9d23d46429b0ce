"""Plain words in a private chat: a known word acts as its command, the name of a topic offers to follow it.

The words are in the catalogues (`words.…`), those of all languages are understood at once.
"""

from collections.abc import Awaitable, Callable
from functools import cache

from telegram import Update
from telegram.ext import BaseHandler, MessageHandler, filters

from bot.handlers import choosing, following, reading, starting
from bot.talk import Talk
from db.store import prompts
from locales import LANGUAGES, texts
from newsroom.text import HAN, fold

Act = Callable[[Update, Talk], Awaitable[None]]

COMMANDS: dict[str, Act] = {
    "topics": choosing.show_topics,
    "follow": following.follow,
    "unfollow": following.unfollow,
    "mute": following.mute,
    "unmute": following.unmute,
    "following": following.show_following,
    "latest": reading.show_latest,
    "article": reading.read_article,
    "language": starting.choose_language,
    "privacy": starting.show_privacy,
    "help": starting.help_out,
    "start": starting.start,
    "stop": starting.stop,
    "cancel": starting.cancel,
}
WITH_ARGUMENT = {"follow", "unfollow", "mute", "unmute", "latest", "article", "language"}


async def read_words(update: Update, talk: Talk) -> None:
    """Do what words say: the answer to a prompt, a command's word, or the name of a topic."""
    message = update.effective_message
    said = " ".join((message.text if message and message.text else "").split())
    waited = await prompts.take(talk.connection, talk.chat_id, talk.user_id, talk.visit.now)
    command, argument = find_command(said)
    if command:
        talk.argument = argument
        await COMMANDS[command](update, talk)
    elif waited in COMMANDS:
        talk.argument = said
        await COMMANDS[waited](update, talk)
    else:
        offer_topic(talk, said)


def find_command(said: str) -> tuple[str, str]:
    """Answer the command that words stand for, and what is said after it; nothing when they stand for none."""
    folded = fold(said)
    for phrase, command in _phrases():
        rest = folded.removeprefix(phrase)
        apart = not rest or rest[0] == " " or HAN.match(phrase) is not None
        if folded.startswith(phrase) and apart and (not rest or command in WITH_ARGUMENT):
            return command, _after(said, phrase)
    return "", ""


def _after(said: str, phrase: str) -> str:
    """Answer what is said after a phrase, as it was written: folding had changed its length."""
    if HAN.match(phrase):
        return said[len(phrase) :].strip()
    return " ".join(said.split()[len(phrase.split()) :])


@cache
def _phrases() -> list[tuple[str, str]]:
    """Answer the folded phrases of all languages, the longest first, for one may begin another."""
    phrases = {
        fold(phrase): command
        for language in LANGUAGES
        for command in COMMANDS
        for phrase in texts(language).words(f"words.{command}")
    }
    return sorted(phrases.items(), key=lambda pair: -len(pair[0]))


def offer_topic(talk: Talk, said: str) -> None:
    """Offer to follow the topic of this name, or tell how the bot is used."""
    topics = talk.newsroom.directory.find(said)
    if topics:
        talk.say(talk.t("follow.offer", name=said), following.choice(talk, "follow", topics))
    else:
        talk.say(talk.t("typing.unknown"))


async def refuse_kind(_update: Update, talk: Talk) -> None:
    """Say that voice, pictures and the like are not understood."""
    talk.say(talk.t("typing.kind"))


async def refuse_command(_update: Update, talk: Talk) -> None:
    """Say that there is no such command."""
    talk.say(talk.t("typing.command"))


PRIVATE = filters.ChatType.PRIVATE
HANDLERS: list[BaseHandler[Update, Talk, None]] = [
    MessageHandler(PRIVATE & filters.COMMAND, refuse_command),
    MessageHandler(PRIVATE & filters.TEXT, read_words),
    MessageHandler(PRIVATE & ~filters.StatusUpdate.ALL, refuse_kind),
]
