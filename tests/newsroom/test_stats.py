"""What figures mean: which days, how long things took, and counts of few that are not told."""

from datetime import UTC, date, datetime, timedelta

import pytest

from newsroom.replies import Action
from newsroom.stats import DECIDES, OUTCOMES, WAITS_FROM, Readers, Span, Stats, dump, measure, period_of

NOW = datetime(2026, 11, 24, 22, 30, tzinfo=UTC)  # in Riyadh it is the next day


@pytest.mark.parametrize(
    ("span", "zone", "first", "start"),
    [
        (Span.DAY, "UTC", date(2026, 11, 24), datetime(2026, 11, 24, tzinfo=UTC)),
        (Span.DAY, "Asia/Riyadh", date(2026, 11, 25), datetime(2026, 11, 24, 21, tzinfo=UTC)),
        (Span.WEEK, "Asia/Riyadh", date(2026, 11, 19), datetime(2026, 11, 18, 21, tzinfo=UTC)),
        (Span.MONTH, "Asia/Riyadh", date(2026, 10, 27), datetime(2026, 10, 26, 21, tzinfo=UTC)),
        (Span.MONTH, "Europe/Paris", date(2026, 10, 26), datetime(2026, 10, 25, 23, tzinfo=UTC)),
        (Span.DAY, "America/Los_Angeles", date(2026, 11, 24), datetime(2026, 11, 24, 8, tzinfo=UTC)),
    ],
)
def test_days_are_those_of_the_one_who_asks_and_end_today(span: Span, zone: str, first: date, start: datetime) -> None:
    period = period_of(span, zone, NOW)
    assert (period.first, period.start, period.end) == (first, start, NOW)
    assert period.last == NOW.astimezone(period.end.tzinfo).date() or zone == "Asia/Riyadh"


def test_a_period_goes_over_the_change_of_the_clock() -> None:
    """In Paris the clock went back on 25 October: the month before that midnight has an hour more."""
    period = period_of(Span.MONTH, "Europe/Paris", datetime(2026, 11, 20, 12, tzinfo=UTC))
    assert (period.first, period.start) == (date(2026, 10, 22), datetime(2026, 10, 21, 22, tzinfo=UTC))


@pytest.mark.parametrize(
    ("zone", "alive_from"),
    [
        (
            "Asia/Riyadh",
            datetime(2026, 11, 18, 21, tzinfo=UTC),
        ),  # of older ones the day is kept: the 19th
        ("America/Los_Angeles", datetime(2026, 11, 18, tzinfo=UTC)),  # else most of the first day would be lost
        ("UTC", datetime(2026, 11, 18, tzinfo=UTC)),
    ],
)
def test_who_was_alive_is_told_by_the_day_that_is_kept_of_it(zone: str, alive_from: datetime) -> None:
    assert period_of(Span.WEEK, zone, NOW).alive_from == alive_from


@pytest.mark.parametrize(
    ("seconds", "half", "most"),
    [
        ([7], 7, 7),
        ([9, 1], 1, 9),
        ([3, 1, 2], 2, 3),
        ([*range(1, 21)], 10, 19),
        ([*range(1, 101)], 50, 95),
    ],
)
def test_half_and_nineteen_of_twenty_are_the_nearest_ranks(seconds: list[int], half: int, most: int) -> None:
    times = measure(timedelta(seconds=second) for second in seconds)
    assert times
    assert (times.half.seconds, times.most.seconds, times.count) == (half, most, len(seconds))


def test_of_nothing_there_is_no_time() -> None:
    assert measure([]) is None


def test_few_readers_are_not_told_to_programs_either() -> None:
    readers = Readers(now=10, new=9, active=1, lost=0, by_language={"ar": 12, "fr": 3})
    told = dump(Stats(period_of(Span.DAY, "UTC", NOW), readers, opened=4))
    assert told["readers"] == {
        "now": 10, "new": "<10", "active": "<10", "lost": 0, "by_rhythm": {}, "by_language": {"ar": 12, "fr": "<10"}
    }  # fmt: skip
    assert (told["opened"], told["from"], told["delivered"]) == ("<10", "2026-11-24T00:00:00+00:00", None)


def test_whatever_ends_a_wait_is_no_reason_to_wait() -> None:
    assert set(WAITS_FROM).isdisjoint(DECIDES)
    assert {Action.REJECT, Action.SPAM, Action.RETURN} <= {*DECIDES} & {*OUTCOMES}
