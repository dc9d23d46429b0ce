"""Waves of replies that are set apart together: who joins one, what is in it, and what moderators decide of all of it.

    join ─▶ decide (a verdict on what was shown) ─▶ undo, for two minutes
                └▶ list_due ─▶ list_members, each through the one gate (`jobs/waves.py`) ─▶ finish

What is in a wave is what is set apart with its number; a reply that leaves that state leaves the wave by itself.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import Select, and_, exists, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.sql import ColumnElement

from db.replying import replies, revisions, votes, waves
from db.store import AnyRow, rows
from db.store.replies import COLUMNS, Done, act, read
from db.store.terms import Term
from db.wakeup import announce
from newsroom.errors import Refusal
from newsroom.replies import SCREEN, Action, Actor, Deed, Reply, State
from newsroom.waves import GRACE_OF_MANY, Joining, Ruling, Verdict, Wave, WaveKind

KEPT_FOR = timedelta(days=30)  # what comes again meanwhile is known
APART = replies.c.state == State.QUARANTINED.value


async def join(connection: AsyncConnection, reply: Reply, joining: Joining, now: datetime) -> tuple[int, list[str]]:
    """Count a reply that is set apart to its wave, and set those apart with it that nobody looks at.

    Answers the number of the wave, and those that were set apart with it.
    """
    wave_id = joining.wave_id or await _open(connection, joining.kind, now)
    moved = [reply_id for reply_id in joining.others if await _set_apart(connection, reply_id, now)]
    these = update(replies).where(replies.c.id.in_([reply.id, *moved]))
    await connection.execute(these.values(wave_id=wave_id))
    await connection.execute(update(waves).where(waves.c.id == wave_id).values(touched_at=now))
    return wave_id, moved


async def _open(connection: AsyncConnection, kind: WaveKind, now: datetime) -> int:
    new = insert(waves).values(kind=str(kind), since=now, touched_at=now).returning(waves.c.id)
    return int((await connection.execute(new)).scalar_one())


async def _set_apart(connection: AsyncConnection, reply_id: str, now: datetime) -> bool:
    """Set a reply of the queue apart if nobody holds it, voted on it, changed it, or let it in."""
    column = replies.c
    held = column.claimed_until.is_not(None) & (column.claimed_until > now)
    untouched = and_(*(column[name].is_(None) for name in ("wave_id", "proposed_revision", "public_revision")))
    free = (column.state == State.PENDING.value) & untouched & ~held & ~exists().where(votes.c.reply_id == column.id)
    found = await rows(connection, select(column.version).where(column.id == reply_id, free))
    if not found:
        return False
    try:
        came = await act(connection, reply_id, Deed(Action.QUARANTINE), SCREEN, now, seen=found[0].version)
    except Refusal:
        return False
    return isinstance(came, Done)


async def is_any(connection: AsyncConnection) -> bool:
    """Tell whether anything waits in a wave."""
    waiting = exists().where(APART, replies.c.wave_id.is_not(None))
    return bool((await connection.execute(select(waiting))).scalar_one())


async def list_living(connection: AsyncConnection) -> list[Wave]:
    """Answer the waves in which something waits, the largest first."""
    found = _living().order_by(func.count().desc(), waves.c.id)
    return [_read(row) for row in await rows(connection, found)]


async def find_living(connection: AsyncConnection, wave_id: int) -> Wave | None:
    """Answer a wave in which something waits; None where there is none of that number."""
    found = await rows(connection, _living().where(waves.c.id == wave_id))
    return _read(found[0]) if found else None


def _living() -> Select[*tuple[object, ...]]:
    columns = waves.c["id", "kind", "since", "verdict", "decided_by", "due_at"]
    counted = select(*columns, func.count().label("many"), func.max(replies.c.since).label("newest"))
    return counted.join(replies, replies.c.wave_id == waves.c.id).where(APART).group_by(*columns)


def _read(row: AnyRow) -> Wave:
    verdict = Verdict(row.verdict) if row.verdict else None
    return Wave(
        row.id, WaveKind(row.kind), row.many, row.since, row.newest, verdict, row.decided_by, row.due_at
    )  # fmt: skip


async def list_samples(connection: AsyncConnection, wave_id: int, most: int) -> Sequence[AnyRow]:
    """Answer replies of a wave that differ (`id`, `version`, `text`), the newest of each wording first."""
    newest = (revisions.c.reply_id == replies.c.id) & (revisions.c.revision == replies.c.revision)
    place = func.row_number().over(partition_by=revisions.c.hash, order_by=(replies.c.since.desc(), replies.c.id))
    columns = (*replies.c["id", "version", "since"], revisions.c.text, place.label("place"))
    each = select(*columns).join(revisions, newest).where(APART, replies.c.wave_id == wave_id).subquery()
    return await rows(
        connection, select(each).where(each.c.place == 1).order_by(each.c.since.desc(), each.c.id).limit(most)
    )


async def decide(connection: AsyncConnection, wave_id: int, ruling: Ruling, now: datetime) -> bool:
    """Let something be done with what had been set apart by then; False where somebody has decided already."""
    this = (waves.c.id == wave_id) & waves.c.verdict.is_(None)
    told = {"verdict": str(ruling.verdict), "decided_by": ruling.by, "upto": ruling.upto}
    told |= {"due_at": now + GRACE_OF_MANY}
    return (await connection.execute(update(waves).where(this).values(told))).rowcount > 0


async def undo(connection: AsyncConnection, wave_id: int, now: datetime, *, by: str | None = None) -> bool:
    """Let nothing be done with a wave after all, if nothing was yet; `by`: only if this one had decided it."""
    this = (waves.c.id == wave_id) & (waves.c.due_at > now)
    this = this & (waves.c.decided_by == by) if by is not None else this
    return (await connection.execute(update(waves).where(this).values(NO_VERDICT))).rowcount > 0


async def list_due(connection: AsyncConnection, now: datetime) -> Sequence[AnyRow]:
    """Answer the waves whose verdict is to be done now: `id`, `verdict`, `decided_by`, `upto`."""
    due = select(*waves.c["id", "verdict", "decided_by", "upto"]).where(waves.c.due_at <= now)
    return await rows(connection, due.order_by(waves.c.due_at))


async def list_members(
    connection: AsyncConnection, wave_id: int, upto: datetime, most: int, *, after: str = ""
) -> list[Reply]:
    """Answer those of a wave that had been set apart by then, in the order of their ids, which begin after this one."""
    these = (replies.c.wave_id == wave_id) & APART & (replies.c.since <= upto) & (replies.c.id > after)
    found = select(*COLUMNS).where(these).order_by(replies.c.id).limit(most)
    return [read(row) for row in await rows(connection, found)]


async def finish(connection: AsyncConnection, wave_id: int, verdict: Verdict, now: datetime) -> None:
    """Note that a verdict is done; what was let into the queue is no wave when it comes again."""
    this = update(waves).where(waves.c.id == wave_id, waves.c.verdict == str(verdict))
    welcome = {"welcome": 1} if verdict is Verdict.QUEUE else {}
    await connection.execute(this.values(NO_VERDICT | welcome | {"touched_at": now}))
    announce(connection, "cards")


NO_VERDICT = {"verdict": None, "decided_by": None, "upto": None, "due_at": None}


def _is_over(now: datetime) -> ColumnElement[bool]:
    """Say of which waves nothing came for long, and in which nothing waits."""
    return (waves.c.touched_at < now - KEPT_FOR) & ~exists().where(APART, replies.c.wave_id == waves.c.id)


TERM = Term(waves, _is_over)


async def act_as_decided(
    connection: AsyncConnection, reply: Reply, verdict: Verdict, actor: Actor, now: datetime
) -> bool:
    """Do what was decided with one of a wave, as it was seen; False where something else became of it meanwhile."""
    deed = Deed(Action.SPAM if verdict is Verdict.SPAM else Action.RESTORE)
    try:
        return isinstance(await act(connection, reply.id, deed, actor, now, seen=reply.version), Done)
    except Refusal:
        return False


async def drop_verdicts(connection: AsyncConnection, by: str) -> None:
    """Let nothing be done any more that somebody decided who is forgotten."""
    await connection.execute(update(waves).where(waves.c.decided_by == by).values(NO_VERDICT))
