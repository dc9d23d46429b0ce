"""What a poll brought, written at once: items, topics, keywords, pushes and the source's validators.

A crash between them would lose an article for ever behind a 304, or leave one that is never pushed. All new and
changed items of one poll pass under the desk's lock, so that two workers cannot miss each other's twin.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from db.store import articles, keywords, pushes, vectors
from db.store.articles import Place
from db.store.queue import want_version
from db.store.sources import Source
from newsroom.articles import Identity, KnownArticle, ParsedArticle, decide_identity, is_news, is_told_otherwise
from newsroom.keywords import KeywordIndex, texts_of
from newsroom.pushes import Lane
from newsroom.topics import Topicality


@dataclass(frozen=True, slots=True)
class Found:
    """What was new in a poll."""

    new: int = 0
    changed: int = 0
    pushed: int = 0
    gone: frozenset[int] = frozenset()  # keywords that were found and are no more

    def __add__(self, other: "Found") -> "Found":
        numbers = (self.new + other.new, self.changed + other.changed, self.pushed + other.pushed)
        return Found(*numbers, self.gone | other.gone)


@dataclass(frozen=True, slots=True)
class Read:
    """An item with what it is about, and the keywords that it has among those up to the newest that was known."""

    item: ParsedArticle
    topicality: Topicality
    keywords: frozenset[int] = frozenset()
    newest_keyword: int = 0
    vector: bytes = b""  # what it says by its meaning, where that is asked


async def choose_unknown(
    connection: AsyncConnection, source: Source, items: Sequence[ParsedArticle]
) -> list[ParsedArticle]:
    """Answer the items that are new or changed, so that nothing is classified for one that is known."""
    known = await articles.find_known(connection, source.id, items)
    return [item for item in items if decide_identity(item, source.id, known)[0] is not Identity.SAME]


async def store(connection: AsyncConnection, source: Source, reads: Sequence[Read], now: datetime) -> Found:
    """Store items, oldest first so that their numbers follow their age, and open pushes for what is news."""
    found = Found()
    if not reads:
        return found
    await articles.lock_desk(connection)
    known = await articles.find_known(connection, source.id, [read.item for read in reads])
    for read in await _find_late_keywords(connection, reads):
        identity, article = decide_identity(read.item, source.id, known)
        if identity is Identity.SAME:
            continue
        if identity is Identity.CHANGED and article:
            stored = known[known.index(article)] = await _change(connection, article, read, now)
            found += Found(changed=1)
        else:
            story_id = article.story_id if article else await _find_story(connection, read, now)
            stored, pushed = await _add(connection, source, read, story_id, now)
            known.append(stored)
            found += Found(new=1, pushed=int(pushed))
        found += Found(gone=frozenset(await keywords.set_of(connection, stored.id, read.keywords)))
    return found


async def _find_late_keywords(connection: AsyncConnection, reads: Sequence[Read]) -> Sequence[Read]:
    """Look also for what has been followed since the items were read; with the desk locked, nobody follows more."""
    late, matched = KeywordIndex(), min(read.newest_keyword for read in reads)
    for row in await keywords.list_after(connection, matched):
        late.add(row.id, row.phrase)
    if not len(late):
        return reads
    return [replace(read, keywords=read.keywords | late.find(texts_of(read.item))) for read in reads]


async def _change(connection: AsyncConnection, article: KnownArticle, read: Read, now: datetime) -> KnownArticle:
    """Store other words of an article, and let those who have it see them where a message shows the difference."""
    changed = await articles.add_version(connection, article, read.item, now)
    await articles.set_topics(connection, article.id, read.topicality)
    if is_told_otherwise(article, read.item):
        await want_version(connection, article.id, changed.version, now)
    return changed


async def _find_story(connection: AsyncConnection, read: Read, now: datetime) -> int | None:
    """Answer the story of an item's twin in another language, if it has one."""
    at = read.item.published_at or now
    return await vectors.find_story(connection, read.item.language, read.vector, at) if read.vector else None


async def _add(
    connection: AsyncConnection, source: Source, read: Read, story_id: int | None, now: datetime
) -> tuple[KnownArticle, bool]:
    """Store a new article, and tell whether its push was opened: its twin's story has one already."""
    news = is_news(read.item.published_at, source.first_contact_at, now)
    place = Place(source.id, not news, story_id)
    added = await articles.add(connection, read.item, place, now)
    await articles.set_topics(connection, added.id, read.topicality)
    if read.vector:
        await vectors.put(connection, added.id, read.vector, read.item.published_at or now)
    pushed = news and story_id is None
    if pushed:
        await pushes.open_for(connection, added.story_id, Lane.NEWS, now)
    return added, pushed
