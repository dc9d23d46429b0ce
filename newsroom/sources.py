"""When a source is asked again: by its own rhythm, and ever more seldom while it fails.

A source that was quiet for an hour is asked every five minutes, one that was quiet for half a day every hour: the wait
is a twelfth of the silence, between the shortest interval and twelve times it, and never shorter than what it says of
itself (`Cache-Control`, RSS's `ttl`), as far as that is within these. One of which a hub tells (`websub.py`) is asked
as seldom as may be.
"""

import math
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

SLOWEST = 12  # times the shortest interval
SPREAD = 0.1  # of the wait, so that sources added together do not stay together
BURST = timedelta(seconds=2)  # within which what a poll brings has been planned
LONGEST_BACKOFF = timedelta(days=1)
BAD_AFTER = 5  # failures in a row, some hours at the shortest interval: then editors are told


@dataclass(frozen=True, slots=True)
class Rhythm:
    """What is known of a source's rhythm after a poll."""

    changed_at: datetime  # when it last had something new, or was added
    failures: int = 0  # in a row
    retry_after: float | None = None  # seconds, as its server asked
    fresh_for: float = 0  # seconds for which it says that nothing new comes
    is_told: bool = False  # a hub tells when something new comes


def next_poll(rhythm: Rhythm, shortest: timedelta, now: datetime, jitter: float = 0.0) -> datetime:
    """Answer when to ask again; `jitter` between 0 and 1 lengthens the wait by up to SPREAD of it."""
    if rhythm.failures:
        wait = back_off(rhythm.failures, shortest)
    elif rhythm.is_told:
        wait = shortest * SLOWEST
    else:
        wait = min(max((now - rhythm.changed_at) / SLOWEST, shortest), shortest * SLOWEST)
        wait = max(wait, min(timedelta(seconds=rhythm.fresh_for), shortest * SLOWEST))
    asked = timedelta(seconds=min(rhythm.retry_after or 0, LONGEST_BACKOFF.total_seconds()))
    longer: timedelta = wait * (1 + SPREAD * jitter)
    return now + max(longer, asked)


def quiet_end(now: datetime, seconds: int) -> datetime:
    """Answer when what is new now goes out: all that a source brings within its quiet period goes at once.

    Without one it waits for what else the same poll brings, so that a burst comes as one message.
    """
    if seconds <= 0:
        return now + BURST
    return datetime.fromtimestamp(math.ceil(now.timestamp() / seconds) * seconds, UTC)


def back_off(failures: int, shortest: timedelta) -> timedelta:
    """Answer how long to wait after so many failures in a row: twice as long each time, up to a day."""
    doubled: timedelta = shortest * 2 ** min(failures, 20)
    return min(doubled, max(LONGEST_BACKOFF, shortest))


def is_asked_for(due_at: datetime, polled_at: datetime | None, shortest: timedelta) -> bool:
    """Tell whether a poll of a source that is asked as seldom as may be came before its time: somebody asked for it."""
    return polled_at is None or due_at - polled_at < shortest * SLOWEST


def is_bad(failures: int) -> bool:
    """Tell whether a source has failed so often that a person should know."""
    return failures >= BAD_AFTER
