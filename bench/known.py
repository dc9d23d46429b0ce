"""Sources as they stand after their first poll, written at once: the collector would take an hour for so many.

Nothing is left out but what no poll asks for: their articles have no topics and are not in the index of the archive.
"""

import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import insert, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bench.sites import Press, tag_of
from db.engine import Database
from db.migrate import migrate
from db.store import articles, search
from db.tables import articles as articles_table
from db.tables import desk, sources, versions
from newsroom.articles import ParsedArticle
from newsroom.items import ParsedFeed
from newsroom.reading import read_feed

AT_ONCE = 20  # sources in a transaction


@dataclass(frozen=True, slots=True)
class Scene:
    """Where it is measured: a database with so many sources, whose sites answer on a port; `began` as for a `Press`."""

    url: str
    port: int
    began: float
    count: int


async def write_known(scene: Scene) -> None:
    """Make the database and write all sources with what they hold."""
    began, press, database = time.perf_counter(), Press(scene.port, scene.began), Database(scene.url)
    await migrate(database.url)
    async with database.write() as connection:
        await articles.open_desk(connection)
        await search.index_more(connection, 1)  # begun now, it takes what comes from now on
    for start in range(1, scene.count + 1, AT_ONCE):
        async with database.write() as connection:
            for number in range(start, min(start + AT_ONCE, scene.count + 1)):
                await _write_source(connection, number, press)
    await database.close()
    print(f"{scene.count:,} sources are known after {time.perf_counter() - began:.0f} s", flush=True)


async def _write_source(connection: AsyncConnection, number: int, press: Press) -> None:
    now, url = datetime.fromtimestamp(press.began, UTC), press.address_of(number)
    feed = read_feed(press.write_feed(number), url, now=now)
    await connection.execute(insert(sources).values(_make_source(number, url, feed, now)))
    counted = update(desk).values(articles=desk.c.articles + len(feed.items)).returning(desk.c.articles)
    last = int((await connection.execute(counted)).scalar_one())
    numbered = list(enumerate(reversed(feed.items), last - len(feed.items) + 1))
    await connection.execute(insert(articles_table), [_make_article(*one, number, now) for one in numbered])
    await connection.execute(insert(versions), [_make_version(*one, now) for one in numbered])


def _make_source(number: int, url: str, feed: ParsedFeed, now: datetime) -> dict[str, Any]:
    moments = dict.fromkeys(("first_contact_at", "polled_at", "changed_at", "added_at"), now)
    told = {"id": number, "url": url, "title": feed.title, "etag": tag_of(number, 0), "seen": feed.seen}
    return told | moments | {"due_at": now + timedelta(days=1)}


def _make_article(number: int, item: ParsedArticle, source_id: int, now: datetime) -> dict[str, Any]:
    names = ("guid", "url", "canonical_url", "content_hash", "language", "published_at")
    known = {"id": number, "story_id": number, "source_id": source_id, "archived": True}
    times = {"seen_at": now, "appeared_at": item.published_at or now}
    return known | times | {name: getattr(item, name) for name in names}


def _make_version(number: int, item: ParsedArticle, now: datetime) -> dict[str, Any]:
    told = {name: getattr(item, name) for name in articles.TOLD}
    return told | {"article_id": number, "version": 1, "seen_at": now}
