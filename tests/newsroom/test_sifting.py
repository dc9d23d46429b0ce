"""What is cut out of a feed before it is parsed: nothing that has changed, and nothing that others depend on."""

from datetime import UTC, datetime
from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsroom.articles import ParsedArticle
from newsroom.errors import ParseError
from newsroom.items import ParsedFeed
from newsroom.reading import read_feed
from newsroom.seen import FORM, read_marks
from newsroom.sifting import MOST_ITEMS, Sifted, cut_surplus, find_items, sift
from sandbox.site import SampleSite
from tests.newsroom.test_feeds import LIVE, URL, in_feed
from tests.newsroom.test_reading import FEEDS

NOW = datetime(2026, 11, 28, 9, tzinfo=UTC)
ODD = ["<item>", "</item>", "<![CDATA[", "]]>", "<!--", "-->", "&amp;", "&nbsp;", "<p>", "</p>", "<?x", "?>", "ص", '"']
TEXTS = st.lists(st.sampled_from([*ODD, " ", "x", "<title>", "</title>", "\n"]), min_size=1, max_size=8).map("".join)


def item(guid: str, title: str, more: str = "") -> str:
    return f"<title>{title}</title><guid>{guid}</guid><description><![CDATA[<p>{title}</p>]]></description>{more}"


def read(body: bytes, seen: bytes = b"") -> ParsedFeed:
    return read_feed(body, URL, now=NOW, seen=seen)


def told(feed: ParsedFeed) -> list[str]:
    return [one.title for one in feed.items]


def left(body: bytes, seen: bytes) -> Sifted:
    return sift(body, read_marks(seen))


@cache
def sample() -> bytes:
    site = SampleSite(clock=NOW.timestamp)
    for _ in range(6):
        site.publish()
    return site.write_feed().encode()


def read_all(body: bytes) -> dict[str, ParsedArticle]:
    """Answer what a feed tells when all of it is read; nothing where it is none."""
    return {one.guid: one for one in read(body).items}


def test_what_nobody_reads_is_cut_out_before_it_is_parsed() -> None:
    body = in_feed(*(item(str(number), f"خبر {number}") for number in range(MOST_ITEMS + 5)))
    rest = cut_surplus(body)
    assert len(find_items(rest)) == MOST_ITEMS
    assert read(rest).items == read(body).items
    assert cut_surplus(rest) == rest


def test_what_is_left_of_more_than_a_thousand_is_read_when_those_are_known() -> None:
    body = in_feed(*(item(str(number), f"خبر {number}") for number in range(MOST_ITEMS + 5)))
    first = read(body)
    assert (len(first.items), first.has_more) == (MOST_ITEMS, True)
    second = read(body, first.seen)
    assert ([one.guid for one in second.items], second.has_more) == ([str(MOST_ITEMS + n) for n in range(5)], False)
    assert len(second.seen) == (MOST_ITEMS + 5) * FORM.size
    assert (read(body, second.seen).items, len(second.listing.guids)) == ((), MOST_ITEMS + 5)


def test_what_was_told_is_cut_out_and_stays_seen_and_listed() -> None:
    first = read(in_feed(item("1", "أ"), item("2", "ب")))
    body = in_feed(item("3", "ج"), item("1", "أ"), item("2", "ب"))
    assert b"<guid>1</guid>" not in left(body, first.seen).body
    feed = read(body, first.seen)
    assert told(feed) == ["ج"]
    assert len(feed.seen) == 3 * FORM.size
    assert (feed.listing, feed.ttl, feed.links, feed.title) == tuple(
        getattr(read(body), name) for name in ("listing", "ttl", "links", "title")
    )


def test_a_feed_of_nothing_new_is_no_work_and_no_fault() -> None:
    first = read(sample())
    again = read(sample().replace(b"</title>", b"!</title>", 1), first.seen)
    assert (again.items, sorted(again.seen), again.listing) == ((), sorted(first.seen), first.listing)
    assert again.title == first.title + "!"


@pytest.mark.parametrize("name", sorted(path.name for path in FEEDS.iterdir()))
def test_every_feed_that_comes_again_is_the_same(name: str) -> None:
    body = (FEEDS / name).read_bytes()
    first = read(body)
    again = read(body, first.seen)
    assert (again.items, again.listing, again.links, again.ttl) == ((), first.listing, first.links, first.ttl)


@given(place=st.integers(0, len(sample()) - 1), length=st.integers(0, 30), text=TEXTS)
def test_whatever_changes_within_a_feed_is_seen_as_when_all_of_it_is_read(place: int, length: int, text: str) -> None:
    before, changed = read(sample()), sample()[:place] + text.encode() + sample()[place + length :]
    try:
        whole = read_all(changed)
    except ParseError:
        whole = {}
    known = {one.guid: one for one in before.items}
    try:
        found = {one.guid: one for one in read(changed, before.seen).items}
    except ParseError:
        found = {}
        assert not whole
    assert {guid: one for guid, one in whole.items() if known.get(guid) != one}.items() <= found.items()
    assert found.items() <= whole.items()


@given(st.permutations(range(6)), st.integers(0, 6), st.integers(0, 6))
def test_what_is_left_is_read_as_within_the_whole(order: list[int], known: int, shown: int) -> None:
    items = [item(f"g{number}", f"t{number}") for number in order]
    seen = read(in_feed(*items[:known])).seen if known else b""
    body = in_feed(*items[:shown])
    whole, feed = read(body), read(body, seen)
    assert feed.items == tuple(one for one in whole.items if one.guid not in {f"g{n}" for n in order[:known]})
    assert sorted(read_marks(feed.seen)) == sorted(read_marks(whole.seen))
    assert feed.listing == whole.listing


def test_an_item_that_shares_its_guid_with_one_that_is_new_comes_with_it() -> None:
    first = read(in_feed(item(LIVE, "أول")))
    for guid in (LIVE, f"<![CDATA[{LIVE}]]>"):
        body = in_feed(item(guid, "ثانٍ"), item(LIVE, "أول"))
        assert read(body, first.seen).items == read(body).items
        assert len(read(body).items) == 2


def test_what_names_mean_is_part_of_what_is_told() -> None:
    body = sample()
    other = body.replace(b"http://purl.org/rss/1.0/modules/content/", b"http://site.example/other/")
    assert left(body, read(body).seen).digests == []
    assert len(left(other, read(body).seen).digests) == 6


def test_a_text_that_shows_tags_is_no_item() -> None:
    shown = item("1", "أ", "<content:encoded xmlns:content='x'><![CDATA[</item><item>]]></content:encoded>")
    assert len(find_items(in_feed(shown, "<title>x</title><guid>2</guid>"))) == 2
    assert len(find_items(in_feed("<!-- <item> --><guid>2</guid>"))) == 1


@pytest.mark.parametrize(
    "body",
    [
        b"<rss><item><item></item></item></rss>",
        b"<rss><item/><item></item></rss>",
        b"<rss><item></item></item></rss>",
        b"<rss><item><![CDATA[</item></rss>",
        b"<rss><item></rss>",
        b"<!DOCTYPE rss [<!-- <item> -->]><rss><item></item></rss>",
        b"<rss><item>\xff</item></rss>",
        b"<rss><item>\xef\xbf\xbd</item></rss>",
        b"<rss><item>\0</item></rss>",
        b'{"a": "<item></item>"}',
        b"",
    ],
)
def test_what_is_in_doubt_is_left_as_it_is(body: bytes) -> None:
    assert sift(body, {}) == Sifted(body)


def test_broken_xml_is_never_known_by_its_bytes() -> None:
    body = in_feed(item("1", "أ"))[:-20]
    assert set(read_marks(read(body).seen)).isdisjoint(sift(body, {}).digests)


def test_marks_of_an_earlier_form_are_known_no_more() -> None:
    first = read(in_feed(item("1", "أ")))
    assert told(read(in_feed(item("1", "أ")), first.seen[:8] * 4)) == ["أ"]
