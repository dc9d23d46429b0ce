"""What a look at the whole reads of the database, for `jobs/checkup.py`: a new fact is a line of `read`."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import exists, func, literal_column, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from db.store import pacing, pushes, rows
from db.store.chats import is_free
from db.store.workers import DEAD_AFTER
from db.tables import OPEN_UPDATE, chats, deliveries, inbox, outbox, sources
from db.tables import pushes as running
from db.vault import find_beginning
from db.working import workers
from newsroom.findings import SOONEST
from newsroom.pushes import Lane

MOST = 20  # sources that are told
GONE_LATELY = timedelta(days=3)
OLDEST_UPDATE = select(func.min(inbox.c.due_at)).where(OPEN_UPDATE)


async def read(connection: AsyncConnection, now: datetime) -> dict[str, Any]:
    """Answer facts by their names in `newsroom.findings.Facts`, and `begun_at`."""
    pace = await pacing.load(connection)
    return {
        "halted": (pace.halted or "") if pace else "",
        "still": await _find_still(connection, now),
        "singles": await _find_singles(connection, now),
        "update_at": (await connection.execute(OLDEST_UPDATE)).scalar_one(),
        "dead_sources": await _list_dead(connection, now),
        "dead_updates": await _count(connection, select(func.count()).where(inbox.c.state == "dead")),
        "workers": await _count(connection, select(func.count()).where(workers.c.beat_at > now - DEAD_AFTER)),
        "begun_at": await find_beginning(connection),
    }


async def _count(connection: AsyncConnection, counted: Any) -> int:
    return int((await connection.execute(counted)).scalar_one())


async def _find_still(connection: AsyncConnection, now: datetime) -> Mapping[Lane, datetime]:
    """Answer since when nothing is settled of pushes that have something due, in each lane of the one that is worst.

    Rows of a push are walked through for the moment of the last; few pushes are late enough for that.
    """
    late = await _list_late(connection, now)
    settled = select(deliveries.c.push_id, func.max(deliveries.c.settled_at).label("at"))
    settled = settled.where(deliveries.c.push_id.in_({push_id for _, push_id, _ in late}))
    found = await rows(connection, settled.group_by(deliveries.c.push_id)) if late else ()
    moved = {row.push_id: row.at for row in found if row.at}
    still: dict[Lane, datetime] = {}
    for lane, push_id, since in late:
        at = max(since, moved.get(push_id, since))
        still[lane] = min(at, still.get(lane, at))
    return still


async def _list_late(connection: AsyncConnection, now: datetime) -> list[tuple[Lane, int, datetime]]:
    """Answer the pushes of which something is due for long: the lane, the id and since when."""
    before = now - SOONEST
    queued = (deliveries.c.state == literal_column("'queued'")) & (deliveries.c.due_at <= before)
    of_push = (deliveries, deliveries.c.push_id == running.c.id)
    sends = select(running.c.id, *pushes.OF_PUSH, func.min(deliveries.c.due_at).label("oldest"))
    sends = sends.join(*of_push).where(pushes.RUNNING, queued).group_by(running.c.id)
    sent = (deliveries.c.state == literal_column("'sent'")) & (deliveries.c.version < running.c.wanted)
    edits = select(running.c.id, running.c.edits_at).where(exists().where(of_push[1], sent))
    edits = edits.where(running.c.edits_at <= before, ~pushes.HELD)
    late = [(pushes.make_push(row, row.id).lane_at(now), row.id, row.oldest) for row in await rows(connection, sends)]
    return late + [(Lane.BREAKING, row.id, row.edits_at) for row in await rows(connection, edits)]


async def _find_singles(connection: AsyncConnection, now: datetime) -> Mapping[Lane, datetime]:
    """Answer, in each lane, since when the oldest single message is due whose chat need not wait."""
    waiting = outbox.c.state == literal_column("'queued'")
    due = select(outbox.c.lane, func.min(outbox.c.due_at).label("oldest"))
    due = due.outerjoin(chats, chats.c.id == outbox.c.chat_id).where(waiting, outbox.c.due_at <= now)
    free = due.where(chats.c.id.is_(None) | is_free(now)).group_by(outbox.c.lane)
    return {Lane(row.lane): row.oldest for row in await rows(connection, free)}


async def _list_dead(connection: AsyncConnection, now: datetime) -> Sequence[str]:
    """Answer the sources that cannot be read for long, or said lately that they are gone, by title or address."""
    ailing = (sources.c.state == "active") & sources.c.ailing_since.is_not(None)
    gone = (sources.c.state == "gone") & (sources.c.failures > 0) & (sources.c.polled_at > now - GONE_LATELY)
    dead = select(sources.c.title, sources.c.url).where(or_(ailing, gone)).order_by(sources.c.id).limit(MOST)
    return [row.title or row.url for row in await rows(connection, dead)]


async def is_polled(connection: AsyncConnection, now: datetime) -> bool:
    """Tell whether one of us asks Telegram for updates."""
    polling = select(workers.c.id).where(workers.c.polls, workers.c.beat_at > now - DEAD_AFTER)
    return bool(await rows(connection, polling))
