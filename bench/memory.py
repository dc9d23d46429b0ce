"""Memory: what a worker's process needs at most while it delivers, with few deliveries queued and with a million.

    readers ─▶ planned here ─▶ `qasid run --roles jobs`, a process of its own ─▶ a server that answers every message

Each worker is fresh and works on a database of its own. It sends for a minute, not all of the million; its peak is what
the kernel counted (VmHWM).
"""

import asyncio
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import func, select

import runtime
from bench.readers import BOT_ID, count_matched, enrol, open_newsroom, publish
from bench.report import Bar, print_bars
from bench.server import running_server
from db.engine import Database
from db.tables import deliveries
from jobs.plan import Planner

ROOT = Path(__file__).parent.parent
FEW, MANY = (20_000, 1), (1_000_000, 2)  # readers, and articles for half of them each
SECONDS = 60
RATE = 2_000  # messages a second
STOPPING = 30  # seconds
MB = 1024 * 1024
TOKEN = f"{BOT_ID}:{'A' * 35}"


def run() -> None:
    """Print the figures."""
    cores = sorted(os.sched_getaffinity(0))
    with running_server(cores[0]) as address:
        few, many = (measure(address, *size) for size in (FEW, MANY))
    print_bars(
        [
            Bar("peak with 1,000,000 deliveries queued / with 10,000", many / few, 1.3, at_most=True),
            Bar("peak with 1,000,000 deliveries queued, MB", many / MB, 150, at_most=True),
        ]
    )


def measure(address: str, readers: int, articles: int) -> float:
    """Let a worker deliver what is queued for so many readers, and answer how many bytes it had at most."""
    with tempfile.TemporaryDirectory(prefix="qasid-bench-") as folder:
        url = f"sqlite+aiosqlite:///{Path(folder) / 'qasid.db'}"
        runtime.run(plan(url, readers, articles))
        with working(url, address, folder) as worker:
            time.sleep(SECONDS)
            peak = read_peak(worker.pid)
        sent = asyncio.run(count_sent(url))
    queued = count_matched(readers) * articles
    print(f"{queued:9,} queued, {sent:,} of them sent in {SECONDS} s: peak {peak / MB:.0f} MB", flush=True)
    if not sent:
        raise AssertionError("nothing was sent")
    return peak


async def plan(url: str, readers: int, articles: int) -> None:
    """Make a newsroom and plan its articles."""
    database = Database(url)
    await open_newsroom(database, readers)
    planner = Planner(database, await enrol(database))
    for _ in range(articles):
        await publish(database)
    while await planner.step():
        pass
    await database.close()


@contextmanager
def working(url: str, address: str, folder: str) -> Iterator[subprocess.Popen[bytes]]:
    """Start a worker as an operator does, and stop it in the end."""
    settings = {"DATABASE_URL": url, "BOT_TOKEN": TOKEN, "TELEGRAM_API_URL": address, "SEND_RATE": str(RATE)}
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), "WEB_PORT": "0", **settings}
    with (Path(folder) / "log").open("wb") as log:
        command = [sys.executable, "-m", "cli", "run", "--roles", "jobs"]
        worker = subprocess.Popen(command, cwd=folder, env=environment, stdout=log, stderr=log)  # noqa: S603  (ours)
    try:
        yield worker
    finally:
        worker.send_signal(signal.SIGTERM)
        worker.wait(STOPPING)


def read_peak(process_id: int) -> int:
    """Answer the most memory that a process has had, in bytes."""
    status = Path(f"/proc/{process_id}/status").read_text(encoding="utf-8")
    found = re.search(r"^VmHWM:\s+(\d+) kB", status, re.MULTILINE)
    if not found:
        raise RuntimeError("the worker has ended")
    return int(found[1]) * 1024


async def count_sent(url: str) -> int:
    """Answer how many deliveries have arrived."""
    database = Database(url)
    arrived = select(func.count()).select_from(deliveries).where(deliveries.c.state == "sent")
    async with database.read() as connection:
        sent = int((await connection.execute(arrived)).scalar_one())
    await database.close()
    return sent
