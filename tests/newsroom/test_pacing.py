"""Pacing: slots without a burst, and what a 429 means."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsroom.pacing import (
    LONGEST_LINE,
    LONGEST_WAIT,
    Pace,
    believe,
    chat_gap,
    count_slots,
    current_rate,
    decide_answer_flood,
    decide_answer_wait,
    decide_flood,
    decide_lead,
    leeway,
    spend,
    take_slots,
)

NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)
FRESH = Pace(next_slot_at=NOW, paused_until=NOW, slowed_to=1.0, slowed_at=NOW)
RATE = 28.0


@given(st.lists(st.tuples(st.integers(1, 60), st.floats(0, 2)), min_size=1, max_size=20))
def test_no_second_ever_holds_more_slots_than_the_rate(takes: list[tuple[int, float]]) -> None:
    pace, now, slots = FRESH, NOW, []
    for count, pause in takes:
        pace, taken = take_slots(pace, count, RATE, now)
        slots += taken
        now += timedelta(seconds=pause)
    for start in slots:
        assert sum(start <= slot < start + timedelta(seconds=1) for slot in slots) <= RATE + 1


@given(st.lists(st.floats(0, 1), min_size=60, max_size=60), st.floats(1, 100))
def test_what_leaves_within_the_leeway_makes_no_second_of_two_more_than_the_rate(
    late: list[float], rate: float
) -> None:
    _, slots = take_slots(FRESH, len(late), rate, NOW)
    left = sorted(slot + leeway(rate) * share for slot, share in zip(slots, late, strict=False))
    for start in left:
        assert sum(start <= moment < start + timedelta(seconds=1) for moment in left) < rate + 2


def test_slots_are_taken_ahead_where_a_claim_takes_longer_than_they_may_be_missed_by() -> None:
    assert decide_lead(timedelta(seconds=0.005), RATE) == timedelta()
    assert decide_lead(timedelta(seconds=0.4), RATE) + leeway(RATE) > timedelta(seconds=0.4)
    assert decide_lead(timedelta(minutes=1), RATE) < LONGEST_WAIT
    assert decide_lead(timedelta(seconds=0.1), 1_000) == timedelta()  # nobody waits for slots so short


def test_idle_time_is_not_saved_up_for_a_burst() -> None:
    _, slots = take_slots(FRESH, 2, RATE, NOW + timedelta(hours=1))
    assert slots[1] - slots[0] == timedelta(seconds=1 / RATE)


def test_answers_to_people_make_the_others_wait() -> None:
    _, slots = take_slots(spend(FRESH, 28, RATE, NOW), 1, RATE, NOW)
    assert slots[0] - NOW >= timedelta(seconds=0.99)


def test_a_clock_that_is_put_back_stops_nobody() -> None:
    pace, _ = take_slots(FRESH, 16, RATE, NOW)
    earlier = NOW - timedelta(hours=1)
    pace = believe(pace, earlier)
    _, slots = take_slots(pace, 1, RATE, earlier)
    assert slots == [earlier]
    _, slots = take_slots(spend(pace, 28, RATE, earlier), 1, RATE, earlier)
    assert timedelta(seconds=0.99) <= slots[0] - earlier <= timedelta(seconds=1)


def test_a_pause_keeps_its_length_when_the_clock_is_put_back() -> None:
    pace = replace(FRESH, paused_until=NOW + timedelta(minutes=5), slowed_to=0.5, slowed_at=NOW)
    earlier = NOW - timedelta(hours=1)
    assert believe(pace, earlier).paused_until == earlier + timedelta(minutes=5)


def test_answers_do_not_make_the_line_longer_than_can_be_believed() -> None:
    pace = spend(FRESH, 100_000, RATE, NOW)
    assert pace.next_slot_at == NOW + LONGEST_LINE
    assert take_slots(pace, 1, RATE, NOW) == (pace, [])


def test_one_chats_429_slows_nobody_else() -> None:
    pace = decide_flood(FRESH, 1, 60, RATE, NOW)
    assert (pace.paused_until, current_rate(pace, RATE, NOW)) == (NOW, RATE)


def test_the_same_chat_again_is_still_that_chat() -> None:
    pace = decide_flood(decide_flood(FRESH, 1, 60, RATE, NOW), 1, 60, RATE, NOW)
    assert pace.paused_until == NOW


def test_a_second_chat_within_a_second_is_the_tokens_fault() -> None:
    pace = decide_flood(decide_flood(FRESH, 1, 5, RATE, NOW), 2, 10, RATE, NOW + timedelta(seconds=0.5))
    assert pace.paused_until == NOW + timedelta(seconds=10.5)
    assert current_rate(pace, RATE, pace.paused_until) == RATE / 2


def test_of_the_deadlines_of_a_flood_the_latest_holds() -> None:
    pace = decide_flood(FRESH, 1, 20, RATE, NOW)
    for chat_id in (1, 2, 3):
        pace = decide_flood(pace, chat_id, 5, RATE, NOW + timedelta(seconds=0.5))
    assert pace.paused_until == NOW + timedelta(seconds=20)


def test_a_deadline_of_an_older_flood_is_that_chats_alone() -> None:
    pace = decide_flood(FRESH, 1, 3600, RATE, NOW)
    for chat_id in (2, 3):
        pace = decide_flood(pace, chat_id, 5, RATE, NOW + timedelta(minutes=1))
    assert pace.paused_until == NOW + timedelta(seconds=65)


def test_a_second_chat_later_is_a_coincidence() -> None:
    pace = decide_flood(decide_flood(FRESH, 1, 60, RATE, NOW), 2, 10, RATE, NOW + timedelta(seconds=2))
    assert pace.paused_until == NOW


def test_further_chats_of_a_flood_do_not_slow_it_further() -> None:
    pace = FRESH
    for chat_id in range(1, 6):
        pace = decide_flood(pace, chat_id, 5, RATE, NOW)
    assert pace.slowed_to == 0.5


def test_a_pause_never_ends_early() -> None:
    paused = replace(FRESH, paused_until=NOW + timedelta(seconds=90), flood_chat=1, flood_at=NOW)
    pace = decide_flood(paused, 2, 10, RATE, NOW)
    assert pace.paused_until == NOW + timedelta(seconds=90)
    assert take_slots(pace, 1, RATE, NOW + timedelta(seconds=89)) == (pace, [])
    _, slots = take_slots(pace, 1, RATE, pace.paused_until)
    assert slots == [pace.paused_until]


def test_the_rate_climbs_back_and_never_above() -> None:
    slowed = replace(FRESH, slowed_to=0.5, slowed_at=NOW)
    rates = [current_rate(slowed, RATE, NOW + timedelta(seconds=seconds)) for seconds in (0, 60, 120, 600)]
    assert rates == [14, 21, 28, 28]


def test_a_group_gets_twenty_a_minute_and_a_person_one_a_second() -> None:
    assert (chat_gap("supergroup"), chat_gap("private")) == (timedelta(seconds=3), timedelta(seconds=1))


def test_no_slot_is_taken_that_is_further_away_than_a_row_may_wait() -> None:
    pace, slots = take_slots(FRESH, 1_000, RATE, NOW)
    assert slots[-1] - NOW <= LONGEST_WAIT < pace.next_slot_at - NOW
    assert len(slots) == count_slots(FRESH, RATE, NOW)


def test_a_pause_and_a_slow_rate_leave_few_slots_near() -> None:
    paused = replace(FRESH, paused_until=NOW + timedelta(minutes=5))
    slowed = replace(FRESH, slowed_to=1 / 28, slowed_at=NOW)
    assert (count_slots(paused, RATE, NOW), count_slots(slowed, RATE, NOW)) == (0, 5)
    assert take_slots(paused, 1, RATE, NOW) == (paused, [])


def test_two_429s_to_what_reaches_no_chat_are_the_tokens() -> None:
    pace = decide_flood(decide_flood(FRESH, None, 5, RATE, NOW), None, 10, RATE, NOW + timedelta(seconds=0.5))
    assert pace.paused_until == NOW + timedelta(seconds=10.5)


def answer_floods(*floods: tuple[int | None, float, float]) -> Pace:
    """Answer the pace after 429s to answers: chat, seconds after NOW, seconds told."""
    pace = FRESH
    for chat_id, after, told in floods:
        pace = decide_answer_flood(pace, chat_id, told, NOW + timedelta(seconds=after))
    return pace


def test_answers_wait_when_three_chats_get_a_429_within_five_seconds_until_the_latest_deadline() -> None:
    assert answer_floods((1, 0, 40), (2, 2, 3)).answers_until is None
    assert answer_floods((1, 0, 40), (2, 2, 3), (3, 5, 3)).answers_until == NOW + timedelta(seconds=40)


def test_one_chat_that_gets_three_429s_lets_no_other_wait() -> None:
    assert answer_floods((1, 0, 3), (1, 1, 3), (1, 2, 3)).answers_until is None


def test_each_answer_that_reaches_no_chat_counts_as_one() -> None:
    assert answer_floods((None, 0, 40), (None, 0, 3)).answers_until is None
    assert answer_floods((None, 0, 40), (None, 0, 3), (None, 0, 3)).answers_until == NOW + timedelta(seconds=40)
    assert answer_floods((None, 0, 3), (None, 3, 3), (None, 6, 3)).answers_until is None


def test_429s_that_are_far_apart_are_no_flood() -> None:
    assert answer_floods((1, 0, 3), (2, 3, 3), (3, 6, 3)).answers_until is None


def test_a_wait_of_answers_never_ends_early() -> None:
    pace = answer_floods((1, 0, 40), (2, 0, 40), (3, 0, 40))
    later = decide_answer_flood(pace, 4, 1, NOW + timedelta(seconds=10))
    assert later.answers_until == NOW + timedelta(seconds=40)


@pytest.mark.parametrize(
    ("seconds", "last_due", "waits"),
    [
        (60, None, True),  # a 429 told so
        (2, None, False),  # the gap after a message
        (1, 0.9, True),  # the end of a wait that another answer was told
        (1, -5, False),  # what waits for something else
        (0, 0, False),
        (3600, None, False),  # a clock that was put back: an answer is tried
        (3600, 3600, True),
    ],
)
def test_answers_wait_for_what_their_chat_was_told_and_for_no_gap(
    seconds: float, last_due: float | None, *, waits: bool
) -> None:
    free_at = NOW + timedelta(seconds=seconds)
    last = None if last_due is None else NOW + timedelta(seconds=last_due)
    assert decide_answer_wait("private", free_at, last, NOW) == (free_at if waits else None)


def test_a_long_message_asks_for_more_patience_in_private() -> None:
    assert chat_gap("private", is_long=True) > chat_gap("private")
    assert chat_gap("supergroup", is_long=True) == chat_gap("supergroup")
