"""What a reader prefers, and when an article reaches him by it.

`next_delivery` is a pure function of the schedule and the moment; a new rhythm is a member of `Rhythm` and a branch of
it. Readers with the same schedule share one row, so the reckoning is done once for all of them.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Rhythm(StrEnum):
    """How often a reader wants to hear from us."""

    INSTANT = "instant"  # each article as it is published


@dataclass(frozen=True, slots=True)
class Schedule:
    """When and how a reader is reached. `zone` is a name of the time zone database; `silent` rings no bell."""

    rhythm: Rhythm
    zone: str
    silent: bool = False


def next_delivery(schedule: Schedule, now: datetime) -> datetime:
    """Answer when what is published now falls due for readers of this schedule, in aware UTC."""
    match schedule.rhythm:
        case Rhythm.INSTANT:
            return now
