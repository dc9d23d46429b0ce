"""Deliveries: the rows of pushes. Planned by ranges of subscribers, claimed by push and chat, settled in batches."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import and_, bindparam, exists, func, literal, literal_column, select, union, update, values
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.sql import ColumnElement

from db.store import HOLD, UNSETTLED, each, insert_unless_there, life_values, rows, settling, write_new
from db.store.chats import is_free
from db.tables import (
    UtcDateTime,
    article_topics,
    chats,
    deliveries,
    follows,
    pushes,
    schedules,
    stops,
    subscribers,
    workers,
)
from newsroom.outcomes import Attempt
from newsroom.work import Claimed, Landed, Shape

STOPPED = "rendering stopped"  # the reason of what resuming the push queues again
QUEUED = deliveries.c.state == literal_column("'queued'")  # said literally, or the partial index is not used
SENDING = deliveries.c.state == literal_column("'sending'")


async def claim(connection: AsyncConnection, push_id: int, worker_id: str, limit: int, now: datetime) -> list[Claimed]:
    """Mark due rows of a push as sending, where their chat is free and nobody else is at it."""
    picked = (
        select(deliveries.c.subscriber_id)
        .join(subscribers, subscribers.c.id == deliveries.c.subscriber_id)
        .join(chats, chats.c.id == subscribers.c.chat_id)
        .where(deliveries.c.push_id == push_id, QUEUED, deliveries.c.due_at <= now)
        .where(is_free(now))
        .order_by(deliveries.c.due_at)
        .limit(limit)
        .with_for_update(of=chats, skip_locked=True)
    ).cte("picked")
    ours = and_(deliveries.c.push_id == push_id, deliveries.c.subscriber_id.in_(select(picked.c.subscriber_id)), QUEUED)
    marked = update(deliveries).where(ours).values(state="sending", worker_id=worker_id, claimed_at=now)
    ids = [row.subscriber_id for row in await rows(connection, marked.returning(deliveries.c.subscriber_id))]
    mine = and_(deliveries.c.push_id == push_id, deliveries.c.subscriber_id.in_(ids))
    return await _read(connection, mine, now) if ids else []


async def find_left(connection: AsyncConnection, now: datetime) -> list[Claimed]:
    """Answer what workers had in flight when they died, or lost track of: no request takes so long."""
    dead = deliveries.c.worker_id.not_in(select(workers.c.id))
    return await _read(connection, SENDING & (dead | (deliveries.c.claimed_at < now - HOLD)), now)


async def _read(connection: AsyncConnection, which: ColumnElement[bool], now: datetime) -> list[Claimed]:
    """Answer marked rows with all that sending them needs, and whether they are still wanted."""
    statement = (
        select(
            *deliveries.c["push_id", "subscriber_id", "attempts", "doubts", "worker_id", "claimed_at"],
            *subscribers.c["chat_id", "thread_id", "language", "state"],
            chats.c.kind,
            chats.c.state.label("chat_state"),
            schedules.c.silent,
            pushes.c.story_id,
            stops.c.reason.label("stopped"),
            _is_wanted().label("wanted"),
        )
        .select_from(deliveries)
        .join(pushes, pushes.c.id == deliveries.c.push_id)
        .join(subscribers, subscribers.c.id == deliveries.c.subscriber_id)
        .join(chats, chats.c.id == subscribers.c.chat_id)
        .join(schedules, schedules.c.id == subscribers.c.schedule_id)
        .outerjoin(stops, (stops.c.push_id == pushes.c.id) & (stops.c.language == subscribers.c.language))
        .where(which)
        .order_by(deliveries.c.due_at)
    )
    return [_claimed(row, now) for row in await rows(connection, statement)]


def _is_wanted() -> ColumnElement[bool]:
    """Say whether the subscriber follows a topic of the story now, and mutes none."""
    about = and_(
        follows.c.subscriber_id == deliveries.c.subscriber_id,
        article_topics.c.tag == follows.c.tag,
        article_topics.c.article_id == pushes.c.story_id,
    )
    return and_(exists().where(about, ~follows.c.muted), ~exists().where(about, follows.c.muted))


def _claimed(row: Any, now: datetime) -> Claimed:
    return Claimed(
        row_id=row.subscriber_id,
        chat_id=row.chat_id,
        chat_kind=row.kind,
        thread_id=row.thread_id,
        worker_id=row.worker_id,
        claimed_at=row.claimed_at,
        slot_at=now,
        attempt=Attempt(row.attempts, row.doubts, at_most_once=row.kind == "channel"),
        content=Shape(row.push_id, row.story_id, row.language, row.kind != "private", row.silent),
        refused=_refused(row),
    )


def _refused(row: Any) -> str:
    if row.chat_state != "active":
        return "chat suspended"
    if row.state != "active":
        return f"subscriber {row.state}"
    if row.stopped is not None:
        return STOPPED
    return "" if row.wanted else "no longer followed"


async def settle(connection: AsyncConnection, landed: Sequence[Landed], now: datetime) -> None:
    """Write what became of rows. A late answer settles a row that nobody has taken since: it is the truth."""
    mine = (
        (deliveries.c.push_id == bindparam("push"))
        & (deliveries.c.subscriber_id == bindparam("row"))
        & (deliveries.c.worker_id == bindparam("worker"))
        & (deliveries.c.claimed_at == bindparam("claimed", type_=UtcDateTime))
        & deliveries.c.state.in_(UNSETTLED)
    )
    shown: dict[str, ColumnElement[Any]] = {
        "article_id": bindparam("new_article_id"),
        "version": bindparam("new_version"),
    }
    await each(
        connection,
        update(deliveries).where(mine).values(settling(deliveries) | shown),
        (_values(land, now) for land in landed),
    )


def _values(land: Landed, now: datetime) -> dict[str, Any]:
    shape, shown = land.claimed.content, land.rendering
    return {
        "push": shape.push_id if isinstance(shape, Shape) else None,
        "row": land.claimed.row_id,
        "new_article_id": shown.article_id if shown else None,
        "new_version": shown.version if shown else None,
        **life_values(land, now),
    }


async def plan_range(connection: AsyncConnection, push: Any, upper: int, times: dict[int, datetime]) -> None:
    """Write the rows of a push for the subscribers above its cursor up to `upper` who asked for its story.

    `times` says when a row of each schedule falls due.
    """
    tags = [row.tag for row in await rows(connection, select(article_topics.c.tag).where(_about(push.story_id)))]
    if not tags or not times:
        return
    between = follows.c.subscriber_id.between(push.cursor + 1, upper)
    scans = [select(follows.c.subscriber_id).where(follows.c.tag == tag, ~follows.c.muted, between) for tag in tags]
    asked = union(*scans).subquery("asked")
    due = values(schedules.c.id, deliveries.c.due_at, name="due").data(list(times.items())).cte()
    muted = exists().where(follows.c.subscriber_id == asked.c.subscriber_id, follows.c.muted, follows.c.tag.in_(tags))
    known = exists().where(deliveries.c.push_id == push.id, deliveries.c.subscriber_id == asked.c.subscriber_id)
    found = (
        select(literal(push.id), asked.c.subscriber_id, due.c.due_at)
        .join(subscribers, subscribers.c.id == asked.c.subscriber_id)
        .join(chats, chats.c.id == subscribers.c.chat_id)
        .join(due, due.c.id == subscribers.c.schedule_id)
        .where(subscribers.c.state == "active", chats.c.state == "active", ~muted, ~known)
    )
    new = insert_unless_there(connection, deliveries)  # a reader may be asking for a sample at this very moment
    await connection.execute(new.from_select(["push_id", "subscriber_id", "due_at"], found))


def _about(story_id: int) -> ColumnElement[bool]:
    return article_topics.c.article_id == story_id


async def add_one(connection: AsyncConnection, push_id: int, subscriber_id: int, due_at: datetime) -> bool:
    """Write a single row of a push, for whoever asks by himself; False when the subscriber has one already."""
    row = {"push_id": push_id, "subscriber_id": subscriber_id, "due_at": due_at}
    return await write_new(connection, deliveries, **row) is not None


async def comes_or_came(connection: AsyncConnection, push_id: int, subscriber_id: int, since: datetime) -> bool:
    """Tell whether a subscriber's row of a push is on its way, or was settled since then."""
    this = (deliveries.c.push_id == push_id) & (deliveries.c.subscriber_id == subscriber_id)
    fresh = deliveries.c.state.in_(("queued", "sending")) | (deliveries.c.settled_at >= since)
    return bool(await rows(connection, select(deliveries.c.push_id).where(this, fresh)))


async def requeue_stopped(connection: AsyncConnection, push_id: int, now: datetime) -> None:
    """Queue again what was held back because Telegram refused its rendering."""
    held = (deliveries.c.push_id == push_id) & (deliveries.c.state == "skipped") & (deliveries.c.reason == STOPPED)
    await connection.execute(update(deliveries).where(held).values(state="queued", reason="", due_at=now))


async def next_due(connection: AsyncConnection, push_id: int, now: datetime) -> datetime | None:
    """Answer when the next queued row of a push may leave, due and not told to wait; None without a row."""
    queued = and_(deliveries.c.push_id == push_id, QUEUED)
    later = select(func.min(deliveries.c.due_at)).where(queued, deliveries.c.due_at > now)
    waiting = (
        select(func.min(chats.c.free_at))
        .select_from(deliveries)
        .join(subscribers, subscribers.c.id == deliveries.c.subscriber_id)
        .join(chats, chats.c.id == subscribers.c.chat_id)
        .where(queued, deliveries.c.due_at <= now)
    )
    moments = [(await connection.execute(statement)).scalar_one() for statement in (later, waiting)]
    return min((moment for moment in moments if moment), default=None)


async def count_by_state(connection: AsyncConnection, push_id: int) -> dict[str, int]:
    """Answer how many rows of a push there are in each state."""
    counted = select(deliveries.c.state, func.count().label("rows")).where(deliveries.c.push_id == push_id)
    return {row.state: row.rows for row in await rows(connection, counted.group_by(deliveries.c.state))}
