"""The zone that a date names, in any of its ways; where nobody can tell which one is meant, the date is not read.

16:00 GMT+3 · 16:00 CET           an offset is written for it, which the readers of dates know
16:00 بتوقيت مكة المكرمة · 北京时间    a place, whose clock it is on that day (`zones.py`)
16:00 IST · AST · CST             of India, Ireland or Israel; of the Atlantic or Arabia; of China or Chicago: refused
"""

import re
from datetime import tzinfo
from functools import lru_cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

# Names of zones that mean one thing wherever news are written.
ZONES = {
    "wet": "+0000", "west": "+0100", "cet": "+0100", "cest": "+0200", "eet": "+0200", "eest": "+0300", "msk": "+0300",
    "trt": "+0300", "eat": "+0300", "cat": "+0200", "sast": "+0200", "pkt": "+0500", "ict": "+0700", "hkt": "+0800",
    "sgt": "+0800", "myt": "+0800", "jst": "+0900", "kst": "+0900", "aest": "+1000", "aedt": "+1100",
    "est": "-0500", "edt": "-0400", "cdt": "-0500", "mst": "-0700", "mdt": "-0600", "pst": "-0800", "pdt": "-0700",
}  # fmt: skip
KNOWN = {"gmt", "ut"}
CLOCK = r"\d{1,2}:\d{2}(?::\d{2})?(?:\.\d+)?\s?(?:[ap]m|[ap]\.m\.)?"
OFFSET = re.compile(r"\b(?:utc|gmt)\s?(?P<sign>[+-])(?P<hours>\d{1,2})(?::?(?P<minutes>\d{2}))?(?!\d)")
NAMED = re.compile(rf"(?P<clock>{CLOCK})\s?\(?(?P<name>{'|'.join(ZONES)})\b\)?(?!\s?[+-]\d)")
# A name after a clock that ends as those of zones do; a short one, which might be a word, only at the end of the date.
OTHER = re.compile(rf"{CLOCK}\s?\(?(?P<name>[a-z]{{2,4}}t\b|[cemp]t$)(?!\s?[+-]\d)")
PLACE = re.compile(r"\bب?توقيت (?:مدينه )?(?P<place>[^\W\d_]+(?: [^\W\d_]+){0,3})|(?P<han>[\u4e00-\u9fff]{2,6})时间")
TIMES = re.compile(r"\d{1,2}:\d{2}")


class Zoned(NamedTuple):
    """A date without the name of its zone, which is an offset within it or stands here."""

    text: str
    zone: tzinfo | None = None


def find_zone(text: str) -> Zoned | None:
    """Answer a folded date with its zone; None where it names one that may be another."""
    text = NAMED.sub(lambda told: f"{told['clock']} {ZONES[told['name']]}", OFFSET.sub(_write_offset, text))
    other = OTHER.search(text)
    if other and other["name"] not in KNOWN:
        return None
    place = PLACE.search(text)
    if place is None:
        return Zoned(text)
    zone = _zone_of(place["place"] or place["han"])
    is_of_another_clock = len(TIMES.findall(text[: place.start()])) > 1
    if zone is None or is_of_another_clock:
        return None
    return Zoned(" ".join(f"{text[: place.start()]} {text[place.end() :]}".split()), zone)


def _write_offset(told: re.Match[str]) -> str:
    return f" {told['sign']}{int(told['hours']):02}{told['minutes'] or '00'}"


@lru_cache(maxsize=64)
def _zone_of(place: str) -> tzinfo | None:
    """Answer the one zone of a place; none where there are several, or it is not known."""
    from newsroom.zones import find_zones  # noqa: PLC0415  (few dates name a place, and all places take a while to read)

    words = place.split()
    readings = (
        find_zones(" ".join(words[:count])) for count in range(len(words), 0, -1)
    )  # what follows may be no name
    found = next(filter(None, readings), [])
    return ZoneInfo(found[0]) if len(found) == 1 else None
