"""`/topicwords`: editors change words in the running bot; tried first, in force at once, and never sent to anybody."""

from pathlib import Path

import pytest
from sqlalchemy import func, select

from db.meanings import proposals
from db.meanings import topics as topics_table
from db.store import staff, topics
from db.tables import article_topics, audit, deliveries
from newsroom.amendments import Amendment
from newsroom.roles import Role
from sandbox import Person
from tests.live import Live, open_live, unseen

TRIED, RETAGGED, UNTOUCHED = "أثر التعديل", "لم يُرسل شيء إلى أحد", "لم تتغيّر بذلك"


async def grant(live: Live, person: Person) -> None:
    async with live.app.database.write() as connection:
        await staff.grant(connection, person.id, Role.EDITOR, live.app.clock())


async def count(live: Live, tag: str) -> int:
    """Answer how many articles are about a topic."""
    return int(await live.ask(select(func.count()).where(article_topics.c.tag == tag)))


async def test_a_word_is_tried_shown_applied_and_taken_back(live: Live, editor: Person) -> None:
    before = await count(live, "s:sports")
    assert "يُجرَّب" in await live.says(editor, "/topicwords الرياضة + الصين، صيني، صينية، الصينية")
    await live.hears_of(editor, TRIED, 30)
    assert editor.last
    assert "/article_" in editor.last.text
    assert await count(live, "s:sports") == before
    assert "سرت النسخة 1" in await live.presses(editor, "✅")
    await live.hears_of(editor, RETAGGED, 30)
    assert await count(live, "s:sports") > before
    assert await live.ask(select(audit.c.action).where(audit.c.actor == "50")) == "change topic"
    assert "صينية" in await live.says(editor, "/topicwords الرياضة")
    editor.presses("↩️")
    await live.hears_of(editor, TRIED, 30)
    assert "سرت النسخة 2" in await live.presses(editor, "✅")
    await live.hears_of(editor, RETAGGED, 30)
    assert await count(live, "s:sports") == before
    assert await live.ask(select(func.count()).select_from(deliveries)) == 0


async def test_what_is_dropped_leaves_no_trace(live: Live, editor: Person) -> None:
    await live.says(editor, "/topicwords economy - بنوك")
    await live.hears_of(editor, TRIED, 30)
    assert "بقيت الكلمات كما هي" in await live.presses(editor, "✖️")
    assert await live.ask(select(func.count()).select_from(topics_table)) == 0
    assert await live.ask(select(func.count()).select_from(proposals)) == 0


async def test_two_editors_do_not_overwrite_each_other(live: Live, editor: Person) -> None:
    other = live.telegram.person(51, language="en")
    await live.says(other, "/help")
    await grant(live, other)
    await live.says(editor, "/topicwords economy + صكوك خضراء")
    await live.hears_of(editor, TRIED, 30)
    await live.says(other, "/topicwords economy + green sukuk")
    await live.hears_of(other, "what the change would do", 30)
    assert "version 1 is in force" in await live.presses(other, "✅")
    assert "بعد التجربة" in await live.is_alerted(editor, "✅")


async def test_topics_with_words_of_editors_are_listed(live: Live, editor: Person) -> None:
    assert "لم تُعدَّل" in await live.says(editor, "/topicwords")
    await live.says(editor, "/topicwords c:TJ + خجند")
    await live.hears_of(editor, TRIED, 30)
    await live.presses(editor, "✅")
    await live.hears_of(editor, UNTOUCHED, 30)
    assert "طاجيكستان" in await live.says(editor, "/topicwords")
    assert "خجند" in await live.presses(editor, "🗂")


@pytest.mark.parametrize(
    ("said", "answer"),
    [
        ("/topicwords زرافات + كلمة", "لا موضوع باسم"),
        ("/topicwords الاقتصاد - زرافة", "ليست «زرافة» من كلمات"),
        ("/topicwords الاقتصاد + ؟", "لا تصلح"),
        ("/topicwords غينيا", "ما المقصود"),
    ],
)
async def test_what_cannot_be_is_told(live: Live, editor: Person, said: str, answer: str) -> None:
    assert answer in await live.says(editor, said)


async def test_it_is_for_editors_in_private_alone(live: Live, editor: Person, amal: Person) -> None:
    assert "لفريق التحرير" in await live.says(amal, "/topicwords")
    await live.says(editor, "/topicwords economy + صكوك خضراء")
    await live.hears_of(editor, TRIED, 30)
    async with live.app.database.write() as connection:
        await staff.revoke(connection, editor.id)
    assert "لفريق التحرير" in await live.is_alerted(editor, "✅")
    assert await live.ask(select(func.count()).select_from(topics_table)) == 0


async def test_a_topic_is_understood_as_soon_as_it_is_said(live: Live, amal: Person) -> None:
    names = {"ar": "الباندا", "en": "Pandas", "zh": "熊猫", "fr": "Pandas"}
    await live.says(amal, "/start")
    async with live.app.database.write() as connection:
        said = Amendment.of({"names": names, "words": {"ar": ["باندا"]}})
        await topics.put(connection, "s:pandas", said, "50", live.app.clock())
    assert "الباندا" in await live.says(amal, "/follow الباندا")
    assert (await live.followed()) == {"s:pandas": False}


@pytest.mark.parametrize("language", ["en", "zh", "fr"])
async def test_it_speaks_the_languages_of_editors(tmp_path: Path, sqlite_template: Path, language: str) -> None:
    async with open_live(tmp_path, sqlite_template) as live:
        person = live.telegram.person(50, language=language)
        await live.says(person, "/help")
        await grant(live, person)
        assert "/topicwords" in await live.says(person, "/topicwords")
        said = await live.says(person, "/topicwords economy")
        assert "s:economy" in said


async def test_what_is_said_is_given_as_a_file_and_loaded_topic_by_topic(live: Live, editor: Person) -> None:
    assert "لم تُعدَّل" in await live.says(editor, "/topicwords export")
    await live.says(editor, "/topicwords")
    await live.presses(editor, "📥")
    editor.sends_file("mine.toml", '["s:economy"]\nar = ["قيراط ذهبي"]\n'.encode())
    await live.hears_of(editor, TRIED, 30)
    assert "سرت النسخة 1" in await live.presses(editor, "✅")
    assert "يُحمَّل" in await live.says(editor, "/topicwords export")
    assert editor.last
    assert editor.last.document == "topics.toml"
    contents = live.telegram.world.contents
    assert any('["s:economy"]\nar = ["قيراط ذهبي"]' in content.decode() for content in contents.values())
    assert "كل ما قيل" in await live.says(editor, "/topicwords history economy")
    assert any(content.startswith(b"version 1\t") for content in contents.values())
    await live.says(editor, "/topicwords restore economy 0")
    await live.telegram.until(lambda: editor.last and TRIED in editor.last.text, timeout=30)
    assert "سرت النسخة 2" in await live.presses(editor, "✅")


async def test_a_file_with_faults_changes_nothing_and_says_them(live: Live, editor: Person) -> None:
    await live.says(editor, "/topicwords load")
    editor.sends_file("mine.toml", b'["s:economy"]\nwords = 5\n')
    await live.hears_of(editor, "لم يُؤخذ من الملف شيء")
    assert editor.last
    assert "السطر 1، s:economy: «words» غير معروف هنا" in unseen(editor.last.text)
    assert await live.ask(select(func.count()).select_from(proposals)) == 0


async def test_a_file_that_is_no_utf_8_is_told_in_the_language_of_whoever_sent_it(live: Live, editor: Person) -> None:
    await live.says(editor, "/topicwords load")
    editor.sends_file("mine.toml", '["s:economy"]\nar = ["سندات"]\n'.encode("cp1256"))
    await live.hears_of(editor, "السطر 2: ليس مكتوبًا بترميز UTF-8")


async def test_a_title_is_explained(live: Live, editor: Person) -> None:
    told = await live.says(editor, "/topicwords explain نمو الاقتصاد في كازاخستان")
    assert "كازاخستان" in told
    assert "الاقتصاد" in told


async def test_a_version_that_cannot_be_restored_says_how(live: Live, editor: Person) -> None:
    assert "/topicwords restore" in await live.says(editor, "/topicwords restore economy")
    assert "لا شيء يتغير" in await live.says(editor, "/topicwords restore economy 5")
