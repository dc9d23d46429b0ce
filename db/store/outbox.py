"""The outbox: single messages, each written once by its `dedup_key` in the transaction of what caused it."""

from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import (
    Integer,
    LargeBinary,
    Text,
    bindparam,
    case,
    delete,
    exists,
    func,
    literal,
    literal_column,
    select,
    update,
)
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.sql import ColumnElement, Select, Update
from sqlalchemy.sql.dml import ReturningUpdate

from db.columns import UtcDateTime
from db.store import HOLD, UNSETTLED, each, life_values, rows, settling, write_new
from db.store.chats import is_free
from db.store.terms import Term, is_this, name_each
from db.tables import chats, outbox
from db.wakeup import announce
from db.working import workers
from newsroom.outcomes import Attempt
from newsroom.pacing import decide_answer_wait
from newsroom.pushes import Lane
from newsroom.work import Claimed, Landed, Rendering

KEPT_FOR = timedelta(hours=48)
ENDED: list[ColumnElement[str]] = [literal_column(f"'{state}'") for state in ("sent", "failed", "skipped")]
QUEUED = outbox.c.state == literal_column("'queued'")  # said literally, or the partial index is not used


@dataclass(frozen=True, slots=True)
class Message:
    """A message to be sent; `payload` is a JSON object without the chat, `dedup_key` the same for the same cause."""

    dedup_key: str
    method: str
    payload: bytes
    chat_id: int | None
    lane: Lane
    expires_at: datetime | None = None
    at_most_once: bool = False  # what is in doubt is not repeated: whoever wrote it looks after that


async def add(
    connection: AsyncConnection,
    message: Message,
    now: datetime,
    worker_id: str | None = None,
    due_at: datetime | None = None,
) -> int | None:
    """Write a message and answer its id; None when its key was written before.

    With a worker it is that worker's at once: he sends it himself when the transaction has committed.
    """
    taken = {"state": "sending", "worker_id": worker_id, "claimed_at": now} if worker_id else {}
    added = await write_new(connection, outbox, **asdict(message), due_at=due_at or now, created_at=now, **taken)
    if added and not taken:
        announce(connection, "deliver")
    return int(added.id) if added else None


async def add_anew(connection: AsyncConnection, message: Message, now: datetime) -> None:
    """Write a message instead of the one with its key: what it said is no longer so, and must not come after this."""
    await connection.execute(delete(outbox).where(outbox.c.dedup_key == message.dedup_key))
    await add(connection, message, now)


async def find_waiting(connection: AsyncConnection, now: datetime) -> dict[Lane, datetime]:
    """Answer the lanes in which messages are due, and since when the first: a look into the index for each."""
    row = (await connection.execute(_find_waiting(), {"now": now})).one()
    return {lane: since for lane, since in zip(Lane, row, strict=True) if since}


@cache
def _find_waiting() -> Select[*tuple[Any, ...]]:
    due = select(func.min(outbox.c.due_at)).where(QUEUED, outbox.c.due_at <= bindparam("now", type_=UtcDateTime))
    return select(*(due.where(outbox.c.lane == int(lane)).scalar_subquery().label(lane.name) for lane in Lane))


async def claim(
    connection: AsyncConnection, worker_id: str, limit: int, now: datetime, lanes: Collection[Lane] = tuple(Lane)
) -> list[Claimed]:
    """Mark due messages as sending, the highest lane first, where their chat is free and nobody else is at it."""
    asked = {"now": now, "limit": limit, "worker": worker_id, "lanes": [int(lane) for lane in lanes]}
    taken = await rows(connection, _take(), asked)
    ids = [row.id for row in taken]
    return await _read(connection, outbox.c.id.in_(ids), now) if ids else []


@cache
def _take() -> ReturningUpdate[int]:
    now = bindparam("now", type_=UtcDateTime)
    first = bindparam("limit", type_=Integer)
    among = outbox.c.lane.in_(bindparam("lanes", expanding=True))
    due = select(outbox).where(QUEUED, among, outbox.c.due_at <= now).order_by(outbox.c.lane, outbox.c.id).limit(first)
    wanted = due.join(chats, chats.c.id == outbox.c.chat_id).where(is_free(now)).with_only_columns(outbox.c.chat_id)
    ours = select(chats.c.id).where(chats.c.id.in_(wanted), is_free(now)).with_for_update(skip_locked=True).cte("ours")
    picked = (
        due.outerjoin(chats, chats.c.id == outbox.c.chat_id)
        .where(chats.c.id.is_(None) | chats.c.id.in_(select(ours.c.id)))
        .with_only_columns(outbox.c.id)
        .with_for_update(of=outbox, skip_locked=True)
    ).cte("picked")
    marked = update(outbox).where(outbox.c.id.in_(select(picked.c.id)), QUEUED)
    taken = {"state": "sending", "worker_id": bindparam("worker"), "claimed_at": now}
    return marked.values(taken).returning(outbox.c.id)


@dataclass(frozen=True, slots=True)
class Line:
    """How it stands with the answers to a chat: until when they wait, and whether some are over their time."""

    until: datetime | None = None
    is_overdue: bool = False


async def find_line(connection: AsyncConnection, chat_id: int, now: datetime) -> Line:
    """Answer what a new answer to a chat has before it."""
    found = (await connection.execute(_find_line(), {"chat": chat_id, "now": now})).one_or_none()
    if found is None:
        return Line()
    return Line(decide_answer_wait(found.kind, found.free_at, found.last_due, now), found.overdue)


@cache
def _find_line() -> Select[*tuple[Any, ...]]:
    now = bindparam("now", type_=UtcDateTime)
    waiting = QUEUED & (outbox.c.chat_id == chats.c.id) & (outbox.c.lane == int(Lane.ANSWER))
    last = select(func.max(outbox.c.due_at)).where(waiting, outbox.c.due_at <= chats.c.free_at).scalar_subquery()
    overdue = exists().where(waiting, outbox.c.due_at <= now)
    line = select(chats.c.kind, chats.c.free_at, last.label("last_due"), overdue.label("overdue"))
    return line.where(chats.c.id == bindparam("chat"))


async def take_over(connection: AsyncConnection, worker_id: str, chat_id: int, now: datetime) -> list[Claimed]:
    """Mark as this worker's the answers to a chat whose time has come, so that a new one does not overtake them.

    Not what is in doubt: before it is repeated, Telegram is asked whether it answers.
    """
    waiting = QUEUED & (outbox.c.chat_id == chat_id) & (outbox.c.lane == int(Lane.ANSWER))
    due = select(outbox.c.id).where(waiting, outbox.c.due_at <= now, outbox.c.doubts == 0)
    picked = due.with_for_update(skip_locked=True).cte("picked")
    marked = update(outbox).where(outbox.c.id.in_(select(picked.c.id)), QUEUED)
    taken = marked.values(state="sending", worker_id=worker_id, claimed_at=now).returning(outbox.c.id)
    ids = [row.id for row in await rows(connection, taken)]
    return await _read(connection, outbox.c.id.in_(ids), now) if ids else []


async def find_left(connection: AsyncConnection, now: datetime) -> list[Claimed]:
    """Answer what workers had in flight when they died, or lost track of: no request takes so long."""
    sending = outbox.c.state == literal_column("'sending'")
    dead = outbox.c.worker_id.not_in(select(workers.c.id))
    return await _read(connection, sending & (dead | (outbox.c.claimed_at < now - HOLD)), now)


async def _read(connection: AsyncConnection, which: ColumnElement[bool], now: datetime) -> list[Claimed]:
    """Answer marked messages in the order in which they leave."""
    columns = (outbox, chats.c.kind, chats.c.state.label("chat_state"))
    found = select(*columns).outerjoin(chats, chats.c.id == outbox.c.chat_id).where(which)
    return [_claimed(row, now) for row in await rows(connection, found.order_by(outbox.c.lane, outbox.c.id))]


def _claimed(row: Any, now: datetime) -> Claimed:
    late = row.expires_at is not None and row.expires_at <= now
    return Claimed(
        row_id=row.id,
        chat_id=row.chat_id or 0,
        chat_kind=row.kind or "private",
        thread_id=0,
        worker_id=row.worker_id,
        claimed_at=row.claimed_at,
        slot_at=now,
        attempt=Attempt(row.attempts, row.doubts, row.at_most_once),
        content=Rendering(row.method, row.payload),
        fell_due_at=row.due_at,
        refused="too late" if late else "chat suspended" if row.chat_state == "suspended" else "",
    )


async def settle(connection: AsyncConnection, landed: Sequence[Landed], now: datetime) -> None:
    """Write what became of messages; their text is forgotten with the last word on them."""
    words = ({"row": land.claimed.row_id, **life_values(land, now)} for land in landed)
    await each(connection, _settle_one(), words)


@cache
def _settle_one() -> Update:
    mine = (
        (outbox.c.id == bindparam("row"))
        & (outbox.c.worker_id == bindparam("worker"))
        & (outbox.c.claimed_at == bindparam("claimed", type_=UtcDateTime))
        & outbox.c.state.in_(UNSETTLED)
    )
    # What nobody can tell about may have to leave once more.
    has_ended = bindparam("new_state", type_=Text).in_(ENDED)
    payload = case((has_ended, literal(b"", LargeBinary)), else_=outbox.c.payload)
    return update(outbox).where(mine).values(settling(outbox) | {"payload": payload})


@dataclass(frozen=True, slots=True)
class Fate:
    """What became of a message: its state, none where nobody remembers it; the message in Telegram, and why."""

    state: str | None = None
    message_id: int | None = None
    reason: str = ""

    @property
    def is_open(self) -> bool:
        """Tell whether it has not come to its end."""
        return self.state in {"queued", "sending"}


async def find_fates(connection: AsyncConnection, keys: Collection[str]) -> dict[str, Fate]:
    """Answer what became of messages by their keys; those that nobody remembers are not among them."""
    columns = outbox.c["dedup_key", "state", "message_id", "reason"]
    found = await rows(connection, select(*columns).where(outbox.c.dedup_key.in_(keys))) if keys else []
    return {row.dedup_key: Fate(row.state, row.message_id, row.reason) for row in found}


async def call_back(connection: AsyncConnection, dedup_key: str, now: datetime) -> bool:
    """Let a message not leave that has not left; False where it may have."""
    this = (outbox.c.dedup_key == dedup_key) & (outbox.c.state == "queued") & (outbox.c.doubts == 0)
    gone = {"state": "skipped", "payload": b"", "reason": "called back", "settled_at": now}
    return (await connection.execute(update(outbox).where(this).values(gone))).rowcount > 0


class _Emptying(Term):
    """Lets the text go, and not the row."""

    async def drop(self, connection: AsyncConnection, found: Sequence[Any], now: datetime) -> None:
        """Empty these rows."""
        emptied = update(outbox).where(is_this(outbox), self.over(now)).values(payload=b"")
        await each(connection, emptied, name_each(found))


def _is_doubtful(now: datetime) -> ColumnElement[bool]:
    """Say of which messages nobody can tell, and no late answer can come any more."""
    return (outbox.c.state == "uncertain") & (outbox.c.settled_at < now - HOLD) & (outbox.c.payload != b"")


TEXT_TERM = _Emptying(outbox, _is_doubtful)
TERM = Term(outbox, lambda now: outbox.c.settled_at < now - KEPT_FOR)
