"""Collecting: from a real feed over loopback to articles and pushes."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from typing import cast

import pytest
from sqlalchemy import select, update

from db.store import keywords, sources
from db.store.topics import Topics
from db.tables import article_topics, articles, pushes
from db.tables import sources as sources_table
from jobs.check import read_source
from jobs.collect import STORED_AT_ONCE, Collector
from jobs.fetcher import Fetched, Fetcher
from newsroom.keywords import read_keyword
from newsroom.taxonomy import Taxonomy, Topic
from newsroom.topics import Classifier
from sandbox.site import SampleSite
from tests.fakes import Clock, CountingMeter, Tellings
from tests.scene import Scene

TAXONOMY = Taxonomy({"all": Topic("all", {"en": "All news"})})


@pytest.fixture
async def site(clock: Clock) -> AsyncIterator[SampleSite]:
    async with SampleSite(clock=lambda: clock().timestamp()) as opened:
        opened.publish()
        opened.publish()
        yield opened


@pytest.fixture
async def collector(scene: Scene, site: SampleSite) -> AsyncIterator[Collector]:
    async with scene.database.write() as connection:
        await sources.add(connection, site.feed_url, scene.clock())
    async with Fetcher("Qasid/test", allow_private=True) as fetcher:
        topics = Topics(scene.database, TAXONOMY)
        yield Collector(scene.database, fetcher, topics, scene.lease, CountingMeter(), Tellings(), timedelta(minutes=5))


async def poll(collector: Collector) -> None:
    """Poll what is due, to the end."""
    await collector.step()
    await collector.finish()


async def numbers(scene: Scene, table: object) -> list[int]:
    async with scene.database.read() as connection:
        return [row.id for row in (await connection.execute(select(table.c.id).order_by(table.c.id))).all()]  # type: ignore[attr-defined]


async def test_what_is_there_at_first_contact_is_archive(scene: Scene, collector: Collector) -> None:
    await poll(collector)
    assert await numbers(scene, articles) == [1, 2]
    assert await numbers(scene, pushes) == []
    assert await scene.one(select(sources_table.c.title)) == "موقع النماذج"


async def test_what_comes_later_is_pushed(scene: Scene, collector: Collector, site: SampleSite) -> None:
    await poll(collector)
    site.publish()
    scene.clock.move(minutes=6)
    await poll(collector)
    assert await numbers(scene, articles) == [1, 2, 3]
    assert await scene.one(select(pushes.c.story_id)) == 3


async def test_a_source_is_left_alone_until_its_time(scene: Scene, collector: Collector, site: SampleSite) -> None:
    await poll(collector)
    await poll(collector)
    assert site.polls == 1


async def test_an_unchanged_feed_costs_a_304(scene: Scene, collector: Collector, site: SampleSite) -> None:
    for _ in range(2):
        await poll(collector)
        scene.clock.move(minutes=6)
    assert site.polls == 2
    assert isinstance(collector.meter, CountingMeter)
    assert collector.meter.counted == {"polls/changed": 1, "polls/unchanged": 1}


async def test_a_broken_feed_costs_only_itself(scene: Scene, collector: Collector, site: SampleSite) -> None:
    async with scene.database.write() as connection:
        await sources.add(connection, f"{site.url}/nothing-here", scene.clock())
    await poll(collector)
    async with scene.database.read() as connection:
        good, bad = await sources.list_all(connection)
    assert (good.failures, good.last_error) == (0, "")
    assert (bad.failures, bad.last_error) == (1, "HTTP 404")
    assert bad.due_at - scene.clock() >= timedelta(minutes=10)


async def test_a_source_that_is_well_again_is_no_longer_failing(
    scene: Scene,
    collector: Collector,
    site: SampleSite,
) -> None:
    site.is_down = True
    await poll(collector)
    assert await scene.one(select(sources_table.c.failures)) == 1
    site.is_down = False
    scene.clock.move(hours=1)
    await poll(collector)
    assert await scene.one(select(sources_table.c.failures)) == 0
    assert await numbers(scene, articles) == [1, 2]


class Silent:
    """A fetcher to which one address answers only when it is told to."""

    def __init__(self, fetcher: Fetcher, address: str) -> None:
        self.fetcher = fetcher
        self.address = address
        self.answers = asyncio.Event()

    async def fetch(
        self, url: str, etag: str | None = None, last_modified: str | None = None, *, fresh: bool = False
    ) -> Fetched:
        if url == self.address:
            await self.answers.wait()
        return await self.fetcher.fetch(url, etag, last_modified, fresh=fresh)


async def test_a_slow_source_holds_up_no_other_and_is_polled_once(
    scene: Scene, collector: Collector, site: SampleSite
) -> None:
    address = f"{site.url.replace('127.0.0.1', 'localhost')}/slow"
    async with scene.database.write() as connection:
        await sources.add(connection, address, scene.clock())
    slow = Silent(collector.fetcher, address)
    quick, collector.fetcher = asyncio.Event(), cast("Fetcher", slow)
    collector.on_free = quick.set
    for polls in (1, 2):
        assert await collector.step()
        await quick.wait()
        assert site.polls == polls
        quick.clear()
        scene.clock.move(hours=1)
    slow.answers.set()
    await collector.finish()
    assert await scene.one(select(sources_table.c.failures).where(sources_table.c.id == 2)) == 1


async def test_a_poll_that_is_given_up_is_begun_again(scene: Scene, collector: Collector, site: SampleSite) -> None:
    silent = Silent(collector.fetcher, site.feed_url)
    collector.fetcher = cast("Fetcher", silent)
    assert await collector.step()
    await collector.close()
    silent.answers.set()
    await poll(collector)
    assert await numbers(scene, articles) == [1, 2]


async def test_a_poll_that_could_not_be_settled_is_claimed_again_by_the_same_worker(
    scene: Scene, collector: Collector, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as away:
        away.setattr(sources, "settle", None)
        await poll(collector)
    assert await scene.one(select(sources_table.c.worker_id)) == scene.lease.id
    await poll(collector)
    assert await scene.one(select(sources_table.c.worker_id)) is None
    assert await numbers(scene, articles) == [1, 2]


async def test_a_poll_that_was_cut_while_it_stored_is_read_again_from_the_beginning(
    scene: Scene, collector: Collector, site: SampleSite, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(STORED_AT_ONCE):
        site.publish()
    with monkeypatch.context() as away:
        away.setattr(sources, "settle", None)
        await poll(collector)
    assert len(await numbers(scene, articles)) == STORED_AT_ONCE
    await poll(collector)
    assert len(await numbers(scene, articles)) == len(site.published)


async def test_what_a_feed_told_before_is_not_looked_at_again(
    scene: Scene, collector: Collector, site: SampleSite
) -> None:
    await poll(collector)
    site.publish()
    unknown = {"guid": articles.c.id.concat("?"), "canonical_url": "", "content_hash": ""}
    async with scene.database.write() as connection:
        await connection.execute(update(articles).values(unknown))
    scene.clock.move(minutes=6)
    await poll(collector)
    assert await numbers(scene, articles) == [1, 2, 3]


async def test_an_empty_feed_is_no_first_contact(scene: Scene, collector: Collector, site: SampleSite) -> None:
    published = list(site.published)
    site.published.clear()
    await poll(collector)
    site.published += published
    scene.clock.move(hours=1)
    await poll(collector)
    assert await numbers(scene, articles) == [1, 2]
    assert await numbers(scene, pushes) == []


async def test_checking_a_source_stores_nothing(scene: Scene, collector: Collector, site: SampleSite) -> None:
    found, reads = await read_source(
        site.feed_url, scene.database, collector.fetcher, Classifier(TAXONOMY), scene.clock()
    )
    assert (found.feed.title, len(reads)) == ("موقع النماذج", 2)
    assert await numbers(scene, articles) == []


async def test_a_corrected_article_is_a_new_version(scene: Scene, collector: Collector, site: SampleSite) -> None:
    await poll(collector)
    article, at = site.published[0]
    site.published[0] = (replace(article, lead="مقدمة مصححة."), at)
    scene.clock.move(minutes=6)
    await poll(collector)
    assert await scene.one(select(articles.c.version).where(articles.c.id == 1)) == 2
    assert await numbers(scene, pushes) == []


async def test_keywords_are_found_by_an_index_that_learns_what_is_new(
    scene: Scene, collector: Collector, site: SampleSite
) -> None:
    for known, word in enumerate(("غير موجودة هنا", "نص تجريبي"), 1):
        async with scene.database.write() as connection:
            await keywords.put(connection, read_keyword(word), scene.clock(), scene.clock())
        await poll(collector)
        assert len(collector.keywords) == known
        site.publish()
        scene.clock.move(minutes=6)
    assert await scene.one(select(article_topics.c.article_id).where(article_topics.c.rank < 0)) == 3


async def test_a_keyword_that_was_purged_leaves_the_index_when_it_is_found(
    scene: Scene, collector: Collector, site: SampleSite
) -> None:
    async with scene.database.write() as connection:
        await keywords.put(connection, read_keyword("نص تجريبي"), scene.clock(), scene.clock())
    await poll(collector)
    async with scene.database.write() as connection:
        await keywords.purge(connection, 0, 100)
    site.publish()
    scene.clock.move(minutes=6)
    await poll(collector)
    assert len(collector.keywords) == 0
    assert await numbers(scene, articles) == [1, 2, 3]
