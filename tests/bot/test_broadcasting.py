"""Broadcasts, as editors make them in the running bot: typed and pressed, and seen by readers."""

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

from db.broadcasting import broadcasts
from db.store import staff
from db.tables import audit, deliveries, pushes
from newsroom.roles import Role
from sandbox import Person
from sandbox.formatting import format_text
from sandbox.people import press
from tests.bot.casting import PHOTO, WORDS, draft, many_come, poll_of, send, shown, texts_of
from tests.live import Live, open_live, unseen

REFUSES_ALBUMS = "لا تقبل الألبومات روابط"

SENT = select(func.count()).select_from(deliveries).where(deliveries.c.state == "sent")


async def test_a_draft_is_shown_as_readers_get_it_with_its_card_below(
    live: Live, editor: Person, readers: list[Person]
) -> None:
    card = await draft(live, editor)
    assert texts_of(editor)[-2] == WORDS
    assert "رسالة التحرير 1" in card
    assert "الجميع · 12 مشتركًا" in card
    assert await live.ask(select(func.count()).select_from(pushes)) == 0


async def test_it_reaches_everybody_after_one_yes_and_the_card_tells_how_it_went(
    live: Live, editor: Person, readers: list[Person]
) -> None:
    await draft(live, editor)
    assert "إرسال إلى 12 مشتركًا؟" in await live.presses(editor, "🚀")
    assert await live.ask(select(func.count()).select_from(pushes)) == 0
    assert "قيد الإرسال" in await live.presses(editor, "✅")
    for person in readers:
        await live.hears_of(person, WORDS, timeout=30)
    await live.hears_of(editor, "اكتملت", timeout=30)
    assert editor.last
    assert "وصلت: 12" in unseen(editor.last.text)
    assert await live.ask(SENT) == 12
    assert await live.ask(select(audit.c.action).where(audit.c.actor == "50")) == "send broadcast"


async def test_formatting_arrives_entity_by_entity(live: Live, editor: Person, readers: list[Person]) -> None:
    made = format_text('<b>عاجل</b>: <a href="https://site.example/a">نص</a> 👋 <i>x</i>', "HTML", None)
    before = "/broadcast "
    moved = [{**entity, "offset": entity["offset"] + len(before)} for entity in made["entities"]]
    editor.sends(
        {"text": before + made["text"], "entities": [{"type": "bot_command", "offset": 0, "length": 10}, *moved]}
    )
    await live.hears_of(editor, "مسودة")
    await send(live, editor)
    await live.telegram.until(lambda: made["text"] in texts_of(readers[0]), timeout=30)
    assert shown(readers[0], "عاجل").entities == made["entities"]


async def test_readers_may_not(live: Live, amal: Person) -> None:
    assert "لفريق التحرير" in await live.says(amal, "/broadcast مرحبا")
    assert "لفريق التحرير" in await live.says(amal, "/broadcasts")
    assert await live.ask(select(func.count()).select_from(broadcasts)) == 0


async def test_a_message_that_was_asked_for_may_begin_with_any_word(
    live: Live, editor: Person, readers: list[Person]
) -> None:
    assert "ما الرسالة؟" in await live.says(editor, "/broadcast")
    editor.writes("الأحدث")
    await live.hears_of(editor, "مسودة")
    assert texts_of(editor)[-2] == "الأحدث"


async def test_the_audience_is_chosen_by_taps_and_counted_at_each(
    live: Live, editor: Person, readers: list[Person]
) -> None:
    await live.says(readers[0], "/language English")
    await draft(live, editor)
    assert "الجميع" in await live.presses(editor, "👥")
    await live.presses(editor, "🌐")
    assert "أقل من 10" in await live.presses(editor, "➕ English")
    assert "ما عدا English" in (told := await live.presses(editor, "✅ English"))
    assert "11 مشتركًا" in told
    assert "12 مشتركًا" in await live.presses(editor, "🚫 English")
    await live.presses(editor, "◀️")
    await live.presses(editor, "📰")
    assert "السياحة والسفر" in await live.presses(editor, "➕ السياحة")
    await live.presses(editor, "🔎")
    editor.writes("مصر")
    await live.hears_of(editor, "مسودة")
    assert editor.last
    assert "مصر" in unseen(editor.last.text)


async def test_nobody_is_no_audience(live: Live, editor: Person) -> None:
    await draft(live, editor)
    assert "لا أحد" in await live.is_alerted(editor, "🚀")
    assert await live.ask(select(func.count()).select_from(pushes)) == 0


async def test_it_is_scheduled_in_words_and_can_be_taken_back(
    live: Live, editor: Person, readers: list[Person]
) -> None:
    await draft(live, editor)
    await live.presses(editor, "🕒")
    await live.presses(editor, "✏️")
    assert "لم يُفهم الموعد" in await live.says(editor, "قريبا جدا")
    editor.writes("غدا 9:00")
    await live.hears_of(editor, "مسودة")
    assert "في هذا الموعد" in await live.presses(editor, "🚀")
    assert "مجدولة" in await live.presses(editor, "✅")
    assert await live.ask(select(broadcasts.c.state)) == "scheduled"
    assert await live.ask(select(func.count()).select_from(pushes)) == 0
    assert "مسودة" in await live.presses(editor, "↩️")
    assert await live.ask(select(broadcasts.c.state)) == "draft"


async def test_links_and_switches_are_in_the_preview(live: Live, editor: Person, readers: list[Person]) -> None:
    await draft(live, editor)
    await live.presses(editor, "⚙️")
    await live.presses(editor, "➕ 🔒")
    await live.presses(editor, "🔗")
    assert "لم تُفهم الروابط" in await live.says(editor, "https://")
    editor.writes("اقرأ المزيد https://site.example/a\nشارك https://site.example/b")
    await live.hears_of(editor, "رابطان")
    preview = shown(editor, WORDS)
    assert [(button.text, button.url) for button in preview.buttons] == [
        ("اقرأ المزيد", "https://site.example/a"),
        ("شارك", "https://site.example/b"),
    ]
    assert preview.protected


async def test_the_same_is_not_sent_twice_within_the_hour(live: Live, editor: Person, readers: list[Person]) -> None:
    await draft(live, editor)
    await send(live, editor)
    await live.hears_of(editor, "قيد الإرسال")
    await draft(live, editor)
    assert "أُرسلت هذه الرسالة نفسها قبل قليل" in await live.is_alerted(editor, "🚀")
    assert await live.ask(select(func.count()).select_from(pushes)) == 1


async def test_the_same_is_not_scheduled_for_less_than_an_hour_from_another(
    live: Live, editor: Person, readers: list[Person]
) -> None:
    for _ in range(2):
        await draft(live, editor)
        await live.presses(editor, "🕒")
        await live.presses(editor, "🕒 بعد ساعة")
        if await live.ask(select(func.count()).select_from(broadcasts)) == 1:
            await send(live, editor)
    assert "الرسالة نفسها مجدولة" in await live.is_alerted(editor, "🚀")
    assert await live.ask(select(func.count()).where(broadcasts.c.state == "scheduled")) == 1


async def test_an_older_card_changes_nothing_and_shows_how_it_stands(
    live: Live, editor: Person, readers: list[Person]
) -> None:
    await draft(live, editor)
    assert editor.last
    stale = next(button for button in editor.last.buttons if button.text.startswith("🗑"))
    await live.presses(editor, "👥")
    await live.presses(editor, "💬")
    await live.presses(editor, "➕ القنوات")
    press(editor, editor, editor.last, stale)
    await live.hears_of(editor, "مسودة")
    assert await live.ask(select(broadcasts.c.state)) == "draft"


async def test_it_is_stopped_within_a_second(live: Live, editor: Person, readers: list[Person]) -> None:
    await draft(live, editor)
    await send(live, editor)
    assert "أُوقفت نهائيًا" in await live.presses(editor, "⏹")
    assert await live.ask(select(pushes.c.state).where(pushes.c.story_id.is_(None))) == "cancelled"
    assert await live.ask(SENT) == 0


async def test_the_second_editor_agrees_where_the_owner_wants_one(tmp_path: Path, sqlite_template: Path) -> None:
    async with open_live(tmp_path, sqlite_template, broadcast_approval_above=1) as live:
        people = [live.telegram.person(number, language="ar") for number in (50, 51, 101, 102)]
        for person in people:
            await live.says(person, "/follow الاقتصاد")
        async with live.app.database.write() as connection:
            for person in people[:2]:
                await staff.grant(connection, person.id, Role.EDITOR, live.app.clock())
        first, second = people[:2]
        await draft(live, first)
        await live.presses(first, "🚀")
        assert "تنتظر موافقة محرر آخر" in await live.presses(first, "✅")
        assert await live.ask(select(func.count()).select_from(pushes)) == 0
        assert first.last
        assert first.last.button("✅") is None
        await live.hears_of(second, "تنتظر موافقة")
        assert texts_of(second)[-2] == WORDS
        assert "قيد الإرسال" in await live.presses(second, "✅")
        await live.telegram.until(lambda: WORDS in texts_of(people[2]), timeout=30)


async def test_all_of_them_are_listed_and_one_is_brought_again(
    live: Live, editor: Person, readers: list[Person]
) -> None:
    assert "لا رسائل بعد" in await live.says(editor, "/broadcasts")
    await draft(live, editor)
    assert WORDS in await live.says(editor, "/broadcasts")
    await live.presses(editor, "📣")
    await live.hears_of(editor, "مسودة")
    assert texts_of(editor)[-2] == WORDS
    assert "ليست هناك رسالة" in await live.says(editor, "/broadcasts 99")


async def test_a_reader_turns_them_off_in_the_settings(live: Live, editor: Person, readers: list[Person]) -> None:
    await live.says(readers[0], "/settings")
    await live.presses(readers[0], "📣")
    assert readers[0].last
    assert "✓" not in next(one.text for one in readers[0].last.buttons if one.text.startswith("📣"))
    assert "11 مشتركًا" in await draft(live, editor)


async def sent_to_all(live: Live, editor: Person, readers: list[Person]) -> None:
    """Let a broadcast reach everybody, and its card say so."""
    await draft(live, editor)
    await send(live, editor)
    await live.hears_of(editor, "اكتملت", timeout=40)
    assert WORDS in texts_of(readers[0])


async def test_words_are_corrected_where_they_were_sent_and_then_taken_back(
    live: Live, editor: Person, readers: list[Person]
) -> None:
    await sent_to_all(live, editor, readers)
    assert "النص المصحّح" in await live.presses(editor, "✏️")
    editor.writes("مساء النور")
    await live.hears_of(editor, "هل يحل النص المصحّح")
    await live.presses(editor, "✅")
    await live.telegram.until(lambda: "مساء النور" in texts_of(readers[0]), timeout=30)
    assert WORDS not in texts_of(readers[0])
    await live.hears_of(editor, "اكتملت")
    assert "سحب الرسالة" in await live.presses(editor, "🧹")
    await live.presses(editor, "✅")
    await live.telegram.until(lambda: "مساء النور" not in texts_of(readers[0]), timeout=30)
    await live.hears_of(editor, "سُحبت")
    assert await live.ask(select(audit.c.action).where(audit.c.action == "withdraw broadcast"))


async def test_what_is_no_correction_is_refused(live: Live, editor: Person, readers: list[Person]) -> None:
    await sent_to_all(live, editor, readers)
    await live.presses(editor, "✏️")
    editor.sends({"photo": PHOTO})
    await live.hears_of(editor, "يُغيَّر النص وحده")
    assert WORDS in texts_of(readers[0])


async def test_a_new_one_like_it_is_a_draft_of_its_own(live: Live, editor: Person, readers: list[Person]) -> None:
    await sent_to_all(live, editor, readers)
    await live.presses(editor, "♻️")
    await live.hears_of(editor, "رسالة التحرير 2")
    assert texts_of(editor)[-2] == WORDS
    assert await live.ask(select(broadcasts.c.state).where(broadcasts.c.id == 2)) == "draft"


async def test_a_language_may_have_words_of_its_own(live: Live, editor: Person, readers: list[Person]) -> None:
    await live.says(readers[0], "/language English")
    await draft(live, editor)
    await live.presses(editor, "🌐")
    assert "ما النص لهذه اللغة؟" in await live.presses(editor, "➕ English")
    editor.writes("Good evening")
    await live.hears_of(editor, "مسودة")
    assert texts_of(editor)[-2] == "Good evening"
    await send(live, editor)
    await live.hears_of(readers[0], "Good evening", timeout=30)
    await live.hears_of(readers[1], WORDS, timeout=30)


async def test_a_test_reaches_the_staff_alone(live: Live, editor: Person, readers: list[Person]) -> None:
    other = live.telegram.person(51, language="ar")
    await live.says(other, "/help")
    async with live.app.database.write() as connection:
        await staff.grant(connection, other.id, Role.OWNER, live.app.clock())
    await draft(live, editor)
    assert "تجربة إلى 2" in await live.is_alerted(editor, "🧪 تجربة للفريق")
    await live.hears_of(other, WORDS)
    assert WORDS not in texts_of(readers[0])


async def test_above_ten_thousand_the_number_is_typed(live: Live, editor: Person) -> None:
    await many_come(live, 10_001)
    await draft(live, editor)
    await live.presses(editor, "🚀")
    assert "للتأكيد يُكتب هذا العدد هنا: 10001" in (await live.presses(editor, "✅")).replace(",", "")
    assert "العدد مختلف" in await live.says(editor, "نعم")
    assert await live.ask(select(func.count()).select_from(pushes)) == 0
    editor.writes("١٠٠٠١")
    await live.hears_of(editor, "قيد الإرسال")
    await live.presses(editor, "⏹")
    assert await live.ask(select(broadcasts.c.expected)) == 10_001
    await live.presses(editor, "✏️")
    editor.writes("مساء النور")
    await live.hears_of(editor, "هل يحل النص المصحّح")
    assert "10001" in (await live.presses(editor, "✅")).replace(",", "")
    assert "العدد مختلف" in await live.says(editor, "نعم")
    assert (await live.ask(select(broadcasts.c.contents)))[""]["params"]["text"] == WORDS
    editor.writes("10001")
    await live.telegram.until(lambda: texts_of(editor)[-2] == "مساء النور" and "هل يحل" not in texts_of(editor)[-1])
    assert (await live.ask(select(broadcasts.c.contents)))[""]["params"]["text"] == "مساء النور"


async def test_what_was_taken_back_may_be_sent_again(live: Live, editor: Person, readers: list[Person]) -> None:
    await sent_to_all(live, editor, readers)
    await live.presses(editor, "🧹")
    await live.presses(editor, "✅")
    await live.hears_of(editor, "سُحبت")
    await draft(live, editor)
    assert "إرسال إلى 12 مشتركًا؟" in await live.presses(editor, "🚀")


async def test_a_stop_counts_however_late_it_is_handled(
    live: Live, editor: Person, readers: list[Person], monkeypatch: pytest.MonkeyPatch
) -> None:
    await draft(live, editor)
    await send(live, editor)
    monkeypatch.setattr("bot.inbox.LATE", timedelta(0))
    await live.presses(editor, "⏸")
    assert await live.ask(select(pushes.c.state).where(pushes.c.story_id.is_(None))) == "paused"
    await live.presses(editor, "▶️")
    assert await live.ask(select(pushes.c.state).where(pushes.c.story_id.is_(None))) == "paused"
    await live.presses(editor, "⏹")
    assert await live.ask(select(pushes.c.state).where(pushes.c.story_id.is_(None))) == "cancelled"


async def test_of_a_name_with_several_meanings_one_is_chosen(live: Live, editor: Person, readers: list[Person]) -> None:
    await draft(live, editor)
    await live.presses(editor, "👥")
    await live.presses(editor, "📰")
    await live.presses(editor, "🔎")
    assert "ما المقصود بـ«غينيا»؟" in await live.says(editor, "غينيا")
    assert (await live.ask(select(broadcasts.c.crowd))).get("wanted", {}) == {}
    assert editor.last
    (meant, *others) = [one.text.removeprefix("➕ ") for one in editor.last.buttons if one.text.startswith("➕")]
    told = await live.presses(editor, f"➕ {meant}")
    assert others
    assert meant in told
    assert len((await live.ask(select(broadcasts.c.crowd)))["wanted"]["topic"]) == 1


async def test_no_album_takes_the_place_of_words_with_links(live: Live, editor: Person, readers: list[Person]) -> None:
    await draft(live, editor)
    await live.presses(editor, "⚙️")
    await live.presses(editor, "🔗")
    editor.writes("اقرأ https://site.example/a")
    await live.hears_of(editor, "رابط واحد")
    await live.presses(editor, "✏️")
    for _ in range(3):
        editor.sends({"photo": PHOTO, "media_group_id": "777"})
    await live.says(editor, "/help")  # answered after all that came before
    assert sum(REFUSES_ALBUMS in unseen(shown.text) for shown in editor.screen) == 1
    assert (await live.ask(select(broadcasts.c.contents)))[""]["method"] == "sendMessage"
    await live.presses(editor, "✏️")
    editor.sends({"photo": PHOTO, "media_group_id": "778"})
    await live.hears_of(editor, REFUSES_ALBUMS)


async def test_a_poll_with_open_votes_says_that_channels_do_not_take_it(live: Live, editor: Person) -> None:
    await live.says(editor, "/broadcast")
    editor.sends(poll_of("؟", "نعم", "لا", is_anonymous=False))
    await live.hears_of(editor, "لا تقبل القنوات استطلاعًا")
