"""Deliveries: the rows of pushes. Planned by ranges of subscribers, claimed by push and chat, settled in batches."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import and_, bindparam, exists, func, literal, literal_column, select, union, update, values
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.sql import ColumnElement

from db.columns import UtcDateTime
from db.store import HOLD, UNSETTLED, each, insert_unless_there, life_values, rows, settling, write_new
from db.store.chats import is_free
from db.tables import (
    article_topics,
    chats,
    deliveries,
    follows,
    pushes,
    renderings,
    schedules,
    staff,
    subscribers,
    workers,
)
from newsroom.outcomes import Attempt
from newsroom.pushes import RunningPush
from newsroom.roles import Role, who_has
from newsroom.work import Claimed, Edit, Landed, Shape, Standing

BEFORE_READERS = timedelta(seconds=1)
STOPPED = "rendering stopped"  # the reason of what resuming the push queues again
QUEUED = deliveries.c.state == literal_column("'queued'")  # said literally, or the partial index is not used
SENDING = deliveries.c.state == literal_column("'sending'")
SENT = deliveries.c.state == literal_column("'sent'")


async def claim(
    connection: AsyncConnection, push: RunningPush, worker_id: str, limit: int, now: datetime
) -> list[Claimed]:
    """Mark due rows of a push as sending, where their chat is free and nobody else is at it.

    Of a push's edits these are the messages that show an older version than is wanted.
    """
    due = _to_edit(push.wanted) if push.is_edit else QUEUED
    picked = (
        select(deliveries.c.subscriber_id)
        .join(subscribers, subscribers.c.id == deliveries.c.subscriber_id)
        .join(chats, chats.c.id == subscribers.c.chat_id)
        .where(deliveries.c.push_id == push.id, due, deliveries.c.due_at <= now)
        .where(is_free(now))
        .order_by(deliveries.c.version if push.is_edit else deliveries.c.due_at)
        .limit(limit)
        .with_for_update(of=chats, skip_locked=True)
    ).cte("picked")
    ours = and_(deliveries.c.push_id == push.id, deliveries.c.subscriber_id.in_(select(picked.c.subscriber_id)), due)
    marked = update(deliveries).where(ours).values(state="sending", worker_id=worker_id, claimed_at=now)
    ids = [row.subscriber_id for row in await rows(connection, marked.returning(deliveries.c.subscriber_id))]
    mine = and_(deliveries.c.push_id == push.id, deliveries.c.subscriber_id.in_(ids))
    return await _read(connection, mine, now) if ids else []


def _to_edit(wanted: int) -> ColumnElement[bool]:
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
    return await _read(connection, SENDING & (dead | (deliveries.c.claimed_at < now - HOLD)), now)


async def _read(connection: AsyncConnection, which: ColumnElement[bool], now: datetime) -> list[Claimed]:
    """Answer marked rows with all that sending them needs, and whether they are still wanted."""
    statement = (
        select(
            *deliveries.c["push_id", "subscriber_id", "attempts", "doubts", "worker_id", "claimed_at"],
            *deliveries.c["message_id", "version"],
            *subscribers.c["chat_id", "thread_id", "language", "state"],
            chats.c.kind,
            chats.c.state.label("chat_state"),
            schedules.c.silent,
            *pushes.c["story_id", "wanted", "at_most_once", "gone_expected"],
            renderings.c.state.label("standing"),
            _asks(deliveries.c.subscriber_id, pushes.c.story_id).label("wanted_now"),
        )
        .select_from(deliveries)
        .join(pushes, pushes.c.id == deliveries.c.push_id)
        .join(subscribers, subscribers.c.id == deliveries.c.subscriber_id)
        .join(chats, chats.c.id == subscribers.c.chat_id)
        .join(schedules, schedules.c.id == subscribers.c.schedule_id)
        .outerjoin(renderings, _is_rendered())
        .where(which)
        .order_by(deliveries.c.due_at)
    )
    return [_claimed(row, now) for row in await rows(connection, statement)]


def _is_rendered() -> ColumnElement[bool]:
    """Say which rendering is the row's."""
    return and_(
        renderings.c.push_id == pushes.c.id,
        renderings.c.language == subscribers.c.language,
        renderings.c.public == (chats.c.kind != "private"),
    )


def _asks(subscriber_id: ColumnElement[int], story_id: ColumnElement[int]) -> ColumnElement[bool]:
    """Say whether a subscriber follows a topic of a story now, and mutes none."""
    about = and_(
        follows.c.subscriber_id == subscriber_id,
        article_topics.c.tag == follows.c.tag,
        article_topics.c.article_id == story_id,
    )
    return and_(exists().where(about, ~follows.c.muted), ~exists().where(about, follows.c.muted))


def _claimed(row: Any, now: datetime) -> Claimed:
    edit = Edit(row.message_id, row.version or 0, row.wanted) if row.message_id else None
    once = row.kind == "channel" or row.at_most_once
    return Claimed(
        row_id=row.subscriber_id,
        chat_id=row.chat_id,
        chat_kind=row.kind,
        thread_id=row.thread_id,
        worker_id=row.worker_id,
        claimed_at=row.claimed_at,
        slot_at=now,
        attempt=Attempt(row.attempts, row.doubts, once, is_edit=edit is not None),
        content=Shape(
            row.push_id, row.story_id, row.language, row.kind != "private", row.silent, row.wanted, edit is not None
        ),
        refused=_refused(row),
        edit=edit,
        standing=Standing(row.standing or ""),
        gone_expected=row.gone_expected,
    )


def _refused(row: Any) -> str:
    if row.chat_state != "active":
        return "chat suspended"
    if row.state == "suspended":
        return "subscriber suspended"
    if row.standing == Standing.STOPPED:
        return STOPPED
    if row.message_id:  # who has an article is owed its correction, whatever was stopped since
        return ""
    if row.state != "active":
        return f"subscriber {row.state}"
    return "" if row.wanted_now else "no longer followed"


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
    sends = [_values(land, now) for land in landed if land.claimed.edit is None]
    await each(connection, update(deliveries).where(mine).values(settling(deliveries) | shown), sends)
    await _settle_edits(connection, [land for land in landed if land.claimed.edit], mine, now)


async def _settle_edits(
    connection: AsyncConnection, landed: Sequence[Landed], mine: ColumnElement[bool], now: datetime
) -> None:
    """Write what became of edits: which version a message shows, or when it is tried again."""
    if not landed:
        return
    written: dict[str, Any] = {
        name: bindparam(f"new_{name}") for name in ("state", "due_at", "attempts", "reason", "version")
    }
    await each(connection, update(deliveries).where(mine).values(written), (_edit_values(land, now) for land in landed))


def _edit_values(land: Landed, now: datetime) -> dict[str, Any]:
    """Answer the values of a settled edit; one that is done with, for whatever reason, shows what was wanted."""
    values, edit = _values(land, now), land.claimed.edit
    for name in ("new_doubts", "new_message_id", "new_settled_at", "new_article_id"):
        del values[name]
    if edit and land.verdict.due_at:
        values["new_version"] = edit.shown
    elif edit and not land.rendering:
        values["new_version"] = edit.wanted
    return values


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


async def take_back(connection: AsyncConnection, push_id: int, since: datetime, now: datetime) -> None:
    """Believe none of the chats that seemed gone to a push since then: they are awake, and their rows queued."""
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


async def decide_doubt(
    connection: AsyncConnection, push_id: int, subscriber_id: int, now: datetime, *, repeat: bool
) -> bool:
    """Let a person say what became of a row that nobody could tell about; False when that is settled."""
    doubted = (deliveries.c.push_id == push_id) & (deliveries.c.subscriber_id == subscriber_id)
    doubted &= deliveries.c.state == "uncertain"
    state = {"state": "queued", "due_at": now} if repeat else {"state": "sent"}
    done = await connection.execute(update(deliveries).where(doubted).values(**state, reason="a person decided"))
    return done.rowcount > 0


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


async def next_edit(connection: AsyncConnection, push: RunningPush, now: datetime) -> datetime | None:
    """Answer when the edits of a push are to be looked at next; None where nothing is left to edit."""
    stale = and_(deliveries.c.push_id == push.id, _to_edit(push.wanted))
    due_at: datetime | None = (
        await connection.execute(select(func.min(deliveries.c.due_at)).where(stale))
    ).scalar_one()
    if due_at:
        return max(now, due_at)
    under_way = select(deliveries.c.push_id).where(deliveries.c.push_id == push.id, SENDING).limit(1)
    return now if await rows(connection, under_way) else None


async def count_by_state(connection: AsyncConnection, push_id: int) -> dict[str, int]:
    """Answer how many rows of a push there are in each state."""
    counted = select(deliveries.c.state, func.count().label("rows")).where(deliveries.c.push_id == push_id)
    return {row.state: row.rows for row in await rows(connection, counted.group_by(deliveries.c.state))}
