"""Planning: a new push gets a row for each subscriber who asked for its story, range by range.

The upper bound and the cursor stand on the push and move in the transaction that writes the rows and holds the push:
no claim outlives it, a crash resumes where it was, and breaking news goes before the next range of a large push.
A range is as wide as fits into a few milliseconds, so that people's writes pass between.
"""

import asyncio
import time
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from db.engine import Database
from db.store import deliveries, gatherings, pushes, subscribers
from db.store.deliveries import Audience
from db.store.gatherings import Gathering
from db.store.workers import WorkerLease
from newsroom.broadcasts import LEAD
from newsroom.errors import Conflict
from newsroom.pushes import Lane
from newsroom.readers import DAY, Rhythm, next_delivery

SMALLEST_RANGE, FIRST_RANGE, LARGEST_RANGE = 500, 4_000, 200_000  # subscriber ids
MOST_GROWTH = 1.25  # from one range to the next
# Seconds that writing a range should take: on SQLite people's writes wait for it, on PostgreSQL breaking news do. What
# a transaction costs besides is not counted: where that is much, narrower ranges would only make it more.
AIM, AIM_BESIDE_OTHERS = 0.0075, 0.08
CLOSING = timedelta(seconds=10)  # before a window's digests leave: longer than a range takes
HELD = 0.1  # seconds until what others hold is looked at again


@dataclass(slots=True)
class Planner:
    """Plans pushes for one worker."""

    database: Database
    lease: WorkerLease
    _width: int = FIRST_RANGE
    _audience: Audience | Gathering | None = None  # of the push that was planned last
    _of: tuple[Any, ...] = ()  # which push, in which lane, since when: raised or opened again, it is reckoned anew
    _until: datetime | None = None  # how long its times hold
    _busy: bool = False  # there was something to plan when it was last looked

    async def step(self) -> bool:
        """Write the next range of the push that is first by lane and age; tells whether there was something to plan."""
        with suppress(Conflict):
            if self._busy and await self._plan_range():
                return True
            async with self.database.read() as connection:
                self._busy = await pushes.is_any_unplanned(connection)
            if self._busy and not await self._plan_range():
                await asyncio.sleep(HELD)
        return self._busy

    async def _plan_range(self) -> bool:
        """Write a range; False where other workers hold all there is: they plan it, or note when to look at it."""
        now = self.lease.now()
        async with self.database.write() as connection:
            push = await pushes.lock_unplanned(connection)
            if push is None:
                return False
            if push.cursor == 0:
                await (deliveries if push.story_id else gatherings).plan_staff(connection, push)
            if self._audience is None or self._audience.push_id != push.id:
                self._width = within(FIRST_RANGE)  # few may have asked for the push before, and many for this one
            self._audience = await self._find_audience(connection, push)
            upper = min(push.cursor + self._width, push.upper)
            began = time.perf_counter()
            await plan_range(connection, self._audience, push.cursor + 1, upper)
            taken = time.perf_counter() - began
            await pushes.advance(connection, push.id, upper, max(now, push.due_at), planned=upper >= push.upper)
        aim = AIM if self.database.is_sqlite else AIM_BESIDE_OTHERS
        self._width = within(int(self._width * min(MOST_GROWTH, aim / taken)))
        return True

    async def _find_audience(self, connection: AsyncConnection, push: Any) -> Audience | Gathering:
        """Reckon once for the ranges of a push, which may begin later than now, but anew as soon as a window closes.

        What is left comes with the next window then: after a digest that has left, it would be a second one.
        """
        now, before, self._of = self.lease.now(), self._of, (push.id, push.lane, push.created_at)
        if self._audience and before == self._of and self._until and now < self._until:
            return self._audience
        begin, is_breaking = max(now, push.due_at, push.created_at), push.lane == Lane.BREAKING
        known = await subscribers.list_schedules(connection)
        if push.story_id is None:
            begin = max(begin, push.created_at + LEAD)
            known = {key: replace(schedule, rhythm=Rhythm.INSTANT) for key, schedule in known.items()}
        times = {key: next_delivery(schedule, begin, is_breaking=is_breaking) for key, schedule in known.items()}
        self._until = min((due for due in times.values() if due > begin), default=now + CLOSING + DAY) - CLOSING
        find = deliveries.find_audience if push.story_id else gatherings.find
        return await find(connection, push, times)


async def plan_range(connection: AsyncConnection, audience: Audience | Gathering, lower: int, upper: int) -> None:
    """Write the rows of a push for a range, of a story or of a broadcast."""
    if isinstance(audience, Gathering):
        await gatherings.plan_range(connection, audience, lower, upper)
    else:
        await deliveries.plan_range(connection, audience, lower, upper)


def within(width: int) -> int:
    """Answer a width that a range may have."""
    return max(SMALLEST_RANGE, min(LARGEST_RANGE, width))
