"""The simulation keeps the rules that it says it keeps: all arrive, none before the rate allows, lanes in order."""

from collections import Counter
from datetime import timedelta
from pathlib import Path

import pytest

from bench.simulate import (
    DIGESTS,
    FREE,
    HOUR,
    MIDNIGHT,
    PAID,
    Chunk,
    Posting,
    count_messages,
    deliver,
    longest_wait,
    most_readers,
    plan_day,
    print_hours,
    print_inputs,
    print_limits,
    simulate,
)
from newsroom.pacing import Pace, take_slots
from newsroom.pushes import LATE_TURN, Lane

ROOT = Path(__file__).parent.parent.parent
READERS = 100_000
DAYS = pytest.mark.parametrize("digests", DIGESTS)
RATES = pytest.mark.parametrize("rate", [FREE, PAID])
LANES = pytest.mark.parametrize("lane", [Lane.BREAKING, Lane.NEWS, Lane.DIGEST])


def sent(chunks: list[Chunk]) -> Counter[Posting]:
    counted = Counter[Posting]()
    for chunk in chunks:
        counted[chunk.posting] += chunk.messages
    return counted


@DAYS
@RATES
def test_everything_planned_is_sent_and_nothing_else(digests: float, rate: float) -> None:
    assert sent(simulate(READERS, digests, rate)) == {
        posting: posting.messages for posting in plan_day(READERS, digests)
    }


@DAYS
@RATES
def test_no_message_leaves_before_it_is_due_or_faster_than_the_rate(digests: float, rate: float) -> None:
    free_at = MIDNIGHT
    for chunk in simulate(READERS, digests, rate):
        assert chunk.first_at >= max(free_at, chunk.posting.due_at)
        free_at = chunk.first_at + timedelta(seconds=chunk.messages / rate)
        assert chunk.last_at >= free_at - timedelta(microseconds=1)


def test_a_chunk_ends_where_the_slots_of_its_messages_do() -> None:
    pace = Pace(next_slot_at=MIDNIGHT, paused_until=MIDNIGHT, slowed_to=1.0, slowed_at=MIDNIGHT)
    now = MIDNIGHT
    for _ in range(1_000):
        pace, slots = take_slots(pace, 1, FREE, now)
        now = slots[0]
    chunks = deliver([Posting(Lane.NEWS, MIDNIGHT, 1_000)], FREE, claims=10)
    assert abs(chunks[-1].last_at - pace.next_slot_at) < timedelta(milliseconds=1)


@DAYS
def test_wide_claims_change_little_of_what_a_window_of_rows_would(digests: float) -> None:
    narrow, wide = (deliver(plan_day(2_000, digests), FREE / 50, claims) for claims in (100_000, 2_000))
    for lane in {chunk.posting.lane for chunk in narrow}:
        fine, coarse = (
            max(chunk.last_at - chunk.posting.due_at for chunk in chunks if chunk.posting.lane is lane)
            for chunks in (narrow, wide)
        )
        assert coarse == pytest.approx(fine, rel=0.05)


@DAYS
def test_breaking_news_leave_one_turn_in_twenty_to_the_others(digests: float) -> None:
    chunks = simulate(READERS, digests, FREE)
    breaking = [chunk for chunk in chunks if chunk.posting.lane is Lane.BREAKING]
    begin, end = breaking[0].posting.due_at, breaking[-1].last_at
    between = [chunk for chunk in chunks if begin <= chunk.first_at < end]
    others = len(between) - len(breaking)
    assert others <= len(between) / LATE_TURN + 1
    assert end - begin < HOUR


def test_pushes_of_a_lane_take_turns() -> None:
    day = [Posting(Lane.NEWS, MIDNIGHT, 10_000), Posting(Lane.NEWS, MIDNIGHT + timedelta(seconds=1), 10_000)]
    chunks = deliver(day, FREE, claims=200)
    halfway = sent(chunks[: len(chunks) // 2])
    assert halfway[day[0]] == pytest.approx(halfway[day[1]], rel=0.05)


@DAYS
@RATES
@LANES
def test_more_tokens_are_never_slower(digests: float, rate: float, lane: Lane) -> None:
    waits = [longest_wait(READERS * 10 // tokens, digests, rate, lane) for tokens in (1, 2, 5, 10, 100)]
    assert waits == sorted(waits, reverse=True)


def test_a_digest_saves_messages() -> None:
    none, half, most = (count_messages(READERS, digests) for digests in DIGESTS)
    assert none > half > most


def test_the_readers_that_fit_into_an_hour_are_the_most_that_do() -> None:
    most = most_readers(0.5, FREE, Lane.NEWS, HOUR)
    assert longest_wait(most, 0.5, FREE, Lane.NEWS) <= HOUR < longest_wait(most + 1_000, 0.5, FREE, Lane.NEWS)


def test_the_same_question_has_the_same_answer() -> None:
    day = plan_day(READERS, 0.5)
    assert deliver(day, FREE) == deliver(day, FREE)


def test_the_docs_quote_what_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    print_inputs()
    print_hours()
    print_limits()
    quoted = (ROOT / "docs" / "scaling.md").read_text(encoding="utf-8").splitlines()
    assert [line for line in capsys.readouterr().out.splitlines() if line not in quoted] == []
