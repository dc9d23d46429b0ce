"""Subscribers: a chat, or a forum topic of a group, with what it prefers."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, exists, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.sql import ColumnElement

from db.store import AnyRow, rows, write_new
from db.tables import chats, follows, schedules, subscribers
from newsroom.readers import Rhythm, Schedule


@dataclass(frozen=True, slots=True)
class Subscriber:
    """A subscriber as it is kept."""

    id: int
    chat_id: int
    thread_id: int
    state: str
    language: str
    digits: str
    schedule_id: int
    paused_until: datetime | None
    reads: int
    announcements: bool = True


COLUMNS: list[ColumnElement[Any]] = [subscribers.c[name] for name in Subscriber.__slots__]


STRANGER, ON_PURPOSE = "stranger", "on purpose"  # why a channel rests where no right was lost

FIND = select(*COLUMNS).where(
    subscribers.c.chat_id == bindparam("chat"), subscribers.c.thread_id == bindparam("thread")
)


async def find(connection: AsyncConnection, chat_id: int, thread_id: int = 0) -> Subscriber | None:
    """Answer the subscriber of a chat or of a forum topic in it."""
    row = (await connection.execute(FIND, {"chat": chat_id, "thread": thread_id})).one_or_none()
    return Subscriber(*row) if row else None


IS_CHANNEL = (subscribers.c.chat_id < 0) & (chats.c.kind == "channel")  # the sign finds them by the index


async def find_channel(connection: AsyncConnection, subscriber_id: int) -> Subscriber | None:
    """Answer a channel by its number as a subscriber; None for any other subscriber."""
    found = select(*COLUMNS).join(chats, chats.c.id == subscribers.c.chat_id)
    row = (await connection.execute(found.where(subscribers.c.id == subscriber_id, IS_CHANNEL))).one_or_none()
    return Subscriber(*row) if row else None


async def list_wanted(connection: AsyncConnection, most: int) -> Sequence[int]:
    """Answer the chats of channels where something is to be posted, also where the right to has been lost."""
    chosen = exists().where(follows.c.subscriber_id == subscribers.c.id, ~follows.c.muted)
    lost = (subscribers.c.state == "suspended") & subscribers.c.reason.not_in((STRANGER, ON_PURPOSE))
    found = select(subscribers.c.chat_id).join(chats, chats.c.id == subscribers.c.chat_id)
    found = found.where(IS_CHANNEL, chosen, (subscribers.c.state == "active") | lost)
    return [row.chat_id for row in await rows(connection, found.order_by(subscribers.c.id).limit(most))]


async def list_channels(connection: AsyncConnection) -> Sequence[AnyRow]:
    """Answer the channels in the order in which they came, each with how many topics and words it follows."""
    mine = (follows.c.subscriber_id == subscribers.c.id) & ~follows.c.muted
    count = select(func.count()).select_from(follows).where(mine).scalar_subquery()
    columns = (*COLUMNS, subscribers.c.chat_state, count.label("followed"))
    found = select(*columns).join(chats, chats.c.id == subscribers.c.chat_id).where(IS_CHANNEL)
    return await rows(connection, found.order_by(subscribers.c.id))


@dataclass(frozen=True, slots=True)
class Newcomer:
    """A subscriber who is not kept yet; the chat must be known."""

    chat_id: int
    thread_id: int
    language: str
    schedule: Schedule


async def add(connection: AsyncConnection, newcomer: Newcomer, now: datetime) -> Subscriber:
    """Keep a newcomer, who follows nothing yet."""
    row = {
        "chat_id": newcomer.chat_id,
        "thread_id": newcomer.thread_id,
        "language": newcomer.language,
        "schedule_id": await intern(connection, newcomer.schedule),
        "since": now,
    }
    added = await connection.execute(insert(subscribers).values(row).returning(*COLUMNS))
    return Subscriber(*added.one())


async def change(connection: AsyncConnection, subscriber_id: int, **columns: Any) -> None:
    """Change what a subscriber prefers, or its state."""
    await connection.execute(update(subscribers).where(subscribers.c.id == subscriber_id).values(columns))


async def suspend(connection: AsyncConnection, chat_id: int, thread_id: int, reason: str) -> None:
    """Let one subscriber rest whose chat still speaks to us: no right to write, or its forum topic is closed."""
    this = (subscribers.c.chat_id == chat_id) & (subscribers.c.thread_id == thread_id)
    await connection.execute(
        update(subscribers).where(this, subscribers.c.state == "active").values(state="suspended", reason=reason)
    )


async def let_go(connection: AsyncConnection, chat_id: int) -> None:
    """Let a channel rest that an editor took the bot out of: nobody misses it there."""
    these = (subscribers.c.chat_id == chat_id) & subscribers.c.state.in_(("active", "suspended"))
    await connection.execute(update(subscribers).where(these).values(state="suspended", reason=ON_PURPOSE))


async def wake(connection: AsyncConnection, chat_id: int, thread_id: int | None = None) -> None:
    """Let those who rested for want of a right to write get news again: all of a chat, or of one forum topic in it."""
    these = (subscribers.c.chat_id == chat_id) & (subscribers.c.state == "suspended")
    if thread_id is not None:
        these &= subscribers.c.thread_id == thread_id
    await connection.execute(update(subscribers).where(these).values(state="active", reason=""))


async def intern(connection: AsyncConnection, schedule: Schedule) -> int:
    """Answer the id of the one row with this schedule."""
    row = asdict(schedule) | {"rhythm": schedule.rhythm.value}
    same = [schedules.c[name] == value for name, value in row.items()]
    known = (await connection.execute(select(schedules.c.id).where(*same))).scalar_one_or_none()
    if known is None:
        await write_new(connection, schedules, **row)
        known = (await connection.execute(select(schedules.c.id).where(*same))).scalar_one()
    return int(known)


async def list_schedules(connection: AsyncConnection) -> dict[int, Schedule]:
    """Answer every schedule that anybody has or had."""
    return {row.id: _schedule(row) for row in await rows(connection, select(schedules))}


async def find_schedule(connection: AsyncConnection, schedule_id: int) -> Schedule:
    """Answer one schedule."""
    return _schedule((await connection.execute(select(schedules).where(schedules.c.id == schedule_id))).one())


def _schedule(row: AnyRow) -> Schedule:
    return Schedule(Rhythm(row.rhythm), *(getattr(row, name) for name in Schedule.__slots__[1:]))
