"""Deliveries on their way: claimed by push and chat, released, found again after a crash, settled in batches.

This is the path that every message takes, so what is said of many rows is said in one statement: whole numbers go in
as one list (`db/store/lists.py`), and what lies in the same push is read once. Rows that end in another way than `sent`
are few, and are written one by one.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import Integer, and_, bindparam, case, exists, func, literal, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.sql import ColumnElement, Select, Update

from db.columns import UtcDateTime
from db.store import HOLD, UNSETTLED, each, life_values, rows, settling
from db.store.chats import is_free
from db.store.deliveries import QUEUED, SENDING, SENT, STOPPED
from db.store.lists import is_listed, list_of, list_values, listed
from db.store.pushes import OF_PUSH, make_push
from db.tables import article_topics, chats, deliveries, follows, pushes, renderings, schedules, subscribers, workers
from newsroom.outcomes import Attempt, Came
from newsroom.pushes import RunningPush
from newsroom.work import Claimed, Edit, Landed, Shape, Standing

SOON = timedelta(seconds=1)
VERY_MANY = 1_000  # rows


async def claim(
    connection: AsyncConnection, push: RunningPush, worker_id: str, limit: int, now: datetime
) -> list[Claimed]:
    """Mark due rows of a push as sending, where their chat is free and nobody else is at it.

    Of a push's edits these are the messages that show an older version than is wanted. A chat is locked before its row
    is read, and held before the lock ends: whoever else read the row meanwhile finds the chat held.
    """
    values = {"push": push.id, "story": push.story_id, "wanted": push.wanted, "now": now, "limit": limit}
    found = (await connection.execute(_pick(is_edit=push.is_edit), values)).all()
    if not found:
        return []
    marks = {"push": push.id, "was": "sent" if push.is_edit else "queued", "worker": worker_id, "now": now}
    ids = listed(connection, [row.subscriber_id for row in found])
    marked = await connection.execute(_mark(connection.dialect.name), marks | ids)
    if marked.rowcount != len(found):  # some changed meanwhile without their chats being held: a group that moved
        mine = {row.subscriber_id for row in await rows(connection, _marked_by(push.id, worker_id, now))}
        found = [row for row in found if row.subscriber_id in mine]
    told: dict[tuple[Any, ...], Told] = {}
    return [_claimed(row, push, worker_id, now, told) for row in found]


@cache
def _pick(*, is_edit: bool) -> Select[*tuple[Any, ...]]:
    """Answer the query for due rows of a push that may leave."""
    due = _to_edit(bindparam("wanted", type_=Integer)) if is_edit else QUEUED
    now = bindparam("now", type_=UtcDateTime)
    return (
        _select(bindparam("story", type_=Integer))
        .where(deliveries.c.push_id == bindparam("push"), due, deliveries.c.due_at <= now, is_free(now))
        .order_by(deliveries.c.version if is_edit else deliveries.c.due_at)
        .limit(bindparam("limit", type_=Integer))
        .with_for_update(of=chats, skip_locked=True)
    )


@cache
def _mark(dialect: str) -> Update:
    """Answer the statement that marks the listed rows of a push.

    It goes by the primary key: the state is asked for in words that no index knows, or PostgreSQL reads all that is
    queued of the push. [Measured: 229 ms for 512 of 20,000 rows.]
    """
    ours = and_(
        deliveries.c.push_id == bindparam("push"),
        is_listed(dialect, deliveries.c.subscriber_id),
        func.coalesce(deliveries.c.state, "") == bindparam("was"),
    )
    claimed = {"state": "sending", "worker_id": bindparam("worker"), "claimed_at": bindparam("now")}
    return update(deliveries).where(ours).values(claimed)


def _marked_by(push_id: int, worker_id: str, now: datetime) -> Select[int]:
    mine = and_(deliveries.c.push_id == push_id, SENDING, deliveries.c.worker_id == worker_id)
    return select(deliveries.c.subscriber_id).where(mine, deliveries.c.claimed_at == now)


def _to_edit(wanted: ColumnElement[int] | int) -> ColumnElement[bool]:
    return and_(SENT, deliveries.c.version < wanted, deliveries.c.message_id.is_not(None))


async def release(connection: AsyncConnection, claimed: Sequence[Claimed]) -> None:
    """Let go of rows that were claimed in this transaction, as they were before."""
    for state in ("queued", "sent"):
        these = [row for row in claimed if (row.edit is None) == (state == "queued")]
        if these:
            of_push = {row.content.push_id for row in these if isinstance(row.content, Shape)}
            ids = deliveries.c.subscriber_id.in_([row.row_id for row in these])
            left = deliveries.c.push_id.in_(of_push) & ids & SENDING
            await connection.execute(update(deliveries).where(left).values(state=state))


async def find_left(connection: AsyncConnection, now: datetime) -> list[Claimed]:
    """Answer what workers had in flight when they died, or lost track of: no request takes so long."""
    dead = deliveries.c.worker_id.not_in(select(workers.c.id))
    left = SENDING & (dead | (deliveries.c.claimed_at < now - HOLD))
    columns = (*deliveries.c["push_id", "worker_id", "claimed_at"], *OF_PUSH)
    statement = _select(pushes.c.story_id).join(pushes, pushes.c.id == deliveries.c.push_id)
    found = await rows(connection, statement.add_columns(*columns).where(left))
    return [_claimed(row, make_push(row, row.push_id), row.worker_id, row.claimed_at, {}) for row in found]


def _select(story_id: ColumnElement[int]) -> Select[*tuple[Any, ...]]:
    """Answer the query for rows with all that sending them needs, and whether they are still wanted."""
    rendered = and_(
        renderings.c.push_id == deliveries.c.push_id,
        renderings.c.language == subscribers.c.language,
        renderings.c.public == (chats.c.kind != "private"),
    )
    return (
        select(
            deliveries.c.subscriber_id,
            *subscribers.c["chat_id", "thread_id"],
            *deliveries.c["message_id", "version"],
            *deliveries.c["attempts", "doubts"],  # from here on it is what many rows have in common
            *subscribers.c["language", "state"],
            chats.c.kind,
            chats.c.state.label("chat_state"),
            schedules.c.silent,
            renderings.c.state.label("standing"),
            _muted(story_id).label("muted"),
        )
        .select_from(deliveries)
        .join(subscribers, subscribers.c.id == deliveries.c.subscriber_id)
        .join(chats, chats.c.id == subscribers.c.chat_id)
        .join(schedules, schedules.c.id == subscribers.c.schedule_id)
        .outerjoin(renderings, rendered)
    )


def _muted(story_id: ColumnElement[int]) -> ColumnElement[int | None]:
    """Say whether the subscriber mutes a topic of a story (1) or only follows some (0) now; null for neither.

    Asked of what the subscriber follows, which is little: a story may have hundreds of keywords.
    """
    about = exists().where(article_topics.c.tag == follows.c.tag, article_topics.c.article_id == story_id)
    mine = follows.c.subscriber_id == deliveries.c.subscriber_id
    return select(func.max(case((follows.c.muted, 1), else_=0))).where(mine, about).scalar_subquery()


@dataclass(frozen=True, slots=True)
class Told:
    """What many rows have in common; it is worked out once for all of them."""

    kind: str
    attempt: Attempt
    shape: Shape
    refused: str
    standing: Standing


def _claimed(
    row: Any, push: RunningPush, worker_id: str, claimed_at: datetime, known: dict[tuple[Any, ...], Told]
) -> Claimed:
    row_id, chat_id, thread_id, message_id, version = row[:5]
    key = (message_id is None, *row[5:])
    told = known.get(key)
    if told is None:
        told = known[key] = _tell(row, push)
    return Claimed(
        row_id,
        chat_id,
        told.kind,
        thread_id,
        worker_id,
        claimed_at,
        claimed_at,
        told.attempt,
        told.shape,
        told.refused,
        Edit(message_id, version or 0, push.wanted) if message_id else None,
        told.standing,
        push.gone_expected,
    )


def _tell(row: Any, push: RunningPush) -> Told:
    is_edit, public = bool(row.message_id), row.kind != "private"
    at_most_once = push.at_most_once or row.kind == "channel"
    return Told(
        row.kind,
        Attempt(row.attempts, row.doubts, at_most_once, is_edit=is_edit),
        Shape(push.id, push.story_id, row.language, public, row.silent, push.wanted, is_edit),
        _refused(row),
        STANDINGS[row.standing],
    )


STANDINGS = {None: Standing.UNTRIED} | {standing.value: standing for standing in Standing}


def _refused(row: Any) -> str:
    if row.chat_state != "active":
        return "chat suspended"
    if row.state == "suspended":
        return "subscriber suspended"
    if row.standing == "stopped":
        return STOPPED
    if row.message_id:  # who has an article is owed its correction, whatever was stopped since
        return ""
    if row.state != "active":
        return f"subscriber {row.state}"
    return "" if row.muted == 0 else "no longer followed"


async def settle(connection: AsyncConnection, landed: Iterable[Landed], now: datetime) -> None:
    """Write what became of rows. A late answer settles a row that nobody has taken since: it is the truth."""
    arrived: dict[tuple[Any, ...], list[Landed]] = defaultdict(list)
    edits, others = [], []
    for land in landed:
        if land.claimed.edit:
            edits.append(land)
        elif land.outcome.came is Came.OK and land.rendering:
            arrived[_batch(land)].append(land)
        else:
            others.append(land)
    for batch in arrived.values():
        await _settle_arrived(connection, batch, now)
    await each(connection, _settle_one(), (_values(land, now) for land in others))
    await each(connection, _settle_edit(), (_edit_values(land, now) for land in edits))
    await _leave_moved(connection, [land for batch in arrived.values() for land in batch if _may_have_moved(land)])


@cache
def _settle_one() -> Update:
    shown: dict[str, Any] = {"article_id": bindparam("new_article_id"), "version": bindparam("new_version")}
    return update(deliveries).where(_mine()).values(settling(deliveries) | shown)


@cache
def _settle_edit() -> Update:
    names = ("state", "due_at", "attempts", "reason", "version")
    return update(deliveries).where(_edited()).values({name: bindparam(f"new_{name}") for name in names})


def _may_have_moved(land: Landed) -> bool:
    return land.claimed.chat_kind == "group"  # the only kind that moves


async def _leave_moved(connection: AsyncConnection, landed: Iterable[Landed]) -> None:
    """Forget the places of messages that groups got as they moved: `chats.migrate` says why."""
    places = ({"push": _push_of(land), "row": land.claimed.row_id, "chat": land.claimed.chat_id} for land in landed)
    await each(connection, _forget_place(), places)


@cache
def _forget_place() -> Update:
    there = and_(subscribers.c.id == deliveries.c.subscriber_id, subscribers.c.chat_id == bindparam("chat"))
    arrived = and_(_this(), SENT)
    return update(deliveries).where(arrived, ~exists().where(there)).values(message_id=None)


def _batch(land: Landed) -> tuple[Any, ...]:
    """Answer what rows have in common that are settled by one statement."""
    claimed, shown = land.claimed, land.rendering
    return (claimed.worker_id, claimed.claimed_at, shown and shown.article_id, shown and shown.version)


async def _settle_arrived(connection: AsyncConnection, landed: Sequence[Landed], now: datetime) -> None:
    """Settle by one statement. The push is in the list too: SQLite then goes by the list, and not by the whole push."""
    worker_id, claimed_at, article_id, version = _batch(landed[0])
    listed = list_values(
        connection,
        push_id=[_push_of(land) for land in landed],
        id=[land.claimed.row_id for land in landed],
        message_id=[land.outcome.message_id for land in landed],
        attempts=[land.verdict.attempts for land in landed],
    )
    common = {"worker": worker_id, "claimed": claimed_at, "now": now, "article": article_id, "shown": version}
    await connection.execute(_arrive(connection.dialect.name), common | listed)


@cache
def _arrive(dialect: str) -> Update:
    """Answer the statement that says of the listed rows that they arrived."""
    told = list_of(dialect, "push_id", "id", "message_id", "attempts")
    now = bindparam("now", type_=UtcDateTime)
    ours = and_(
        deliveries.c.push_id == told.c.push_id,
        deliveries.c.subscriber_id == told.c.id,
        deliveries.c.worker_id == bindparam("worker"),
        deliveries.c.claimed_at == bindparam("claimed", type_=UtcDateTime),
        deliveries.c.state.in_(UNSETTLED),
    )
    values = {
        "state": "sent",
        "due_at": now,
        "settled_at": now,
        "attempts": told.c.attempts,
        "message_id": told.c.message_id,
        "reason": "",
        "article_id": bindparam("article"),
        "version": bindparam("shown"),
    }
    return update(deliveries).where(ours).values(values)


def _mine() -> ColumnElement[bool]:
    return and_(
        _this(),
        deliveries.c.worker_id == bindparam("worker"),
        deliveries.c.claimed_at == bindparam("claimed", type_=UtcDateTime),
        deliveries.c.state.in_(UNSETTLED),
    )


def _this() -> ColumnElement[bool]:
    return and_(deliveries.c.push_id == bindparam("push"), deliveries.c.subscriber_id == bindparam("row"))


def _edited() -> ColumnElement[bool]:
    """Say which rows an edit settles: ours, and those whose message it may have set back, so late was its answer."""
    newer = deliveries.c.version > bindparam("new_version", type_=Integer)
    return or_(_mine(), and_(_this(), SENT, deliveries.c.message_id == bindparam("message"), newer))


def _edit_values(land: Landed, now: datetime) -> dict[str, Any]:
    values, edit = _values(land, now), land.claimed.edit
    for name in ("new_doubts", "new_message_id", "new_settled_at", "new_article_id"):
        del values[name]
    return values | {"message": edit and edit.message_id}


def shown_version(land: Landed) -> int | None:
    """Answer which version a message shows after an answer; an edit that is done with, however, shows what it would."""
    edit, rendering = land.claimed.edit, land.rendering
    if edit and land.verdict.due_at:
        return edit.shown
    if rendering:
        return rendering.version
    return edit.wanted if edit else None


def _values(land: Landed, now: datetime) -> dict[str, Any]:
    return {
        "push": _push_of(land),
        "row": land.claimed.row_id,
        "new_article_id": land.rendering.article_id if land.rendering else None,
        "new_version": shown_version(land),
        **life_values(land, now),
    }


def _push_of(land: Landed) -> int:
    return land.claimed.content.push_id if isinstance(land.claimed.content, Shape) else 0


async def next_due(connection: AsyncConnection, push_id: int, now: datetime) -> datetime | None:
    """Answer when the next queued row of a push may leave, due and not told to wait; None without a row.

    Soon, in any case, while some are under way: another worker may queue one at this very moment. It is one statement,
    for each sees a moment of its own. Now where very many are due: not all of their chats are looked at.
    """
    queued = and_(deliveries.c.push_id == push_id, QUEUED)
    later = select(func.min(deliveries.c.due_at)).where(queued, deliveries.c.due_at > now)
    waiting = (
        select(chats.c.free_at)
        .select_from(deliveries)
        .join(subscribers, subscribers.c.id == deliveries.c.subscriber_id)
        .join(chats, chats.c.id == subscribers.c.chat_id)
        .where(queued, deliveries.c.due_at <= now)
        .limit(VERY_MANY)
    ).subquery()
    counted = select(func.min(waiting.c.free_at), func.count(), later.scalar_subquery(), _are_under_way(push_id))
    free_at, count, later_at, under_way = (await connection.execute(counted.select_from(waiting))).one()
    moments = [now if count == VERY_MANY else free_at, later_at, now + SOON if under_way else None]
    return min((moment for moment in moments if moment), default=None)


async def next_edit(connection: AsyncConnection, push: RunningPush, now: datetime) -> datetime | None:
    """Answer when the edits of a push are to be looked at next; None where nothing is left to edit.

    Now while some rows are under way: what they show is not known yet.
    """
    stale = and_(deliveries.c.push_id == push.id, _to_edit(push.wanted))
    earliest = select(func.min(deliveries.c.due_at)).where(stale).scalar_subquery()
    due_at, under_way = (await connection.execute(select(earliest, _are_under_way(push.id)))).one()
    if under_way:
        return now
    return max(now, due_at) if due_at else None


def _are_under_way(push_id: int) -> ColumnElement[bool]:
    """Say whether rows of a push are under way; by what all workers have, for that is less than a push."""
    return literal(push_id).in_(select(deliveries.c.push_id).where(SENDING))
