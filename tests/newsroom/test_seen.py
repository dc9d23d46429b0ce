"""What a source tells in the very words of its last poll is left out."""

from dataclasses import fields, replace
from datetime import UTC, datetime
from typing import Any

import orjson
import pytest

from newsroom.items import Head, ParsedFeed, Poll, RawItem, make_feed
from newsroom.reading import read_feed
from newsroom.seen import FORM, read_marks
from tests.newsroom.test_feeds import LIVE, URL, in_feed
from tests.newsroom.test_reading import FEEDS

NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)
ITEM = RawItem(
    "g1", "https://x.example/1", "عنوان", "مقدمة", "نص", "محرر", "https://x.example/1.jpg", ("أ",), ("2026-11-24",)
)
OTHERWISE: dict[str, Any] = {"categories": ("أ", "ب"), "moments": ("2026-11-23",)}
UNREADABLE: dict[str, Any] = {"moments": (7,)}


def read(*items: RawItem, seen: bytes = b"") -> ParsedFeed:
    return make_feed(Head(URL), items, lambda item: item, Poll(NOW, read_marks(seen)))


def told(feed: ParsedFeed) -> list[str]:
    return [item.title for item in feed.items]


def test_what_was_told_in_the_same_words_is_left_out_and_stays_seen() -> None:
    first = read(ITEM)
    again = read(ITEM, seen=first.seen)
    assert (told(first), told(again)) == (["عنوان"], [])
    assert len(again.seen) == FORM.size
    assert again.seen == first.seen


def test_what_is_new_comes_alone() -> None:
    new = replace(ITEM, guid="g2", title="آخر")
    feed = read(new, ITEM, seen=read(ITEM).seen)
    assert told(feed) == ["آخر"]
    assert told(read(ITEM, new, seen=feed.seen)) == []


@pytest.mark.parametrize("name", [field.name for field in fields(RawItem)])
def test_whatever_is_told_otherwise_lets_an_item_come_again(name: str) -> None:
    other = replace(ITEM, **{name: OTHERWISE.get(name, f"{getattr(ITEM, name)}2")})
    assert len(read(other, seen=read(ITEM).seen).items) == 1


def test_a_correction_that_is_taken_back_comes_again() -> None:
    corrected = replace(ITEM, title="مصحح")
    assert told(read(ITEM, seen=read(corrected, seen=read(ITEM).seen).seen)) == ["عنوان"]


def test_what_left_a_source_is_not_seen_any_more() -> None:
    assert told(read(ITEM, seen=read(replace(ITEM, guid="g2"), seen=read(ITEM).seen).seen)) == ["عنوان"]


@pytest.mark.parametrize("item", [replace(ITEM, **UNREADABLE), RawItem("g2"), RawItem(title="بلا هوية")])
def test_what_could_not_be_read_or_is_no_article_is_not_seen(item: RawItem) -> None:
    assert read(item).seen == b""


def test_an_item_that_another_comes_to_share_its_guid_with_is_called_as_in_one_poll() -> None:
    first, second = (replace(ITEM, guid=LIVE, link=LIVE, title=title) for title in ("أول", "ثانٍ"))
    both = read(second, first)
    assert read(second, first, seen=read(first).seen).items == both.items
    assert read(second, first, seen=both.seen).items == ()


def test_every_kind_of_source_is_read_so() -> None:
    for path in sorted(FEEDS.iterdir()):
        body = path.read_bytes()
        first = read_feed(body, URL, now=NOW)
        again = read_feed(body, URL, now=NOW, seen=first.seen)
        assert (len(first.seen), again.items, again.seen) == (len(first.items) * FORM.size, (), first.seen), path.name


def test_posts_that_an_answer_repeats_are_left_out() -> None:
    posts = orjson.loads((FEEDS / "posts_ar.json").read_bytes())
    posts[1]["content"]["protected"] = False
    first = read_feed(orjson.dumps(posts[:1]), URL, now=NOW)
    both = read_feed(orjson.dumps(posts), URL, now=NOW, seen=first.seen)
    assert [item.guid for item in both.items] == [posts[1]["guid"]["rendered"]]


def test_a_source_that_calls_itself_otherwise_has_nothing_new() -> None:
    body = in_feed("<title>a</title><guid>1</guid>")
    seen = read_feed(body, URL, now=NOW).seen
    feed = read_feed(body.replace(b"<title>x</title>", b"<title>y</title>"), URL, now=NOW, seen=seen)
    assert (feed.title, feed.items) == ("y", ())
