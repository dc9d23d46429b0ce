"""The checklists of those who set the bot up: each is drawn anew when something of what it shows has changed.

Whoever changes something may wake it; whatever else changes (a source is read, a channel let the bot in, a command at
the terminal) is found by looking.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

import orjson
from sqlalchemy.ext.asyncio import AsyncConnection

from db.engine import Database
from db.store import checklists, outbox
from db.store.checklists import Checklist
from db.store.outbox import Message
from newsroom.pushes import Lane


class Drawer(Protocol):
    """Who draws: `bot/setup.py`."""

    async def render(self, connection: AsyncConnection, chat_id: int) -> tuple[dict[str, Any], str]:
        """Answer what a checklist should show now, as the Bot API takes it, and what tells whether it does."""


@dataclass(slots=True)
class Reminder:
    """Keeps checklists for one worker."""

    database: Database
    drawer: Drawer
    now: Callable[[], datetime]

    async def step(self) -> bool:
        """Draw what has changed; what changes later is found at the next look."""
        async with self.database.read() as connection:
            seen = await checklists.list_open(connection, self.now())
            due = [one for one in seen if await self._is_due(connection, one)]
        for one in due:
            async with self.database.write() as connection:
                await self._draw(connection, one)
        return False

    async def _is_due(self, connection: AsyncConnection, one: Checklist) -> bool:
        """Tell whether a checklist has just arrived, or shows what is no more; one on its way is looked at later."""
        if one.message_id is None or one.is_busy:
            return False
        _, shown = await self.drawer.render(connection, one.chat_id)
        return shown != one.shown or not one.is_noted

    async def _draw(self, connection: AsyncConnection, one: Checklist) -> None:
        now = self.now()
        await checklists.note_arrived(connection, one)
        payload, shown = await self.drawer.render(connection, one.chat_id)
        if shown == one.shown:
            return
        key = f"setup:{one.chat_id}:{now.timestamp()}"
        if await checklists.note_drawn(connection, one, key, shown, now):
            body = orjson.dumps(payload | {"message_id": one.message_id})
            await outbox.add(connection, Message(key, "editMessageText", body, one.chat_id, Lane.MODERATION), now)
