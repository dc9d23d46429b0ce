"""The time zone that a reader means: by its name, an offset, a city, a country or where he is.

    Asia/Riyadh · PRC                     the names of the time zone database, old ones too, in any case
    UTC+3 · غرينتش+٣ · 东八区              an offset
    الرياض · Le Caire · 北京时间           a city: of CLDR, or of data/cities.toml
    مصر · Brazil · 广东                    a country with each of its times, a province of China

A zone is kept as a place whose names are its cities, so `newsroom/names.py` finds it in any spelling, as it finds
countries. A city that is missing is a line of `data/cities.toml`; the order there is the order of what is offered.
"""

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache
from importlib.resources import files
from itertools import chain
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from babel.core import get_global
from babel.dates import get_timezone_location

from newsroom.names import Directory
from newsroom.taxonomy import CHINA, LANGUAGES, Kind, Taxonomy, Topic, shipped_taxonomy
from newsroom.text import fold

MOST = 8  # zones that are offered
LONGEST = 100  # characters of what may be a name
NOWHERE = "Etc/UTC"
BEIJING_TIME = "Asia/Shanghai"  # that of all China by law; Xinjiang has another one beside it
# Rules of a zone are told by its offsets in both halves of a year in which only those hold that are in force for good.
SEASONS = (datetime(2200, 1, 15, tzinfo=UTC), datetime(2200, 7, 15, tzinfo=UTC))
# «توقيت مكة», «北京时间», “heure de Paris”; and the offset that we write behind a name ourselves.
AROUND = re.compile(r"^(?:ب?توقيت|heure (?:de |du |des |d['’])?)\s*|\s*(?:\(utc\S*\)|\btime|时间)$", re.IGNORECASE)
COMMA = re.compile("[,،、，]")
HAN_HOURS = {han: hours for hours, han in enumerate(("零", *"一二三四五六七八九十", "十一", "十二"))}
HAN_OFFSET = re.compile(r"([东西])(十[一二]?|[零一二三四五六七八九]|\d{1,2})时?区")  # 东八区 is UTC+8


def find_zones(said: str) -> list[str]:
    """Answer the zones that a person may mean, likeliest first and at most MOST; none where nobody can tell.

    All are names that `zoneinfo` knows and that are in use: an old one (`Asia/Calcutta`) answers the newer. The first
    call reads names and cities, which takes a moment.
    """
    if len(said) > LONGEST:
        return []
    return (_by_offset(said) or _by_name(said) or _by_name(AROUND.sub("", said.strip())) or _by_parts(said))[:MOST]


def zone_at(latitude: float, longitude: float) -> str:
    """Answer the zone of a place, in degrees; that of the ship's clock on the open sea. The first call takes 40 MB.

    Raises ValueError for what is not on Earth.
    """
    from tzfpy import get_tz  # noqa: PLC0415  (few readers send where they are)

    if zone := get_tz(longitude, latitude):
        return _canonical(zone)
    raise ValueError(f"no place on Earth: {latitude}, {longitude}")


def name_zone(zone: str, language: str, now: datetime) -> str:
    """Answer what a zone is called, with its offset at this moment: «الرياض (UTC+3)»; an offset is its own name.

    Digits are Latin. Raises ZoneInfoNotFoundError for a name that is none.
    """
    offset = f"UTC{_write(now.astimezone(ZoneInfo(zone)).utcoffset() or timedelta())}"
    used = _canonical(zone)
    return offset if used.startswith("Etc/") else f"{_city(used, language)} ({offset})"


def _write(offset: timedelta) -> str:
    minutes = round(offset.total_seconds() / 60)
    hours, rest = divmod(abs(minutes), 60)
    return f"{'−' if minutes < 0 else '+'}{hours}" + (f":{rest:02}" if rest else "")


def _city(zone: str, language: str) -> str:
    return _read()["shown"].get(language, {}).get(zone) or _city_of_cldr(zone, language)


def _city_of_cldr(zone: str, language: str) -> str:
    return get_timezone_location(ZoneInfo(zone), language, return_city=True)  # by its name pytz would read it anew


def _by_offset(said: str) -> list[str]:
    """Answer the zone of an offset in whole hours, or those where clocks show another one; none for other texts."""
    text = " ".join(fold(said).split())
    if han := HAN_OFFSET.fullmatch(text):
        hours = HAN_HOURS[han[2]] if han[2] in HAN_HOURS else int(han[2])
        minutes = (hours if han[1] == "东" else -hours) * 60
    elif told := _offset().fullmatch(text):
        minutes = int(told["hours"] or told["before"]) * 60 + int(told["minutes"] or 0)
        minutes = minutes if "+" in told[0] else -minutes
    else:
        return []
    return _at_offset(minutes)


@cache
def _offset() -> re.Pattern[str]:
    """Read an offset behind what UTC is called, or alone; from right to left the sign may come to stand behind it."""
    utc = "|".join(re.escape(fold(name)) for name in sorted(_names_of(NOWHERE), key=len, reverse=True))
    return re.compile(
        rf"(?:توقيت )?(?:(?:{utc})(?:时间)?)? ?"
        r"(?:[+−–-] ?(?P<hours>\d{1,2})(?:[:.]?(?P<minutes>[0-5]\d))?|(?P<before>\d{1,2}) ?[+−–-])"
    )


def _at_offset(minutes: int) -> list[str]:
    hours, rest = divmod(minutes, 60)
    if rest:
        offset = timedelta(minutes=minutes)
        return _one_for_each_rule(sorted((zone for zone in known_zones() if offset in _rules(zone)), key=_settled))
    zone = f"Etc/GMT{-hours:+}" if hours else NOWHERE
    return [zone] if zone in known_zones() else []


def _settled(zone: str) -> bool:
    """Tell zones apart that change their clocks: they come later, for they show an offset half of the year."""
    return len(set(_rules(zone))) > 1


def _by_name(said: str) -> list[str]:
    """Answer the zones of what is shown by a name, cities before countries, or else of what is called so."""
    found = _shown().find(said) or _called().find(said)
    return list(dict.fromkeys(chain.from_iterable(map(_zones_of, found))))


def _by_parts(said: str) -> list[str]:
    """Answer the zones of a city that is said with its country: «طرابلس، لبنان»."""
    name, *rest = COMMA.split(said)
    found = _by_name(name) if rest else []
    codes = {place.slug for place in _called().find(rest[-1])} if found else set()
    return [zone for zone in found if get_global("zone_territories").get(zone) in codes] or found


def _zones_of(place: Topic) -> list[str]:
    """Answer a zone for each of the times of a country, or the one that stands as a place itself."""
    if place.slug in known_zones():
        return [place.slug]
    if place.kind is Kind.PROVINCE or place.tag == CHINA:
        return [BEIJING_TIME]
    listed = get_global("territory_zones").get(place.slug, ())
    return _one_for_each_rule([zone for zone in known_zones() if zone in listed])


def _one_for_each_rule(zones: list[str]) -> list[str]:
    found: dict[tuple[timedelta | None, ...], str] = {}
    for zone in zones:
        found.setdefault(_rules(zone), zone)
    return list(found.values())


@cache
def _rules(zone: str) -> tuple[timedelta | None, ...]:
    clock = ZoneInfo(zone)
    return tuple(moment.astimezone(clock).utcoffset() for moment in SEASONS)


def _canonical(zone: str) -> str:
    while zone in _older():
        zone = _older()[zone]
    return zone


@cache
def _older() -> Mapping[str, str]:
    """Answer the names that are out of use, each with a newer one; GMT is no other time than UTC."""
    return {**get_global("zone_aliases"), "Etc/GMT": NOWHERE}


@cache
def known_zones() -> tuple[str, ...]:
    """Answer every zone that can be answered here, those of data/cities.toml first and in its order."""
    known = available_timezones()
    named = (*_read()["cities"], *get_global("zone_territories"), *sorted(zone for zone in known if zone[:4] == "Etc/"))
    used = (zone for zone in named if zone in known and zone == _canonical(zone) and "/" in zone)
    return tuple(dict.fromkeys(used))


@cache
def _read() -> Mapping[str, Any]:
    return tomllib.loads(files("newsroom").joinpath("data", "cities.toml").read_text(encoding="utf-8"))


def _names_of(zone: str) -> Iterator[str]:
    return chain.from_iterable(_read()["cities"].get(zone, ()))


@cache
def _shown() -> Directory:
    """Answer who finds zones by their names and cities, and countries by the names that are shown."""
    names: dict[str, list[str]] = {zone: [*_names_of(zone)] for zone in known_zones()}
    for older in _older():
        names.get(_canonical(older), []).append(older)
    places = (replace(place, words={}) for place in shipped_taxonomy().of_kind(Kind.PLACE))
    return _directory(chain((_as_place(zone, *names) for zone, names in names.items()), places))


def _as_place(zone: str, *names: str) -> Topic:
    if zone.startswith("Etc/"):
        return Topic(f"{Kind.PLACE}:{zone}", {}, {"": names})
    shown = {language: _city(zone, language) for language in LANGUAGES}
    others = (_city_of_cldr(zone, language) for language in LANGUAGES)
    return Topic(f"{Kind.PLACE}:{zone}", shown, {"": (*names, *others, zone.replace("_", " "))})


@cache
def _called() -> Directory:
    """Answer who finds countries and provinces by whatever they are called, and by their cities."""
    topics = shipped_taxonomy().topics.values()
    return _directory(topic for topic in topics if topic.kind in {Kind.PLACE, Kind.PROVINCE})


def _directory(topics: Iterable[Topic]) -> Directory:
    return Directory(Taxonomy({topic.tag: topic for topic in topics}, shipped_taxonomy().ambiguous))
