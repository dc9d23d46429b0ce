"""Dates are read as they are written, in the months and digits of each country; and rather not than wrongly."""

from datetime import UTC, datetime, timedelta, timezone
from email.utils import format_datetime

import pytest
from babel.dates import format_date
from hypothesis import given
from hypothesis import strategies as st

from newsroom.dates import months, read_date
from newsroom.text import fold

DAY = datetime(2026, 11, 28, tzinfo=UTC)
HALF_PAST_TEN = datetime(2026, 11, 28, 10, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    "said",
    [
        "السبت، 28 تشرين الثاني 2026 10:30:00 +0000",
        "السبت 28 تشرين الثاني/نوفمبر 2026 - 10:30",
        "٢٨ نوفمبر ٢٠٢٦ ١٠:٣٠ ص",
        "28 نونبر 2026 على الساعة 10:30",
        "28 نوفمبر، 2026 الساعة 10:30 صباحًا",
        "Sat, 28 Nov 2026 12:30:00 +0200",
        "Sat, 28 تشرين الثاني 2026 12:30:00 +0200",
        "2026-11-28T10:30:00Z",
        "2026-11-28T13:30:00+0300",
        "2026-11-28 10:30",
        "2026/11/28 10:30",
        "2026-11-28 10:30:00 UTC",
        "Sat, 28 Nov 2026 11:30:00 CET",
        "Sat, 28 Nov 2026 18:30 HKT",
        "Sat, 28 Nov 2026 10:30:00 +99999999999999999999",  # a zone that cannot be is none
        "28/11/2026 10:30",
        "2026年11月28日 上午10:30",
        "28 novembre 2026 à 10:30",
        "Publié le 28 novembre 2026 à 10h30",
        "28 نوفمبر 2026م، الساعة 10:30",
        "November 28, 2026 10:30 am",
    ],
)
def test_a_date_is_read_whatever_its_months_digits_and_zone(said: str) -> None:
    assert read_date(said) == HALF_PAST_TEN


@pytest.mark.parametrize("said", ["28 نوفمبر 2026 10:30 م", "28 نوفمبر 2026 10:30 مساءً", "2026年11月28日下午10:30"])
def test_the_half_of_the_day_counts(said: str) -> None:
    assert read_date(said) == HALF_PAST_TEN + timedelta(hours=12)


@pytest.mark.parametrize(
    "said",
    [
        "28 نوفمبر 2026 13:30 بتوقيت مكة المكرمة",
        "28 نوفمبر 2026، الساعة 13:30 بتوقيت مكة (10:30 بتوقيت غرينتش)",
        "28 نوفمبر 2026 1:30 م بتوقيت السعودية",
        "28 نوفمبر 2026 10:30 بتوقيت غرينتش",
        "28 نوفمبر 2026 12:30 بتوقيت القاهرة",
        "السبت 28 تشرين الثاني 2026، 18:30 بتوقيت بكين",
        "28 نوفمبر 2026 10:30 توقيت جرينتش",
        "北京时间2026年11月28日18:30",
        "2026年11月28日 18:30（北京时间）",
        "2026-11-28 18:30 北京时间",
        "الساعة 13:30 بتوقيت مكة المكرمة من يوم السبت 28 نوفمبر 2026",
        "28 نوفمبر 2026 13:30 GMT+3",
        "Sat, 28 Nov 2026 13:30:00 GMT+3",
        "Sat Nov 28 2026 13:30:00 GMT+0300 (Arabian Standard Time)",
        "2026-11-28 13:30 UTC+03:00",
        "Sat, 28 Nov 2026 05:30:00 EST",
        "Nov 28, 2026 5:30 AM EST",
        "2026-11-28 19:30 JST",
        "28 Nov 2026 15:30 (PKT)",
    ],
)
def test_a_zone_that_is_named_counts(said: str) -> None:
    assert read_date(said) == HALF_PAST_TEN


def test_a_place_has_the_clock_of_that_day() -> None:
    assert read_date("28 يوليو 2026 13:30 بتوقيت القاهرة") == datetime(2026, 7, 28, 10, 30, tzinfo=UTC)
    assert read_date("Nov 28, 2026 4:00 PM") == datetime(2026, 11, 28, 16, tzinfo=UTC)


@pytest.mark.parametrize(
    "said",
    [
        "Sat, 28 Nov 2026 16:00:00 IST",
        "2026-11-28 16:00 IST",
        "28 نوفمبر 2026 16:00 AST",
        "Sat, 28 Nov 2026 16:00:00 AST",
        "Sat Nov 28 16:00:00 CST 2026",
        "Nov 28, 2026 4:00 PM ET",
        "28 Nov 2026 16:00 BST",
        "28 نوفمبر 2026 16:00 بتوقيت عمان",  # of Oman or of Jordan
        "28 نوفمبر 2026 16:00 بتوقيت الولايات المتحدة",
        "28 نوفمبر 2026 16:00 بتوقيت مدينة لا يعرفها أحد",
        "28 نوفمبر 2026 الساعة 16:00 أي 13:00 بتوقيت غرينتش",  # which of them
    ],
)
def test_a_zone_that_may_be_another_makes_no_date(said: str) -> None:
    assert read_date(said) is None


@pytest.mark.parametrize(
    "said",
    [
        "7 جمادى الآخرة 1448 هـ",
        "١٤٤٨/٠٦/٠٧",
        "1448-06-07",
        "رمضان 1448",
        "05/11/2026",  # of May or of November
        "32 نوفمبر 2026",
        "31 شباط 2026",
        "أمس",
        "",
        "12:00",
        "0001-01-01T00:00:00Z",
        "9999-12-31T23:59:59-14:00",
        "Sat, 28 Nov 99999999999999999999 10:30:00 GMT",
        "9" * 5000,
        "28 نوفمبر 2026" + " " * 500,
    ],
)
def test_what_could_be_misread_is_not_read(said: str) -> None:
    assert read_date(said) is None


def test_beside_a_hijri_date_the_gregorian_one_is_read() -> None:
    assert read_date("7 جمادى الآخرة 1448 هـ الموافق 28 نوفمبر 2026 م") == DAY
    assert read_date("7 جمادى الآخرة 1448هـ الموافق 28 نوفمبر 2026م") == DAY
    assert read_date("28/11/2026") == DAY
    assert read_date("05/05/2026") == datetime(2026, 5, 5, tzinfo=UTC)


@pytest.mark.parametrize("locale", ["ar_EG", "ar_SA", "ar_AE", "ar_LB", "ar_IQ", "ar_SY", "ar_TN", "ar_DZ", "ar_MA"])
def test_every_month_of_every_arab_country_is_known(locale: str) -> None:
    for month in range(1, 13):
        day = datetime(2026, month, 9, tzinfo=UTC)
        assert read_date(format_date(day, "d MMMM y", locale=locale)) == day


def test_no_two_countries_call_two_months_the_same() -> None:
    assert months()[fold("جوان")] == 6
    assert months()[fold("كانون الثاني")] == 1
    assert months()[fold("غشت")] == 8


@given(
    st.datetimes(min_value=datetime(1996, 1, 2), max_value=datetime(2100, 1, 1)),  # noqa: DTZ001
    st.integers(-14 * 60, 14 * 60),
)
def test_what_mail_and_iso_write_is_read_back(naive: datetime, minutes: int) -> None:
    moment = naive.replace(microsecond=0, tzinfo=timezone(timedelta(minutes=minutes)))
    assert read_date(moment.isoformat()) == moment
    assert read_date(format_datetime(moment)) == moment


@given(st.text(max_size=80) | st.text(alphabet="0123456789:/-+ تشرينالثاص年月日", max_size=40))
def test_anything_is_read_as_a_moment_of_today_s_world_or_not_at_all(said: str) -> None:
    moment = read_date(said)
    assert moment is None or (moment.tzinfo is UTC and 1994 <= moment.year <= 9999)
