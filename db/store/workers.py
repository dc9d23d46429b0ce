"""Workers: who is at work, and whose work is left behind.

A worker has one lease for all that it holds: a row with a heartbeat, new at each start. Rows carry its id; when the
heartbeat stops they are somebody else's. One worker at a time asks Telegram for updates.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from sqlalchemy import bindparam, delete, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.sql import Select

from db.columns import UtcDateTime
from db.store import rows
from db.store.inbox import WORKING
from db.tables import desk, inbox, sources
from db.working import workers

DEAD_AFTER = timedelta(seconds=10)
# Less than DEAD_AFTER by more than a request takes to leave: what others take for dead must not start anything.
FRESH_FOR = timedelta(seconds=6)


@dataclass(slots=True)
class WorkerLease:
    """This worker's lease as it knows it; `id` changes when the others took it for dead meanwhile."""

    now: Callable[[], datetime]
    roles: str
    id: str
    beat_at: datetime

    def is_fresh(self) -> bool:
        """Tell whether the others still count this worker among the living."""
        return self.now() - self.beat_at < FRESH_FOR

    def holds(self, worker_id: str) -> bool:
        """Tell whether what was claimed under this id is still ours: the others did not take us for dead since."""
        return worker_id == self.id and self.is_fresh()


async def enrol(connection: AsyncConnection, roles: str, now: Callable[[], datetime], *, alone: bool) -> WorkerLease:
    """Begin work under a new id; `alone` when a lock proves that every other worker is dead."""
    if alone:
        await connection.execute(delete(workers))
    lease = WorkerLease(now, roles, uuid4().hex, now())
    await _write(connection, lease)
    return lease


async def beat(connection: AsyncConnection, lease: WorkerLease) -> bool:
    """Renew the lease; tells whether it still stood. If not, the worker goes on under a new id, without its rows."""
    moment = lease.now()
    done = await connection.execute(update(workers).where(workers.c.id == lease.id).values(beat_at=moment))
    stood = done.rowcount > 0
    lease.beat_at = moment
    if not stood:
        lease.id = uuid4().hex
        await _write(connection, lease)
    return stood


async def _write(connection: AsyncConnection, lease: WorkerLease) -> None:
    row = {"id": lease.id, "roles": lease.roles, "started_at": lease.beat_at, "beat_at": lease.beat_at}
    await connection.execute(insert(workers).values(row))


async def retire(connection: AsyncConnection, lease: WorkerLease) -> None:
    """End work: what is still held is free at once."""
    await connection.execute(delete(workers).where(workers.c.id == lease.id))


async def bury(connection: AsyncConnection, now: datetime) -> None:
    """Forget the dead and free what they polled and handled; their sends are for `queue.recover`.

    What another transaction holds is left to the next heartbeat: a frozen one must not stop ours.
    """
    dead = select(workers.c.id).where(workers.c.beat_at < now - DEAD_AFTER)
    await connection.execute(delete(workers).where(workers.c.id.in_(_unheld(dead, "dead"))))
    alive = select(workers.c.id)
    left = select(sources.c.id).where(sources.c.worker_id.is_not(None), sources.c.worker_id.not_in(alive))
    free = update(sources).where(sources.c.id.in_(_unheld(left, "left")))
    await connection.execute(free.values(worker_id=None))
    nobodys = or_(inbox.c.worker_id.is_(None), inbox.c.worker_id.not_in(alive))
    begun = select(inbox.c.update_id).where(WORKING, nobodys)
    anew = update(inbox).where(inbox.c.update_id.in_(_unheld(begun, "begun")))
    await connection.execute(anew.values(state="new", worker_id=None))


def _unheld(found: Select[*tuple[Any, ...]], name: str) -> Select[*tuple[Any, ...]]:
    """Narrow a query for keys to rows that nobody holds, in the order of their keys, and hold them."""
    (row_id,) = found.selected_columns
    return select(found.order_by(row_id).with_for_update(skip_locked=True).cte(name))


POLLING = select(workers.c.id).where(workers.c.polls, workers.c.beat_at >= bindparam("since", type_=UtcDateTime))


async def is_polling(connection: AsyncConnection, lease: WorkerLease) -> bool:
    """Tell whether we are the one living worker that asks Telegram for updates."""
    return {row.id for row in await rows(connection, POLLING, {"since": lease.now() - DEAD_AFTER})} == {lease.id}


async def take_polling(connection: AsyncConnection, lease: WorkerLease) -> bool:
    """Become the one that asks Telegram for updates, unless another living worker is; tells whether we are."""
    await connection.execute(select(desk.c.id).with_for_update())  # two workers may ask at the same moment
    if await rows(connection, POLLING.where(workers.c.id != lease.id), {"since": lease.now() - DEAD_AFTER}):
        return False
    await connection.execute(update(workers).where(workers.c.id == lease.id).values(polls=True))
    return True
