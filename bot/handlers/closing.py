"""What leads rule out: articles and topics that take no replies, and words that moderators are pointed to.

    /close · /close 12 · /close economy · /open 12      what is closed, closing, opening again
    /block · /block word · /unblock word                the words, blocking, leaving it

Typed in private or in the moderators' group; what is listed has a button that takes it off the list. The role is looked
up at the act, and each act is on the audit.
"""

from collections.abc import Mapping
from dataclasses import replace

from telegram import Update
from telegram.ext import BaseHandler, CommandHandler

from bot.callbacks import Act, Press
from bot.handlers.desking import require_lead
from bot.handlers.filing import find_tag
from bot.handlers.reading import find_article
from bot.keyboards import in_columns, make_button, make_keyboard, pages_row
from bot.talk import Talk, echo
from bot.view import Screen
from db.store import blocked, closings, staff
from db.store.closings import ARTICLE, mark_of
from locales import Label
from newsroom.cards import handle
from newsroom.errors import Refusal
from newsroom.listed import LONGEST, MOST, SHORTEST, is_word
from newsroom.replies import Actor
from newsroom.text import read_number

PAGE = 40  # entries of a list, each with its button
SIGNS = {Act.CLOSED: "🔓", Act.BLOCKED: "✖️"}


async def close(_update: Update, talk: Talk) -> None:
    """Let an article or a topic take no replies, and list what is closed."""
    actor = await require_lead(talk)
    if talk.argument:
        mark = await _read_mark(talk)
        if await closings.close(talk.connection, mark, talk.visit.now):
            await _note(talk, actor, "close replies", mark)
    talk.say(*await _draw_closed(talk))


async def reopen(_update: Update, talk: Talk) -> None:
    """Let an article or a topic take replies again, and list what is still closed."""
    actor = await require_lead(talk)
    if not talk.argument:
        raise Refusal("closed.how")
    await _reopen(talk, actor, await _read_mark(talk))
    talk.say(*await _draw_closed(talk))


async def press_closed(talk: Talk, press: Press) -> None:
    """Let what a button names take replies again."""
    actor = await require_lead(talk)
    for mark in await closings.list_all(talk.connection):
        if handle(mark) == press.what and not talk.visit.is_late:
            await _reopen(talk, actor, mark)
    talk.redraw(*await _draw_closed(talk, press.page))


async def _reopen(talk: Talk, actor: Actor, mark: str) -> None:
    if await closings.reopen(talk.connection, mark):
        await _note(talk, actor, "open replies", mark)


async def _read_mark(talk: Talk) -> str:
    """Answer what a number or a name stands for. Raises Refusal where it stands for nothing, or for several."""
    if read_number(talk.argument) is not None:
        return mark_of((await find_article(talk, talk.argument)).id)
    return find_tag(talk, talk.argument)


async def _draw_closed(talk: Talk, page: int = 0) -> Screen:
    marks = await closings.list_all(talk.connection)
    if not marks:
        return talk.t("closed.nothing"), None
    return _draw(talk, talk.t("closed"), Press(Act.CLOSED, page=page), {mark: name_mark(talk, mark) for mark in marks})


def name_mark(talk: Talk, mark: str) -> str:
    """Answer what is closed in plain words: the number of an article, or a topic's name."""
    if mark.startswith(ARTICLE):
        return talk.t.plain("closed.article", number=Label(mark.removeprefix(ARTICLE)))
    return echo(talk.taxonomy.name(mark, talk.t.language)) if mark in talk.taxonomy.topics else mark


async def block(_update: Update, talk: Talk) -> None:
    """Block a word, and list those that are."""
    actor, said = await require_lead(talk), " ".join(talk.argument.split())
    if said:
        if not is_word(said):
            raise Refusal("blocked.how", least=SHORTEST, most=LONGEST)
        if await blocked.count(talk.connection) >= MOST:
            raise Refusal("blocked.full", most=MOST)
        if await blocked.block(talk.connection, said, talk.visit.now):
            await _note(talk, actor, "block word", said)
    talk.say(*await _draw_blocked(talk))


async def unblock(_update: Update, talk: Talk) -> None:
    """Block a word no more, and list those that are left."""
    actor = await require_lead(talk)
    await _unblock(talk, actor, " ".join(talk.argument.split()))
    talk.say(*await _draw_blocked(talk))


async def press_blocked(talk: Talk, press: Press) -> None:
    """Block no more the word that a button names."""
    actor = await require_lead(talk)
    for said in await blocked.list_all(talk.connection):
        if handle(said) == press.what and not talk.visit.is_late:
            await _unblock(talk, actor, said)
    talk.redraw(*await _draw_blocked(talk, press.page))


async def _unblock(talk: Talk, actor: Actor, said: str) -> None:
    if await blocked.unblock(talk.connection, said):
        await _note(talk, actor, "unblock word", said)


async def _draw_blocked(talk: Talk, page: int = 0) -> Screen:
    said = await blocked.list_all(talk.connection)
    if not said:
        return talk.t("blocked.nothing"), None
    return _draw(talk, talk.t("blocked"), Press(Act.BLOCKED, page=page), {word: echo(word) for word in said})


def _draw(talk: Talk, head: str, at: Press, names: Mapping[str, str]) -> Screen:
    """Draw a page of a list, or its last where it has grown shorter; each entry has a button that takes it off."""
    pages = -(-len(names) // PAGE)
    page = min(at.page, pages - 1)
    shown = [*names.items()][page * PAGE : (page + 1) * PAGE]
    lines = [talk.t("list.item", name=name) for _, name in shown]
    buttons = in_columns(
        make_button(f"{SIGNS[at.act]} {name}", at.act, handle(what), page=page) for what, name in shown
    )
    turn = pages_row(talk.t, replace(at, page=page), pages)
    return "\n".join([head, *lines]), make_keyboard([*buttons, turn])


async def _note(talk: Talk, actor: Actor, what: str, subject: str) -> None:
    await staff.note(talk.connection, staff.Act(actor.name, what, subject), talk.visit.now)


HANDLERS: list[BaseHandler[Update, Talk, None]] = [
    CommandHandler("close", close),
    CommandHandler("open", reopen),
    CommandHandler("block", block),
    CommandHandler("unblock", unblock),
]
