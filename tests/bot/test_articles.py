"""How an article looks: its title as it was written, everything escaped, each line in its direction, within limits."""

import html
from dataclasses import replace
from datetime import UTC, datetime
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st
from telegram import InlineKeyboardButton

from bot.articles import Look, article_buttons, may_show_whole, preview_of, write_line, write_news, write_page
from locales import LANGUAGES, texts
from newsroom.articles import Article
from newsroom.direction import hold
from newsroom.taxonomy import shipped_taxonomy
from sandbox.markup import parse_html
from tests.live import unseen

NOW = datetime(2026, 11, 24, 9, 5, tzinfo=UTC)
LOOK = Look(shipped_taxonomy(), "Asia/Riyadh", "site.example")
TAGS = ["all", "r:central-asia", "c:TJ", "s:diplomacy", "s:trade", "s:economy", "p:CN-XJ"]
ANY_TEXT = (
    st.text(alphabet=st.characters(exclude_categories=["Cs", "Cc", "Cf"]), min_size=1, max_size=300)
    .map(str.strip)
    .filter(bool)
)


def article(**others: str) -> Article:
    texts_of = {"title": "قمة في دوشنبه", "lead": "وقّع الوزيران.", "body": "وقّع الوزيران.\n\nنص أطول.", **others}
    url = others.get("url", "https://site.example/1?a=1&b=2")
    return Article(
        id=12, story_id=12, source="موقع النماذج", url=url, language=others.get("language", "ar"), version=1,
        title=texts_of["title"], lead=texts_of["lead"], body=texts_of["body"], author="", image="",
        published_at=NOW, seen_at=NOW,
    )  # fmt: skip


def shown(markup: str) -> str:
    """Answer what a reader sees of HTML, as Telegram reads it."""
    return parse_html(markup)[0]


def test_an_arabic_article_for_an_arabic_reader() -> None:
    assert unseen(shown(write_news(article(), TAGS, texts("ar"), LOOK))) == (
        "قمة في دوشنبه\n\nوقّع الوزيران.\n\n"
        "موقع النماذج · 24 نوفمبر 2026، 12:05\n"
        "السياسة الخارجية · التجارة والاستثمار · الاقتصاد والمال · طاجيكستان\n"
        "/article_12"
    )


@pytest.mark.parametrize(
    ("language", "time"),
    [("en", "24 November 2026, 12:05"), ("fr", "24 novembre 2026 à 12:05"), ("zh", "2026年11月24日 12:05")],
)
def test_the_footer_is_in_the_readers_language(language: str, time: str) -> None:
    text = shown(write_news(article(), TAGS, texts(language), LOOK))
    assert time in text
    assert LOOK.taxonomy.name("c:TJ", language) in text


def test_a_title_that_begins_in_latin_is_set_right() -> None:
    assert shown(write_news(article(title="SCO تعقد قمة"), [], texts("ar"), LOOK)).startswith("\u200fSCO تعقد قمة\n")


@given(title=ANY_TEXT, lead=ANY_TEXT, language=st.sampled_from(LANGUAGES))
def test_whatever_a_source_writes_is_shown_as_it_wrote_it_and_fits(title: str, lead: str, language: str) -> None:
    title = " ".join(title.split())
    text = shown(write_news(article(title=title, lead=lead), TAGS, texts(language), LOOK))
    assert title in text
    assert len(text) <= 4096


@given(body=st.text(alphabet="اب<>&\n .؟", min_size=1, max_size=9000))
def test_every_page_of_an_article_fits(body: str) -> None:
    _, pages = write_page(article(body=body), TAGS, texts("ar"), LOOK, 0)
    for page in range(pages):
        assert len(shown(write_page(article(body=body), TAGS, texts("ar"), LOOK, page)[0])) <= 4096


def test_a_long_article_has_pages_that_together_are_its_text() -> None:
    body = "\n\n".join(f"فقرة {number} " + "كلمة " * 100 for number in range(20))
    pages = write_page(article(body=body), [], texts("ar"), LOOK, 0)[1]
    told = "".join(shown(write_page(article(body=body), [], texts("ar"), LOOK, page)[0]) for page in range(pages))
    assert pages > 1
    assert all(f"فقرة {number} " in told for number in range(20))


@pytest.mark.parametrize(
    ("url", "whole"),
    [
        ("https://site.example/1", True),
        ("https://www.site.example/1", True),
        ("https://other.example/1", False),
        ("", False),
    ],
)
def test_only_the_sites_own_articles_are_shown_whole(url: str, *, whole: bool) -> None:
    assert may_show_whole(article(url=url), LOOK) is whole
    text, _ = write_page(article(url=url), [], texts("ar"), LOOK, 0)
    assert ("نص أطول" in text) is whole


def test_buttons_read_reply_share_and_topics_but_topics_in_private_alone() -> None:
    private = [button for row in article_buttons(article(), texts("ar"), public=False) for button in row]
    (public,) = article_buttons(article(), texts("ar"), public=True, bot="sample_bot", replies=3)
    assert [button.text.split()[0] for button in private] == ["📖", "💬", "🔗", "⚙️"]
    assert [button.text.split()[0] for button in public] == ["📖", "💬", "🔗"]
    assert (public[1].text, public[1].url) == ("💬 رد · 3", "https://t.me/sample_bot?start=r_12")
    assert [button.text.split()[0] for button in article_buttons(article(), texts("ar"), public=True)[0]] == [
        "📖",
        "🔗",
    ]
    assert private[0].url == "https://site.example/1?a=1&b=2"


def shared(*rows: list[InlineKeyboardButton]) -> dict[str, list[str]]:
    """Answer what a press of 🔗 shares."""
    (link,) = (str(button.url) for row in rows for button in row if button.text.startswith("🔗"))
    assert link.startswith("https://t.me/share/url?")
    return parse_qs(urlsplit(link).query)


def test_what_is_shared_leads_to_the_page_and_into_the_bot() -> None:
    page, into = "https://site.example/1?a=1&b=2", "https://t.me/sample_bot?start=a_12"
    title = "قمة في دوشنبه"
    for public in (False, True):
        said = shared(*article_buttons(article(), texts("ar"), public=public, bot="sample_bot"))
        assert said == {"url": [page], "text": [f"{title}\n{into}"]}
    without = shared(*article_buttons(article(url=""), texts("ar"), public=False, bot="sample_bot"))
    assert without == {"url": [into], "text": [title]}
    unnamed = shared(*article_buttons(article(), texts("ar"), public=False))
    assert unnamed == {"url": [page], "text": [title]}


def test_an_article_without_an_address_has_no_link_until_the_bot_has_a_name() -> None:
    (row,) = article_buttons(article(url=""), texts("ar"), public=False)
    assert [button.text.split()[0] for button in row] == ["💬", "⚙️"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_post_has_a_link_into_the_bot_where_a_private_message_has_the_command(language: str) -> None:
    t, post = texts(language), replace(LOOK, bot="sample_bot", is_public=True)
    for look, is_linked in (
        (post, True),
        (replace(post, is_public=False), False),
        (replace(post, bot=""), False),
    ):
        for text in (write_news(article(), TAGS, t, look), write_line(article(), t, look)):
            assert ('<a href="https://t.me/sample_bot?start=a_12">' in text) is is_linked
            assert ("/article_12" in text) is not is_linked


def test_a_line_of_a_list_links_its_title_and_names_its_command() -> None:
    line = write_line(article(title="أ < ب"), texts("ar"), LOOK)
    assert html.unescape(line).startswith('▪️ <a href="https://site.example/1?a=1&b=2">أ < ب</a>\n')
    assert line.endswith(hold("/article_12"))


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_retracted_article_says_so_and_why_and_brings_nothing_of_its_page(language: str) -> None:
    taken_back = replace(article(), retracted="الرقم <غير> صحيح")
    t = texts(language)
    text = write_news(taken_back, TAGS, t, LOOK)
    parse_html(text)
    assert text.startswith("🚫")
    assert "الرقم &lt;غير&gt; صحيح" in text
    assert "<s><b>" in text
    assert "وقّع الوزيران" not in shown(text)
    assert write_page(taken_back, TAGS, t, LOOK, 3)[1] == 1
    assert "🚫" in write_line(taken_back, t, LOOK)
    assert [button.url for row in article_buttons(taken_back, t, public=True) for button in row] == []
    assert preview_of(taken_back) == {"is_disabled": True}


def test_a_retraction_without_a_reason_says_only_that() -> None:
    text = shown(write_news(replace(article(), retracted=""), TAGS, texts("ar"), LOOK))
    assert unseen(text).startswith("🚫 سُحب هذا الخبر.\n")
