"""The time zone: by a button, by a city that is typed, by a place that is shared once and kept nowhere."""

import pytest
from sqlalchemy import select

from db.tables import inbox, metadata, prompts, schedules, subscribers
from sandbox import Person
from tests.live import Live

ZONE = select(schedules.c.zone).join(subscribers, subscribers.c.schedule_id == schedules.c.id)
LATITUDE, LONGITUDE = 30.0561234, 31.2391234


@pytest.mark.parametrize(
    ("said", "zone"),
    [
        ("/timezone القاهرة", "Africa/Cairo"),
        ("توقيت القاهرة", "Africa/Cairo"),
        ("timezone Cairo", "Africa/Cairo"),
        ("时区 北京", "Asia/Shanghai"),
        ("时区北京", "Asia/Shanghai"),
        ("fuseau Paris", "Europe/Paris"),
    ],
)
async def test_it_is_said_in_words(live: Live, amal: Person, said: str, zone: str) -> None:
    assert "توقيت" in await live.says(amal, said)
    assert await live.ask(ZONE) == zone


async def test_words_about_another_time_are_looked_for(live: Live, amal: Person) -> None:
    assert "لا شيء في الأرشيف" in await live.says(amal, "توقيت المباراة النهائية")
    assert "لا شيء في الأرشيف" in await live.says(amal, "pause café interdite")


async def test_a_city_is_asked_for_and_the_question_waits(live: Live, amal: Person) -> None:
    await live.says(amal, "/timezone")
    assert "بتوقيت أي مدينة" in await live.presses(amal, "✏️")
    assert "لم يُعرف توقيت" in await live.says(amal, "كذا وكذا")
    assert "القاهرة" in await live.says(amal, "القاهرة")
    assert await live.ask(ZONE) == "Africa/Cairo"
    assert await live.ask(select(prompts.c.command)) is None


async def test_the_question_is_left_for_the_screen_that_it_came_from(live: Live, amal: Person) -> None:
    await live.says(amal, "/timezone")
    await live.presses(amal, "✏️")
    assert "ساعات الهدوء ووقت الموجز" in await live.presses(amal, "✖️")
    assert await live.ask(select(prompts.c.command)) is None


async def test_a_name_of_several_zones_is_asked_back(live: Live, amal: Person) -> None:
    assert "يُقصد" in await live.says(amal, "/timezone طرابلس")
    assert amal.last
    assert len(amal.last.buttons) >= 2
    await live.presses(amal, amal.last.buttons[1].text)
    assert await live.ask(ZONE) == "Asia/Beirut"


async def test_a_place_that_is_shared_becomes_a_zone_and_is_kept_nowhere(
    live: Live, amal: Person, capfd: pytest.CaptureFixture[str]
) -> None:
    await live.says(amal, "/timezone")
    amal.presses("📍")
    await live.hears_of(amal, "الزر أدناه")
    asked = [call.params["reply_markup"] for call in live.telegram.sent_to(1)][-1]
    assert asked["keyboard"][0][0]["request_location"] is True
    assert asked["one_time_keyboard"] is True
    amal.sends({"location": {"latitude": LATITUDE, "longitude": LONGITUDE}})
    await live.hears_of(amal, "القاهرة")
    assert live.telegram.sent_to(1)[-1].params["reply_markup"] == {"remove_keyboard": True}
    assert await live.ask(ZONE) == "Africa/Cairo"
    assert await live.ask(select(inbox.c.payload).where(inbox.c.payload.is_not(None))) is None
    kept = []
    async with live.app.database.read() as connection:
        for table in metadata.sorted_tables:
            kept += [str(row) for row in (await connection.execute(select(table))).all()]
    told = capfd.readouterr()
    assert [text for text in (*kept, told.out, told.err) if "30.05" in text or "31.23" in text] == []


async def test_a_place_that_nobody_asked_for_changes_nothing(live: Live, amal: Person) -> None:
    await live.says(amal, "/settings")
    amal.sends({"location": {"latitude": LATITUDE, "longitude": LONGITUDE}})
    await live.hears_of(amal, "لم يُستعمل الموقع")
    assert await live.ask(ZONE) is None


async def test_the_keyboard_that_asks_for_a_place_goes_with_its_question(live: Live, amal: Person) -> None:
    await live.says(amal, "/timezone")
    amal.presses("📍")
    await live.hears_of(amal, "الزر أدناه")
    assert "أُلغي" in await live.presses(amal, "✖️")
    assert live.telegram.sent_to(1)[-1].params["reply_markup"] == {"remove_keyboard": True}
