"""The settings, pressed by a person: how news come, quiet hours, languages of articles, digits."""

import re

from sqlalchemy import select

from db import tables
from db.store import subscribers
from newsroom.readers import EVERY_LANGUAGE, Rhythm, Schedule, language_bit
from sandbox import Person
from tests.live import Live, unseen

ARABIC_DIGIT = re.compile("[٠-٩]")


async def schedule(live: Live) -> Schedule:
    async with live.app.database.read() as connection:
        reader = await subscribers.find(connection, 1)
        assert reader
        return await subscribers.find_schedule(connection, reader.schedule_id)


async def test_settings_are_shown_by_command_and_by_word(live: Live, amal: Person) -> None:
    assert "الإعدادات" in await live.says(amal, "/settings")
    assert "الإعدادات" in await live.says(amal, "الإعدادات")
    assert amal.last
    assert "يصل الخبر فور نشره" in amal.last.text
    assert [button.text.split()[0] for button in amal.last.buttons][:8] == ["📬", "🌙", "🕰", "📚", "⏸", "📣", "🗂", "📋"]


async def test_everything_is_set_in_one_message(live: Live, amal: Person) -> None:
    await live.says(amal, "/settings")
    for label in ("📬", "🗓", "🕙", "📆 الاثنين", "🕖 07:00", "◀️", "🌙 ساعات", "🌙 22:00", "🚨", "◀️"):
        await live.presses(amal, label)
    for label in ("🕰 التوقيت", "🕰 القاهرة", "◀️", "📚", "✅ 中文", "◀️", "📬", "🔕"):
        await live.presses(amal, label)
    expected = Schedule(Rhythm.WEEKLY, "Africa/Cairo", True, 7, 0, 22, 6, wakes=True)  # noqa: FBT003
    assert await schedule(live) == expected
    assert await live.ask(select(tables.subscribers.c.reads)) == EVERY_LANGUAGE - language_bit("zh")
    assert len([message for message in amal.screen if message.by_bot]) == 1


async def test_quiet_hours_of_ones_own_are_two_presses(live: Live, amal: Person) -> None:
    await live.says(amal, "/settings")
    for label in ("🌙 ساعات", "✏️", "🕐 13:00"):
        await live.presses(amal, label)
    assert "من 13:00 إلى 15:00" in await live.presses(amal, "🕒 15:00")
    assert (await schedule(live)).quiet_from == 13
    await live.presses(amal, "☀️")
    assert not (await schedule(live)).is_ever_quiet


async def test_the_last_language_of_articles_is_not_left(live: Live, amal: Person) -> None:
    await live.says(amal, "/settings")
    await live.presses(amal, "📚")
    for name in ("English", "中文", "Français", "لغات أخرى"):
        await live.presses(amal, f"✅ {name}")
    told = await live.is_alerted(amal, "✅ العربية")
    assert "لغة واحدة" in told
    assert "/pause" in told
    assert await live.ask(select(tables.subscribers.c.reads)) == language_bit("ar")


async def test_the_sound_is_turned_off_and_on_without_an_example(live: Live, amal: Person) -> None:
    await live.says(amal, "/follow طاجيكستان")
    await live.says(amal, "/settings")
    await live.presses(amal, "📬")
    assert "بلا صوت" in await live.presses(amal, "🔕")
    assert (await schedule(live)).silent
    await live.presses(amal, "🔔")
    assert not (await schedule(live)).silent
    assert len(live.telegram.sent_to(1)) == 2


async def test_all_news_from_the_first_run_come_as_a_daily_digest(live: Live, amal: Person) -> None:
    await live.says(amal, "/start")
    await live.presses(amal, "📰 كل الأخبار، موجز يومي")
    assert (await schedule(live)).rhythm is Rhythm.DAILY
    await live.presses(amal, "🕒")
    assert amal.last
    assert [button.text for button in amal.last.buttons if button.text.endswith("✓")] == ["📅 موجز يومي ✓"]
    await live.presses(amal, "📅")
    shown = next(message for message in amal.screen if message.by_bot)
    assert "يصل موجز واحد كل يوم، الساعة 10:00" in unseen(shown.text)


async def test_a_language_press_keeps_the_schedule_and_an_old_screen_heals(live: Live, amal: Person) -> None:
    await live.says(amal, "/settings")
    await live.presses(amal, "📬")
    old = amal.last
    assert old
    await live.says(amal, "/settings")
    await live.presses(amal, "📬")
    await live.presses(amal, "📅")
    amal.presses("◀️", message_id=old.id)
    await live.telegram.until(lambda: "موجز واحد كل يوم" in next(m.text for m in amal.screen if m.id == old.id))


async def test_who_chose_arabic_digits_sees_them_in_numbers_and_dates_and_nowhere_else(
    live: Live, amal: Person
) -> None:
    assert not ARABIC_DIGIT.search(await live.says(amal, "/latest"))
    await live.says(amal, "/settings")
    await live.presses(amal, "🔢 الأرقام ١٢٣")
    assert await live.ask(select(tables.subscribers.c.digits)) == "arab"
    assert amal.last
    digits = [button.text for button in amal.last.buttons if button.text.startswith("🔢")]
    assert digits == ["🔢 الأرقام 123", "🔢 الأرقام ١٢٣ ✓"]
    assert "٩٩" in await live.says(amal, "/article 99")
    text = await live.says(amal, "/latest")
    assert re.search(r"/article_[1-3]\b", text)
    title = live.site.published[-1][0].title
    assert title in text
    for fact in re.findall(r"^.*(?= · .*/article_)", text, re.MULTILINE):
        assert ARABIC_DIGIT.search(fact)
        assert not re.search("[0-9]", fact)
    await live.says(amal, "/settings")
    await live.presses(amal, "🔢 الأرقام 123")
    assert not ARABIC_DIGIT.search(await live.says(amal, "/latest"))


async def test_digits_are_no_choice_in_other_languages_and_are_remembered_meanwhile(live: Live, amal: Person) -> None:
    await live.says(amal, "/settings")
    await live.presses(amal, "🔢 الأرقام ١٢٣")
    assert "Settings" in await live.presses(amal, "English")
    assert amal.last
    assert not [button for button in amal.last.buttons if button.text.startswith("🔢")]
    assert "number 99" in await live.says(amal, "/article 99")
    await live.says(amal, "/settings")
    assert "الإعدادات" in await live.presses(amal, "العربية")
    assert "٩٩" in await live.says(amal, "/article 99")


async def test_choosing_how_news_come_ends_a_stop(live: Live, amal: Person) -> None:
    await live.says(amal, "/follow طاجيكستان")
    await live.says(amal, "/stop")
    assert "موقوف" in await live.says(amal, "/settings")
    await live.presses(amal, "📬")
    assert "استؤنف" in await live.is_alerted(amal, "⚡")
    assert await live.ask(select(tables.subscribers.c.state)) == "active"


async def test_a_digit_that_is_none_of_ours_changes_nothing(live: Live, amal: Person) -> None:
    await live.says(amal, "/follow طاجيكستان")
    await live.says(amal, "/settings")
    assert amal.last
    message = amal.messages[amal.last.id]
    assert message.markup
    message.markup["inline_keyboard"][4][0]["callback_data"] = "1|set|digits:roman|settings|0"
    await live.presses(amal, message.markup["inline_keyboard"][4][0]["text"])
    assert await live.ask(select(tables.subscribers.c.digits)) == "latn"
