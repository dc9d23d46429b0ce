"""How far a broadcast is, in readers: what its rows tell when they are added up.

    rows ─▶ tallies (by state and reason) ─▶ progress ─▶ the card and the report

A new number of the report is a field of `Progress`, filled by `_add`.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from enum import StrEnum

from newsroom.outcomes import BARRED, REFUSED

RECENT = timedelta(seconds=10)  # over which the rate is measured
BAR = 10  # parts of a bar
LEFT_BEHIND = "moved"  # why nothing can be done to a message: its group has moved to another id
# What Telegram says where nothing is left to be done to a message: it is so already, or it is not there any more.
DONE_ANYWAY = (
    "message is not modified",
    "message to edit not found",
    "message to delete not found",
    "message to pin not found",
)


class Cause(StrEnum):
    """Why somebody did not get it."""

    BLOCKED = "blocked"
    GONE = "gone"
    CLOSED = "closed"  # no right to write there
    BARRED = "barred"  # no right to send such a message there
    REFUSED = "refused"  # Telegram does not take the text
    UNWANTED = "unwanted"  # he said so since it was planned
    OTHER = "other"


CAUSES = (
    (Cause.REFUSED, (REFUSED, "rendering stopped")),
    (Cause.BARRED, (BARRED,)),
    (Cause.BLOCKED, ("blocked", "can't initiate", "kicked")),
    (Cause.GONE, ("deactivated", "not found", "chat suspended")),
    (Cause.CLOSED, ("rights", "forbidden", "closed", "restricted", "subscriber suspended")),
    (Cause.UNWANTED, ("subscriber", "not wanted")),
)


def find_cause(reason: str) -> Cause:
    """Answer why, for what Telegram or we said."""
    told = reason.lower()
    return next((cause for cause, words in CAUSES if any(word in told for word in words)), Cause.OTHER)


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a broadcast is, in readers."""

    sent: int = 0
    failed: Mapping[Cause, int] = field(default_factory=dict)
    uncertain: int = 0  # nobody can tell; it is not repeated
    left: int = 0
    later: int = 0  # of those: whose quiet hours or pause are waited for
    flying: int = 0  # of those: on their way at this moment
    lately: int = 0  # settled in the last RECENT
    stale: int = 0  # messages to which something is still to be done
    undone: int = 0  # messages to which what was wanted last could not be done
    is_planned: bool = False

    @property
    def settled(self) -> int:
        """Those of whom nothing more is to be said."""
        return self.sent + self.uncertain + sum(self.failed.values())

    @property
    def whole(self) -> int:
        """All of them, as far as is known."""
        return self.settled + self.left

    @property
    def changed(self) -> int:
        """Messages to which all that was wanted is done: of what is taken back, those that are gone."""
        return self.sent - self.stale - self.undone

    @property
    def rate(self) -> float:
        """Messages a second, lately."""
        return self.lately / RECENT.total_seconds()

    @property
    def share(self) -> float:
        """The part that is settled, from 0 to 1."""
        return self.settled / self.whole if self.whole else 1.0

    def ends_in(self) -> timedelta | None:
        """Answer how long it still takes at this rate; None where nothing moves."""
        return estimate(self.left - self.later, self.rate) if self.rate and self.left > self.later else None


@dataclass(frozen=True, slots=True)
class Tally:
    """Rows of a push with the same state and reason; what was sent has one where what was done to it last was not."""

    state: str
    reason: str
    rows: int
    lately: int = 0
    later: int = 0
    stale: int = 0


def add_up(tallies: Iterable[Tally], expected: int, *, is_planned: bool) -> Progress:
    """Answer the progress that rows tell; what is not planned yet is left."""
    made = Progress(is_planned=is_planned)
    for tally in tallies:
        made = _add(made, tally)
    return made if is_planned else replace(made, left=max(made.left, expected - made.settled))


def _add(progress: Progress, tally: Tally) -> Progress:
    lately = progress.lately + tally.lately
    match tally.state:
        case "sent":
            sent, stale = progress.sent + tally.rows, progress.stale + tally.stale
            undone = progress.undone + (tally.rows if is_undone(tally.reason) else 0)
            return replace(progress, sent=sent, stale=stale, undone=undone, lately=lately)
        case "uncertain":
            return replace(progress, uncertain=progress.uncertain + tally.rows, lately=lately)
        case "failed" | "skipped":
            cause = find_cause(tally.reason)
            failed = {**progress.failed, cause: progress.failed.get(cause, 0) + tally.rows}
            return replace(progress, failed=failed, lately=lately)
        case _:
            flying = progress.flying + (tally.rows if tally.state == "sending" else 0)
            left, later = progress.left + tally.rows, progress.later + tally.later
            return replace(progress, left=left, later=later, flying=flying)


def is_undone(reason: str) -> bool:
    """Tell whether a message stays as it was, for what Telegram or we said of changing it."""
    return bool(reason) and not any(words in reason.lower() for words in DONE_ANYWAY)


def draw_bar(share: float) -> str:
    """Answer a bar that is filled so far; full only at the end."""
    full = min(BAR, int(share * BAR))
    return "▰" * full + "▱" * (BAR - full)


def estimate(audience: int, rate: float) -> timedelta:
    """Answer about how long so many messages take."""
    return timedelta(seconds=audience / rate) if rate > 0 else timedelta()


def is_refused_to_staff(tallies: Sequence[Tally]) -> bool:
    """Tell whether Telegram refused it to one of the first who were to get it."""
    return any(tally.state == "failed" and tally.reason.startswith(REFUSED) for tally in tallies)
