"""Sources of every kind, read whole and politely, and told of when they fare ill; test_discovery.py finds them."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

import pytest
from sqlalchemy import func, select, update

from db.store import sources
from db.store.topics import Topics
from db.tables import articles, versions
from db.tables import sources as table
from jobs.collect import Collector
from jobs.fetcher import Fetcher
from jobs.pages import MOST_PAGES
from newsroom.sources import BAD_AFTER
from newsroom.taxonomy import Taxonomy, Topic
from newsroom.teasers import TRIES
from tests.fakes import CountingMeter, Tellings
from tests.scene import Scene
from tests.written import WrittenSite, item, rss

DATA = Path(__file__).parent.parent / "data"
TAXONOMY = Taxonomy({"all": Topic("all", {"en": "All news"})})
POSTS = (DATA / "feeds" / "posts_ar.json").read_text(encoding="utf-8")
PAGE = (DATA / "pages" / "article_ar.html").read_text(encoding="utf-8")
TEASER = "<description>وصل مهندسون ضفتي النهر…</description>"


@pytest.fixture
def collector(scene: Scene, fetcher: Fetcher) -> Collector:
    topics = Topics(scene.database, TAXONOMY)
    return Collector(scene.database, fetcher, topics, scene.lease, CountingMeter(), Tellings(), timedelta(minutes=5))


async def poll(scene: Scene, collector: Collector, url: str = "", **later: float) -> None:
    """Poll what is due, to the end, after a while; a given address is added first."""
    scene.clock.move(**later)
    if url:
        async with scene.database.write() as connection:
            await sources.add(connection, url, scene.clock())
    await collector.step()
    await collector.finish()


def told(collector: Collector) -> list[tuple[str, str]]:
    assert isinstance(collector.teller, Tellings)
    return collector.teller.told


async def test_a_site_s_address_becomes_that_of_its_feed_at_first_contact(
    scene: Scene, collector: Collector, site: WrittenSite
) -> None:
    site.write("/", '<link rel="alternate" type="application/rss+xml" href="/f">')
    site.write("/f", rss(item(1)), "application/rss+xml")
    await poll(scene, collector, site.url)
    await poll(scene, collector)
    assert await scene.one(select(table.c.url)) == f"{site.url}/f"
    assert await scene.one(select(articles.c.guid)) == "1"


async def test_a_site_whose_feed_is_known_is_not_read_twice(
    scene: Scene, collector: Collector, site: WrittenSite
) -> None:
    site.write("/", '<link rel="alternate" type="application/rss+xml" href="/f">')
    site.write("/f", rss(item(1)), "application/rss+xml")
    await poll(scene, collector, f"{site.url}/f")
    await poll(scene, collector, site.url)
    assert await scene.one(select(table.c.state).where(table.c.url == site.url)) == "gone"


async def test_wordpress_is_asked_for_what_changed_since_the_last_time(
    scene: Scene, collector: Collector, site: WrittenSite
) -> None:
    site.write("/wp-json/wp/v2/posts", POSTS, "application/json")
    await poll(scene, collector, f"{site.url}/wp-json/wp/v2/posts")
    site.write("/wp-json/wp/v2/posts", "[]", "application/json")
    await poll(scene, collector, hours=2)
    await poll(scene, collector, hours=2)
    asked = [dict(parse_qsl(urlsplit(path).query)) for path in site.asked if "_embed" in path]
    assert [one.get("modified_after", "")[11:19] for one in asked] == ["", "07:45:09", "", "07:45:09", ""]
    assert [one.get("after", "")[11:19] for one in asked] == ["", "", "01:45:10", "", "01:45:10"]


async def test_the_page_of_a_new_teaser_is_read_and_its_text_is_the_source_s_no_correction(
    scene: Scene, collector: Collector, site: WrittenSite
) -> None:
    site.write("/f", rss(item(1, TEASER)), "application/rss+xml")
    site.write("/2", PAGE)
    await poll(scene, collector, f"{site.url}/f")
    assert "/1" not in site.asked
    site.write("/f", rss(item(2, TEASER), item(1, TEASER)), "application/rss+xml")
    for _ in range(2):
        await poll(scene, collector, hours=2)
    assert site.asked.count("/2") == 1
    assert "ينتظر سكان القرى" in await scene.one(select(versions.c.body).where(versions.c.article_id == 2))
    assert await scene.one(select(articles.c.version).where(articles.c.id == 2)) == 1


async def test_when_its_source_changed_it_is_kept_with_each_version(
    scene: Scene, collector: Collector, site: WrittenSite
) -> None:
    post = (
        '[{{"guid": {{"rendered": "1"}}, "title": {{"rendered": "{}"}}, "date_gmt": "2026-11-20T06:00:00", '
        '"modified_gmt": "{}"}}]'
    )
    for title, modified in (("جسر", "2026-11-20T06:00:00"), ("جسر جديد", "2026-11-20T09:30:00")):
        site.write("/p", post.format(title, modified), "application/json")
        await poll(scene, collector, "" if "جديد" in title else f"{site.url}/p", hours=2)
    async with scene.database.read() as connection:
        told = [row.modified_at for row in await connection.execute(select(versions).order_by(versions.c.version))]
    assert told == [None, datetime(2026, 11, 20, 9, 30, tzinfo=UTC)]


HANGING = '<div class="sharedaddy sd-sharing"><h3>شارك هذا الموضوع:</h3><a>فيسبوك</a></div>'


async def test_what_was_stored_with_what_hangs_around_it_is_no_correction_when_it_is_read_without(
    scene: Scene, collector: Collector, site: WrittenSite
) -> None:
    text = "<p>وصل مهندسون ضفتي النهر أمس بجسر جديد.</p>"
    for hangs in ("", HANGING):
        site.write("/f", rss(item(1, f"<description><![CDATA[{text}{hangs}]]></description>")), "application/rss+xml")
        await poll(scene, collector, "" if hangs else f"{site.url}/f", hours=2)
    assert await scene.one(select(articles.c.version)) == 1
    stored = "وصل مهندسون ضفتي النهر أمس بجسر جديد.\n\nشارك هذا الموضوع:\n\nفيسبوك"
    async with scene.database.write() as connection:
        await connection.execute(update(versions).values(body=stored, lead=" ".join(stored.split())))
        await connection.execute(update(articles).values(content_hash="0"))
    site.write("/f", rss(item(1, f"<description><![CDATA[{text} ]]></description>")), "application/rss+xml")
    await poll(scene, collector, hours=2)
    assert await scene.one(select(articles.c.version)) == 2
    assert await scene.one(select(articles.c.corrected_at)) is None
    assert await scene.one(select(versions.c.body).where(versions.c.version == 2)) == stored.partition("\n\n")[0]


@pytest.mark.parametrize("robots", ["User-agent: Qasid\nDisallow: /2", "User-agent: *\nDisallow: /", "503", "429"])
async def test_no_page_is_asked_for_that_robots_txt_forbids(
    scene: Scene, collector: Collector, site: WrittenSite, robots: str
) -> None:
    if robots.isdecimal():
        site.fail("/robots.txt", int(robots))
    else:
        site.write("/robots.txt", robots, "text/plain")
    site.write("/2", PAGE)
    site.write("/f", rss(item(1, TEASER)), "application/rss+xml")
    await poll(scene, collector, f"{site.url}/f")
    site.write("/f", rss(item(2, TEASER)), "application/rss+xml")
    await poll(scene, collector, hours=2)
    assert "/2" not in site.asked
    assert await scene.one(select(versions.c.body).where(versions.c.article_id == 2)) == "وصل مهندسون ضفتي النهر…"


async def poll_teasers(scene: Scene, collector: Collector, site: WrittenSite, *numbers: int) -> None:
    """Poll a source that lists one item at first, then these teasers too."""
    site.write("/f", rss(item(1, TEASER)), "application/rss+xml")
    await poll(scene, collector, f"{site.url}/f")
    listed = [item(number, f"<description>بداية الخبر {number}…</description>") for number in numbers]
    site.write("/f", rss(item(1, TEASER), *listed), "application/rss+xml")
    await poll(scene, collector, hours=2)


async def bodies(scene: Scene) -> dict[str, str]:
    newest = articles.join(
        versions, (versions.c.article_id == articles.c.id) & (versions.c.version == articles.c.version)
    )
    async with scene.database.read() as connection:
        found = await connection.execute(select(articles.c.guid, versions.c.body).select_from(newest))
        return {row.guid: row.body for row in found}


@pytest.mark.parametrize("status", [503, 429])
async def test_a_page_that_could_not_be_read_for_now_is_read_later_and_that_is_no_correction(
    scene: Scene, collector: Collector, site: WrittenSite, status: int
) -> None:
    site.fail("/2", status)
    await poll_teasers(scene, collector, site, 2)
    assert (await bodies(scene))["2"] == "بداية الخبر 2…"
    site.write("/2", PAGE)
    site.fail("/f", 304)
    for _ in range(2):
        await poll(scene, collector, hours=2)
    assert "ينتظر سكان القرى" in (await bodies(scene))["2"]
    assert await scene.one(select(articles.c.corrected_at).where(articles.c.guid == "2")) is None
    assert (site.asked.count("/2"), await scene.one(select(table.c.pages))) == (2, None)


async def test_a_page_that_is_not_there_is_not_asked_for_again_and_one_that_fails_not_for_ever(
    scene: Scene, collector: Collector, site: WrittenSite
) -> None:
    site.fail("/2", 404)
    site.fail("/3", 500)
    await poll_teasers(scene, collector, site, 2, 3)
    for _ in range(TRIES + 2):
        await poll(scene, collector, hours=2)
    assert (site.asked.count("/2"), site.asked.count("/3")) == (1, 1 + TRIES)
    assert await scene.one(select(table.c.pages)) is None


async def test_pages_that_had_no_turn_have_it_at_the_next_poll(
    scene: Scene, collector: Collector, site: WrittenSite
) -> None:
    numbers = range(2, 2 + MOST_PAGES + 2)
    for number in numbers:
        site.write(f"/{number}", PAGE)
    await poll_teasers(scene, collector, site, *numbers)
    assert len([path for path in site.asked if path[1:].isdecimal()]) == MOST_PAGES
    await poll(scene, collector, hours=2)
    assert sorted(path for path in site.asked if path[1:].isdecimal()) == sorted(f"/{number}" for number in numbers)
    read = await bodies(scene)
    assert all("ينتظر سكان القرى" in read[str(number)] for number in numbers)


async def test_a_teaser_does_not_take_the_place_of_the_whole_text(
    scene: Scene, collector: Collector, site: WrittenSite
) -> None:
    site.write("/2", PAGE)
    teaser = "<description>وصل مهندسون من خمس دول…</description>"
    await poll_teasers(scene, collector, site, 2)
    whole = (await bodies(scene))["2"]
    site.fail("/2", 500)
    beginning = whole[:40]
    for title, told in (("عنوان آخر", f"<description>{beginning}…</description>"), ("وآخر", teaser)):
        changed = item(2, told).replace("خبر 2", title)
        site.write("/f", rss(item(1, TEASER), changed), "application/rss+xml")
        await poll(scene, collector, hours=2)
        expected = whole if told != teaser else "وصل مهندسون من خمس دول…"
        assert (await bodies(scene))["2"] == expected
    assert await scene.one(select(versions.c.title).where(versions.c.article_id == 2, versions.c.version == 2)) == (
        "عنوان آخر"
    )


async def test_a_source_that_moved_for_good_is_read_at_its_new_address(
    scene: Scene, collector: Collector, site: WrittenSite
) -> None:
    site.write("/new", rss(item(1)), "application/rss+xml")
    site.redirect("/f", "/new", 308)
    site.redirect("/g", "/other", 302)
    site.write("/other", rss(item(9)), "application/rss+xml")
    await poll(scene, collector, f"{site.url}/f")
    await poll(scene, collector, f"{site.url}/g")
    async with scene.database.read() as connection:
        assert [row.url for row in await sources.list_all(connection)] == [f"{site.url}/new", f"{site.url}/g"]


async def test_wordpress_that_moved_for_good_is_read_at_its_new_address_without_what_we_ask(
    scene: Scene, collector: Collector, site: WrittenSite
) -> None:
    there = "/blog/wp-json/wp/v2/posts?categories=5"
    asked = "&per_page=50&_embed=author&_fields=id&orderby=modified&order=desc"
    site.redirect("/wp-json/wp/v2/posts", f"{there}{asked}")
    site.write("/blog/wp-json/wp/v2/posts", POSTS, "application/json")
    await poll(scene, collector, f"{site.url}/wp-json/wp/v2/posts?categories=5")
    assert await scene.one(select(table.c.url)) == f"{site.url}{there}"
    assert await scene.one(select(articles.c.id)) == 1


@pytest.mark.parametrize("is_known_at_first", [True, False])
async def test_editors_are_told_where_a_source_moved_to_another_of_theirs(
    scene: Scene, collector: Collector, site: WrittenSite, *, is_known_at_first: bool
) -> None:
    site.write("/new", rss(item(1)), "application/rss+xml")
    await poll(scene, collector, f"{site.url}/new")
    if is_known_at_first:
        site.redirect("/old", "/new", 301)
    else:
        site.write("/old", '<link rel="alternate" type="application/rss+xml" href="/new">')
    await poll(scene, collector, f"{site.url}/old")
    assert await scene.one(select(table.c.state).where(table.c.url == f"{site.url}/old")) == "gone"
    assert told(collector) == [("known", f"it is collected as {site.url}/new")]


async def test_a_host_that_has_had_enough_is_asked_for_no_more_pages(
    scene: Scene, collector: Collector, site: WrittenSite
) -> None:
    site.write("/f", rss(item(1, TEASER)), "application/rss+xml")
    await poll(scene, collector, f"{site.url}/f")
    site.fail("/2", 429)
    site.write("/3", PAGE)
    site.write("/f", rss(item(2, TEASER), item(3, TEASER)), "application/rss+xml")
    await poll(scene, collector, hours=2)
    assert site.asked[-2:] == ["/robots.txt", "/2"]
    assert await scene.one(select(func.count(articles.c.id))) == 3


async def test_a_source_is_not_asked_before_it_says_that_something_new_may_come(
    scene: Scene, collector: Collector, site: WrittenSite
) -> None:
    site.write("/f", rss(item(1), head="<ttl>30</ttl>"), "application/rss+xml")
    site.write("/g", rss(item(2)), "application/rss+xml", cache="public, max-age=2400")
    site.write("/h", rss(item(3)), "application/rss+xml", cache="max-age=99999999")
    began = scene.clock()
    for path in "fgh":
        await poll(scene, collector, f"{site.url}/{path}")
    async with scene.database.read() as connection:
        waits = [(row.due_at - began).total_seconds() / 60 for row in await sources.list_all(connection)]
    assert 30 <= waits[0] < 34
    assert 40 <= waits[1] < 45
    assert 60 <= waits[2] < 67


async def test_what_a_source_says_of_its_time_holds_also_when_nothing_has_changed(
    scene: Scene, collector: Collector, site: WrittenSite
) -> None:
    site.write("/f", rss(item(1), head="<ttl>45</ttl>"), "application/rss+xml")
    await poll(scene, collector, f"{site.url}/f")
    site.fail("/f", 304)
    for _ in range(2):
        await poll(scene, collector, minutes=50)
        wait = await scene.one(select(table.c.due_at)) - scene.clock()
        assert wait >= timedelta(minutes=45)
    assert site.asked.count("/f") == 3
    site.write("/f", rss(item(1), item(2)), "application/rss+xml")
    await poll(scene, collector, minutes=50)
    assert await scene.one(select(table.c.due_at)) - scene.clock() < timedelta(minutes=10)


async def test_a_source_that_is_gone_ends_and_editors_are_told(
    scene: Scene, collector: Collector, site: WrittenSite
) -> None:
    site.fail("/f", 410)
    await poll(scene, collector, f"{site.url}/f")
    assert await scene.one(select(table.c.state)) == "gone"
    assert told(collector) == [("gone", "HTTP 410")]


async def test_editors_are_told_once_when_a_source_goes_bad_and_once_when_it_is_well_again(
    scene: Scene, collector: Collector, site: WrittenSite
) -> None:
    site.fail("/f", 503)
    await poll(scene, collector, f"{site.url}/f")
    for _ in range(BAD_AFTER + 2):
        await poll(scene, collector, days=2)
    assert told(collector) == [("failing", "HTTP 503")]
    site.write("/f", rss(item(1)), "application/rss+xml")
    for _ in range(3):
        await poll(scene, collector, days=2)
    assert told(collector) == [("failing", "HTTP 503"), ("well", "")]
