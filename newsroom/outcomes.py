"""What came back from a send, and what follows from it: the table of the delivery contract as one function.

    ok                          sent
    gone (403, chat not found)  failed; the chat is suspended until a sign of life
    closed (no rights, thread gone)   failed; the subscriber is suspended, the chat is not
    barred (no rights for such a message)   failed; nobody is suspended, since other messages are taken there
    moved (group migrated)      queued again, for the new chat id
    later (429)                 queued again after the time told, the attempt not counted
    again (5xx, not connected)  queued again with backoff, the attempt counted; failed after the last
    doubt (no answer came)      queued once more and on record; the second time uncertain for good
    orphaned (the worker died)  queued again and on record; after eight doubts uncertain for good
    refused (400 of the text)   failed; five equal ones stop that rendering (see `newsroom/delivery.py`)
    halt (401, 404)             queued again; all sending stops

An edit of a message that is there never makes it unsent: its row stays `sent` and is due again or done with. It may be
repeated without a doubt, since the same edit twice changes nothing.

A new kind of answer is a member of `Came` and a line of `DECISIONS`; who sorts Telegram's words into them is
`bot/outcomes.py`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

MOST_ATTEMPTS = 8
FIRST_BACKOFF = timedelta(seconds=2)
LONGEST_BACKOFF = timedelta(minutes=10)
MOST_ORPHANED = 8  # doubts of a row: one that kills its worker each time must not be sent for ever
DOUBT_PAUSE = timedelta(seconds=2)  # before what is in doubt is repeated
BARRED = "barred: "  # begins the reason of a row that its chat takes no such message as it is
REFUSED = "refused: "  # begins the reason of a row whose text Telegram refused: a mended text finds it by that


class DeliveryState(StrEnum):
    """The life of a row of work, of a delivery and of an outbox row alike."""

    QUEUED = "queued"  # waits for its time
    SENDING = "sending"  # a worker has it: what "in flight" means everywhere
    SENT = "sent"  # Telegram has it
    FAILED = "failed"  # it will not arrive, and `reason` says why
    UNCERTAIN = "uncertain"  # nobody can tell whether it arrived, and it is not repeated
    SKIPPED = "skipped"  # no longer wanted when its turn came


class Came(StrEnum):
    """What came back."""

    OK = "ok"
    GONE = "gone"
    CLOSED = "closed"
    BARRED = "barred"  # we may write there, and not send what this is: a photo, a poll
    MOVED = "moved"
    LATER = "later"
    AGAIN = "again"
    DOUBT = "doubt"  # it left, and nobody can tell whether it arrived
    ORPHANED = "orphaned"  # its worker died, and nobody can tell whether it left
    REFUSED = "refused"
    HALT = "halt"
    UNWANTED = "unwanted"  # not sent: stopped, unfollowed or too late since it was planned
    RETURNED = "returned"  # not sent: the worker stopped first


@dataclass(slots=True)
class Outcome:
    """What came back; `retry_after` in seconds, `reason` in Telegram's words or ours, never with the token."""

    came: Came
    reason: str = ""
    message_id: int | None = None
    album: tuple[int, ...] = ()  # the messages beside that, where it came as several
    retry_after: float = 0.0
    new_chat_id: int | None = None


@dataclass(frozen=True, slots=True)
class Attempt:
    """What a decision needs of the row that was tried."""

    attempts: int  # counted before this one
    doubts: int
    at_most_once: bool = False  # never repeated when in doubt
    is_edit: bool = False  # of a message that has arrived


@dataclass(slots=True)
class Verdict:
    """What becomes of the row; `due_at` only when it is to be tried again."""

    state: DeliveryState
    attempts: int
    doubts: int
    due_at: datetime | None = None
    reason: str = ""
    message_id: int | None = None


def decide_outcome(attempt: Attempt, outcome: Outcome, now: datetime, jitter: float = 0.0) -> Verdict:
    """Say what becomes of a row; `jitter` between 0 and 1 spreads retries over half their backoff more."""
    decisions = EDIT_DECISIONS if attempt.is_edit else DECISIONS
    return decisions[outcome.came](attempt, outcome, now, jitter)


def next_backoff(attempts: int, jitter: float) -> timedelta:
    """Answer how long to wait after this many failed attempts."""
    wait: timedelta = FIRST_BACKOFF * 2 ** min(attempts - 1, 16)
    return min(wait, LONGEST_BACKOFF) * (1 + jitter / 2)


def _sent(attempt: Attempt, outcome: Outcome, _now: datetime, _jitter: float) -> Verdict:
    return Verdict(DeliveryState.SENT, attempt.attempts + 1, attempt.doubts, message_id=outcome.message_id)


def _failed(attempt: Attempt, outcome: Outcome, _now: datetime, _jitter: float) -> Verdict:
    return Verdict(DeliveryState.FAILED, attempt.attempts + 1, attempt.doubts, reason=outcome.reason)


def _barred(attempt: Attempt, outcome: Outcome, _now: datetime, _jitter: float) -> Verdict:
    return Verdict(DeliveryState.FAILED, attempt.attempts + 1, attempt.doubts, reason=f"{BARRED}{outcome.reason}")


def _refused(attempt: Attempt, outcome: Outcome, _now: datetime, _jitter: float) -> Verdict:
    return Verdict(DeliveryState.FAILED, attempt.attempts + 1, attempt.doubts, reason=f"{REFUSED}{outcome.reason}")


def _skipped(attempt: Attempt, outcome: Outcome, _now: datetime, _jitter: float) -> Verdict:
    return Verdict(DeliveryState.SKIPPED, attempt.attempts, attempt.doubts, reason=outcome.reason)


def _queued(attempt: Attempt, outcome: Outcome, now: datetime, _jitter: float) -> Verdict:
    due_at = now + timedelta(seconds=outcome.retry_after)
    return Verdict(DeliveryState.QUEUED, attempt.attempts, attempt.doubts, due_at, outcome.reason)


def _again(attempt: Attempt, outcome: Outcome, now: datetime, jitter: float) -> Verdict:
    tried = attempt.attempts + 1
    if tried >= MOST_ATTEMPTS:
        return _failed(attempt, outcome, now, jitter)
    due_at = now + next_backoff(tried, jitter)
    return Verdict(DeliveryState.QUEUED, tried, attempt.doubts, due_at, outcome.reason)


def _doubt(attempt: Attempt, outcome: Outcome, now: datetime, _jitter: float) -> Verdict:
    """Repeat once: two requests that left without an answer have most likely arrived."""
    again_at = now + DOUBT_PAUSE if attempt.doubts < 1 else None
    return _doubtful(attempt, outcome, again_at)


def _orphaned(attempt: Attempt, outcome: Outcome, now: datetime, jitter: float) -> Verdict:
    """Repeat as if it had not left, for most rows that a dying worker held had not; yet not for ever.

    Ever later, and each at a moment of its own: a row that kills its worker must not take the same others with it.
    """
    again_at = now + next_backoff(attempt.doubts + 1, jitter) if attempt.doubts < MOST_ORPHANED - 1 else None
    return _doubtful(attempt, outcome, again_at)


def _doubtful(attempt: Attempt, outcome: Outcome, again_at: datetime | None) -> Verdict:
    tried, doubts = attempt.attempts + 1, attempt.doubts + 1
    if attempt.at_most_once or again_at is None:
        return Verdict(DeliveryState.UNCERTAIN, tried, doubts, reason=outcome.reason)
    return Verdict(DeliveryState.QUEUED, tried, doubts, again_at, outcome.reason)


DECISIONS: dict[Came, Callable[[Attempt, Outcome, datetime, float], Verdict]] = {
    Came.OK: _sent,
    Came.GONE: _failed,
    Came.CLOSED: _failed,
    Came.BARRED: _barred,
    Came.MOVED: _queued,
    Came.LATER: _queued,
    Came.AGAIN: _again,
    Came.DOUBT: _doubt,
    Came.ORPHANED: _orphaned,
    Came.REFUSED: _refused,
    Came.HALT: _queued,
    Came.UNWANTED: _skipped,
    Came.RETURNED: _queued,
}


def _edited(attempt: Attempt, outcome: Outcome, _now: datetime, _jitter: float) -> Verdict:
    return Verdict(DeliveryState.SENT, 1, attempt.doubts, reason=outcome.reason)


def _edit_refused(attempt: Attempt, outcome: Outcome, _now: datetime, _jitter: float) -> Verdict:
    return Verdict(DeliveryState.SENT, 1, attempt.doubts, reason=f"{REFUSED}{outcome.reason}")


def _edit_later(attempt: Attempt, outcome: Outcome, now: datetime, _jitter: float) -> Verdict:
    due_at = now + timedelta(seconds=outcome.retry_after)
    return Verdict(DeliveryState.SENT, attempt.attempts, attempt.doubts, due_at, outcome.reason)


def _edit_again(attempt: Attempt, outcome: Outcome, now: datetime, jitter: float) -> Verdict:
    if attempt.attempts >= MOST_ATTEMPTS:
        return _edited(attempt, outcome, now, jitter)
    tried = attempt.attempts + 1
    return Verdict(DeliveryState.SENT, tried, attempt.doubts, now + next_backoff(tried, jitter), outcome.reason)


EDIT_DECISIONS: dict[Came, Callable[[Attempt, Outcome, datetime, float], Verdict]] = {
    Came.OK: _edited,
    Came.GONE: _edited,
    Came.CLOSED: _edited,
    Came.BARRED: _edited,
    Came.MOVED: _edited,  # what stood in the old group cannot be reached by the new id
    Came.LATER: _edit_later,
    Came.AGAIN: _edit_again,
    Came.DOUBT: _edit_again,
    Came.ORPHANED: _edit_again,
    Came.REFUSED: _edit_refused,
    Came.HALT: _edit_later,
    Came.UNWANTED: _edited,
    Came.RETURNED: _edit_later,
}
