"""When readers are reached: each rhythm by the reader's own clock, over every change of it that the world has seen."""

import zoneinfo
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as some

from newsroom.readers import (
    EVERY_LANGUAGE,
    GRACE,
    READ_LANGUAGES,
    Rhythm,
    Schedule,
    language_bit,
    next_delivery,
    next_waking,
)

HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
ZONES = sorted(zoneinfo.available_timezones() - {"localtime", "Factory"})
DIGESTS = [rhythm for rhythm in Rhythm if rhythm is not Rhythm.INSTANT]
FIRST, LAST = datetime(1970, 1, 2, tzinfo=UTC), datetime(2037, 12, 1, tzinfo=UTC)
hours = some.integers(0, 23)


def at(text: str, zone: str = "UTC") -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)


@cache
def changes(zone: str) -> tuple[datetime, ...]:
    """The moments at which a zone's clock was or will be changed, to the hour."""
    found, moment, known = [], FIRST, FIRST.astimezone(ZoneInfo(zone)).utcoffset()
    while moment < LAST:
        later = moment + timedelta(days=7)
        if (offset := later.astimezone(ZoneInfo(zone)).utcoffset()) != known:
            while (moment + HOUR).astimezone(ZoneInfo(zone)).utcoffset() == known:
                moment += HOUR
            found.append(moment + HOUR)
        moment, known = later, offset
    return tuple(found)


MONTHS = [datetime(2024, month, 1, tzinfo=UTC) for month in range(1, 13)]
CHANGING = [
    zone
    for zone in ZONES
    if "/" in zone and len({month.astimezone(ZoneInfo(zone)).utcoffset() for month in MONTHS}) > 1
]


@some.composite
def moments(draw: some.DrawFn, zone: str) -> datetime:
    """Any moment, and most of all those around the changes of the zone's clock."""
    near = changes(zone)
    base = (
        draw(some.sampled_from(near))
        if near
        else draw(some.datetimes(FIRST.replace(tzinfo=None), LAST.replace(tzinfo=None))).replace(tzinfo=UTC)
    )
    return base + timedelta(seconds=draw(some.integers(-200_000, 200_000)))


@some.composite
def cases(draw: some.DrawFn, zones: tuple[str, ...] = tuple(ZONES)) -> tuple[Schedule, datetime]:
    zone = draw(some.sampled_from(zones))
    schedule = Schedule(
        draw(some.sampled_from(list(Rhythm))),
        zone,
        hour=draw(hours),
        weekday=draw(some.integers(0, 6)),
        quiet_from=draw(hours),
        quiet_to=draw(hours),
    )
    return schedule, draw(moments(zone))


def is_quiet(schedule: Schedule, moment: datetime) -> bool:
    hour, begin, end = moment.astimezone(ZoneInfo(schedule.zone)).hour, schedule.quiet_from, schedule.quiet_to
    return hour in {(begin + n) % 24 for n in range((end - begin) % 24)}


@pytest.mark.parametrize(
    ("schedule", "now", "due"),
    [
        (Schedule(Rhythm.INSTANT, "Asia/Riyadh"), "2026-11-24T09:30", "2026-11-24T09:30"),
        (Schedule(Rhythm.HOURLY, "Asia/Riyadh"), "2026-11-24T09:30", "2026-11-24T10:01"),
        (Schedule(Rhythm.HOURLY, "Asia/Kathmandu"), "2026-11-24T09:30", "2026-11-24T10:16"),
        (Schedule(Rhythm.DAILY, "Asia/Riyadh", hour=9), "2026-11-24T05:59", "2026-11-24T06:01"),
        (Schedule(Rhythm.DAILY, "Asia/Riyadh", hour=9), "2026-11-24T06:00", "2026-11-25T06:01"),
        (Schedule(Rhythm.WEEKLY, "Asia/Riyadh"), "2026-11-24T06:00", "2026-11-27T07:01"),
        (Schedule(Rhythm.WEEKLY, "Asia/Riyadh"), "2026-11-27T07:00", "2026-12-04T07:01"),
        (Schedule(Rhythm.INSTANT, "Asia/Riyadh", quiet_from=23, quiet_to=7), "2026-11-24T21:00", "2026-11-25T04:01"),
        (
            Schedule(Rhythm.DAILY, "Asia/Riyadh", hour=3, quiet_from=23, quiet_to=7),
            "2026-11-24T09:00",
            "2026-11-25T04:01",
        ),
    ],
)
def test_each_rhythm_has_its_window(schedule: Schedule, now: str, due: str) -> None:
    assert next_delivery(schedule, at(now)) == at(due)


def test_a_day_without_the_hour_has_its_digest_when_the_clock_jumps() -> None:
    night = Schedule(Rhythm.DAILY, "Europe/Paris", hour=2)
    assert next_delivery(night, at("2026-03-28T12:00")) == at("2026-03-29T01:01")  # 02:00 is 03:00
    assert next_delivery(night, at("2026-03-29T01:01")) == at("2026-03-30T00:01")


def test_an_hour_that_comes_twice_brings_one_digest_a_day_and_one_each_time_by_the_hour() -> None:
    daily, hourly = (Schedule(rhythm, "Europe/Paris", hour=2) for rhythm in (Rhythm.DAILY, Rhythm.HOURLY))
    assert next_delivery(daily, at("2026-10-24T23:00")) == at("2026-10-25T00:01")
    assert next_delivery(daily, at("2026-10-25T00:00")) == at("2026-10-26T01:01")
    assert next_delivery(hourly, at("2026-10-25T00:00")) == at("2026-10-25T01:01")


def test_a_country_that_skipped_a_day_lost_no_digest() -> None:
    samoa = Schedule(Rhythm.DAILY, "Pacific/Apia", hour=9)
    assert next_delivery(samoa, at("2011-12-29T20:00")) == at("2011-12-30T19:01")  # the 31st there: no 30th came


@given(cases())
def test_nothing_comes_before_it_is_published_or_in_quiet_hours(case: tuple[Schedule, datetime]) -> None:
    schedule, now = case
    due_at = next_delivery(schedule, now)
    assert due_at >= now
    assert not is_quiet(schedule, due_at) or not schedule.is_ever_quiet


@given(cases(), some.booleans())
def test_breaking_news_come_at_once_outside_quiet_hours_and_within_them_by_consent(
    case: tuple[Schedule, datetime],
    wakes: bool,  # noqa: FBT001  (drawn)
) -> None:
    schedule, now = replace(case[0], wakes=wakes), case[1]
    due_at = next_delivery(schedule, now, is_breaking=True)
    assert due_at == (now if wakes else next_waking(schedule, now) or now)
    assert not is_quiet(schedule, due_at) or wakes or not schedule.is_ever_quiet
    assert now <= due_at <= next_delivery(schedule, now)


@given(cases())
def test_the_consent_to_be_woken_is_for_breaking_news_alone(case: tuple[Schedule, datetime]) -> None:
    schedule, now = case
    assert next_delivery(replace(schedule, wakes=True), now) == next_delivery(schedule, now)


@given(cases())
def test_nothing_waits_longer_than_its_window_and_a_night(case: tuple[Schedule, datetime]) -> None:
    schedule, now = case
    longest = {Rhythm.INSTANT: HOUR * 0, Rhythm.HOURLY: HOUR, Rhythm.DAILY: 24 * HOUR, Rhythm.WEEKLY: 7 * 24 * HOUR}
    night = timedelta(hours=(schedule.quiet_to - schedule.quiet_from) % 24)
    changed = timedelta(hours=25)  # the most that a clock was ever changed by, and an hour
    assert next_delivery(schedule, now) - now <= longest[schedule.rhythm] + night + 2 * GRACE + changed


@given(cases())
def test_what_comes_later_never_arrives_earlier(case: tuple[Schedule, datetime]) -> None:
    schedule, now = case
    assert next_delivery(schedule, now) <= next_delivery(schedule, now + timedelta(minutes=17))


@given(cases(zones=tuple(CHANGING)))
def test_a_day_has_one_digest_wherever_clocks_are_changed(case: tuple[Schedule, datetime]) -> None:
    given_schedule, now = case
    schedule = Schedule(Rhythm.DAILY, given_schedule.zone, hour=given_schedule.hour)
    first = next_delivery(schedule, now)
    second = next_delivery(schedule, first)
    days = [(moment - GRACE).astimezone(ZoneInfo(schedule.zone)).date() for moment in (first, second)]
    assert days[1] - days[0] == timedelta(days=1)
    assert {next_delivery(schedule, first - GRACE + n * HOUR) for n in range(23)} == {second}


@pytest.mark.parametrize("zone", CHANGING)
def test_every_change_of_every_clock_in_ten_years_keeps_the_digests_apart(zone: str) -> None:
    for moment in (change for change in changes(zone) if 2020 <= change.year < 2030):
        for hour in range(24):
            schedule = Schedule(Rhythm.DAILY, zone, hour=hour)
            first = next_delivery(schedule, moment - timedelta(days=1))
            second = next_delivery(schedule, first)
            assert 22 * HOUR <= second - first <= 26 * HOUR, (moment, hour)
            shown = (first - GRACE).astimezone(ZoneInfo(zone))
            before = (first - GRACE - MINUTE).astimezone(ZoneInfo(zone))
            jumped = shown.replace(tzinfo=None) - before.replace(tzinfo=None) > MINUTE
            assert shown.hour == hour or jumped, (moment, hour)


def test_the_end_of_the_quiet_is_told_only_within_it() -> None:
    schedule = Schedule(Rhythm.INSTANT, "Asia/Riyadh", quiet_from=23, quiet_to=7)
    assert next_waking(schedule, at("2026-11-24T22:59", "Asia/Riyadh")) is None
    assert next_waking(schedule, at("2026-11-24T23:00", "Asia/Riyadh")) == at("2026-11-25T07:01", "Asia/Riyadh")
    assert next_waking(schedule, at("2026-11-25T07:00", "Asia/Riyadh")) is None


def test_each_language_of_articles_is_a_choice_and_all_others_are_one() -> None:
    bits = [language_bit(language) for language in (*READ_LANGUAGES, "ru")]
    assert sum(bits) == EVERY_LANGUAGE
    assert language_bit("es") == language_bit("ru")
