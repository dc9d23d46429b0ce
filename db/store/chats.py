"""Chats: where messages go. A chat that blocks us is suspended, never deleted, and wakes at its next sign of life."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from datetime import UTC, datetime, time, timedelta
from functools import cache
from typing import Any

from sqlalchemy import and_, bindparam, case, delete, exists, func, null, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.sql import ColumnElement, Select, Update

from db.columns import UtcDateTime
from db.store import HOLD, AnyRow, choices, each, rows, write_new
from db.store.lists import is_listed, listed
from db.store.terms import Term
from db.tables import chats, deliveries, follows, outbox, prompts, pushes, subscribers

# What a subscriber chose, and since when.
CONSENT = (
    "state",
    "reason",
    "left_at",
    "language",
    "digits",
    "schedule_id",
    "paused_until",
    "reads",
    "announcements",
    "since",
)
STILL_ALIVE = (
    update(chats)
    .where(chats.c.id == bindparam("chat"), chats.c.state == "active")
    .values(kind=bindparam("new_kind"), alive_at=bindparam("now", type_=UtcDateTime))
)
EXACT_FOR = timedelta(hours=1)
BLURRED = (
    update(chats)
    .where(chats.c.id == bindparam("chat"), chats.c.alive_at == bindparam("seen", type_=UtcDateTime))
    .values(alive_at=bindparam("day", type_=UtcDateTime), free_at=bindparam("free", type_=UtcDateTime))
)


async def greet(connection: AsyncConnection, chat_id: int, kind: str, now: datetime) -> bool:
    """Note a sign of life, making the chat known and awake; tells whether it had been suspended."""
    alive = {"chat": chat_id, "new_kind": kind, "now": now}
    if (await connection.execute(STILL_ALIVE, alive)).rowcount:
        return False
    if await write_new(connection, chats, id=chat_id, kind=kind, alive_at=now, free_at=now):
        return False
    woken = update(chats).where(chats.c.id == chat_id, chats.c.state == "suspended")
    return (await connection.execute(woken.values(kind=kind, alive_at=now, state="active", reason=""))).rowcount > 0


async def suspend(connection: AsyncConnection, chat_id: int, reason: str, before: datetime) -> bool:
    """Let the chat rest until a sign of life; a sign that came since `before` wins. Tells whether it was awake."""
    awake = (chats.c.id == chat_id) & (chats.c.state == "active") & (chats.c.alive_at <= before)
    done = await connection.execute(update(chats).where(awake).values(state="suspended", reason=reason, left_at=before))
    return done.rowcount > 0


class _Blurring(Term):
    """Keeps of older signs of life the day alone.

    Otherwise the row of a chat would say for ever at which moment it did something last, and if that was a reply, the
    reply of that moment is its. To the second it is needed only while a request may be under way.
    """

    async def find(self, connection: AsyncConnection, most: int, now: datetime) -> Sequence[Any]:
        """Answer the chats whose last sign of life is old and still exact."""
        older = select(*chats.c["id", "alive_at", "free_at"]).where(self.over(now))
        return await rows(connection, older.where(_is_exact(connection.dialect.name)).limit(most))

    async def drop(self, connection: AsyncConnection, found: Sequence[Any], now: datetime) -> None:
        """Keep the day alone."""
        await each(connection, BLURRED, (_blurred(row, now - EXACT_FOR) for row in found))


def _is_exact(dialect: str) -> ColumnElement[bool]:
    """Say whether a sign of life is kept to the second, whatever zone the server is in."""
    if dialect == "postgresql":
        told = func.timezone("UTC", chats.c.alive_at)
        return func.date_trunc("day", told) != told
    return func.strftime("%H:%M:%f", chats.c.alive_at) != "00:00:00.000"


def _blurred(row: AnyRow, before: datetime) -> dict[str, Any]:
    free = _day(row.free_at) if row.free_at < before else row.free_at  # who is to wait still waits
    return {"chat": row.id, "seen": row.alive_at, "day": _day(row.alive_at), "free": free}


def _day(moment: datetime) -> datetime:
    return datetime.combine(moment.date(), time(tzinfo=UTC))


TERM = _Blurring(chats, lambda now: chats.c.alive_at < now - EXACT_FOR)


def is_free(now: ColumnElement[datetime] | datetime) -> ColumnElement[bool]:
    """Say whether a message to the chat may leave: none is under way, and the last one was long enough ago."""
    return and_(chats.c.free_at <= now, or_(chats.c.held_until.is_(None), chats.c.held_until <= now))


async def hold(connection: AsyncConnection, chat_ids: Collection[int], now: datetime) -> None:
    """Let nobody else send to these chats until they are freed; the caller has locked those that exist."""
    await connection.execute(_hold(connection.dialect.name), {"until": now + HOLD} | listed(connection, chat_ids))


@cache
def _hold(dialect: str) -> Update:
    return update(chats).where(is_listed(dialect, chats.c.id)).values(held_until=bindparam("until"))


async def free(connection: AsyncConnection, times: Iterable[tuple[int, datetime, datetime | None]]) -> None:
    """Say from when each chat may be sent to, later than was said before if at all, and end who held it since when.

    Answers to people held nothing; who holds the chat meanwhile keeps it.
    """
    together: dict[tuple[datetime, datetime | None], set[int]] = defaultdict(set)
    for chat_id, moment, since in times:
        together[moment, since].add(chat_id)
    if len(together) > 1 and connection.dialect.name == "postgresql":
        every = set().union(*together.values())
        await connection.execute(_lock(connection.dialect.name), listed(connection, every))
    for (moment, since), chat_ids in together.items():
        values = {"at": moment, "held": since and since + HOLD} | listed(connection, chat_ids)
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
    return select(chats.c.id).where(is_listed(dialect, chats.c.id)).order_by(chats.c.id).with_for_update()


async def migrate(connection: AsyncConnection, old_id: int, new_id: int) -> None:
    """Move a group to its new id, whatever was first: the send error, the service message, or a word in the new group.

    Where both ids have a subscriber the older consent wins, and nothing that either was sent is sent again. While that
    cannot be told nothing is done: the next request to the old id tells of the move again. Doing it twice changes
    nothing.
    """
    old = (await connection.execute(select(chats).where(chats.c.id == old_id))).one_or_none()
    if old is None or old_id == new_id:
        return
    same = {name: getattr(old, name) for name in ("state", "reason", "left_at", "alive_at", "free_at")}
    await write_new(connection, chats, id=new_id, kind="supergroup", **same)
    for subscriber in await rows(connection, select(subscribers).where(subscribers.c.chat_id == old_id)):
        if not await _move(connection, subscriber, new_id):
            return
    await connection.execute(update(outbox).where(outbox.c.chat_id == old_id).values(chat_id=new_id))
    await connection.execute(delete(prompts).where(prompts.c.chat_id == old_id))
    await choices.move_desk(connection, old_id, new_id)
    await connection.execute(delete(chats).where(chats.c.id == old_id))


async def _move(connection: AsyncConnection, subscriber: AnyRow, new_id: int) -> bool:
    """Move one subscriber, into whoever is there already; where that cannot be done now, nothing is changed."""
    there = (subscribers.c.chat_id == new_id) & (subscribers.c.thread_id == subscriber.thread_id)
    twin = (await connection.execute(select(subscribers).where(there))).one_or_none()
    if twin and not await _can_join(connection, subscriber.id, twin.id):
        return False
    await _leave_messages(connection, subscriber.id)
    if twin:
        await _join(connection, subscriber, twin, new_id)
    else:
        await connection.execute(update(subscribers).where(subscribers.c.id == subscriber.id).values(_chat(new_id)))
    return True


def _chat(chat_id: int) -> dict[str, Any]:
    """Answer the columns of a subscriber that name its chat."""
    state = select(chats.c.state).where(chats.c.id == chat_id).scalar_subquery()
    return {"chat_id": chat_id, "chat_state": state}


def _are_of(*subscriber_ids: int) -> ColumnElement[bool]:
    """Say which rows are a subscriber's, looked for push by push: an index for this rare act would cost every plan."""
    kept = select(pushes.c.id).where(pushes.c.counts.is_(None))
    return and_(deliveries.c.push_id.in_(kept), deliveries.c.subscriber_id.in_(subscriber_ids))


async def _leave_messages(connection: AsyncConnection, subscriber_id: int) -> None:
    """Edit nothing that stands in the old group: under the new id, its number may be another message's."""
    stand = deliveries.c.message_id.is_not(None) & deliveries.c.state.in_(("sent", "sending"))
    left = update(deliveries).where(_are_of(subscriber_id), stand)
    await connection.execute(left.values(state="sent", message_id=None))


async def _can_join(connection: AsyncConnection, old: int, twin: int) -> bool:
    """Tell whether two subscribers can become one: not while both have a row under way, or one what the other has had.

    An edit in the old group is not waited for, since what it changes is left.
    """
    is_left = (deliveries.c.subscriber_id == old) & deliveries.c.message_id.is_not(None)
    under_way = and_(_are_of(old, twin), deliveries.c.state == "sending", ~is_left)
    had = _is_twin(old, twin) & (TWIN.c.state.in_(("sent", "uncertain")) | TWIN.c.message_id.is_not(None))
    again = under_way & deliveries.c.message_id.is_(None) & exists().where(had)
    found = await rows(connection, select(deliveries.c.subscriber_id, again.label("again")).where(under_way))
    return len({row.subscriber_id for row in found}) < 2 and not any(row.again for row in found)  # noqa: PLR2004  (both)


async def _join(connection: AsyncConnection, one: AnyRow, twin: AnyRow, chat_id: int) -> None:
    """Make one subscriber of two, of whom the one with a row under way stays: that is settled by its id."""
    older, younger = sorted((one, twin), key=lambda row: (row.since, row.id))
    under_way = and_(_are_of(younger.id), deliveries.c.state == "sending")
    is_busy = bool(await rows(connection, select(deliveries.c.push_id).where(under_way)))
    kept, lost = (younger, older) if is_busy else (older, younger)
    consent = {name: getattr(older, name) for name in CONSENT}
    await connection.execute(delete(follows).where(follows.c.subscriber_id == younger.id))
    await connection.execute(update(follows).where(follows.c.subscriber_id == older.id).values(subscriber_id=kept.id))
    await _merge(connection, kept.id, lost.id)
    survivor = update(subscribers).where(subscribers.c.id == kept.id)
    await connection.execute(survivor.values(consent | _chat(chat_id)))


TWIN = deliveries.alias("twin")  # the row of the same push for the subscriber that becomes one with a row's


def _is_twin(one: int, other: int) -> ColumnElement[bool]:
    both = TWIN.c.subscriber_id.in_((one, other)) & (TWIN.c.subscriber_id != deliveries.c.subscriber_id)
    return and_(TWIN.c.push_id == deliveries.c.push_id, both)


def _rank(row: Any) -> ColumnElement[int]:
    """Say how little a row tells of what its chat has; what is edited was sent."""
    states = {"sent": 0, "uncertain": 1, "sending": 2, "queued": 3, "failed": 4, "skipped": 5}
    return case((row.message_id.is_not(None), 0), else_=case(states, value=row.state))


async def _merge(connection: AsyncConnection, kept: int, lost: int) -> None:
    """Give the kept subscriber the rows of both, then forget the lost one.

    Of two rows for a push the one stays that tells more, with the doubts of both on record.
    """
    ours, is_twin = _are_of(kept, lost), _is_twin(kept, lost)
    told, twins = _rank(deliveries.c), _rank(TWIN.c)
    less = exists().where(is_twin, or_(twins < told, and_(twins == told, deliveries.c.subscriber_id == lost)))
    doubts = deliveries.c.doubts + func.coalesce(select(TWIN.c.doubts).where(is_twin).scalar_subquery(), 0)
    await connection.execute(update(deliveries).where(ours, ~less).values(doubts=doubts))
    await connection.execute(delete(deliveries).where(ours, less))
    await connection.execute(update(deliveries).where(_are_of(lost)).values(subscriber_id=kept))
    await connection.execute(delete(subscribers).where(subscribers.c.id == lost))
