"""A push: a story or a broadcast on its way to its readers. Its lane and state say when its rows may leave.

One push per story, for life; lane, state and priority stand on the push and not on its rows, so pausing, cancelling or
raising half a million deliveries changes one row. A new lane is a member of `Lane`.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import IntEnum, StrEnum

# A lower lane that has waited this long gets one turn in LATE_TURN, so that nothing waits for ever.
LONGEST_WAIT = timedelta(minutes=1)
LATE_TURN = 20
FRESH = timedelta(hours=1)  # so long a push is news; what falls due of it later goes after newer ones
# What falls due so soon after a push was opened (large ones take minutes to plan) is its own line of readers.
ITS_OWN = timedelta(minutes=5)


class Lane(IntEnum):
    """Who goes first; a lower number goes first. The first two are of single messages, the others of pushes."""

    ANSWER = 0  # an answer to a person that did not get through at once
    MODERATION = 1  # cards and notices of the desk
    BREAKING = 2  # breaking news, corrections, retractions
    NEWS = 3  # what is published
    DIGEST = 4  # what may wait


INTERACTIVE = (Lane.ANSWER, Lane.MODERATION)  # somebody waits for them: no turn is before theirs


class PushState(StrEnum):
    """Where a push stands."""

    RUNNING = "running"  # being planned or delivered
    PAUSED = "paused"  # a person stopped it for a while: nothing of it is claimed
    CANCELLED = "cancelled"  # a person stopped it for good: what is queued is never sent
    DONE = "done"  # planned to the end, and every row is settled


# What a person may do with a push, and in which states; resuming tries anew what Telegram had refused, too.
DEEDS: Mapping[str, tuple[PushState, ...]] = {
    "pause": (PushState.RUNNING,),
    "resume": (PushState.PAUSED,),
    "cancel": (PushState.RUNNING, PushState.PAUSED),
    "once": (PushState.RUNNING, PushState.PAUSED),
}


def list_deeds(state: PushState, *, is_stopped: bool, is_once: bool) -> list[str]:
    """Answer what may be done with a push; `is_stopped`: it waits for a person, `is_once`: it repeats nothing."""
    may = [deed for deed, states in DEEDS.items() if state in states and not (deed == "once" and is_once)]
    return ["resume", *may] if is_stopped and "resume" not in may and state is not PushState.CANCELLED else may


@dataclass(frozen=True, slots=True)
class RunningPush:
    """What a claim needs to know of a push to choose it: of what it has to send, or of what it has to edit."""

    id: int
    lane: Lane
    due_at: datetime  # when its next row falls due
    wanted: int = 1  # the version of its story
    story_id: int = 0
    at_most_once: bool = False  # what is in doubt is left so
    gone_expected: bool = False  # a person said that many of its chats are gone
    is_edit: bool = False
    on_trial: bool = False  # none of its renderings is proven, or one is being tried
    opened_at: datetime | None = None
    is_broadcast: bool = False  # of editors' own words, not of a story: it comes alone

    @classmethod
    def of_singles(cls, lane: Lane, since: datetime) -> "RunningPush":
        """Answer what stands for the single messages of a lane: they wait for their turn as a push does."""
        return cls(-lane, lane, since)

    @property
    def is_of_singles(self) -> bool:
        """Tell whether it stands for single messages."""
        return self.id < 0

    def may_wait(self, now: datetime) -> bool:
        """Tell whether it is news no more: what is left of it are digests, or readers whom nothing was hurried to.

        A line that is still being served since it was opened keeps its turn, however long it is.
        """
        if self.lane is not Lane.NEWS or self.opened_at is None:
            return False
        return now - self.opened_at > FRESH and self.due_at - self.opened_at > ITS_OWN

    def lane_at(self, now: datetime) -> Lane:
        """Answer the lane in which it goes now."""
        return Lane.DIGEST if self.may_wait(now) else self.lane


def order_pushes(
    pushes: Iterable[RunningPush], turn: int, served: dict[tuple[int, bool], int], now: datetime
) -> list[RunningPush]:
    """Answer the due pushes in the order in which they are served: by lane, within it the least recently served.

    `turn` counts the claims and `served` tells at which turn a push was served last. In one turn of LATE_TURN the first
    is whoever was served longest ago among those that have waited long, whatever its lane.
    """
    due = [push for push in pushes if push.due_at <= now]

    def last_served(push: RunningPush) -> int:
        return served.get((push.id, push.is_edit), 0)

    ordered = sorted(due, key=lambda push: (push.lane_at(now), last_served(push), push.id))
    late = [push for push in ordered if now - push.due_at > LONGEST_WAIT]
    if turn % LATE_TURN == 0 and late:
        first = min(late, key=lambda push: (last_served(push), -push.lane))
        ordered = [first, *(push for push in ordered if push is not first)]
    return ordered


def comrades(push: RunningPush, running: Iterable[RunningPush]) -> dict[int, RunningPush]:
    """Answer the pushes whose rows may go in one message with a push's; breaking news and broadcasts come alone."""
    if push.is_edit or push.is_broadcast or push.lane < Lane.NEWS:
        return {}
    others = (other for other in running if not (other.is_edit or other.is_broadcast))
    return {other.id: other for other in others if other.id != push.id and other.lane >= Lane.NEWS}
