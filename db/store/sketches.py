"""Sketches of what was told lately, by which the same news from another source is known.

What is one story is `newsroom/stories.py`'s to say; here are the marks by which few candidates are found among many.
"""

from datetime import datetime

from sqlalchemy import delete, func, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from db.meanings import sketches
from db.store import AnyRow, each, rows
from db.store.articles import NEWEST, PUBLIC, TOPICAL
from db.tables import article_topics, articles, versions
from newsroom.changes import Wording
from newsroom.stories import LATELY, SAME, Sketch, likeness, sketch

LEAST_SHARED = 2  # marks that a candidate shares
MOST_CANDIDATES = 8


async def put(connection: AsyncConnection, article_id: int, told: Sketch, at: datetime) -> None:
    """Keep what an article that appeared then is found by."""
    marks = ({"mark": mark, "article_id": article_id, "at": at} for mark in set(told.marks))
    await each(connection, insert(sketches), marks)


async def find_story(connection: AsyncConnection, source_id: int, told: Sketch, at: datetime) -> int | None:
    """Answer the story that another source told within three days of then, the likest; None where there is none."""
    candidates = await _candidates(connection, source_id, told, at)
    found = [(likeness(told, other), story_id) for story_id, other in candidates]
    best, story_id = max(found, default=(SAME - 1, 0))
    return story_id if best >= SAME else None


async def purge(connection: AsyncConnection, now: datetime) -> int:
    """Forget what nothing is compared with any more."""
    return (await connection.execute(delete(sketches).where(sketches.c.at < now - LATELY))).rowcount


async def _candidates(
    connection: AsyncConnection, source_id: int, told: Sketch, at: datetime
) -> list[tuple[int, Sketch]]:
    """Answer the stories that share most marks, each with the sketch of the article that does."""
    shared = func.count()
    lately = sketches.c.at.between(at - LATELY, at + LATELY)
    likest = (
        select(sketches.c.article_id)
        .join(articles, articles.c.id == sketches.c.article_id)
        .where(sketches.c.mark.in_(told.marks), lately)
        .where(articles.c.source_id != source_id, articles.c.retracted.is_(None), PUBLIC)
        .group_by(sketches.c.article_id)
        .having(shared >= LEAST_SHARED)
        .order_by(shared.desc(), sketches.c.article_id)
        .limit(MOST_CANDIDATES)
    )
    numbers = [row.article_id for row in await rows(connection, likest)]
    told_by = select(articles.c.id, articles.c.story_id, *versions.c["title", "lead", "body"]).join(versions, NEWEST)
    found = await rows(connection, told_by.where(articles.c.id.in_(numbers))) if numbers else []
    return [(row.story_id, await _sketch(connection, row)) for row in found]


async def _sketch(connection: AsyncConnection, row: AnyRow) -> Sketch:
    topics = select(article_topics.c.tag, article_topics.c.why).where(article_topics.c.article_id == row.id, TOPICAL)
    named = {tag: {zone for _, zone, _ in why} for tag, why in await rows(connection, topics)}
    return sketch(Wording(row.title, row.lead, row.body), named)
