"""Pushes: who is served first, and that nobody waits for ever."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from newsroom.pushes import LATE_TURN, Lane, PushState, RunningPush, list_deeds, order_pushes

NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)
NEWS = RunningPush(1, Lane.NEWS, NOW)
OTHER_NEWS = RunningPush(2, Lane.NEWS, NOW)
BREAKING = RunningPush(3, Lane.BREAKING, NOW)
DIGEST = RunningPush(4, Lane.DIGEST, NOW - timedelta(minutes=2))


def order(*pushes: RunningPush, turn: int = 1, served: dict[tuple[int, bool], int] | None = None) -> list[int]:
    return [push.id for push in order_pushes(pushes, turn, served or {}, NOW)]


def test_a_higher_lane_goes_first() -> None:
    assert order(DIGEST, NEWS, BREAKING) == [3, 1, 4]


def test_within_a_lane_they_take_turns() -> None:
    assert order(NEWS, OTHER_NEWS, served={(1, False): 9, (2, False): 8}) == [2, 1]


def test_what_is_not_due_is_not_served() -> None:
    assert order(RunningPush(9, Lane.BREAKING, NOW + timedelta(seconds=1)), NEWS) == [1]


def test_one_turn_in_twenty_goes_to_the_lane_that_waited_over_a_minute() -> None:
    assert order(NEWS, BREAKING, DIGEST, turn=LATE_TURN) == [4, 3, 1]


def test_of_several_lanes_that_wait_none_is_passed_over_for_good() -> None:
    news = replace(NEWS, due_at=NOW - timedelta(minutes=2))
    served: dict[tuple[int, bool], int] = {}
    first = []
    for turn in range(LATE_TURN, 10 * LATE_TURN, LATE_TURN):
        (chosen, *_) = order(BREAKING, news, DIGEST, turn=turn, served=served)
        served[chosen, False] = turn
        first.append(chosen)
    assert {1, 4} <= set(first)


def test_edits_of_a_push_go_before_its_own_news() -> None:
    edits = RunningPush(1, Lane.BREAKING, NOW, is_edit=True)
    found = order_pushes([NEWS, edits], 1, {}, NOW)
    assert [push.is_edit for push in found] == [True, False]


def test_what_falls_due_of_old_news_goes_after_fresh_news() -> None:
    old = replace(NEWS, opened_at=NOW - timedelta(hours=2))
    assert order(old, OTHER_NEWS) == [2, 1]
    assert order(replace(old, opened_at=NOW - timedelta(minutes=59)), OTHER_NEWS) == [1, 2]


def test_a_long_line_of_readers_keeps_its_turn_until_its_end() -> None:
    opened = NOW - timedelta(hours=2)
    line = replace(NEWS, opened_at=opened, due_at=opened + timedelta(minutes=1))
    assert order(line, OTHER_NEWS) == [1, 2]


def test_a_lane_that_waited_less_gets_no_turn_of_its_own() -> None:
    assert order(NEWS, BREAKING, turn=LATE_TURN) == [3, 1]


@pytest.mark.parametrize(
    ("state", "is_stopped", "deeds"),
    [
        (PushState.RUNNING, False, ["pause", "cancel", "once"]),
        (PushState.RUNNING, True, ["resume", "pause", "cancel", "once"]),
        (PushState.PAUSED, True, ["resume", "cancel", "once"]),
        (PushState.DONE, False, []),
        (PushState.DONE, True, ["resume"]),
        (PushState.CANCELLED, True, []),
    ],
)
def test_what_may_be_done_with_a_push(state: PushState, deeds: list[str], *, is_stopped: bool) -> None:
    assert list_deeds(state, is_stopped=is_stopped, is_once=False) == deeds
    assert "once" not in list_deeds(state, is_stopped=is_stopped, is_once=True)
