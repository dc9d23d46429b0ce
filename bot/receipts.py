"""What is told of files that editors sent: how many sources are collected now, which topics are tried, what is wrong.

Each is a message to whoever sent it, in the transaction of what it tells (`jobs/files.py`).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

import orjson
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.docket import write
from bot.sources import explain
from db.store import outbox
from db.store.outbox import Message
from db.store.probes import Probe
from locales import texts
from newsroom.pushes import Lane
from newsroom.reasons import Reason

MOST_FAULTS = 10  # each of them two or three lines


@dataclass(frozen=True, slots=True)
class Receipts:
    """Tells editors what came of their files."""

    now: Callable[[], datetime]

    async def tell_imported(self, connection: AsyncConnection, probe: Probe, added: int, known: int) -> None:
        """Tell how many sources are collected now."""
        t = texts(probe.language)
        await self._write(connection, probe, t("file.imported", added=added, known=known))

    async def tell_proposed(self, connection: AsyncConnection, probe: Probe, found: int, most: int) -> None:
        """Tell how many topics would be changed: none, so many, or too many to be shown one by one."""
        t = texts(probe.language)
        if found > most:
            told = t("file.too_many", n=found, most=most)
        else:
            told = t("file.trying", n=found) if found else t("topicwords.same")
        await self._write(connection, probe, told)

    async def tell_faults(self, connection: AsyncConnection, probe: Probe, faults: Sequence[Reason]) -> None:
        """Tell what is wrong with it, as the terminal tells it; nothing of it is taken."""
        t = texts(probe.language)
        lines = [f"▪️ {explain(t, fault)}" for fault in faults[:MOST_FAULTS]]
        await self._write(connection, probe, "\n".join([t("file.faults"), *lines]))

    async def tell_unread_file(self, connection: AsyncConnection, probe: Probe, reason: Reason) -> None:
        """Tell why it cannot be read."""
        t = texts(probe.language)
        await self._write(connection, probe, t("file.unread", reason=explain(t, reason)))

    async def _write(self, connection: AsyncConnection, probe: Probe, text: str) -> None:
        payload = orjson.dumps(write((text, None)))
        message = Message(f"file:{probe.id}", "sendMessage", payload, probe.chat_id, Lane.MODERATION)
        await outbox.add(connection, message, self.now())
