"""Vectors of what articles say, for as long as another language may tell the same; only with `SEMANTIC`.

What is near to what is `newsroom/semantic.py`'s to say.
"""

from datetime import datetime, timedelta

from sqlalchemy import insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from db.meanings import vectors
from db.store import rows
from db.store.terms import Term
from db.tables import articles
from newsroom.semantic import find_same

LATELY = timedelta(hours=72)  # what is told at another time is another story


async def put(connection: AsyncConnection, article_id: int, vector: bytes, at: datetime) -> None:
    """Keep the vector of an article that appeared then."""
    await connection.execute(insert(vectors).values(article_id=article_id, vector=vector, at=at))


async def read(connection: AsyncConnection, number: int) -> bytes:
    """Answer the vector of an article; nothing where it has none any more."""
    found = await rows(connection, select(vectors.c.vector).where(vectors.c.article_id == number))
    return bytes(found[0].vector) if found else b""


async def find_story(connection: AsyncConnection, language: str, vector: bytes, at: datetime) -> int | None:
    """Answer the story that an article in another language tells, which appeared within three days of this one."""
    others = (
        select(articles.c.story_id, vectors.c.vector)
        .join(vectors, vectors.c.article_id == articles.c.id)
        .where(
            vectors.c.at.between(at - LATELY, at + LATELY),
            articles.c.language != language,
            articles.c.retracted.is_(None),
            articles.c.gate.is_(None),
        )
    )
    return find_same(vector, [(row.story_id, row.vector) for row in await rows(connection, others)])


TERM = Term(vectors, lambda now: vectors.c.at < now - LATELY)
