"""Moments as editors type them, in four languages, by the clock of their zone."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from newsroom.moments import read_moment

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)  # a Tuesday; noon in Riyadh
RIYADH = "Asia/Riyadh"


def at(said: str, zone: str = RIYADH) -> str | None:
    moment = read_moment(said, zone, NOW)
    return f"{moment.astimezone(ZoneInfo(zone)):%m-%d %H:%M}" if moment else None


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("غدا 9:00", "11-25 09:00"),
        ("غداً الساعة ٩:٠٠", "11-25 09:00"),
        ("غدًا 9 مساءً", "11-25 21:00"),
        ("اليوم 18:30", "11-24 18:30"),
        ("بعد غد 7:15", "11-26 07:15"),
        ("الجمعة 10:00", "11-27 10:00"),
        ("يوم الجمعة الساعة 10", "11-27 10:00"),
        ("بعد ساعتين", "11-24 14:00"),
        ("بعد 3 أيام", "11-27 12:00"),
        ("18:00", "11-24 18:00"),
        ("9:00", "11-25 09:00"),
        ("5 ديسمبر 9:00", "12-05 09:00"),
        ("in 2h", "11-24 14:00"),
        ("+90 min", "11-24 13:30"),
        ("tomorrow at 9am", "11-25 09:00"),
        ("Friday 6:30 pm", "11-27 18:30"),
        ("day after tomorrow 8:00", "11-26 08:00"),
        ("5 December 9:00", "12-05 09:00"),
        ("2026-12-05 09:00", "12-05 09:00"),
        ("5/12 9:00", "12-05 09:00"),
        ("1/1 9:00", "01-01 09:00"),
        ("demain 9h", "11-25 09:00"),
        ("demain à 18h30", "11-25 18:30"),
        ("vendredi 10h", "11-27 10:00"),
        ("dans 2 heures", "11-24 14:00"),
        ("après-demain 8:00", "11-26 08:00"),
        ("明天9点", "11-25 09:00"),
        ("明天下午3点半", "11-25 15:30"),
        ("后天 8:00", "11-26 08:00"),
        ("周五 10:00", "11-27 10:00"),
        ("星期五10点", "11-27 10:00"),
        ("两小时后", "11-24 14:00"),
        ("12月5日 9:00", "12-05 09:00"),
        ("tuesday 11:00", "12-01 11:00"),
        ("tuesday 13:00", "11-24 13:00"),
    ],
)
def test_moments_are_read_as_they_are_meant(said: str, meant: str) -> None:
    assert at(said) == meant


@pytest.mark.parametrize(
    "said",
    ["", "غدا", "tomorrow", "قريبا", "9:75", "25:00", "0 pm", "yesterday 9:00", "today 11:00", "2020-01-01 9:00",
     "32/1 9:00", "in a while", "x" * 99],
)  # fmt: skip
def test_what_is_no_moment_or_has_passed_is_none(said: str) -> None:
    assert at(said) is None


def test_the_clock_is_that_of_the_zone() -> None:
    assert read_moment("18:00", "Asia/Shanghai", NOW) == datetime(2026, 11, 24, 10, tzinfo=UTC)
    assert read_moment("18:00", "Africa/Casablanca", NOW) == datetime(2026, 11, 24, 17, tzinfo=UTC)


def test_an_hour_that_the_clock_jumps_over_is_the_moment_of_the_jump() -> None:
    before = datetime(2027, 3, 27, 12, tzinfo=UTC)
    moment = read_moment("tomorrow 2:30", "Europe/Paris", before)
    assert moment is not None
    assert moment - before < timedelta(days=1)
