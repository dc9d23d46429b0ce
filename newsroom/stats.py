"""What `/stats` tells: of which days, what became of replies, how long things took, and counts that name nobody.

    Span ─ period_of ─▶ Period ─ db/store/stats.py ─▶ Stats ─▶ the picture and its caption (bot/stats.py), `qasid stats`

Days are those of the one who asks, today among them. Readers and openings below FEW are told as fewer, as a
broadcast's audience is. Another figure is a field of Stats, a query of the store, and its texts.
"""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo

from newsroom.broadcasts import FEW, is_few
from newsroom.replies import Action

DAY = timedelta(days=1)
HALF, MOST = 0.5, 0.95  # the shares of which is told how long they took
FEWER = f"<{FEW}"


class Span(StrEnum):
    """Of how many days it is."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"


DAYS = {Span.DAY: 1, Span.WEEK: 7, Span.MONTH: 30}


@dataclass(frozen=True, slots=True)
class Period:
    """Days of a zone, from the first midnight to now."""

    span: Span
    zone: str
    start: datetime
    end: datetime

    @property
    def first(self) -> date:
        """The first day."""
        return self.start.astimezone(ZoneInfo(self.zone)).date()

    @property
    def last(self) -> date:
        """The last day, which is today."""
        return self.end.astimezone(ZoneInfo(self.zone)).date()

    @property
    def alive_from(self) -> datetime:
        """Since when who was alive was so in these days: of older signs of life the day alone is kept, in UTC."""
        return min(self.start, _nearest_midnight(self.start))


def period_of(span: Span, zone: str, now: datetime) -> Period:
    """Answer the days of a span that end today."""
    here = ZoneInfo(zone)
    first = now.astimezone(here).date() - (DAYS[span] - 1) * DAY
    return Period(span, zone, datetime.combine(first, time(), here).astimezone(UTC), now)


def _nearest_midnight(moment: datetime) -> datetime:
    return (moment + DAY / 2).astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)


@dataclass(frozen=True, slots=True)
class Times:
    """How long things took: half of them, and nineteen of twenty, no longer than that."""

    half: timedelta
    most: timedelta
    count: int


def measure(spans: Iterable[timedelta]) -> Times | None:
    """Answer how long things took, by the nearest rank; nothing where there were none."""
    taken = sorted(spans)
    if not taken:
        return None
    half, most = (taken[math.ceil(share * len(taken)) - 1] for share in (HALF, MOST))
    return Times(half, most, len(taken))


class Outcome(StrEnum):
    """What became of a reply."""

    PUBLISHED = "published"
    RETURNED = "returned"
    REJECTED = "rejected"
    SPAM = "spam"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"
    REMOVED = "removed"


# The last of these that was done with a reply says what became of it; none: that is open again.
OUTCOMES: Mapping[Action, Outcome | None] = {
    Action.PUBLISH: Outcome.PUBLISHED,
    Action.RETURN: Outcome.RETURNED,
    Action.REJECT: Outcome.REJECTED,
    Action.SPAM: Outcome.SPAM,
    Action.EXPIRE: Outcome.EXPIRED,
    Action.WITHDRAW: Outcome.WITHDRAWN,
    Action.REMOVE: Outcome.REMOVED,
    **dict.fromkeys((Action.UNDO, Action.RESTORE, Action.APPEAL, Action.REVISE, Action.REOPEN, Action.HIDE)),
}
# From the last of these on a reply waits for somebody to decide, and one of these decides; a vote that is not the last
# of its quorum decides nothing.
WAITS_FROM = (Action.SUBMIT, Action.REVISE, Action.APPEAL, Action.HIDE, Action.REOPEN, Action.RESTORE)
DECIDES = (Action.APPROVE, Action.REJECT, Action.SPAM, Action.RETURN)


@dataclass(frozen=True, slots=True)
class Readers:
    """Who reads: a group or a channel counts as one."""

    now: int = 0
    new: int = 0
    active: int = 0
    lost: int = 0  # who stopped, shut us out or was erased, and has not come back
    by_rhythm: Mapping[str, int] = field(default_factory=dict)
    by_language: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Replies:
    """What became of replies, how many wait now, and how long decisions took."""

    by_outcome: Mapping[Outcome, int] = field(default_factory=dict)
    waiting: int = 0
    decided: Times | None = None


@dataclass(frozen=True, slots=True)
class Stats:
    """The figures of a period."""

    period: Period
    readers: Readers = Readers()
    articles: int = 0
    by_topic: Mapping[str, int] = field(default_factory=dict)  # the most frequent first
    delivered: Times | None = None  # from when we had an article to when those had it who want it at once
    opened: int | None = None  # none where nobody counts
    replies: Replies = Replies()


def tell(number: int) -> int | str:
    """Answer a number of people as it may be told to a program."""
    return FEWER if is_few(number) else number


def dump(stats: Stats) -> dict[str, Any]:
    """Answer the figures as JSON has them, times in seconds."""
    readers, replies = stats.readers, stats.replies
    counts = {name: tell(getattr(readers, name)) for name in ("now", "new", "active", "lost")}
    groups = {name: _tell_each(getattr(readers, name)) for name in ("by_rhythm", "by_language")}
    return {
        "span": str(stats.period.span),
        "zone": stats.period.zone,
        "from": stats.period.start.isoformat(),
        "to": stats.period.end.isoformat(),
        "readers": counts | groups,
        "articles": stats.articles,
        "by_topic": dict(stats.by_topic),
        "delivered": _dump_times(stats.delivered),
        "opened": None if stats.opened is None else tell(stats.opened),
        "replies": {
            "by_outcome": {str(outcome): count for outcome, count in replies.by_outcome.items()},
            "waiting": replies.waiting,
            "decided": _dump_times(replies.decided),
        },
    }


def _tell_each(counts: Mapping[str, int]) -> dict[str, int | str]:
    return {name: tell(count) for name, count in counts.items()}


def _dump_times(times: Times | None) -> dict[str, float | int] | None:
    if times is None:
        return None
    return {"half": times.half.total_seconds(), "most": times.most.total_seconds(), "count": times.count}
