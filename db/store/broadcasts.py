"""Broadcasts: drafted, changed by whoever saw them as they are, started once, and counted while they leave."""

from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import and_, case, exists, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.sql import ColumnElement

from db.broadcasting import broadcast_cards, broadcasts
from db.store import AnyRow, pushes, rows
from db.store.terms import Term, is_any
from db.tables import deliveries
from db.tables import pushes as pushes_table
from db.wakeup import announce
from newsroom.broadcasts import (
    LEAD,
    WHOEVER,
    Broadcast,
    Do,
    Manner,
    Phase,
    Same,
    State,
    find_phase,
)
from newsroom.crowds import Crowd
from newsroom.progress import LEFT_BEHIND, RECENT, Progress, Tally, add_up
from newsroom.pushes import Lane, PushState
from newsroom.sameness import mark_of
from newsroom.work import Claimed

UNSENT_KEPT_FOR = timedelta(days=90)
LOOKED_AT = 10  # of the same
SOON = timedelta(minutes=1)  # what is queued for later than this waits for its reader
IS_THERE = deliveries.c.message_id.is_not(None)


async def add(connection: AsyncConnection, contents: dict[str, Any], actor: str, now: datetime) -> int:
    """Write a draft, to everybody and at once as long as nobody says otherwise; answers its number."""
    row = {"actor": actor, "created_at": now, **_said(contents), "crowd": Crowd().dump(), "manner": asdict(Manner())}
    return int((await connection.execute(insert(broadcasts).values(row).returning(broadcasts.c.id))).scalar_one())


async def find(connection: AsyncConnection, broadcast_id: int) -> Broadcast | None:
    """Answer a broadcast; None where there is none."""
    found = await rows(connection, select(broadcasts).where(broadcasts.c.id == broadcast_id))
    return _read(found[0]) if found else None


async def find_by_push(connection: AsyncConnection, push_id: int) -> Broadcast | None:
    """Answer the broadcast that a push carries; None where it carries a story."""
    found = await rows(connection, select(broadcasts).where(broadcasts.c.push_id == push_id))
    return _read(found[0]) if found else None


async def find_answered(connection: AsyncConnection, push_id: int, claimed: Sequence[Claimed]) -> None:
    """Let each row of a broadcast that is about an article answer the message which brought that to its chat."""
    found = await rows(connection, select(broadcasts.c.crowd).where(broadcasts.c.push_id == push_id))
    story_id = Crowd.load(found[0].crowd).story if found else 0
    if not story_id or not claimed:
        return
    of_story = select(deliveries.c.subscriber_id, deliveries.c.message_id).join(
        pushes_table, pushes_table.c.id == deliveries.c.push_id
    )
    theirs = deliveries.c.subscriber_id.in_([row.row_id for row in claimed])
    brought = await rows(connection, of_story.where(pushes_table.c.story_id == story_id, theirs))
    messages = {row.subscriber_id: row.message_id or 0 for row in brought}
    for row in claimed:
        row.answers = messages.get(row.row_id, 0)


async def list_by_ids(connection: AsyncConnection, ids: Collection[int]) -> list[Broadcast]:
    """Answer several broadcasts."""
    if not ids:
        return []
    return [_read(row) for row in await rows(connection, select(broadcasts).where(broadcasts.c.id.in_(ids)))]


def _read(row: AnyRow) -> Broadcast:
    return Broadcast(
        row.id,
        State(row.state),
        row.version,
        row.actor,
        row.contents,
        Crowd.load(row.crowd),
        Manner.load(row.manner),
        row.created_at,
        row.due_at,
        row.asked_by,
        row.expected,
        row.push_id,
        row.started_at,
        tuple(map(Do, row.deeds or ())),
    )


async def change(connection: AsyncConnection, broadcast: Broadcast, **columns: Any) -> bool:
    """Change a broadcast that is still as it was seen; tells whether it was."""
    this = and_(broadcasts.c.id == broadcast.id, broadcasts.c.version == broadcast.version)
    values = {**_kept(columns), "version": broadcast.version + 1}
    done = await connection.execute(update(broadcasts).where(this).values(values))
    announce(connection, "broadcasts")
    return done.rowcount > 0


def _kept(columns: dict[str, Any]) -> dict[str, Any]:
    """Answer what changes as it is kept."""
    kept: dict[str, Any] = {}
    for name, value in columns.items():
        match value:
            case State():
                kept[name] = value.value
            case Crowd():
                kept[name] = value.dump()
            case Manner():
                kept[name] = asdict(value)
            case tuple():
                kept[name] = list(map(str, value))
            case _:
                kept |= _said(value) if name == "contents" else {name: value}
    return kept


def _said(contents: dict[str, Any]) -> dict[str, Any]:
    return {"contents": contents, "mark": mark_of(contents[WHOEVER])}


async def start(connection: AsyncConnection, broadcast: Broadcast, expected: int, now: datetime) -> bool:
    """Let a broadcast leave; tells whether it was still as it was seen. Whoever calls has locked the desk."""
    lane = Lane.BREAKING if broadcast.manner.breaking else Lane.NEWS
    deeds = (Do.PIN,) if broadcast.manner.pinned else ()
    values = {"state": State.STARTED, "started_at": now, "expected": expected, "due_at": None, "deeds": deeds}
    if not await change(connection, broadcast, **values):
        return False
    push_id = await pushes.open_broadcast(connection, lane, now, wanted=1 + len(deeds))
    this = broadcasts.c.id == broadcast.id
    await connection.execute(update(broadcasts).where(this).values(push_id=push_id))
    return True


async def do_to_sent(connection: AsyncConnection, broadcast: Broadcast, do: Do, now: datetime, **columns: Any) -> bool:
    """Do something to every message that was sent, and to those that will be; tells whether it was as it was seen.

    What is deleted is sent to nobody else.
    """
    deeds = (*broadcast.deeds, do)
    if broadcast.push_id is None or not await change(connection, broadcast, deeds=deeds, **columns):
        return False
    if do is Do.DELETE:
        among = (PushState.RUNNING, PushState.PAUSED)
        await pushes.set_state(connection, broadcast.push_id, PushState.CANCELLED, among, now)
    await pushes.want_more(connection, broadcast.push_id, 1 + len(deeds), now)
    return True


async def list_same(connection: AsyncConnection, broadcast: Broadcast) -> list[Same]:
    """Answer the broadcasts with the same contents that left last, or are to leave; none that was taken back."""
    same = (broadcasts.c.mark == broadcast.mark) & (broadcasts.c.id != broadcast.id)
    waits, left_at = broadcasts.c.state == State.SCHEDULED.value, broadcasts.c.started_at
    leaving = select(broadcasts).where(same, waits | left_at.is_not(None))
    latest = leaving.order_by(func.coalesce(left_at, broadcasts.c.due_at).desc()).limit(LOOKED_AT)
    there = (one for one in map(_read, await rows(connection, latest)) if not one.is_withdrawn)
    found = ((one.id, one.started_at or one.due_at, one.started_at is not None) for one in there)
    return [Same(number, at, has_left) for number, at, has_left in found if at]


async def list_due(connection: AsyncConnection, now: datetime) -> list[Broadcast]:
    """Answer those whose hour has come."""
    due = (broadcasts.c.state == State.SCHEDULED.value) & (broadcasts.c.due_at <= now)
    return [_read(row) for row in await rows(connection, select(broadcasts).where(due).order_by(broadcasts.c.due_at))]


async def list_leading(connection: AsyncConnection, now: datetime) -> list[Broadcast]:
    """Answer those that leave at this moment, and that staff alone have so far."""
    began = (broadcasts.c.state == State.STARTED.value) & (broadcasts.c.started_at > now - LEAD)
    leaves = exists().where(pushes_table.c.id == broadcasts.c.push_id, pushes_table.c.state == PushState.RUNNING.value)
    return [_read(row) for row in await rows(connection, select(broadcasts).where(began, leaves))]


async def list_newest(connection: AsyncConnection, limit: int, skip: int = 0) -> list[Broadcast]:
    """Answer the newest that were not thrown away."""
    kept = select(broadcasts).where(broadcasts.c.state != State.DROPPED.value)
    found = kept.order_by(broadcasts.c.id.desc()).limit(limit).offset(skip)
    return [_read(row) for row in await rows(connection, found)]


async def list_templates(connection: AsyncConnection, limit: int) -> list[Broadcast]:
    """Answer the newest that editors have given a name, to write others like them."""
    kept = select(broadcasts).where(broadcasts.c.manner["name"].as_string() != "")
    found = kept.where(broadcasts.c.state != State.DROPPED.value).order_by(broadcasts.c.id.desc()).limit(limit)
    return [_read(row) for row in await rows(connection, found)]


async def count_all(connection: AsyncConnection) -> int:
    """Answer how many there are that were not thrown away."""
    kept = select(func.count()).select_from(broadcasts).where(broadcasts.c.state != State.DROPPED.value)
    return int((await connection.execute(kept)).scalar_one())


@dataclass(frozen=True, slots=True)
class Standing:
    """How a broadcast stands now."""

    phase: Phase
    progress: Progress
    held: str = ""  # why its push rests where no person did it


async def read_standing(connection: AsyncConnection, broadcast: Broadcast, now: datetime) -> Standing:
    """Answer how a broadcast stands, its readers counted."""
    found = select(*pushes_table.c["state", "reason", "planned_at", "counts"])
    told = await rows(connection, found.where(pushes_table.c.id == broadcast.push_id)) if broadcast.push_id else []
    if not told:
        return Standing(find_phase(broadcast, "running", ""), Progress())
    push = told[0]
    tallies = await tally(connection, broadcast, now) or _forgotten(push.counts)
    progress = add_up(tallies, broadcast.expected, is_planned=push.planned_at is not None)
    return Standing(find_phase(broadcast, push.state, push.reason), progress, push.reason)


def _forgotten(counts: dict[str, int] | None) -> list[Tally]:
    """Answer what is kept of rows that are forgotten."""
    return [Tally(state, "", number) for state, number in (counts or {}).items()]


async def tally(connection: AsyncConnection, broadcast: Broadcast, now: datetime) -> Sequence[Tally]:
    """Answer the rows of a broadcast by state and reason; what is being edited was sent."""
    stale = func.sum(case((IS_THERE & _shows_older(broadcast), 1), else_=0))
    state = case(((deliveries.c.state == "sending") & IS_THERE, "sent"), else_=deliveries.c.state).label("state")
    lately = func.sum(case((deliveries.c.settled_at > now - RECENT, 1), else_=0))
    later = func.sum(case(((deliveries.c.state == "queued") & (deliveries.c.due_at > now + SOON), 1), else_=0))
    alike = state, _told(broadcast).label("reason")
    sums = func.count().label("number"), lately.label("lately"), later.label("later"), stale.label("stale")
    found = select(*alike, *sums).where(deliveries.c.push_id == broadcast.push_id).group_by(*alike)
    return [Tally(*row) for row in await rows(connection, found)]


def _told(broadcast: Broadcast) -> ColumnElement[str]:
    """Say why a row did not arrive, or why what was done to its message last was not."""
    did_not_arrive = deliveries.c.state.in_(("failed", "skipped"))
    if not broadcast.deeds:
        return case((did_not_arrive, deliveries.c.reason), else_="")
    was_sent, older = deliveries.c.state == "sent", _shows_older(broadcast)
    is_lost = was_sent & older & ~IS_THERE
    return case((did_not_arrive | (was_sent & ~older), deliveries.c.reason), (is_lost, LEFT_BEHIND), else_="")


def _shows_older(broadcast: Broadcast) -> ColumnElement[bool]:
    return deliveries.c.version < broadcast.wanted


def _is_over(now: datetime) -> ColumnElement[bool]:
    """Say what never left and nobody works on any more, templates excepted; its cards go before."""
    has_name = func.coalesce(broadcasts.c.manner["name"].as_string(), "") != ""
    is_template = has_name & (broadcasts.c.state != State.DROPPED.value)
    unsent = is_any(broadcasts.c.state, State.DRAFT, State.ASKED, State.DROPPED)
    shown = exists().where(broadcast_cards.c.broadcast_id == broadcasts.c.id)
    return unsent & (broadcasts.c.created_at < now - UNSENT_KEPT_FOR) & ~shown & ~is_template


TERM = Term(broadcasts, _is_over)
