"""Collecting: from a real feed over loopback to articles and pushes."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from db.store import sources
from db.tables import articles, pushes
from db.tables import sources as sources_table
from jobs.collect import Collector, read_source
from jobs.fetcher import Fetcher
from newsroom.taxonomy import Taxonomy, Topic
from newsroom.topics import Classifier
from sandbox.site import SampleSite
from tests.fakes import Clock, CountingMeter
from tests.scene import Scene

CLASSIFIER = Classifier(Taxonomy({"all": Topic("all", {"en": "All news"})}))


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
        yield Collector(scene.database, fetcher, CLASSIFIER, scene.lease, CountingMeter(), timedelta(minutes=5))


async def numbers(scene: Scene, table: object) -> list[int]:
    async with scene.database.read() as connection:
        return [row.id for row in (await connection.execute(select(table.c.id).order_by(table.c.id))).all()]  # type: ignore[attr-defined]


async def test_what_is_there_at_first_contact_is_archive(scene: Scene, collector: Collector) -> None:
    await collector.step()
    assert await numbers(scene, articles) == [1, 2]
    assert await numbers(scene, pushes) == []
    assert await scene.one(select(sources_table.c.title)) == "موقع النماذج"


async def test_what_comes_later_is_pushed(scene: Scene, collector: Collector, site: SampleSite) -> None:
    await collector.step()
    site.publish()
    scene.clock.move(minutes=6)
    await collector.step()
    assert await numbers(scene, articles) == [1, 2, 3]
    assert await scene.one(select(pushes.c.story_id)) == 3


async def test_a_source_is_left_alone_until_its_time(scene: Scene, collector: Collector, site: SampleSite) -> None:
    await collector.step()
    await collector.step()
    assert site.polls == 1


async def test_an_unchanged_feed_costs_a_304(scene: Scene, collector: Collector, site: SampleSite) -> None:
    for _ in range(2):
        await collector.step()
        scene.clock.move(minutes=6)
    assert site.polls == 2
    assert isinstance(collector.meter, CountingMeter)
    assert collector.meter.counted == {"polls/changed": 1, "polls/unchanged": 1}


async def test_a_broken_feed_costs_only_itself(scene: Scene, collector: Collector, site: SampleSite) -> None:
    async with scene.database.write() as connection:
        await sources.add(connection, f"{site.url}/nothing-here", scene.clock())
    await collector.step()
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
    await collector.step()
    assert await scene.one(select(sources_table.c.failures)) == 1
    site.is_down = False
    scene.clock.move(hours=1)
    await collector.step()
    assert await scene.one(select(sources_table.c.failures)) == 0
    assert await numbers(scene, articles) == [1, 2]


async def test_checking_a_source_stores_nothing(scene: Scene, collector: Collector, site: SampleSite) -> None:
    feed, reads = await read_source(site.feed_url, collector.fetcher, CLASSIFIER, scene.clock())
    assert (feed.title, len(reads)) == ("موقع النماذج", 2)
    assert await numbers(scene, articles) == []


async def test_a_corrected_article_is_a_new_version(scene: Scene, collector: Collector, site: SampleSite) -> None:
    await collector.step()
    article, at = site.published[0]
    site.published[0] = (replace(article, lead="مقدمة مصححة."), at)
    scene.clock.move(minutes=6)
    await collector.step()
    assert await scene.one(select(articles.c.version).where(articles.c.id == 1)) == 2
    assert await numbers(scene, pushes) == []
