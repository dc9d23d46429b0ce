"""Chats: where messages go. A chat that blocks us is suspended, never deleted, and wakes at its next sign of life."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import datetime
from functools import cache

from sqlalchemy import and_, bindparam, case, delete, literal_column, null, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.sql import ColumnElement, Select, Update

from db.columns import UtcDateTime
from db.store import HOLD, AnyRow, rows, write_new
from db.store.lists import list_of, list_values
from db.tables import chats, deliveries, follows, outbox, prompts, subscribers


async def greet(connection: AsyncConnection, chat_id: int, kind: str, now: datetime) -> bool:
    """Note a sign of life, making the chat known and awake; tells whether it had been suspended."""
    if await write_new(connection, chats, id=chat_id, kind=kind, alive_at=now, free_at=now):
        return False
    found = await connection.execute(select(chats.c.state).where(chats.c.id == chat_id))
    suspended = bool(found.scalar_one() == "suspended")
    alive = update(chats).where(chats.c.id == chat_id)
    await connection.execute(alive.values(kind=kind, alive_at=now, state="active", reason=""))
    return suspended


async def suspend(connection: AsyncConnection, chat_id: int, reason: str, before: datetime) -> bool:
    """Let the chat rest until a sign of life; a sign that came since `before` wins. Tells whether it was awake."""
    awake = (chats.c.id == chat_id) & (chats.c.state == "active") & (chats.c.alive_at <= before)
    done = await connection.execute(update(chats).where(awake).values(state="suspended", reason=reason))
    return done.rowcount > 0


def is_free(now: ColumnElement[datetime] | datetime) -> ColumnElement[bool]:
    """Say whether a message to the chat may leave: none is under way, and the last one was long enough ago."""
    return and_(chats.c.free_at <= now, or_(chats.c.held_until.is_(None), chats.c.held_until <= now))


async def hold(connection: AsyncConnection, chat_ids: Collection[int], now: datetime) -> None:
    """Let nobody else send to these chats until they are freed; the caller has locked those that exist."""
    values = {"until": now + HOLD} | list_values(connection, id=list(chat_ids))
    await connection.execute(_hold(connection.dialect.name), values)


@cache
def _hold(dialect: str) -> Update:
    listed = chats.c.id.in_(select(list_of(dialect, "id").c.id))
    return update(chats).where(listed).values(held_until=bindparam("until"))


async def free(connection: AsyncConnection, times: Iterable[tuple[int, datetime, datetime | None]]) -> None:
    """Say from when each chat may be sent to, later than was said before if at all, and end who held it since when.

    Answers to people held nothing; who holds the chat meanwhile keeps it.
    """
    together: dict[tuple[datetime, datetime | None], set[int]] = defaultdict(set)
    for chat_id, moment, since in times:
        together[moment, since].add(chat_id)
    if len(together) > 1 and connection.dialect.name == "postgresql":
        every = list_values(connection, id=list(set().union(*together.values())))
        await connection.execute(_lock(connection.dialect.name), every)
    for (moment, since), chat_ids in together.items():
        values = {"at": moment, "held": since and since + HOLD} | list_values(connection, id=list(chat_ids))
        await connection.execute(_free(connection.dialect.name), values)


@cache
def _free(dialect: str) -> Update:
    at, held = bindparam("at", type_=UtcDateTime), bindparam("held", type_=UtcDateTime)
    later = case((chats.c.free_at > at, chats.c.free_at), else_=at)
    others = case((chats.c.held_until == held, null()), else_=chats.c.held_until)
    these = _lock(dialect).cte("these")
    return update(chats).where(chats.c.id.in_(select(these.c.id))).values(free_at=later, held_until=others)


@cache
def _lock(dialect: str) -> Select[int]:
    """Answer the query that locks the listed chats, in one order everywhere, or two workers wait for each other."""
    listed = chats.c.id.in_(select(list_of(dialect, "id").c.id))
    return select(chats.c.id).where(listed).order_by(chats.c.id).with_for_update()


async def migrate(connection: AsyncConnection, old_id: int, new_id: int) -> None:
    """Move a group to its new id, whatever was first: the send error, the service message, or a word in the new group.

    Where both ids have a subscriber the older consent wins, and nothing that either was sent is sent again. While both
    have a request under way nothing is done: the next one to the old id tells of the move again. Doing it twice changes
    nothing.
    """
    old = (await connection.execute(select(chats).where(chats.c.id == old_id))).one_or_none()
    if old is None or old_id == new_id:
        return
    await write_new(connection, chats, id=new_id, kind="supergroup", alive_at=old.alive_at, free_at=old.free_at)
    for subscriber in await rows(connection, select(subscribers).where(subscribers.c.chat_id == old_id)):
        same = (subscribers.c.chat_id == new_id) & (subscribers.c.thread_id == subscriber.thread_id)
        twin = (await connection.execute(select(subscribers).where(same))).one_or_none()
        if twin is None:
            moved = update(subscribers).where(subscribers.c.id == subscriber.id)
            await connection.execute(moved.values(chat_id=new_id))
        elif not await _join(connection, subscriber, twin, new_id):
            return
    await connection.execute(update(outbox).where(outbox.c.chat_id == old_id).values(chat_id=new_id))
    await connection.execute(delete(prompts).where(prompts.c.chat_id == old_id))
    await connection.execute(delete(chats).where(chats.c.id == old_id))


async def _join(connection: AsyncConnection, one: AnyRow, twin: AnyRow, chat_id: int) -> bool:
    """Make one subscriber of two; False when both have a row under way, which is settled by its subscriber's id."""
    older, younger = sorted((one, twin), key=lambda row: (row.since, row.id))
    sending = select(deliveries.c.subscriber_id).where(deliveries.c.state == literal_column("'sending'"))
    both = sending.where(deliveries.c.subscriber_id.in_((older.id, younger.id)))
    busy = {row.subscriber_id for row in await rows(connection, both)}
    if len(busy) > 1:
        return False
    kept, lost = (younger, older) if younger.id in busy else (older, younger)
    consent = {name: getattr(older, name) for name in ("state", "reason", "language", "schedule_id", "since")}
    await connection.execute(delete(follows).where(follows.c.subscriber_id == younger.id))
    await connection.execute(update(follows).where(follows.c.subscriber_id == older.id).values(subscriber_id=kept.id))
    await _merge(connection, kept.id, lost.id)
    survivor = update(subscribers).where(subscribers.c.id == kept.id)
    await connection.execute(survivor.values(consent | {"chat_id": chat_id}))
    return True


async def _merge(connection: AsyncConnection, kept: int, lost: int) -> None:
    """Give the kept subscriber what the lost one was sent, then forget the lost one."""
    mine = select(deliveries.c.push_id).where(deliveries.c.subscriber_id == kept)
    sent_to_lost = select(deliveries.c.push_id).where(
        deliveries.c.subscriber_id == lost, deliveries.c.state.in_(("sent", "uncertain"))
    )
    unsent = (deliveries.c.subscriber_id == kept) & (deliveries.c.state == "queued")
    had = update(deliveries).where(unsent & deliveries.c.push_id.in_(sent_to_lost))
    await connection.execute(had.values(state="skipped", reason="sent before the group moved"))
    others = update(deliveries).where(deliveries.c.subscriber_id == lost, deliveries.c.push_id.not_in(mine))
    await connection.execute(others.values(subscriber_id=kept))
    await connection.execute(delete(deliveries).where(deliveries.c.subscriber_id == lost))
    await connection.execute(delete(subscribers).where(subscribers.c.id == lost))
