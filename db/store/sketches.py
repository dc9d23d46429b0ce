"""Sketches of what was told lately, by which the same news from another source is known.

What is one story is `newsroom/stories.py`'s to say; here are the marks by which few candidates are found among many.
"""

from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import BindParameter, FromClause, Select, Subquery, bindparam, case, func, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from db.meanings import sketches
from db.store import each, rows
from db.store.articles import NEWEST, PUBLIC, TOPICAL
from db.store.lists import list_of, list_values
from db.store.terms import Term
from db.tables import article_topics, articles, versions
from newsroom.changes import Wording
from newsroom.sketches import Sketch, sketch
from newsroom.stories import LATELY, SAME, likeness

LEAST_SHARED = 2  # marks that a candidate shares
MOST_CANDIDATES = 4  # of the labelled pairs that are one story, nine in ten are among each other's first four
MOST_OF_MARK = 32  # articles, the newest that have a mark: those of what is in every text of its days lead nowhere
RARELY = 4  # times as much as such a mark tells one that fewer articles have
PUT = insert(sketches)
THESE: BindParameter[int] = bindparam("numbers", expanding=True)
NAMED = select(*article_topics.c["article_id", "tag", "why"]).where(article_topics.c.article_id.in_(THESE), TOPICAL)


async def put(connection: AsyncConnection, article_id: int, told: Sketch, at: datetime) -> None:
    """Keep what an article that appeared then is found by."""
    marks = ({"mark": mark, "article_id": article_id, "at": at} for mark in set(told.marks))
    await each(connection, PUT, marks)


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


TERM = Term(sketches, lambda now: sketches.c.at < now - LATELY)


async def _candidates(
    connection: AsyncConnection, source_id: int, told: Sketch, at: datetime
) -> list[tuple[int, Sketch]]:
    """Answer the stories that share most marks, each with the sketch of the article that does."""
    around = {"source": source_id, "first": at - LATELY, "last": at + LATELY}
    found = await rows(connection, _telling(connection.dialect.name), around | list_values(connection, mark=told.marks))
    named = await _list_named(connection, [row.id for row in found]) if found else {}
    return [(row.story_id, sketch(Wording(row.title, row.lead, row.body), named[row.id])) for row in found]


@cache
def _telling(dialect: str) -> Select[*tuple[Any, ...]]:
    """Answer the query for the likest articles of other sources, by the marks that they share."""
    alike = _alike(list_of(dialect, "mark"))
    likest = (
        select(alike.c.article_id)
        .join(articles, articles.c.id == alike.c.article_id)
        .where(articles.c.source_id != bindparam("source"), articles.c.retracted.is_(None), PUBLIC)
        .order_by(alike.c.shared.desc(), alike.c.article_id)
        .limit(MOST_CANDIDATES)
        .subquery()
    )
    told = select(articles.c.id, articles.c.story_id, *versions.c["title", "lead", "body"])
    return told.join(likest, articles.c.id == likest.c.article_id).join(versions, NEWEST)


def _alike(told: FromClause) -> Subquery:
    """Count first which marks are shared: an article is looked up once, and not for each mark."""
    newer = sketches.alias()
    of_mark = select(newer.c.article_id).where(newer.c.mark == told.c.mark).order_by(newer.c.article_id.desc())
    oldest = func.coalesce(of_mark.limit(1).offset(MOST_OF_MARK - 1).scalar_subquery(), 0)
    marks = select(told.c.mark, oldest.label("oldest")).cte("marks").prefix_with("MATERIALIZED")  # asked once for each
    weight = case((marks.c.oldest == 0, RARELY), else_=1)
    near = (
        select(sketches.c.article_id, func.sum(weight).label("shared"))
        .join_from(marks, sketches, (sketches.c.mark == marks.c.mark) & (sketches.c.article_id >= marks.c.oldest))
        .where(sketches.c.at.between(bindparam("first"), bindparam("last")))
    )
    return near.group_by(sketches.c.article_id).having(func.count() >= LEAST_SHARED).subquery()


async def _list_named(connection: AsyncConnection, numbers: list[int]) -> dict[int, dict[str, set[str]]]:
    """Answer the tags of articles, each with the zones that name it."""
    named: dict[int, dict[str, set[str]]] = {number: {} for number in numbers}
    for row in await rows(connection, NAMED, {"numbers": numbers}):
        named[row.article_id][row.tag] = {zone for _, zone, _ in row.why}
    return named
