"""Wordings compared: nothing that changed is hidden, down to a comma."""

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from newsroom.wording import Change, compare


@pytest.mark.parametrize(
    ("before", "after", "pieces"),
    [
        ("رأي، فيه", "رأي فيه", [(Change.KEPT, "رأي"), (Change.OUT, "،"), (Change.KEPT, " فيه")]),
        ("خطإ", "خطأ", [(Change.OUT, "خطإ"), (Change.IN, "خطأ")]),
        ("نص", "نص", [(Change.LEFT_OUT, "…")]),
    ],
)
def test_a_change_is_shown_with_what_is_around_it(before: str, after: str, pieces: list[tuple[Change, str]]) -> None:
    assert compare(before, after) == pieces


@given(st.text(alphabet="اب، .\n", max_size=40), st.text(alphabet="اب، .\n", max_size=40))
def test_all_that_is_out_and_in_is_told(before: str, after: str) -> None:
    assume(before != after)
    pieces = compare(before, after, around=1_000)
    assert "".join(text for change, text in pieces if change is not Change.IN) == before
    assert "".join(text for change, text in pieces if change is not Change.OUT) == after


def test_the_middle_of_what_stays_is_left_out() -> None:
    long = "كلمة " * 50
    pieces = compare(f"أول {long}آخر", f"ثان {long}غيره")
    assert [change for change, _ in pieces].count(Change.LEFT_OUT) == 1
