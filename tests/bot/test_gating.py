"""What waits for an editor: nobody gets it before a yes, and a decision is made once, by whoever may."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from bot.handlers import gating
from db.store import corrections, gate, sources, staff
from db.tables import articles, audit, deliveries, pushes
from newsroom.roles import Role
from sandbox import Person
from sandbox.site import SampleArticle
from tests.live import Live

NEWS = SampleArticle("bridge", "افتتاح جسر جديد في نموذج", "افتتح الجسر اليوم.", "افتتح الجسر اليوم في المدينة.")
STATE = select(articles.c.gate).where(articles.c.id == 4)
SENT = select(func.count()).select_from(deliveries)


@pytest.fixture(autouse=True)
def short_lead(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let readers wait for a second, not for ten, after the staff."""
    monkeypatch.setattr(gating, "LEAD", timedelta(seconds=1))


@pytest.fixture
async def editor(live: Live, editor: Person) -> Person:
    """An editor for whom what comes waits."""
    async with live.app.database.write() as connection:
        await sources.change(connection, live.site.feed_url, gate="held")
    return editor


async def card(live: Live, editor: Person) -> None:
    """Let an article come and its card reach the editor."""
    live.site.publish(NEWS)
    await live.hears_of(editor, "ينتظر الموافقة")


async def test_an_article_waits_and_readers_do_not_see_it(live: Live, editor: Person, amal: Person) -> None:
    await card(live, editor)
    assert editor.last
    assert "افتتاح جسر جديد في نموذج" in editor.last.text
    assert "ليس هناك خبر" in await live.says(amal, "/article 4")
    assert "جسر" not in await live.says(amal, "/latest")
    assert "افتتاح جسر" not in await live.says(amal, "/search جسر نموذج")
    assert await live.ask(select(func.count()).select_from(pushes)) == 0
    assert "افتتاح جسر" in await live.says(editor, "/article 4")


async def test_a_yes_sends_it(live: Live, editor: Person, amal: Person) -> None:
    await live.says(amal, "/follow الكل")
    await card(live, editor)
    assert "في طريقه إلى القراء" in await live.presses(editor, "✅")
    await live.hears_of(amal, "افتتاح جسر جديد")
    assert await live.ask(select(audit.c.action).where(audit.c.actor == "50")) == "publish article"


async def test_a_no_keeps_it_back_and_can_be_thought_over(live: Live, editor: Person, amal: Person) -> None:
    await live.says(amal, "/follow الكل")
    await card(live, editor)
    assert "محجوب" in await live.presses(editor, "❌")
    assert await live.ask(STATE) == "refused"
    assert "ليس هناك خبر" in await live.says(amal, "/article 4")
    assert "في طريقه" in await live.presses(editor, "✅")
    await live.hears_of(amal, "افتتاح جسر جديد")


async def test_other_words_are_written_before_it_goes(live: Live, editor: Person, amal: Person) -> None:
    await live.says(amal, "/follow الكل")
    await card(live, editor)
    assert "السطر الأول عنوان" in await live.presses(editor, "✏️")
    assert "«" not in await live.says(editor, "بحث عن جسر: عنوان أدق\nومقدمة أدق")
    assert editor.last
    assert "بحث عن جسر: عنوان أدق" in editor.last.text
    await live.presses(editor, "✅")
    await live.hears_of(amal, "بحث عن جسر: عنوان أدق")
    assert amal.last
    assert "ومقدمة أدق" in amal.last.text


async def test_a_yes_to_words_that_changed_meanwhile_shows_them_first(live: Live, editor: Person) -> None:
    await card(live, editor)
    async with live.app.database.write() as connection:
        await corrections.correct(connection, 4, {"title": "عنوان تغير"}, live.app.clock())
    assert "عنوان تغير" in await live.presses(editor, "✅")
    assert await live.ask(STATE) == "held"
    await live.presses(editor, "✅")
    assert await live.ask(STATE) is None


async def test_a_change_of_what_readers_have_waits_too_and_is_decided_on_by_the_same_card(
    live: Live, editor: Person, amal: Person
) -> None:
    await live.says(amal, "/follow الكل")
    await card(live, editor)
    await live.presses(editor, "✅")
    await live.hears_of(amal, "افتتاح جسر جديد")
    live.site.published[-1] = (replace(NEWS, title="إغلاق الجسر بعد حريق"), live.site.published[-1][1])
    await live.hears_of(editor, "التعديل ينتظر الموافقة")
    assert "افتتاح جسر جديد" in await live.says(amal, "/article 4")
    assert "يرون النص السابق" in await live.presses(editor, "❌")
    await live.presses(editor, "✏️")
    assert "إغلاق الجسر ساعة" in await live.says(editor, "إغلاق الجسر ساعة")
    assert "افتتاح جسر جديد" in await live.says(amal, "/article 4")
    assert "في طريقه" in await live.presses(editor, "✅")
    await live.telegram.until(lambda: any("إغلاق الجسر ساعة" in message.text for message in amal.screen))
    assert "إغلاق الجسر ساعة" in await live.says(amal, "/article 4")


async def test_an_editor_decides_below_the_articles_number_too(live: Live, editor: Person) -> None:
    await card(live, editor)
    assert "ينتظر الموافقة" in await live.says(editor, "/article 4")
    await live.presses(editor, "❌")
    assert "محجوب" in await live.says(editor, "/article 4")


async def test_too_long_words_are_refused_and_nothing_is_lost(live: Live, editor: Person) -> None:
    await card(live, editor)
    await live.presses(editor, "✏️")
    assert "300" in await live.says(editor, "ع" * 301)
    assert "عنوان ثان" in await live.says(editor, "عنوان ثان")


async def test_whoever_lost_the_role_decides_nothing(live: Live, editor: Person) -> None:
    await card(live, editor)
    async with live.app.database.write() as connection:
        await staff.revoke(connection, editor.id, Role.EDITOR)
    assert "لفريق التحرير" in await live.is_alerted(editor, "✅")
    assert await live.ask(STATE) == "held"


@pytest.mark.parametrize(("button", "told"), [("🧹", "سُحب الخبر 4"), ("📌", "يبقى الخبر 4")])
async def test_what_its_source_took_back_is_taken_back_or_kept_by_an_editor(
    live: Live, editor: Person, amal: Person, button: str, told: str
) -> None:
    await live.says(amal, "/follow الكل")
    await card(live, editor)
    await live.presses(editor, "✅")
    await live.hears_of(amal, "افتتاح جسر جديد")
    live.site.published = [one for one in live.site.published if one[0] is not NEWS]
    await live.hears_of(editor, "سحب المصدر")
    assert told in await live.presses(editor, button)
    if button == "🧹":
        await live.hears_of(amal, "سُحب هذا الخبر")
    assert await live.ask(select(articles.c.retracted).where(articles.c.id == 4)) == ("" if button == "🧹" else None)


async def test_words_that_come_after_another_has_said_yes_are_seen_before_readers_see_them(
    live: Live, editor: Person, amal: Person
) -> None:
    await live.says(amal, "/follow الكل")
    await card(live, editor)
    await live.presses(editor, "✏️")
    async with live.app.database.write() as connection:
        assert await gate.publish(connection, 4, live.app.clock())
    assert "التصحيح قبل أن يخرج" in await live.says(editor, "عنوان آخر")
    assert await live.ask(select(articles.c.version).where(articles.c.id == 4)) == 1
