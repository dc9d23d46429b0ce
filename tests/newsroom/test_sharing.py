"""Where replies go: what follows when a request about one has come to its end."""

from datetime import UTC, datetime, timedelta

import pytest

from newsroom.sharing import TRY_AGAIN, End, Task, decide_end, next_try, should_delete, task_of

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


def test_what_cannot_be_taken_back_is_tried_for_ever_and_ever_more_seldom() -> None:
    waits = [next_try(attempts, NOW) - NOW for attempts in range(6)]
    assert waits == [*TRY_AGAIN, TRY_AGAIN[-1], TRY_AGAIN[-1]]


@pytest.mark.parametrize(("hours", "attempts", "deletes"), [(1, 0, True), (46, 0, True), (47, 0, False), (1, 1, False)])
def test_what_telegram_does_not_delete_any_more_is_emptied(hours: int, attempts: int, *, deletes: bool) -> None:
    assert should_delete(NOW - timedelta(hours=hours), attempts, NOW) is deletes
