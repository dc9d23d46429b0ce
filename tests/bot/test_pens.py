"""Pen names as people read them."""

import pytest

from bot.pens import name_pen
from locales import texts


@pytest.mark.parametrize(
    ("language", "digits", "said"),
    [
        ("ar", "latn", "قلم 4821"),
        ("ar", "arab", "قلم ٤٨٢١"),
        ("en", "latn", "Pen 4821"),
        ("zh", "latn", "笔 4821"),
        ("fr", "latn", "Plume 4821"),
    ],
)
def test_a_number_is_told_with_the_word_of_the_language(language: str, digits: str, said: str) -> None:
    assert name_pen(texts(language, digits), "", 4821) == said


def test_an_own_name_stands_for_the_number_and_nobody_has_none() -> None:
    assert name_pen(texts("ar"), "ابن الرافدين", 4821) == "ابن الرافدين"
    assert name_pen(texts("ar"), "", None) == ""
