"""The inbox: updates from Telegram, stored before Telegram is told that they arrived, handled once in effect.

    new ─ claim ─▶ working ─ handled in the transaction of its effects ─▶ handled, and emptied
     ▲                └─ the handler failed ─▶ new again, later; after three tries dead

A claim takes the lowest update of a chat, and no second one of it, so the order within a chat holds over all workers.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, exists, literal_column, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.sql import ColumnElement

from db.store import rows, write_new
from db.tables import inbox
from db.wakeup import announce

MOST_TRIES = 3
TRY_AGAIN_AFTER = (timedelta(seconds=1), timedelta(seconds=5))
# Said literally, or the partial indexes are not used.
NEW, WORKING = (inbox.c.state == literal_column(f"'{state}'") for state in ("new", "working"))
KEPT_FOR = timedelta(hours=48)  # ids, to know an update that Telegram hands over again


@dataclass(frozen=True, slots=True)
class Received:
    """An update as Telegram handed it over; `chat_id` is the chat, or the person, whose order it keeps."""

    update_id: int
    chat_id: int
    payload: bytes


@dataclass(frozen=True, slots=True)
class Claimed:
    """An update that this worker handles."""

    update_id: int
    payload: bytes
    received_at: datetime
    tries: int


async def store(connection: AsyncConnection, updates: Sequence[Received], now: datetime) -> int:
    """Store updates; one that is known is left as it is. Answers how many were new."""
    new = 0
    for one in updates:
        row = {"update_id": one.update_id, "chat_id": one.chat_id, "payload": one.payload}
        new += await write_new(connection, inbox, **row, received_at=now, due_at=now) is not None
    if new:
        announce(connection, "inbox")
    return new


async def is_any_open(connection: AsyncConnection, worker_id: str, begun: Collection[int], now: datetime) -> bool:
    """Tell whether there may be something to release or to claim; asked before, so that nothing new writes nothing."""
    due = exists().where(NEW, inbox.c.due_at <= now)
    return bool((await connection.execute(select(or_(due, exists().where(_lost(worker_id, begun)))))).scalar_one())


async def release(connection: AsyncConnection, worker_id: str, begun: Collection[int]) -> None:
    """Let updates be claimed again that are this worker's but not among those it has begun: a fault left them."""
    lost = update(inbox).where(_lost(worker_id, begun))
    await connection.execute(lost.values(state="new", worker_id=None))


def _lost(worker_id: str, begun: Collection[int]) -> ColumnElement[bool]:
    return WORKING & (inbox.c.worker_id == worker_id) & inbox.c.update_id.not_in(begun)


async def claim(connection: AsyncConnection, worker_id: str, limit: int, now: datetime) -> list[Claimed]:
    """Take the first open update of each chat that has none under way."""
    earlier = inbox.alias("earlier")
    first = ~exists().where(
        earlier.c.chat_id == inbox.c.chat_id,
        earlier.c.update_id < inbox.c.update_id,
        literal_column("earlier.state IN ('new', 'working')"),
    )
    picked = (
        select(inbox.c.update_id)
        .where(NEW, inbox.c.due_at <= now, first)
        .order_by(inbox.c.update_id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    ).cte("picked")
    taken = update(inbox).where(inbox.c.update_id.in_(select(picked.c.update_id)), NEW)
    columns = (inbox.c.update_id, inbox.c.payload, inbox.c.received_at, inbox.c.tries)
    marked = taken.values(state="working", worker_id=worker_id).returning(*columns)
    return sorted((Claimed(*row) for row in await rows(connection, marked)), key=lambda one: one.update_id)


async def lock(connection: AsyncConnection, update_id: int, worker_id: str) -> bool:
    """Hold an update until the transaction of its effects ends; False when another worker has it by now."""
    ours = (inbox.c.update_id == update_id) & (inbox.c.worker_id == worker_id) & (inbox.c.state == "working")
    return bool(await rows(connection, select(inbox.c.update_id).where(ours).with_for_update()))


async def mark_handled(connection: AsyncConnection, update_id: int) -> None:
    """Say in the transaction of its effects that an update is handled; what it said is forgotten."""
    done = update(inbox).where(inbox.c.update_id == update_id)
    await connection.execute(done.values(state="handled", payload=None, worker_id=None))


async def mark_failed(connection: AsyncConnection, claimed: Claimed, reason: str, now: datetime) -> bool:
    """Note that a handler failed: it is tried again, and after the last try dead. Tells whether it is dead now.

    What a dead update said is forgotten like what a handled one did.
    """
    tries = claimed.tries + 1
    dead = tries >= MOST_TRIES
    again = now if dead else now + TRY_AGAIN_AFTER[tries - 1]
    row = {"state": "dead" if dead else "new", "tries": tries, "due_at": again, "reason": reason, "worker_id": None}
    row |= {"payload": None} if dead else {}
    open_still = (inbox.c.update_id == claimed.update_id) & (inbox.c.state == "working")
    done = await connection.execute(update(inbox).where(open_still).values(row))
    return dead and done.rowcount > 0


async def purge(connection: AsyncConnection, limit: int, now: datetime) -> int:
    """Forget updates that are too old to be handed over again, `limit` at most; answers how many."""
    old = inbox.c.state.in_(("handled", "dead")) & (inbox.c.received_at < now - KEPT_FOR)
    these = select(inbox.c.update_id).where(old).limit(limit)
    return (await connection.execute(delete(inbox).where(inbox.c.update_id.in_(these)))).rowcount
