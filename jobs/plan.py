"""Planning: a new push gets a row for each subscriber who asked for its story, range by range.

The upper bound and the cursor stand on the push and move in the transaction that writes the rows, so a crash resumes
where it was. A range is as wide as fits into a few milliseconds, so that people's writes pass between.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass

from db.engine import Database
from db.store import deliveries, pushes, subscribers
from db.store.workers import WorkerLease
from newsroom.readers import next_delivery

SMALLEST_RANGE, LARGEST_RANGE = 500, 200_000  # subscriber ids
AIM = 0.008  # seconds a range should take


@dataclass(slots=True)
class Planner:
    """Plans pushes for one worker."""

    database: Database
    lease: WorkerLease
    on_rows: Callable[[], None] = lambda: None  # called when there is something to deliver
    _width: int = 2_000

    async def step(self) -> bool:
        """Plan one push to its end; tells whether there was one."""
        async with self.database.read() as connection:
            if not await pushes.is_any_unplanned(connection):
                return False
        async with self.database.write() as connection:
            push = await pushes.claim_unplanned(connection, self.lease.id)
        if push is None:
            return False
        try:
            while await self._plan_range(push.id):
                pass
        except BaseException:
            async with self.database.write() as connection:
                await pushes.release(connection, push.id, self.lease.id)
            raise
        return True

    async def _plan_range(self, push_id: int) -> bool:
        """Write the next range; tells whether there is another."""
        now, began = self.lease.now(), time.perf_counter()
        async with self.database.write() as connection:
            push = await pushes.lock_planned(connection, push_id, self.lease.id)
            if push is None:  # cancelled, or another worker's by now
                return False
            upper = min(push.cursor + self._width, push.upper)
            schedules = await subscribers.list_schedules(connection)
            times = {key: next_delivery(schedule, now) for key, schedule in schedules.items()}
            await deliveries.plan_range(connection, push, upper, times)
            planned = upper >= push.upper
            await pushes.advance(connection, push_id, upper, now, planned=planned)
        self._widen(time.perf_counter() - began)
        self.on_rows()
        return not planned

    def _widen(self, seconds: float) -> None:
        factor = 2 if seconds < AIM / 2 else 0.5 if seconds > AIM else 1
        self._width = max(SMALLEST_RANGE, min(LARGEST_RANGE, int(self._width * factor)))
