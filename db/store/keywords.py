"""Keywords: the phrases that readers follow beside topics, a row for each, however many follow it.

Which ones there are changes under the desk's lock alone, as articles are stored under it. So their ids commit in their
order, and an article that is stored after a keyword was followed has been matched against it, by whichever process.
"""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from functools import cache
from itertools import islice
from typing import Any

from sqlalchemy import JSON, Insert, Integer, String, and_, bindparam, cast, delete, exists, insert, literal, select
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.sql import ColumnElement

from db.meanings import keywords
from db.store import AnyRow, rows
from db.store.articles import NEWEST, lock_desk
from db.store.lists import is_listed, listed
from db.tables import article_topics, articles, follows, versions
from newsroom.keywords import PREFIX, Keyword, KeywordIndex, is_keyword, tag_of
from newsroom.skimming import excerpts, make_needle

RANK = -1  # of a keyword among the tags of an article: it is no topic
CHUNK = 1_000  # keywords that are read at once
ARCHIVE, MOST_READ = 500, 40  # articles that are skimmed for a new keyword, and of these, how many are read
TAG = literal(PREFIX, String).concat(cast(keywords.c.id, String))
AFTER = select(keywords.c.id, keywords.c.phrase).where(keywords.c.id > bindparam("after")).order_by(keywords.c.id)
FEW_AFTER = AFTER.limit(bindparam("most", type_=Integer))


async def put(connection: AsyncConnection, keyword: Keyword, since: datetime, now: datetime) -> int:
    """Answer the id of a keyword, a new one if need be; the newest articles since then that have it are marked so.

    The desk is locked until the transaction ends: a keyword that nobody follows yet is not forgotten meanwhile.
    """
    await lock_desk(connection)
    known = await find(connection, keyword.phrase)
    if known is not None:
        return known
    row = {"phrase": keyword.phrase, "said": keyword.said, "since": now}
    number = int((await connection.execute(insert(keywords).values(row).returning(keywords.c.id))).scalar_one())
    for article_id in await _skim_archive(connection, number, keyword.phrase, since):
        await _mark(connection, article_id, [number])
    return number


async def find(connection: AsyncConnection, phrase: str) -> int | None:
    """Answer the id of a folded phrase; None where nobody follows it."""
    found = await rows(connection, select(keywords.c.id).where(keywords.c.phrase == phrase))
    return int(found[0].id) if found else None


async def list_said(connection: AsyncConnection, tags: Iterable[str]) -> dict[str, str]:
    """Answer how the keywords among these tags are shown."""
    numbers = [int(tag.removeprefix(PREFIX)) for tag in tags if is_keyword(tag)]
    if not numbers:
        return {}
    said = select(keywords.c.id, keywords.c.said).where(keywords.c.id.in_(numbers))
    return {tag_of(row.id): row.said for row in await rows(connection, said)}


async def catch_up(connection: AsyncConnection, index: KeywordIndex) -> None:
    """Teach an index the keywords that came since it was taught last: one look where there are none."""
    while found := await list_after(connection, index.newest, CHUNK):
        for row in found:
            index.add(row.id, row.phrase)


async def list_after(connection: AsyncConnection, number: int, limit: int | None = None) -> Sequence[AnyRow]:
    """Answer the id and the phrase of the keywords that came after one."""
    if limit is None:
        return await rows(connection, AFTER, {"after": number})
    return await rows(connection, FEW_AFTER, {"after": number, "most": limit})


async def set_of(connection: AsyncConnection, article_id: int, numbers: Collection[int]) -> set[int]:
    """Say which keywords an article has, instead of what was said before; answers those that are no more."""
    old = (article_topics.c.article_id == article_id) & (article_topics.c.rank < 0)
    await connection.execute(delete(article_topics).where(old))
    if not numbers or await _mark(connection, article_id, numbers) == len(numbers):
        return set()
    kept = select(keywords.c.id).where(is_listed(connection.dialect.name, keywords.c.id))
    return set(numbers) - {row.id for row in await rows(connection, kept, listed(connection, numbers))}


async def _mark(connection: AsyncConnection, article_id: int, numbers: Collection[int]) -> int:
    """Write that an article has these keywords, as many as there still are; answers how many that were."""
    values = {"article": article_id} | listed(connection, numbers)
    return (await connection.execute(_write_marks(connection.dialect.name), values)).rowcount


@cache
def _write_marks(dialect: str) -> Insert:
    nothing: list[Any] = []
    marks = (
        select(TAG, articles.c.id, articles.c.appeared_at, literal(RANK), literal(nothing, JSON))
        .select_from(keywords)
        .join(articles, articles.c.id == bindparam("article"))
        .where(is_listed(dialect, keywords.c.id))
    )
    return insert(article_topics).from_select(["tag", "article_id", "appeared_at", "rank", "why"], marks)


async def _skim_archive(connection: AsyncConnection, number: int, phrase: str, since: datetime) -> list[int]:
    """Answer the newest articles since then that have a keyword, as far as that takes no reader's patience."""
    texts = select(articles.c.id, *versions.c["title", "lead", "body"]).join(versions, NEWEST)
    newest = texts.where(articles.c.appeared_at >= since).order_by(articles.c.appeared_at.desc()).limit(ARCHIVE)
    needle, alone = make_needle(phrase), KeywordIndex()
    alone.add(number, phrase)
    hits = ((row.id, [*_excerpts(needle, row)]) for row in await rows(connection, newest))
    likely = islice((hit for hit in hits if hit[1]), MOST_READ)
    return [article_id for article_id, found in likely if alone.find(found)]


def _excerpts(needle: Any, row: AnyRow) -> Iterable[str]:
    for text in (row.title, row.lead, row.body):
        yield from excerpts(needle, text)


async def purge(connection: AsyncConnection, after: int, limit: int) -> int:
    """Forget those of the next keywords after one that nobody follows or mutes, and where they were found.

    Answers which keyword was looked at last, 0 when there is none behind it.
    """
    await lock_desk(connection)
    found = await list_after(connection, after, limit)
    if not found:
        return 0
    await _drop_unwanted(connection, keywords.c.id.between(found[0].id, found[-1].id))
    return int(found[-1].id) if len(found) == limit else 0


async def forget(connection: AsyncConnection, tags: Iterable[str]) -> None:
    """Forget at once those keywords among these tags that nobody follows or mutes any more; the desk is locked."""
    numbers = [int(tag.removeprefix(PREFIX)) for tag in tags if is_keyword(tag)]
    if numbers:
        await lock_desk(connection)
        await _drop_unwanted(connection, keywords.c.id.in_(numbers))


async def _drop_unwanted(connection: AsyncConnection, these: ColumnElement[bool]) -> None:
    """Drop those of these keywords that nobody follows or mutes, and where they were found."""
    here = and_(these, ~exists().where(follows.c.tag == TAG))
    for tag in [row.tag for row in await rows(connection, select(TAG.label("tag")).where(here))]:
        await connection.execute(delete(article_topics).where(article_topics.c.tag == tag))
    await connection.execute(delete(keywords).where(here))
