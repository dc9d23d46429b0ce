"""What a poll brought, written at once: items, topics, keywords, pushes and the source's validators.

A crash between them would lose an article for ever behind a 304, or leave one that is never pushed. All new and
changed items of one poll pass under the desk's lock, so that two workers cannot miss each other's twin.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from db.store import articles, gate, joining, keywords, pushes, sketches, vectors
from db.store.articles import Place
from db.store.joining import Told
from db.store.queue import want_version
from db.store.sources import Source
from newsroom.articles import Identity, KnownArticle, ParsedArticle, decide_identity, is_news
from newsroom.filing import Filing, file
from newsroom.keywords import KeywordIndex, texts_of
from newsroom.pushes import Lane
from newsroom.sketches import Sketch
from newsroom.sources import quiet_end
from newsroom.taxonomy import shipped_taxonomy
from newsroom.topics import Topicality


@dataclass(frozen=True, slots=True)
class Found:
    """What was new in a poll."""

    new: int = 0
    changed: int = 0
    pushed: int = 0
    held: tuple[int, ...] = ()  # articles that wait for an editor's yes, by number
    gone: frozenset[int] = frozenset()  # keywords that were found and are no more

    def __add__(self, other: "Found") -> "Found":
        numbers = (self.new + other.new, self.changed + other.changed, self.pushed + other.pushed)
        return Found(*numbers, self.held + other.held, self.gone | other.gone)


@dataclass(frozen=True, slots=True)
class Read:
    """An item with what it is about, and the keywords that it has among those up to the newest that was known."""

    item: ParsedArticle
    topicality: Topicality
    keywords: frozenset[int] = frozenset()
    newest_keyword: int = 0
    vector: bytes = b""  # what it says by its meaning, where that is asked
    sketch: Sketch | None = None  # what it says by its facts; without it, it is compared with nothing


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
            stored, asked = await _change(connection, source, article, read, now)
            known[known.index(article)] = stored
            found += Found(changed=1, held=(stored.id,) if asked else ())
        else:
            story_id = article.story_id if article else await _find_story(connection, source, read, now)
            stored, pushed = await _add(connection, source, read, story_id, now)
            known.append(stored)
            asked = stored.gate is not None and source.first_contact_at is not None
            found += Found(new=1, pushed=int(pushed), held=(stored.id,) if asked else ())
        if read.keywords or identity is Identity.CHANGED:  # what is new has none that may be left of before
            found += Found(gone=frozenset(await keywords.set_of(connection, stored.id, read.keywords)))
    return found


async def store_held(connection: AsyncConnection, source: Any, read: Read, now: datetime) -> tuple[int, bool]:
    """Store an article that an editor brought, as news of a source that waits for a yes.

    Answers its number and whether it is new; one that is known, by whichever source, stays as it is.
    """
    await articles.lock_desk(connection)
    item = read.item.filled(language=source.language) if source.language else read.item
    (read,) = await _find_late_keywords(connection, [replace(read, item=item)])
    known = await articles.find_known(connection, source.id, [read.item])
    identity, article = decide_identity(read.item, source.id, known)
    if article and identity is not Identity.TWIN:
        return article.id, False
    number = await _write(connection, source, read, Place(source.id, archived=False, gate=gate.HELD), now)
    await keywords.set_of(connection, number.id, read.keywords)
    return number.id, True


async def _find_late_keywords(connection: AsyncConnection, reads: Sequence[Read]) -> Sequence[Read]:
    """Look also for what has been followed since the items were read; with the desk locked, nobody follows more."""
    late, matched = KeywordIndex(), min(read.newest_keyword for read in reads)
    for row in await keywords.list_after(connection, matched):
        late.add(row.id, row.phrase)
    if not len(late):
        return reads
    return [replace(read, keywords=read.keywords | late.find(texts_of(read.item))) for read in reads]


async def _change(
    connection: AsyncConnection, source: Source, article: KnownArticle, read: Read, now: datetime
) -> tuple[KnownArticle, bool]:
    """Store other words of an article, and tell whether an editor is to be asked about them.

    Who has it sees them where they say something else, or its link is another; behind a gate, after a yes.
    """
    is_gated = article.gate is None and source.gate == gate.HELD
    changed, is_corrected = await articles.add_version(connection, article, read.item, now, is_gated=is_gated)
    await articles.set_topics(connection, article.id, read.topicality)
    if changed.version > article.version and (is_corrected or changed.canonical_url != article.canonical_url):
        await want_version(connection, article.id, changed.version, now)
    return changed, is_corrected and (is_gated or changed.gate == gate.HELD)


async def _find_story(connection: AsyncConnection, source: Source, read: Read, now: datetime) -> int | None:
    """Answer the story that an item tells too; what is archive tells none."""
    if not is_news(read.item.published_at, source.first_contact_at, now):
        return None
    at = read.item.published_at or now
    return await joining.find_story(connection, Told(source.id, read.item.language, at, read.sketch, read.vector))


async def _add(
    connection: AsyncConnection, source: Source, read: Read, story_id: int | None, now: datetime
) -> tuple[KnownArticle, bool]:
    """Store a new article, and tell whether its push was opened: its twin's story has one already.

    What comes through a gate waits there, archive too: readers would find it, and see its source named by its twin.
    """
    news, waits = is_news(read.item.published_at, source.first_contact_at, now), source.gate == gate.HELD
    added = await _write(
        connection, source, read, Place(source.id, not news, story_id, gate.HELD if waits else None), now
    )
    pushed = news and story_id is None and not waits
    if story_id is not None and not waits:
        await joining.name_source(connection, added.id, now)
    if pushed:
        await pushes.open_for(connection, added.story_id, Lane.NEWS, quiet_end(now, source.quiet))
    return added, pushed


async def _write(connection: AsyncConnection, source: Any, read: Read, place: Place, now: datetime) -> KnownArticle:
    """Write a new article with what it is about, and what it is compared by."""
    added, at = await articles.add(connection, read.item, place, now), read.item.published_at or now
    filed = file(read.topicality, Filing(usual=tuple(source.topics or ())), shipped_taxonomy())
    await articles.add_topics(connection, added.id, at, filed)
    if read.sketch and not place.archived:
        await sketches.put(connection, added.id, read.sketch, at)
    if read.vector:
        await vectors.put(connection, added.id, read.vector, at)
    return added
