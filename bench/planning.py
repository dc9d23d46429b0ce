"""Planning against one bare statement that writes the same rows, and a person who writes meanwhile.

bare      INSERT … SELECT, a UNION of a scan for each topic, into a table of the same columns with a primary key only
planned   by the planner, range by range, with all that tells who gets a row and when
"""

import asyncio
import time
from collections import defaultdict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from statistics import quantiles
from typing import Any

from sqlalchemy import Column, MetaData, Table, insert, literal, select, union, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bench.readers import TOPICS, enrol, now, publish, settle_down
from db.columns import UtcDateTime
from db.engine import Database
from db.store.deliveries import Audience, count_by_state
from db.store.gatherings import Gathering
from db.tables import chats, deliveries, follows
from jobs.plan import Planner

EVERY = 0.02  # seconds between two writes of a person
LATER = (1, 2, 3)  # hours until the rows of some schedules are due
BARE = Table(
    "bare",
    MetaData(),
    *(
        Column(
            column.name,
            column.type,
            primary_key=column.primary_key,
            autoincrement=False,
            nullable=column.nullable,
            server_default=getattr(column.server_default, "arg", None),
        )
        for column in deliveries.columns
    ),
    sqlite_with_rowid=False,
)


class TimedDatabase(Database):
    """A database that keeps how long its bulk transactions took, in seconds from their begin to their end."""

    def __init__(self, url: str) -> None:
        super().__init__(url)
        self.spans: list[float] = []

    @asynccontextmanager
    async def write(self, *, urgent: bool = False) -> AsyncIterator[AsyncConnection]:
        """Open a writing transaction and time it."""
        async with super().write(urgent=urgent) as connection:
            began = time.perf_counter()
            yield connection
        if not urgent:
            self.spans.append(time.perf_counter() - began)


@dataclass(frozen=True, slots=True)
class Planned:
    """What planning a push took, in seconds, and how long a person's writes took meanwhile."""

    push_id: int
    seconds: float
    longest: float  # of the transactions
    waits: list[float]

    @property
    def late_wait(self) -> float:
        """The 99th percentile of a person's writes."""
        return quantiles(self.waits, n=100)[98]


class SpreadPlanner(Planner):
    """Plans as if a quarter of the schedules were of digests: each due time takes its part of planning."""

    async def _find_audience(self, connection: AsyncConnection, push: Any) -> Audience | Gathering:
        """Answer an audience whose rows fall due at four times."""
        audience = await super()._find_audience(connection, push)
        if audience is self._audience or isinstance(audience, Gathering):
            return audience  # spread already, or of no schedules
        ((moment, schedule_ids),) = audience.due
        due = defaultdict(list)
        for number in schedule_ids:
            hours = number % (4 * len(LATER))
            due[moment + timedelta(hours=hours if hours in LATER else 0)].append(number)
        return replace(audience, due=sorted(due.items()))


async def write_bare(database: Database, matched: int) -> float:
    """Write the rows of a push by one statement and answer how many seconds that took."""
    async with database.write() as connection:
        await connection.run_sync(BARE.drop, checkfirst=True)
        await connection.run_sync(BARE.create)
    await settle_down(database)
    scans = [select(follows.c.subscriber_id).where(follows.c.tag == tag, ~follows.c.muted) for tag in TOPICS]
    asked = union(*scans).subquery("asked")
    rows = select(literal(1), asked.c.subscriber_id, literal(now(), UtcDateTime))
    bare = insert(BARE).from_select(["push_id", "subscriber_id", "due_at"], rows)
    began = time.perf_counter()
    async with database.write() as connection:
        written = (await connection.execute(bare)).rowcount
    seconds = time.perf_counter() - began
    if written != matched:
        raise AssertionError(f"{written} rows, not {matched}")
    return seconds


async def plan_push(
    database: TimedDatabase, matched: int, by: type[Planner] = Planner, *, beside_a_person: bool = False
) -> Planned:
    """Publish an article, plan its push, and make sure that each matched reader has one row."""
    push_id, planner = await publish(database), by(database, await enrol(database))
    await settle_down(database)
    waits: list[float] = []
    person = asyncio.create_task(_write_like_a_person(database, waits)) if beside_a_person else None
    database.spans.clear()
    began = time.perf_counter()
    while await planner.step():
        pass
    seconds = time.perf_counter() - began
    if person:
        person.cancel()
    async with database.read() as connection:
        counts = await count_by_state(connection, push_id)
    if counts != {"queued": matched}:
        raise AssertionError(f"{counts}, not {matched} rows")
    return Planned(push_id, seconds, max(database.spans), waits)


async def _write_like_a_person(database: Database, waits: list[float]) -> None:
    """Write a sign of life every now and then, and note how long that took."""
    async with database.read() as connection:
        ids = (await connection.execute(select(chats.c.id).limit(10_000))).scalars().all()
    for chat_id in ids:
        began = time.perf_counter()
        async with database.write(urgent=True) as connection:
            await connection.execute(update(chats).where(chats.c.id == chat_id).values(alive_at=now()))
        waits.append(time.perf_counter() - began)
        await asyncio.sleep(EVERY)
