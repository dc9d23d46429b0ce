"""Quotes in digests: where a reply that digests brought is changed, or gone, the messages with it are edited.

Messages that are on their way at that moment may still bring the old words: they are looked for a little later.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncConnection

from db.engine import Database
from db.store import duties, publications, quotes
from db.store.publications import Errand
from newsroom.sharing import Destination, Task

AT_ONCE = 20
UNDER_WAY = timedelta(seconds=30)  # longer than a message that is rendered is on its way
KINDS = (Destination.DIGEST.value,)


@dataclass(slots=True)
class Corrector:
    """Looks after quotes for one worker."""

    database: Database
    now: Callable[[], datetime]

    async def step(self) -> bool:
        """Do what is due; tells whether there may be more."""
        now = self.now()
        async with self.database.read() as connection:
            if not await publications.is_any_due(connection, Destination.DIGEST, now):
                return False
        async with self.database.write() as connection:
            due = await publications.claim(connection, "", now, AT_ONCE, KINDS)
            for errand in due:
                await self._correct(connection, errand)
        return len(due) == AT_ONCE

    async def _correct(self, connection: AsyncConnection, errand: Errand) -> None:
        """Let messages be edited at once, and those that were under way when that is over."""
        now, is_last = self.now(), errand.task is Task.SHOW or errand.attempts > 0
        if errand.task is not Task.SHOW:  # what is public anew stands in no message yet
            since = now - 2 * UNDER_WAY if errand.attempts else None
            await quotes.mark_stale(connection, errand.reply_id, errand.article_id, now, since)
        if not is_last:
            await publications.fail(connection, errand, "", now, now + UNDER_WAY)
        elif reply_id := await publications.land(connection, errand, now):
            await duties.progress(connection, reply_id, now)
