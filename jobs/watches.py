"""Watching: cards of articles that are on their way are drawn anew as that goes on, every three seconds at most.

Any number of workers may do it at once: what is drawn is noted with what was seen, and only one notes it.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Protocol

import orjson
from sqlalchemy.ext.asyncio import AsyncConnection

from db.engine import Database
from db.store import dossiers, outbox, watches
from db.store.outbox import Message
from db.store.watches import KEPT_FOR, Watch
from newsroom.dossiers import Dossier, redraw_pause, stamp
from newsroom.pushes import Lane


class Drawer(Protocol):
    """Who draws: `bot/clerk.py`."""

    async def render(self, connection: AsyncConnection, dossier: Dossier, chat_id: int) -> dict[str, Any]:
        """Answer what the card of an article shows, as the Bot API takes it."""


@dataclass(slots=True)
class Watcher:
    """Keeps cards of articles as things stand, for one worker."""

    database: Database
    drawer: Drawer
    now: Callable[[], datetime]

    async def step(self) -> bool:
        """Look at each card that is watched once; what comes next is found by the clock."""
        async with self.database.read() as connection:
            found = await watches.list_all(connection)
        for watch in found:
            async with self.database.read() as connection:
                dossier = await dossiers.read(connection, watch.article_id)
            if dossier:
                await self._look(watch, dossier)
        return False

    async def _look(self, watch: Watch, dossier: Dossier) -> None:
        now, shows = self.now(), stamp(dossier, self.now())
        is_over = not dossier.may_change or now - watch.begun_at > KEPT_FOR
        if not is_over and (shows == watch.shown or now - watch.drawn_at < redraw_pause(dossier)):
            return
        async with self.database.write() as connection:
            if not await watches.note_drawn(connection, watch, shows, now):
                return
            if is_over:
                await watches.end(connection, watch.article_id, watch.chat_id)
            if shows != watch.shown:
                await self._draw(connection, replace(watch, shown=shows, drawn_at=now), dossier)

    async def _draw(self, connection: AsyncConnection, watch: Watch, dossier: Dossier) -> None:
        """Put the new look of a card on its way; what changes twice in one moment is drawn twice."""
        payload = await self.drawer.render(connection, dossier, watch.chat_id)
        body = orjson.dumps(payload | {"message_id": watch.message_id})
        key = f"watch:{watch.chat_id}:{watch.message_id}:{watch.drawn_at.timestamp()}:{watch.shown}"
        message = Message(key, "editMessageText", body, watch.chat_id, Lane.MODERATION)
        await outbox.add(connection, message, watch.drawn_at)
