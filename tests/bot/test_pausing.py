"""Pausing and resuming: by command, by word, by button; what waits is dated anew."""

import re
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from db.tables import deliveries, pushes, subscribers
from sandbox import Person
from tests.live import Live, unseen
from tests.reader import OLD, articles, open_reader

UNTIL = select(subscribers.c.paused_until)


@pytest.mark.parametrize(
    ("said", "days"),
    [
        ("/pause 3d", 3),
        ("/pause ٣ أيام", 3),
        ("/pause 1w", 7),
        ("إيقاف مؤقت أسبوعين", 14),
        ("pause 12h", 0.5),
        ("暂停三天", 3),
    ],
)
async def test_a_pause_of_a_span(live: Live, amal: Person, said: str, days: float) -> None:
    assert "توقّف الإرسال مؤقتًا" in await live.says(amal, said)
    until = await live.ask(UNTIL)
    since = await live.ask(select(subscribers.c.since))
    assert abs(until - since - timedelta(days=days)) < timedelta(minutes=1)


async def test_a_span_that_is_none_or_too_long_pauses_nothing(live: Live, amal: Person) -> None:
    assert "تُكتب المدة" in await live.says(amal, "/pause غدا")
    assert "سنة واحدة" in await live.says(amal, "/pause 2 years")
    assert await live.ask(UNTIL) is None


async def test_a_pause_by_button_is_told_on_the_screens_until_it_is_ended(live: Live, amal: Person) -> None:
    assert "إلى متى" in await live.says(amal, "/pause")
    assert "موقوف مؤقتًا حتى" in await live.presses(amal, "⏸ ثلاثة أيام")
    assert "موقوف مؤقتًا حتى" in await live.says(amal, "/following")
    assert "موقوف مؤقتًا" in await live.says(amal, "/settings")
    assert "موقوف مؤقتًا" not in await live.presses(amal, "▶️")
    assert await live.ask(UNTIL) is None


async def test_resuming_ends_a_pause_and_a_stop(live: Live, amal: Person) -> None:
    assert "ليس هناك ما يُستأنف" in await live.says(amal, "/resume")
    await live.says(amal, "/pause 3d")
    assert "استؤنف" in await live.says(amal, "استئناف")
    await live.says(amal, "/follow طاجيكستان")
    await live.says(amal, "/stop")
    assert "استؤنف" in await live.says(amal, "/resume")
    assert await live.ask(select(subscribers.c.state)) == "active"


async def test_a_pause_instead_of_a_stop_brings_at_its_end_what_was_published_meanwhile(
    tmp_path: Path, sqlite_template: Path
) -> None:
    async with open_reader("ar", tmp_path, sqlite_template) as reader:
        await reader.writes("/follow كل الأخبار")
        await reader.writes("/stop")
        await reader.presses_key("button.pause")
        await reader.presses_key("button.pause.days")
        shown = reader.person.last
        assert shown
        assert "موقوف مؤقتًا حتى" in unseen(shown.text)
        assert reader.t("stop.notice") not in shown.text
        for article in articles("ar")[OLD : OLD + 2]:
            reader.live.site.publish(article)
        planned = pushes.c.planned_at.is_not(None)
        await reader.passes(select(pushes.c.id).where(pushes.c.story_id == OLD + 2, planned))
        await reader.comes(re.sub("<.*?>", "", reader.t.count("digest.title", 2)), days=3)


async def test_a_pause_that_is_typed_after_a_stop_ends_it(live: Live, amal: Person) -> None:
    await live.says(amal, "/follow طاجيكستان")
    await live.says(amal, "/stop")
    assert "توقّف الإرسال مؤقتًا" in await live.says(amal, "/pause 3d")
    assert await live.ask(select(subscribers.c.state)) == "active"
    assert await live.ask(UNTIL)


async def test_what_is_published_in_a_pause_comes_when_it_is_ended(live: Live, amal: Person) -> None:
    await live.says(amal, "/follow كل الأخبار")
    await live.says(amal, "/pause 3d")
    live.site.publish()
    title = live.site.published[-1][0].title
    await live.until(select(deliveries.c.push_id).where(deliveries.c.state == "queued"))
    assert await live.ask(select(deliveries.c.due_at)) == await live.ask(UNTIL)
    await live.until(select(pushes.c.id).where(pushes.c.planned_at.is_not(None)))
    amal.writes("/resume")
    await live.telegram.until(lambda: any(title in message.text for message in amal.screen))
    assert len([message for message in amal.screen if title in message.text]) == 1
