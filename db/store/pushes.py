"""Pushes: made with their article, planned by ranges, chosen by the claim, paused and cancelled by people."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import CTE, bindparam, case, exists, func, insert, literal_column, select, update
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.sql import ColumnElement, Update

from db.columns import UtcDateTime
from db.store import AnyRow, each, insert_unless_there, rows, write_new
from db.store.renderings import ON_TRIAL, PROVEN
from db.tables import deliveries, pushes, subscribers
from db.wakeup import announce
from newsroom.pushes import Lane, PushState, RunningPush

KEPT_FOR = timedelta(days=90)
NO_LEAD = timedelta()
RUNNING = pushes.c.state == literal_column("'running'")


async def open_for(
    connection: AsyncConnection, story_id: int, lane: Lane, now: datetime, lead: timedelta = NO_LEAD
) -> int:
    """Begin the push of a story to all who asked for it, and answer its id. A story that has one keeps it.

    It falls due to readers after the `lead`, in which staff alone have it.
    """
    upper = select(func.coalesce(func.max(subscribers.c.id), 0)).scalar_subquery()
    row = {"story_id": story_id, "lane": lane, "upper": upper, "due_at": now, "created_at": now + lead}
    new = insert_unless_there(connection, pushes).values(row).returning(pushes.c.id)
    opened = (await connection.execute(new)).scalar_one_or_none()
    if opened is None:
        return await _of_story(connection, story_id)
    announce(connection, "plan")
    return int(opened)


async def open_empty(connection: AsyncConnection, story_id: int, lane: Lane, now: datetime) -> int | None:
    """Answer the push of a story for a reader who asks for it alone: an archived story's push has nobody else in it.

    None where people have paused or cancelled it: what they hold back from all is held back from one.
    """
    times = {"due_at": now, "created_at": now, "planned_at": now}
    opened = await write_new(connection, pushes, story_id=story_id, lane=lane, **times)
    if opened:
        return int(opened.id)
    known = await _of_story(connection, story_id)
    again = update(pushes).where(pushes.c.id == known, pushes.c.state.in_(("running", "done")))
    woken = await connection.execute(again.values(state="running", due_at=now))
    return known if woken.rowcount else None


async def open_broadcast(connection: AsyncConnection, lane: Lane, now: datetime, *, wanted: int = 1) -> int:
    """Begin a push of editors' own words, which nobody gets twice, be it in doubt; answers its id."""
    upper = select(func.coalesce(func.max(subscribers.c.id), 0)).scalar_subquery()
    row = {"lane": lane, "upper": upper, "due_at": now, "created_at": now, "at_most_once": True, "wanted": wanted}
    announce(connection, "plan")
    return int((await connection.execute(insert(pushes).values(row).returning(pushes.c.id))).scalar_one())


async def open_again(connection: AsyncConnection, push_id: int, lane: Lane, now: datetime, lead: timedelta) -> None:
    """Plan a push once more, for whoever has no row of it; a lane is only ever raised. Its rows are not forgotten yet.

    Whoever calls has locked the desk, and knows that nothing but a person holds it.
    """
    upper = select(func.coalesce(func.max(subscribers.c.id), 0)).scalar_subquery()
    raised = case((pushes.c.lane > lane, int(lane)), else_=pushes.c.lane)
    anew = {"lane": raised, "state": PushState.RUNNING.value, "upper": upper, "cursor": 0}
    times = {"due_at": now, "created_at": now + lead, "planned_at": None, "done_at": None}
    await connection.execute(update(pushes).where(pushes.c.id == push_id).values(anew | times))
    announce(connection, "plan")
    announce(connection, "deliver")


async def find_of_story(connection: AsyncConnection, story_id: int) -> AnyRow | None:
    """Answer the push of a story whole; None where nobody was ever to get it."""
    return next(iter(await rows(connection, select(pushes).where(pushes.c.story_id == story_id))), None)


async def _of_story(connection: AsyncConnection, story_id: int) -> int:
    return int((await connection.execute(select(pushes.c.id).where(pushes.c.story_id == story_id))).scalar_one())


async def list_running(connection: AsyncConnection, until: datetime) -> list[RunningPush]:
    """Answer the pushes that are to be looked at by `until`, apart for what they have to send and have to edit."""
    found = await rows(connection, LISTED, {"until": until})
    sends = [make_push(row, row.id, on_trial=row.on_trial) for row in found if row.runs]
    return sends + [
        replace(make_push(row, row.id, on_trial=row.on_trial), due_at=row.edits_at, lane=Lane.BREAKING, is_edit=True)
        for row in found
        if row.edits_at and row.edits_at <= until
    ]


OF_PUSH: list[ColumnElement[Any]] = [
    pushes.c[name]
    for name in ("story_id", "lane", "due_at", "wanted", "edits_at", "at_most_once", "gone_expected", "created_at")
]


HELD = pushes.c.reason != ""  # no person did it: even its edits wait, also of what is cancelled
UNTIL = bindparam("until", type_=UtcDateTime)
DUE = RUNNING & (pushes.c.due_at <= UNTIL)
LISTED = select(pushes.c.id, *OF_PUSH, DUE.label("runs"), (~PROVEN | ON_TRIAL).label("on_trial")).where(
    DUE | ((pushes.c.edits_at <= UNTIL) & ~HELD)
)


def make_push(row: Any, push_id: int, *, on_trial: bool = False) -> RunningPush:
    """Answer a push of a row with the columns of OF_PUSH."""
    return RunningPush(
        push_id,
        Lane(row.lane),
        row.due_at,
        row.wanted,
        row.story_id or 0,
        row.at_most_once,
        row.gone_expected,
        on_trial=on_trial,
        opened_at=row.created_at,
        is_broadcast=row.story_id is None,
    )


async def rest(connection: AsyncConnection, push_id: int, until: datetime) -> bool:
    """Look at a push again at `until`, not before; False when another worker is at its row, who is not waited for.

    Claims come by pushes in an order of their own: two that waited for each other's would never end.
    """
    free = _free((pushes.c.id == push_id) & RUNNING)
    resting = update(pushes).where(pushes.c.id.in_(select(free.c.id))).values(due_at=until)
    return bool(await rows(connection, resting.returning(pushes.c.id)))


async def rest_edits(connection: AsyncConnection, push: RunningPush, until: datetime | None) -> bool:
    """Look at the edits of a push again at `until`, or never where none are left; a newer version is not rested.

    False when it is not, and when another worker is at the push.
    """
    free = _free((pushes.c.id == push.id) & (pushes.c.wanted == push.wanted))
    resting = update(pushes).where(pushes.c.id.in_(select(free.c.id))).values(edits_at=until)
    return bool(await rows(connection, resting.returning(pushes.c.id)))


async def want(connection: AsyncConnection, story_id: int, version: int, now: datetime) -> int | None:
    """Let a newer version of a story be what its push shows; answers the push, None where the story has none."""
    newer = update(pushes).where(pushes.c.story_id == story_id, pushes.c.wanted < version)
    wanted = newer.values(wanted=version, edits_at=now).returning(pushes.c.id)
    announce(connection, "deliver")
    return _number(await rows(connection, wanted))


async def want_more(connection: AsyncConnection, push_id: int, wanted: int, now: datetime) -> None:
    """Let every message of a broadcast's push show a newer version."""
    await connection.execute(update(pushes).where(pushes.c.id == push_id).values(wanted=wanted, edits_at=now))
    announce(connection, "deliver")


async def note_stale(connection: AsyncConnection, shown: Iterable[tuple[int, int]], now: datetime) -> None:
    """Look at the edits of pushes that have just shown an older version than is wanted, whatever others wait for."""
    each_shown = ({"push": push_id, "shown": version, "now": now} for push_id, version in sorted(set(shown)))
    await each(connection, _note_stale(), each_shown)


@cache
def _note_stale() -> Update:
    now = bindparam("now", type_=UtcDateTime)
    unnoted = pushes.c.edits_at.is_(None) | (pushes.c.edits_at > now)
    stale = (pushes.c.id == bindparam("push")) & (pushes.c.wanted > bindparam("shown")) & unnoted
    return update(pushes).where(stale).values(edits_at=now)


async def wake(connection: AsyncConnection, times: Mapping[int, datetime]) -> None:
    """Look at pushes when a row of theirs falls due, if that is earlier than they would have been looked at.

    One that was done is not: an answer that came late has queued a row that had been given up.
    """
    for push_id, at in sorted(times.items()):
        later = (RUNNING & (pushes.c.due_at > at)) | (pushes.c.state == PushState.DONE.value)
        woken = update(pushes).where(pushes.c.id == push_id, later)
        await connection.execute(woken.values(state=PushState.RUNNING.value, due_at=at))


async def finish(connection: AsyncConnection, push_id: int, now: datetime) -> None:
    """Close a push that is planned to the end and has no row left to send; any other stays as it is."""
    of_push = exists().where(deliveries.c.push_id == push_id)
    # A row whose subscriber is no more is nobody's: a range that was being planned when two groups became one left it.
    queued = of_push.where(
        deliveries.c.state == literal_column("'queued'"), deliveries.c.subscriber_id == subscribers.c.id
    )
    sending = of_push.where(deliveries.c.state == literal_column("'sending'"))
    ended = (pushes.c.id == push_id) & RUNNING & pushes.c.planned_at.is_not(None) & ~queued & ~sending
    free = _free(ended)
    done = update(pushes).where(pushes.c.id.in_(select(free.c.id)))
    await connection.execute(done.values(state="done", done_at=now))


def _free(which: ColumnElement[bool]) -> CTE[Any]:
    """Answer the pushes that no other worker is at; a row of theirs that is being written is no reason to wait."""
    return select(pushes.c.id).where(which).with_for_update(skip_locked=True, key_share=True).cte("free")


UNPLANNED = RUNNING & pushes.c.planned_at.is_(None)


async def is_any_unplanned(connection: AsyncConnection) -> bool:
    """Tell whether there is something to plan; asked before, so that nothing new writes nothing."""
    return bool(await rows(connection, select(pushes.c.id).where(UNPLANNED).limit(1)))


async def lock_unplanned(connection: AsyncConnection) -> AnyRow | None:
    """Hold the first push, by lane and age, that is not planned to its end and that no other worker holds."""
    first = select(pushes).where(UNPLANNED).order_by(pushes.c.lane, pushes.c.id).limit(1)
    return next(iter(await rows(connection, first.with_for_update(skip_locked=True, key_share=True))), None)


async def advance(connection: AsyncConnection, push_id: int, cursor: int, now: datetime, *, planned: bool) -> None:
    """Note how far a push is planned, in the transaction that wrote its rows."""
    step = {"cursor": cursor, "due_at": now} | ({"planned_at": now} if planned else {})
    await connection.execute(update(pushes).where(pushes.c.id == push_id).values(step))
    announce(connection, "deliver")


async def set_state(
    connection: AsyncConnection, push_id: int, state: PushState, among: Sequence[PushState], now: datetime
) -> bool:
    """Change the state of a push that is in one of the states `among`; tells whether it was."""
    allowed = (pushes.c.id == push_id) & pushes.c.state.in_([old.value for old in among])
    over = {"reason": ""} if state is PushState.CANCELLED else {}  # a person has said what becomes of it
    done = await connection.execute(update(pushes).where(allowed).values(state=state.value, due_at=now, **over))
    if done.rowcount and state is PushState.RUNNING:
        announce(connection, "plan")
        announce(connection, "deliver")
    return done.rowcount > 0


async def cancel_story(connection: AsyncConnection, story_id: int, now: datetime) -> None:
    """Send nothing more of a story's push, and none of it to whoever asks for it by himself later."""
    ended = {"state": PushState.CANCELLED.value, "reason": "", "due_at": now}
    await connection.execute(update(pushes).where(pushes.c.story_id == story_id).values(ended))


async def hold_back(connection: AsyncConnection, push_id: int, reason: str, now: datetime) -> int | None:
    """Hold a push with the reason, its edits too; what a person cancelled stays so. Answers its story, 0 without one.

    None where it was held already.
    """
    state = case((pushes.c.state == PushState.CANCELLED.value, pushes.c.state), else_=PushState.PAUSED.value)
    held = update(pushes).where(pushes.c.id == push_id, ~HELD).values(state=state, reason=reason, due_at=now)
    return _number(await rows(connection, held.returning(func.coalesce(pushes.c.story_id, 0))))


def _number(found: Sequence[AnyRow]) -> int | None:
    return int(found[0][0]) if found else None


@dataclass(frozen=True, slots=True)
class PushStanding:
    """What an outcome is to be read by."""

    wanted: int  # the version of its story
    is_held: bool  # without a person having done it


async def read_standings(connection: AsyncConnection, push_ids: Iterable[int]) -> dict[int, PushStanding]:
    """Answer how these pushes stand, and lock them, in one order: nobody mends or holds them until all is written."""
    found = select(pushes.c.id, pushes.c.wanted, HELD.label("held")).where(pushes.c.id.in_(set(push_ids)))
    found = found.order_by(pushes.c.id).with_for_update()
    return {row.id: PushStanding(row.wanted, bool(row.held)) for row in await rows(connection, found)}


async def expect_gone(connection: AsyncConnection, push_id: int) -> bool:
    """Take a person's word that the chats of a held push are gone indeed; tells whether it was held."""
    held = update(pushes).where(pushes.c.id == push_id, HELD).values(gone_expected=True, reason="")
    return (await connection.execute(held)).rowcount > 0


async def send_once(connection: AsyncConnection, push_id: int) -> bool:
    """Never repeat what is in doubt of a push; tells whether there is such a push."""
    chosen = update(pushes).where(pushes.c.id == push_id).values(at_most_once=True)
    return (await connection.execute(chosen)).rowcount > 0


async def find(connection: AsyncConnection, push_id: int) -> AnyRow | None:
    """Answer a push whole."""
    return next(iter(await rows(connection, select(pushes).where(pushes.c.id == push_id))), None)


async def list_newest(connection: AsyncConnection, limit: int, offset: int = 0) -> Sequence[AnyRow]:
    """Answer the newest pushes whole, after so many that are newer."""
    return await rows(connection, select(pushes).order_by(pushes.c.id.desc()).limit(limit).offset(offset))


async def measure_lanes(connection: AsyncConnection, now: datetime) -> list[tuple[int, int, datetime]]:
    """Answer, for each lane, how many rows are due to be sent or edited, and since when the oldest is.

    What waits for its hour does not count: it is not late.
    """
    statement = (
        select(pushes.c.id, *OF_PUSH, func.count().label("waiting"), func.min(deliveries.c.due_at).label("oldest"))
        .join(deliveries, deliveries.c.push_id == pushes.c.id)
        .where(RUNNING, deliveries.c.state == literal_column("'queued'"), deliveries.c.due_at <= now)
        .group_by(pushes.c.id)
    )
    found = await rows(connection, statement)
    waiting = [(make_push(row, row.id).lane_at(now), row.waiting, row.oldest) for row in found]
    edits = select(func.count(), func.min(pushes.c.edits_at)).join(deliveries, deliveries.c.push_id == pushes.c.id)
    stale = (deliveries.c.state == literal_column("'sent'")) & (deliveries.c.version < pushes.c.wanted)
    count, since = (await connection.execute(edits.where(pushes.c.edits_at.is_not(None), stale))).one()
    return _by_lane([*waiting, (Lane.BREAKING, count, since)] if count else waiting)


def _by_lane(waiting: Iterable[tuple[Lane, int, datetime]]) -> list[tuple[int, int, datetime]]:
    """Join what waits in the same lane."""
    lanes: dict[Lane, list[tuple[int, datetime]]] = defaultdict(list)
    for lane, count, oldest in waiting:
        lanes[lane].append((count, oldest))
    return [(lane, sum(one[0] for one in same), min(one[1] for one in same)) for lane, same in lanes.items()]
