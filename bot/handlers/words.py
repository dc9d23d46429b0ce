"""Plain words in a private chat: a known word acts as its command, the name of a topic offers to follow it.

Anything else is looked for in the archive.

The words are in the catalogues (`words.…`), those of all languages are understood at once.
"""

import re
from collections.abc import Awaitable, Callable
from functools import cache

from telegram import Message, Update
from telegram.ext import BaseHandler, MessageHandler, filters

from bot.callbacks import ANEW, Act
from bot.handlers import (
    authoring,
    casting,
    channels,
    choosing,
    composing,
    confirming,
    data,
    desktop,
    discussing,
    dossiers,
    following,
    gating,
    myreplies,
    picking,
    picturing,
    preferences,
    reading,
    replying,
    searching,
    setup,
    sources,
    staffing,
    starting,
    uploading,
    wordings,
)
from bot.handlers.views import list_follows
from bot.keyboards import make_button
from bot.talk import Talk, echo
from bot.view import name_topics
from db.store import prompts, staff
from locales import LANGUAGES, texts
from newsroom.names import has_quotes
from newsroom.roles import Role
from newsroom.search import index_tokens
from newsroom.spans import read_span
from newsroom.taxonomy import Topic
from newsroom.text import HAN, fold, read_number
from newsroom.zones import find_zones

Deed = Callable[[Update, Talk], Awaitable[None]]


async def welcome_thanks(_update: Update, talk: Talk) -> None:
    """Answer thanks."""
    talk.say(talk.t("typing.welcome"))


async def list_channels(update: Update, talk: Talk) -> None:
    """Do an editor's word; to a reader it is one like others, and is looked for."""
    if await staff.has_role(talk.connection, talk.user_id, Role.EDITOR):
        await channels.list_or_open(update, talk)
    else:
        typed = update.effective_message.text or "" if update.effective_message else ""
        await offer_topic(talk, clean(typed), typed)


COMMANDS: dict[str, Deed] = {
    "topics": choosing.show_topics,
    "follow": following.follow,
    "unfollow": following.unfollow,
    "mute": following.mute,
    "unmute": following.unmute,
    "following": following.show_following,
    "latest": reading.show_latest,
    "search": searching.search,
    "article": dossiers.read,
    "reply": replying.reply_to,
    "replies": discussing.read_replies,
    "myreplies": myreplies.list_own,
    "settings": preferences.show_settings,
    "timezone": preferences.show_timezone,
    "pause": preferences.pause,
    "resume": preferences.resume,
    "language": starting.choose_language,
    "privacy": data.show_privacy,
    "rules": data.show_rules,
    "mydata": data.send_data,
    "forget": data.ask_to_forget,
    "help": starting.help_out,
    "start": starting.start,
    "stop": starting.stop,
    "cancel": starting.cancel,
    "thanks": welcome_thanks,
    "channels": list_channels,
}
# Who takes what is typed for a prompt, whatever it is, by what that begins with.
TAKERS: dict[str, Callable[[Talk, str, str], Awaitable[None]]] = {
    gating.PROMPT: gating.rewrite,
    wordings.PROMPT: wordings.take,
    sources.PROMPT: sources.take,
    setup.PROMPT: setup.take,
}
# Prompts that any words answer, also those of a command.
WHATEVER = (*TAKERS, desktop.PROMPT, casting.PROMPT, *authoring.PROMPTS)
BY_NUMBER = {"reply", "replies"}  # the article's
WITH_ARGUMENT = BY_NUMBER | {
    "follow", "unfollow", "mute", "unmute", "latest", "search", "article", "language", "pause", "timezone",
}  # fmt: skip
# What people put around their words and do not mean: punctuation, symbols and emoji, and what joins these.
AROUND = re.compile(r"^[^\w/]+|[^\w)]+$")
SHORTEST_NAME = 3  # letters: «no» and «is» are words before they are Norway and Iceland


async def read_words(update: Update, talk: Talk) -> None:
    """Do what words say, or what the button of a keyboard below writes that stands there for long."""
    typed = update.effective_message.text or "" if update.effective_message else ""
    if not await setup.take_alone(talk, typed):
        await _do_as_said(update, talk, typed)


async def _do_as_said(update: Update, talk: Talk, typed: str) -> None:
    """Do what words say: a command's word, the answer to a prompt, a language by its own name, a topic, or a search."""
    said = clean(typed)
    waited = await find_waited(talk)
    command, argument = understand(talk, said, waited or "")
    if command:
        if command != "cancel":
            await prompts.end(talk.connection, talk.chat_id, talk.user_id)
        # What is looked for keeps its quotes, which are nothing around a name.
        talk.argument = (find_command(typed)[1] if command == "search" else "") or argument
        await COMMANDS[command](update, talk)
    elif (waited or "").startswith(casting.PROMPT):
        await take_for_broadcast(update, talk, waited or "")
    elif waited:
        if await answer_prompt(talk, waited, said, typed):
            await prompts.end(talk.connection, talk.chat_id, talk.user_id)
    elif language := starting.find_own_language(said):
        await starting.speak(talk, language)
    elif not await replying.ask_whether(talk, typed, is_name=bool(find_topics(talk, said))):
        await offer_topic(talk, said, typed)


async def find_waited(talk: Talk) -> str | None:
    """Answer what the next words are for; what is written is no more of an album."""
    waited = await prompts.find(talk.connection, talk.chat_id, talk.user_id, talk.visit.now)
    return None if waited and waited.startswith(f"{casting.PROMPT}{casting.ALBUM}") else waited


async def take_for_broadcast(update: Update, talk: Talk, waited: str) -> None:
    """Take a message of any kind for the broadcast that waits for it."""
    if await composing.take(update, talk, waited):
        await prompts.end(talk.connection, talk.chat_id, talk.user_id)


def understand(talk: Talk, said: str, waited: str) -> tuple[str, str]:
    """Answer the command that is meant and what stands after its word; nothing where it is more likely something else.

    A title or a reply that a prompt waits for may begin with any word, as may one to an article that is answered, and
    «أخبار الصين» be the name of a topic as a whole.
    """
    command, argument = find_command(said)
    if waited.startswith(WHATEVER) and command != "cancel":
        return "", ""
    if argument and replying.find_answered(talk.answered):
        return "", ""
    if command == "latest" and argument and not talk.newsroom.directory.find(argument) and find_topics(talk, said):
        return "", ""
    return (command, argument) if not argument or is_argument(command, argument) else ("", "")


async def answer_prompt(talk: Talk, waited: str, said: str, typed: str) -> bool:
    """Take what was typed for what a prompt waits for; tells whether that was it."""
    if waited.startswith(uploading.PROMPT):
        talk.say(talk.t("file.wanted"))
        return False
    if waited.startswith(desktop.PROMPT):
        return await confirming.take(talk, waited, typed)
    if waited.startswith(staffing.PROMPT):
        return await staffing.take_person(talk, waited, said)
    if await _take_at_once(talk, waited, typed):
        return True
    if waited in {preferences.CITY, preferences.LOCATION}:
        return await preferences.take_city(talk, said)
    talk.argument = typed if has_quotes(typed) else said
    name, found, screen = waited.partition(preferences.FIND)
    return await (picking.take_name(talk, screen) if found else following.carry_out(talk, name))


async def _take_at_once(talk: Talk, waited: str, typed: str) -> bool:
    """Take what was typed where whatever it is will do; tells whether that is so."""
    take = next((take for prompt, take in TAKERS.items() if waited.startswith(prompt)), None)
    if take:
        await take(talk, waited, typed)
    elif waited.startswith(authoring.PROMPTS):
        await replying.take_answer(talk, waited, authoring.Written(typed, talk.message_id))
    elif waited == "search":
        await searching.show_hits(talk, typed)
    else:
        return False
    return True


def is_argument(command: str, said: str) -> bool:
    """Tell whether a command may be meant by what stands after its word, unlike “pause café” and «توقيت المباراة»."""
    if command == "pause":
        return read_span(said) is not None
    if command in BY_NUMBER:
        return read_number(said.split(maxsplit=1)[0]) is not None
    return command != "timezone" or bool(find_zones(said))


def clean(text: str) -> str:
    """Answer what was typed without what stands around it, its lines kept; all of it where nothing else is there."""
    lines = "\n".join(" ".join(line.split()) for line in text.replace("’", "'").splitlines())
    return AROUND.sub("", lines) or lines


def find_command(said: str) -> tuple[str, str]:
    """Answer the command that words stand for, and what is said after it; nothing when they stand for none."""
    folded = fold(said)
    for phrase, command in _phrases():
        rest = folded.removeprefix(phrase)
        apart = not rest or rest[0].isspace() or HAN.match(phrase) is not None
        if folded.startswith(phrase) and apart and (not rest or command in WITH_ARGUMENT):
            return command, _after(said, phrase)
    return "", ""


def _after(said: str, phrase: str) -> str:
    """Answer what is said after a phrase, as it was written: folding had changed its length."""
    if HAN.match(phrase):
        return said[len(phrase) :].strip()
    length = len(phrase.split())
    parts = said.split(maxsplit=length)
    return parts[length] if len(parts) > length else ""


@cache
def _phrases() -> list[tuple[str, str]]:
    """Answer the folded phrases of all languages, the longest first, for one may begin another."""
    phrases = {
        fold(phrase.replace("’", "'")): command
        for language in LANGUAGES
        for command in COMMANDS
        for phrase in texts(language).words(f"words.{command}")
    }
    return sorted(phrases.items(), key=lambda pair: -len(pair[0]))


async def offer_topic(talk: Talk, said: str, typed: str) -> None:
    """Offer what is about the topic of this name, or show what is found of what was typed."""
    topics = find_topics(talk, said)
    name = echo(said)
    search = make_button(talk.t.plain("button.search"), Act.SEARCH, screen=ANEW)
    if len(topics) == 1:
        tag = topics[0].tag
        followed = (await list_follows(talk)).get(tag) is False
        told = talk.t("follow.already", topics=name_topics(talk.taxonomy, talk.t, [tag])) if followed else ""
        newest = make_button(talk.t.plain("button.latest"), Act.LATEST, tag, ANEW)
        share = following.share_button(talk, tag) if followed else []
        keyboard = await following.choice(talk, "follow", topics, [newest, search, *share])
        talk.say(told or talk.t("follow.offer", name=name), keyboard)
    elif topics:
        talk.say(talk.t("follow.which", name=name), await following.choice(talk, "follow", topics))
    elif len(said) >= SHORTEST_NAME and (near := talk.newsroom.directory.propose(said)):
        talk.say(talk.t("follow.near", name=name), await following.choice(talk, "follow", near, [search]))
    elif index_tokens(typed):
        await searching.show_hits(talk, typed)
    else:
        talk.say(talk.t("typing.unknown"))


def find_topics(talk: Talk, said: str) -> list[Topic]:
    """Answer the topics of a name; a pair of small Latin letters is a word before it is the code of a country."""
    is_word = said.isascii() and said.islower() and len(said) < SHORTEST_NAME
    return [] if is_word else talk.newsroom.directory.find(said)


async def pass_over(_update: Update, _talk: Talk) -> None:
    """Say nothing to an article that a person put into the chat by inline mode: nobody typed it."""


async def refuse_kind(update: Update, talk: Talk) -> None:
    """Say that voice, pictures and the like are not understood, and are no replies; a broadcast may be made of them."""
    waited = await prompts.find(talk.connection, talk.chat_id, talk.user_id, talk.visit.now) or ""
    if waited.startswith(casting.PROMPT):
        await take_for_broadcast(update, talk, waited)
        return
    replies = waited.startswith(authoring.PROMPTS) or replying.find_answered(talk.answered)
    if replies:
        talk.unlink()
    talk.refuse(talk.t("reply.text_only" if replies else "typing.kind"))


async def take_photo(update: Update, talk: Talk) -> None:
    """Take a photo with words for a reply where that may be one; else say that pictures are not understood."""
    if not (talk.newsroom.takes_photos and await picturing.take(update, talk)):
        await refuse_kind(update, talk)


async def take_document(update: Update, talk: Talk) -> None:
    """Take a file that an editor was asked for; else say that files are not understood."""
    if not await uploading.take(update, talk):
        await refuse_kind(update, talk)


async def refuse_command(_update: Update, talk: Talk) -> None:
    """Say that there is no such command."""
    talk.say(talk.t("typing.command"))


class ByUs(filters.MessageFilter):
    """Lets through what came by this bot's own inline mode."""

    def filter(self, message: Message) -> bool:
        """Tell whether it did."""
        return message.via_bot is not None and message.via_bot.id == message.get_bot().id


PRIVATE = filters.ChatType.PRIVATE
HANDLERS: list[BaseHandler[Update, Talk, None]] = [
    MessageHandler(ByUs(), pass_over),
    MessageHandler(PRIVATE & filters.COMMAND, refuse_command),
    MessageHandler(PRIVATE & filters.TEXT, read_words),
    MessageHandler(PRIVATE & filters.PHOTO, take_photo),
    MessageHandler(PRIVATE & filters.Document.ALL, take_document),
    MessageHandler(PRIVATE & ~filters.StatusUpdate.ALL, refuse_kind),
]
