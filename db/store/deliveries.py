"""Deliveries: the rows of pushes, planned by ranges of subscribers, queued again and counted.

How they are claimed and settled is `claims.py`.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import and_, exists, func, literal, literal_column, select, union, update, values
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.sql import ColumnElement

from db.columns import UtcDateTime
from db.store import insert_unless_there, rows, write_new
from db.tables import (
    article_topics,
    chats,
    deliveries,
    follows,
    schedules,
    staff,
    subscribers,
)
from db.wakeup import announce
from newsroom.roles import Role, who_has

BEFORE_READERS = timedelta(seconds=1)
STOPPED = "rendering stopped"  # the reason of what resuming the push queues again
QUEUED = deliveries.c.state == literal_column("'queued'")  # said literally, or the partial index is not used
SENDING = deliveries.c.state == literal_column("'sending'")
SENT = deliveries.c.state == literal_column("'sent'")


def _asks(subscriber_id: ColumnElement[int], story_id: ColumnElement[int]) -> ColumnElement[bool]:
    """Say whether a subscriber follows a topic of a story now, and mutes none."""
    about = and_(
        follows.c.subscriber_id == subscriber_id,
        article_topics.c.tag == follows.c.tag,
        article_topics.c.article_id == story_id,
    )
    return and_(exists().where(about, ~follows.c.muted), ~exists().where(about, follows.c.muted))


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


async def plan_staff(connection: AsyncConnection, push: Any) -> None:
    """Write the rows of editors who asked for a story, due before all others': they see first what leaves."""
    editors = select(staff.c.user_id).where(staff.c.role.in_([role.value for role in who_has(Role.EDITOR)]))
    first = (
        select(literal(push.id), subscribers.c.id, literal(push.created_at - BEFORE_READERS, UtcDateTime))
        .join(chats, chats.c.id == subscribers.c.chat_id)
        .where(subscribers.c.chat_id.in_(editors), subscribers.c.state == "active", chats.c.state == "active")
        .where(_asks(subscribers.c.id, literal(push.story_id)))
    )
    new = insert_unless_there(connection, deliveries)
    await connection.execute(new.from_select(["push_id", "subscriber_id", "due_at"], first))


async def add_one(connection: AsyncConnection, push_id: int, subscriber_id: int, due_at: datetime) -> bool:
    """Write a single row of a push, for whoever asks by himself; False when the subscriber has one already."""
    row = {"push_id": push_id, "subscriber_id": subscriber_id, "due_at": due_at}
    announce(connection, "deliver")
    return await write_new(connection, deliveries, **row) is not None


async def comes_or_came(connection: AsyncConnection, push_id: int, subscriber_id: int, since: datetime) -> bool:
    """Tell whether a subscriber's row of a push is on its way, or was settled since then."""
    this = (deliveries.c.push_id == push_id) & (deliveries.c.subscriber_id == subscriber_id)
    fresh = deliveries.c.state.in_(("queued", "sending")) | (deliveries.c.settled_at >= since)
    return bool(await rows(connection, select(deliveries.c.push_id).where(this, fresh)))


async def requeue_stopped(connection: AsyncConnection, push_id: int, reasons: Sequence[str], now: datetime) -> int:
    """Queue again what was held back because Telegram refused its rendering, and whom it was refused to."""
    of_push = deliveries.c.push_id == push_id
    refused = (deliveries.c.state == "failed") & deliveries.c.reason.in_(reasons)
    held = (deliveries.c.state == "skipped") & (deliveries.c.reason == STOPPED)
    again = update(deliveries).where(of_push, held | refused).values(state="queued", reason="", due_at=now)
    unedited = SENT & deliveries.c.reason.in_([STOPPED, *reasons])
    edits = update(deliveries).where(of_push, unedited).values(version=0, reason="", due_at=now)
    return sum([(await connection.execute(statement)).rowcount for statement in (again, edits)])


async def take_back(connection: AsyncConnection, push_id: int, since: datetime, now: datetime) -> bool:
    """Believe none of the chats that seemed gone to a push since then: they are awake, and their rows queued.

    Tells whether there were any.
    """
    lately = and_(deliveries.c.push_id == push_id, deliveries.c.state == "failed", deliveries.c.settled_at >= since)
    seemed = (
        select(chats.c.id, deliveries.c.subscriber_id)
        .join(subscribers, subscribers.c.chat_id == chats.c.id)
        .join(deliveries, deliveries.c.subscriber_id == subscribers.c.id)
        .where(lately, chats.c.state == "suspended", chats.c.reason == deliveries.c.reason)
    )
    found = await rows(connection, seemed)
    awake = update(chats).where(chats.c.id.in_([row.id for row in found]))
    await connection.execute(awake.values(state="active", reason=""))
    again = (deliveries.c.push_id == push_id) & deliveries.c.subscriber_id.in_([row.subscriber_id for row in found])
    await connection.execute(update(deliveries).where(again).values(state="queued", reason="", due_at=now))
    return bool(found)


async def decide_doubt(
    connection: AsyncConnection, push_id: int, subscriber_id: int, now: datetime, *, repeat: bool
) -> bool:
    """Let a person say what became of a row that nobody could tell about; False when that is settled."""
    doubted = (deliveries.c.push_id == push_id) & (deliveries.c.subscriber_id == subscriber_id)
    doubted &= deliveries.c.state == "uncertain"
    state = {"state": "queued", "due_at": now} if repeat else {"state": "sent"}
    done = await connection.execute(update(deliveries).where(doubted).values(**state, reason="a person decided"))
    announce(connection, "deliver")
    return done.rowcount > 0


async def count_by_state(connection: AsyncConnection, push_id: int) -> dict[str, int]:
    """Answer how many rows of a push there are in each state."""
    counted = select(deliveries.c.state, func.count().label("rows")).where(deliveries.c.push_id == push_id)
    return {row.state: row.rows for row in await rows(connection, counted.group_by(deliveries.c.state))}
