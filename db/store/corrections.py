"""Corrections and retractions: another version becomes what every message of the story has to show.

The delivery loop edits the messages that show an older version than is wanted; edits ring no bell. What an article is
about is corrected here too: nobody is sent anything for it. Of all wordings the first and the newest are kept for good.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta

from sqlalchemy import exists, select
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.sql import ColumnElement

from db.store import articles, filings, pushes
from db.store.queue import want_version
from db.store.terms import Term
from db.tables import articles as articles_table
from db.tables import versions
from newsroom.filing import Filing
from newsroom.topics import Topicality

REPLACED_KEPT_FOR = timedelta(days=90)  # as deliveries: somebody may have it before him
FIRST = 1


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


def _is_over(now: datetime) -> ColumnElement[bool]:
    """Say which wordings were replaced long ago; what an article said first stays, as a record of what was changed."""
    newer = versions.alias()
    newest = select(articles_table.c.version).where(articles_table.c.id == newer.c.article_id).scalar_subquery()
    later = (newer.c.article_id == versions.c.article_id) & (newer.c.version > versions.c.version)
    since = exists().where(later, newer.c.version <= newest, newer.c.seen_at < now - REPLACED_KEPT_FOR)
    rewritten = select(articles_table.c.id).where(articles_table.c.version > FIRST + 1)
    return versions.c.article_id.in_(rewritten) & (versions.c.version > FIRST) & since


TERM = Term(versions, _is_over)
