"""Purging: what is too old to be needed goes, a little at a time."""

from dataclasses import dataclass

from db.engine import Database
from db.store import inbox, outbox, pushes
from db.store.workers import WorkerLease

CHUNK = 1_000  # rows in one transaction


@dataclass(slots=True)
class Purger:
    """Forgets for one worker."""

    database: Database
    lease: WorkerLease

    async def step(self) -> bool:
        """Forget one chunk of each; tells whether there is more."""
        now = self.lease.now()
        async with self.database.write() as connection:
            gone = await inbox.purge(connection, CHUNK, now)
            gone += await outbox.purge(connection, CHUNK, now)
            gone += await pushes.purge(connection, CHUNK, now)
        return gone > 0
