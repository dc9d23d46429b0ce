"""Erasures: who asked to be forgotten, by a key that only the secret makes, so that no backup brings him back.

/forget ─▶ note ─▶ a sealed list beside the backups (`db/backups.py`) ─▶ a restore forgets again who is on it
"""

from collections.abc import Mapping
from datetime import datetime, timedelta

from sqlalchemy import delete, func, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from db.operating import erasures
from db.store import rows
from db.store.terms import Term
from newsroom.backups import WEEKLY

KEPT_FOR = WEEKLY + timedelta(days=55)  # longer than any backup of ours; copies elsewhere must not be kept longer


async def note(connection: AsyncConnection, key: str, now: datetime) -> None:
    """Put somebody on the list, or on it anew."""
    await connection.execute(delete(erasures).where(erasures.c.key == key))
    await connection.execute(insert(erasures).values(key=key, at=now))


async def merge(connection: AsyncConnection, told: Mapping[str, datetime]) -> None:
    """Put all of a list on ours; of two moments the later counts."""
    known = await read(connection)
    for key, at in told.items():
        if key not in known or known[key] < at:
            await note(connection, key, at)


async def read(connection: AsyncConnection) -> dict[str, datetime]:
    """Answer the list: who, and when."""
    return {row.key: row.at for row in await rows(connection, select(erasures.c.key, erasures.c.at))}


async def find_state(connection: AsyncConnection) -> tuple[int, datetime | None]:
    """Answer how many are on the list, and since when the newest: it has changed where these have."""
    (found,) = await rows(connection, select(func.count(), func.max(erasures.c.at)).select_from(erasures))
    return found[0], found[1]


TERM = Term(erasures, lambda now: erasures.c.at < now - KEPT_FOR)
