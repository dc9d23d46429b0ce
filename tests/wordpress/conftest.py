"""What the tests against a real WordPress share: the site, and a newsroom that reads it."""

import os
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import distinct, func, select

from db.engine import Database
from db.store import sources
from db.store.topics import Topics
from db.tables import articles, versions
from jobs.collect import Collector
from jobs.fetcher import Fetcher
from newsroom.taxonomy import Taxonomy, shipped_taxonomy
from tests.fakes import Clock, CountingMeter, Tellings
from tests.stage import Stage
from tests.wordpress.server import PACKAGES, find_missing, running_site
from tests.wordpress.site import WordPress

# Of what is shipped, what these tests ask for: to learn all of it takes a second, for each test.
TAGS = ("all", "s:agriculture", "s:diplomacy", "s:opinion", "r:central-asia")


@pytest.fixture(scope="session")
def site() -> Iterator[WordPress]:
    """A WordPress in Arabic that answers; what tests publish there stays, so each has titles of its own."""
    if missing := find_missing():
        told = f"these tests need the packages {PACKAGES}; there is no {', '.join(missing)}"
        pytest.fail(told) if os.environ.get("CI") else pytest.skip(told)
    with running_site() as running:
        print(f"\nWordPress {running.version} answers at {running.url}")
        yield running


@pytest.fixture
def clock() -> Clock:
    """A clock that begins with the site's."""
    clock = Clock()
    clock.moment = datetime.now(UTC)
    return clock


@pytest.fixture
def database(sqlite: Database) -> Database:
    """A database on one engine: sources do not know what stores them."""
    return sqlite


@pytest.fixture
async def fetcher() -> AsyncIterator[Fetcher]:
    async with Fetcher("Qasid/test", allow_private=True) as opened:
        yield opened


@dataclass(slots=True)
class Newsroom:
    """A newsroom that reads the site by a clock which tests move, and delivers to a local Telegram."""

    stage: Stage
    collector: Collector
    meter: CountingMeter

    async def begin(self, *urls: str) -> None:
        """Add sources and meet them: what they hold is archive."""
        async with self.stage.scene.database.write() as connection:
            for url in urls:
                await sources.add(connection, url, self.stage.scene.clock())
        await self.read()

    async def read(self) -> None:
        """Poll all sources, two hours later than the last time."""
        self.stage.wait(7200)
        await self.collector.step()
        await self.collector.finish()

    async def bring(self) -> None:
        """Read, and deliver what is new and what is corrected."""
        await self.read()
        await self.stage.scene.plan()
        for _ in range(3):
            self.stage.wait(4)
            await self.stage.deliver()

    async def find(self, title: str) -> list[Any]:
        """Answer the articles with a title, each in its newest version."""
        newest = (versions.c.article_id == articles.c.id) & (versions.c.version == articles.c.version)
        told = (articles.c.id, articles.c.version, versions.c.body, versions.c.categories)
        found = select(*told).join(versions, newest).where(versions.c.title == title)
        async with self.stage.scene.database.read() as connection:
            return [*(await connection.execute(found)).all()]

    async def count(self, words: str) -> int:
        """Answer how many articles have these words in a title."""
        found = select(func.count(distinct(versions.c.article_id))).where(versions.c.title.contains(words))
        return int(await self.stage.scene.one(found))


@pytest.fixture
def newsroom(stage: Stage, fetcher: Fetcher) -> Newsroom:
    scene, meter = stage.scene, CountingMeter()
    topics = Topics(scene.database, Taxonomy({tag: shipped_taxonomy().topics[tag] for tag in TAGS}))
    collector = Collector(
        scene.database, fetcher, topics, scene.lease, meter, Tellings(), shortest=timedelta(minutes=5)
    )
    return Newsroom(stage, collector, meter)
