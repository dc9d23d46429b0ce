"""Discovery: the best source of a site, from its address alone, and the article of a page where there is none."""

from pathlib import Path

import pytest

from jobs.discover import discover, discover_any
from jobs.fetcher import Fetcher
from newsroom.errors import FetchError, ParseError
from newsroom.reading import Kind
from tests.scene import Scene
from tests.written import WrittenSite, item, rss

DATA = Path(__file__).parent.parent / "data"
POSTS = (DATA / "feeds" / "posts_ar.json").read_text(encoding="utf-8")
PAGE = (DATA / "pages" / "article_ar.html").read_text(encoding="utf-8")
SITEMAP = (DATA / "feeds" / "news_sitemap_ar.xml").read_text(encoding="utf-8")
INDEX = """<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">
<sitemap><loc>{url}/pages.xml</loc><lastmod>2026-11-24</lastmod></sitemap>
<sitemap><loc>{url}/news-1.xml</loc><lastmod>2026-10-01</lastmod></sitemap>
<sitemap><loc>{url}/news-2.xml</loc><lastmod>2026-11-23T08:00:00Z</lastmod></sitemap>
</sitemapindex>"""


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


async def test_a_wordpress_that_http_names_is_found(site: WrittenSite, fetcher: Fetcher, scene: Scene) -> None:
    site.write("/", "<h1>لا شيء هنا</h1>")
    site.links["/"] = '<{url}/f>; rel="alternate", <{url}/api/>; rel="https://api.w.org/"'
    site.write("/api/wp/v2/posts", POSTS, "application/json")
    assert (await discover(f"{site.url}/", fetcher, scene.clock())).url == f"{site.url}/api/wp/v2/posts"


async def test_a_sitemap_that_robots_txt_names_is_found(site: WrittenSite, fetcher: Fetcher, scene: Scene) -> None:
    site.write("/", "<h1>لا شيء هنا</h1>")
    site.write("/robots.txt", "Sitemap: {url}/odd.xml\nUser-agent: *\nDisallow: /admin", "text/plain")
    site.write("/odd.xml", SITEMAP, "text/xml")
    found = await discover(f"{site.url}/", fetcher, scene.clock())
    assert (found.url, found.kind) == (f"{site.url}/odd.xml", Kind.SITEMAP)


@pytest.mark.parametrize("at", ["/", "/sitemap.xml"])
async def test_of_the_sitemaps_that_an_index_lists_the_newest_of_news_is_read(
    site: WrittenSite, fetcher: Fetcher, scene: Scene, at: str
) -> None:
    site.write("/", "<h1>لا شيء هنا</h1>")
    site.write(at, INDEX, "text/xml")
    for path in ("/pages.xml", "/news-1.xml", "/news-2.xml"):
        site.write(path, SITEMAP, "text/xml")
    assert (await discover(f"{site.url}/", fetcher, scene.clock())).url == f"{site.url}/news-2.xml"


async def test_an_index_without_end_is_looked_through_no_further_than_three(
    site: WrittenSite, fetcher: Fetcher, scene: Scene
) -> None:
    site.write("/", "<h1>لا شيء هنا</h1>")
    listed = "".join(f"<sitemap><loc>{{url}}/n{number}.xml</loc></sitemap>" for number in range(500))
    site.write(
        "/sitemap.xml", f'<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{listed}</sitemapindex>'
    )
    with pytest.raises(ParseError, match="usual places"):
        await discover(f"{site.url}/", fetcher, scene.clock())
    assert [path for path in site.asked if path.startswith("/n") and path[2].isdigit()] == [
        "/n0.xml",
        "/n1.xml",
        "/n2.xml",
    ]


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
