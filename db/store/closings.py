"""What takes no replies: articles that were taken back, and what leads closed, one article or all of a topic.

What was sent before waits on, and what is public stays. What is approved while it is closed is not made public: it
fails, and moderators are asked (`duties.py`).
"""

from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncConnection

from db.replying import closings
from db.store import rows, write_new
from db.tables import article_topics, articles

ARTICLE = "#"  # begins the mark of an article; that of a topic is its tag
RETRACTED = "retracted"


async def close(connection: AsyncConnection, mark: str, now: datetime) -> bool:
    """Let an article or a topic take no replies; False where it takes none already."""
    return await write_new(connection, closings, mark=mark, closed_at=now) is not None


async def reopen(connection: AsyncConnection, mark: str) -> bool:
    """Let an article or a topic take replies again; False where it does."""
    return (await connection.execute(delete(closings).where(closings.c.mark == mark))).rowcount > 0


async def list_all(connection: AsyncConnection) -> list[str]:
    """Answer what is closed, the newest first."""
    found = await rows(connection, select(closings.c.mark).order_by(closings.c.closed_at.desc(), closings.c.mark))
    return [row.mark for row in found]


async def find(connection: AsyncConnection, article_id: int) -> str | None:
    """Answer by what an article takes no replies: RETRACTED, its own mark, a topic's tag; None where it takes them."""
    told = await rows(connection, select(articles.c.retracted).where(articles.c.id == article_id))
    if told and told[0].retracted is not None:
        return RETRACTED
    tags = select(article_topics.c.tag).where(article_topics.c.article_id == article_id, article_topics.c.rank >= 0)
    is_its = (closings.c.mark == mark_of(article_id)) | closings.c.mark.in_(tags)
    found = await rows(connection, select(closings.c.mark).where(is_its).order_by(closings.c.mark).limit(1))
    return str(found[0].mark) if found else None


def mark_of(article_id: int) -> str:
    """Answer what stands for an article."""
    return f"{ARTICLE}{article_id}"
