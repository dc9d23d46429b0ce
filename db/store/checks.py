"""What a look at the whole reads of the database, for `jobs/checkup.py`: a new fact is a line of `read`."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from db.store import pacing, pushes, rows
from db.store.workers import DEAD_AFTER
from db.tables import chats, inbox, sources
from db.vault import find_beginning
from db.working import workers
from newsroom.pushes import Lane

MOST = 20  # places and sources that are looked at
GONE_LATELY = timedelta(days=3)


async def read(connection: AsyncConnection, now: datetime) -> dict[str, Any]:
    """Answer facts by their names in `newsroom.findings.Facts`, and `begun_at`."""
    pace = await pacing.load(connection)
    return {
        "halted": (pace.halted or "") if pace else "",
        "oldest": {Lane(lane): oldest for lane, _count, oldest in await pushes.measure_lanes(connection, now)},
        "dead_sources": await _list_dead(connection, now),
        "dead_updates": await _count(connection, select(func.count()).where(inbox.c.state == "dead")),
        "workers": await _count(connection, select(func.count()).where(workers.c.beat_at > now - DEAD_AFTER)),
        "begun_at": await find_beginning(connection),
    }


async def _count(connection: AsyncConnection, counted: Any) -> int:
    return int((await connection.execute(counted)).scalar_one())


async def _list_dead(connection: AsyncConnection, now: datetime) -> Sequence[str]:
    """Answer the sources that cannot be read for long, or said lately that they are gone, by title or address."""
    ailing = (sources.c.state == "active") & sources.c.ailing_since.is_not(None)
    gone = (sources.c.state == "gone") & (sources.c.failures > 0) & (sources.c.polled_at > now - GONE_LATELY)
    dead = select(sources.c.title, sources.c.url).where(or_(ailing, gone)).order_by(sources.c.id).limit(MOST)
    return [row.title or row.url for row in await rows(connection, dead)]


async def list_channels(connection: AsyncConnection) -> Sequence[int]:
    """Answer the channels that get news."""
    found = select(chats.c.id).where(chats.c.id < 0, chats.c.kind == "channel").order_by(chats.c.id).limit(MOST)
    return [row.id for row in await rows(connection, found)]


async def is_polled(connection: AsyncConnection, now: datetime) -> bool:
    """Tell whether one of us asks Telegram for updates."""
    polling = select(workers.c.id).where(workers.c.polls, workers.c.beat_at > now - DEAD_AFTER)
    return bool(await rows(connection, polling))
