"""Figures: what editors asked for by `/stats` is counted, drawn and put on its way.

The figures are read beside all other work, on a connection that only reads; one editor after the other.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from sqlalchemy.ext.asyncio import AsyncConnection

from db.engine import Database
from db.store import outbox, stats, wishes
from db.store.outbox import Message
from db.store.wishes import FIGURES, Wish
from newsroom.stats import Span, Stats, period_of


class Viewer(Protocol):
    """Who looks at figures."""

    @property
    def zone(self) -> str:
        """By which clock his days are."""

    async def write(self, wish: Wish, figures: Stats) -> Message:
        """Answer the message that shows him figures."""


class Teller(Protocol):
    """Who knows those who ask."""

    async def meet(self, connection: AsyncConnection, chat_id: int) -> Viewer:
        """Answer who asks."""


@dataclass(slots=True)
class Statistician:
    """Answers wishes for one worker."""

    database: Database
    teller: Teller
    now: Callable[[], datetime]
    counts_openings: bool

    async def step(self) -> bool:
        """Answer what is asked for; there is never more to do at once."""
        async with self.database.read() as connection:
            if not await wishes.is_any_due(connection, self.now(), FIGURES):
                return False
        async with self.database.write() as connection:
            claimed = await wishes.claim(connection, self.now(), FIGURES)
        for wish in claimed:
            await self._answer(wish)
        return False

    async def _answer(self, wish: Wish) -> None:
        async with self.database.read() as connection:
            viewer = await self.teller.meet(connection, wish.chat_id)
            period = period_of(Span(wish.what), viewer.zone, self.now())
            figures = await stats.read(connection, period, counts_openings=self.counts_openings)
        message = await viewer.write(wish, figures)
        async with self.database.write() as connection:
            if await wishes.end(connection, wish):
                await outbox.add(connection, message, self.now())
