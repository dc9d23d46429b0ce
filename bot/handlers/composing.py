"""`/broadcast`: an editor's words become a draft, shown at once as readers will get it, with its card below.

    /broadcast                 asks for a message of any kind that can be sent, and offers the templates
    /broadcast Good evening    the words, with their formatting

What else is typed for a draft comes here too: other words, a time, a topic, links, the number that confirms. A new
thing that a draft asks for is a prompt, and a line of `TAKEN`.
"""

from dataclasses import replace

from telegram import Message, Update
from telegram.ext import BaseHandler, CommandHandler

from bot.contents import (
    Content,
    add_to_album,
    choose_content,
    is_album,
    read_after_command,
    read_album,
    read_content,
    read_words,
)
from bot.crowds import draw_meant
from bot.handlers.casting import ALBUM, PROMPT, Taker, announcer_of, ask, change, find_broadcast, show, wait_for
from bot.handlers.mending import WHOSE, confirm_right, take_amended
from bot.handlers.sending import confirm
from bot.handlers.templating import offer, take_name
from bot.handlers.topicwords import require_editor
from bot.keyboards import usable_link
from bot.talk import Talk, echo
from db.store import broadcast_cards, broadcasts, prompts
from locales import LANGUAGES
from newsroom.broadcasts import WHOEVER, Broadcast, State
from newsroom.crowds import Trait, want
from newsroom.errors import Refusal
from newsroom.moments import read_moment

LONGEST_LABEL, MOST_LINKS = 64, 8  # characters; links below a message


async def compose(update: Update, talk: Talk) -> None:
    """Make a draft of what stands after the command, or ask for a message."""
    await require_editor(talk)
    message = update.effective_message
    if talk.argument and message:
        await draft(talk, read_after_command(message.to_dict()))
        return
    await ask(talk, "new", 0, await offer(talk))


async def draft(talk: Talk, content: Content) -> None:
    """Keep a draft, and show it."""
    broadcast_id = await broadcasts.add(talk.connection, {WHOEVER: content}, str(talk.user_id), talk.visit.now)
    await show(talk, await find_broadcast(talk, broadcast_id))


async def take(update: Update, talk: Talk, waited: str) -> bool:
    """Take what an editor sends for a draft; tells whether it was what was waited for."""
    await require_editor(talk)
    what, number, *version = waited.removeprefix(PROMPT).split()
    message = update.effective_message
    if what == "new" and message:
        return await _take_new(talk, message)
    if message is None or what not in TAKEN:
        return True
    broadcast = await find_broadcast(talk, number)
    if broadcast.state not in MAY_BE.get(what, (State.DRAFT,)) or version not in ([], [str(broadcast.version)]):
        await prompts.end(talk.connection, talk.chat_id, talk.user_id)
        raise Refusal("broadcast.changed")
    return await TAKEN[what](talk, broadcast, message)


async def _take_new(talk: Talk, message: Message) -> bool:
    """Make a draft of a message; of an album the others are waited for."""
    told = message.to_dict()
    album = read_album(told)
    if album is None:
        await draft(talk, read_content(told))
        return True
    number = await broadcasts.add(talk.connection, {WHOEVER: album}, str(talk.user_id), talk.visit.now)
    return await _await_more(talk, number)


async def _await_more(talk: Talk, number: int) -> bool:
    """Wait for the rest of an album; it is shown when no more come."""
    await broadcast_cards.await_more(talk.connection, number, talk.chat_id, talk.visit.now)
    await wait_for(talk, f"{ALBUM} {number}")
    return False


async def _take_more(talk: Talk, broadcast: Broadcast, message: Message) -> bool:
    """Add a message to an album. Raises Refusal for whatever else comes."""
    content = add_to_album(broadcast.contents[WHOEVER], message.to_dict())
    if content is None:
        raise Refusal("typing.kind")
    changed = await change(talk, broadcast, contents={**broadcast.contents, WHOEVER: content})
    return await _await_more(talk, changed.id)


async def _take_words(talk: Talk, broadcast: Broadcast, message: Message) -> bool:
    told = message.to_dict()
    album = read_album(told)
    content = album or read_words(told, broadcast.contents[WHOEVER])
    if album and broadcast.manner.buttons:
        raise Refusal("broadcast.album")
    changed = await change(talk, broadcast, contents={**broadcast.contents, WHOEVER: content})
    if album:
        return await _await_more(talk, changed.id)
    await show(talk, changed)
    return True


def _take_language(language: str) -> Taker:
    """Answer what takes the words of a language."""

    async def take_words(talk: Talk, broadcast: Broadcast, message: Message) -> bool:
        if message.media_group_id:
            raise Refusal("broadcast.kind")
        content = read_words(message.to_dict(), choose_content(broadcast.contents, language))
        changed = await change(talk, broadcast, contents={**broadcast.contents, language: content})
        await show(talk, changed)
        return True

    return take_words


async def _take_moment(talk: Talk, broadcast: Broadcast, message: Message) -> bool:
    sight = await announcer_of(talk).see(talk.connection, broadcast, talk.chat_id)
    due_at = read_moment(message.text or "", sight.zone, talk.visit.now)
    if due_at is None:
        talk.say(talk.t("broadcast.no_moment"))
        return False
    await show(talk, await change(talk, broadcast, due_at=due_at))
    return True


async def _take_topic(talk: Talk, broadcast: Broadcast, message: Message) -> bool:
    name = message.text or ""
    found = talk.newsroom.directory.find(name)
    if not found:
        talk.say(talk.t("follow.unknown", name=echo(name)))
        return False
    if len(found) > 1:  # it may mean several
        sight = await announcer_of(talk).see(talk.connection, broadcast, talk.chat_id)
        talk.say(*draw_meant(sight, echo(name), [topic.tag for topic in found]))
        return True
    await show(talk, await change(talk, broadcast, crowd=want(broadcast.crowd, Trait.TOPIC, found[0].tag)))
    return True


async def _take_links(talk: Talk, broadcast: Broadcast, message: Message) -> bool:
    if any(map(is_album, broadcast.contents.values())):
        raise Refusal("broadcast.album")
    links = read_links(message.text or "")
    if links is None:
        talk.say(talk.t("broadcast.no_links", most=MOST_LINKS))
        return False
    await show(talk, await change(talk, broadcast, manner=replace(broadcast.manner, buttons=links)))
    return True


def read_links(said: str) -> tuple[tuple[str, str], ...] | None:
    """Read a label and an address on each line; None where one of them is not."""
    lines = [line.strip() for line in said.splitlines() if line.strip()]
    links = tuple(_read_link(line) for line in lines)
    whole = tuple(link for link in links if link)
    return whole if 0 < len(links) == len(whole) <= MOST_LINKS else None


def _read_link(line: str) -> tuple[str, str] | None:
    label, _, url = line.rpartition(" ")
    label = label.strip(" -–—:|")
    return (label, url) if 0 < len(label) <= LONGEST_LABEL and usable_link(url) else None


TAKEN: dict[str, Taker] = {
    **{f"lang:{language}": _take_language(language) for language in LANGUAGES},
    **{f"amend:{whose}": take_amended(whose) for whose in WHOSE},
    "right": confirm_right,
    ALBUM: _take_more,
    "edit": _take_words,
    "name": take_name,
    "when": _take_moment,
    "topic": _take_topic,
    "links": _take_links,
    "sure": confirm,
}
# For what may be typed that is not for drafts alone.
MAY_BE: dict[str, tuple[State, ...]] = {
    **{f"amend:{whose}": (State.STARTED,) for whose in WHOSE},
    "right": (State.STARTED,),
    "name": (State.DRAFT, State.STARTED),
}
HANDLERS: list[BaseHandler[Update, Talk, None]] = [
    CommandHandler("broadcast", compose),
]
