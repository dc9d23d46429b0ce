"""Moments as editors type them: «غدا 9:00», «الجمعة 18:30», «in 2h», “tomorrow at 9”, «demain 9h», «明天9点».

    in <a span>      a span from now (`spans.py`)
    <a day> <hour>   today, tomorrow, a weekday, a date; without a day it is the next time that the clock shows the hour

By the clock of a zone; aware UTC comes out. A day alone is too little, and what is over is none. Where the clock jumps
over an hour the moment of the jump stands for it. A new word is a word of DAYS, AFTER, NOON_WORDS or HALVES.
"""

import re
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo

from babel import Locale

from newsroom.dates import months
from newsroom.spans import read_span
from newsroom.text import fold

LONGEST = 60  # characters
DAY = timedelta(days=1)
LANGUAGES = ("ar", "en", "zh", "fr")
DAYS = {
    0: "today اليوم aujourd'hui 今天 今日 الليلة tonight 今晚 ce soir",
    1: "tomorrow غدا بكرة غداً demain 明天 明日",
    2: "overmorrow après-demain 后天 後天",
}
PHRASES = {0: ("ce soir",), 2: ("بعد غد", "بعد بكرة", "day after tomorrow", "après demain")}
AFTER = ("in", "after", "بعد", "خلال", "dans", "en")
AFTER_HAN = ("后", "後", "以后", "之后")
BEFORE_NOON = "am a.m. ص صباحا صباح matin 上午 早上"
AFTER_NOON = "pm p.m. م مساء ظهرا عصرا ليلا soir 下午 晚上"
NOON = 12
CLOCK = re.compile(
    r"(?P<before>上午|下午|早上|晚上)?\s*(?<!\d)(?P<hour>\d{1,2})"
    r"(?:\s*[:.]\s*(?P<minute>\d{2})|\s*(?:h|点|點|时|時)\s*(?P<short>\d{2}|半)?)?"
    r"\s*(?P<half>a\.m\.|p\.m\.|(?:am|pm|صباحا|صباح|مساء|ظهرا|عصرا|ليلا|ص|م|matin|soir)(?!\w))?\s*分?$"
)
AT = re.compile(r"\s+(?:at|الساعة|الساعه|عند|à|a|في|on|le|du|de)\s+|[,،]")
NUMBERS = re.compile(r"^(?P<first>\d{1,4})[/.-](?P<second>\d{1,2})(?:[/.-](?P<third>\d{1,4}))?$")
HAN_DATE = re.compile(r"^(?:(?P<year>\d{4})年)?(?P<month>\d{1,2})月(?P<day>\d{1,2})[日号號]?$")
NAMED = re.compile(r"^(?P<day>\d{1,2})(?:er|st|nd|rd|th)?\s+(?P<month>\D+?)(?:\s+(?P<year>\d{4}))?$")


def read_moment(said: str, zone: str, now: datetime) -> datetime | None:
    """Answer the moment that is meant, later than now; None for what is none, or has passed."""
    text = fold(said).strip(" .،,!؟?")
    if not text or len(text) > LONGEST:
        return None
    moment = _read_after(text, now) or _read_clock(text, ZoneInfo(zone), now)
    return moment if moment and moment > now else None


def _read_after(text: str, now: datetime) -> datetime | None:
    """Read a span from now."""
    first, _, rest = text.partition(" ")
    if first in _after() and (span := read_span(rest)):
        return now + span
    for word in _after_han():
        if text.endswith(word) and (span := read_span(text.removesuffix(word))):
            return now + span
    return now + span if text.startswith("+") and (span := read_span(text[1:])) else None


def _read_clock(text: str, zone: ZoneInfo, now: datetime) -> datetime | None:
    text = " ".join(AT.sub(" ", f" {text} ").split())
    told = CLOCK.search(text)
    if told is None or (hour := _read_hour(told)) is None:
        return None
    here, said = now.astimezone(zone), text[: told.start()].strip(" ,،-")
    for word in ("الساعه", "الساعة", "at", "à", "في", "le"):
        said = said.removesuffix(f" {fold(word)}") if said != fold(word) else ""
    if not said:
        today = _place(here.date(), hour, zone)
        return today if today > now else _place(here.date() + DAY, hour, zone)
    day = _read_day(said, here.date())
    if day is None:
        return None
    moment = _place(day, hour, zone)
    is_weekday = said in _weekdays()
    return _place(day + 7 * DAY, hour, zone) if is_weekday and moment <= now else moment


def _place(day: date, hour: time, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, hour, zone).astimezone(UTC)


def _read_hour(told: re.Match[str]) -> time | None:
    hour, half = int(told["hour"]), told["half"] or told["before"] or ""
    minute = 30 if told["short"] == "半" else int(told["minute"] or told["short"] or 0)
    if half in _words(AFTER_NOON) | _words(BEFORE_NOON):
        if not 1 <= hour <= NOON:
            return time(hour, minute) if half in _words(AFTER_NOON) and NOON < hour < 24 and minute < 60 else None  # noqa: PLR2004
        hour = hour % NOON + (NOON if half in _words(AFTER_NOON) else 0)
    try:
        return time(hour, minute)
    except ValueError:
        return None


def _read_day(said: str, today: date) -> date | None:
    """Read a day by its word, its name in the week or its date; a date without a year is the next of its kind."""
    if said in _days():
        return today + _days()[said] * DAY
    if said in _weekdays():
        return today + ((_weekdays()[said] - today.weekday()) % 7) * DAY
    return _read_numbers(said, today) or _read_named(said, today)


def _read_numbers(said: str, today: date) -> date | None:
    if told := HAN_DATE.match(said):
        return _make(told["year"], told["month"], told["day"], today)
    told = NUMBERS.match(said)
    if told is None:
        return None
    if len(told["first"]) == 4:  # noqa: PLR2004  (a year)
        return _make(told["first"], told["second"], told["third"] or "", today)
    return _make(told["third"], told["second"], told["first"], today)


def _read_named(said: str, today: date) -> date | None:
    told = NAMED.match(said)
    month = months().get(told["month"].strip()) if told else None
    return _make(told["year"], str(month), told["day"], today) if told and month else None


def _make(year: str | None, month: str, day: str, today: date) -> date | None:
    try:
        made = date(int(year) if year else today.year, int(month), int(day))
        return made if year or made >= today else made.replace(year=today.year + 1)
    except ValueError:
        return None


@cache
def _days() -> dict[str, int]:
    words = {fold(word): day for day, said in DAYS.items() for word in said.split()}
    return words | {fold(phrase): day for day, said in PHRASES.items() for phrase in said}


@cache
def _weekdays() -> dict[str, int]:
    """Answer the days of the week by their names, whole and in short, with and without the article."""
    found: dict[str, int] = {}
    for language in LANGUAGES:
        for width in ("wide", "abbreviated"):
            for day, name in Locale.parse(language).days["format"][width].items():
                folded = fold(name).rstrip(".")
                found |= {folded: day, folded.removeprefix("ال"): day, folded.replace("星期", "周"): day}
                found |= {f"يوم {folded}": day}
    return {fold(name): day for name, day in found.items()}


@cache
def _after() -> frozenset[str]:
    return frozenset(map(fold, AFTER))


@cache
def _after_han() -> tuple[str, ...]:
    return tuple(sorted(map(fold, AFTER_HAN), key=len, reverse=True))


@cache
def _words(said: str) -> frozenset[str]:
    return frozenset(map(fold, said.split()))
