"""The evidence of the crash suite: how a second is counted, and when requests overlap."""

import pytest

from sandbox import Call, Sandbox
from tests.e2e.evidence import EXACT_TO, Lookout, count_busiest_second, count_overlaps


@pytest.mark.parametrize(
    ("moments", "most"),
    [([], 0), ([1.0], 1), ([1.0, 1.5, 2.0], 2), ([1.0, 1.5, 1.999], 3), ([0.0, 3.0, 3.1, 3.2, 9.0], 3)],
)
def test_the_second_that_holds_most_counts(moments: list[float], most: int) -> None:
    assert count_busiest_second([(moment, moment) for moment in moments]) == most


def test_what_may_have_come_before_a_second_is_not_counted_in_it() -> None:
    assert count_busiest_second([(0.9, 1.1), (1.1, 1.1), (2.0, 2.0)]) == 2


def test_what_is_noted_after_a_wait_may_have_come_at_any_moment_of_it() -> None:
    lookout = Lookout(Sandbox(), waits=[(10.0, 10.2)])
    assert lookout.span(10.201) == (10.0, 10.201)
    for moment in (9.9, 10.3):
        assert lookout.span(moment) == (moment - EXACT_TO, moment)


def call(chat_id: int, began_at: float, ended_at: float | None) -> Call:
    return Call(began_at, "sendMessage", chat_id, {}, 200, ended_at=ended_at)


def test_requests_to_one_chat_overlap_when_one_begins_before_the_other_has_ended() -> None:
    assert count_overlaps([call(1, 0, 1), call(2, 0.5, 2), call(1, 1, 2)]) == 0
    assert count_overlaps([call(1, 0, 1), call(1, 0.9, 2)]) == 1
    assert count_overlaps([call(1, 0, None), call(1, 9, 10)]) == 1
