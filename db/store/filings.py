"""What editors file articles under: versions, of which the newest holds, and what likeness takes as examples of it."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import and_, exists, func, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from db.meanings import filings
from db.store import rows
from db.tables import articles, sources, versions
from db.wakeup import announce
from newsroom.filing import UNFILED, Filing
from newsroom.semantic import gist

newer = filings.alias()
HOLDS = ~exists().where(newer.c.article_id == filings.c.article_id, newer.c.version > filings.c.version)
MOST_EXAMPLES = 200  # articles; a vector each is made of them when topics are read, six milliseconds of work


async def put(connection: AsyncConnection, article_id: int, filing: Filing, actor: str, now: datetime) -> None:
    """File an article so, under the desk's lock; what it is about is then to be said anew (`articles.set_topics`)."""
    newest = select(func.coalesce(func.max(filings.c.version), 0)).where(filings.c.article_id == article_id)
    row = {
        "article_id": article_id,
        "version": (await connection.execute(newest)).scalar_one() + 1,
        "under": list(filing.under),
        "out": list(filing.out),
        "actor": actor,
        "filed_at": now,
    }
    await connection.execute(insert(filings).values(row))
    announce(connection, "topics")


async def find(connection: AsyncConnection, numbers: Sequence[int]) -> dict[int, Filing]:
    """Answer how articles are filed, those that are: by editors, or as is usual with their source."""
    of_source = and_(sources.c.id == articles.c.source_id, sources.c.topics.is_not(None))
    usual = select(articles.c.id, sources.c.topics).join(sources, of_source).where(articles.c.id.in_(numbers))
    filed = {row.id: Filing(usual=tuple(row.topics)) for row in await rows(connection, usual)}
    said = await rows(connection, select(filings).where(HOLDS, filings.c.article_id.in_(numbers)))
    return filed | {row.article_id: filed.get(row.article_id, UNFILED).changed(row.under, row.out) for row in said}


async def find_one(connection: AsyncConnection, number: int) -> Filing:
    """Answer how an article is filed."""
    return (await find(connection, [number])).get(number, UNFILED)


async def count(connection: AsyncConnection) -> int:
    """Answer how many versions there are of all filings."""
    return int((await connection.execute(select(func.count()).select_from(filings))).scalar_one())


async def list_examples(connection: AsyncConnection) -> list[tuple[str, str]]:
    """Answer what editors filed last under subjects: the tag, and what the article says in short."""
    told = and_(versions.c.article_id == articles.c.id, versions.c.version == articles.c.version)
    lately = (
        select(filings.c.under, versions.c.title, versions.c.lead)
        .join(articles, articles.c.id == filings.c.article_id)
        .join(versions, told)
        .where(HOLDS)
        .order_by(filings.c.filed_at.desc(), filings.c.article_id)
        .limit(MOST_EXAMPLES)
    )
    return [
        (tag, gist(row.title, row.lead))
        for row in await rows(connection, lately)
        for tag in row.under
        if tag.startswith("s:")
    ]
