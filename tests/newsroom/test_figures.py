"""What is one value is one figure, however it is written."""

import pytest

from newsroom.figures import read_figures


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("410 آلاف سيارة", 410_000),
        ("٧٫٥ مليون دولار", 7_500_000),
        ("نصف مليار كيلوواط", 500_000_000),
        ("تسعة آلاف بطانية", 9_000),
        ("أربعة عشر قتيلا", 14),
        ("ستة وتسعين عاما", 96),
        ("بستمئة متر", 600),
        ("أكثر من ألفي قطعة", 2_000),
        ("1٬460 مترا", 1_460),
        ("1.460 mètres", 1_460),
        ("600 000 km", 600_000),
        ("two million people", 2_000_000),
        ("vingt mois", 20),
        ("quatre-vingt ouvriers", 80),
        ("7000多万名旅客", 70_000_000),
        ("三千八百吨", 3_800),
        ("五名工人", 5),
    ],
)
def test_a_number_is_read_in_words_and_digits(text: str, value: float) -> None:
    assert value in {number for number, _ in read_figures(text).counts}


@pytest.mark.parametrize(
    "text", ["37.5 بالمئة", "37,5 في المائة", "٣٧٫٥٪", "37.5 percent", "37,5 pour cent", "37.5 pct"]
)
def test_a_share_is_a_share_in_whatever_words(text: str) -> None:
    assert (37.5, "%") in read_figures(text).counts


def test_what_is_counted_is_known_by_its_stem() -> None:
    assert read_figures("12 سيارة").counts == read_figures("اثنتا عشرة من السيارات").counts


@pytest.mark.parametrize("text", ["يوم الاثنين", "ملايين الناس", "一家公司", "四川", "one man"])
def test_what_counts_nothing_is_no_number(text: str) -> None:
    assert not read_figures(text).counts


@pytest.mark.parametrize("text", ["15 مايو", "الخامس عشر: 15 أيار", "May 15", "le 15 mai", "5月15日"])
def test_a_day_of_a_month_is_no_count(text: str) -> None:
    figures = read_figures(text)
    assert figures.days == {15}
    assert 15 not in {number for number, _ in figures.counts}


@pytest.mark.parametrize("text", ["الساعة 9:42 صباحا", "٩:٤٢", "9时42分", "21:42", "9h42"])
def test_an_hour_is_one_by_both_clocks(text: str) -> None:
    assert read_figures(text).clocks == {(9, 42)}


@pytest.mark.parametrize("text", ["فازت 8-1", "1-8", "8比1"])
def test_a_score_is_the_same_from_both_sides(text: str) -> None:
    assert read_figures(text).scores == {(1, 8)}
