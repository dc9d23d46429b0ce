"""Openings: how often an article was opened on a day, and nothing of whoever opened it."""

from datetime import date, timedelta

from sqlalchemy import func, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from db.showing import openings
from db.store import rows
from db.store.terms import Term
from db.tables import articles

KEPT_FOR = timedelta(days=90)


async def find_address(connection: AsyncConnection, number: int) -> str:
    """Answer where an article that readers may see is; nothing where there is no such article."""
    seen = (articles.c.id == number) & articles.c.gate.is_(None)
    return next((str(row.url) for row in await rows(connection, select(articles.c.url).where(seen))), "")


async def count(connection: AsyncConnection, number: int, day: date) -> None:
    """Count that an article was opened."""
    new = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
    first = new(openings).values(article_id=number, day=day.isoformat(), times=1)
    again = first.on_conflict_do_update(
        index_elements=[openings.c.article_id, openings.c.day], set_={"times": openings.c.times + 1}
    )
    await connection.execute(again)


async def total(connection: AsyncConnection, since: date) -> int:
    """Answer how often articles were opened from a day on."""
    counted = select(func.coalesce(func.sum(openings.c.times), 0)).where(openings.c.day >= since.isoformat())
    return int((await connection.execute(counted)).scalar_one())


TERM = Term(openings, lambda now: openings.c.day < (now - KEPT_FOR).date().isoformat())
