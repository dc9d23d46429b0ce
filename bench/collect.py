"""Collecting: what 6,000 sources of 50 Arabic items each cost one process, unchanged and changed.

    new        sources that nobody has polled: all that they hold is read, classified and stored, as archive
    unchanged  every source answers 304
    a tenth    every tenth has one item more
    changed    these alone, once more
    in turn    some of these, one after another, each stage apart, and feedparser's parsing of the same bytes

The collector and its worker are the application's, on SQLite with synchronous=FULL, in a process that does nothing
else; each site is a host of its own (`bench/sites.py`), and most have been polled before (`bench/known.py`). CPU is
that of the whole process, the peak what the kernel counted (VmHWM). What is polled goes side by side, as in the
application, but for what is polled in turn. `collect 600` takes a tenth of the sources; all take some minutes.
"""

import asyncio
import gc
import logging
import multiprocessing
import os
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Coroutine, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from statistics import mean
from typing import Any

from sqlalchemy import ColumnElement, func, select, update

import runtime
from bench.known import Scene, write_known
from bench.memory import MB, read_peak
from bench.readers import enrol
from bench.report import Bar, print_bars, print_versions
from bench.sites import EVERY, SHOWN, address_of, running_sites
from db.engine import Database
from db.store import sources
from db.store.collected import Found, Read
from db.store.sources import Source
from db.store.topics import Topics
from db.tables import articles, pushes
from db.tables import sources as sources_table
from jobs.collect import Collector
from jobs.fetcher import Fetched, Fetcher
from jobs.worker import Worker
from logs import set_up_logging
from newsroom.articles import ParsedArticle
from newsroom.items import ParsedFeed
from newsroom.topics import Classifier

NEW, IN_TURN = 20, 60  # sources
STAGES = ("claim", "fetch", "parse", "identity", "topics", "store")
MS = 1_000


@dataclass(slots=True)
class Watch:
    """Counts polls until all that are expected are over; what fails ends the bench."""

    expected: int = 0
    over: asyncio.Event = field(default_factory=asyncio.Event)
    polls: Counter[str] = field(default_factory=Counter)

    def expect(self, polls: int) -> None:
        """Begin to count."""
        self.expected = polls
        self.over.clear()
        self.polls.clear()

    def count(self, name: str, value: float = 1, **labels: str) -> None:
        """Count a poll."""
        self.polls[labels.get("outcome", name)] += int(value)
        if self.polls.total() == self.expected:
            self.over.set()

    def observe(self, name: str, seconds: float) -> None:
        """Leave durations to others."""

    async def tell_source(self, *told: object) -> None:
        """Tell nobody."""

    async def ask_gate(self, *asked: object) -> None:
        """Ask nobody."""

    async def ask_withdrawn(self, *asked: object) -> None:
        """Ask nobody."""


@dataclass(slots=True)
class Stages:
    """The CPU seconds of each stage of polls that come one after another, without those of the stages within it."""

    spent: defaultdict[str, float] = field(default_factory=lambda: defaultdict(float))

    @contextmanager
    def stage(self, name: str, around: str = "") -> Iterator[None]:
        """Spend the block on a stage that is within another."""
        began = time.process_time()
        yield
        seconds = time.process_time() - began
        self.spent[name] += seconds
        self.spent[around] -= seconds


class TimedFetcher(Fetcher):
    """A fetcher that notes what it spends, and keeps the body that came last."""

    stages: Stages
    body: bytes

    async def fetch(
        self, url: str, etag: str | None = None, last_modified: str | None = None, *, fresh: bool = False
    ) -> Fetched:
        """Fetch a document."""
        with self.stages.stage("fetch", "claim"):
            fetched = await super().fetch(url, etag, last_modified, fresh=fresh)
        self.body = fetched.body or b""
        return fetched


class TimedCollector(Collector):
    """A collector that notes what each of its stages spends."""

    stages: Stages

    async def _parse(self, source: Source, fetched: Fetched) -> ParsedFeed:
        with self.stages.stage("parse", "claim"):
            return await super()._parse(source, fetched)

    async def _store(self, source: Source, fetched: Fetched, feed: ParsedFeed | None) -> Found:
        with self.stages.stage("store", "claim"):
            return await super()._store(source, fetched, feed)

    async def _read(self, source: Source, items: tuple[ParsedArticle, ...]) -> tuple[list[Read], list[str]]:
        with self.stages.stage("identity", "store"):
            return await super()._read(source, items)

    def _read_item(self, item: ParsedArticle, classifier: Classifier, newest_keyword: int, *, is_new: bool) -> Read:
        with self.stages.stage("topics", "identity"):
            return super()._read_item(item, classifier, newest_keyword, is_new=is_new)


@dataclass(frozen=True, slots=True)
class Bench:
    """A collector at work on the scene."""

    scene: Scene
    database: Database
    fetcher: TimedFetcher
    collector: TimedCollector
    watch: Watch
    now: Callable[[], datetime]

    async def poll(self, name: str, which: ColumnElement[bool]) -> float:
        """Poll these sources, as the application does, print what that cost, and answer the CPU seconds of each."""
        count = await self.make_due(which)
        gc.collect()
        cpu, began = time.process_time(), time.perf_counter()
        await self.poll_due(count)
        cpu, seconds = time.process_time() - cpu, time.perf_counter() - began
        peak, rows = read_peak(os.getpid()) / MB, await self.count_rows()
        print(f"{name:10}{count:7,}{cpu:8.2f}{cpu / count * MS:9.2f}{seconds:8.1f}{peak:9.0f}{rows}", flush=True)
        return cpu / count

    async def make_due(self, which: ColumnElement[bool]) -> int:
        """Let sources be due now, and answer how many they are."""
        async with self.database.write() as connection:
            due = update(sources_table).where(which).values(due_at=self.now())
            return (await connection.execute(due)).rowcount

    async def poll_due(self, count: int) -> None:
        """Poll what is due, to the end."""
        self.watch.expect(count)
        worker = Worker("collect", 1, self.collector.step, self.watch)
        self.collector.on_free = worker.wake
        await worker.run(self.watch.over)
        await self.collector.finish()
        if set(self.watch.polls) - {"changed", "unchanged"}:
            raise AssertionError(f"not all went well: {self.watch.polls}")

    async def count_rows(self) -> str:
        """Answer how many articles and pushes there are."""
        async with self.database.read() as connection:
            tables = [await connection.execute(select(func.count()).select_from(table)) for table in (articles, pushes)]
        return "".join(f"{found.scalar_one():10,}" for found in tables)

    async def publish(self) -> None:
        """Let every tenth site have one article more."""
        await self.fetcher.fetch(f"http://127.0.0.1:{self.scene.port}/publish")

    async def poll_changed(self, name: str, which: ColumnElement[bool]) -> float:
        """Publish, and poll so; whatever else than what was published is taken for new ends the bench."""
        await self.publish()
        cost = await self.poll(name, which)
        if self.watch.polls["changed"] != self.scene.count // EVERY:
            raise AssertionError(f"not what was published was new: {self.watch.polls}")
        return cost


def run(count: str = "6000") -> None:
    """Print the figures."""
    began = time.time()
    with running_sites(began) as port, tempfile.TemporaryDirectory(prefix="qasid-bench-") as folder:
        scene = Scene(f"sqlite+aiosqlite:///{Path(folder) / 'qasid.db'}", port, began, int(count))
        for work in (write_known, measure):
            with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as apart:
                apart.submit(_run_apart, work, scene).result()


def _run_apart(work: Callable[[Scene], Coroutine[Any, Any, None]], scene: Scene) -> None:
    """Run something in a process of its own as the application runs, on the last core."""
    os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    set_up_logging("json", [], logging.WARNING)
    runtime.run(work(scene))


async def measure(scene: Scene) -> None:
    """Measure each phase and report."""
    print_versions("fastfeedparser", "feedparser", "aiohttp", "sqlalchemy", "aiosqlite", "uvloop")
    database, watch, stages = Database(scene.url), Watch(), Stages()
    lease = await enrol(database)
    async with TimedFetcher("Qasid/bench", allow_private=True) as fetcher:
        collector = TimedCollector(database, fetcher, Topics(database), lease, watch, watch, timedelta(minutes=5))
        fetcher.stages = collector.stages = stages
        bench = Bench(scene, database, fetcher, collector, watch, lease.now)
        await add_new(bench)
        print(
            f"\n{'':10}{'polls':>7}{'CPU s':>8}{'ms each':>9}{'wall s':>8}{'peak MB':>9}{'articles':>10}{'pushes':>10}"
        )
        await bench.poll("new", sources_table.c.id > scene.count)
        runtime.settle_in()  # as the application does
        await bench.poll("unchanged", sources_table.c.id > 0)
        await bench.poll_changed("a tenth", sources_table.c.id <= scene.count)
        changed = await bench.poll_changed(
            "changed", (sources_table.c.id <= scene.count) & (sources_table.c.id % EVERY == 0)
        )
        peak = read_peak(os.getpid()) / MB
        await bench.publish()
        ours, theirs = await compare(bench)
    await database.close()
    report(stages, ours, theirs)
    print_bars(
        [
            Bar("feedparser's parsing alone / our whole poll of a changed feed", mean(theirs) / changed, 20),
            Bar("peak, MB", peak, 200, at_most=True),
            Bar("all of the bench, minutes", (time.time() - scene.began) / 60, 6, at_most=True),
        ]
    )


async def add_new(bench: Bench) -> None:
    """Add sources that nobody has polled."""
    count = bench.scene.count
    async with bench.database.write() as connection:
        for number in range(count + 1, count + NEW + 1):
            await sources.add(connection, address_of(number, bench.scene.port), bench.now())


async def compare(bench: Bench) -> tuple[list[float], list[float]]:
    """Poll changed sources one after another, and parse each by feedparser alone; answers the CPU seconds of each."""
    import feedparser  # noqa: PLC0415  (it is no part of what was measured before)

    ours, theirs = [], []
    bench.collector.stages.spent.clear()
    for number in range(EVERY, min(IN_TURN * EVERY, bench.scene.count) + 1, EVERY):
        await bench.make_due(sources_table.c.id == number)
        began = time.process_time()
        with bench.collector.stages.stage("claim"):
            await bench.poll_due(1)
        ours.append(time.process_time() - began)
        began = time.process_time()
        feedparser.parse(bench.fetcher.body)
        theirs.append(time.process_time() - began)
    return ours, theirs


def report(stages: Stages, ours: list[float], theirs: list[float]) -> None:
    """Print what a changed feed costs that is polled alone, stage by stage, and what feedparser takes for it."""
    parts = ", ".join(f"{name} {stages.spent[name] / len(ours) * MS:.2f}" for name in STAGES)
    print(f"\na changed feed of {SHOWN} items, in turn: {mean(ours) * MS:.2f} ms of CPU ({parts})")
    print(f"feedparser's parsing of it: {mean(theirs) * MS:.2f} ms")
