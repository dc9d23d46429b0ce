"""Every kind of RSS and Atom that is about, and what feeds put into one another: each item reads as it was meant.

A kind more is a file of tests/data/feeds and a line of KINDS. How broken feeds are read is in test_feeds.py.
"""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from newsroom.articles import ParsedArticle
from newsroom.items import ParsedFeed
from newsroom.reading import read_feed

FEEDS = Path(__file__).parent.parent / "data" / "feeds"
NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)
URL = "https://samples.example/feed/"
SITE = "https://samples.example"
EVENING = datetime(2026, 11, 23, 18, 30, tzinfo=UTC)

KINDS: tuple[tuple[str, str, tuple[dict[str, Any], ...]], ...] = (
    (
        "rss090_ar.rdf",
        "نماذج ٠٫٩٠",
        (
            {"title": "ميناء تيانجين يستقبل سفينة تجريبية", "url": f"{SITE}/090/1", "published_at": None},
            {"title": "معرض للخزف في جينغدتشن", "url": f"{SITE}/090/2", "published_at": None},
        ),
    ),
    (
        "rss091_ar.xml",
        "نماذج ٠٫٩١",
        (
            {"title": "قطار تجريبي بين بكين وتشنغدو", "body": "ينطلق القطار صباحًا ويصل مساءً."},
            {"title": "الصين وتونس: اتفاق نموذجي", "body": "يشمل الاتفاق الطاقة والمياه.", "url": f"{SITE}/091/2"},
        ),
    ),
    (
        "rss092_ar.xml",
        "نماذج ٠٫٩٢",
        (
            {
                "title": "حصاد الشاي في يوننان",
                "url": f"{SITE}/092/1",
                "image": f"{SITE}/tea.jpg",
                "categories": ("زراعة", "يوننان"),
            },
            {"title": "خبر بلا عنوان عن جسر جديد.", "url": f"{SITE}/092/2"},
        ),
    ),
    ("rss093_ar.xml", "نماذج ٠٫٩٣", ({"title": "سوق للكتب في شيآن", "published_at": EVENING},)),
    (
        "rss094_ar.xml",
        "نماذج ٠٫٩٤",
        (
            {
                "title": "طريق بري إلى كاشغر",
                "url": f"{SITE}/094/1",
                "body": "افتُتح الطريق.\n\nوطوله مئة كيلومتر.",
                "published_at": EVENING,
            },
        ),
    ),
    (
        "rss10_ar.rdf",
        "نماذج ١٫٠",
        (
            {
                "guid": f"{SITE}/10/1",
                "title": "جامعة في نانجينغ تدرّس العربية",
                "lead": "يبدأ التدريس في الربيع.",
                "body": "يبدأ التدريس في الربيع.\n\nوعدد المقاعد خمسون.",
                "author": "محرر النماذج",
                "categories": ("تعليم",),
                "published_at": EVENING,
            },
        ),
    ),
    (
        "atom03_ar.xml",
        "نماذج أتوم ٠٫٣",
        (
            {
                "guid": "tag:samples.example,2026:1",
                "url": f"{SITE}/atom03/1",
                "lead": "يفتتح المهرجان في كانون الأول.",
                "body": "يفتتح المهرجان في كانون الأول.\n\nوفيه مئة تمثال.",
                "author": "محررة النماذج",
                "published_at": EVENING,
            },
            {"url": f"{SITE}/atom03/2", "body": "ثلاثة أيام على الماء.\n\nوالطريق طويل."},
        ),
    ),
)


@pytest.mark.parametrize(("name", "title", "items"), KINDS, ids=[kind[0] for kind in KINDS])
def test_a_feed_of_any_kind_reads_whole(name: str, title: str, items: tuple[dict[str, Any], ...]) -> None:
    feed = read_feed((FEEDS / name).read_bytes(), URL, now=NOW)
    told = [{part: getattr(item, part) for part in expected} for item, expected in zip(feed.items, items, strict=True)]
    assert (feed.title, feed.unread, told) == (title, 0, list(items))
    assert {item.language for item in feed.items} == {"ar"}


def rss(item: str, head: str = "", attributes: str = "") -> ParsedFeed:
    spaces = 'xmlns:media="http://search.yahoo.com/mrss/" xmlns:atom="http://www.w3.org/2005/Atom"'
    body = (
        f'<rss version="2.0" {spaces} {attributes}><channel><title>x</title>{head}<item>{item}</item></channel></rss>'
    )
    return read_feed(body.encode(), URL, now=NOW)


def atom(entry: str, attributes: str = "") -> ParsedArticle:
    space = 'xmlns="http://www.w3.org/2005/Atom"'
    body = f"<feed {space} {attributes}><title>x</title><id>f</id><entry><id>tag:1</id>{entry}</entry></feed>"
    (item,) = read_feed(body.encode(), URL, now=NOW).items
    return item


@pytest.mark.parametrize("broken", ["", "<b>"])
def test_links_are_relative_to_what_the_feed_says_that_they_are(broken: str) -> None:
    based = 'xml:base="https://other.example/ar/"'
    assert atom(f'<title>x{broken}</title><link href="2026/1"/>', based).url == "https://other.example/ar/2026/1"
    (item,) = rss(f"<title>x{broken}</title><guid>1</guid><link>2026/1</link>", attributes=based).items
    assert item.url == "https://other.example/ar/2026/1"


@pytest.mark.parametrize("broken", ["", "<b>"])
def test_a_relative_link_is_relative_to_its_feed(broken: str) -> None:
    (item,) = rss(f"<title>x{broken}</title><link>/1</link>").items
    assert item.url == f"{SITE}/1"


@pytest.mark.parametrize("broken", ["", "<b>"])
@pytest.mark.parametrize("attribute", ["", ' isPermaLink="true"'])
def test_without_a_link_the_guid_is_one_where_it_can_be(broken: str, attribute: str) -> None:
    (item,) = rss(f"<title>x{broken}</title><guid{attribute}>https://x.example/1</guid>").items
    assert (item.url, item.guid) == ("https://x.example/1",) * 2
    (item,) = rss(f"<title>x{broken}</title><guid{attribute}>7</guid>").items
    assert (item.url, item.guid) == ("", "7")


@pytest.mark.parametrize(
    "links",
    [
        '<link rel="self" href="/self"/><link rel="alternate" type="text/html" href="/page"/>',
        '<link rel="enclosure" type="audio/mpeg" href="/a.mp3"/><link href="/page"/>',
        '<link rel="alternate" type="application/json" href="/api"/><link rel="alternate" href="/page"/>',
        '<link rel="alternate" href="/page"/><link rel="alternate" hreflang="en" href="/en"/>',
        '<link rel="edit" href="/edit"/><link rel="replies" href="/replies"/><link href="/page"/>',
    ],
)
@pytest.mark.parametrize("broken", ["", "<b>"])
def test_of_several_links_the_page_is_taken(links: str, broken: str) -> None:
    assert atom(f"<title>x{broken}</title>{links}").url == f"{SITE}/page"


def test_a_feed_with_a_prefix_is_a_feed() -> None:
    body = (
        '<a:feed xmlns:a="http://www.w3.org/2005/Atom"><a:title>x</a:title><a:entry><a:id>1</a:id>'
        '<a:title>عنوان</a:title><a:link href="https://x.example/1"/></a:entry></a:feed>'
    )
    (item,) = read_feed(body.encode(), URL, now=NOW).items
    assert (item.title, item.url) == ("عنوان", "https://x.example/1")


def test_an_entry_that_was_taken_over_keeps_its_own_words() -> None:
    source = '<source><id>s</id><title>مصدر آخر</title><link href="https://other.example/"/></source>'
    item = atom(f'{source}<title>عنوان</title><link href="https://x.example/1"/>')
    assert (item.guid, item.title, item.url) == ("tag:1", "عنوان", "https://x.example/1")


def test_a_title_that_is_a_tree_is_read() -> None:
    div = '<div xmlns="http://www.w3.org/1999/xhtml">قمة <b>بكين</b></div>'
    item = atom(f'<title type="xhtml">{div}</title><link href="/1"/><summary type="xhtml">{div}</summary>')
    assert (item.title, item.lead) == ("قمة بكين", "قمة بكين")


def test_the_caption_of_a_picture_is_not_the_title_of_the_item() -> None:
    picture = (
        '<media:content url="https://x.example/1.jpg" medium="image"><media:title>y</media:title></media:content>'
        "<media:title>صورة</media:title><media:description>في الصورة وزير.</media:description>"
    )
    (item,) = rss(f"{picture}<title>عنوان</title><description>نص</description><guid>1</guid>").items
    assert (item.title, item.lead, item.image) == ("عنوان", "نص", "https://x.example/1.jpg")


@pytest.mark.parametrize(
    "picture",
    [
        '<enclosure url="/1.jpg" type="image/jpeg" length="9"/>',
        '<enclosure url="/a.mp3" type="audio/mpeg"/><media:content url="/1.jpg" medium="image"/>',
        '<media:group><media:content url="/1.jpg" type="image/jpeg"/></media:group>',
        '<media:thumbnail url="/1.jpg"/>',
    ],
)
def test_the_picture_of_an_item_is_what_it_encloses(picture: str) -> None:
    (item,) = rss(f"<title>x</title><guid>1</guid>{picture}").items
    assert item.image == f"{SITE}/1.jpg"


@pytest.mark.parametrize("date", ["05/11/2026", "10:30", "Tue", ""])
@pytest.mark.parametrize("guid", ["7", "20260102", "2026-01-02"])
def test_no_date_is_guessed_from_what_could_be_two_nor_from_a_guid(date: str, guid: str) -> None:
    (item,) = rss(f"<title>x</title><guid>{guid}</guid><pubDate>{date}</pubDate>").items
    assert item.published_at is None


def test_what_a_feed_says_of_its_language_decides_between_latin_ones() -> None:
    (item,) = rss("<title>Pékin</title><guid>1</guid>", head="<language>fr-FR</language>").items
    assert item.language == "fr"
