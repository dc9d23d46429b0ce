"""Latency: what people wait for an answer while news go out and while a push to half a million readers is planned.

Twenty people use commands that write (/follow, /unfollow), each about one a second. The real application answers, on
SQLite with synchronous=FULL, in windows of 60 s (or as many as are named): at rest, then while news go out at 28 and at
1,000 a second beside the answers, then the same with 500,000 rows planned within the window. For comparison
python-telegram-bot's own stack, whose handler writes nothing (`bench/stock.py`).

The time is from writing to the arrival of the answer at the server, as `bench/people.py` sees it.
"""

import asyncio
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil
from pathlib import Path

import runtime
from app import App, open_app
from bench.live import RATE, Server, Telegram, make_settings, publish, running_app, running_telegram, settle_readers
from bench.people import PATIENCE, PEOPLE, Asked, use_commands
from bench.report import Bar, print_bars, print_versions
from bench.stock import Broadcast, running_stock
from db.store import pushes
from jobs.plan import Planner

ROWS = 500_000
MARGIN = 15.0  # seconds for which there are readers besides the window: to warm up, and until the last answer
SHARES = (0.5, 0.95, 0.99, 1)
SLOWER = 1.25  # than at rest, at most
FAST = 1_000.0  # messages a second, what paid broadcasts allow


@dataclass(frozen=True, slots=True)
class Seen:
    """What was seen in a window; `planning` is from when to when rows were planned."""

    asked: Sequence[Asked]
    news: float  # a second
    planning: tuple[float, float] | None = None

    def p99(self) -> float:
        """Answer the milliseconds within which 99 of 100 answers came."""
        return waits(self.asked)[2]


def run(seconds: str = "60") -> None:
    """Print the figures."""
    length = float(seconds)
    readers = ceil((length + MARGIN) * 2 * (FAST + RATE))
    with running_telegram(Server(readers)) as telegram, tempfile.TemporaryDirectory(prefix="qasid-bench-") as folder:
        runtime.run(measure(telegram, Path(folder), length))


async def measure(telegram: Telegram, folder: Path, seconds: float) -> None:
    """Look through each window in turn and report."""
    print_versions("python-telegram-bot", "aiolimiter", "httpx", "aiohttp", "sqlalchemy", "aiosqlite", "uvloop")
    print(f"\n{'ms from writing to the answer':36} answers     p50     p95     p99     max  news/s")
    async with open_app(make_settings(telegram, folder, RATE)) as app:
        await settle_readers(app, ROWS)
    idle = show("at rest", await look(telegram, folder, seconds, 0))
    async with open_app(make_settings(telegram, folder, RATE)) as app:
        await plan_push(app)
    bars = []
    for rate in (RATE, FAST):
        for plans in (False, True):
            name = f"{rate:,.0f} news/s" + (f", {ROWS:,} planned" if plans else "")
            seen = show(name, await look(telegram, folder, seconds, rate, plans=plans))
            bars.append(Bar(f"p99, {name} / at rest", seen.p99() / idle.p99(), SLOWER, at_most=True))
    await compare(telegram, seconds)
    print_bars(bars)


async def look(telegram: Telegram, folder: Path, seconds: float, news: float, *, plans: bool = False) -> Seen:
    """Run the application for a window; answers take their slots beside the news."""
    settings = make_settings(telegram, folder, (news or RATE) + len(PEOPLE))
    async with running_app(settings) as app:
        using = asyncio.create_task(telegram.ask(use_commands, seconds))
        planning = await _plan_within(app, seconds) if plans else None
        asked, others = await using
    return Seen(asked, others / seconds, planning)


async def plan_push(app: App) -> None:
    """Publish an article and plan its push, with nothing else to do."""
    async with app.database.write() as connection:
        await publish(connection)
    planner = Planner(app.database, app.lease)
    while await planner.step():
        pass


async def _plan_within(app: App, seconds: float) -> tuple[float, float]:
    """Publish an article in the middle of the window; answers from when to when its push is planned."""
    await asyncio.sleep(MARGIN / 2 + seconds / 3)
    began = time.monotonic()
    async with app.database.write() as connection:
        await publish(connection)
    while True:
        async with app.database.read() as connection:
            if not await pushes.is_any_unplanned(connection):
                return began, time.monotonic()
        await asyncio.sleep(0.05)


async def compare(telegram: Telegram, seconds: float) -> None:
    """Look at python-telegram-bot's own stack."""
    readers = range(1, ceil(RATE * (seconds + MARGIN)))
    for how in Broadcast:
        async with running_stock(telegram.url, RATE, how, readers):
            asked, others = await telegram.ask(use_commands, seconds)
        show(f"AIORateLimiter, {how}", Seen(asked, others / seconds))


def show(name: str, seen: Seen) -> Seen:
    """Print a window."""
    left = sum(not one.answered for one in seen.asked)
    unanswered = f"  {left} of them not answered {PATIENCE:.0f} s after the end" if left else ""
    print(f"{name:36}{in_columns(seen.asked)}{seen.news:8.1f}{unanswered}", flush=True)
    if seen.planning:
        start, end = seen.planning
        within = [one for one in seen.asked if start <= one.at <= end]
        print(f"{f'  written in the {end - start:.1f} s of planning':36}{in_columns(within)}", flush=True)
    return seen


def in_columns(asked: Sequence[Asked]) -> str:
    """Answer how many commands there were, and within how many milliseconds shares of them were answered."""
    return f"{len(asked):8}" + "".join(f"{wait:8.1f}" for wait in waits(asked))


def waits(asked: Sequence[Asked]) -> list[float]:
    """Answer the milliseconds within which each of SHARES was answered."""
    ordered = sorted(one.seconds * 1000 for one in asked) or [0.0]
    return [ordered[ceil(share * len(ordered)) - 1] for share in SHARES]
