"""Health: what `/readyz` asks, each part with a word for how it is.

A new part is a method here and a line of `checks`, with its remedy in docs/operations.md.
"""

import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from sqlalchemy import text

from db.engine import Database
from db.store import pacing
from db.store.workers import WorkerLease

Check = Callable[[], Awaitable[str]]  # answers "ok", or what is wrong
PROBED_FOR = 15.0  # seconds that an answer of Telegram's stands for its health


@dataclass(slots=True)
class Health:
    """The health of one process; `probe` asks Telegram whether it answers."""

    database: Database
    lease: WorkerLease
    probe: Callable[[], Awaitable[bool]]
    _answered_at: float = float("-inf")  # monotonic seconds

    @property
    def checks(self) -> dict[str, Check]:
        """The parts by their names."""
        return {"database": self._ask_database, "clock": self._ask_clock, "telegram": self._ask_telegram}

    async def _ask_database(self) -> str:
        async with self.database.read() as connection:
            await connection.execute(text("SELECT 1"))
        return "ok"

    async def _ask_clock(self) -> str:
        return "ok" if self.lease.is_fresh() else "the heartbeat is late"

    async def _ask_telegram(self) -> str:
        async with self.database.read() as connection:
            pace = await pacing.load(connection)
        if pace and pace.halted:
            return f"sending is halted: {pace.halted}"
        if time.monotonic() - self._answered_at > PROBED_FOR:
            if not await self.probe():
                return "no answer"
            self._answered_at = time.monotonic()
        return "ok"
