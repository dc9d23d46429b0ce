"""Discussions: who follows the replies to an article, or wants to hear nothing of them.

Whoever answers begins to follow, unless he has muted it before; 🔔 does the same, and 🔕 ends it. A follower is known
by his key as an author and by nothing else: beside a chat, such a row would tell who wrote a reply.
"""

from datetime import datetime, timedelta

from sqlalchemy import exists, select, update
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.sql import ColumnElement

from db.replying import discussions, replies
from db.store import insert_unless_there, rows
from db.store.terms import Term
from db.tables import articles

QUIET_FOR = timedelta(days=365)  # after that a discussion has ended


async def begin(connection: AsyncConnection, article_id: int, author_key: str) -> None:
    """Let an author follow the discussion that he takes part in; what he muted stays so."""
    row = {"article_id": article_id, "author_key": author_key, "muted": False}
    await connection.execute(insert_unless_there(connection, discussions).values(row))


async def put(connection: AsyncConnection, article_id: int, author_key: str, *, muted: bool) -> None:
    """Let somebody follow a discussion, or hear nothing of it."""
    await begin(connection, article_id, author_key)
    this = (discussions.c.article_id == article_id) & (discussions.c.author_key == author_key)
    await connection.execute(update(discussions).where(this).values(muted=muted))


async def is_followed(connection: AsyncConnection, article_id: int, author_key: str) -> bool:
    """Tell whether somebody follows a discussion."""
    this = (discussions.c.article_id == article_id) & (discussions.c.author_key == author_key)
    found = await rows(connection, select(discussions.c.muted).where(this))
    return bool(found) and not found[0].muted


def _is_over(now: datetime) -> ColumnElement[bool]:
    """Say which discussions ended: the article is old, and nothing was said for as long."""
    before = now - QUIET_FOR
    old = select(articles.c.id).where(articles.c.appeared_at < before)
    said = exists().where(replies.c.article_id == discussions.c.article_id, replies.c.published_at >= before)
    return discussions.c.article_id.in_(old) & ~said


TERM = Term(discussions, _is_over)
