"""Sources as they stand after their first poll, written by the store: the collector would take an hour for so many.

Nothing is left out but what no poll asks for: their articles have no topics and are not in the index of the archive,
and what stands for their words is made up. That they are known as the collector would know them shows in its first
poll: whatever it took for new or changed would be more than was published, and the bench would end.
"""

import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import insert, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bench.sites import Press, address_of, tag_of
from db.engine import Database
from db.migrate import migrate
from db.store import articles, search
from db.tables import articles as articles_table
from db.tables import desk, sources, versions
from newsroom.seen import guid_digest, make_mark, write_marks
from newsroom.sifting import sift
from sandbox.site import SampleArticle

AT_ONCE = 50  # sources in a transaction


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
            await _write_sources(connection, range(start, min(start + AT_ONCE, scene.count + 1)), press)
    await database.close()
    print(f"{scene.count:,} sources are known after {time.perf_counter() - began:.0f} s", flush=True)


async def _write_sources(connection: AsyncConnection, numbers: range, press: Press) -> None:
    now, told = datetime.fromtimestamp(press.began, UTC), {one: press.list_published(one) for one in numbers}
    articles_written = [(one, *article) for one in numbers for article in told[one]]
    count = len(articles_written)
    counted = update(desk).values(articles=desk.c.articles + count).returning(desk.c.articles)
    first = int((await connection.execute(counted)).scalar_one()) - count + 1
    made = [_make_article(number, press, *one) for number, one in enumerate(articles_written, first)]
    await connection.execute(insert(sources), [_make_source(one, press, made, now) for one in numbers])
    await connection.execute(insert(articles_table), [row | {"seen_at": now} for row in made])
    texts = (article for _, article, _ in articles_written)
    await connection.execute(
        insert(versions), [_make_version(row["id"], text, now) for row, text in zip(made, texts, strict=True)]
    )


def _make_source(number: int, press: Press, made: list[dict[str, Any]], now: datetime) -> dict[str, Any]:
    moments = dict.fromkeys(("first_contact_at", "polled_at", "changed_at", "added_at"), now)
    seen = _make_marks(press.write_feed(number), [row for row in made if row["source_id"] == number])
    told = {"id": number, "url": address_of(number, press.port), "title": f"{number}", "etag": tag_of(number, 0)}
    return told | moments | {"seen": seen, "due_at": now + timedelta(days=1)}


def _make_marks(body: bytes, made: list[dict[str, Any]]) -> bytes:
    """Answer what is known of a feed, whose items come the newest first."""
    told = zip(sift(body, {}).digests, reversed(made), strict=True)
    return write_marks(make_mark(digest, guid_digest(row["guid"]), row["published_at"]) for digest, row in told)


def _make_article(number: int, press: Press, source_id: int, article: SampleArticle, at: float) -> dict[str, Any]:
    site, moment = address_of(source_id, press.port).removesuffix("/feed/"), datetime.fromtimestamp(at, UTC)
    url = f"{site}/{article.slug}/"
    return {
        "id": number,
        "story_id": number,
        "source_id": source_id,
        "guid": f"{site}/?p={article.slug}",
        "url": url,
        "canonical_url": url.replace("http://", "https://").rstrip("/"),
        "content_hash": guid_digest(article.slug).hex(),
        "language": "ar",
        "published_at": moment,
        "appeared_at": moment,
        "archived": True,
    }


def _make_version(number: int, article: SampleArticle, now: datetime) -> dict[str, Any]:
    told = {"title": article.title, "lead": article.lead, "body": article.body, "author": article.author, "image": ""}
    return told | {"article_id": number, "version": 1, "seen_at": now, "categories": article.categories}
