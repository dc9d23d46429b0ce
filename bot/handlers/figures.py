"""`/stats`: the figures of a day, a week, a month; for editors, in private, by a role looked up at the act.

    /stats [week] ─▶ a wish ─▶ the job `stats` (jobs/stats.py) ─▶ a picture with its caption
    📅 🗓 📆 🔄   ─▶ a wish that names the message ─▶ the same message shows others

Nothing is counted here: that takes longer than a handler may.
"""

from telegram import Update
from telegram.ext import BaseHandler, CommandHandler

from bot.callbacks import Press
from bot.handlers.topicwords import require_editor
from bot.talk import Talk, echo
from db.store import wishes
from db.store.wishes import Wish
from locales import LANGUAGES, texts
from newsroom.errors import Refusal
from newsroom.stats import Span
from newsroom.text import fold


async def show_stats(_update: Update, talk: Talk) -> None:
    """Show the figures of the days that are said, or of a week."""
    await require_editor(talk)
    span = find_span(talk.argument) if talk.argument else Span.WEEK
    if span is None:
        raise Refusal("stats.how", said=echo(talk.argument))
    await _ask(talk, span, None)


async def press_stats(talk: Talk, press: Press) -> None:
    """Show those of other days in the message that was pressed."""
    await require_editor(talk)
    if press.what not in {*Span}:
        raise Refusal("button.old")
    await _ask(talk, Span(press.what), talk.pressed or None)


async def _ask(talk: Talk, span: Span, message_id: int | None) -> None:
    wish = Wish(talk.chat_id, talk.t.language, what=str(span), message_id=message_id)
    await wishes.ask(talk.connection, wish, talk.visit.now)


def find_span(said: str) -> Span | None:
    """Answer the days that are meant, in any of the languages."""
    wanted = fold(said)
    words = {
        span: {fold(word) for code in LANGUAGES for word in texts(code).words(f"stats.said.{span}")} for span in Span
    }
    return next((span for span, known in words.items() if wanted in known), None)


HANDLERS: list[BaseHandler[Update, Talk, None]] = [
    CommandHandler("stats", show_stats),
]
