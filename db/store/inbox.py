"""The inbox: updates from Telegram, stored before Telegram is told that they arrived, handled once in effect.

    new ─ claim ─▶ working ─ handled in the transaction of its effects ─▶ handled, and emptied
     ▲                └─ the handler failed ─▶ new again, later; after three tries dead

A claim takes the lowest update of a chat, and no second one of it, so the order within a chat holds over all workers.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import Integer, and_, bindparam, exists, literal_column, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.sql import ColumnElement, Update
from sqlalchemy.sql.dml import ReturningUpdate

from db.columns import UtcDateTime
from db.store import rows, write_new
from db.store.terms import Term, is_any
from db.tables import inbox
from db.wakeup import announce

MOST_TRIES = 3
TRY_AGAIN_AFTER = (timedelta(seconds=1), timedelta(seconds=5))
# Said literally, or the partial indexes are not used.
NEW, WORKING = (inbox.c.state == literal_column(f"'{state}'") for state in ("new", "working"))
DUE = NEW & (inbox.c.due_at <= bindparam("now", type_=UtcDateTime))
BEGUN = inbox.c.update_id.in_(bindparam("begun", expanding=True))
LOST = WORKING & (inbox.c.worker_id == bindparam("worker")) & ~BEGUN  # with us, and we do not know of it
IS_ANY_OPEN = select(or_(exists().where(DUE), exists().where(LOST)))
KEPT_FOR = timedelta(hours=48)  # ids, to know an update that Telegram hands over again
NOBODY = 0  # whose an update was that is done with: no order is to be kept any more


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
    """Store updates for whoever handles them; one that is known is left as it is. Answers how many were new."""
    new = await _write(connection, updates, now)
    if new:
        announce(connection, "inbox")
    return new


async def store_and_claim(
    connection: AsyncConnection, updates: Sequence[Received], worker_id: str, limit: int, now: datetime
) -> list[Claimed]:
    """Store updates and claim at once what can be begun; only what is left is for others, or for later."""
    new = await _write(connection, updates, now)
    claimed = await claim(connection, worker_id, limit, now)
    if len(claimed) < new:
        announce(connection, "inbox")
    return claimed


async def _write(connection: AsyncConnection, updates: Sequence[Received], now: datetime) -> int:
    new = 0
    for one in updates:
        row = {"update_id": one.update_id, "chat_id": one.chat_id, "payload": one.payload}
        new += await write_new(connection, inbox, **row, received_at=now, due_at=now) is not None
    return new


async def is_any_open(connection: AsyncConnection, worker_id: str, begun: Collection[int], now: datetime) -> bool:
    """Tell whether there may be something to release or to claim; asked before, so that nothing new writes nothing."""
    asked = {"worker": worker_id, "begun": list(begun), "now": now}
    return bool((await connection.execute(IS_ANY_OPEN, asked)).scalar_one())


async def release(connection: AsyncConnection, worker_id: str, begun: Collection[int]) -> None:
    """Let updates be claimed again that are this worker's but not among those it has begun: a fault left them."""
    lost = {"worker": worker_id, "begun": list(begun)}
    await connection.execute(update(inbox).where(LOST).values(state="new", worker_id=None), lost)


async def claim(connection: AsyncConnection, worker_id: str, limit: int, now: datetime) -> list[Claimed]:
    """Take the first open update of each chat that has none under way."""
    taken = await rows(connection, _take(), {"worker": worker_id, "limit": limit, "now": now})
    return sorted((Claimed(*row) for row in taken), key=lambda one: one.update_id)


@cache
def _take() -> ReturningUpdate[*tuple[Any, ...]]:
    earlier = inbox.alias("earlier")
    first = ~exists().where(
        earlier.c.chat_id == inbox.c.chat_id,
        earlier.c.update_id < inbox.c.update_id,
        literal_column("earlier.state IN ('new', 'working')"),
    )
    picked = (
        select(inbox.c.update_id)
        .where(DUE, first)
        .order_by(inbox.c.update_id)
        .limit(bindparam("limit", type_=Integer))
        .with_for_update(skip_locked=True)
    ).cte("picked")
    taken = update(inbox).where(inbox.c.update_id.in_(select(picked.c.update_id)), NEW)
    columns = (inbox.c.update_id, inbox.c.payload, inbox.c.received_at, inbox.c.tries)
    return taken.values(state="working", worker_id=bindparam("worker")).returning(*columns)


async def mark_handled(connection: AsyncConnection, update_id: int, worker_id: str) -> bool:
    """Say, first in the transaction of its effects, that an update is handled.

    What it said, and whose it was, is forgotten. It is held until the transaction ends. False when another worker has
    it by now.
    """
    done = await connection.execute(_handle(), {"handled": update_id, "worker": worker_id})
    return done.rowcount > 0


@cache
def _handle() -> Update:
    ours = and_(inbox.c.update_id == bindparam("handled"), inbox.c.worker_id == bindparam("worker"), WORKING)
    return update(inbox).where(ours).values(state="handled", chat_id=NOBODY, payload=None, worker_id=None)


async def mark_failed(connection: AsyncConnection, claimed: Claimed, reason: str, now: datetime) -> bool:
    """Note that a handler failed: it is tried again, and after the last try dead. Tells whether it is dead now.

    What a dead update said, and whose it was, is forgotten like that of a handled one.
    """
    tries = claimed.tries + 1
    dead = tries >= MOST_TRIES
    again = now if dead else now + TRY_AGAIN_AFTER[tries - 1]
    row = {"state": "dead" if dead else "new", "tries": tries, "due_at": again, "reason": reason, "worker_id": None}
    row |= {"payload": None, "chat_id": NOBODY} if dead else {}
    open_still = (inbox.c.update_id == claimed.update_id) & (inbox.c.state == "working")
    done = await connection.execute(update(inbox).where(open_still).values(row))
    return dead and done.rowcount > 0


def _is_over(now: datetime) -> ColumnElement[bool]:
    """Say which updates are too old to be handed over again."""
    return is_any(inbox.c.state, "handled", "dead") & (inbox.c.received_at < now - KEPT_FOR)


TERM = Term(inbox, _is_over)
