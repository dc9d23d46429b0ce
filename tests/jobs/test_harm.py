"""What sources do to one another: nothing. Each is polled for itself, and what one of them does costs it alone."""

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from datetime import timedelta
from typing import Any

import pytest
from aiohttp import web
from sqlalchemy import func, select

from db.store import sources
from db.store.topics import Topics
from db.tables import articles, pushes
from db.tables import sources as table
from jobs.collect import AT_ONCE, STORED_AT_ONCE, Collector
from jobs.fetcher import Fetcher
from newsroom.sifting import MOST_ITEMS
from newsroom.taxonomy import Taxonomy, Topic
from tests.fakes import CountingMeter, Tellings
from tests.jobs.faults import END, FAULTS, OK, endlessly, saying, talking
from tests.scene import Scene
from tests.written import WrittenSite, serving

TAXONOMY = Taxonomy({"all": Topic("all", {"en": "All news"})})


@pytest.fixture
async def collector(scene: Scene) -> AsyncIterator[Collector]:
    topics = Topics(scene.database, TAXONOMY)
    async with Fetcher("Qasid/test", allow_private=True) as fetcher:
        yield Collector(scene.database, fetcher, topics, scene.lease, CountingMeter(), Tellings(), timedelta(minutes=5))


def rss(*items: str) -> str:
    return f"<rss version='2.0'><channel><title>x</title>{''.join(items)}</channel></rss>"


def item(number: int) -> str:
    return f"<item><guid>g{number}</guid><title>خبر {number}</title><description>نص {number}</description></item>"


async def add(scene: Scene, *urls: str) -> None:
    async with scene.database.write() as connection:
        for url in urls:
            await sources.add(connection, url, scene.clock())


async def poll(collector: Collector) -> None:
    """Poll what is due to the end, however many rounds that takes."""
    while await collector.step():
        await collector.finish()


async def count(scene: Scene, column: Any) -> int:
    return int(await scene.one(select(func.count(column))))


async def test_every_fault_costs_its_own_source_alone(scene: Scene, collector: Collector, site: WrittenSite) -> None:
    site.write("/well", rss(item(1)))
    async with AsyncExitStack() as servers:
        bad = [await servers.enter_async_context(talking(saying(said))) for said, _ in FAULTS.values()]
        await add(scene, *bad[: len(bad) // 2], f"{site.url}/well", *bad[len(bad) // 2 :])
        await poll(collector)
    async with scene.database.read() as connection:
        rows = {row.url: row for row in await sources.list_all(connection)}
    well = rows.pop(f"{site.url}/well")
    assert (well.failures, await count(scene, articles.c.id)) == (0, 1)
    for url, (name, (_, reason)) in zip(bad, FAULTS.items(), strict=True):
        assert re.search(reason, rows[url].last_error), (name, rows[url].last_error)
        assert (rows[url].failures, rows[url].worker_id, rows[url].due_at > scene.clock()) == (1, None, True)


async def test_a_fault_of_ours_while_a_site_is_looked_through_is_not_begun_again_at_once(
    scene: Scene, collector: Collector, site: WrittenSite, monkeypatch: pytest.MonkeyPatch
) -> None:
    site.write("/", "<h1>لا شيء هنا</h1>")
    monkeypatch.setattr("jobs.collect.discover", None)
    await add(scene, f"{site.url}/")
    await poll(collector)
    assert len(site.asked) == 1
    assert "our own fault" in await scene.one(select(table.c.last_error))


@pytest.mark.parametrize("link", ["http://127.0.0.1:99999/", "http://[x]/", "{url}/page", "http://xn--a/"])
async def test_a_teaser_whose_page_cannot_be_asked_for_is_stored_as_it_is(
    scene: Scene, collector: Collector, site: WrittenSite, link: str
) -> None:
    teaser = f"<item><guid>2</guid><title>خبر</title><link>{link}</link><description>بداية…</description></item>"
    site.write("/robots.txt", "Allow\n" * 500_000)
    site.write("/page", "<script type='application/ld+json'>[{\"@type\": [{}]}]</script>")
    site.write("/f", rss(item(1)))
    await add(scene, f"{site.url}/f")
    await poll(collector)
    site.write("/f", rss(item(1), teaser))
    scene.clock.move(hours=2)
    await poll(collector)
    assert (await count(scene, articles.c.id), await scene.one(select(table.c.failures))) == (2, 0)


async def test_a_host_that_drips_takes_one_place_however_many_of_its_sources_are_due(
    scene: Scene, collector: Collector, site: WrittenSite
) -> None:
    site.write("/well", rss(item(1)))
    polled = asyncio.Event()
    collector.on_free = polled.set
    async with talking(endlessly(OK + END, b"", pause=0.05)) as url:
        await add(scene, *(f"{url}/{number}" for number in range(3 * AT_ONCE)))
        scene.clock.move(seconds=1)
        await add(scene, f"{site.url.replace('127.0.0.1', 'localhost')}/well")
        async with asyncio.timeout(10):
            while await collector.step():
                pass
            await polled.wait()
        assert await scene.one(select(table.c.failures).where(table.c.url.endswith("/well"))) == 0
        assert await count(scene, articles.c.id) == 1
        await collector.close()
    assert await scene.one(select(func.sum(table.c.failures))) == 0


async def test_the_sources_of_one_host_are_all_polled_each_in_its_turn(
    scene: Scene, collector: Collector, site: WrittenSite
) -> None:
    many = 2 * AT_ONCE + 1
    for number in range(many):
        site.write(f"/{number}", rss(item(number)))
    await add(scene, *(f"{site.url}/{number}" for number in range(many)))
    await poll(collector)
    assert await count(scene, articles.c.id) == many
    assert sorted(site.asked, key=lambda path: int(path[1:])) == [f"/{number}" for number in range(many)]


async def test_a_poll_that_asks_for_too_long_is_given_up(scene: Scene, collector: Collector, site: WrittenSite) -> None:
    """Each answer comes in time, but there are many of them."""
    collector.patience = 0.3
    async with talking(endlessly(OK + END, b" ", pause=0.05)) as url:
        await add(scene, f"{url}/f")
        await poll(collector)
    assert await scene.one(select(table.c.last_error)) == "it did not answer in time"


async def test_pages_that_drip_are_given_up_and_their_items_stored(
    scene: Scene, collector: Collector, site: WrittenSite
) -> None:
    site.write("/f", rss(item(1)))
    await add(scene, f"{site.url}/f")
    await poll(collector)
    collector.pages.patience = 0.3
    async with talking(endlessly(OK + END, b" ", pause=0.05)) as url:
        teasers = [
            f"<item><guid>{n}</guid><title>{n}</title><link>{url}/{n}</link><description>بداية…</description></item>"
            for n in range(10)
        ]
        site.write("/f", rss(item(1), *teasers))
        scene.clock.move(hours=2)
        async with asyncio.timeout(10):
            await poll(collector)
    assert (await count(scene, articles.c.id), await scene.one(select(table.c.failures))) == (11, 0)


async def test_a_source_whose_host_wants_to_be_left_alone_is_put_off_and_has_not_failed(
    scene: Scene, site: WrittenSite, collector: Collector
) -> None:
    async def refuse(_request: web.BaseRequest) -> web.StreamResponse:
        return web.Response(status=429, headers={"Retry-After": "3600"})

    async with serving(refuse) as url, Fetcher("Qasid/test", allow_private=True, now=scene.clock) as collector.fetcher:
        await add(scene, f"{url}/a", f"{url}/b")
        await poll(collector)
        async with scene.database.read() as connection:
            first, second = await sources.list_all(connection)
    assert (first.failures, first.last_error) == (1, "HTTP 429")
    assert (second.failures, second.last_error, second.due_at - scene.clock()) == (0, "", timedelta(hours=1))


@pytest.mark.thorough
async def test_a_thousand_items_at_once_are_all_pushed_and_keep_no_other_source_waiting(
    scene: Scene, collector: Collector, site: WrittenSite
) -> None:
    site.write("/many", rss(item(0)))
    site.write("/one", rss(item(5000)))
    await add(scene, f"{site.url}/many", f"{site.url.replace('127.0.0.1', 'localhost')}/one")
    await poll(collector)
    scene.clock.move(hours=2)
    site.write("/many", rss(*map(item, range(MOST_ITEMS + 3))))
    site.write("/one", rss(item(5000), item(5001)))
    await poll(collector)
    assert await count(scene, pushes.c.id) == MOST_ITEMS + 1
    other = await scene.one(select(articles.c.id).where(articles.c.guid == "g5001"))
    assert other < MOST_ITEMS // 2, "it is stored between the others"
    scene.clock.move(hours=2)
    await poll(collector)
    assert await count(scene, articles.c.id) == MOST_ITEMS + 3 + 2, "what was left comes with the next poll"
    assert await count(scene, pushes.c.id) == MOST_ITEMS + 3


async def test_what_is_given_up_amid_a_thousand_items_is_stored_the_next_time(
    scene: Scene, collector: Collector, site: WrittenSite
) -> None:
    many = 12 * STORED_AT_ONCE
    site.write("/f", rss(item(0)))
    await add(scene, f"{site.url}/f")
    await poll(collector)
    scene.clock.move(hours=2)
    site.write("/f", rss(*map(item, range(many))))
    await collector.step()
    while await count(scene, articles.c.id) <= STORED_AT_ONCE:
        pass
    await collector.close()
    stored = await count(scene, articles.c.id)
    assert stored < many
    await poll(collector)
    assert (await count(scene, articles.c.id), await count(scene, pushes.c.id)) == (many, many - 1)
