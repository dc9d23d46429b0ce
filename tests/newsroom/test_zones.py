"""Zones are found by whatever people call them; what is shown is found again, and nothing but zones comes out."""

import re
import tomllib
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

import pytest
from babel.core import get_global
from hypothesis import given
from hypothesis import strategies as st

from newsroom.taxonomy import LANGUAGES, UNINHABITED, Kind, Topic, shipped_taxonomy
from newsroom.zones import MOST, find_zones, known_zones, name_zone, zone_at

WINTER = datetime(2026, 1, 15, tzinfo=UTC)
SUMMER = datetime(2026, 7, 15, tzinfo=UTC)
AVAILABLE = sorted(available_timezones() - {"Factory", "localtime"})
DATA = tomllib.loads((Path(__file__).parent.parent.parent / "newsroom" / "data" / "cities.toml").read_text("utf-8"))
CITIES = [(zone, tuple(city)) for zone, cities in DATA["cities"].items() for city in cities]


@pytest.mark.parametrize(
    ("said", "zone"),
    [
        ("Asia/Riyadh", "Asia/Riyadh"),
        (" asia/riyadh ", "Asia/Riyadh"),
        ("AMERICA/NEW_YORK", "America/New_York"),
        ("america/new york", "America/New_York"),
        ("Etc/GMT-3", "Etc/GMT-3"),
        ("Asia/Calcutta", "Asia/Kolkata"),
        ("Europe/Kiev", "Europe/Kyiv"),
        ("PRC", "Asia/Shanghai"),
        ("Iceland", "Atlantic/Reykjavik"),
        ("EST5EDT", "America/New_York"),
    ],
)
def test_a_zone_is_found_by_its_name_and_an_old_one_answers_the_new(said: str, zone: str) -> None:
    assert find_zones(said) == [zone]


@pytest.mark.parametrize(
    "said",
    [
        "UTC+3", "utc +3", "UTC + 03", "GMT+3", "+3", "+03", "+0300", "+03:00", "＋３", "+٣", "٣+", "+۳", "UTC+٠٣:٠٠",
        "غرينتش+3", "غرينتش +٣", "توقيت غرينتش +3", "جرينتش+3", "التوقيت العالمي +3",
        "格林尼治时间+3", "东三区", "东3区",
    ],
)  # fmt: skip
def test_an_offset_is_a_zone_in_any_words_and_digits(said: str) -> None:
    assert find_zones(said) == ["Etc/GMT-3"]


@pytest.mark.parametrize("said", ["-5", "UTC-5", "UTC−5", "غرينتش–٥", "西五区", "5-"])
def test_west_of_greenwich_the_sign_turns(said: str) -> None:
    assert find_zones(said) == ["Etc/GMT+5"]


@pytest.mark.parametrize(
    "said", ["UTC", "gmt", "غرينتش", "توقيت غرينتش", "+0", "-00:00", "格林尼治时间", "GMT+0", "Zulu"]
)
def test_no_offset_at_all_is_utc(said: str) -> None:
    assert find_zones(said) == ["Etc/UTC"]


@pytest.mark.parametrize(
    ("said", "zones"),
    [
        ("+5:30", ["Asia/Kolkata"]),
        ("UTC+0545", ["Asia/Kathmandu"]),
        ("+٣:٣٠", ["Asia/Tehran"]),
        ("-9:30", ["Pacific/Marquesas"]),
        ("-3:30", ["America/St_Johns"]),
        ("+9:30", ["Australia/Darwin", "Australia/Adelaide"]),  # who has it all the year comes first
        ("+3:17", []),
        ("+15", []),
        ("-13", []),
        ("+99:59", []),
        ("3", []),
        ("东", []),
    ],
)
def test_an_odd_offset_is_where_clocks_show_it(said: str, zones: list[str]) -> None:
    assert find_zones(said) == zones


@pytest.mark.parametrize(
    ("names", "zone"),
    [
        ("الرياض · رياض · Riyadh · RIYADH · Riyad · 利雅得 · الرياض (UTC+3)", "Asia/Riyadh"),
        ("القاهرة · القاهره · Cairo · Le Caire · 开罗", "Africa/Cairo"),
        ("بكين · بيكين · Beijing · Pékin · pekin · 北京 · 北京时间 · توقيت بكين · heure de Pékin", "Asia/Shanghai"),
        ("Beijing time · 广州 · شنغهاي", "Asia/Shanghai"),
        ("أبو ظبي · ابوظبي · دبي · Dubai · Dubaï · 迪拜", "Asia/Dubai"),
        ("الإسكندرية · الاسكندرية · إسكندرية · اسكندريه", "Africa/Cairo"),
        ("جدة · جده · مكة · توقيت مكة المكرمة · بتوقيت مكة · Mecca", "Asia/Riyadh"),
        ("أربيل · اربيل · إربيل", "Asia/Baghdad"),
        ("مصر · Egypt · Égypte · 埃及", "Africa/Cairo"),
        ("الصين · China · Chine · 中国 · 广东 · قوانغدونغ · Guangdong", "Asia/Shanghai"),
        ("السعودية · KSA · المملكة العربية السعودية · 沙特", "Asia/Riyadh"),
        ("Kazakhstan · كازاخستان · 哈萨克斯坦", "Asia/Almaty"),  # all of it has had one time since 2024
        ("شينزين · شنجن · Shenzhen · 深圳 · Guangzhou · 成都", "Asia/Shanghai"),
        ("Lyon · مرسيليا · Marseille · 马赛", "Europe/Paris"),
    ],
)  # fmt: skip
def test_a_place_is_found_in_any_spelling(names: str, zone: str) -> None:
    said = names.split(" · ")
    assert {name: find_zones(name) for name in said} == {name: [zone] for name in said}


@pytest.mark.parametrize(
    ("said", "first", "among"),
    [
        ("روسيا", "Europe/Moscow", "Asia/Vladivostok"),
        ("USA", "America/New_York", "Pacific/Honolulu"),
        ("Brésil", "America/Sao_Paulo", "America/Manaus"),
        ("Australia", "Australia/Sydney", "Australia/Perth"),
        ("印度尼西亚", "Asia/Jakarta", "Asia/Makassar"),
        ("كندا", "America/Toronto", "America/Vancouver"),
        ("Mexico", "America/Mexico_City", "America/Tijuana"),  # the city, in French, and the country
        ("新疆", "Asia/Shanghai", "Asia/Urumqi"),
        ("طرابلس", "Africa/Tripoli", "Asia/Beirut"),
        ("عمان", "Asia/Amman", "Asia/Muscat"),
        ("Georgia", "Asia/Tbilisi", "America/New_York"),
        ("Texas", "America/New_York", "America/Chicago"),  # no city: the times of its country
    ],
)
def test_who_may_mean_several_is_offered_them(said: str, first: str, among: str) -> None:
    found = find_zones(said)
    assert found[0] == first
    assert among in found
    assert len(found) <= MOST


def test_each_time_of_a_country_is_offered_once() -> None:
    for country in ("Russia", "USA", "Canada", "Brazil", "Mexico", "Australia"):
        found = find_zones(country)
        clocks = [
            (WINTER.astimezone(ZoneInfo(zone)).utcoffset(), SUMMER.astimezone(ZoneInfo(zone)).utcoffset())
            for zone in found
        ]
        assert len(set(clocks)) == len(found) > 1


@pytest.mark.parametrize(
    ("said", "zone"),
    [
        ("طرابلس، لبنان", "Asia/Beirut"),
        ("Tripoli, Libya", "Africa/Tripoli"),
        ("Hyderabad, Pakistan", "Asia/Karachi"),
        ("عمّان", "Asia/Amman"),
        ("عُمان", "Asia/Muscat"),
    ],
)
def test_a_country_or_marks_tell_namesakes_apart(said: str, zone: str) -> None:
    assert find_zones(said) == [zone]


@pytest.mark.parametrize(
    "said",
    [
        "", " ", "،", ",", "\n", "\x00\x1b[0m", "\u200f", "?", "+", "UTC+", "غير معروف", "hello", "localtime",
        "Factory", "Etc/Unknown", "الرياض " * 600, "الرياض" + " " * 4000, "+3" * 2000, "\x07" * 50,
    ],
)  # fmt: skip
def test_what_nobody_can_tell_is_none(said: str) -> None:
    assert find_zones(said) == []


@given(
    st.one_of(st.text(), st.text("+-−–0123456789٣:. utcgmtUTC东八区غرينتش،(),/_\u200f"), st.sampled_from(known_zones()))
)
def test_any_text_answers_zones_and_nothing_else(said: str) -> None:
    found = find_zones(said)
    assert len(found) == len(set(found)) <= MOST
    assert set(found) <= set(known_zones())


def test_every_zone_that_is_in_use_is_known_to_zoneinfo() -> None:
    assert set(known_zones()) <= available_timezones()
    assert not set(known_zones()) & set(get_global("zone_aliases"))
    assert len(known_zones()) > 400


def test_every_name_of_zoneinfo_answers_one_that_is_in_use() -> None:
    found = {zone: find_zones(zone) for zone in AVAILABLE if "/" in zone}
    assert {zone: answers for zone, answers in found.items() if len(answers) != 1} == {}
    assert {answer for (answer,) in found.values()} <= set(known_zones())
    assert [zone for zone, (answer,) in found.items() if answer != zone and zone in known_zones()] == []


def test_short_names_of_zoneinfo_are_found_too() -> None:
    assert [zone for zone in AVAILABLE if not find_zones(zone)] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_shown_is_found_again(language: str) -> None:
    shown = {zone: name_zone(zone, language, SUMMER) for zone in known_zones()}
    assert [name for zone, name in shown.items() if zone not in find_zones(name)] == []
    cities = {zone: name.rpartition(" (")[0] or name for zone, name in shown.items()}
    assert [name for zone, name in cities.items() if zone not in find_zones(name)] == []


def test_every_city_is_found_by_each_of_its_names() -> None:
    assert [(zone, name) for zone, city in CITIES for name in city if zone not in find_zones(name)] == []


def test_every_city_has_names_in_three_scripts() -> None:
    scripts = [re.compile(script) for script in ("[\u0621-\u064a]", "[A-Za-z]", "[\u4e00-\u9fff]")]
    assert [city for _, city in CITIES if not all(any(map(script.match, city)) for script in scripts)] == []
    assert len(CITIES) > 120


def test_what_the_data_names_is_in_use() -> None:
    named = {*DATA["cities"], *(zone for zones in DATA["shown"].values() for zone in zones)}
    assert named <= set(known_zones())


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_country_where_people_live_has_a_time(language: str) -> None:
    places = [topic for topic in shipped_taxonomy().of_kind(Kind.PLACE) if topic.tag not in UNINHABITED]
    assert [topic.slug for topic in places if not find_zones(topic.names[language])] == []


@pytest.mark.parametrize("topic", shipped_taxonomy().of_kind(Kind.PROVINCE), ids=lambda topic: topic.slug)
def test_every_province_has_the_time_of_its_country(topic: Topic) -> None:
    assert {find_zones(name)[0] for name in topic.names.values()} == {"Asia/Shanghai"}


@pytest.mark.parametrize(
    ("latitude", "longitude", "zone"),
    [
        (24.71, 46.68, "Asia/Riyadh"),
        (39.91, 116.40, "Asia/Shanghai"),
        (43.83, 87.62, "Asia/Shanghai"),  # Urumqi, by law
        (30.04, 31.24, "Africa/Cairo"),
        (22.57, 88.36, "Asia/Kolkata"),
        (0.0, -140.0, "Etc/GMT+9"),  # the open ocean
        (48.0, -7.5, "Etc/UTC"),
        (-45.0, 180.0, "Etc/GMT-12"),
    ],
)
def test_a_location_has_a_zone(latitude: float, longitude: float, zone: str) -> None:
    assert zone_at(latitude, longitude) == zone


@given(st.floats(-90, 90), st.floats(-180, 180))
def test_every_place_on_earth_has_a_zone_that_is_in_use(latitude: float, longitude: float) -> None:
    assert zone_at(latitude, longitude) in known_zones()


@pytest.mark.parametrize(("latitude", "longitude"), [(91, 0), (0, 181), (float("nan"), 0), (0, float("inf"))])
def test_what_is_not_on_earth_is_refused(latitude: float, longitude: float) -> None:
    with pytest.raises(ValueError, match="no place on Earth"):
        zone_at(latitude, longitude)


@pytest.mark.parametrize(
    ("zone", "language", "shown"),
    [
        ("Asia/Riyadh", "ar", "الرياض (UTC+3)"),
        ("Asia/Riyadh", "en", "Riyadh (UTC+3)"),
        ("Asia/Riyadh", "zh", "利雅得 (UTC+3)"),
        ("Asia/Riyadh", "fr", "Riyad (UTC+3)"),
        ("Asia/Kathmandu", "en", "Kathmandu (UTC+5:45)"),
        ("America/St_Johns", "en", "St. John’s (UTC−3:30)"),
        ("Asia/Calcutta", "fr", "Calcutta (UTC+5:30)"),
        ("Australia/Perth", "ar", "بيرث (UTC+8)"),
        ("Etc/GMT-3", "ar", "UTC+3"),
        ("Etc/UTC", "zh", "UTC+0"),
        ("UTC", "ar", "UTC+0"),
    ],
)
def test_a_zone_is_named_as_its_reader_names_it(zone: str, language: str, shown: str) -> None:
    assert name_zone(zone, language, WINTER) == shown


def test_the_offset_is_that_of_the_moment() -> None:
    assert name_zone("Europe/Paris", "fr", WINTER) == "Paris (UTC+1)"
    assert name_zone("Europe/Paris", "fr", SUMMER) == "Paris (UTC+2)"


def test_a_name_that_is_none_is_refused() -> None:
    with pytest.raises(ZoneInfoNotFoundError):
        name_zone("Asia/Atlantis", "en", WINTER)
