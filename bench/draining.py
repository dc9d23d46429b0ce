"""Draining: workers that claim and settle as fast as the database lets them; what is sent has arrived at once.

Each worker is a process of its own with its own connection, as `qasid run --roles jobs` is. What every batch took is
kept, so that the first tenth of a push can be held against the last.
"""

import asyncio
import multiprocessing
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import accumulate
from multiprocessing.connection import Connection
from threading import BrokenBarrierError
from typing import Any, Protocol

from sqlalchemy import exists, literal_column, select

import runtime
from bench.readers import enrol, now
from bot.desk import Desk
from db.engine import Database
from db.store.queue import DeliveryQueue
from db.store.workers import WorkerLease
from db.tables import deliveries, pushes
from newsroom.digests import spread
from newsroom.outcomes import Came, Outcome
from newsroom.work import Claimed, Landed, Rendering, Shape

BATCH = 512
UNBOUND = 1_000_000.0  # messages a second
PATIENCE = 300.0  # seconds


class Barrier(Protocol):
    """What lets all workers begin together."""

    def wait(self, timeout: float | None = None) -> int:
        """Wait for the others."""


@dataclass(frozen=True, slots=True)
class Drain:
    """What a drain did: for each batch when it was settled, in seconds from the begin, and how many rows it held."""

    batches: Sequence[tuple[float, int]]

    @property
    def rows(self) -> int:
        """All rows."""
        return sum(rows for _, rows in self.batches)

    @property
    def rate(self) -> float:
        """Rows a second, claimed and settled."""
        return self.rows / self.batches[-1][0]

    @property
    def steadiness(self) -> float:
        """The rate over the last tenth by that over the first."""
        sums = list(accumulate(rows for _, rows in self.batches))
        first = next(place for place, done in enumerate(sums) if done >= self.rows / 10)
        last = next(place for place, done in enumerate(sums) if done >= self.rows * 9 / 10)
        early = sums[first] / self.batches[first][0]
        late = (sums[-1] - sums[last]) / (self.batches[-1][0] - self.batches[last][0])
        return late / early


def make_queue(database: Database, lease: WorkerLease) -> DeliveryQueue:
    """Answer a worker's queue, whose pace is no limit."""
    return DeliveryQueue(database, lease, UNBOUND, Desk(now, "ar"))


def land(claimed: Iterable[Claimed]) -> list[Landed]:
    """Let what was claimed arrive."""
    return [landed for row in claimed for landed in _land(row)]


def _land(row: Claimed) -> list[Landed]:
    outcome = Outcome(Came.OK, message_id=1_000_000 + row.row_id)
    return spread(row, outcome, _render(row.content), row.slot_at)


def _render(content: Shape | Rendering) -> Rendering:
    if isinstance(content, Rendering):
        return content
    return Rendering("sendMessage", b"", content.story_id, max(1, content.wanted))


async def try_rendering(queue: DeliveryQueue) -> None:
    """Let the first row of the push prove its text, as one does before the others leave."""
    await queue.exchange(land(await queue.exchange([], 1)), 0)


async def drain(queue: DeliveryQueue) -> list[tuple[float, int]]:
    """Claim and settle until nothing is queued; answers when each batch was settled, and how many rows it held."""
    batches, landed = [], land(await queue.exchange([], BATCH))
    while landed or await is_any_queued(queue.database):
        claimed = await queue.exchange(landed, BATCH)
        batches.append((time.monotonic(), len(landed)))
        landed = land(claimed)
    return batches


async def is_any_queued(database: Database) -> bool:
    """Tell whether there is anything to claim; what is paused is not."""
    running = select(pushes.c.id).where(pushes.c.state == literal_column("'running'"))
    queued = exists().where(deliveries.c.state == literal_column("'queued'"), deliveries.c.push_id.in_(running))
    async with database.read() as connection:
        return bool((await connection.execute(select(queued))).scalar_one())


def drain_by(workers: int, url: str) -> Drain:
    """Let so many workers drain what is queued, each a process."""
    context = multiprocessing.get_context("spawn")
    barrier, pipes, processes = context.Barrier(workers + 1), [], []
    for _ in range(workers):
        ours, theirs = context.Pipe()
        processes.append(context.Process(target=_work, args=(url, barrier, theirs), daemon=True))
        pipes.append(ours)
    for process in processes:
        process.start()
    try:
        barrier.wait(PATIENCE)
    except BrokenBarrierError:
        raise RuntimeError("a worker did not come to work") from None
    began = time.monotonic()
    batches = [batch for pipe in pipes for batch in pipe.recv()]
    for process in processes:
        process.join()
    return Drain(sorted((at - began, rows) for at, rows in batches))


def _work(url: str, barrier: Barrier, pipe: Connection) -> None:
    runtime.run(_work_once(url, barrier, pipe))


async def _work_once(url: str, barrier: Barrier, pipe: Connection) -> None:
    database: Any = Database(url)
    queue = make_queue(database, await enrol(database))
    await asyncio.to_thread(barrier.wait, PATIENCE)
    pipe.send(await drain(queue))
    await database.close()
