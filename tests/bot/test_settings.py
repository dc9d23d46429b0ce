"""The settings: how news come, the digits of the interface, its language."""

import re

from sqlalchemy import select

from db.tables import schedules, subscribers
from sandbox import Person
from tests.live import Live

ARABIC_DIGIT = re.compile("[٠-٩]")
SILENT = select(schedules.c.silent).join(subscribers, subscribers.c.schedule_id == schedules.c.id)


async def test_settings_are_shown_by_command_and_by_word(live: Live, amal: Person) -> None:
    assert "الإعدادات" in await live.says(amal, "/settings")
    assert "الإعدادات" in await live.says(amal, "الإعدادات")
    assert amal.last
    assert [button.text for button in amal.last.buttons] == [
        "⚡ فور النشر، بصوت ✓",
        "🔕 فور النشر، بلا صوت",
        "🔢 الأرقام 123 ✓",
        "🔢 الأرقام ١٢٣",
        "• العربية",
        "English",
        "中文",
        "Français",
        "🗂 المواضيع",
    ]


async def test_the_sound_is_turned_off_and_on_without_an_example(live: Live, amal: Person) -> None:
    await live.says(amal, "/follow طاجيكستان")
    await live.says(amal, "/settings")
    assert "الإعدادات" in await live.presses(amal, "🔕")
    assert await live.ask(SILENT) is True
    assert amal.last
    assert amal.last.buttons[1].text == "🔕 فور النشر، بلا صوت ✓"
    assert "الإعدادات" in await live.presses(amal, "⚡")
    assert await live.ask(SILENT) is False


async def test_who_chose_arabic_digits_sees_them_in_numbers_and_dates_and_nowhere_else(
    live: Live, amal: Person
) -> None:
    assert not ARABIC_DIGIT.search(await live.says(amal, "/latest"))
    await live.says(amal, "/settings")
    await live.presses(amal, "🔢 الأرقام ١٢٣")
    assert await live.ask(select(subscribers.c.digits)) == "arab"
    assert amal.last
    assert [button.text for button in amal.last.buttons if button.text.endswith("✓")][1] == "🔢 الأرقام ١٢٣ ✓"
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
    assert "استؤنف" in await live.is_alerted(amal, "🔕")
    assert await live.ask(select(subscribers.c.state)) == "active"


async def test_a_digit_that_is_none_of_ours_changes_nothing(live: Live, amal: Person) -> None:
    await live.says(amal, "/follow طاجيكستان")
    await live.says(amal, "/settings")
    assert amal.last
    message = amal.messages[amal.last.id]
    assert message.markup
    message.markup["inline_keyboard"][2][0]["callback_data"] = "1|digits|roman|settings|0"
    await live.presses(amal, "🔢 الأرقام 123")
    assert await live.ask(select(subscribers.c.digits)) == "latn"
