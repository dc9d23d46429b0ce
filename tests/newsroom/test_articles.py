"""Articles: identity over changed guids, addresses and words; what is news and what is archive."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from newsroom.articles import Identity, KnownArticle, ParsedArticle, canonical_url, decide_identity, is_news

NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)
ITEM = ParsedArticle(guid="g1", url="https://site.example/a/?utm_source=rss", title="قمة", lead="نص", body="نص أطول")


def known(item: ParsedArticle = ITEM, source_id: int = 1, article_id: int = 7) -> KnownArticle:
    return KnownArticle(
        id=article_id,
        source_id=source_id,
        guid=item.guid,
        canonical_url=item.canonical_url,
        content_hash=item.content_hash,
        title=item.title,
        lead=item.lead,
        story_id=article_id,
        version=1,
    )


CHINA = "https://site.example/%D8%A7%D9%84%D8%B5%D9%8A%D9%86?id=7"


@pytest.mark.parametrize(
    "url",
    [
        "https://site.example/الصين/?id=7",
        "https://site.example/%D8%A7%D9%84%D8%B5%D9%8A%D9%86?id=7",
        "https://site.example/%d8%a7%d9%84%d8%b5%d9%8a%d9%86/?id=7",
        "http://site.example/الصين?id=7",
        "https://www.site.example/الصين/?id=7",
        "HTTPS://Site.Example:443/الصين/?id=7",
        "http://site.example:80/الصين/?id=7",
        "https://site.example/الصين/?utm_source=rss&id=7&fbclid=x#respond",
    ],
)
def test_one_page_has_one_address_however_it_is_written(url: str) -> None:
    assert canonical_url(url) == CHINA


@pytest.mark.parametrize(
    "url",
    [
        "https://site.example/الصين?id=8",
        "https://site.example/الصين/2?id=7",
        "https://other.example/الصين?id=7",
        "https://site.example:8443/الصين?id=7",
        "https://ar.site.example/الصين?id=7",
    ],
)
def test_another_page_has_another(url: str) -> None:
    assert canonical_url(url) != CHINA


@pytest.mark.parametrize("url", ["", "not an address", "http://[bad", "/relative", "https://site.example:bad/"])
def test_what_is_no_address_stays_as_it_is(url: str) -> None:
    assert canonical_url(url) == url


@pytest.mark.parametrize(
    ("item", "identity"),
    [
        (ITEM, Identity.SAME),
        (replace(ITEM, body="نصّ أطـول"), Identity.SAME),  # marks are no change
        (replace(ITEM, body="نص آخر"), Identity.CHANGED),
        (replace(ITEM, guid="g2"), Identity.SAME),  # a new guid for the old address
        (replace(ITEM, guid="g2", url="https://site.example/b"), Identity.SAME),  # moved, word for word
        (
            replace(ITEM, guid="g2", title="قمة أخرى", body="غيره"),
            Identity.NEW,
        ),  # a live page lists many under one address
        (replace(ITEM, guid="g2", url="https://site.example/b", body="غيره"), Identity.NEW),
    ],
)
def test_an_item_is_known_by_guid_address_or_content(item: ParsedArticle, identity: Identity) -> None:
    assert decide_identity(item, 1, [known()])[0] is identity


def test_another_source_with_the_same_words_is_a_twin() -> None:
    copied = replace(ITEM, guid="x", url="https://other.example/1")
    assert decide_identity(copied, 2, [known()]) == (Identity.TWIN, known())


def test_a_second_feed_of_the_site_does_not_change_an_article() -> None:
    teaser = replace(ITEM, guid="other-guid", body="")
    assert decide_identity(teaser, 2, [known()])[0] is Identity.SAME


def test_the_first_contact_is_archive() -> None:
    assert not is_news(NOW, None, NOW)


@pytest.mark.parametrize(
    ("age", "news"), [(timedelta(hours=1), True), (timedelta(days=2), True), (timedelta(days=4), False)]
)
def test_what_is_old_when_it_is_first_seen_is_archive(age: timedelta, *, news: bool) -> None:
    assert is_news(NOW - age, NOW - timedelta(days=30), NOW) is news


def test_an_article_without_a_date_is_news() -> None:
    assert is_news(None, NOW - timedelta(days=30), NOW)
