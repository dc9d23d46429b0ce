"""Sources: polled by their own rhythm, ever more seldom while they fail."""

from datetime import UTC, datetime, timedelta

import pytest

from newsroom.sources import LONGEST_BACKOFF, SLOWEST, Rhythm, is_asked_for, next_poll

NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)
SHORTEST = timedelta(minutes=5)


@pytest.mark.parametrize(
    ("quiet", "wait"),
    [
        (timedelta(0), timedelta(minutes=5)),
        (timedelta(hours=1), timedelta(minutes=5)),
        (timedelta(hours=6), timedelta(minutes=30)),
        (timedelta(days=9), timedelta(hours=1)),
    ],
)
def test_the_longer_a_source_is_quiet_the_seldomer_it_is_asked(quiet: timedelta, wait: timedelta) -> None:
    assert next_poll(Rhythm(NOW - quiet), SHORTEST, NOW) == NOW + wait


def test_a_failing_source_backs_off_up_to_a_day() -> None:
    waits = [next_poll(Rhythm(NOW, failures), SHORTEST, NOW) - NOW for failures in (1, 2, 3, 50)]
    assert waits == [timedelta(minutes=10), timedelta(minutes=20), timedelta(minutes=40), LONGEST_BACKOFF]


def test_a_server_that_asks_for_more_time_gets_it() -> None:
    assert next_poll(Rhythm(NOW, 1, retry_after=7200), SHORTEST, NOW) == NOW + timedelta(hours=2)


def test_jitter_only_lengthens() -> None:
    assert next_poll(Rhythm(NOW), SHORTEST, NOW, jitter=1.0) == NOW + SHORTEST * 1.1


def test_a_source_of_which_a_hub_tells_is_asked_as_seldom_as_may_be_unless_it_fails() -> None:
    assert next_poll(Rhythm(NOW, is_told=True), SHORTEST, NOW) == NOW + SHORTEST * SLOWEST
    assert next_poll(Rhythm(NOW, 1, is_told=True), SHORTEST, NOW) == NOW + SHORTEST * 2


def test_a_poll_before_the_slowest_wait_is_over_was_asked_for() -> None:
    by_clock = next_poll(Rhythm(NOW, is_told=True), SHORTEST, NOW)
    assert not is_asked_for(by_clock, NOW, SHORTEST)
    assert is_asked_for(by_clock - timedelta(microseconds=1), NOW, SHORTEST)
    assert is_asked_for(by_clock, None, SHORTEST)
