"""Fan-out: half a million deliveries for a million readers, planned, then claimed and settled as fast as can be.

SQLite is as in production (WAL, synchronous=FULL). PostgreSQL is a server of its own, with fsync and synchronous_commit
on; its workers are processes. Rows are counted each time, and none may be missing or there twice. What a database does
in the background (checkpoints, vacuum, statistics) it does between two measurements.
"""

import asyncio
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from typing import Any

from sqlalchemy import delete, event

import runtime
from bench.draining import BATCH, Drain, drain_by, land, make_queue, try_rendering
from bench.planning import Planned, SpreadPlanner, TimedDatabase, plan_push, write_bare
from bench.readers import count_matched, enrol, now, open_newsroom, settle_down
from bench.report import Bar, print_bars, print_versions
from db.store import pushes
from db.store.deliveries import count_by_state
from db.tables import deliveries
from newsroom.pushes import PushState
from tests.postgres import DURABLE, find_binaries, running_server

READERS = 1_000_000
ROUNDS = 3
WORKERS = (1, 2, 4)
REST = 1.5  # seconds until every chat may be sent to again
GROWING = ("deliveries", "subscribers", "chats", "follows", "articles")  # not the outbox, which is empty here
MS = 1000


def run() -> None:
    """Print the figures."""
    print_versions("sqlalchemy", "aiosqlite", "asyncpg")
    matched, bars = count_matched(READERS), list[Bar]()
    print(f"{READERS:,} readers, {matched:,} of them matched\n", flush=True)
    with tempfile.TemporaryDirectory(prefix="qasid-bench-") as folder:
        runtime.run(measure_sqlite(f"sqlite+aiosqlite:///{Path(folder) / 'bench.db'}", matched, bars))
    if binaries := find_binaries():
        with running_server(binaries, DURABLE) as address:
            runtime.run(measure_postgresql(address.format(name="postgres"), matched, bars))
    print_bars(bars)


async def measure_sqlite(url: str, matched: int, bars: list[Bar]) -> None:
    """Add the figures of SQLite."""
    database = TimedDatabase(url)
    await open_newsroom(database, READERS)
    planned = await compare(database, matched, bars)
    beside = await plan_push(database, matched, beside_a_person=True)
    print(f"SQLite: planned in {beside.seconds:.2f} s beside {len(beside.waits)} writes of a person", flush=True)
    longest = max(one.longest for one in [*planned, beside])
    await forget(database)
    await plan_push(database, matched)
    drained = await drain_all(database, matched, 1)
    await database.close()
    bars += [
        Bar("SQLite: longest transaction of planning, ms", longest * MS, 20, at_most=True),
        Bar("SQLite: a person's write meanwhile, 99th percentile, ms", beside.late_wait * MS, 20, at_most=True),
        Bar(f"SQLite: claimed and settled by {BATCH}, rows/s", drained.rate, 80_000),
        Bar("SQLite: last tenth of the drain / first", drained.steadiness, 0.8),
    ]


async def measure_postgresql(url: str, matched: int, bars: list[Bar]) -> None:
    """Add the figures of PostgreSQL."""
    database, drains = TimedDatabase(url), dict[str, Drain]()
    await open_newsroom(database, READERS)
    planned = await compare(database, matched, bars)
    longest = max(one.longest for one in planned)
    await forget(database)
    for workers in WORKERS:
        await plan_push(database, matched)
        drains[name_workers(workers)] = await drain_all(database, matched, workers)
    beside, scans = await drain_beside_a_paused_push(database, matched)
    await database.close()
    bars += [
        Bar("PostgreSQL: longest transaction of planning, ms", longest * MS, 150, at_most=True),
        *(Bar(f"PostgreSQL: {workers}, rows/s", one.rate, 50_000) for workers, one in drains.items()),
        *(Bar(f"PostgreSQL: {workers}, last tenth / first", one.steadiness, 0.8) for workers, one in drains.items()),
        Bar("PostgreSQL: 1 worker beside a paused push / without", beside.rate / drains["1 worker"].rate, 0.95),
        Bar("PostgreSQL: plans that read a growing table whole", len(scans), 0, at_most=True),
    ]


async def drain_beside_a_paused_push(database: TimedDatabase, matched: int) -> tuple[Drain, list[str]]:
    """Drain a push behind one that is paused; answers also what an exchange then reads whole."""
    held = await plan_push(database, matched)
    async with database.write() as connection:
        await pushes.set_state(connection, held.push_id, PushState.PAUSED, [PushState.RUNNING], now())
    await plan_push(database, matched)
    scans = await find_scans(database)
    print("\n".join(["PostgreSQL, read whole:", *scans]) if scans else "PostgreSQL: nothing is read whole", flush=True)
    return await drain_all(database, matched, 1), scans


async def compare(database: TimedDatabase, matched: int, bars: list[Bar]) -> list[Planned]:
    """Let bare statements and the planner write the same rows in turn."""
    bare, planned, spread, engine = [], [], [], name_of(database)
    for _ in range(ROUNDS):
        bare.append(await write_bare(database, matched))
        planned.append(await plan_push(database, matched))
        spans = f"{len(database.spans)} transactions of {median(database.spans) * MS:.0f} ms"
        spread.append(await plan_push(database, matched, SpreadPlanner))
        print(
            f"{engine}: bare {bare[-1]:.2f} s, planned {planned[-1].seconds:.2f} s in {spans}, "
            f"with four due times {spread[-1].seconds:.2f} s",
            flush=True,
        )
    for what, several in (("planned", planned), ("planned with four due times", spread)):
        ratio = median(one.seconds for one in several) / median(bare)
        bars.append(Bar(f"{engine}: {what} / bare INSERT … SELECT", ratio, 2.2, at_most=True))
    return planned + spread


def name_of(database: TimedDatabase) -> str:
    """Answer the engine's name."""
    return "SQLite" if database.is_sqlite else "PostgreSQL"


def name_workers(count: int) -> str:
    """Say how many workers."""
    return f"{count} worker{'s' if count > 1 else ''}"


async def forget(database: TimedDatabase) -> None:
    """Let nothing be planned."""
    async with database.write() as connection:
        await connection.execute(delete(deliveries))
    await settle_down(database)


async def drain_all(database: TimedDatabase, matched: int, workers: int) -> Drain:
    """Let workers drain what is planned, and make sure that all of it was settled once."""
    await try_rendering(make_queue(database, await enrol(database)))
    await settle_down(database)
    await asyncio.sleep(REST)
    drained = await asyncio.to_thread(drain_by, workers, database.url.render_as_string(hide_password=False))
    async with database.read() as connection:
        newest = (await pushes.list_newest(connection, 1))[0].id
        counts = await count_by_state(connection, newest)
    if counts != {"sent": matched} or drained.rows > matched:
        raise AssertionError(f"{counts}, {drained.rows} of them in this drain")
    print(f"{name_of(database)}: {name_workers(workers)}, {drained.rows:,} rows, {drained.rate:,.0f}/s", flush=True)
    return drained


async def find_scans(database: TimedDatabase) -> list[str]:
    """Answer the growing tables that a claim and its settling read whole, by the plans of all their statements."""
    queue = make_queue(database, await enrol(database))
    await try_rendering(queue)
    claimed = await queue.exchange([], BATCH)
    asked: list[tuple[str, Any]] = []
    async with database.write() as connection:
        engine = connection.sync_connection.engine  # type: ignore[union-attr]
        with listening(engine, asked):
            claimed = await queue.exchange(land(claimed), BATCH)
        plans = [await connection.exec_driver_sql(f"EXPLAIN {statement}", values) for statement, values in asked]
        lines = [str(row[0]).strip() for plan in plans for row in plan.all()]
    await queue.exchange(land(claimed), 0)
    return [line for line in lines if "Seq Scan on" in line and line.split("Seq Scan on ")[1].split()[0] in GROWING]


@contextmanager
def listening(engine: Any, asked: list[tuple[str, Any]]) -> Iterator[None]:
    """Note each statement with its values."""

    def note(*call: Any) -> None:
        if call[2].split()[0] in {"SELECT", "UPDATE", "INSERT", "DELETE", "WITH"}:
            asked.append((call[2], call[3]))

    event.listen(engine, "before_cursor_execute", note)
    try:
        yield
    finally:
        event.remove(engine, "before_cursor_execute", note)
