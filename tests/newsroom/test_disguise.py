"""Disguised words: found in nearly every disguise, and not where they are not."""

from collections.abc import Iterable
from random import Random

import pytest

from bench.disguises import DISGUISES, HIDDEN, SENTENCES, find_mistaken
from newsroom.disguise import Watchlist

WATCH = Watchlist(HIDDEN)


def found(text: str, listed: Iterable[str]) -> list[str]:
    return [word for word, _ in Watchlist(listed).find_disguised(text)]


@pytest.mark.parametrize("name", DISGUISES)
def test_at_least_99_of_100_hidden_words_are_found(name: str) -> None:
    chance, missed, hidden = Random(name), [], 0  # noqa: S311  (no secret)
    for word in HIDDEN:
        written = DISGUISES[name](word, chance)
        text = chance.choice(SENTENCES).format(written)
        hidden += written != word
        if word not in {one for one, _ in WATCH.find_disguised(text)}:
            missed.append((word, text))
    assert len(missed) <= hidden * 0.01, missed


def test_there_are_enough_words_and_thirteen_disguises() -> None:
    assert len(set(HIDDEN)) >= 200
    assert len(DISGUISES) == 13


def test_nothing_is_found_in_clean_headlines_that_is_not_there() -> None:
    assert list(find_mistaken()) == []


@pytest.mark.parametrize(
    ("text", "listed"),
    [("بلا سبب", "سب"), ("حدد الموعد", "حد"), ("دنيا", "دنيء"), ("أ ب", "أب"), ("رأيت و قلت", "رأي"), ("فكرة", "كرة")],
)
def test_what_only_looks_alike_is_not_found(text: str, listed: str) -> None:
    assert found(text, [listed]) == []


def test_a_disguise_under_a_disguise_is_seen_through() -> None:
    assert found("يا والنـصّاااابون", ["نصاب"]) == ["نصاب"]
    assert found("هذا ن.ص.ا.ب و آخر", ["نصاب"]) == ["نصاب"]


def test_how_a_word_was_written_is_told() -> None:
    assert list(WATCH.find_disguised("هو نصّـاب")) == [("نصاب", "نصّـاب")]
    assert list(WATCH.find_disguised("هو ن ص ا ب")) == [("نصاب", "ن ص ا ب")]
