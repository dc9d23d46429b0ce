"""Spans of time, as people type them in four languages."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsroom.spans import DAY, HOUR, LONGEST, NUMBERS, TWICE, UNITS, read_span

MINUTE = timedelta(minutes=1)
DIGITS = ("0123456789", "٠١٢٣٤٥٦٧٨٩", "۰۱۲۳۴۵۶۷۸۹", "０１２３４５６７８９")


@pytest.mark.parametrize(
    ("said", "span"),
    [
        ("3d", 3 * DAY),
        ("12h", 12 * HOUR),
        ("1w", 7 * DAY),
        ("30 min", 30 * MINUTE),
        ("1w 2d", 9 * DAY),
        ("3 أيام", 3 * DAY),
        ("٣ أيام", 3 * DAY),
        ("٣أيام", 3 * DAY),
        ("ثلاثة أيام", 3 * DAY),
        ("يوم", DAY),
        ("يومين", 2 * DAY),
        ("أسبوعين", 14 * DAY),
        ("اسبوع", 7 * DAY),
        ("لمدة أسبوع", 7 * DAY),
        ("يوم و12 ساعة", 36 * HOUR),
        ("سنة", 365 * DAY),
        ("two weeks", 14 * DAY),
        ("a month", 30 * DAY),
        ("for 3 days and 4 hours", 76 * HOUR),
        ("三天", 3 * DAY),
        ("3天", 3 * DAY),
        ("两个星期", 14 * DAY),
        ("一周三天", 10 * DAY),
        ("12小时", 12 * HOUR),
        ("une semaine et 2 jours", 9 * DAY),
        ("pendant 3 j", 3 * DAY),
        ("3 JOURS", 3 * DAY),
        ("an hour", HOUR),
        ("un an", 365 * DAY),
    ],
)
def test_a_span_is_read(said: str, span: timedelta) -> None:
    assert read_span(said) == span


@pytest.mark.parametrize(
    "said",
    [
        "",
        "3",
        "0d",
        "0 يوم",
        "café",
        "3 4 days",
        "3d 4",
        "1.5h",
        "-",
        "tomorrow",
        "3 dinosaurs",
        "十五天",
        "d" * 61,
    ],
)
def test_what_is_no_span_is_none(said: str) -> None:
    assert read_span(said) is None


@given(st.sampled_from(sorted(UNITS)), st.integers(1, 400), st.sampled_from(DIGITS), st.data())
def test_every_unit_is_read_with_digits_of_any_script(
    unit: timedelta, number: int, digits: str, data: st.DataObject
) -> None:
    word = data.draw(st.sampled_from(UNITS[unit].split()))
    written = str(number).translate(str.maketrans(DIGITS[0], digits))
    space = data.draw(st.sampled_from(["", " ", "  "]))
    assert read_span(f"{written}{space}{word}") == number * unit
    assert word == "an" or read_span(word) == unit


@given(st.text(max_size=LONGEST + 5))
def test_whatever_is_said_breaks_nothing(said: str) -> None:
    span = read_span(said)
    assert span is None or span > timedelta()


@given(st.lists(st.sampled_from(["9" * 9, "9" * 30, "years", "سنة", " ", "天"]), max_size=12))
def test_no_number_is_too_large(parts: list[str]) -> None:
    read_span(" ".join(parts))


def test_no_word_stands_for_two_things() -> None:
    every = [word for table in (*UNITS.values(), *TWICE.values(), *NUMBERS) for word in table.split()]
    assert {word for word in every if every.count(word) > 1} == {"an"}
