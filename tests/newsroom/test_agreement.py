"""What fastfeedparser is handed, feedparser reads alike: every feed of the tests that is plain, item by item."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from newsroom.articles import ParsedArticle
from newsroom.feeds import parse_feed
from newsroom.items import Poll
from newsroom.outlines import Outline
from sandbox.site import SampleSite

FEEDS = Path(__file__).parent.parent / "data" / "feeds"
URL = "https://site.example/feed"
NOW = datetime(2026, 11, 28, 9, tzinfo=UTC)


def written() -> dict[str, str]:
    """Answer feeds by name: saved ones, and those of our own sites."""
    found = {path.name: path.read_text(encoding="utf-8") for path in FEEDS.iterdir() if path.suffix != ".json"}
    site = SampleSite()
    for _ in range(30):
        site.publish()
    return found | {"sample site": site.write_feed()}


def read(text: str) -> tuple[ParsedArticle, ...]:
    return parse_feed(text, URL, Poll(NOW)).items


PLAIN = {name: text for name, text in written().items() if Outline(text.partition("?>")[2].encode()).is_plain()}


def test_most_of_what_sites_write_is_plain() -> None:
    assert "sample site" in PLAIN
    assert len(PLAIN) > 1


@pytest.mark.parametrize("name", PLAIN)
def test_a_plain_feed_is_read_alike_by_both(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    fast = read(PLAIN[name])
    monkeypatch.setattr(Outline, "is_plain", lambda _: False)
    assert fast
    assert read(PLAIN[name]) == fast
