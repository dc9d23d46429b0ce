"""Pushes that are long over: ended where nobody did it, counted, and then their rows forgotten.

    older than 90 days ─▶ ENDING  what a person paused and left, or waits for readers who pause: it ends
                       ─▶ COUNTS  its rows by state, kept on the push for ever
                       ─▶ ROWS    `deliveries`; what was not counted yet stays
                       ─▶ TRIALS  `renderings`

Without the first one a reader who pauses for a year would hold the rows of everybody for that year.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import bindparam, case, delete, exists, select, update
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.sql import ColumnElement

from db.showing import renderings
from db.store import rows, staff
from db.store.deliveries import count_by_state
from db.store.pushes import KEPT_FOR
from db.store.staff import Act
from db.store.terms import Term, is_any
from db.tables import deliveries, pushes
from newsroom.pushes import PushState

SOON = timedelta(days=1)  # in which somebody is to get it yet
HAS_ROWS = exists().where(deliveries.c.push_id == pushes.c.id)


def is_long_over(now: datetime) -> ColumnElement[bool]:
    """Say which pushes ended, and began so long ago that nobody needs their rows."""
    ended = is_any(pushes.c.state, PushState.DONE, PushState.CANCELLED)
    return ended & (pushes.c.created_at < now - KEPT_FOR)


class _Ending(Term):
    """Ends what stands still: what was paused is cancelled, and what waits for somebody is done."""

    async def drop(self, connection: AsyncConnection, found: Sequence[Any], now: datetime) -> None:
        """End these pushes."""
        state = case((pushes.c.state == PushState.PAUSED.value, PushState.CANCELLED.value), else_=PushState.DONE.value)
        ended = update(pushes).where(pushes.c.id.in_([row.id for row in found]), self.over(now))
        told = ended.values(state=state, reason="", done_at=now).returning(pushes.c.id, pushes.c.state)
        for row in await rows(connection, told):
            if row.state == PushState.CANCELLED.value:
                await staff.note(connection, Act("clock", "cancel push", str(row.id)), now)


def _stands_still(now: datetime) -> ColumnElement[bool]:
    paused = (pushes.c.state == PushState.PAUSED.value) & (pushes.c.due_at < now - KEPT_FOR)
    running = (pushes.c.state == PushState.RUNNING.value) & pushes.c.planned_at.is_not(None)
    return (pushes.c.created_at < now - KEPT_FOR) & (paused | (running & (pushes.c.due_at > now + SOON)))


@dataclass(frozen=True, slots=True)
class _Counted:
    """A push with its rows by state."""

    id: int
    counts: Mapping[str, int]


class _Counting(Term):
    """Counts the rows of one push at a time, and as a reader: of many that takes longer than a writer may be held."""

    async def find(self, connection: AsyncConnection, most: int, now: datetime) -> Sequence[Any]:
        """Answer the next push that is to be counted, with its counts."""
        found = await super().find(connection, min(most, 1), now)
        return [_Counted(row.id, await count_by_state(connection, row.id)) for row in found]

    async def drop(self, connection: AsyncConnection, found: Sequence[Any], now: datetime) -> None:
        """Keep the counts."""
        for push in found:
            this = (pushes.c.id == push.id) & self.over(now)
            await connection.execute(update(pushes).where(this).values(counts=push.counts))


def _is_uncounted(now: datetime) -> ColumnElement[bool]:
    return is_long_over(now) & pushes.c.counts.is_(None) & HAS_ROWS


class _Forgetting(Term):
    """Forgets the rows of one push after the other."""

    async def find(self, connection: AsyncConnection, most: int, now: datetime) -> Sequence[Any]:
        """Answer the next rows of the first push that has any."""
        first = select(pushes.c.id).where(is_long_over(now), pushes.c.counts.is_not(None), HAS_ROWS).limit(1)
        push_id = (await connection.execute(first)).scalar_one_or_none()
        return await rows(connection, IN_ORDER.limit(most), {"push": push_id}) if push_id else []

    async def drop(self, connection: AsyncConnection, found: Sequence[Any], now: datetime) -> None:
        """Forget these rows, all at once, for there are many: a push that ended so long ago does not begin again."""
        del now
        first, last = found[0], found[-1]
        between = deliveries.c.subscriber_id.between(first.subscriber_id, last.subscriber_id)
        await connection.execute(delete(deliveries).where(deliveries.c.push_id == first.push_id, between))


ITS_ROWS = select(*deliveries.c["push_id", "subscriber_id"]).where(deliveries.c.push_id == bindparam("push"))
IN_ORDER = ITS_ROWS.order_by(deliveries.c.subscriber_id)

ENDING = _Ending(pushes, _stands_still)
COUNTS = _Counting(pushes, _is_uncounted)
ROWS = _Forgetting(deliveries, lambda now: deliveries.c.push_id.in_(select(pushes.c.id).where(is_long_over(now))))
TRIALS = Term(renderings, lambda now: renderings.c.push_id.in_(select(pushes.c.id).where(is_long_over(now))))
