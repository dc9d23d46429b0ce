"""Digests: a million rows that fall due at once for 200,000 readers, five each, claimed and settled as digests.

    200 sets of articles       as where readers choose among topics
    100,000 sets               as where every second reader has one that few others have

Rows are counted, and none may be missing or there twice. The real renderer says what a rendering takes, in time and in
what is kept of it; how many there would be is counted in the order in which the loop asks, with as many kept as the
renderer keeps.
"""

import os
import random
import tempfile
import time
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import combinations, islice
from pathlib import Path
from statistics import median

from sqlalchemy import delete, func, insert, select, update

import runtime
from bench.draining import BATCH, land, make_queue
from bench.memory import MB, read_peak
from bench.newsroom import read_look
from bench.readers import enrol, now, open_newsroom, settle_down
from bench.report import Bar, print_bars, print_versions
from bot.renderer import MOST_KEPT, Renderer
from db.engine import Database
from db.showing import digests
from db.store import articles, pushes
from db.store.articles import Place
from db.tables import chats, deliveries
from db.tables import pushes as pushes_table
from newsroom.articles import ParsedArticle
from newsroom.pushes import Lane
from newsroom.topics import Topicality
from newsroom.work import Shape
from tests.postgres import DURABLE, find_binaries, running_server

READERS, ARTICLES, EACH = 200_000, 40, 5
SETS = (200, 100_000)
RENDERED = 2_000  # digests of which the cost is told
TOPICS = [f"o:37:{number}" for number in range(37)]  # every reader follows one of them (`bench/readers.py`)
CHUNK = 50_000  # rows in one statement
OLD = timedelta(hours=2)  # since when the articles are there: no news any more


@dataclass(slots=True)
class Drained:
    """What a window took."""

    seconds: float
    requests: int
    sets: int
    renderings: int  # as many as would have been made, with as many kept as there is room for
    milliseconds: float  # that one rendering takes
    kept: int  # bytes that each takes where it is kept

    @property
    def rate(self) -> float:
        """Rows a second, claimed and settled."""
        return READERS * EACH / self.seconds


def run() -> None:
    """Print the figures."""
    print_versions("sqlalchemy", "aiosqlite", "asyncpg")
    print(f"{READERS:,} readers, {READERS * EACH:,} rows due\n", flush=True)
    bars: list[Bar] = []
    with tempfile.TemporaryDirectory(prefix="qasid-bench-") as folder:
        runtime.run(measure(f"sqlite+aiosqlite:///{Path(folder) / 'bench.db'}", bars))
    if binaries := find_binaries():
        with running_server(binaries, DURABLE) as address:
            runtime.run(measure(address.format(name="postgres"), bars))
    print_bars(bars)


async def measure(url: str, bars: list[Bar]) -> None:
    """Add the figures of an engine."""
    database = Database(url)
    engine = "SQLite" if database.is_sqlite else "PostgreSQL"
    await open_newsroom(database, READERS)
    await publish(database)
    for sets in SETS:
        await fall_due(database, sets)
        drained = await drain(database)
        await check(database)
        name = f"{engine}, {sets:,} sets"
        print(
            f"{name}: {drained.rate:,.0f} rows/s, {drained.requests / drained.seconds:,.0f} digests/s, "
            f"{drained.sets:,} sets seen, {drained.renderings:,} renderings of {drained.milliseconds:.2f} ms, "
            f"{drained.kept:,} bytes of each kept, peak {read_peak(os.getpid()) / MB:.0f} MB",
            flush=True,
        )
        bars.append(Bar(f"{name}: digests / readers", drained.requests / READERS, 1.0, at_most=True))
        bars.append(Bar(f"{name}: renderings / sets", drained.renderings / drained.sets, 1.0, at_most=True))
    await database.close()


async def publish(database: Database) -> None:
    """Store the articles with pushes that are planned; their rows come later."""
    async with database.write() as connection:
        for number in range(1, ARTICLES + 1):
            url, title = f"https://site.example/{number}", f"قمة {number}"
            item = ParsedArticle(f"g{number}", url, title, "نص", str(number), language="ar")
            stored = await articles.add(connection, item, Place(1, archived=False), now())
            await articles.set_topics(connection, stored.id, Topicality(TOPICS))
            await pushes.open_for(connection, stored.story_id, Lane.NEWS, now())


async def fall_due(database: Database, sets: int) -> None:
    """Queue five rows for each reader, whose articles are one of so many sets."""
    chance = random.Random(sets)  # noqa: S311  (no secret)
    every = list(combinations(range(1, ARTICLES + 1), EACH))
    chosen = chance.sample(every, sets)
    due_at = now() - timedelta(seconds=1)
    rows = (
        {"push_id": push_id, "subscriber_id": reader, "due_at": due_at}
        for reader in range(1, READERS + 1)
        for push_id in chosen[reader % sets]
    )
    async with database.write() as connection:
        for table in (deliveries, digests):
            await connection.execute(delete(table))
        await connection.execute(update(chats).values(free_at=due_at, held_until=None))
        planned = {"state": "running", "planned_at": due_at, "due_at": due_at, "created_at": due_at - OLD}
        await connection.execute(update(pushes_table).values(planned))
    while chunk := list(islice(rows, CHUNK)):
        async with database.write() as connection:
            await connection.execute(insert(deliveries), chunk)
    await settle_down(database)


async def drain(database: Database) -> Drained:
    """Claim and settle until nothing is due; rendering is timed apart, on the first digests."""
    queue, shapes = make_queue(database, await enrol(database)), list[Shape]()
    began = time.monotonic()
    claimed = await queue.exchange([], BATCH)
    while claimed:
        shapes += [row.content for row in claimed if isinstance(row.content, Shape)]
        claimed = await queue.exchange(land(claimed), BATCH)
    seconds = time.monotonic() - began
    milliseconds, kept = await time_rendering(database, shapes)
    sets = len({shape.digest_id for shape in shapes})
    return Drained(seconds, len(shapes), sets, count_renderings(shapes, MOST_KEPT // kept), milliseconds, kept)


def count_renderings(shapes: Sequence[Shape], room: int) -> int:
    """Answer how many of these in a row are rendered, where there is room for so many of the last."""
    kept, made = OrderedDict[Shape, None](), 0
    for shape in shapes:
        made += shape not in kept
        kept[shape] = None
        if len(kept) > room:
            kept.popitem(last=False)
    return made


async def time_rendering(database: Database, shapes: Sequence[Shape]) -> tuple[float, int]:
    """Answer how many milliseconds a rendering takes, at the median of the first, and how many bytes when kept."""
    renderer, times = Renderer(database, read_look, now), []
    for shape in list(dict.fromkeys(shapes))[:RENDERED]:
        began = time.perf_counter()
        await renderer.render(shape)
        times.append((time.perf_counter() - began) * 1000)
    return median(times), renderer.shelf.size // len(times)


async def check(database: Database) -> None:
    """Make sure that every row was sent once."""
    async with database.read() as connection:
        found = await connection.execute(select(deliveries.c.state, func.count()).group_by(deliveries.c.state))
        counts = {row.state: row[1] for row in found.all()}
    if counts != {"sent": READERS * EACH}:
        raise AssertionError(f"{counts}")
