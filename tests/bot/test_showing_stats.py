"""`/stats` in the running bot: a picture with its figures, and other days in the same message."""

import pytest

from db.store import staff
from locales import texts
from newsroom.roles import Role
from sandbox import Call, Person
from sandbox.shapes import Upload
from sandbox.spec import Params
from tests.live import Live

PNG = b"\x89PNG\r\n\x1a\n"


def pictures(live: Live, person: Person) -> list[Call]:
    methods = ("sendPhoto", "editMessageMedia")
    return [call for call in live.telegram.calls if call.chat_id == person.id and call.method in methods]


def file_of(params: Params) -> Upload:
    file = params.get("photo") or params["media"]["media"]
    assert isinstance(file, Upload)
    return file


async def shows(live: Live, editor: Person, count: int) -> Call:
    """Wait until so many pictures have come, and answer the last."""
    await live.telegram.until(lambda: len(pictures(live, editor)) == count, timeout=20)
    return pictures(live, editor)[-1]


async def test_an_editor_gets_a_picture_and_its_figures(live: Live, amal: Person, editor: Person) -> None:
    await live.says(amal, "/follow كل الأخبار")
    editor.writes("/stats")
    call = await shows(live, editor, 1)
    file = file_of(call.params)
    assert (str(file), file.kind, file.content.startswith(PNG)) == ("figures.png", "image/png", True)
    shown = editor.last
    assert shown
    assert "آخر سبعة أيام" in shown.text
    assert "القرّاء: أقل من 10" in shown.text
    assert [button.text for button in shown.buttons] == ["📅 اليوم", "📆 الشهر", "🔄 تحديث"]


async def test_a_button_shows_other_days_in_the_same_message(live: Live, editor: Person) -> None:
    editor.writes("/stats اليوم")
    await shows(live, editor, 1)
    first = editor.last
    assert first
    assert "اليوم" in first.text
    before = file_of(pictures(live, editor)[0].params)
    editor.presses("📆")
    call = await shows(live, editor, 2)
    assert call.method == "editMessageMedia"
    assert file_of(call.params).content != before.content
    shown = editor.last
    assert shown
    assert (shown.id, "آخر ثلاثين يومًا" in shown.text) == (first.id, True)
    assert [button.text.split()[0] for button in shown.buttons] == ["📅", "🗓", "🔄"]
    editor.presses("🔄")
    await shows(live, editor, 3)
    assert editor.last
    assert editor.last.id == first.id


@pytest.mark.parametrize("language", ["en", "zh", "fr"])
async def test_it_is_in_the_language_of_the_editor(live: Live, language: str) -> None:
    person = live.telegram.person(60, language=language)
    await live.says(person, "/help")
    await live.says(person, f"/language {language}")
    async with live.app.database.write() as connection:
        await staff.grant(connection, person.id, Role.EDITOR, live.app.clock())
    person.writes("/stats")
    await shows(live, person, 1)
    assert person.last
    assert texts(language).plain("stats.span.week") in person.last.text


async def test_days_that_nobody_knows_are_said_back(live: Live, editor: Person) -> None:
    assert "لم يُعرف «سنة»" in await live.says(editor, "/stats سنة")


async def test_nobody_else_and_no_group_gets_them(live: Live, amal: Person, editor: Person) -> None:
    assert "لفريق التحرير" in await live.says(amal, "/stats")
    group = live.telegram.group(-100_77, title="مجموعة")
    group.admits(editor, admin=True)
    group.adds_bot(by=editor)
    group.hears(editor, "/stats@sample_bot")
    await live.telegram.until(lambda: group.last is not None)
    assert group.last
    assert "المحادثة الخاصة" in group.last.text
    assert pictures(live, amal) == []


async def test_where_no_picture_can_be_drawn_the_figures_come_all_the_same(
    live: Live, editor: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.executable", "/nowhere/python")
    assert "آخر سبعة أيام" in await live.says(editor, "/stats")
    assert pictures(live, editor) == []
