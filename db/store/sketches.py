"""Sketches of what was told lately, by which the same news from another source is known.

What is one story is `newsroom/stories.py`'s to say; here are the marks by which few candidates are found among many.
"""

from datetime import datetime

from sqlalchemy import BindParameter, bindparam, delete, func, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from db.meanings import sketches
from db.store import each, rows
from db.store.articles import NEWEST, PUBLIC, TOPICAL
from db.tables import article_topics, articles, versions
from newsroom.changes import Wording
from newsroom.sketches import Sketch, sketch
from newsroom.stories import LATELY, SAME, likeness

LEAST_SHARED = 2  # marks that a candidate shares
MOST_CANDIDATES = 4  # of the labelled pairs that are one story, nine in ten are among each other's first four
ALIKE = (
    select(sketches.c.article_id, func.count().label("shared"))
    .where(
        sketches.c.mark.in_(bindparam("marks", expanding=True)),
        sketches.c.at.between(bindparam("first"), bindparam("last")),
    )
    .group_by(sketches.c.article_id)
    .having(func.count() >= LEAST_SHARED)
    .subquery()  # counted first: an article is looked up once, and not for each mark
)
LIKEST = (
    select(ALIKE.c.article_id)
    .join(articles, articles.c.id == ALIKE.c.article_id)
    .where(articles.c.source_id != bindparam("source"), articles.c.retracted.is_(None), PUBLIC)
    .order_by(ALIKE.c.shared.desc(), ALIKE.c.article_id)
    .limit(MOST_CANDIDATES)
    .subquery()
)
TELLING = (
    select(articles.c.id, articles.c.story_id, *versions.c["title", "lead", "body"])
    .join(LIKEST, articles.c.id == LIKEST.c.article_id)
    .join(versions, NEWEST)
)
THESE: BindParameter[int] = bindparam("numbers", expanding=True)
NAMED = select(*article_topics.c["article_id", "tag", "why"]).where(article_topics.c.article_id.in_(THESE), TOPICAL)


async def put(connection: AsyncConnection, article_id: int, told: Sketch, at: datetime) -> None:
    """Keep what an article that appeared then is found by."""
    marks = ({"mark": mark, "article_id": article_id, "at": at} for mark in set(told.marks))
    await each(connection, insert(sketches), marks)


async def read(connection: AsyncConnection, number: int) -> Sketch | None:
    """Answer what an article is found by; None where nothing is compared with it any more."""
    kept = select(sketches.c.article_id).where(sketches.c.article_id == number).limit(1)
    words = select(*versions.c["title", "lead", "body"]).join(articles, NEWEST).where(articles.c.id == number)
    if not await rows(connection, kept):
        return None
    (row,) = await rows(connection, words)
    return sketch(Wording(*row), (await _list_named(connection, [number]))[number])


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
    told_marks = {"marks": told.marks, "source": source_id, "first": at - LATELY, "last": at + LATELY}
    found = await rows(connection, TELLING, told_marks)
    named = await _list_named(connection, [row.id for row in found]) if found else {}
    return [(row.story_id, sketch(Wording(row.title, row.lead, row.body), named[row.id])) for row in found]


async def _list_named(connection: AsyncConnection, numbers: list[int]) -> dict[int, dict[str, set[str]]]:
    """Answer the tags of articles, each with the zones that name it."""
    named: dict[int, dict[str, set[str]]] = {number: {} for number in numbers}
    for row in await rows(connection, NAMED, {"numbers": numbers}):
        named[row.article_id][row.tag] = {zone for _, zone, _ in row.why}
    return named
