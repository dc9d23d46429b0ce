"""The page of an article: what it says of itself is believed in order, and nothing around the text is taken for it."""

import contextlib
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
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


def seen(within: str, around: str = "{}", head: str = "") -> ParsedArticle:
    """Read a page whose article has this under its heading, between what is around it."""
    article = f"<article><h1>عنوان</h1>{within}{LONG}</article>"
    page = f"<html><head><title>x</title>{head}</head><body>{around.format(article)}</body></html>"
    return parse_page(page.encode(), URL, now=NOW)


OWN, OTHER = '<time datetime="2026-10-01T08:00:00Z">1</time>', '<time datetime="2026-11-24T08:00:00Z">24</time>'
FIRST_OF_OCTOBER = datetime(2026, 10, 1, 8, tzinfo=UTC)


@pytest.mark.parametrize(
    ("within", "around"),
    [
        (OWN, f"<header>{OTHER}</header>{{}}"),
        (f"<div class='meta'>{OWN}</div>", f"{{}}<aside><article>{OTHER}</article></aside>"),
        (f"{OTHER.replace('<time', '<time class=updated')}{OWN}", "{}"),
        (f"{OTHER}{OWN.replace('<time', '<time itemprop=datePublished')}", "{}"),
        (f"{OTHER}{OWN.replace('<time', '<time pubdate')}", "{}"),
        ('<meta itemprop="datePublished" content="2026-10-01T08:00:00Z">', f"{OTHER}{{}}"),
        (f"<div class=related>{OTHER}</div><div id=comments>{OTHER}</div><article>{OTHER}</article>{OWN}", "{}"),
        (f"<p>{'كلام عن يوم آخر ' * 9}{OTHER}</p>{OWN}", "{}"),
    ],
)
def test_the_date_is_the_article_s_and_no_other_clock_s(within: str, around: str) -> None:
    assert seen(within, around).published_at == FIRST_OF_OCTOBER


@pytest.mark.parametrize(
    ("within", "around"),
    [
        ("", f"<header>{OTHER}</header>{{}}<footer>{OTHER}</footer>"),
        (f"<aside>{OTHER}</aside><p>{'كلام عن يوم آخر ' * 9}{OTHER}</p>", "{}"),
        (OTHER.replace("<time", "<time class=updated"), "{}"),
    ],
)
def test_rather_no_date_than_another_clock_s(within: str, around: str) -> None:
    assert seen(within, around).published_at is None


def test_what_machines_are_told_goes_before_what_is_seen() -> None:
    head = '<meta property="article:published_time" content="2026-10-01T08:00:00Z">'
    assert seen(OTHER, head=head).published_at == FIRST_OF_OCTOBER


@pytest.mark.parametrize(
    "byline",
    [
        '<a rel="author" href="/a">أحمد علي</a>',
        '<span class="byline">بقلم: أحمد علي</span>',
        '<p class="byline">بقلم أحمد علي | 1 أكتوبر 2026</p>',
        '<div class="author">كتب: أحمد علي - القاهرة</div>',
        '<span itemprop="author" itemscope><b>الكاتب</b> <i itemprop="name">أحمد علي</i></span>',
        '<div class="byline">Posted by <span class="author vcard">أحمد علي</span></div>',
        '<span class="author">admin</span><span class="byline">أحمد علي</span>',
        '<div class="comment"><a rel="author">قارئ</a></div><a rel="author nofollow">أحمد علي</a>',
    ],
)
def test_who_wrote_an_article_is_read_from_its_byline(byline: str) -> None:
    assert seen(byline).author == "أحمد علي"


@pytest.mark.parametrize(
    "byline",
    [
        '<span class="author">admin</span>',
        '<span class="byline">24 نوفمبر 2026</span>',
        '<div class="author">صحفي وكاتب من القاهرة يكتب في شؤون آسيا الوسطى والصين</div>',
        '<div class="comment"><span class="author">قارئ كريم</span></div>',
        '<aside><a rel="author">محرر آخر</a></aside>',
        "<p>قال أحمد علي</p>",
    ],
)
def test_what_may_be_no_author_is_none(byline: str) -> None:
    assert seen(byline, '{}<div class="author">غير ذلك</div>').author == ""


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("NewsArticle", "سطر\nوسطر"),
        ("OpinionNewsArticle", ""),
        ("LiveBlogPosting", ""),
        ("http://schema.org/ReviewNewsArticle", ""),
        ("NewsArticle", "\\ud83d"),
    ],
)
@pytest.mark.parametrize("form", ["{}", "\n//<![CDATA[\n{}\n//]]>\n", "<!-- {} -->"])
def test_json_ld_is_read_as_sites_write_it(kind: str, text: str, form: str) -> None:
    told = f'{{"@type": "{kind}", "headline": "عنوان آخر", "description": "{text}", "author": {{"name": "أحمد"}}}}'
    script = f'<script type="application/ld+json; charset=utf-8">{form.format(told)}</script>'
    page = seen("", head=script)
    assert (page.title, page.author) == ("عنوان آخر", "أحمد")


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


@given(st.text(max_size=400), st.text(alphabet='{}[]":,@typeNewsArticl ', max_size=80))
def test_any_page_is_read_or_refused(text: str, linked: str) -> None:
    page = f'<html><script type="application/ld+json">{linked}</script><body>{text}</body></html>'
    with contextlib.suppress(ParseError):
        assert parse_page(page.encode(errors="replace"), URL, now=NOW).title
