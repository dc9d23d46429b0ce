"""What the desk must know, told to its people in private by outbox rows, in the transaction of what they must know.

A new thing to tell is a method here, its text in four languages, and the buttons of `bot/handlers/deciding.py`.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

import orjson
from sqlalchemy.ext.asyncio import AsyncConnection
from telegram import InlineKeyboardMarkup

from bot.callbacks import Act
from bot.keyboards import make_button, make_keyboard
from db.store import outbox, staff, subscribers
from db.store.outbox import Message
from locales import Texts, texts
from newsroom.pushes import Lane
from newsroom.roles import Role, who_has
from newsroom.work import Claimed, Landed, Shape

OFFSET = re.compile(r"byte offset (\d+)")  # where Telegram says that a text is wrong, in bytes of UTF-8
AROUND = 60  # bytes shown on each side of it
SHOWN = 200  # characters shown of a text of which it says no place


@dataclass(slots=True)
class Desk:
    """Tells editors; each of them once, as far as they have written to the bot."""

    now: Callable[[], datetime]
    language: str

    async def tell_stopped(self, connection: AsyncConnection, land: Landed) -> None:
        """Tell the editors which text Telegram refuses, and why."""
        shape = land.claimed.content
        if not isinstance(shape, Shape):
            return
        reason = land.outcome.reason
        excerpt = find_fault(land.rendering.body if land.rendering else b"", reason)

        def write(t: Texts) -> str:
            return t("desk.stopped", number=shape.story_id, language=shape.language, reason=reason, excerpt=excerpt)

        key = f"stopped:{shape.push_id}:{shape.language}:{int(shape.public)}:{shape.wanted}"
        await self._tell(connection, key, write, lambda t: ways_of_push(t, shape.push_id))

    async def tell_held(self, connection: AsyncConnection, push_id: int, story_id: int) -> None:
        """Tell the editors that a push waits for them, since too many chats seemed gone."""
        await self._tell(
            connection,
            f"held:{push_id}",
            lambda t: t("desk.held", number=story_id, push=push_id),
            lambda t: ways_of_push(t, push_id),
        )

    async def ask_doubt(self, connection: AsyncConnection, claimed: Claimed) -> None:
        """Ask the editors whether a channel has what nobody could tell that it has."""
        shape = claimed.content
        if not isinstance(shape, Shape):
            return
        row = f"{shape.push_id}:{claimed.row_id}"
        await self._tell(
            connection,
            f"doubt:{row}:{claimed.attempt.doubts}",
            lambda t: t("desk.doubt", number=shape.story_id, chat=claimed.chat_id),
            lambda t: ways_of_doubt(t, row),
        )

    async def _tell(
        self,
        connection: AsyncConnection,
        key: str,
        write: Callable[[Texts], str],
        offer: Callable[[Texts], InlineKeyboardMarkup | None],
    ) -> None:
        """Write a message to each editor in the editor's language; the same key twice writes once."""
        for chat_id in await staff.list_reachable(connection, who_has(Role.EDITOR)):
            reader = await subscribers.find(connection, chat_id)
            t = texts(reader.language if reader else self.language)
            keyboard = offer(t)
            markup = {"reply_markup": keyboard.to_dict()} if keyboard else {}
            payload = {"text": write(t), "parse_mode": "HTML", **markup}
            message = Message(f"{key}:{chat_id}", "sendMessage", orjson.dumps(payload), chat_id, Lane.MODERATION)
            await outbox.add(connection, message, self.now())


def find_fault(body: bytes, reason: str) -> str:
    """Answer the part of a refused text that the reason speaks of, or its beginning."""
    try:
        text = str(orjson.loads(body).get("text", ""))
    except ValueError:
        return ""
    told = OFFSET.search(reason)
    if told is None:
        return text[:SHOWN]
    place = int(told[1])
    return text.encode()[max(0, place - AROUND) : place + AROUND].decode(errors="ignore")


def ways_of_push(t: Texts, push_id: int) -> InlineKeyboardMarkup | None:
    """Answer what may be done with a push that waits for a person."""
    resume = make_button(t.plain("button.resume"), Act.PUSH, str(push_id), "resume")
    return make_keyboard([[resume, make_button(t.plain("button.cancel"), Act.PUSH, str(push_id), "cancel")]])


def ways_of_doubt(t: Texts, row: str) -> InlineKeyboardMarkup | None:
    """Answer what may be said of a row in doubt."""
    arrived = make_button(t.plain("button.arrived"), Act.DOUBT, row, "arrived")
    return make_keyboard([[arrived, make_button(t.plain("button.again"), Act.DOUBT, row, "again")]])
