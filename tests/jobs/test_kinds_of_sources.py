"""Sources of every kind, found from a site's address alone, read whole and politely, and told of when they fare ill."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

import pytest
from sqlalchemy import select, update

from db.store import sources
from db.store.topics import Topics
from db.tables import articles, versions
from db.tables import sources as table
from jobs.collect import Collector
from jobs.discover import discover, discover_any
from jobs.fetcher import Fetcher
from newsroom.errors import FetchError, ParseError
from newsroom.sources import BAD_AFTER
from newsroom.taxonomy import Taxonomy, Topic
from tests.fakes import CountingMeter, Tellings
from tests.scene import Scene
from tests.written import WrittenSite, open_site

DATA = Path(__file__).parent.parent / "data"
TAXONOMY = Taxonomy({"all": Topic("all", {"en": "All news"})})
POSTS = (DATA / "feeds" / "posts_ar.json").read_text(encoding="utf-8")
PAGE = (DATA / "pages" / "article_ar.html").read_text(encoding="utf-8")
TEASER = "<description>وصل مهندسون ضفتي النهر…</description>"


def rss(*items: str, head: str = "") -> str:
    listed = "".join(f"<item>{item}</item>" for item in items)
    return f'<rss version="2.0"><channel><title>موقع</title>{head}{listed}</channel></rss>'


def item(number: int, rest: str = "") -> str:
    return f"<guid>{number}</guid><title>خبر {number}</title><link>{{url}}/{number}</link>{rest}"


@pytest.fixture
async def site() -> AsyncIterator[WrittenSite]:
    async with open_site() as opened:
        yield opened


@pytest.fixture
async def fetcher() -> AsyncIterator[Fetcher]:
    async with Fetcher("Qasid/test", allow_private=True) as opened:
        yield opened


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


async def test_wordpress_is_preferred_to_the_feed_that_the_page_names(
    site: WrittenSite, fetcher: Fetcher, scene: Scene
) -> None:
    site.write(
        "/", '<link rel="https://api.w.org/" href="/api/"><link rel="alternate" type="application/rss+xml" href="/f">'
    )
    site.write("/api/wp/v2/posts", POSTS, "application/json")
    site.write("/f", rss(item(1)), "application/rss+xml")
    found = await discover(f"{site.url}/", fetcher, scene.clock())
    assert (found.url, len(found.feed.items)) == (f"{site.url}/api/wp/v2/posts", 1)


async def test_the_feed_that_a_page_names_is_found_and_not_that_of_its_comments(
    site: WrittenSite, fetcher: Fetcher, scene: Scene
) -> None:
    named = '<link rel="alternate" type="application/{kind}" href="{path}">'
    page = named.format(kind="rss+xml", path="/comments/feed/") + named.format(kind="atom+xml", path="news.xml")
    site.write("/ar/", page)
    site.write("/comments/feed/", rss(item(1)), "application/rss+xml")
    site.write("/ar/news.xml", rss(item(1), item(2)), "application/rss+xml")
    assert (await discover(f"{site.url}/ar/", fetcher, scene.clock())).url == f"{site.url}/ar/news.xml"


@pytest.mark.parametrize("path", ["/feed/", "/rss.xml", "/news-sitemap.xml", "/wp-json/wp/v2/posts"])
async def test_usual_places_are_tried(site: WrittenSite, fetcher: Fetcher, scene: Scene, path: str) -> None:
    site.write("/", "<h1>لا شيء هنا</h1>")
    sitemap = (DATA / "feeds" / "news_sitemap_ar.xml").read_text(encoding="utf-8")
    site.write(path, POSTS if "posts" in path else sitemap if "sitemap" in path else rss(item(1)))
    assert (await discover(site.url, fetcher, scene.clock())).url == f"{site.url}{path}"


async def test_a_page_that_is_gone_leads_to_its_site(site: WrittenSite, fetcher: Fetcher, scene: Scene) -> None:
    for _ in range(2):
        with pytest.raises(FetchError, match="404"):
            await discover(f"{site.url}/old/feed", fetcher, scene.clock())
        site.write("/", "<h1>لا شيء هنا</h1>")
    site.write("/", '<link rel="alternate" type="application/rss+xml" href="/f">')
    site.write("/f", rss(item(1)), "application/rss+xml")
    assert (await discover(f"{site.url}/old/feed", fetcher, scene.clock())).url == f"{site.url}/f"


async def test_a_site_without_news_says_what_was_tried(site: WrittenSite, fetcher: Fetcher, scene: Scene) -> None:
    site.write("/", "<h1>لا شيء هنا</h1>")
    with pytest.raises(ParseError, match="usual places"):
        await discover(site.url, fetcher, scene.clock())


async def test_an_article_is_read_from_its_page_where_no_source_is_found(
    site: WrittenSite, fetcher: Fetcher, scene: Scene
) -> None:
    site.write("/news/bridge", PAGE)
    found = await discover_any(f"{site.url}/news/bridge", fetcher, scene.clock())
    assert found.is_page
    assert [item.title for item in found.feed.items] == ["نموذج: جسر جديد فوق نهر جيحون"]
    site.write("/rss.xml", rss(item(1)))
    found = await discover_any(f"{site.url}/news/bridge", fetcher, scene.clock())
    assert (found.url, found.is_page) == (f"{site.url}/rss.xml", False)


@pytest.mark.parametrize(
    ("path", "robots"), [("/", ""), ("/news/bridge", "User-agent: *\nDisallow: /news/")], ids=["front", "robots"]
)
async def test_a_front_page_is_no_article_and_robots_txt_holds(
    site: WrittenSite, fetcher: Fetcher, scene: Scene, path: str, robots: str
) -> None:
    site.write(path, PAGE)
    site.write("/robots.txt", robots, "text/plain")
    with pytest.raises(ParseError, match="usual places"):
        await discover_any(f"{site.url}{path}", fetcher, scene.clock())


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


@pytest.mark.parametrize("robots", ["User-agent: Qasid\nDisallow: /2", "User-agent: *\nDisallow: /", "503"])
async def test_no_page_is_asked_for_that_robots_txt_forbids(
    scene: Scene, collector: Collector, site: WrittenSite, robots: str
) -> None:
    if robots == "503":
        site.fail("/robots.txt", 503)
    else:
        site.write("/robots.txt", robots, "text/plain")
    site.write("/2", PAGE)
    site.write("/f", rss(item(1, TEASER)), "application/rss+xml")
    await poll(scene, collector, f"{site.url}/f")
    site.write("/f", rss(item(2, TEASER)), "application/rss+xml")
    await poll(scene, collector, hours=2)
    assert "/2" not in site.asked
    assert await scene.one(select(versions.c.body).where(versions.c.article_id == 2)) == "وصل مهندسون ضفتي النهر…"


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
