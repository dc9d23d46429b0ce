"""The page of an article: what it says of itself is believed in order, and nothing around the text is taken for it."""

import contextlib
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from newsroom.articles import ParsedArticle
from newsroom.discovery import find_candidates
from newsroom.errors import ParseError
from newsroom.pages import complete, is_teaser, parse_page

PAGES = Path(__file__).parent.parent / "data" / "pages"
NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)
URL = "https://samples.example/2026/11/21/bridge/"


def read(name: str) -> ParsedArticle:
    return parse_page((PAGES / name).read_bytes(), URL, now=NOW)


def test_json_ld_is_believed_before_open_graph() -> None:
    page = read("article_ar.html")
    assert page.title == "نموذج: جسر جديد فوق نهر جيحون"
    assert page.author == "محررة النماذج"
    assert page.image == "https://samples.example/uploads/bridge-large.jpg"
    assert page.categories == ("آسيا الوسطى",)
    assert page.published_at == datetime(2026, 11, 21, 6, tzinfo=UTC)
    assert page.modified_at == datetime(2026, 11, 22, 6, tzinfo=UTC)
    assert page.language == "ar"


def test_without_json_ld_open_graph_is_believed() -> None:
    page = read("article_without_json_ld.html")
    assert page.title == "نموذج: جسر فوق نهر جيحون"
    assert page.lead == "وصل مهندسون صينيون وأوزبك ضفتي النهر بعد ثلاث سنوات من العمل."
    assert page.image == "https://samples.example/uploads/bridge.jpg"
    assert page.published_at == datetime(2026, 11, 20, 7, tzinfo=UTC)
    assert page.modified_at is None


@pytest.mark.parametrize("name", ["article_ar.html", "article_without_json_ld.html"])
def test_the_text_is_the_article_s_and_nothing_else(name: str) -> None:
    body = read(name).body
    assert body.startswith("وصل مهندسون صينيون وأوزبك أمس")
    assert body.endswith("كانوا يعبرون بالعبّارة.")
    assert len(body.split("\n\n")) == 3
    for other in ("شارك", "تعليق", "اترك رد", "بريدك", "الرئيسية", "الحقوق"):
        assert other not in body


def test_a_page_does_not_pass_for_another_site_s() -> None:
    assert read("article_ar.html").url == URL


def test_what_open_graph_says_of_a_change_is_read() -> None:
    page = (PAGES / "article_without_json_ld.html").read_text(encoding="utf-8")
    said = '<meta property="article:modified_time" content="2026-11-21T10:00:00+03:00"></head>'
    read = parse_page(page.replace("</head>", said).encode(), URL, now=NOW)
    assert read.modified_at == datetime(2026, 11, 21, 7, tzinfo=UTC)


LONG = "<p>" + "كلام يقال في متن المقال. " * 20 + "</p>"


@pytest.mark.parametrize(
    "linked",
    [
        '{"@type": [{}], "headline": "x"}',
        '{"@type": 1}',
        '{"@type": "Article", "articleSection": 7, "author": [[]], "image": {"url": {}}, "headline": ["x"]}',
        '{"@type": "Article", "url": "http://[x", "datePublished": "Mon, 1 Jan 2026 00:00 +99999999999999999999"}',
        '{"@type": "Article", "headline": ' + "[" * 900 + "]" * 900 + "}",
        "[" * 100_000,
    ],
)
def test_whatever_json_ld_says_the_article_is_read(linked: str) -> None:
    head = f'<script type="application/ld+json">{linked}</script><meta property="og:url" content="http://[x">'
    page = f"<html><head><title>عنوان</title>{head}</head><body><article><h1>عنوان</h1>{LONG}</article></body></html>"
    assert parse_page(page.encode(), URL, now=NOW).body.startswith("كلام يقال")


@pytest.mark.parametrize("base", ["http://[x", "data:,x", "//"])
def test_a_base_that_is_none_is_passed_over(base: str) -> None:
    page = f'<base href="{base}"><link rel="alternate" type="application/rss+xml" href="/f">'
    assert "https://samples.example/f" in find_candidates(page, URL)


@pytest.mark.parametrize(
    "body", [b"", b"   ", b"<html></html>", b"<p>", b"\x00\x01", b"<html><body><nav>x</nav></body></html>"]
)
def test_what_is_no_article_is_refused(body: bytes) -> None:
    with pytest.raises(ParseError):
        parse_page(body, URL, now=NOW)


def test_a_page_without_end_is_refused() -> None:
    with pytest.raises(ParseError, match="larger"):
        parse_page(b"<p>x" * 1_000_000, URL, now=NOW)


TEASER = ParsedArticle("1", URL, "نموذج: جسر", "وصل مهندسون ضفتي النهر…", "وصل مهندسون ضفتي النهر…", language="ar")


def test_a_teaser_is_completed_and_still_known_by_what_its_source_told() -> None:
    assert is_teaser(TEASER)
    whole = complete(TEASER, read("article_ar.html"))
    assert (whole.title, whole.lead, whole.guid) == (TEASER.title, TEASER.lead, TEASER.guid)
    assert whole.body == read("article_ar.html").body
    assert whole.author == "محررة النماذج"
    assert whole.modified_at == datetime(2026, 11, 22, 6, tzinfo=UTC)
    assert whole.content_hash == TEASER.content_hash
    assert not is_teaser(whole)


def test_what_a_feed_told_whole_is_no_teaser() -> None:
    assert not is_teaser(ParsedArticle("1", URL, "عنوان", "مقدمة", "مقدمة " + "نص " * 400))
    assert not is_teaser(ParsedArticle("1", "", "عنوان", "مقدمة", "مقدمة"))


@settings(deadline=None)  # the first page loads what reads pages
@given(st.text(max_size=400), st.text(alphabet='{}[]":,@typeNewsArticl ', max_size=80))
def test_any_page_is_read_or_refused(text: str, linked: str) -> None:
    page = f'<html><script type="application/ld+json">{linked}</script><body>{text}</body></html>'
    with contextlib.suppress(ParseError):
        assert parse_page(page.encode(errors="replace"), URL, now=NOW).title
