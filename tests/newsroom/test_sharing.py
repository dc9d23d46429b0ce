"""Where replies go: what follows when a request about one has come to its end."""

from datetime import UTC, datetime, timedelta

import pytest

from newsroom.sharing import (
    REFUSED_OFTEN,
    REMIND,
    TRY_AGAIN,
    End,
    Task,
    decide_end,
    next_reminder,
    next_try,
    should_delete,
    should_tell,
    task_of,
)

NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)
GONE = "Bad Request: message to delete not found"
KEPT = "Bad Request: message can't be deleted"


@pytest.mark.parametrize(
    ("revision", "shown", "task"),
    [(1, None, Task.SHOW), (2, 1, Task.CHANGE), (None, 1, Task.TAKE_BACK), (None, None, Task.TAKE_BACK)],
)
def test_what_is_to_be_done_is_told_by_what_is_there(revision: int | None, shown: int | None, task: Task) -> None:
    assert task_of(revision, shown) is task


@pytest.mark.parametrize(
    ("task", "state", "reason", "end"),
    [
        (Task.SHOW, "sent", "", End.DONE),
        (Task.SHOW, "uncertain", "", End.DOUBT),
        (Task.SHOW, None, "", End.DOUBT),
        (Task.SHOW, "failed", "refused: message to be replied not found", End.FAILED),
        (Task.SHOW, "skipped", "chat suspended", End.FAILED),
        (Task.CHANGE, "sent", "", End.DONE),
        (Task.CHANGE, "uncertain", "", End.AGAIN),
        (Task.CHANGE, None, "", End.AGAIN),
        (Task.CHANGE, "skipped", "Bad Request: message to edit not found", End.FAILED),
        (Task.TAKE_BACK, "sent", "", End.DONE),
        (Task.TAKE_BACK, "skipped", GONE, End.DONE),
        (Task.TAKE_BACK, "failed", KEPT, End.AGAIN),
        (Task.TAKE_BACK, "failed", "Forbidden: bot was kicked", End.AGAIN),
        (Task.TAKE_BACK, "uncertain", "", End.AGAIN),
        (Task.TAKE_BACK, None, "", End.AGAIN),
    ],
)
def test_only_what_was_to_be_shown_is_ever_in_doubt(task: Task, state: str | None, reason: str, end: End) -> None:
    assert decide_end(task, state, reason) is end


@pytest.mark.parametrize(("state", "end"), [("failed", End.DOUBT), ("skipped", End.DOUBT), ("uncertain", End.AGAIN)])
def test_what_is_refused_to_be_taken_back_again_and_again_is_left_to_a_person(state: str, end: End) -> None:
    assert decide_end(Task.TAKE_BACK, state, KEPT, REFUSED_OFTEN - 1) is End.AGAIN
    assert decide_end(Task.TAKE_BACK, state, KEPT, REFUSED_OFTEN) is end
    assert decide_end(Task.TAKE_BACK, "failed", GONE, REFUSED_OFTEN) is End.DONE


@pytest.mark.parametrize(
    ("task", "reason", "tells"),
    [
        (Task.SHOW, "Bad Request: message to be replied not found", True),
        (Task.CHANGE, "Bad Request: message can't be edited", True),
        (Task.CHANGE, "Bad Request: message to edit not found", False),
        (Task.TAKE_BACK, KEPT, False),
        (Task.SHOW, "", False),
    ],
)
def test_moderators_hear_of_what_was_refused_and_not_of_what_people_deleted(
    task: Task, reason: str, *, tells: bool
) -> None:
    assert should_tell(task, reason) is tells


def test_an_open_question_is_asked_again_for_ever_and_ever_more_seldom() -> None:
    assert [next_reminder(reminded, NOW) - NOW for reminded in range(5)] == [*REMIND, REMIND[-1], REMIND[-1]]


def test_what_cannot_be_taken_back_is_tried_for_ever_and_ever_more_seldom() -> None:
    waits = [next_try(attempts, NOW) - NOW for attempts in range(6)]
    assert waits == [*TRY_AGAIN, TRY_AGAIN[-1], TRY_AGAIN[-1]]


@pytest.mark.parametrize(("hours", "attempts", "deletes"), [(1, 0, True), (46, 0, True), (47, 0, False), (1, 1, False)])
def test_what_telegram_does_not_delete_any_more_is_emptied(hours: int, attempts: int, *, deletes: bool) -> None:
    assert should_delete(NOW - timedelta(hours=hours), attempts, NOW) is deletes
