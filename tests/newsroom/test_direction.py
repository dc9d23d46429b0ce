"""Direction: a line gets a mark where it would start wrong, and nothing else is ever changed."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsroom.direction import RIGHT_TO_LEFT_MARK, begin_with, direct, runs_rtl

LINES = st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=60) | st.lists(
    st.sampled_from(["BYD", "قمة", "2026", "٢٠٢٦", "👍", "«", "\u2067", "\u2068", "\u2069", " ", "中文", "\u200f"])
).map("".join)


@pytest.mark.parametrize(
    ("line", "marked"),
    [
        ("BYD تفتتح مصنعًا", True),
        ("iPhone: هاتف جديد", True),
        ("«BYD» تفتتح مصنعًا", True),
        ("«قمة» في بكين", False),
        ("2026 عام الحصان", False),
        ("٢٠٢٦ عام الحصان", False),
        ("2026", True),
        ("3.5% نمو الاقتصاد", False),
        ("👍 قمة ناجحة", False),
        ("👍🏽🇨🇳", True),
        ("🚗 BYD تتقدم", True),
        ("中国 تتقدم", True),
        ("", True),
        ("\u2068قمة\u2069 · 2026", True),
        ("\u2068BYD\u2069 قمة", False),
        ("\u2068a \u2067b\u2069 c\u2069 قمة", False),
        ("\u200fBYD", False),
    ],
)
def test_a_line_gets_a_mark_only_where_it_would_start_wrong(line: str, *, marked: bool) -> None:
    assert direct(line, rtl=True) == (f"{RIGHT_TO_LEFT_MARK}{line}" if marked else line)


@given(line=LINES, rtl=st.booleans())
def test_a_directed_line_runs_as_it_should_and_looks_as_before(line: str, *, rtl: bool) -> None:
    directed = direct(line, rtl=rtl)
    assert runs_rtl(directed) == rtl
    assert seen(directed) == seen(line)
    assert direct(directed, rtl=rtl) == directed


def seen(line: str) -> str:
    return "".join(letter for letter in line if unicodedata.category(letter) != "Cf")


@pytest.mark.parametrize("rtl", [True, False])
def test_a_line_may_begin_with_a_command_and_runs_as_it_should(*, rtl: bool) -> None:
    assert runs_rtl(begin_with("/queue", rtl=rtl)) == rtl
