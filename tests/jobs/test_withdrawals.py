"""What a source took back: found by two witnesses, then asked about or followed."""

import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from sqlalchemy import select

from db.store import sources
from db.store.topics import Topics
from db.tables import articles
from jobs.collect import Collector
from jobs.fetcher import Fetcher
from newsroom.taxonomy import Taxonomy, Topic
from newsroom.wordpress import ask_for_listing
from tests.fakes import CountingMeter, Tellings
from tests.scene import Scene
from tests.written import WrittenSite, open_site

TAXONOMY = Taxonomy({"all": Topic("all", {"en": "All news"})})
BEGAN = datetime(2026, 11, 24, 9, tzinfo=UTC)
POSTS = "/wp-json/wp/v2/posts"


def published(number: int) -> datetime:
    return BEGAN - timedelta(hours=9 - number)


@pytest.fixture
async def site() -> AsyncIterator[WrittenSite]:
    """A site with the pages of five articles, each an hour younger than the one before."""
    async with open_site() as opened:
        for number in range(1, 6):
            opened.write(f"/{number}", "<p>نص</p>")
        yield opened


@pytest.fixture
async def collector(scene: Scene) -> AsyncIterator[Collector]:
    async with Fetcher("Qasid/test", allow_private=True) as fetcher:
        topics = Topics(scene.database, TAXONOMY)
        yield Collector(scene.database, fetcher, topics, scene.lease, CountingMeter(), Tellings(), timedelta(minutes=5))


def list_items(site: WrittenSite, *numbers: int) -> None:
    items = "".join(
        f"<item><guid>{number}</guid><title>خبر {number}</title><link>{{url}}/{number}</link>"
        f"<pubDate>{format_datetime(published(number))}</pubDate></item>"
        for number in numbers
    )
    site.write("/f", f'<rss version="2.0"><channel><title>موقع</title>{items}</channel></rss>', "application/rss+xml")


def post(site: WrittenSite, number: int) -> dict[str, object]:
    moment = f"{published(number):%Y-%m-%dT%H:%M:%S}"
    texts = {name: {"rendered": f"خبر {number}"} for name in ("title", "excerpt", "content")}
    named = {"guid": {"rendered": f"{site.url}/?p={number}"}, "link": f"{site.url}/{number}"}
    return {**texts, **named, "date_gmt": moment, "modified_gmt": moment}


async def add(scene: Scene, url: str, **policy: str) -> None:
    async with scene.database.write() as connection:
        await sources.add(connection, url, scene.clock())
        await sources.change(connection, url, **policy or {"gate": "auto"})


async def poll(scene: Scene, collector: Collector, **later: float) -> None:
    scene.clock.move(**later)
    await collector.step()
    await collector.finish()


def told(collector: Collector) -> list[tuple[str, str]]:
    assert isinstance(collector.teller, Tellings)
    return collector.teller.told


async def test_what_is_listed_no_longer_and_is_gone_is_asked_about_once(
    scene: Scene, collector: Collector, site: WrittenSite
) -> None:
    list_items(site, 3, 2, 1)
    await add(scene, f"{site.url}/f")
    await poll(scene, collector)
    list_items(site, 3, 1)
    site.fail("/2", 404)
    for _ in range(3):
        await poll(scene, collector, hours=2)
    assert told(collector) == [("withdrawn", "2")]
    assert await scene.one(select(articles.c.retracted).where(articles.c.id == 2)) is None


async def test_where_editors_said_so_it_is_taken_back_at_once(
    scene: Scene, collector: Collector, site: WrittenSite
) -> None:
    list_items(site, 3, 2, 1)
    await add(scene, f"{site.url}/f", withdrawals="follow")
    await poll(scene, collector)
    list_items(site, 3, 1)
    site.fail("/2", 410)
    await poll(scene, collector, hours=2)
    assert told(collector) == []
    assert await scene.one(select(articles.c.retracted).where(articles.c.id == 2)) == ""


async def test_what_is_listed_no_longer_but_there_is_left_and_not_asked_for_all_the_time(
    scene: Scene, collector: Collector, site: WrittenSite
) -> None:
    list_items(site, 3, 2, 1)
    await add(scene, f"{site.url}/f")
    await poll(scene, collector)
    for others in ((3, 1), (4, 3, 1), (5, 4, 3, 1)):
        list_items(site, *others)
        await poll(scene, collector, minutes=25)
    assert site.asked.count("/2") == 1
    assert told(collector) == []


async def test_what_has_but_left_the_feed_by_its_age_is_not_asked_for(
    scene: Scene, collector: Collector, site: WrittenSite
) -> None:
    list_items(site, 2, 1)
    await add(scene, f"{site.url}/f")
    await poll(scene, collector)
    list_items(site, 3, 2)
    site.fail("/1", 404)
    await poll(scene, collector, hours=2)
    assert "/1" not in site.asked
    assert told(collector) == []


async def test_what_is_there_though_it_is_not_listed_keeps_nobody_from_being_missed(
    scene: Scene, collector: Collector, site: WrittenSite
) -> None:
    for number in range(6, 9):
        site.write(f"/{number}", "<p>نص</p>")
    list_items(site, *range(8, 0, -1))
    await add(scene, f"{site.url}/f")
    await poll(scene, collector)
    list_items(site, 8, 1)
    site.fail("/2", 404)
    await poll(scene, collector, minutes=25)
    assert ("withdrawn", "2") not in told(collector)
    await poll(scene, collector, minutes=25)
    assert told(collector) == [("withdrawn", "2")]
    assert [site.asked.count(f"/{number}") for number in range(2, 8)] == [1] * 6


async def test_a_page_that_is_there_is_asked_for_ever_more_seldom(
    scene: Scene, collector: Collector, site: WrittenSite
) -> None:
    list_items(site, 3, 2, 1)
    await add(scene, f"{site.url}/f")
    await poll(scene, collector)
    list_items(site, 3, 1)
    for _ in range(8):
        await poll(scene, collector, hours=1, minutes=1)
    assert site.asked.count("/2") == 4


async def test_the_only_one_of_a_feed_is_missed_where_nothing_took_its_place(
    scene: Scene, collector: Collector, site: WrittenSite
) -> None:
    list_items(site, 1)
    await add(scene, f"{site.url}/f")
    await poll(scene, collector)
    list_items(site)
    site.fail("/1", 404)
    await poll(scene, collector, hours=2)
    assert told(collector) == [("withdrawn", "1")]


@pytest.mark.parametrize("left", [(3, 2), ()])
async def test_the_oldest_post_of_wordpress_and_the_only_one_are_missed_for_it_tells_all(
    scene: Scene, collector: Collector, site: WrittenSite, left: tuple[int, ...]
) -> None:
    source = f"{site.url}{POSTS}"
    listing = ask_for_listing(source).removeprefix(site.url)
    first = json.dumps([post(site, number) for number in (*left, 1)])
    for address in (POSTS, listing):
        site.write(address, first, "application/json")
    await add(scene, source)
    await poll(scene, collector)
    site.write(POSTS, "[]", "application/json")
    site.write(listing, json.dumps([post(site, number) for number in left]), "application/json")
    site.fail("/1", 404)
    await poll(scene, collector, hours=2)
    assert told(collector) == [("withdrawn", "1")]


@pytest.mark.parametrize("status", [403, 500, 503])
async def test_a_page_that_is_away_for_another_reason_says_nothing(
    scene: Scene, collector: Collector, site: WrittenSite, status: int
) -> None:
    list_items(site, 3, 2, 1)
    await add(scene, f"{site.url}/f")
    await poll(scene, collector)
    list_items(site, 3, 1)
    site.fail("/2", status)
    await poll(scene, collector, hours=2)
    assert told(collector) == []


async def test_a_post_of_wordpress_that_is_trashed_is_found_though_its_answers_tell_only_changes(
    scene: Scene, collector: Collector, site: WrittenSite
) -> None:
    source = f"{site.url}{POSTS}"
    listing = ask_for_listing(source).removeprefix(site.url)
    site.write(POSTS, json.dumps([post(site, number) for number in (3, 2, 1)]), "application/json")
    site.write(listing, json.dumps([post(site, number) for number in (3, 2, 1)]), "application/json")
    await add(scene, source)
    await poll(scene, collector)
    site.write(POSTS, "[]", "application/json")
    await poll(scene, collector, hours=2)
    assert told(collector) == []
    site.write(listing, json.dumps([post(site, number) for number in (3, 1)]), "application/json")
    site.fail("/2", 404)
    await poll(scene, collector, hours=2)
    assert told(collector) == [("withdrawn", "2")]


async def test_a_listing_that_cannot_be_had_says_nothing(scene: Scene, collector: Collector, site: WrittenSite) -> None:
    source = f"{site.url}{POSTS}"
    site.write(POSTS, json.dumps([post(site, number) for number in (3, 2, 1)]), "application/json")
    await add(scene, source)
    await poll(scene, collector)
    site.write(POSTS, "[]", "application/json")
    for broken in ("503", "text/html\n\n<h1>"):
        site.documents[ask_for_listing(source).removeprefix(site.url)] = broken
        await poll(scene, collector, hours=2)
    assert told(collector) == []
