"""Skimming: a needle is in every text that has the phrase, and what stands around it is whole."""

import pytest
from hypothesis import given

from newsroom.keywords import fold_phrase
from newsroom.skimming import MOST_EXCERPTS, excerpts, make_needle
from tests.newsroom.test_keywords import PHRASES, TEXTS, index_of


@given(PHRASES, TEXTS)
def test_a_text_that_has_a_phrase_has_its_needle_and_says_it_around_there(phrase: str, text: str) -> None:
    index, needle = index_of(phrase), make_needle(phrase)
    if index.find([text]):
        assert needle.search(text)
        assert index.find(excerpts(needle, text)) or len(list(needle.finditer(text))) > MOST_EXCERPTS


@pytest.mark.parametrize(
    ("phrase", "text"),
    [
        ("الصين", "قدّم للصين"),
        ("قمة المناخ", "قِمّـة المُناخ"),
        ("آسيا", "آسيا"),
        ("économie", "E\u0301CONOMIE"),
        ("خارجية", "وخارجيّتها"),
        ("country", "two countries"),
        ("AI芯片", "国产AI芯片"),
    ],
)
def test_a_needle_is_found_in_every_spelling(phrase: str, text: str) -> None:
    assert make_needle(fold_phrase(phrase)).search(text)


def test_an_excerpt_is_short_and_cuts_no_word() -> None:
    text = "كلمات كثيرة " * 100 + "الذكاء الاصطناعي" + " وكلمات بعدها" * 100
    (found,) = excerpts(make_needle("الذكاء الاصطناعي"), text)
    assert len(found) < 250
    assert set(found.split()) <= set(text.split())
