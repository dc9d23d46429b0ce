"""Deliveries on their way out: claimed by push and chat, released, found again after a crash.

This is the path that every message takes, so what is said of many rows is said in one statement: whole numbers go in
as one list (`db/store/lists.py`), and what lies in the same push is read once. What else is due for the chats of a
claim is `digests.py`; how rows end is `settled.py`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import Integer, and_, bindparam, case, exists, func, literal, select, update
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.sql import ColumnElement, Select, Update

from db.columns import UtcDateTime
from db.showing import renderings
from db.store import HOLD, rows
from db.store.chats import is_free
from db.store.deliveries import QUEUED, SENDING, SENT, STOPPED
from db.store.lists import is_listed, listed
from db.store.pushes import OF_PUSH, make_push
from db.tables import article_topics, chats, deliveries, follows, pushes, schedules, subscribers
from db.working import workers
from newsroom.digests import ALONE
from newsroom.outcomes import Attempt
from newsroom.pushes import Lane, RunningPush
from newsroom.readers import Rhythm, Schedule, next_waking
from newsroom.work import Claimed, Edit, Shape, Standing

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
    marked = await connection.execute(_mark(connection.dialect.name, is_edit=push.is_edit), marks | ids)
    if marked.rowcount != len(found):  # some changed meanwhile without their chats being held: a group that moved
        mine = {row.subscriber_id for row in await rows(connection, _marked_by(push.id, worker_id, now))}
        found = [row for row in found if row.subscriber_id in mine]
    told: dict[tuple[Any, ...], Told] = {}
    return [read_row(row, push, worker_id, now, told) for row in found]


@cache
def _pick(*, is_edit: bool) -> Select[*tuple[Any, ...]]:
    """Answer the query for due rows of a push that may leave."""
    due = _to_edit(bindparam("wanted", type_=Integer)) if is_edit else QUEUED
    now = bindparam("now", type_=UtcDateTime)
    return (
        select_rows(bindparam("story", type_=Integer))
        .where(deliveries.c.push_id == bindparam("push"), due, deliveries.c.due_at <= now, is_free(now))
        .order_by(deliveries.c.version if is_edit else deliveries.c.due_at)
        .limit(bindparam("limit", type_=Integer))
        .with_for_update(of=chats, skip_locked=True)
    )


@cache
def _mark(dialect: str, *, is_edit: bool) -> Update:
    """Answer the statement that marks the listed rows of a push; one that is sent anew is of no digest yet.

    It goes by the primary key: the state is asked for in words that no index knows, or PostgreSQL reads all that is
    queued of the push. [Measured: 229 ms for 512 of 20,000 rows.]
    """
    ours = and_(
        deliveries.c.push_id == bindparam("push"),
        is_listed(dialect, deliveries.c.subscriber_id),
        func.coalesce(deliveries.c.state, "") == bindparam("was"),
    )
    claimed = {"state": "sending", "worker_id": bindparam("worker"), "claimed_at": bindparam("now")}
    return update(deliveries).where(ours).values(claimed if is_edit else claimed | {"digest_id": None})


def _marked_by(push_id: int, worker_id: str, now: datetime) -> Select[int]:
    mine = and_(deliveries.c.push_id == push_id, SENDING, deliveries.c.worker_id == worker_id)
    return select(deliveries.c.subscriber_id).where(mine, deliveries.c.claimed_at == now)


def _to_edit(wanted: ColumnElement[int] | int) -> ColumnElement[bool]:
    return and_(SENT, deliveries.c.version < wanted, deliveries.c.message_id.is_not(None))


async def release(connection: AsyncConnection, claimed: Sequence[Claimed]) -> None:
    """Let go of rows that were claimed in this transaction, as they were before."""
    every = [row for one in claimed for row in one.rows]
    for state in ("queued", "sent"):
        these = [row for row in every if (row.edit is None) == (state == "queued")]
        if these:
            of_push = {row.content.push_id for row in these if isinstance(row.content, Shape)}
            ids = deliveries.c.subscriber_id.in_([row.row_id for row in these])
            left = deliveries.c.push_id.in_(of_push) & ids & SENDING
            await connection.execute(update(deliveries).where(left).values(state=state))


async def find_left(connection: AsyncConnection, now: datetime) -> list[Claimed]:
    """Answer what workers had in flight when they died, or lost track of, by push: no request takes so long.

    It is sorted here: asked for in the order of the primary key, SQLite would read all deliveries to find these few.
    """
    dead = deliveries.c.worker_id.not_in(select(workers.c.id))
    left = SENDING & (dead | (deliveries.c.claimed_at < now - HOLD))
    columns = (*deliveries.c["push_id", "worker_id", "claimed_at"], *OF_PUSH)
    statement = select_rows(pushes.c.story_id).join(pushes, pushes.c.id == deliveries.c.push_id)
    found = await rows(connection, statement.add_columns(*columns).where(left))
    found = sorted(found, key=lambda row: (row.push_id, row.subscriber_id))
    return [read_row(row, make_push(row, row.push_id), row.worker_id, row.claimed_at, {}) for row in found]


def select_rows(story_id: ColumnElement[int]) -> Select[*tuple[Any, ...]]:
    """Answer the query for rows with all that sending them needs, and whether they are still wanted: see `read_row`."""
    rendered = and_(
        renderings.c.push_id == deliveries.c.push_id,
        renderings.c.language == subscribers.c.language,
        renderings.c.public == (chats.c.kind != "private"),
    )
    return (
        select(
            deliveries.c.subscriber_id,
            *subscribers.c["chat_id", "thread_id"],
            *deliveries.c["message_id", "version", "digest_id"],
            case((deliveries.c.doubts > 0, deliveries.c.due_at)).label("fell_due_at"),  # to read a time takes long
            deliveries.c.album,
            *deliveries.c["attempts", "doubts", "reason"],  # from here on it is what many rows have in common
            *subscribers.c["language", "digits", "state", "paused_until", "announcements"],
            chats.c.kind,
            chats.c.state.label("chat_state"),
            *schedules.c["silent", "zone", "quiet_from", "quiet_to", "wakes"],
            renderings.c.state.label("standing"),
            _muted(story_id).label("muted"),
        )
        .select_from(deliveries)
        .join(subscribers, subscribers.c.id == deliveries.c.subscriber_id)
        .join(chats, chats.c.id == subscribers.c.chat_id)
        .join(schedules, schedules.c.id == subscribers.c.schedule_id)
        .outerjoin(renderings, rendered)
    )


OWN = 8  # columns of a row before those that many have in common


def _muted(story_id: ColumnElement[int]) -> ColumnElement[int | None]:
    """Say whether the subscriber mutes a topic of a story (1) or only follows some (0) now; null for neither.

    Asked of what the subscriber follows, which is little: a story may have hundreds of keywords.
    """
    about = exists().where(article_topics.c.tag == follows.c.tag, article_topics.c.article_id == story_id)
    about = about.correlate_except(article_topics)  # the story may be that of a push, two queries further out
    mine = follows.c.subscriber_id == deliveries.c.subscriber_id
    return select(func.max(case((follows.c.muted, 1), else_=0))).where(mine, about).scalar_subquery()


@dataclass(frozen=True, slots=True)
class Told:
    """What many rows have in common; it is worked out once for all of them."""

    kind: str
    attempt: Attempt
    shape: Shape
    refused: str
    asleep_until: datetime | None
    standing: Standing
    alone: bool


def read_row(
    row: Any, push: RunningPush, worker_id: str, claimed_at: datetime, known: dict[tuple[Any, ...], Told]
) -> Claimed:
    """Answer a row of `select_rows` as it is claimed; `known` is what other rows of the push had in common."""
    row_id, chat_id, thread_id, message_id, version, digest_id, fell_due_at, album = row[:OWN]
    key = (message_id and digest_id, push.is_broadcast and version, message_id is None, *row[OWN:])
    told = known.get(key)
    if told is None:
        told = known[key] = _tell(row, push, claimed_at)
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
        Edit(message_id, version or 0, push.wanted, tuple(album or ())) if message_id else None,
        told.standing,
        push.gone_expected,
        told.alone,
        told.asleep_until,
        fell_due_at,
    )


def _tell(row: Any, push: RunningPush, now: datetime) -> Told:
    is_edit, public = bool(row.message_id), row.kind != "private"
    digest_id = (row.digest_id or 0) if is_edit else 0
    # What is done to a broadcast is done one after the other; of a story the newest version is shown.
    wanted = (row.version or 0) + 1 if is_edit and push.is_broadcast else push.wanted
    look = Shape(push.id, push.story_id, row.language, public, row.silent, wanted, is_edit, row.digits, digest_id)
    at_most_once = push.at_most_once or row.kind == "channel"
    return Told(
        row.kind,
        Attempt(row.attempts, row.doubts, at_most_once, is_edit=is_edit),
        look,
        refused=_refused(row, is_broadcast=push.is_broadcast),
        asleep_until=None if is_edit else _find_waking(row, push, now),
        standing=Standing.PROVEN if digest_id else STANDINGS[row.standing],
        alone=row.reason == ALONE,
    )


def _find_waking(row: Any, push: RunningPush, now: datetime) -> datetime | None:
    """Answer until when a reader is not to be reached: his quiet hours may have begun since the row was planned."""
    schedule = Schedule(Rhythm.INSTANT, row.zone, quiet_from=row.quiet_from, quiet_to=row.quiet_to)
    wakes = row.wakes and push.lane is Lane.BREAKING
    until = [row.paused_until, None if wakes else next_waking(schedule, now)]
    return max((moment for moment in until if moment and moment > now), default=None)


STANDINGS = {None: Standing.UNTRIED} | {standing.value: standing for standing in Standing}


def _refused(row: Any, *, is_broadcast: bool) -> str:
    if "suspended" in {row.chat_state, row.state}:
        return "chat suspended" if row.chat_state == "suspended" else "subscriber suspended"
    if row.standing == "stopped":
        return STOPPED
    if row.message_id:  # who has an article is owed its correction, whatever was stopped since
        return ""
    if row.state != "active":
        return f"subscriber {row.state}"
    if is_broadcast and not row.announcements:
        return "announcements not wanted"
    return "" if is_broadcast or row.muted == 0 else "no longer followed"


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
