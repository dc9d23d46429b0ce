"""Sending an article by hand: 🚀 or ⚡ on its card, and `/breaking N`; it is confirmed by `confirming.py`.

    🚀    to whoever wants it and has not had it, each in his rhythm
    ⚡    the same at once, whatever the rhythm, in the lane of breaking news; quiet hours are for each reader to say

Staff have it first, and can stop it meanwhile: the other editors are shown it with its card.
"""

from telegram import Update
from telegram.ext import BaseHandler, CommandHandler

from bot.dossiers import Asked
from bot.handlers.desktop import asking, clerk_of, find_dossier, note, redraw, show
from bot.handlers.topicwords import require_editor
from bot.talk import Talk
from db.store import articles, dossiers
from newsroom.broadcasts import Step
from newsroom.dossiers import Dossier, check_sending
from newsroom.pushes import Lane

LANES = {"send": Lane.NEWS, "break": Lane.BREAKING}


async def break_news(_update: Update, talk: Talk) -> None:
    """Show an article as readers get it, and ask whether it is to go to them as breaking news."""
    await require_editor(talk)
    dossier = await find_dossier(talk, talk.argument)
    await show(talk, dossier, asking(await check(talk, dossier, "break")))


async def press_send(talk: Talk, dossier: Dossier, _value: str) -> None:
    """Ask whether it is really to be sent."""
    await redraw(talk, dossier, asking(await check(talk, dossier, "send")))


async def press_break(talk: Talk, dossier: Dossier, _value: str) -> None:
    """Ask whether it is really breaking news."""
    await redraw(talk, dossier, asking(await check(talk, dossier, "break")))


async def check(talk: Talk, dossier: Dossier, deed: str) -> Asked:
    """Answer what is to be confirmed. Raises Refusal where it cannot be sent so."""
    check_sending(dossier, LANES[deed], talk.visit.now)
    return Asked(deed, Step.SURE, dossier.left)


async def send(talk: Talk, dossier: Dossier, deed: str) -> None:
    """Let it leave; of two who press at once the second is told so. The dossier may be older than the lock."""
    await articles.lock_desk(talk.connection)
    now_so = await find_dossier(talk, str(dossier.number))
    check_sending(now_so, LANES[deed], talk.visit.now)
    await dossiers.send(talk.connection, now_so, LANES[deed], talk.visit.now)
    await note(talk, f"{deed} article", now_so)
    await clerk_of(talk).tell_leaving(talk.connection, dossier.number, talk.chat_id)


HANDLERS: list[BaseHandler[Update, Talk, None]] = [
    CommandHandler("breaking", break_news),
]
