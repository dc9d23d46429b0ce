"""Every kind of source is known by what came from it, and reads to the same kind of article."""

from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsroom.articles import ParsedArticle
from newsroom.errors import ParseError
from newsroom.items import ParsedFeed
from newsroom.reading import Kind, read_feed, request_address, second_address, tell_kind

FEEDS = Path(__file__).parent.parent / "data" / "feeds"
NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)
URL = "https://samples.example/feed/"
POSTS = "https://samples.example/wp-json/wp/v2/posts"


def read(name: str) -> ParsedFeed:
    return read_feed((FEEDS / name).read_bytes(), URL, now=NOW)


def test_posts_of_wordpress_are_read_with_their_terms_author_and_picture() -> None:
    feed = read("posts_ar.json")
    (first,) = feed.items
    assert first == ParsedArticle(
        guid="https://samples.example/?p=301",
        url="https://samples.example/2026/11/24/rail/",
        title="نموذج: خط حديدي جديد – من كاشغر إلى أوش & ما بعدها",
        lead="يبدأ العمل في الربيع على الجانبين من الحدود. نص تجريبي.",
        body="يبدأ العمل في الربيع على الجانبين من الحدود.\n\nنص تجريبي.",
        author="محررة النماذج",
        image="https://samples.example/wp-content/uploads/rail.jpg",
        language="ar",
        categories=("آسيا الوسطى", "سكك حديدية"),
        published_at=datetime(2026, 11, 24, 6, tzinfo=UTC),
        modified_at=datetime(2026, 11, 24, 6, 30, tzinfo=UTC),
    )
    assert (feed.title, feed.since) == ("samples.example", "2026-11-24T07:45:10Z")


def test_what_a_password_protects_is_left_out_and_no_fault() -> None:
    assert (len(read("posts_ar.json").items), read("posts_ar.json").unread) == (1, 0)


def test_what_was_scheduled_is_asked_for_by_when_it_appeared() -> None:
    asked = parse_qs(urlsplit(second_address(POSTS, "2026-11-24T07:45:10Z 50")).query)
    assert (asked["after"], asked["orderby"], asked["order"]) == (["2026-11-24T01:45:10Z"], ["date"], ["desc"])
    assert not {"modified_after", "offset"} & set(asked)
    assert [second_address(POSTS), second_address(URL, "2026-11-24T07:45:10Z")] == ["", ""]


def test_wordpress_is_asked_for_what_changed_since_and_at_first_for_the_newest() -> None:
    first, later = (parse_qs(urlsplit(request_address(POSTS, since)).query) for since in (None, "2026-11-24T07:45:10Z"))
    assert (first["orderby"], first["order"], "modified_after" in first) == (["modified"], ["desc"], False)
    assert (later["order"], later["modified_after"]) == (["asc"], ["2026-11-24T07:45:09Z"])


def test_posts_of_one_second_are_read_page_by_page_by_their_ids_and_not_again() -> None:
    post = {"modified_gmt": "2026-11-24T07:45:10", "title": {"rendered": "خبر"}}
    whole = orjson.dumps([{**post, "guid": {"rendered": f"g{number}"}} for number in range(50)])
    since, asked = "2026-11-24T07:45:10Z", []
    for body in (whole, whole, whole, b"[]", b"[]"):
        address = request_address(POSTS, since)
        query = {name: value for name, (value,) in parse_qs(urlsplit(address).query).items()}
        told = (query["modified_after"][-3:-1], query.get("modified_before", "")[-3:-1], query.get("offset"))
        asked.append((*told, query["orderby"]))
        since = read_feed(body, address, now=NOW).since or since
    pages = [("09", "11", offset, "id") for offset in ("0", "50", "100")]
    assert asked == [("09", "", None, "modified"), *pages, ("10", "", None, "modified")]


@pytest.mark.parametrize("url", [f"{POSTS}/?lang=ar", "https://samples.example/?rest_route=/wp/v2/posts"])
def test_an_address_of_posts_keeps_what_it_asks_for(url: str) -> None:
    asked, before = (parse_qs(urlsplit(address).query) for address in (request_address(url), url))
    assert before.items() <= asked.items()
    assert "per_page" in asked


def test_other_addresses_are_asked_as_they_are() -> None:
    assert request_address(URL, "2026-11-24T07:45:10Z") == URL


PUBLISHED, CHANGED = "2026-11-24T06:00:00+00:00", "2026-11-24T07:30:00+00:00"


def test_when_an_article_was_changed_is_told_by_every_kind_and_only_where_that_was_later() -> None:
    def told(published: str, changed: str) -> list[datetime | None]:
        dates = f"<published>{published}</published><updated>{changed}</updated>"
        atom = f'<entry><id>1</id><title>خبر</title><link href="/1"/>{dates}</entry>'
        post = {"guid": {"rendered": "1"}, "title": {"rendered": "خبر"}, "date_gmt": published, "modified_gmt": changed}
        item = {"id": "1", "title": "خبر", "date_published": published, "date_modified": changed}
        feed = {"version": "https://jsonfeed.org/version/1", "items": [item]}
        atom = f'<feed xmlns="http://www.w3.org/2005/Atom">{atom}</feed>'
        bodies = (atom.encode(), orjson.dumps([post]), orjson.dumps(feed))
        return [read_feed(body, URL, now=NOW).items[0].modified_at for body in bodies]

    assert told(PUBLISHED, CHANGED) == [datetime.fromisoformat(CHANGED)] * 3
    assert told(PUBLISHED, PUBLISHED) == [None] * 3
    assert told(CHANGED, PUBLISHED) == [None] * 3


def test_a_json_feed_is_read_and_what_is_no_item_costs_no_other() -> None:
    feed = read("jsonfeed_ar.json")
    tea, rate = feed.items
    assert (feed.title, feed.language, feed.unread) == ("موقع النماذج – JSON", "ar", 1)
    assert (tea.url, tea.image) == ("https://samples.example/2026/11/24/tea/", "https://samples.example/tea.jpg")
    assert (tea.author, tea.categories) == ("محرر النماذج", ("زراعة", "يوننان"))
    assert tea.published_at == datetime(2026, 11, 24, 6, tzinfo=UTC)
    assert (rate.guid, rate.body, rate.author) == ("2", "سعر الصرف < 7 لليوم الثالث", "محرر قديم")


def test_a_news_sitemap_tells_titles_and_dates() -> None:
    feed = read("news_sitemap_ar.xml")
    (port,) = feed.items
    assert (feed.title, feed.language) == ("موقع النماذج", "ar")
    assert port.title == "نموذج: ميناء غوادر يستقبل أول سفينة في الشتاء"
    assert (port.url, port.guid) == ("https://samples.example/2026/11/24/port/",) * 2
    assert (port.categories, port.image) == (("موانئ", "باكستان"), "https://samples.example/port.jpg")
    assert port.published_at == datetime(2026, 11, 24, 5, 15, tzinfo=UTC)


def test_half_a_character_costs_a_json_feed_no_more_than_itself() -> None:
    feed = {
        "version": "https://jsonfeed.org/version/1.1",
        "items": [{"id": "1", "title": "قمة %"}, {"id": "2", "title": "x"}],
    }
    for broken in (r"\ud83d", "\n"):
        body = orjson.dumps(feed).replace(b"%", broken.encode())
        assert [item.title for item in read_feed(body, URL, now=NOW).items] == ["قمة", "x"]


def test_what_is_neither_text_nor_number_says_nothing() -> None:
    deep = "[" * 900 + "]" * 900
    post = (
        f'{{"guid": {{"rendered": "1"}}, "title": {{"rendered": "خبر"}}, "modified_gmt": {deep}, "link": {{"a": 1}}}}'
    )
    (item,) = read_feed(f"[{post}]".encode(), URL, now=NOW).items
    assert (item.title, item.url) == ("خبر", "")
    assert (
        read_feed(f'{{"version": "https://jsonfeed.org/version/1", "title": {deep}}}'.encode(), URL, now=NOW).title
        == ""
    )
    for told in (f'{{"version": {deep}}}', f'{{"message": {deep}}}'):
        with pytest.raises(ParseError, match="no JSON Feed"):
            read_feed(told.encode(), URL, now=NOW)


def test_an_address_that_counts_strangely_is_read_all_the_same() -> None:
    post = {"guid": {"rendered": "1"}, "title": {"rendered": "خبر"}, "modified_gmt": "2026-11-24T07:45:10"}
    assert read_feed(orjson.dumps([post]), f"{POSTS}?offset=x&modified_after=y", now=NOW).since


def test_an_odd_json_feed_keeps_what_can_be_read() -> None:
    first, second = read("odd_ar.json").items
    assert (first.guid, first.author, first.categories) == ("1", "محرر النماذج", ("سياسة",))
    assert (second.title, second.url) == ("نص بلا عنوان", "https://samples.example/odd/2")


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ('{"code": "rest_no_route", "message": "لا مسار"}', "لا مسار"),
        ('{"items": []}', "no JSON Feed"),
        ("[1, 2]", "no posts of WordPress"),
        ('{"version": ', "its JSON is broken"),
        ("[" * 100_000, "its JSON is broken"),
        (
            '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"><url><loc>x</loc></url></urlset>',
            "without news",
        ),
        (
            (
                '<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"><sitemap><loc>https://x.example/n.xml'
                "</loc></sitemap></sitemapindex>"
            ),
            "https://x.example/n.xml",
        ),
        ('<!DOCTYPE u [<!ENTITY a "aaaa">]><urlset><url/></urlset>', "without news"),
        ("<html><body>no feed</body></html>", "no RSS and no Atom"),
    ],
)
def test_what_is_no_source_says_what_it_is(body: str, reason: str) -> None:
    with pytest.raises(ParseError, match=reason):
        read_feed(body.encode(), URL, now=NOW)


values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
)
named = st.sampled_from(["guid", "title", "content", "_embedded", "items", "authors", "tags", "url", "excerpt"])


@given(st.lists(st.dictionaries(named, values | st.fixed_dictionaries({"rendered": values}), max_size=6), max_size=4))
def test_whatever_is_in_posts_they_are_read_or_refused(posts: list[dict[str, object]]) -> None:
    for told in (posts, {"version": "https://jsonfeed.org/version/1", "items": posts}):
        try:
            feed = read_feed(orjson.dumps(told), URL, now=NOW)
        except ParseError:
            continue
        assert len(feed.items) + feed.unread <= len(posts)


@pytest.mark.parametrize(
    ("written", "kind"),
    [
        ("\ufeff [{}]", Kind.POSTS),
        ('{"version": "x"}', Kind.JSON),
        ("<rss><channel><title>&lt;feed></title></channel></rss>", Kind.RSS),
        ('<?xml version="1.0"?><rdf:RDF/>', Kind.RSS),
        ('<?xml version="1.0"?>\n<!-- <rss> -->\n<feed xmlns="http://www.w3.org/2005/Atom"/>', Kind.ATOM),
        ("<a:feed/>", Kind.ATOM),
        ("<urlset/>", Kind.SITEMAP),
    ],
)
def test_the_kind_of_a_source_is_told(written: str, kind: Kind) -> None:
    assert tell_kind(written.encode()) is kind
