"""Lists of sources as feed readers write them, and as they take them."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsroom.errors import ParseError
from newsroom.opml import Outline, read_opml, write_opml

NOW = datetime(2026, 11, 28, tzinfo=UTC)
LISTED = """<?xml version="1.0" encoding="windows-1256"?>
<opml version="1.0"><head><title>قائمة</title></head><body>
<outline text="آسيا"><outline text="نموذج" title="موقع النماذج" type="rss" xmlUrl="https://a.example/feed"/>
<outline text="مرة أخرى" xmlUrl="https://a.example/feed"/></outline>
<outline text="بلا عنوان" xmlUrl="http://b.example/f?a=1&amp;b=2"/>
<outline text="ليس مصدرًا" xmlUrl="javascript:alert(1)"/><outline text="مجلد فارغ"/></body></opml>"""


def test_sources_are_read_from_all_folders_each_once() -> None:
    assert read_opml(LISTED.encode("cp1256"), "x") == [
        Outline("https://a.example/feed", "موقع النماذج"),
        Outline("http://b.example/f?a=1&b=2", "بلا عنوان"),
    ]


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"", "no OPML"),
        (b"<rss/>", "no OPML"),
        (b"<opml><body/></opml>", "no source"),
        (b'<!DOCTYPE o [<!ENTITY a "b">]><opml><body/></opml>', "no OPML"),
    ],
)
def test_what_is_no_list_is_refused(body: bytes, reason: str) -> None:
    with pytest.raises(ParseError, match=reason):
        read_opml(body, "x")


titles = st.text(st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\ufffe\uffff"), max_size=30)


@given(st.lists(titles, min_size=1, max_size=5))
def test_what_is_written_is_read_back(called: list[str]) -> None:
    listed = [Outline(f"https://x.example/{number}?a=1&b=<2>", title) for number, title in enumerate(called)]
    found = read_opml(write_opml(listed, "قائمة", NOW).encode(), "x")
    assert found == [Outline(one.url, one.title.strip() or one.url) for one in listed]
