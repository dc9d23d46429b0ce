"""Articles, their versions and what they are about. Numbers are given under the desk's lock, without gaps."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import and_, delete, func, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.sql import Select

from db.store import each, rows, write_new
from db.tables import article_topics, articles, desk, sources, versions
from newsroom.articles import Article, KnownArticle, ParsedArticle
from newsroom.topics import Topicality

KNOWN = [
    articles.c.id,
    articles.c.source_id,
    articles.c.guid,
    articles.c.canonical_url,
    articles.c.content_hash,
    versions.c.title,
    versions.c.lead,
    articles.c.story_id,
    articles.c.version,
]
NEWEST = and_(versions.c.article_id == articles.c.id, versions.c.version == articles.c.version)


async def open_desk(connection: AsyncConnection) -> None:
    """Write the desk's row if it is not there."""
    await write_new(connection, desk, id=1, articles=0)


async def lock_desk(connection: AsyncConnection) -> None:
    """Let nobody else number an article, join a twin or open a push until the transaction ends."""
    await connection.execute(select(desk.c.id).with_for_update())


async def find_known(connection: AsyncConnection, source_id: int, items: Sequence[ParsedArticle]) -> list[KnownArticle]:
    """Answer the stored articles that share a guid, an address or their content with any of these items."""
    addresses = [item.canonical_url for item in items if item.canonical_url]
    same = or_(
        and_(articles.c.source_id == source_id, articles.c.guid.in_([item.guid for item in items])),
        articles.c.canonical_url.in_(addresses),
        articles.c.content_hash.in_([item.content_hash for item in items]),
    )
    found = select(*KNOWN).join(versions, NEWEST).where(same).order_by(articles.c.id)
    return [KnownArticle(*row) for row in await rows(connection, found)]


@dataclass(frozen=True, slots=True)
class Place:
    """Where a new article belongs: its source, the story of its twin if it has one, the archive or the news."""

    source_id: int
    archived: bool
    story_id: int | None = None


async def add(connection: AsyncConnection, item: ParsedArticle, place: Place, now: datetime) -> KnownArticle:
    """Store a new article with the next number, as a story of its own or in the story of its twin."""
    numbered = update(desk).values(articles=desk.c.articles + 1).returning(desk.c.articles)
    number = int((await connection.execute(numbered)).scalar_one())
    known = KnownArticle(
        id=number,
        source_id=place.source_id,
        guid=item.guid,
        canonical_url=item.canonical_url,
        content_hash=item.content_hash,
        title=item.title,
        lead=item.lead,
        story_id=place.story_id or number,
        version=1,
    )
    identity = {name: getattr(known, name) for name in KnownArticle.__slots__ if name not in {"title", "lead"}}
    others = {"url": item.url, "language": item.language, "published_at": item.published_at, "archived": place.archived}
    times = {"seen_at": now, "appeared_at": item.published_at or now}
    await connection.execute(insert(articles).values(**identity, **others, **times))
    await _write_version(connection, number, 1, item, now)
    return known


async def add_version(
    connection: AsyncConnection, known: KnownArticle, item: ParsedArticle, now: datetime
) -> KnownArticle:
    """Store other words of a known article as its newest version, and answer what is known of it then."""
    version = known.version + 1
    await _write_version(connection, known.id, version, item, now)
    newest = {"version": version, "content_hash": item.content_hash, "url": item.url, "language": item.language}
    await connection.execute(update(articles).where(articles.c.id == known.id).values(newest))
    return replace(
        known,
        version=version,
        content_hash=item.content_hash,
        title=item.title,
        lead=item.lead,
        canonical_url=item.canonical_url,
    )


async def rewrite(connection: AsyncConnection, number: int, now: datetime, **texts: str) -> KnownArticle | None:
    """Store other words of an article that are not its source's, who may still change it; None without the article.

    `texts` are columns of `versions`; what is not named stays as it is.
    """
    found = select(*KNOWN, versions).join(versions, NEWEST).where(articles.c.id == number)
    row = (await connection.execute(found)).one_or_none()
    if row is None:
        return None
    kept = {name: getattr(row, name) for name in ("title", "lead", "body", "author", "image")}
    known = KnownArticle(*row[: len(KNOWN)])
    newest = {"article_id": number, "version": known.version + 1, "seen_at": now}
    await connection.execute(insert(versions).values(**newest, **kept | texts))
    await connection.execute(update(articles).where(articles.c.id == number).values(version=known.version + 1))
    return replace(known, version=known.version + 1)


async def retract(connection: AsyncConnection, number: int, reason: str) -> None:
    """Say that an article is taken back, and why; its words are kept."""
    await connection.execute(update(articles).where(articles.c.id == number).values(retracted=reason))


async def _write_version(
    connection: AsyncConnection, article_id: int, version: int, item: ParsedArticle, now: datetime
) -> None:
    texts = {name: getattr(item, name) for name in ("title", "lead", "body", "author", "image")}
    row = {"article_id": article_id, "version": version, "seen_at": now, **texts}
    await connection.execute(insert(versions).values(row))


async def set_topics(connection: AsyncConnection, article_id: int, topicality: Topicality) -> None:
    """Say what an article is about, instead of what was said before."""
    await connection.execute(delete(article_topics).where(article_topics.c.article_id == article_id))
    appeared = select(articles.c.appeared_at).where(articles.c.id == article_id)
    shared = {"article_id": article_id, "appeared_at": (await connection.execute(appeared)).scalar_one()}
    why = enumerate(topicality.reasons_by_tag())
    told = ({**shared, "tag": tag, "rank": rank, "why": reasons} for rank, (tag, reasons) in why)
    await each(connection, insert(article_topics), told)


async def find(connection: AsyncConnection, number: int) -> Article | None:
    """Answer an article's newest version by its number."""
    return next(iter(await _read(connection, _select().where(articles.c.id == number))), None)


async def list_latest(connection: AsyncConnection, tag: str, limit: int, offset: int = 0) -> list[Article]:
    """Answer the newest articles about a topic, one of each story."""
    about = and_(article_topics.c.article_id == articles.c.id, article_topics.c.tag == tag)
    newest = _select().join(article_topics, about).where(articles.c.id == articles.c.story_id)
    order = (article_topics.c.appeared_at.desc(), article_topics.c.article_id.desc())
    return await _read(connection, newest.order_by(*order).limit(limit).offset(offset))


async def list_topics(connection: AsyncConnection, article_id: int) -> list[str]:
    """Answer the tags of an article, the most telling first."""
    found = select(article_topics.c.tag).where(article_topics.c.article_id == article_id)
    return [row.tag for row in await rows(connection, found.order_by(article_topics.c.rank))]


async def count_topics(connection: AsyncConnection, since: datetime) -> dict[str, int]:
    """Answer how many articles since then each topic has."""
    counted = select(article_topics.c.tag, func.count().label("articles")).where(article_topics.c.appeared_at >= since)
    return {row.tag: row.articles for row in await rows(connection, counted.group_by(article_topics.c.tag))}


def _select() -> Select[*tuple[Any, ...]]:
    columns = [
        *articles.c["id", "story_id"],
        sources.c.title,
        *articles.c["url", "language", "version"],
        *versions.c["title", "lead", "body", "author", "image"],
        *articles.c["published_at", "seen_at", "retracted"],
    ]  # in the order of the fields of Article
    return select(*columns).join(versions, NEWEST).join(sources, sources.c.id == articles.c.source_id)


async def _read(connection: AsyncConnection, statement: Select[*tuple[Any, ...]]) -> list[Article]:
    return [Article(*row) for row in await rows(connection, statement)]
