"""Corrections and retractions: another version becomes what every message of the story has to show.

The delivery loop edits the messages that show an older version than is wanted; edits ring no bell.
"""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from db.store import articles, pushes
from db.store.queue import want_version


async def correct(connection: AsyncConnection, number: int, texts: Mapping[str, str], now: datetime) -> bool:
    """Write other words of an article; `texts` are its `title` and `lead`. False where there is no such article."""
    await articles.lock_desk(connection)
    changed = await articles.rewrite(connection, number, now, **texts)
    if changed is None:
        return False
    await want_version(connection, number, changed.version, now)
    return True


async def retract(connection: AsyncConnection, number: int, reason: str, now: datetime) -> bool:
    """Take an article back: its push is stopped first, then what was sent is edited. False where there is none."""
    await articles.lock_desk(connection)
    changed = await articles.rewrite(connection, number, now)
    if changed is None:
        return False
    await articles.retract(connection, number, reason)
    await pushes.cancel_story(connection, number, now)
    await want_version(connection, number, changed.version, now)
    return True
