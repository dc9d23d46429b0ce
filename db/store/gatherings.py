"""Gatherings: whom the push of a broadcast is for. It is planned by ranges like any other, its staff first.

Nobody's rhythm counts for it: it comes at once, or after the quiet hours and the pause. `LEAD` after the staff.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, literal, select
from sqlalchemy.ext.asyncio import AsyncConnection

from db.broadcasting import broadcasts
from db.columns import RowId, UtcDateTime
from db.store import insert_unless_there, rows
from db.store.crowds import audience
from db.store.deliveries import AWAKE, BEFORE_READERS, find_due, lies_in_range
from db.tables import deliveries, staff, subscribers
from newsroom.crowds import Crowd
from newsroom.roles import Role, who_has


@dataclass(frozen=True, slots=True)
class Gathering:
    """Whom a broadcast is for: a crowd as it was at a moment; `due` says when the rows of which schedules fall due."""

    push_id: int
    crowd: Crowd
    at: datetime
    due: Sequence[tuple[datetime, Sequence[int]]]


async def find(connection: AsyncConnection, push: Any, times: Mapping[int, datetime]) -> Gathering:
    """Answer whom the push of a broadcast is for; `times` says when a row of each schedule falls due."""
    found = select(broadcasts.c.crowd).where(broadcasts.c.push_id == push.id)
    (told,) = await rows(connection, found)
    due = defaultdict(list)
    for schedule_id, moment in times.items():
        due[moment].append(schedule_id)
    return Gathering(push.id, Crowd.load(told.crowd), push.created_at, sorted(due.items()))


async def plan_range(connection: AsyncConnection, gathering: Gathering, lower: int, upper: int) -> None:
    """Write the rows of a broadcast's push for the subscribers of a range who are in its crowd."""
    if not gathering.due:
        return
    values: dict[str, Any] = {"push": gathering.push_id, "lower": lower, "upper": upper}
    for place, (moment, schedule_ids) in enumerate(gathering.due):
        values |= {f"due_{place}": moment, f"schedules_{place}": schedule_ids}
    push = bindparam("push", type_=RowId)
    found = select(push, subscribers.c.id, find_due(len(gathering.due)))
    found = found.where(lies_in_range(subscribers.c.id), audience(gathering.crowd, gathering.at))
    new = insert_unless_there(connection, deliveries)  # staff have a row already
    await connection.execute(new.from_select(["push_id", "subscriber_id", "due_at"], found), values)


async def plan_staff(connection: AsyncConnection, push: Any) -> None:
    """Write the rows of editors, whoever it is for, due before all others': they see first what leaves."""
    editors = select(staff.c.user_id).where(staff.c.role.in_([role.value for role in who_has(Role.EDITOR)]))
    first = select(literal(push.id), subscribers.c.id, literal(push.created_at - BEFORE_READERS, UtcDateTime)).where(
        subscribers.c.chat_id.in_(editors), AWAKE, subscribers.c.announcements
    )
    new = insert_unless_there(connection, deliveries)
    await connection.execute(new.from_select(["push_id", "subscriber_id", "due_at"], first))
