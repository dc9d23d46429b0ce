"""Dates as sources write them: in their own months and digits, with and without zones. Conservative: rather none.

    ISO 8601, RFC 822 ─▶ 28 تشرين الثاني 2026 ─▶ 2026年11月28日 ─▶ 28/11/2026, where only one reading is possible

Arabic has three sets of names for the months (Egypt and the Gulf, the Levant and Iraq, the Maghreb), which CLDR keeps
by country. A date by the Hijri calendar is refused, unless a Gregorian one stands beside it; what has no zone is taken
as UTC, as feed readers do; what names one that nobody can tell is refused (`datezones.py`). The names of another
language are a locale in LOCALES.
"""

import re
from datetime import UTC, datetime, timedelta, timezone
from email.utils import parsedate_to_datetime
from functools import cache

from babel import Locale

from newsroom.datezones import find_zone
from newsroom.text import fold

LOCALES = ("ar", "ar_LB", "ar_DZ", "ar_MA", "en", "fr")
# The Levant often writes both of its names: «تشرين الثاني/نوفمبر».
MONTH = r"(?P<month>{names})(?:\s?[/(]\s?(?:{names})\)?)?"
OF_MONTH = (
    r"(?P<day>\d{{1,2}})(?:st|nd|rd|th|er)?[\s,،./-]+(?:of |de |من )?" + MONTH + r"[\s,،./-]+(?P<year>\d{{4}})م?\b"
)
MONTH_FIRST = r"\b" + MONTH + r"\.?\s+(?P<day>\d{{1,2}})(?:st|nd|rd|th)?[,،]?\s+(?P<year>\d{{4}})\b"
CHINESE = re.compile(r"(?P<year>\d{4})\s*年\s*(?P<month>\d{1,2})\s*月\s*(?P<day>\d{1,2})\s*日")
NUMBERS = re.compile(r"(?<!\d)(?P<first>\d{1,2})[/.-](?P<second>\d{1,2})[/.-](?P<year>\d{4})(?!\d)")
YEAR_FIRST = re.compile(r"(?<!\d)(?P<year>\d{4})[/.-](?P<month>\d{1,2})[/.-](?P<day>\d{1,2})(?!\d)")
CLOCK = re.compile(
    r"(?P<before>上午|下午)?\s*(?<!\d)(?P<hour>\d{1,2})(?::|\s?h\s?)(?P<minute>\d{2})(?::(?P<second>\d{2}))?(?:\.\d+)?"
    r"\s*(?P<half>am\b|pm\b|a\.m\.|p\.m\.|صباحا|مساء|ص(?!\w)|م(?!\w))?"
)
ZONE = re.compile(r"\s*(?:utc|gmt)?(?P<sign>[+-])(?P<hours>\d{2}):?(?P<minutes>\d{2})\b")
HALVES = re.compile(r"\d\s?(?:[ap]m\b|[ap]\.m\.)")  # which mail does not know
LONGEST = 200  # characters: the day in two calendars, the hour and the zone take half of it
FIRST_YEAR = 1995  # no feed is older: an earlier date was never filled in, or is of another calendar
LAST_YEAR = 9998
AFTER_NOON = {"pm", "p.m.", "مساء", "م", "下午"}
NOON = 12


def read_date(said: str) -> datetime | None:
    """Answer the moment that is said, in UTC; None for what is no date, or could be two."""
    if len(said) > LONGEST:
        return None
    text = " ".join(fold(said).split())
    zoned = find_zone(text)
    if zoned is None:
        return None
    moment = next(filter(None, (read(zoned.text) for read in (_read_iso, _read_mail, _read_words))), None)
    if moment is None or not FIRST_YEAR <= moment.year <= LAST_YEAR:
        return None
    return (moment if moment.tzinfo else moment.replace(tzinfo=zoned.zone or UTC)).astimezone(UTC)


def _read_iso(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text.upper())
    except ValueError:
        return None


def _read_mail(text: str) -> datetime | None:
    if HALVES.search(text):
        return None
    try:
        return parsedate_to_datetime(text)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


def _read_words(text: str) -> datetime | None:
    day = _read_day(text)
    if day is None:
        return None
    clock = CLOCK.search(text)
    if clock is None:
        return day
    hour, half = int(clock["hour"]), clock["half"] or clock["before"]
    if half:
        hour = hour % NOON + (NOON if half in AFTER_NOON else 0)
    try:
        moment = day.replace(hour=hour, minute=int(clock["minute"]), second=int(clock["second"] or 0))
    except ValueError:
        return None
    told = ZONE.match(text, clock.end())
    return moment.replace(tzinfo=_read_zone(told)) if told else moment


def _read_day(text: str) -> datetime | None:
    """Answer the day, at midnight without a zone: by the name of its month, or by numbers that read in one way only."""
    if named := _named(OF_MONTH).search(text) or _named(MONTH_FIRST).search(text):
        return _make_day(named["year"], months()[named["month"]], named["day"])
    if told := CHINESE.search(text) or YEAR_FIRST.search(text):
        return _make_day(told["year"], told["month"], told["day"])
    if numbers := NUMBERS.search(text):
        readings = {
            _make_day(numbers["year"], month, day)
            for day, month in ((numbers["first"], numbers["second"]), (numbers["second"], numbers["first"]))
        } - {None}
        return readings.pop() if len(readings) == 1 else None
    return None


def _make_day(year: str, month: str | int, day: str) -> datetime | None:
    try:
        return datetime(int(year), int(month), int(day))  # noqa: DTZ001  (the zone is read after it)
    except ValueError:
        return None


def _read_zone(zone: re.Match[str]) -> timezone:
    offset = timedelta(hours=int(zone["hours"]), minutes=int(zone["minutes"]))
    return timezone(-offset if zone["sign"] == "-" else offset) if offset < timedelta(days=1) else UTC


@cache
def months() -> dict[str, int]:
    """Answer the number of each month by its name, folded, whole and in short."""
    found: dict[str, int] = {}
    for name in LOCALES:
        for width in ("wide", "abbreviated"):
            for number, month in Locale.parse(name).months["format"][width].items():
                found.setdefault(fold(month).rstrip("."), number)
    return found


@cache
def _named(form: str) -> re.Pattern[str]:
    return re.compile(form.format(names="|".join(map(re.escape, sorted(months(), key=len, reverse=True)))))
