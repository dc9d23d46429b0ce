"""What was sent is corrected by the running bot after every yes that sending needs, and by nobody's typing alone."""

from pathlib import Path
from typing import Any

from sqlalchemy import func, select

from db.broadcasting import broadcasts
from db.store import staff
from db.tables import audit
from newsroom.broadcasts import WHOEVER
from newsroom.roles import Role
from sandbox import Person
from tests.bot.casting import PHOTO, WORDS, draft, send, shown, texts_of
from tests.live import Live, open_live, unseen

BETTER = "مساء النور"
AMENDED = select(func.count()).select_from(audit).where(audit.c.action == "amend broadcast")


async def is_sent(live: Live, editor: Person) -> None:
    await send(live, editor)
    await live.hears_of(editor, "اكتملت", timeout=40)


async def corrects(live: Live, editor: Person, words: str = BETTER) -> str:
    """Let an editor type other words for what was sent, and answer what its card asks."""
    assert "النص المصحّح" in await live.presses(editor, "✏️")
    editor.writes(words)
    await live.hears_of(editor, "هل يحل النص المصحّح")
    assert editor.last
    return unseen(editor.last.text)


async def test_typed_words_change_nothing_before_a_yes(live: Live, editor: Person, readers: list[Person]) -> None:
    await draft(live, editor)
    await is_sent(live, editor)
    assert "12 مشتركًا" in await corrects(live, editor)
    assert texts_of(editor)[-2] == BETTER
    assert WORDS in texts_of(readers[0])
    assert "هل يحل" not in await live.presses(editor, "✖️")
    assert await live.ask(AMENDED) == 0
    await corrects(live, editor)
    assert "هل يحل" not in await live.presses(editor, "✅")
    await live.telegram.until(lambda: BETTER in texts_of(readers[0]), timeout=30)
    assert await live.ask(AMENDED) == 1


async def test_a_correction_waits_for_the_second_editor_where_sending_does(
    tmp_path: Path, sqlite_template: Path
) -> None:
    async with open_live(tmp_path, sqlite_template, broadcast_approval_above=1) as live:
        first, second, reader = people = [live.telegram.person(number, language="ar") for number in (50, 51, 101)]
        for person in people:
            await live.says(person, "/follow الاقتصاد")
        async with live.app.database.write() as connection:
            for person in (first, second):
                await staff.grant(connection, person.id, Role.EDITOR, live.app.clock())
        await draft(live, first)
        await send(live, first)
        await live.hears_of(second, "تنتظر موافقة")
        await live.presses(second, "✅")
        await live.telegram.until(lambda: WORDS in texts_of(reader), timeout=40)
        first.writes("/broadcasts 1")
        await live.hears_of(first, "رسالة التحرير 1")
        await corrects(live, first)
        assert "ينتظر موافقة محرر آخر" in await live.presses(first, "✅")
        assert first.last
        assert first.last.button("✅") is None
        await live.hears_of(second, "ينتظر موافقة محرر آخر")
        assert texts_of(second)[-2] == BETTER
        assert WORDS in texts_of(reader)
        await live.presses(second, "✅")
        await live.telegram.until(lambda: BETTER in texts_of(reader), timeout=30)
        assert await live.ask(select(func.count()).where(audit.c.action == "ask correction")) == 1


async def drafts_two_languages(live: Live, editor: Person) -> None:
    await draft(live, editor)
    await live.presses(editor, "🌐")
    await live.presses(editor, "➕ English")
    editor.writes("Good evening")
    await live.hears_of(editor, "نص خاص")


async def test_every_version_is_shown_below_its_languages(live: Live, editor: Person, readers: list[Person]) -> None:
    await drafts_two_languages(live, editor)
    await live.presses(editor, "👁")
    await live.telegram.until(lambda: texts_of(editor)[-2] == "Good evening" and texts_of(editor)[-5] != WORDS)
    assert texts_of(editor)[-5:-1] == ["🌐 بقية اللغات", WORDS, "🌐 English", "Good evening"]


async def test_it_is_asked_whose_words_are_corrected(live: Live, editor: Person, readers: list[Person]) -> None:
    await live.says(readers[0], "/language English")
    await drafts_two_languages(live, editor)
    await is_sent(live, editor)
    assert "أي نص يُصحَّح" in await live.presses(editor, "✏️")
    await live.presses(editor, "🌐 English")
    editor.writes("Good night")
    await live.hears_of(editor, "هل يحل النص المصحّح")
    assert texts_of(editor)[-3:-1] == ["🌐 English", "Good night"]
    await live.presses(editor, "✅")
    await live.telegram.until(lambda: "Good night" in texts_of(readers[0]), timeout=30)
    assert WORDS in texts_of(readers[1])
    kept = await live.ask(select(broadcasts.c.contents))
    assert [kept[language]["params"]["text"] for language in (WHOEVER, "en")] == [WORDS, "Good night"]


def media(live: Live, person: Person) -> list[dict[str, Any]]:
    """Answer what a person has from the bot that is no text."""
    chat = live.telegram.world.chats[person.id]
    return [one.content for one in chat.messages.values() if one.by_bot and "text" not in one.content]


async def test_a_text_for_a_photo_is_its_caption(live: Live, editor: Person, readers: list[Person]) -> None:
    await live.says(editor, "/broadcast")
    editor.sends({"photo": PHOTO, "caption": WORDS})
    await live.hears_of(editor, "مسودة")
    await live.presses(editor, "✏️")
    editor.writes("الصورة: شينخوا")
    await live.telegram.until(lambda: media(live, editor)[-1]["caption"] == "الصورة: شينخوا")
    await live.hears_of(editor, "مسودة")
    await is_sent(live, editor)
    await corrects(live, editor)
    await live.presses(editor, "✅")
    await live.telegram.until(lambda: [one["caption"] for one in media(live, readers[0])] == [BETTER], timeout=30)
    assert media(live, readers[0])[0]["photo"]


async def test_a_text_for_an_album_is_the_caption_of_its_first(
    live: Live, editor: Person, readers: list[Person]
) -> None:
    await live.says(editor, "/broadcast")
    for _ in range(2):
        editor.sends({"photo": PHOTO, "media_group_id": "7"})
    await live.hears_of(editor, "مسودة")
    await is_sent(live, editor)
    await corrects(live, editor)
    await live.presses(editor, "✅")
    await live.telegram.until(
        lambda: [one.get("caption") for one in media(live, readers[0])] == [BETTER, None], timeout=30
    )


async def test_a_correction_may_not_be_longer_than_a_caption(live: Live, editor: Person, readers: list[Person]) -> None:
    await live.says(editor, "/broadcast")
    editor.sends({"photo": PHOTO, "caption": WORDS})
    await live.hears_of(editor, "مسودة")
    await live.presses(editor, "✏️")
    assert "1,024" in await live.says(editor, "س" * 1_025)
    assert shown(editor, "مسودة")
