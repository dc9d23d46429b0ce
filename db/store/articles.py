"""Articles, their versions and what they are about. Numbers are given under the desk's lock, without gaps."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import and_, bindparam, delete, func, insert, literal_column, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.sql import Select

from db.store import AnyRow, each, filings, rows, search, write_new
from db.tables import article_topics, articles, desk, sources, versions
from newsroom.articles import Article, Byline, KnownArticle, ParsedArticle
from newsroom.changes import Wording, is_material
from newsroom.filing import UNFILED, Filing, file
from newsroom.retagging import Stored
from newsroom.taxonomy import shipped_taxonomy
from newsroom.topics import Reason, Topicality

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
    articles.c.gate,
]
NEWEST = and_(versions.c.article_id == articles.c.id, versions.c.version == articles.c.version)
TOLD = ("title", "lead", "body", "author", "image", "categories", "modified_at")  # by its source, in each version
PUBLIC = articles.c.gate.is_(None)  # what readers may see
STORED = select(*articles.c["id", "version", "language"], *versions.c["title", "lead", "body", "categories"])
ALIKE = (
    select(*KNOWN)
    .join(versions, NEWEST)
    .where(
        or_(
            and_(articles.c.source_id == bindparam("source"), articles.c.guid.in_(bindparam("guids", expanding=True))),
            articles.c.canonical_url.in_(bindparam("addresses", expanding=True)),
            articles.c.content_hash.in_(bindparam("hashes", expanding=True)),
        )
    )
    .order_by(articles.c.id)
)
NEW, NEW_VERSION, NEW_TOPICS = insert(articles), insert(versions), insert(article_topics)  # built once, like all here
LOCKED = select(desk.c.id).with_for_update()
NUMBERED = update(desk).values(articles=desk.c.articles + 1).returning(desk.c.articles)
TOPICAL = article_topics.c.rank >= literal_column("0")  # no keyword; said literally, or the partial index is not used


async def open_desk(connection: AsyncConnection) -> None:
    """Write the desk's row if it is not there."""
    await write_new(connection, desk, id=1, articles=0)


async def lock_desk(connection: AsyncConnection) -> None:
    """Let nobody else number an article, join a twin or open a push until the transaction ends."""
    await connection.execute(LOCKED)


async def find_known(connection: AsyncConnection, source_id: int, items: Sequence[ParsedArticle]) -> list[KnownArticle]:
    """Answer the stored articles that share a guid, an address or their content with any of these items."""
    told = {
        "source": source_id,
        "guids": [item.guid for item in items],
        "addresses": [item.canonical_url for item in items if item.canonical_url],
        "hashes": [item.content_hash for item in items],
    }
    return [KnownArticle(*row) for row in await rows(connection, ALIKE, told)]


@dataclass(frozen=True, slots=True)
class Place:
    """Where a new article belongs: its source, the story of its twin if it has one, the archive or the news."""

    source_id: int
    archived: bool
    story_id: int | None = None
    gate: str | None = None


async def add(connection: AsyncConnection, item: ParsedArticle, place: Place, now: datetime) -> KnownArticle:
    """Store a new article with the next number, as a story of its own or in the story of its twin."""
    number = int((await connection.execute(NUMBERED)).scalar_one())
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
        gate=place.gate,
    )
    identity = {name: getattr(known, name) for name in KnownArticle.__slots__ if name not in {"title", "lead"}}
    others = {"url": item.url, "language": item.language, "published_at": item.published_at, "archived": place.archived}
    times = {"seen_at": now, "appeared_at": item.published_at or now}
    await connection.execute(NEW, identity | others | times)
    await _write_version(connection, number, 1, item, now)
    await search.put(connection, number, (item.title, item.lead, item.body))
    return known


async def add_version(
    connection: AsyncConnection, known: KnownArticle, item: ParsedArticle, now: datetime, *, is_gated: bool = False
) -> tuple[KnownArticle, bool]:
    """Store other words of a known article as its newest version; answer what is known of it then.

    Also whether it says something else now, which is noted as a correction. Behind a gate that is not for readers yet:
    its version then waits beyond theirs (`gate.py`), and only its address is followed.
    """
    version, before = await _newest_of(connection, known.id) + 1, await words_of(connection, known.id)
    after = Wording(item.title, item.lead, item.body)
    is_corrected = is_material(before, after)
    waits = is_gated and is_corrected
    await _write_version(connection, known.id, version, item, now, gate="held" if waits else None)
    names = ("content_hash", "canonical_url")
    changed = replace(known, **{name: getattr(item, name) for name in names})
    newest = {name: getattr(item, name) for name in (*names, "url", "language")}
    if not waits:
        await search.put(connection, known.id, after, before)
        changed = replace(changed, version=version, title=item.title, lead=item.lead)
        newest |= {"version": version} | ({"corrected_at": now} if is_corrected else {})
    await connection.execute(update(articles).where(articles.c.id == known.id).values(newest))
    return changed, is_corrected


async def find_by_address(connection: AsyncConnection, canonical_url: str) -> int | None:
    """Answer the first article of an address; None where none is known by it."""
    first = select(func.min(articles.c.id)).where(articles.c.canonical_url == canonical_url)
    number = (await connection.execute(first)).scalar_one()
    return None if number is None else int(number)


async def find_as_told(connection: AsyncConnection, source_id: int, guids: Sequence[str]) -> dict[int, ParsedArticle]:
    """Answer articles of a source, by number, whose newest version is no more and no other than the source told."""
    told = [getattr(versions.c, name) for name in TOLD]
    found = select(*articles.c["id", "content_hash", "guid", "url", "language", "published_at"], *told)
    found = found.join(versions, NEWEST).where(articles.c.source_id == source_id, articles.c.guid.in_(guids))
    items = {}
    for number, content_hash, *row in await rows(connection, found.order_by(articles.c.id)):
        words = dict(zip(("guid", "url", "language", "published_at", *TOLD), row, strict=True))
        item = ParsedArticle(**words | {"categories": tuple(words["categories"] or ())})
        if item.content_hash == content_hash:
            items[number] = item
    return items


async def find_bodies(connection: AsyncConnection, source_id: int, guids: Sequence[str]) -> dict[str, str]:
    """Answer the texts of articles of a source, by guid."""
    found = select(articles.c.guid, versions.c.body).join(versions, NEWEST)
    found = found.where(articles.c.source_id == source_id, articles.c.guid.in_(guids))
    return {row.guid: row.body for row in await rows(connection, found)}


async def fill(connection: AsyncConnection, number: int, whole: ParsedArticle, now: datetime) -> bool:
    """Give an article the whole of its text; False where it is no longer as it was told, or is there no more."""
    key = select(articles.c.source_id).where(articles.c.id == number, articles.c.content_hash == whole.content_hash)
    source_id = (await connection.execute(key)).scalar_one_or_none()
    if source_id is None or number not in await find_as_told(connection, source_id, [whole.guid]):
        return False
    return await _rewrite(connection, number, now, {"body": whole.body}, {}) is not None


async def rewrite(connection: AsyncConnection, number: int, now: datetime, **texts: str) -> KnownArticle | None:
    """Store other words of an article that are not its source's, who may still change it; None without the article.

    `texts` are columns of `versions`; what is not named stays as it is. A version that waits goes on waiting beyond.
    """
    return await _rewrite(connection, number, now, texts, {"corrected_at": now} if texts else {})


async def _rewrite(
    connection: AsyncConnection, number: int, now: datetime, texts: dict[str, str], said_of_it: dict[str, Any]
) -> KnownArticle | None:
    found = select(*KNOWN, versions).join(versions, NEWEST).where(articles.c.id == number)
    row = (await connection.execute(found)).one_or_none()
    if row is None:
        return None
    kept = {name: getattr(row, name) for name in TOLD}
    known = KnownArticle(*row[: len(KNOWN)])
    version = await _make_room(connection, known)
    newest = {"article_id": number, "version": version, "seen_at": now}
    await connection.execute(insert(versions).values(**newest, **kept | texts))
    newer = {"version": version} | said_of_it
    await connection.execute(update(articles).where(articles.c.id == number).values(newer))
    new = kept | texts
    await search.put(connection, number, (new["title"], new["lead"], new["body"]), (row.title, row.lead, row.body))
    return replace(known, version=version)


async def _make_room(connection: AsyncConnection, known: KnownArticle) -> int:
    """Answer the number of the next version that readers see; the one that waits gets the number after it."""
    newest = await _newest_of(connection, known.id)
    if newest == known.version:
        return newest + 1
    waiting = (versions.c.article_id == known.id) & (versions.c.version == newest)
    await connection.execute(update(versions).where(waiting).values(version=newest + 1))
    return newest


async def _newest_of(connection: AsyncConnection, number: int) -> int:
    """Answer the number of the newest version, which may wait."""
    newest = select(func.max(versions.c.version)).where(versions.c.article_id == number)
    return int((await connection.execute(newest)).scalar_one())


async def words_of(connection: AsyncConnection, number: int) -> Wording:
    """Answer the words that readers see of an article, or would see."""
    words = select(*versions.c["title", "lead", "body"]).join(articles, NEWEST).where(articles.c.id == number)
    return Wording(*(await connection.execute(words)).one())


async def retract(connection: AsyncConnection, number: int, reason: str) -> None:
    """Say that an article is taken back, and why; its words are kept."""
    await connection.execute(update(articles).where(articles.c.id == number).values(retracted=reason))


async def _write_version(  # noqa: PLR0913  (what a version is)
    connection: AsyncConnection,
    article_id: int,
    version: int,
    item: ParsedArticle,
    now: datetime,
    *,
    gate: str | None = None,
) -> None:
    told = {name: getattr(item, name) for name in TOLD}
    row = {"article_id": article_id, "version": version, "seen_at": now, "gate": gate, **told}
    await connection.execute(NEW_VERSION, row)


async def set_topics(connection: AsyncConnection, article_id: int, topicality: Topicality) -> None:
    """Say what an article is about, instead of what was said before, as far as its editors have not said otherwise.

    Its keywords stay (`keywords.set_of`).
    """
    topicality = file(topicality, await filings.find_one(connection, article_id), shipped_taxonomy())
    await connection.execute(delete(article_topics).where(article_topics.c.article_id == article_id, TOPICAL))
    appeared = select(articles.c.appeared_at).where(articles.c.id == article_id)
    await add_topics(connection, article_id, (await connection.execute(appeared)).scalar_one(), topicality)


async def add_topics(connection: AsyncConnection, article_id: int, at: datetime, topicality: Topicality) -> None:
    """Say what an article that appeared then is about, of which nothing was said before."""
    shared = {"article_id": article_id, "appeared_at": at}
    why = enumerate(topicality.reasons_by_tag())
    told = ({**shared, "tag": tag, "rank": rank, "why": reasons} for rank, (tag, reasons) in why)
    await each(connection, NEW_TOPICS, told)


async def find(connection: AsyncConnection, number: int) -> Article | None:
    """Answer an article's newest version by its number, with the other sources of its story."""
    article = next(iter(await _read(connection, select_articles().where(articles.c.id == number))), None)
    return replace(article, others=await _list_others(connection, article)) if article else None


async def _list_others(connection: AsyncConnection, article: Article) -> tuple[Byline, ...]:
    twins = select_twins().where(articles.c.story_id == article.story_id)
    return article.list_others([Byline(*row) for row in await rows(connection, twins.order_by(articles.c.id))])


def select_twins() -> Select[*tuple[Any, ...]]:
    """Answer the query for the sources of what stories are told by, theirs among them."""
    told = select(*sources.c["title", "label"]).join(articles, articles.c.source_id == sources.c.id)
    return told.where(PUBLIC, articles.c.retracted.is_(None))


async def list_stored(connection: AsyncConnection, limit: int) -> list[Stored]:
    """Answer the newest articles, the newest first, as far as their topics rest on them."""
    return await _read_stored(connection, STORED.order_by(articles.c.id.desc()).limit(limit))


async def find_stored(connection: AsyncConnection, number: int) -> Stored | None:
    """Answer an article as far as its topics rest on it."""
    return next(iter(await _read_stored(connection, STORED.where(articles.c.id == number))), None)


async def _read_stored(connection: AsyncConnection, statement: Select[*tuple[Any, ...]]) -> list[Stored]:
    found = await rows(connection, statement.join(versions, NEWEST))
    filed = await filings.find(connection, [row.id for row in found])
    return [_make_stored(row, filed.get(row.id, UNFILED)) for row in found]


def _make_stored(row: AnyRow, filing: Filing) -> Stored:
    categories = tuple(row.categories or ())
    return Stored(row.id, row.version, row.language, row.title, row.lead, row.body, categories, filing)


async def retag(connection: AsyncConnection, article: Stored, topicality: Topicality) -> bool:
    """Say anew what an article is about, unless it has a newer version, of which that was said already."""
    found = select(articles.c.version).where(articles.c.id == article.number)
    if (await connection.execute(found)).scalar_one_or_none() != article.version:
        return False
    await set_topics(connection, article.number, topicality)
    return True


async def list_latest(connection: AsyncConnection, tag: str, limit: int, offset: int = 0) -> list[Article]:
    """Answer the newest articles about a topic, one of each story."""
    about = and_(article_topics.c.article_id == articles.c.id, article_topics.c.tag == tag)
    newest = select_articles().join(article_topics, about).where(articles.c.id == articles.c.story_id, PUBLIC)
    order = (article_topics.c.appeared_at.desc(), article_topics.c.article_id.desc())
    return await _read(connection, newest.order_by(*order).limit(limit).offset(offset))


async def list_numbered(connection: AsyncConnection, numbers: Sequence[int]) -> list[Article]:
    """Answer the articles of these numbers, in their order; one that is not there is left out."""
    found = {
        article.id: article for article in await _read(connection, select_articles().where(articles.c.id.in_(numbers)))
    }
    return [found[number] for number in numbers if number in found]


async def list_topics(connection: AsyncConnection, article_id: int) -> list[str]:
    """Answer the topics of an article, the most telling first; what keywords it has is nobody's to see."""
    found = select(article_topics.c.tag).where(article_topics.c.article_id == article_id, TOPICAL)
    return [row.tag for row in await rows(connection, found.order_by(article_topics.c.rank))]


async def list_reasons(connection: AsyncConnection, article_id: int) -> dict[str, list[Reason]]:
    """Answer why an article has each of its topics, the most telling topic first."""
    found = select(article_topics.c.tag, article_topics.c.why).where(article_topics.c.article_id == article_id, TOPICAL)
    told = await rows(connection, found.order_by(article_topics.c.rank))
    return {row.tag: [Reason(*reason) for reason in row.why] for row in told}


async def count_topics(connection: AsyncConnection, since: datetime) -> dict[str, int]:
    """Answer how many articles since then each topic has."""
    # As an expression, or SQLite would go by an index of the tags, through all articles and their keywords too.
    tag = article_topics.c.tag.concat(literal_column("''")).label("tag")
    counted = select(tag, func.count().label("articles")).where(article_topics.c.appeared_at >= since, TOPICAL)
    return {row.tag: row.articles for row in await rows(connection, counted.group_by(tag))}


async def count_topics_of(connection: AsyncConnection, numbers: Sequence[int]) -> dict[str, int]:
    """Answer how many of these articles each topic has, the commonest first."""
    count = func.count().label("articles")
    counted = select(article_topics.c.tag, count).where(article_topics.c.article_id.in_(numbers))
    by_tag = counted.group_by(article_topics.c.tag).order_by(count.desc(), article_topics.c.tag)
    return {row.tag: row.articles for row in await rows(connection, by_tag)}


def select_articles() -> Select[*tuple[Any, ...]]:
    """Answer the query for articles in their newest version, in the order of the fields of Article."""
    columns = [
        *articles.c["id", "story_id"],
        sources.c.title,
        *articles.c["url", "language", "version"],
        *versions.c["title", "lead", "body", "author", "image"],
        *articles.c["published_at", "seen_at", "retracted", "corrected_at", "gate"],
        *sources.c["label", "full_text"],
    ]
    return select(*columns).join(versions, NEWEST).join(sources, sources.c.id == articles.c.source_id)


async def _read(connection: AsyncConnection, statement: Select[*tuple[Any, ...]]) -> list[Article]:
    return [Article(*row) for row in await rows(connection, statement)]
