"""Articles at the desk, as editors bring, send, correct and take them back in the running bot."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from db.collecting import errands
from db.store import corrections, dossiers, sources, subscribers
from db.tables import articles, audit, deliveries, pushes
from db.tables import sources as sources_table
from jobs import plan
from newsroom import broadcasts
from newsroom import dossiers as rules
from newsroom.readers import Rhythm, Schedule
from sandbox import Person
from sandbox.site import SampleArticle
from tests.live import Live, unseen
from tests.written import WrittenSite, open_site

DATA = Path(__file__).parent.parent / "data"
BRIDGE = "جسر جديد فوق نهر جيحون"
NEWS = SampleArticle("bridge", "افتتاح جسر جديد في نموذج", "افتتح الجسر اليوم.", "افتتح الجسر اليوم في المدينة.")
SENT = select(func.count()).select_from(deliveries).where(deliveries.c.state == "sent")
RETRACTED = select(articles.c.retracted).where(articles.c.id == 4)


@pytest.fixture(autouse=True)
def short_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let readers wait for a second, not for ten, after the staff, and let nothing have been sent just now."""
    for module in (dossiers, plan):
        monkeypatch.setattr(module, "LEAD", timedelta(seconds=1))
    monkeypatch.setattr(rules, "JUST_NOW", timedelta())


@pytest.fixture
async def other() -> AsyncIterator[WrittenSite]:
    """A site that is no source, with the page of an article."""
    async with open_site() as site:
        site.write("/news/bridge", (DATA / "pages" / "article_ar.html").read_text(encoding="utf-8"))
        yield site


@pytest.fixture
async def amal(live: Live, amal: Person) -> Person:
    """A reader who gets all news at once."""
    await live.says(amal, "/follow الكل")
    return amal


@pytest.fixture
async def second(live: Live) -> Person:
    """A reader who comes later."""
    person = live.telegram.person(2, language="ar")
    await live.says(person, "/help")
    return person


def texts_of(person: Person) -> list[str]:
    return [unseen(shown.text) for shown in person.screen if shown.by_bot]


def shown(person: Person, words: str) -> Any:
    return next(one for one in reversed(person.screen) if one.by_bot and words in unseen(one.text))


async def acts(live: Live) -> list[str]:
    async with live.app.database.read() as connection:
        found = await connection.execute(select(audit.c.action).where(audit.c.actor == "50").order_by(audit.c.id))
        return [row.action for row in found]


async def hears(live: Live, person: Person, words: str) -> None:
    """Wait until any message of a chat holds these words."""
    await live.telegram.until(lambda: any(words in text for text in texts_of(person)), timeout=30)


async def publish(live: Live, amal: Person) -> None:
    """Let an article come, and reach a reader."""
    live.site.publish(NEWS)
    await hears(live, amal, NEWS.title)
    await live.until(select(pushes.c.done_at))


async def bring(live: Live, editor: Person, other: WrittenSite) -> None:
    """Let an editor bring an article by its address."""
    assert "يُقرأ" in await live.says(editor, f"/publish {other.url}/news/bridge")
    await live.hears_of(editor, "ينتظر الموافقة")


async def test_an_article_is_brought_by_its_address_and_sent_after_one_yes(
    live: Live, editor: Person, amal: Person, other: WrittenSite
) -> None:
    await bring(live, editor, other)
    assert BRIDGE in texts_of(editor)[-2]
    assert editor.last
    card = unseen(editor.last.text)
    assert "الخبر 4" in card
    assert "العنوان)" in card  # which word spoke for a topic, and where it stands
    assert "أقل من 10" in card
    assert "ليس هناك خبر" in await live.says(amal, "/article 4")
    assert "إرسال الخبر إلى" in await live.presses(editor, "🚀")
    assert await live.ask(select(func.count()).select_from(pushes)) == 0
    assert "في طريقه إلى القراء" in await live.presses(editor, "✅")
    await hears(live, amal, BRIDGE)
    assert await acts(live) == ["bring article", "send article"]
    assert await live.ask(select(sources_table.c.state).where(sources_table.c.id == 2)) == "paused"
    assert await live.ask(select(sources_table.c.title).where(sources_table.c.id == 2)) in other.url


async def test_what_is_known_is_shown_at_once(live: Live, editor: Person, amal: Person) -> None:
    await publish(live, amal)
    editor.writes(f"/publish {live.site.url}/bridge/?utm_source=x")
    await hears(live, editor, "الخبر 4 · أُرسل")
    assert await live.ask(select(func.count()).select_from(errands)) == 0


async def test_a_page_that_cannot_be_read_says_why(live: Live, editor: Person, other: WrittenSite) -> None:
    await live.says(editor, f"/publish {other.url}/nothing")
    await live.hears_of(editor, "تعذرت قراءة")
    assert editor.last
    assert "HTTP 404" in editor.last.text
    assert await live.ask(select(func.count()).select_from(articles)) == 3
    assert "رابط الخبر أو رقمه" in await live.says(editor, "/publish شيء")


async def test_topics_are_changed_by_taps_before_it_is_sent(
    live: Live, editor: Person, second: Person, other: WrittenSite
) -> None:
    await live.says(second, "/follow رياضة")
    await bring(live, editor, other)
    assert editor.last
    assert "لا أحد" in unseen(editor.last.text)
    await live.presses(editor, "⚙️")
    assert "الرياضة" in await live.presses(editor, "➕ الرياضة")
    assert "أقل من 10" in await live.presses(editor, "◀️")
    await live.presses(editor, "🚀")
    await live.presses(editor, "✅")
    await hears(live, second, BRIDGE)
    assert "file article" in await acts(live)


async def test_an_editor_sees_more_of_an_article_than_a_reader(live: Live, editor: Person, amal: Person) -> None:
    await publish(live, amal)
    assert "🗂" not in await live.says(amal, "/article 4")
    editor.writes("/article 4")
    await live.hears_of(editor, "🗂 الخبر 4")
    assert NEWS.title in texts_of(editor)[-2]
    assert editor.last
    card = unseen(editor.last.text)
    assert "أُرسل" in card
    assert "وصل إلى: أقل من 10" in card
    assert NEWS.title in await live.presses(editor, "🧾")


async def test_it_is_sent_again_to_whoever_has_not_had_it(
    live: Live, editor: Person, amal: Person, second: Person
) -> None:
    await publish(live, amal)
    editor.writes("/publish 4")
    await live.hears_of(editor, "🗂 الخبر 4")
    assert editor.last
    assert editor.last.button("🚀") is None
    await live.says(second, "/follow الكل")
    await live.presses(editor, "👁")
    await hears(live, editor, "أقل من 10 مشتركين")
    await live.presses(editor, "🚀")
    await live.presses(editor, "✅")
    await hears(live, second, NEWS.title)
    await live.until(select(pushes.c.done_at), timeout=30)
    assert sum(NEWS.title in text for text in texts_of(amal)) == 1


async def test_breaking_news_come_whatever_the_rhythm(live: Live, editor: Person, second: Person) -> None:
    await live.says(second, "/follow الكل")
    await live.says(second, "/settings")
    async with live.app.database.write() as connection:
        reader = await subscribers.find(connection, second.id)
        assert reader
        kept = await subscribers.intern(connection, Schedule(Rhythm.WEEKLY, "Asia/Riyadh"))
        await subscribers.change(connection, reader.id, schedule_id=kept)
    live.site.publish(NEWS)
    await live.until(select(deliveries.c.push_id))
    editor.writes("/breaking 4")
    await live.hears_of(editor, "على أنه عاجل")
    assert NEWS.title in texts_of(editor)[-2]
    assert not any(NEWS.title in text for text in texts_of(second))
    await live.presses(editor, "✅")
    await hears(live, second, NEWS.title)
    assert (await acts(live))[-1] == "break article"
    assert "أُرسل هذا الخبر قبل قليل" in await live.says(editor, "/breaking 4")


async def test_it_is_stopped_before_readers_have_it(
    live: Live, editor: Person, amal: Person, other: WrittenSite, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dossiers, "LEAD", timedelta(minutes=5))
    await bring(live, editor, other)
    await live.presses(editor, "🚀")
    assert "فريق التحرير وحده" in await live.presses(editor, "✅")
    assert "أُوقف نهائيًا" in await live.presses(editor, "⏹")
    assert await live.ask(SENT) == 0


async def test_many_readers_are_confirmed_by_their_number(
    live: Live, editor: Person, amal: Person, other: WrittenSite, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(broadcasts, "TYPED_ABOVE", 0)
    await bring(live, editor, other)
    await live.presses(editor, "🚀")
    assert "للتأكيد يُكتب هذا العدد هنا: 1" in await live.presses(editor, "✅")
    assert "العدد مختلف" in await live.says(editor, "2")
    assert await live.ask(select(func.count()).select_from(pushes)) == 0
    assert "في طريقه إلى القراء" in await live.says(editor, "1")
    await hears(live, amal, BRIDGE)


async def test_a_correction_is_seen_before_it_leaves_and_rings_no_bell(
    live: Live, editor: Person, amal: Person
) -> None:
    await publish(live, amal)
    before = len(amal.screen)
    told = await live.says(editor, "/correct 4 افتتاح جسر قديم في نموذج")
    assert "التصحيح قبل أن يخرج" in told
    assert {entity["type"] for entity in shown(editor, "التصحيح").entities} >= {"strikethrough", "underline"}
    assert NEWS.title in texts_of(amal)[-1]
    await live.presses(editor, "✅")
    await live.telegram.until(lambda: "جسر قديم" in texts_of(amal)[-1], timeout=30)
    assert "صُحّح" in texts_of(amal)[-1]
    assert len(amal.screen) == before
    assert await acts(live) == ["rewrite article", "correct article"]


async def test_a_correction_that_is_left_changes_nothing(live: Live, editor: Person, amal: Person) -> None:
    await publish(live, amal)
    assert "لا يتغير شيء" in await live.says(editor, "/correct 4")
    assert "السطر الأول عنوان" in await live.presses(editor, "✏️")
    assert "جسر قديم" in await live.says(editor, "بحث عن جسر قديم\nومقدمة أخرى")
    assert "جسر قديم" not in await live.presses(editor, "✖️")
    assert NEWS.title in await live.says(amal, "/article 4")
    assert (await acts(live))[-1] == "forgo article"


async def test_a_correction_may_be_told_by_a_reply(live: Live, editor: Person, amal: Person, second: Person) -> None:
    await publish(live, amal)
    article = shown(amal, "جسر جديد")
    await live.says(second, "/follow الكل")
    await live.says(editor, "/correct 4 افتتاح جسر قديم في نموذج")
    await live.presses(editor, "📣")
    await live.hears_of(editor, "من وصله الخبر 4")
    assert texts_of(editor)[-2].startswith("تصحيح")
    await live.presses(editor, "🚀")
    await live.presses(editor, "✅")
    await hears(live, amal, "تصحيح\n\nافتتاح جسر قديم")
    assert shown(amal, "تصحيح\n\n").reply_to == article.id
    assert not any("تصحيح\n\n" in text for text in texts_of(second))


async def test_the_page_is_read_again(live: Live, editor: Person, amal: Person, other: WrittenSite) -> None:
    await bring(live, editor, other)
    await live.presses(editor, "🚀")
    await live.presses(editor, "✅")
    await hears(live, amal, BRIDGE)
    await live.says(editor, "/correct 4")
    await live.presses(editor, "🔄")
    await live.hears_of(editor, "فلا شيء يُصحَّح")
    page = (DATA / "pages" / "article_ar.html").read_text(encoding="utf-8")
    other.write("/news/bridge", page.replace("جسر جديد", "جسر قديم"))
    await live.says(editor, "/correct 4")
    await live.presses(editor, "🔄")
    await live.hears_of(editor, "التصحيح قبل أن يخرج")
    assert BRIDGE in texts_of(amal)[-1]
    await live.presses(editor, "✅")
    await hears(live, amal, "جسر قديم فوق نهر جيحون")


async def test_an_article_is_taken_back_with_a_reason_and_never_deleted(
    live: Live, editor: Person, amal: Person
) -> None:
    await publish(live, amal)
    assert "لماذا يُسحب" in await live.says(editor, "/retract 4")
    assert "سُحب هذا الخبر: خبر غير دقيق" in await live.says(editor, "خبر غير دقيق")
    assert await live.ask(RETRACTED) is None
    assert "سُحب" in await live.presses(editor, "✅")
    await hears(live, amal, "سُحب هذا الخبر: خبر غير دقيق")
    assert not any(call.method == "deleteMessage" and call.chat_id == amal.id for call in live.telegram.calls)
    assert (await acts(live))[-1] == "retract article"
    assert "سُحب هذا الخبر" in await live.says(editor, "/correct 4 شيء آخر")
    assert "سُحب هذا الخبر" in await live.says(editor, "/breaking 4")


async def test_a_reason_that_is_written_at_once_is_shown_first(live: Live, editor: Person, amal: Person) -> None:
    await publish(live, amal)
    assert "سُحب هذا الخبر: خطأ في الأرقام" in await live.says(editor, "/retract 4 خطأ في الأرقام")
    await live.presses(editor, "✖️")
    assert await live.ask(RETRACTED) is None


async def test_an_older_card_changes_nothing(live: Live, editor: Person, amal: Person) -> None:
    await publish(live, amal)
    await live.says(editor, "/retract 4 خطأ في الأرقام")
    other_words = {"title": "عنوان تغير"}
    async with live.app.database.write() as connection:
        await corrections.correct(connection, 4, other_words, live.app.clock())
    assert "عنوان تغير" in await live.presses(editor, "✅")
    assert await live.ask(RETRACTED) is None


async def test_what_waits_is_gone_through_one_by_one(live: Live, editor: Person) -> None:
    assert "لا شيء ينتظر" in await live.says(editor, "/publish")
    async with live.app.database.write() as connection:
        await sources.change(connection, live.site.feed_url, gate="held")
    live.site.publish(NEWS)
    live.site.publish(SampleArticle("second", "افتتاح مدرسة في نموذج", "بدأت الدراسة.", "بدأت الدراسة اليوم."))
    for words in ("جسر", "مدرسة"):  # all editors are asked about each, as it comes
        await hears(live, editor, words)
    assert "جسر" in await live.says(editor, "/publish")
    assert "مدرسة" in await live.presses(editor, "⏭")
    assert "محجوب" in await live.presses(editor, "❌")
    assert "جسر" in await live.presses(editor, "⏭")
    assert "في طريقه" in await live.presses(editor, "✅")
    assert "لا شيء ينتظر" in await live.says(editor, "/publish")


async def test_readers_may_not(live: Live, amal: Person) -> None:
    for command in ("/publish", f"/publish {live.site.url}/x", "/breaking 1", "/correct 1 شيء", "/retract 1 شيء"):
        assert "لفريق التحرير" in await live.says(amal, command)
    assert await live.ask(select(func.count()).select_from(errands)) == 0
