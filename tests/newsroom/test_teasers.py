"""Teasers: what keeps a whole text, and whose page is asked for again."""

import pytest

from newsroom.articles import ParsedArticle
from newsroom.teasers import MOST_KEPT, TRIES, count_down, keep_whole, put_off

WHOLE = "وصل مهندسون ضفتي النهر بجسر جديد.\n\nينتظر سكان القرى افتتاحه منذ سنوات."


def item(body: str, url: str = "https://x.example/2") -> ParsedArticle:
    return ParsedArticle("2", url, "عنوان آخر", lead=body, body=body)


@pytest.mark.parametrize("told", ["وصل مهندسون ضفتي  النهر…", "وصل مهندسون [...]", ""])
def test_a_whole_text_stays_where_its_beginning_is_told(told: str) -> None:
    kept = keep_whole(item(told), WHOLE)
    assert (kept.body, kept.title, kept.content_hash) == (WHOLE, "عنوان آخر", item(told).content_hash)


@pytest.mark.parametrize(
    ("told", "before"),
    [
        (item("لم يصل مهندسون ضفتي النهر…"), WHOLE),
        (item("وصل مهندسون ضفتي النهر…"), "وصل مهندسون"),
        (item("وصل مهندسون ضفتي النهر…"), ""),
        (item("وصل مهندسون ضفتي النهر…", url=""), WHOLE),
    ],
    ids=["another beginning", "less was known", "nothing was known", "no page, so no teaser"],
)
def test_anything_else_is_taken_as_it_is_told(told: ParsedArticle, before: str) -> None:
    assert keep_whole(told, before) is told


def test_a_page_is_asked_for_a_few_times_and_no_more() -> None:
    tries = put_off({}, ["a", "b"])
    for left in range(TRIES - 1, 0, -1):
        tries = count_down(tries, {"a"}, {"a"})
        assert tries == {"a": left, "b": TRIES}
    assert count_down(tries, {"a"}, {"a"}) == {"b": TRIES}


def test_what_was_read_is_asked_for_no_more_and_what_was_not_tried_stays() -> None:
    assert count_down({"a": 3, "b": 3, "c": 3}, {"a", "b"}, {"b", "c"}) == {"b": 2, "c": 3}


def test_no_more_are_kept_than_may_be_and_nobody_gets_new_tries() -> None:
    kept = put_off({"a": 1}, ["a", *map(str, range(2 * MOST_KEPT))])
    assert (kept["a"], len(kept)) == (1, MOST_KEPT)
