"""Feeds: RSS 2.0, RSS 1.0 and Atom, sound and broken, in several encodings."""

import time
from datetime import UTC, datetime
from pathlib import Path

import pytest

from newsroom.errors import ParseError
from newsroom.items import LONGEST_TEXT, LONGEST_TITLE, MOST_CATEGORIES
from newsroom.reading import read_feed
from newsroom.sifting import MOST_ITEMS

FEEDS = Path(__file__).parent.parent / "data" / "feeds"
NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)
URL = "https://samples.example/feed/"


def read(name: str) -> bytes:
    return (FEEDS / name).read_bytes()


def in_rss(item: str, prolog: str = "") -> bytes:
    return f"{prolog}<rss version='2.0'><channel><title>x</title><item>{item}</item></channel></rss>".encode()


def test_a_wordpress_feed_is_read_whole() -> None:
    feed = read_feed(read("wordpress_ar.xml"), URL, now=NOW)
    first, second = feed.items
    assert feed.title == "موقع النماذج – أخبار الصين"
    assert first.title == "وزيرا خارجية الصين وطاجيكستان يبحثان «المياه» في دوشنبه & ملفات أخرى"
    assert first.guid == "https://samples.example/?p=101"
    assert first.published_at == datetime(2026, 11, 24, 4, 30, tzinfo=UTC)
    assert first.categories == ("آسيا الوسطى", "سياسة خارجية")
    assert first.author == "محرر النماذج"
    assert first.language == "ar"
    assert first.image == "https://samples.example/wp-content/uploads/water.jpg"
    assert second.url == "https://samples.example/2026/11/23/factory/"


def test_the_body_is_text_in_paragraphs_without_scripts() -> None:
    body = read_feed(read("wordpress_ar.xml"), URL, now=NOW).items[0].body
    assert "alert" not in body
    assert "نمو التبادل > 5%\n\nمشروعان جديدان\n\nنص تجريبي" in body


def test_a_teaser_that_was_cut_gives_way_to_the_beginning_of_the_body() -> None:
    lead = read_feed(read("wordpress_ar.xml"), URL, now=NOW).items[0].lead
    assert lead.startswith("بحث الوزيران التعاون في إدارة الموارد المائية خلال لقاء في دوشنبه.")
    assert "appeared first" not in lead


def in_feed(*items: str) -> bytes:
    listed = "".join(f"<item>{one}</item>" for one in items)
    return f"<rss version='2.0'><channel><title>x</title>{listed}</channel></rss>".encode()


def listed(guid: str, *rest: tuple[str, str]) -> list[tuple[str, str]]:
    """Answer the guids and titles of items that all have this guid, each with a title and an address."""
    items = [f"<guid>{guid}</guid><title>{title}</title><link>{link}</link>" for title, link in rest]
    return [(item.guid, item.title) for item in read_feed(in_feed(*items), URL, now=NOW).items]


LIVE = "https://x.example/live"


def test_items_that_share_a_link_as_their_guid_are_told_apart_by_title_in_every_poll() -> None:
    both = listed(LIVE, ("أول", LIVE), ("ثانٍ", LIVE), ("أوّل", LIVE))
    assert [title for _, title in both] == ["أول", "ثانٍ"]
    assert len({guid for guid, _ in both}) == 2
    assert listed(LIVE, ("ثالث", LIVE), ("ثانٍ", LIVE))[1] == both[1]


def test_items_of_other_addresses_are_told_apart_whatever_their_guid() -> None:
    assert len(listed("0", ("a", "https://x.example/1"), ("b", "https://x.example/2"))) == 2


def test_an_article_that_is_listed_twice_is_read_once() -> None:
    assert listed("7", ("a", LIVE), ("a, corrected", LIVE)) == [("7", "a")]


GOOD = "<title>صحيح</title><link>https://x.example/good</link>"


@pytest.mark.parametrize(
    "bad",
    [
        "<title>x</title><link>http://[site]/</link><guid>1</guid>",
        "<title>x</title><link>https://x.example/1</link><enclosure url='http://[x' type='image/png'/>",
        "<title>x</title><link>https://x.example/1</link><description>&lt;![foo[ x</description>",
        "<title>x\0y</title><link>https://x.example/1</link>",
        f"<title>x</title><link>https://x.example/{'م' * 3000}</link>",
    ],
)
def test_a_bad_item_does_not_keep_the_others_away(bad: str) -> None:
    feed = read_feed(in_feed(bad, GOOD), URL, now=NOW)
    assert feed.items[-1].title == "صحيح"
    assert len(feed.items) + feed.unread == 2


def test_a_bad_address_costs_the_item_its_address_alone() -> None:
    item = read_feed(in_feed("<title>x</title><link>http://[site]/</link><guid>7</guid>"), URL, now=NOW).items[0]
    assert (item.guid, item.url) == ("7", "")


@pytest.mark.parametrize("guid", ["a" * 6000, "م" * 3000])
def test_no_guid_and_no_address_is_too_long_for_an_index(guid: str) -> None:
    items = read_feed(
        in_feed(f"<title>x</title><guid>{guid}</guid><link>https://x.example/{guid}</link>"), URL, now=NOW
    )
    (item,) = items.items
    assert max(len(part.encode()) for part in (item.guid, item.url, item.canonical_url)) < 2700


@pytest.mark.parametrize("part", ["&#0;", "+2AA-", "\0"])
def test_what_no_database_takes_is_left_out(part: str) -> None:
    feed = read_feed(in_feed(f"<title>x{part}</title><guid>g{part}</guid>"), URL, "utf-7", now=NOW)
    for text in (feed.items[0].title, feed.items[0].guid):
        assert "\0" not in text
        assert text.encode()


class Stumbling:
    """A reader that raises what it likes."""

    def parse(self, *_: object, **__: object) -> None:
        raise TypeError("int() argument must be a string")


def test_when_one_reader_stumbles_the_other_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("newsroom.feeds.fastfeedparser", Stumbling())
    assert read_feed(in_feed(GOOD), URL, now=NOW).items[0].title == "صحيح"
    monkeypatch.setattr("feedparser.parse", Stumbling().parse)
    with pytest.raises(ParseError, match="TypeError"):
        read_feed(in_feed(GOOD), URL, now=NOW)


@pytest.mark.parametrize("filling", [" ", ".", "The post ", "\n \n", "&lt;!-- ", "&lt;b&gt; &lt;/b&gt;", "[…] "])
def test_no_text_takes_longer_than_its_length(filling: str) -> None:
    body = in_rss(f"<title>x</title><link>https://x.example/1</link><description>a{filling * 50_000}b</description>")
    assert len(read_feed(body, URL, now=NOW).items) == 1  # hours, where the time grows with the square or the cube


def test_a_signpost_at_the_end_of_a_long_teaser_is_left_out() -> None:
    teaser = "كلام " * 400 + "The post عنوان appeared first on موقع."
    body = in_rss(f"<title>x</title><link>https://x.example/1</link><description>{teaser}</description>")
    assert "appeared" not in read_feed(body, URL, now=NOW).items[0].lead


def test_an_item_with_nothing_to_send_is_left_out() -> None:
    assert len(read_feed(read("wordpress_ar.xml"), URL, now=NOW).items) == 2


def test_rss_1_is_read() -> None:
    (item,) = read_feed(read("rss10_fr.rdf"), URL, now=NOW).items
    assert item.title == "La Chine et la Tunisie signent un accord fictif sur les énergies"
    assert item.published_at == datetime(2026, 11, 23, 17, tzinfo=UTC)
    assert item.language == "fr"


def test_atom_is_read() -> None:
    (item,) = read_feed(read("atom_zh.xml"), URL, now=NOW).items
    assert item.title == "中国与塔吉克斯坦举行示例会谈"
    assert (item.language, item.categories) == ("zh", ("外交",))
    assert item.body == "两国外长讨论水资源合作。\n\n本文为示例文字。"


def test_broken_xml_is_read_as_far_as_it_goes() -> None:
    items = read_feed(read("broken_ar.xml"), URL, now=NOW).items
    assert [item.guid for item in items] == ["1", "2"]
    assert items[0].title == "نمو A & B في السوق"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "windows-1256", "iso-8859-6"])
def test_an_encoding_that_the_prolog_names_is_understood(encoding: str) -> None:
    name = encoding.removesuffix("-sig")
    text = f"<?xml version='1.0' encoding='{name}'?><rss version='2.0'><channel><item><title>الصين</title><link>https://x.example/1</link></item></channel></rss>"
    assert read_feed(text.encode(encoding), URL, now=NOW).items[0].title == "الصين"


def test_without_a_prolog_http_tells_the_encoding() -> None:
    body = "<rss version='2.0'><channel><item><title>الصين</title><guid>1</guid></item></channel></rss>"
    assert read_feed(body.encode("windows-1256"), URL, "windows-1256", now=NOW).items[0].title == "الصين"


@pytest.mark.parametrize(
    "date",
    [
        "",
        "<pubDate>Mon, 01 Jan 0001 00:00:00 +0000</pubDate>",
        "<pubDate>الثلاثاء</pubDate>",
        "<pubDate>Wed, 24 Nov 2027 09:00:00 GMT</pubDate>",
    ],
)
def test_a_date_that_is_missing_or_impossible_is_unknown(date: str) -> None:
    body = in_rss(f"<title>x</title><link>https://x.example/1</link>{date}")
    assert read_feed(body, URL, now=NOW).items[0].published_at is None


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"hello",
        b"<html><body>no feed</body></html>",
        b"<!DOCTYPE x [<!ENTITY a 'b'><!ENTITY c SYSTEM 'file:///etc/passwd'>]><rss><channel/></rss>",
        b"<rss><channel><item",
    ],
)
def test_what_is_no_feed_is_refused_with_a_reason(body: bytes) -> None:
    with pytest.raises(ParseError) as refused:
        read_feed(body, URL, now=NOW)
    assert refused.value.reason


ENTITIES = '<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;"><!ENTITY c SYSTEM "file:///etc/passwd">'


@pytest.mark.parametrize(
    "before",
    [
        f"<!DOCTYPE x [{ENTITIES}]>",
        f"<!-- <rss> --><!DOCTYPE x [{ENTITIES}]>",
        f"<?x <rss ?><!DOCTYPE x [{ENTITIES}]>",
        f'<!DOCTYPE rss SYSTEM "<rss <!--" [{ENTITIES}]><!-- -->',
        "<!-- -->" * 9000 + f"<!DOCTYPE x [{ENTITIES}]>",
    ],
)
def test_entities_are_refused_wherever_they_are_declared(before: str) -> None:
    body = before.encode() + in_feed("<title>&b;&c;</title><guid>1</guid>")
    with pytest.raises(ParseError, match="entities"):
        read_feed(body, URL, now=NOW)


def test_what_is_too_long_is_cut_and_what_is_too_many_left_out() -> None:
    categories = "".join(f"<category>{number}</category>" for number in range(200))
    long = f"<title>{'قمة ' * 300_000}</title><guid>1</guid><description>{'نص ' * 300_000}</description>{categories}"
    feed = read_feed(
        in_feed(long, *[f"<title>{number}</title><guid>g{number}</guid>" for number in range(2000)]), URL, now=NOW
    )
    first = feed.items[0]
    assert (len(feed.items), len(first.categories)) == (MOST_ITEMS, MOST_CATEGORIES)
    assert (len(first.title) <= LONGEST_TITLE, len(first.body)) == (True, LONGEST_TEXT)
    assert first.title.endswith("…")


def test_a_thousand_items_of_one_guid_are_told_apart_at_once() -> None:
    began = time.process_time()
    items = [
        f"<title>{'قمة ' * 50}{number}</title><guid>1</guid><link>https://x.example/{number}</link>"
        for number in range(1000)
    ]
    assert len(read_feed(in_feed(*items), URL, now=NOW).items) == 1000
    assert time.process_time() - began < 2


def test_an_empty_feed_is_a_feed() -> None:
    assert read_feed(b"<rss version='2.0'><channel><title>x</title></channel></rss>", URL, now=NOW).items == ()


def test_an_address_is_never_fetched_for_a_body_that_looks_like_one() -> None:
    with pytest.raises(ParseError):
        read_feed(b"http://127.0.0.1:1/feed", URL, now=NOW)
