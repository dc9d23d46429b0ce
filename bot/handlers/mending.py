"""Correcting what was sent: the new words wait on its row, are shown as readers will get them, and need every yes.

    ✏️ ─▶ whose, where a language has words of its own ─▶ the words ─▶ shown ─▶ ✅ ─▶ the number ─▶ a second editor
                                                                             └─▶ ✖️: all stays as it is

What is asked before they take the place of the first is what is asked before sending (`next_step`). Other words that
are typed meanwhile need every yes anew.
"""

from dataclasses import replace

from telegram import Message

from bot.broadcasts import draw_card
from bot.contents import Content, can_amend, read_words
from bot.handlers.casting import Taker, ask, change, find_broadcast, note, redraw, show, show_others, wait_for
from bot.manners import draw_whose
from bot.talk import Talk
from db.store import broadcasts
from locales import LANGUAGES
from newsroom.broadcasts import (
    EVERY,
    REST,
    WHOEVER,
    Broadcast,
    Do,
    Step,
    is_confirmed,
    may_approve,
    may_undo,
    next_step,
)
from newsroom.errors import Refusal

WHOSE = (*LANGUAGES, REST, EVERY)


def require_undo(talk: Talk, broadcast: Broadcast) -> None:
    """Raise Refusal where Telegram lets nothing of it be changed any more."""
    if not may_undo(broadcast, talk.visit.now):
        raise Refusal("broadcast.too_late")


async def amend(talk: Talk, broadcast: Broadcast, value: str) -> None:
    """Ask for other words for all who have it, or whose they are to be."""
    require_undo(talk, broadcast)
    if value in WHOSE or len(broadcast.contents) == 1:
        await ask(talk, f"amend:{value or EVERY}", broadcast.id)
    else:
        await redraw(talk, broadcast, draw_whose)


def take_amended(whose: str) -> Taker:
    """Answer what takes the corrected words of somebody."""

    async def take(talk: Talk, broadcast: Broadcast, message: Message) -> bool:
        require_undo(talk, broadcast)
        languages = broadcast.contents if whose == EVERY else [WHOEVER if whose == REST else whose]
        said = {language: _read(broadcast.contents.get(language), message) for language in languages}
        manner = replace(broadcast.manner, better={**broadcast.manner.better, **said})
        await show(talk, await change(talk, broadcast, manner=manner, asked_by=""))
        return True

    return take


def _read(before: Content | None, message: Message) -> Content:
    """Answer the words as what was sent will have them. Raises Refusal for what cannot take its place."""
    after = read_words(message.to_dict(), before) if before else None
    if before is None or after is None or not can_amend(before, after):
        raise Refusal("broadcast.other_kind")
    return after


async def put_right(talk: Talk, broadcast: Broadcast, _value: str) -> None:
    """Correct it, or ask for the number of readers where they are many."""
    _require_better(talk, broadcast)
    step = next_step(broadcast.expected, talk.newsroom.broadcasting, sure=True)
    if step is Step.TYPED:
        await redraw(talk, broadcast, lambda sight: draw_card(sight, Step.TYPED))
        await wait_for(talk, f"right {broadcast.id} {broadcast.version}")
    else:
        await redraw(talk, await _correct(talk, broadcast, step))


async def confirm_right(talk: Talk, broadcast: Broadcast, message: Message) -> bool:
    """Correct it when the number of readers is typed; tells whether it was."""
    _require_better(talk, broadcast)
    if not is_confirmed(message.text or "", broadcast.expected):
        talk.say(talk.t("broadcast.other_number", n=broadcast.expected))
        return False
    step = next_step(broadcast.expected, talk.newsroom.broadcasting, typed=True)
    await show(talk, await _correct(talk, broadcast, step))
    return True


async def agree(talk: Talk, broadcast: Broadcast, _value: str) -> None:
    """Be the second editor who says yes to a correction."""
    _require_better(talk, broadcast)
    if not broadcast.asked_by or not may_approve(broadcast, str(talk.user_id)):
        raise Refusal("broadcast.second")
    await redraw(talk, await _correct(talk, broadcast, Step.GO))


async def leave(talk: Talk, broadcast: Broadcast, _value: str) -> None:
    """Say no to a correction: all stays as it is."""
    if broadcast.asked_by:
        await note(talk, "refuse correction", broadcast)
    await redraw(talk, await change(talk, broadcast, manner=replace(broadcast.manner, better={}), asked_by=""))


def _require_better(talk: Talk, broadcast: Broadcast) -> None:
    require_undo(talk, broadcast)
    if not broadcast.manner.better:
        raise Refusal("broadcast.changed")


async def _correct(talk: Talk, broadcast: Broadcast, step: Step) -> Broadcast:
    """Let everybody who has it see the new words, or ask for a second editor's yes."""
    if step is Step.SECOND:
        asked = await change(talk, broadcast, asked_by=str(talk.user_id))
        await note(talk, "ask correction", asked)
        await show_others(talk, asked)
        return asked
    contents = {**broadcast.contents, **broadcast.manner.better}
    columns = {"contents": contents, "manner": replace(broadcast.manner, better={})}
    if not await broadcasts.do_to_sent(talk.connection, broadcast, Do.EDIT, talk.visit.now, **columns):
        raise Refusal("broadcast.changed")
    await note(talk, "amend broadcast", broadcast)
    return await find_broadcast(talk, broadcast.id)
