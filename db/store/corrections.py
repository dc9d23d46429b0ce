"""Corrections and retractions: another version becomes what every message of the story has to show.

The delivery loop edits the messages that show an older version than is wanted; edits ring no bell. What an article is
about is corrected here too: nobody is sent anything for it.
"""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from db.store import articles, filings, pushes
from db.store.queue import want_version
from newsroom.filing import Filing
from newsroom.topics import Topicality


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


async def refile(
    connection: AsyncConnection, number: int, filing: Filing, found: Topicality, by: tuple[str, datetime]
) -> None:
    """File an article otherwise, over what is `found` of it; done twice it is a version more and changes nothing.

    Whoever calls has locked the desk and read the filing after it. `by` is who does it, as the audit has it, and when.
    """
    await filings.put(connection, number, filing, *by)
    await articles.set_topics(connection, number, found)
