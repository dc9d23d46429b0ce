"""Digests: what they show first, how they are paged, and what one answer means for each row of them."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as some

from newsroom.articles import Article, Byline
from newsroom.digests import ALONE, Entry, arrange, page_of, spread
from newsroom.outcomes import Attempt, Came, DeliveryState, Outcome
from newsroom.work import Claimed, Rendering, Shape

NOW = datetime(2026, 11, 28, 9, tzinfo=UTC)


def entry(number: int, topic: str | None = "s:economy", others: int = 0, hours: int = 0) -> Entry:
    told = tuple(Byline(f"source {place}", "") for place in range(others))
    article = Article(
        number,
        number,
        "site",
        "",
        "ar",
        1,
        f"title {number}",
        "",
        "",
        "",
        "",
        NOW - timedelta(hours=hours),
        NOW,
        others=told,
    )
    return Entry(article, topic)


def claimed(*parts: tuple[int, str]) -> Claimed:
    """A request that brings stories, each wanted or refused for a reason."""
    rows = tuple(
        Claimed(
            5, 1, "private", 0, "w", NOW, NOW, Attempt(0, 0), Shape(story, story, "ar", public=False, silent=False), why
        )
        for story, why in parts
    )
    digest = Shape(0, 0, "ar", public=False, silent=False, digest_id=9)
    return Claimed(5, 1, "private", 0, "w", NOW, NOW, Attempt(0, 0), digest, parts=rows)


def numbers(chapters: object) -> list[list[int]]:
    return [[line.article.id for line in chapter.entries] for chapter in chapters]  # type: ignore[attr-defined]


def test_what_many_sources_tell_comes_first_then_what_is_new_and_others_last() -> None:
    given_entries = [
        entry(1, "s:sports", hours=5),
        entry(2, None, others=3),
        entry(3, "s:economy", hours=2),
        entry(4, "s:economy", others=1, hours=9),
        entry(5, "s:sports", hours=1),
    ]
    chapters = arrange(given_entries)
    assert [chapter.topic for chapter in chapters] == ["s:economy", "s:sports", None]
    assert numbers(chapters) == [[4, 3], [5, 1], [2]]


def test_the_first_subject_is_the_place_of_an_article() -> None:
    article = entry(1).article
    assert Entry.of(article, ["all", "c:EG", "s:trade", "s:economy"]).topic == "s:trade"
    assert Entry.of(article, ["all", "c:EG"]).topic is None


@given(some.lists(some.sampled_from(["s:a", "s:b", None]), max_size=40), some.integers(1, 12))
def test_pages_hold_everything_once_and_in_order(topics: list[str | None], size: int) -> None:
    chapters = arrange(entry(number, topic) for number, topic in enumerate(topics, 1))
    pages = [page_of(chapters, page, size) for page in range(len(topics) // size + 1)]
    whole = [number for chapter in numbers(chapters) for number in chapter]
    assert [number for page in pages for chapter in numbers(page) for number in chapter] == whole
    assert all(sum(map(len, numbers(page))) <= size for page in pages)


def test_an_answer_is_for_every_row_that_was_sent_and_counts_once() -> None:
    rendering = Rendering("sendMessage", b"x" * 9, shown=((1, 1), (3, 4)))
    landed = spread(
        claimed((1, ""), (2, "no longer followed"), (3, "")), Outcome(Came.OK, message_id=7), rendering, NOW
    )
    assert [land.verdict.state for land in landed] == [DeliveryState.SENT, DeliveryState.SKIPPED, DeliveryState.SENT]
    assert [land.rides for land in landed] == [False, False, True]
    told = [(land.rendering.article_id, land.rendering.version) for land in landed if land.rendering]
    assert told == [(1, 1), (2, 0), (3, 4)]


def test_the_first_row_that_was_sent_is_counted_even_behind_one_that_was_not() -> None:
    landed = spread(claimed((1, "no longer followed"), (2, ""), (3, "")), Outcome(Came.OK), None, NOW)
    assert [land.rides for land in landed] == [False, False, True]


def test_a_refusal_of_a_digest_says_nothing_of_its_articles_but_that_they_go_alone() -> None:
    rendering = Rendering("sendMessage", b"", shown=((1, 1), (2, 1)))
    landed = spread(claimed((1, ""), (2, "")), Outcome(Came.REFUSED, "too long"), rendering, NOW)
    assert {(land.verdict.state, land.verdict.reason) for land in landed} == {(DeliveryState.QUEUED, ALONE)}


def test_what_failed_together_is_tried_again_together() -> None:
    landed = spread(claimed((1, ""), (2, ""), (3, "")), Outcome(Came.AGAIN), None, NOW, jitter=0.7)
    assert len({land.verdict.due_at for land in landed}) == 1
