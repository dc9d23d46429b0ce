"""What a reader prefers, and when an article reaches him by it.

    published ─▶ the next window of the rhythm ─▶ after the quiet hours ─▶ after the pause
    breaking ────────────────────────────────────┴▶ or at once, by consent ──┘

`next_delivery` and `next_waking` are pure functions of the schedule and the moment; a new rhythm is a member of
`Rhythm` and a branch of `_next_window`. Readers with the same schedule share one row, so the reckoning is done once for
all of them. Hours are those of the reader's wall clock: where it jumps over one, the moment of the jump stands for it,
and where it shows one twice, the first counts.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

# What is published at the end of a window is still being planned at its beginning: a digest leaves so much later, and
# has it. So no window has two.
GRACE = timedelta(minutes=1)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
FRIDAY = 4  # Monday is 0
READ_LANGUAGES = ("ar", "en", "zh", "fr")  # that a reader may choose among; all others are one choice more
EVERY_LANGUAGE = (1 << (len(READ_LANGUAGES) + 1)) - 1


class Rhythm(StrEnum):
    """How often a reader wants to hear from us."""

    INSTANT = "instant"  # each article as it is published
    HOURLY = "hourly"  # one message for what an hour brought
    DAILY = "daily"
    WEEKLY = "weekly"


@dataclass(frozen=True, slots=True)
class Schedule:
    """When and how a reader is reached. `zone` is a name of the time zone database; `silent` rings no bell.

    `hour` is that of a day's or a week's digest. Quiet are the hours from one to the other; equal ones are no quiet.
    """

    rhythm: Rhythm
    zone: str
    silent: bool = False
    hour: int = 10
    weekday: int = FRIDAY
    quiet_from: int = 0
    quiet_to: int = 0
    wakes: bool = False  # breaking news come in quiet hours too

    @property
    def is_ever_quiet(self) -> bool:
        """Tell whether there are quiet hours."""
        return self.quiet_from != self.quiet_to


def next_delivery(schedule: Schedule, now: datetime, *, is_breaking: bool = False) -> datetime:
    """Answer when what is published now falls due for readers of this schedule, in aware UTC.

    Breaking news wait for no window, and for the end of quiet hours unless the reader lets himself be woken.
    """
    due_at = now if is_breaking else _next_window(schedule, now)
    return due_at if is_breaking and schedule.wakes else next_waking(schedule, due_at) or due_at


def next_waking(schedule: Schedule, now: datetime) -> datetime | None:
    """Answer when the quiet hours end in which `now` lies, in aware UTC; None where it lies in none."""
    if not schedule.is_ever_quiet:
        return None
    zone = ZoneInfo(schedule.zone)
    if not _is_between(now.astimezone(zone).hour, schedule.quiet_from, schedule.quiet_to):
        return None
    return _first_after(now, _daily(now, zone, schedule.quiet_to)) + GRACE


def next_due(schedule: Schedule, paused_until: datetime | None, now: datetime) -> datetime:
    """Answer when what waits for a reader falls due, his pause and the quiet hours at its end over; in aware UTC."""
    due_at = next_delivery(schedule, now)
    if paused_until is None or due_at >= paused_until:
        return due_at
    return next_waking(schedule, paused_until) or paused_until


def is_paused(paused_until: datetime | None, now: datetime) -> bool:
    """Tell whether a reader's pause is still on."""
    return paused_until is not None and paused_until > now


def next_hour(zone: str, hour: int, now: datetime) -> datetime:
    """Answer when the clock of a zone shows an hour next, in aware UTC."""
    return _first_after(now, _daily(now, ZoneInfo(zone), hour))


def _is_between(hour: int, begin: int, end: int) -> bool:
    return begin <= hour < end if begin < end else hour >= begin or hour < end


def _next_window(schedule: Schedule, now: datetime) -> datetime:
    zone = ZoneInfo(schedule.zone)
    match schedule.rhythm:
        case Rhythm.INSTANT:
            return now
        case Rhythm.HOURLY:
            return _first_after(now, _hourly(now, zone)) + GRACE
        case Rhythm.DAILY:
            return _first_after(now, _daily(now, zone, schedule.hour)) + GRACE
        case Rhythm.WEEKLY:
            return _first_after(now, _daily(now, zone, schedule.hour, schedule.weekday)) + GRACE


def _first_after(now: datetime, moments: Iterable[datetime]) -> datetime:
    return min(moment for moment in moments if moment > now)


def _hourly(now: datetime, zone: ZoneInfo) -> Iterator[datetime]:
    """Answer the full hours around now; both of one that the clock shows twice, for both bring news."""
    shown = now.astimezone(zone).replace(minute=0, second=0, microsecond=0, tzinfo=None)
    for hours in range(4):
        for fold in (0, 1):
            yield (shown + hours * HOUR).replace(tzinfo=zone, fold=fold).astimezone(UTC)


def _daily(now: datetime, zone: ZoneInfo, hour: int, weekday: int | None = None) -> Iterator[datetime]:
    """Answer when the clock shows an hour on the days around now, or on those of a weekday."""
    today = now.astimezone(zone).date()
    for days in range(-1, 9):
        day = today + days * DAY
        if weekday is None or day.weekday() == weekday:
            yield datetime.combine(day, time(hour), zone).astimezone(UTC)


def language_bit(language: str) -> int:
    """Answer what stands for a language of articles in the set that a reader wants; one for all but the four."""
    return 1 << (READ_LANGUAGES.index(language) if language in READ_LANGUAGES else len(READ_LANGUAGES))
