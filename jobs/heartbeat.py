"""The heartbeat: this worker's lease is renewed, the dead are buried, and what they had in flight is settled."""

from dataclasses import dataclass

import structlog

from db.clock import DatabaseClock
from db.engine import Database
from db.store import workers
from db.store.queue import DeliveryQueue
from db.store.workers import WorkerLease
from newsroom.delivery import Meter

log = structlog.get_logger()


@dataclass(slots=True)
class Heartbeat:
    """One worker's heartbeat."""

    database: Database
    clock: DatabaseClock
    lease: WorkerLease
    queue: DeliveryQueue
    meter: Meter

    async def step(self) -> bool:
        """Beat once; there is never more to do at once."""
        await self.clock.set_by(self.database)
        async with self.database.write(urgent=True) as connection:
            stood = await workers.beat(connection, self.lease)
        async with self.database.write() as connection:  # apart: whatever it meets, we are alive
            # By the moment of our own beat: who is stopped between the two must not bury himself.
            await workers.bury(connection, self.lease.beat_at)
        if not stood:
            log.warning("lease lost", reason="this worker slept too long; its rows are in doubt")
        if doubtful := await self.queue.recover():
            log.warning("rows in doubt", rows=doubtful, reason="a worker died with them in flight")
            self.meter.count("doubts", doubtful)
        return False
