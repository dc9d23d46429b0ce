"""What a schedule, the languages and a pause become by what a button says."""

from contextlib import nullcontext
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsroom.errors import Refusal
from newsroom.preferences import READS, decide_pause, decide_reads, decide_schedule, is_timed_alike
from newsroom.readers import EVERY_LANGUAGE, Rhythm, Schedule, language_bit, next_due

NOW = datetime(2026, 11, 28, 12, 0, tzinfo=UTC)  # a Saturday, 15:00 in Riyadh
START = Schedule(Rhythm.INSTANT, "Asia/Riyadh")


@pytest.mark.parametrize(
    ("name", "value", "changes"),
    [
        ("rhythm", "daily", {"rhythm": Rhythm.DAILY}),
        ("rhythm", "silent", {"silent": True}),
        ("silent", "1", {"silent": True}),
        ("hour", "22", {"hour": 22}),
        ("weekday", "5", {"weekday": 5}),
        ("quiet", "23-7", {"quiet_from": 23, "quiet_to": 7}),
        ("wakes", "1", {"wakes": True}),
        ("zone", "Africa/Cairo", {"zone": "Africa/Cairo"}),
    ],
)
def test_a_choice_changes_its_side_of_the_schedule_and_done_twice_nothing_more(
    name: str, value: str, changes: dict[str, object]
) -> None:
    once = decide_schedule(START, name, value)
    assert once == replace(START, **changes)  # type: ignore[arg-type]
    assert once != START
    assert decide_schedule(once, name, value) == once


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("rhythm", "yearly"), ("hour", "24"), ("hour", "-1"), ("hour", ""), ("weekday", "7"), ("quiet", "23"),
        ("quiet", "25-7"), ("quiet", "a-b"), ("wakes", "yes"), ("zone", "Mars/Olympus"), ("zone", "../etc/passwd"),
        ("zone", ""), ("colour", "red"), ("", ""),
    ],
)  # fmt: skip
def test_what_is_none_of_ours_changes_nothing(name: str, value: str) -> None:
    assert decide_schedule(START, name, value) == START


@given(st.sampled_from(["rhythm", "silent", "hour", "weekday", "quiet", "wakes", "zone"]), st.text(max_size=40))
def test_no_value_breaks_the_schedule(name: str, value: str) -> None:
    changed = decide_schedule(START, name, value)
    assert next_due(changed, None, NOW) >= NOW


def test_sound_and_breaking_news_change_no_moment() -> None:
    assert is_timed_alike(START, replace(START, silent=True, wakes=True))
    assert not is_timed_alike(START, replace(START, hour=11))


@given(st.lists(st.tuples(st.sampled_from("+-"), st.sampled_from(READS)), max_size=20))
def test_a_language_stays_whatever_is_pressed(presses: list[tuple[str, str]]) -> None:
    reads = EVERY_LANGUAGE
    for sign, language in presses:
        is_last = sign == "-" and reads == language_bit(language)
        with pytest.raises(Refusal, match="reads") if is_last else nullcontext():
            reads = decide_reads(reads, sign + language)
        assert 0 < reads <= EVERY_LANGUAGE
        assert sign == "-" or reads & language_bit(language)


def test_a_language_that_is_no_choice_changes_nothing() -> None:
    assert decide_reads(3, "+de") == 3
    assert decide_reads(3, "") == 3


def test_a_pause_ends_after_its_span_or_in_the_morning() -> None:
    assert decide_pause("3d", START.zone, NOW) == NOW + timedelta(days=3)
    assert decide_pause("morning", START.zone, NOW) == datetime(2026, 11, 29, 5, 0, tzinfo=UTC)
    assert decide_pause("nonsense", START.zone, NOW) is None
    assert decide_pause("1y", START.zone, NOW) == NOW + timedelta(days=365)
    with pytest.raises(Refusal):
        decide_pause("367d", START.zone, NOW)


def test_what_waits_comes_when_the_pause_is_over_and_the_quiet_hours_too() -> None:
    until = datetime(2026, 11, 29, 22, 30, tzinfo=UTC)  # half past one at night
    assert next_due(START, None, NOW) == NOW
    assert next_due(START, until, NOW) == until
    assert next_due(replace(START, quiet_from=23, quiet_to=7), until, NOW) == datetime(2026, 11, 30, 4, 1, tzinfo=UTC)
    assert next_due(START, NOW - timedelta(days=1), NOW) == NOW
