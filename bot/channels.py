"""How channels look to editors: all of them, the word that the bot may post in one, and each screen that sets one.

The screens are those of readers (`bot/screens.py`). Channels are told by their numbers, since no title is kept.
"""

from collections.abc import Sequence
from datetime import datetime

from telegram import InlineKeyboardButton

from bot.callbacks import Act
from bot.keyboards import carry, in_columns, make_button, make_keyboard
from bot.view import Screen, View
from db.store import AnyRow
from db.store.subscribers import Subscriber
from locales import Html, Label, Texts
from newsroom.readers import is_paused

MOST_LISTED = 40  # channels in one message; each has a button
MARKS = {"active": "🟢", "paused": "⏸", "suspended": "⚠️"}


def draw_channels(t: Texts, found: Sequence[AnyRow], now: datetime) -> Screen:
    """All channels, a line and a button each; the first of them, where they are many."""
    shown = found[:MOST_LISTED]
    lines = [_describe(t, row, now) for row in shown]
    more = [t("channels.more", n=len(found) - len(shown))] if len(found) > len(shown) else []
    rests = any(_state(row, now) == "suspended" for row in shown)
    notes = [t("channels.rests")] * rests + [t("channels.how")]
    listed = "\n".join([*(lines or [t("channels.none")]), *more])
    text = "\n\n".join([t("channels.title"), listed, *notes])
    return text, make_keyboard(in_columns(_open_button(t, row.id) for row in shown))


def draw_attached(t: Texts, channel: Subscriber, title: str, *, follows: bool) -> Screen:
    """The bot may post in a channel: which, and what to do next; the title is said here alone."""
    text = t("channels.returned" if follows else "channels.attached", title=title, number=Label(channel.id))
    topics = make_button(t.plain("button.topics"), Act.GO, "subjects")
    settings = make_button(t.plain("button.settings"), Act.GO, "settings")
    return text, carry(make_keyboard([[topics, settings]]), channel.id)


def address(view: View, screen: Screen) -> Screen:
    """Answer a screen with the channel that it sets named above it and carried by its buttons, if it sets one."""
    if view.subject is None:
        return screen
    text, keyboard = screen
    heading = view.t("channels.heading", number=Label(view.subject.id), chat=str(view.subject.chat_id))
    return f"{heading}\n\n{text}", carry(keyboard, view.subject.id)


def _describe(t: Texts, row: AnyRow, now: datetime) -> str:
    state = _state(row, now)
    return t(
        "channels.line",
        mark=Html(MARKS[state]),
        number=Label(row.id),
        chat=str(row.chat_id),
        state=Html(t(f"channels.{state}")),
        topics=Html(t.count("channels.topics", row.followed)),
    )


def _state(row: AnyRow, now: datetime) -> str:
    """Answer how a channel stands: it gets what is published, later, or nothing."""
    if row.state != "active" or row.chat_state != "active":
        return "suspended"
    return "paused" if is_paused(row.paused_until, now) else "active"


def _open_button(t: Texts, number: int) -> InlineKeyboardButton:
    label = t.plain("button.channel", number=Label(number))
    return make_button(label, Act.GO, "settings", whose=number)
