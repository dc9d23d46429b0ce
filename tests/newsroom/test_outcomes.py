"""Outcomes: the table of the delivery contract, row by row."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from newsroom.outcomes import (
    BARRED,
    DECISIONS,
    DOUBT_PAUSE,
    LONGEST_BACKOFF,
    MOST_ATTEMPTS,
    REFUSED,
    Attempt,
    Came,
    DeliveryState,
    Outcome,
    decide_outcome,
    next_backoff,
)

NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)
FIRST = Attempt(0, 0)


def test_every_answer_has_a_decision() -> None:
    assert set(DECISIONS) == set(Came)


def test_ok_is_sent_with_its_message_id() -> None:
    verdict = decide_outcome(FIRST, Outcome(Came.OK, message_id=5), NOW)
    assert (verdict.state, verdict.message_id, verdict.attempts) == (DeliveryState.SENT, 5, 1)


@pytest.mark.parametrize(
    ("came", "reason"),
    [(Came.GONE, "why"), (Came.CLOSED, "why"), (Came.BARRED, f"{BARRED}why"), (Came.REFUSED, f"{REFUSED}why")],
)
def test_what_is_final_fails_with_its_reason(came: Came, reason: str) -> None:
    verdict = decide_outcome(FIRST, Outcome(came, "why"), NOW)
    assert (verdict.state, verdict.reason) == (DeliveryState.FAILED, reason)


def test_an_edit_that_is_refused_stays_sent_and_says_so() -> None:
    verdict = decide_outcome(replace(FIRST, is_edit=True), Outcome(Came.REFUSED, "why"), NOW)
    assert (verdict.state, verdict.reason, verdict.due_at) == (DeliveryState.SENT, f"{REFUSED}why", None)


def test_a_429_waits_as_told_and_counts_nothing() -> None:
    verdict = decide_outcome(FIRST, Outcome(Came.LATER, retry_after=30), NOW)
    assert (verdict.state, verdict.due_at, verdict.attempts) == (DeliveryState.QUEUED, NOW + timedelta(seconds=30), 0)


@pytest.mark.parametrize("came", [Came.MOVED, Came.HALT, Came.RETURNED])
def test_what_is_nobodys_fault_is_queued_again_uncounted(came: Came) -> None:
    verdict = decide_outcome(FIRST, Outcome(came), NOW)
    assert (verdict.state, verdict.attempts, verdict.doubts) == (DeliveryState.QUEUED, 0, 0)


def test_a_server_error_is_tried_again_later_and_later_then_fails() -> None:
    waits = []
    for attempts in range(MOST_ATTEMPTS - 1):
        verdict = decide_outcome(Attempt(attempts, 0), Outcome(Came.AGAIN), NOW)
        assert verdict.due_at is not None
        waits.append(verdict.due_at - NOW)
    assert waits == sorted(waits)
    assert decide_outcome(Attempt(MOST_ATTEMPTS - 1, 0), Outcome(Came.AGAIN), NOW).state is DeliveryState.FAILED


def test_backoff_is_bounded() -> None:
    assert next_backoff(50, 1.0) == LONGEST_BACKOFF * 1.5


def test_a_doubt_is_repeated_once_and_stays_on_record() -> None:
    verdict = decide_outcome(FIRST, Outcome(Came.DOUBT), NOW)
    assert (verdict.state, verdict.doubts, verdict.due_at) == (DeliveryState.QUEUED, 1, NOW + DOUBT_PAUSE)


def test_a_second_doubt_is_uncertain_for_good() -> None:
    verdict = decide_outcome(Attempt(1, 1), Outcome(Came.DOUBT), NOW)
    assert (verdict.state, verdict.doubts) == (DeliveryState.UNCERTAIN, 2)


def test_what_a_dead_worker_held_is_repeated_more_patiently_but_not_for_ever() -> None:
    verdicts = [decide_outcome(Attempt(doubts, doubts), Outcome(Came.ORPHANED), NOW) for doubts in range(8)]
    assert [verdict.state for verdict in verdicts] == [DeliveryState.QUEUED] * 7 + [DeliveryState.UNCERTAIN]
    waits = [verdict.due_at - NOW for verdict in verdicts if verdict.due_at]
    assert waits == [timedelta(seconds=2**doubts) for doubts in range(1, 8)]


def test_what_may_be_sent_at_most_once_is_not_repeated() -> None:
    for came in (Came.DOUBT, Came.ORPHANED):
        verdict = decide_outcome(Attempt(0, 0, at_most_once=True), Outcome(came), NOW)
        assert verdict.state is DeliveryState.UNCERTAIN


def test_what_is_no_longer_wanted_is_skipped() -> None:
    assert decide_outcome(FIRST, Outcome(Came.UNWANTED, "stopped"), NOW).state is DeliveryState.SKIPPED
