"""What falls due in the life of a reply by itself: the end of a state, the nudges while it waits, the next one allowed.

`LASTS` says how long each state lasts at most and what ends it, `NUDGES` what happens while moderators keep one
waiting. A state that is in neither lasts until somebody acts. Nothing is written here that was not sent: a draft goes
after an hour, what was not taken when nobody can appeal any more.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from enum import StrEnum

from newsroom.replies import GRACE, QUEUE, Action, Reply, State

HOUR, DAY = timedelta(hours=1), timedelta(days=1)

# What the clock does when a state has lasted so long; START is a worker's.
LASTS: dict[State, tuple[timedelta, Action]] = {
    State.DRAFT: (HOUR, Action.DROP),
    State.PENDING: (7 * DAY, Action.EXPIRE),
    State.APPEALED: (7 * DAY, Action.EXPIRE),
    State.QUARANTINED: (7 * DAY, Action.EXPIRE),
    State.RETURNED: (7 * DAY, Action.EXPIRE),
    State.APPROVED: (GRACE, Action.START),
    State.SPAM: (7 * DAY, Action.ERASE),
    State.WITHDRAWN: (7 * DAY, Action.ERASE),
    State.EXPIRED: (30 * DAY, Action.ERASE),
    State.REJECTED: (30 * DAY, Action.ERASE),
    State.REMOVED: (30 * DAY, Action.ERASE),
}
AT_ONCE = frozenset({State.SUBMITTED, State.PUBLISHING, State.REMOVING})  # the screen or a worker has to do with it


class Nudge(StrEnum):
    """What happens while a reply waits for moderators."""

    REMIND = "remind"  # moderators
    ESCALATE = "escalate"  # to the leads
    TELL = "tell"  # its author, that it still waits


NUDGES = ((4 * HOUR, Nudge.REMIND), (12 * HOUR, Nudge.ESCALATE), (24 * HOUR, Nudge.TELL))
NUDGES_APART = ((24 * HOUR, Nudge.TELL),)  # of what is set apart: moderators have a message of it all the time

Limits = Sequence[tuple[int, timedelta]]
# So many replies within such a time, and so many times that any of them is written anew.
LIMITS: Limits = ((1, timedelta(seconds=30)), (5, HOUR), (20, DAY))
EDITS: Limits = ((20, HOUR), (60, DAY))
OLDEST_COUNTED = max(span for _, span in (*LIMITS, *EDITS))
MOST_DRAFTS = 10  # of an author, that are not sent


def ends_at(reply: Reply) -> datetime | None:
    """Answer when its state ends by itself; None where it does not."""
    lasts = LASTS.get(reply.state)
    return reply.since + lasts[0] if lasts else None


def due_at(reply: Reply, now: datetime) -> datetime | None:
    """Answer when the clock, the screen or a worker has to look at it next; nothing ends under a living claim."""
    if reply.state in AT_ONCE:
        return now
    end, nudges = ends_at(reply), find_nudges(reply)
    if end is None or not nudges:
        return end
    if reply.nudges < len(nudges):
        return reply.since + nudges[reply.nudges][0]
    return max(end, reply.claimed_until or end)


def find_nudges(reply: Reply) -> Sequence[tuple[timedelta, Nudge]]:
    """Answer what happens in its state while moderators keep it waiting; nothing while its author weighs a proposal."""
    if reply.state is State.QUARANTINED:
        return NUDGES_APART
    return NUDGES if reply.state in QUEUE and reply.proposed_revision is None else ()


def decide_step(reply: Reply, now: datetime) -> Action | Nudge | None:
    """Answer what is due with it now: the end of its state, or a nudge; None where nothing is.

    Where both are, after an outage, the state ends.
    """
    end = ends_at(reply)
    if end is not None and end <= now and not reply.is_held(now):
        return LASTS[reply.state][1]
    nudges = find_nudges(reply)
    if reply.nudges < len(nudges):
        after, nudge = nudges[reply.nudges]
        return nudge if reply.since + after <= now else None
    return None


def nudge(reply: Reply, now: datetime) -> Reply:
    """Answer the reply when the clock has given the nudge that was due."""
    nudged = replace(reply, nudges=reply.nudges + 1)
    return replace(nudged, due_at=due_at(nudged, now))


def next_allowed(sent: Sequence[datetime], now: datetime, limits: Limits = LIMITS) -> datetime:
    """Answer when somebody who sent replies at these times may send the next; `now` or earlier is at once."""
    times = sorted(sent, reverse=True)
    return max([now, *(times[most - 1] + span for most, span in limits if len(times) >= most)])
