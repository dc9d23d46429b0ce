"""`/pushes`: editors see what is on its way to readers, and pause, resume, cancel it, in private.

    /pushes              the newest
    /pushes 12           one of them: how far it is
    /pushes 12 pause     pause · resume · cancel · once (nothing that is in doubt is repeated)

The same words as `qasid pushes`. What is a broadcast's is done by its card (`broadcasting.py`).
"""

from telegram import Update
from telegram.ext import BaseHandler, CommandHandler

from bot.callbacks import Press
from bot.handlers.deciding import change_push
from bot.handlers.topicwords import require_editor
from bot.pushes import PAGE, draw_push, draw_pushes
from bot.talk import Talk, echo
from bot.view import Screen
from db.store import AnyRow, broadcasts, deliveries, pushes
from newsroom.errors import Refusal
from newsroom.pushes import DEEDS
from newsroom.text import read_number


async def list_or_change(_update: Update, talk: Talk) -> None:
    """List the pushes, show one, or do something with it."""
    await require_editor(talk)
    first, _, deed = talk.argument.partition(" ")
    if not first:
        talk.say(*await _draw_list(talk, 0))
        return
    push, deed = await _find(talk, first), deed.strip()
    if deed and deed not in DEEDS:
        raise Refusal("pushes.deeds", names=", ".join(DEEDS))
    if deed and not await change_push(talk, push, deed):
        raise Refusal("desk.settled")
    talk.say(*await _draw(talk, push.id))


async def press_pushes(talk: Talk, press: Press) -> None:
    """Do what a button says, and show how things are then, also for the second who presses it."""
    await require_editor(talk)
    if press.screen == "list" or not press.what:
        talk.redraw(*await _draw_list(talk, press.page))
        return
    push = await _find(talk, press.what)
    if press.screen in DEEDS and not talk.visit.is_late and not await change_push(talk, push, press.screen):
        talk.nod(talk.t.plain("desk.settled"))
    talk.redraw(*await _draw(talk, push.id))


async def _find(talk: Talk, said: str) -> AnyRow:
    """Answer the push of a story. Raises Refusal where there is none: a broadcast has a card."""
    push = await pushes.find(talk.connection, read_number(said) or 0)
    if push is None or push.story_id is None:
        raise Refusal("pushes.unknown", number=echo(said))
    return push


async def _draw(talk: Talk, push_id: int) -> Screen:
    push = await _find(talk, str(push_id))
    return draw_push(talk.t, push, push.counts or await deliveries.count_by_state(talk.connection, push_id))


async def _draw_list(talk: Talk, page: int) -> Screen:
    found = await pushes.list_newest(talk.connection, PAGE + 1, page * PAGE)
    numbers = [row.id for row in found if row.story_id is None]
    sent = {number: one for number in numbers if (one := await broadcasts.find_by_push(talk.connection, number))}
    return draw_pushes(talk.t, found, sent, page, talk.newsroom.zone)


HANDLERS: list[BaseHandler[Update, Talk, None]] = [
    CommandHandler("pushes", list_or_change),
]
