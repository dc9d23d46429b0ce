"""Purging: what is too old to be needed goes, a little at a time."""

from dataclasses import dataclass

from db.engine import Database
from db.store import (
    bans,
    broadcast_cards,
    cards,
    chats,
    digests,
    erasures,
    errands,
    inbox,
    invitations,
    keywords,
    openings,
    outbox,
    posts,
    pushes,
    sketches,
    topics,
    vectors,
    waves,
)
from db.store.workers import WorkerLease

CHUNK = 1_000  # rows in one transaction


@dataclass(slots=True)
class Purger:
    """Forgets for one worker."""

    database: Database
    lease: WorkerLease
    _keyword: int = 0  # up to which keywords were looked at, 0 when all were

    async def step(self) -> bool:
        """Forget one chunk of each; tells whether there is more."""
        now = self.lease.now()
        async with self.database.write() as connection:
            gone = await inbox.purge(connection, CHUNK, now)
            gone += await outbox.purge(connection, CHUNK, now)
            gone += await cards.purge(connection, CHUNK, now)
            gone += await broadcast_cards.purge(connection, CHUNK, now)
            gone += await waves.purge(connection, CHUNK, now)
            gone += await pushes.purge(connection, CHUNK, now)
            gone += await erasures.purge(connection, CHUNK, now)
            gone += await errands.purge(connection, now)
            gone += await digests.purge(connection, CHUNK, now)
            gone += await posts.purge(connection, CHUNK, now)
            gone += await topics.purge(connection, now)
            gone += await vectors.purge(connection, now)
            gone += await sketches.purge(connection, now)
            gone += await openings.purge(connection, now.date())
            gone += await chats.blur(connection, CHUNK, now)
            gone += await bans.purge(connection, now)
            await invitations.purge(connection, now)
        async with self.database.write() as connection:  # apart: it locks the desk
            self._keyword = await keywords.purge(connection, self._keyword, CHUNK)
        if gone or self._keyword:
            return True
        await self.database.flush()  # what was said and is erased must not stand in the log for days
        return False
