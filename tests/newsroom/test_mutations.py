"""A mutation run: whatever comes instead of a feed or a page, it is read or refused; nothing crashes, hangs or swells.

    the document ─▶ read_feed, parse_page, find_candidates ─▶ its items ─▶ topics, keywords, the message in Telegram

A few hundred cases in every run, thousands in the long one. A case that failed is named in the error, and made again by
`make_case`: MUTATIONS_SEED begins its name.
"""

import os
import resource
import sys
import time
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from random import Random

import pytest

from bot.articles import Look, write_news
from locales import LANGUAGES, texts
from newsroom.articles import Article, ParsedArticle
from newsroom.cutting import MESSAGE_LIMIT, length
from newsroom.discovery import find_candidates
from newsroom.encoding import decode
from newsroom.errors import ParseError
from newsroom.items import LONGEST_TEXT, LONGEST_TITLE
from newsroom.keywords import KeywordIndex, texts_of
from newsroom.pages import parse_page
from newsroom.reading import read_feed
from newsroom.taxonomy import shipped_taxonomy
from newsroom.topics import Classifier
from sandbox.markup import parse_html
from tests.newsroom.mutations import Case, make_case, seeds

SEED = os.environ.get("MUTATIONS_SEED", "20261124")
FEW, MANY = 200, int(os.environ.get("MUTATIONS", "5000"))
MOST_SECONDS = float(os.environ.get("MUTATIONS_SECONDS", "2"))  # of CPU, for one document
SHOWN = 8  # of the slowest
MOST_GROWTH = 300  # megabytes: the largest body is 8, and stands there as bytes, text, tree and texts
MOST_ITEMS = 50  # of a case that go all the way: it is the same way for each
NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)
URL = "https://samples.example/feed/"


def _peak() -> int:
    unit = 1024 * 1024 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // unit


@dataclass(slots=True)
class Figures:
    """What a run came to."""

    cases: int = 0
    refused: int = 0
    items: int = 0
    slowest: list[tuple[float, str]] = field(default_factory=list)
    began_at: int = field(default_factory=_peak)

    def __str__(self) -> str:
        grown = f"{self.growth} MB more than at the beginning"
        counts = f"{self.cases} cases, {self.refused} refused, {self.items} items read, {grown}"
        return "\n".join([counts, *(f"{seconds:5.2f} s for {case}" for seconds, case in self.slowest)])

    def note(self, seconds: float, case: Case) -> None:
        """Keep a case that is among the slowest."""
        self.slowest = sorted([*self.slowest, (seconds, repr(case))], reverse=True)[:SHOWN]

    @property
    def growth(self) -> int:
        """How much memory the process took at most, in megabytes above what it had taken."""
        return _peak() - self.began_at


@cache
def _classifier() -> Classifier:
    return Classifier(shipped_taxonomy())


@cache
def _keywords() -> KeywordIndex:
    index = KeywordIndex()
    for number, phrase in enumerate(("المياه", "طريق الحرير", "中国", "accord"), 1):
        index.add(number, phrase)
    return index


def read(case: Case) -> list[ParsedArticle]:
    """Read a case in every way in which the collector may come to read it."""
    items: list[ParsedArticle] = []
    with suppress(ParseError):
        items += read_feed(case.body, URL, case.charset, now=NOW).items
    if case.is_page:
        with suppress(ParseError):
            items.append(parse_page(case.body, URL, case.charset, now=NOW))
        assert len(find_candidates(decode(case.body, case.charset), URL)) < 40
    return items


def take_on(item: ParsedArticle, language: str) -> None:
    """Do with an item what becomes of it: topics, keywords, a message that Telegram takes."""
    topicality = _classifier().classify(item)
    _keywords().find(texts_of(item))
    article = Article(
        id=1, story_id=1, source="x", url=item.url, language=item.language, version=1, title=item.title, lead=item.lead,
        body=item.body, author=item.author, image=item.image, published_at=item.published_at, seen_at=NOW,
    )  # fmt: skip
    message = write_news(article, topicality.tags, texts(language), Look(shipped_taxonomy(), "Asia/Riyadh", ""))
    assert length(parse_html(message)[0]) <= MESSAGE_LIMIT
    told = (item.guid, item.url, item.title, item.lead, item.body, item.author, item.image, *item.categories)
    assert not any("\0" in part for part in told)
    assert "".join(told).encode()
    assert len(item.title) <= LONGEST_TITLE
    assert len(item.body) <= LONGEST_TEXT


def run(count: int) -> Figures:
    """Read so many cases; what cannot be read has to be refused."""
    for name, body in seeds().items():  # what is loaded once and kept is no growth
        for item in read(Case(name, body, None, name.endswith("html"))):
            take_on(item, "ar")
    figures, chance = Figures(), Random(SEED)  # noqa: S311  (it chooses languages)
    for number in range(count):
        case = make_case(SEED, number)
        began = time.process_time()
        try:
            items = read(case)
            for item in items[:MOST_ITEMS]:
                take_on(item, chance.choice(LANGUAGES))
        except Exception as error:
            error.add_note(repr(case))
            raise
        took = time.process_time() - began
        assert took < MOST_SECONDS, case
        figures.cases += 1
        figures.refused += not items
        figures.items += len(items)
        figures.note(took, case)
    return figures


@pytest.mark.parametrize(
    "count", [FEW, pytest.param(MANY, marks=[pytest.mark.long, pytest.mark.timeout(3600)])], ids=["few", "many"]
)
def test_whatever_comes_is_read_or_refused_in_little_time_and_memory(count: int) -> None:
    figures = run(count)
    print(f"\n{figures}")  # noqa: T201  (for whoever reads the run)
    assert figures.cases == count
    assert figures.items > count // 2  # or most of it was refused, and little was tried
    assert figures.growth <= MOST_GROWTH


@pytest.mark.parametrize("name", sorted(seeds()))
def test_each_seed_is_sound(name: str) -> None:
    """A seed that is refused as it is would prove nothing."""
    assert read(Case(name, seeds()[name], None, name.endswith("html")))
