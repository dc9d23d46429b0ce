"""Planning: a new push gets a row for each subscriber who asked for its story, range by range.

The upper bound and the cursor stand on the push and move in the transaction that writes the rows and holds the push:
no claim outlives it, a crash resumes where it was, and breaking news goes before the next range of a large push.
A range is as wide as fits into a few milliseconds, so that people's writes pass between.
"""

import asyncio
import time
from dataclasses import dataclass

from db.engine import Database
from db.store import deliveries, pushes, subscribers
from db.store.workers import WorkerLease
from newsroom.readers import next_delivery

SMALLEST_RANGE, LARGEST_RANGE = 500, 200_000  # subscriber ids
AIM = 0.008  # seconds a range should take
HELD = 0.1  # seconds until what others hold is looked at again


@dataclass(slots=True)
class Planner:
    """Plans pushes for one worker."""

    database: Database
    lease: WorkerLease
    _width: int = 2_000

    async def step(self) -> bool:
        """Write the next range of the push that is first by lane and age; tells whether there was something to plan."""
        async with self.database.read() as connection:
            if not await pushes.is_any_unplanned(connection):
                return False
        if not await self._plan_range():
            await asyncio.sleep(HELD)
        return True

    async def _plan_range(self) -> bool:
        """Write a range; False where other workers hold all there is: they plan it, or note when to look at it."""
        now, began = self.lease.now(), time.perf_counter()
        async with self.database.write() as connection:
            push = await pushes.lock_unplanned(connection)
            if push is None:
                return False
            upper = min(push.cursor + self._width, push.upper)
            schedules = await subscribers.list_schedules(connection)
            times = {key: next_delivery(schedule, now) for key, schedule in schedules.items()}
            if push.cursor == 0:
                await deliveries.plan_staff(connection, push)
            await deliveries.plan_range(connection, push, upper, times)
            await pushes.advance(connection, push.id, upper, now, planned=upper >= push.upper)
        self._widen(time.perf_counter() - began)
        return True

    def _widen(self, seconds: float) -> None:
        factor = 2 if seconds < AIM / 2 else 0.5 if seconds > AIM else 1
        self._width = max(SMALLEST_RANGE, min(LARGEST_RANGE, int(self._width * factor)))
