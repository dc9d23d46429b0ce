"""What a reader sets, as a button says it: what his schedule, his languages or his pause become by it.

    rhythm:daily · silent:1 · hour:7 · weekday:4 · quiet:23-7 · wakes:1 · zone:Asia/Riyadh    the schedule
    reads:+zh · reads:-fr                                                                      languages of articles
    announcements:0                                                                            broadcasts of the editors
    pause:morning · pause:3d · pause:0                                                         a pause

A button says what shall hold, never that it be the other way round: pressed twice, it is done once. What is none of
ours changes nothing. A new choice of the schedule is a line of `_CHANGES`.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from functools import cache
from typing import Any
from zoneinfo import available_timezones

from newsroom.errors import Refusal
from newsroom.readers import READ_LANGUAGES, Rhythm, Schedule, language_bit, next_hour
from newsroom.spans import read_span
from newsroom.text import read_number

DIGESTS = (Rhythm.DAILY, Rhythm.WEEKLY)  # that come at an hour
OTHERS = "other"  # all languages of articles but the four
READS = (*READ_LANGUAGES, OTHERS)
MORNING, MORNING_HOUR = "morning", 8
LONGEST_PAUSE = timedelta(days=366)
HOURS, DAYS = range(24), range(7)
# Two ways in one tap, for the first run.
WAYS = {"sound": (Rhythm.INSTANT, False), "silent": (Rhythm.INSTANT, True)}
WAY_NAMES = {way: name for name, way in WAYS.items()}


def decide_schedule(schedule: Schedule, name: str, value: str) -> Schedule:
    """Answer the schedule after a choice; the same one where there is no such choice."""
    read = _CHANGES.get(name)
    return replace(schedule, **read(value)) if read else schedule


def is_timed_alike(one: Schedule, other: Schedule) -> bool:
    """Tell whether two schedules reach their readers at the same moments."""
    return replace(one, silent=other.silent, wakes=other.wakes) == other


def decide_reads(reads: int, value: str) -> int:
    """Answer the set of languages after one is chosen (`+zh`) or left (`-zh`). Raises Refusal for the last one."""
    sign, language = value[:1], value[1:]
    if language not in READS:
        return reads
    bit = language_bit(language)
    chosen = reads | bit if sign == "+" else reads & ~bit
    if not chosen:
        raise Refusal("reads.last")
    return chosen


def decide_pause(said: str, zone: str, now: datetime) -> datetime | None:
    """Answer when a pause of a span ends that begins now; None where no span is said.

    `morning` is the next one by the clock of the zone. Raises Refusal past a year.
    """
    if said == MORNING:
        return next_hour(zone, MORNING_HOUR, now)
    span = read_span(said)
    if span and span > LONGEST_PAUSE:
        raise Refusal("pause.too_long")
    return now + span if span else None


def _read_rhythm(value: str) -> dict[str, Any]:
    if value in WAYS:
        rhythm, silent = WAYS[value]
        return {"rhythm": rhythm, "silent": silent}
    return {"rhythm": Rhythm(value)} if value in set(Rhythm) else {}


def _read_quiet(value: str) -> dict[str, Any]:
    begin, _, end = value.partition("-")
    hours = {"quiet_from": read_number(begin), "quiet_to": read_number(end)}
    return hours if all(hour in HOURS for hour in hours.values()) else {}


def _read_zone(value: str) -> dict[str, Any]:
    return {"zone": value} if value in _zones() else {}


def _switch(name: str) -> Callable[[str], dict[str, Any]]:
    return lambda value: {name: value == "1"} if value in {"0", "1"} else {}


def _among(name: str, numbers: range) -> Callable[[str], dict[str, Any]]:
    return lambda value: {name: read_number(value)} if read_number(value) in numbers else {}


@cache
def _zones() -> frozenset[str]:
    return frozenset(available_timezones())


_CHANGES: dict[str, Callable[[str], dict[str, Any]]] = {
    "rhythm": _read_rhythm,
    "silent": _switch("silent"),
    "hour": _among("hour", HOURS),
    "weekday": _among("weekday", DAYS),
    "quiet": _read_quiet,
    "wakes": _switch("wakes"),
    "zone": _read_zone,
}
