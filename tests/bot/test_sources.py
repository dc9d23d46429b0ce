"""`/sources` and `/addsource`: what editors see and say of what is collected; nobody else may."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import func, select

from db.collecting import probes
from db.tables import articles, audit, sources
from sandbox import Person
from tests.live import Live
from tests.written import WrittenSite, open_site

DATA = Path(__file__).parent.parent / "data"


@pytest.fixture
async def other() -> AsyncIterator[WrittenSite]:
    """Another site, whose page names a feed of two articles."""
    items = "".join(f"<item><guid>{n}</guid><title>الاقتصاد الصيني ينمو {n}</title></item>" for n in (41, 42))
    async with open_site() as site:
        site.write("/", '<link rel="alternate" type="application/rss+xml" href="/rss">')
        site.write("/rss", f'<rss version="2.0"><channel><title>موقع آخر</title>{items}</channel></rss>')
        yield site


async def policy(live: Live, column: str) -> object:
    return await live.ask(select(sources.c[column]).where(sources.c.id == 1))


async def test_sources_are_listed_and_one_is_shown_with_what_is_said_of_it(live: Live, editor: Person) -> None:
    assert "🟢 1 · موقع النماذج" in await live.says(editor, "/sources")
    told = await live.says(editor, "/sources ١")
    assert live.site.feed_url in told
    assert "(gate): يُرسل فورًا" in told
    assert "(text): كامل إن كان للموقع" in told


@pytest.mark.parametrize(
    ("said", "column", "value"),
    [
        ("gate held", "gate", "held"),
        ("topics الاقتصاد، EG", "topics", ["s:economy", "c:EG"]),
        ("quiet 10", "quiet", 600),
        ("label وكالة رسمية", "label", "وكالة رسمية"),
        ("text whole", "full_text", True),
        ("withdrawals follow", "withdrawals", "follow"),
        ("pause", "state", "paused"),
    ],
)
async def test_what_is_said_of_a_source_holds_and_is_on_record(
    live: Live, editor: Person, said: str, column: str, value: object
) -> None:
    told = await live.says(editor, f"/sources 1 {said}")
    assert await policy(live, column) == value
    assert "موقع النماذج" in told
    assert await live.ask(select(audit.c.action).where(audit.c.actor == "50")) == f"source {said.split(maxsplit=1)[0]}"


@pytest.mark.parametrize(
    ("said", "answer"),
    [
        ("/sources 99", "ليس هناك مصدر"),
        ("/sources abc", "ليس هناك مصدر"),
        ("/sources 1 gate perhaps", "auto أو held"),
        ("/sources 1 colour red", "withdrawals"),
        ("/sources 1 topics قيقيقي", "قيقيقي"),
        ("/sources check", "يُكتب العنوان"),
        ("/sources 99 check", "ليس هناك مصدر"),
        ("/addsource", "يُكتب العنوان"),
        ("/addsource ftp://x.example", "يُكتب العنوان"),
    ],
)
async def test_what_cannot_be_done_says_what_can(live: Live, editor: Person, said: str, answer: str) -> None:
    assert answer in await live.says(editor, said)
    assert await live.ask(select(func.count()).select_from(probes)) == 0


async def test_an_address_is_tried_without_adding_it(live: Live, editor: Person, other: WrittenSite) -> None:
    assert "يُقرأ" in await live.says(editor, f"/sources check {other.url}")
    await live.hears_of(editor, "موقع آخر")
    assert editor.last
    assert "خبران" in editor.last.text
    assert "يُقرأ عبر: RSS" in editor.last.text
    assert "المواضيع:" in editor.last.text
    assert await live.ask(select(func.count()).select_from(sources)) == 1


async def test_a_site_is_added_by_its_address_and_read_from_then_on(
    live: Live, editor: Person, other: WrittenSite
) -> None:
    await live.says(editor, f"/addsource {other.url}")
    await live.hears_of(editor, "أُضيف")
    assert await live.ask(select(sources.c.url).where(sources.c.id == 2)) == f"{other.url}/rss"
    await live.until(select(sources.c.first_contact_at).where(sources.c.id == 2))
    assert await live.ask(select(func.count()).select_from(articles).where(articles.c.source_id == 2))


async def test_what_cannot_be_read_is_told_with_its_reason_and_not_added(live: Live, editor: Person) -> None:
    async with open_site() as empty:
        await live.says(editor, f"/addsource {empty.url}/nothing-here")
        await live.hears_of(editor, "تعذرت")
    assert editor.last
    assert "HTTP 404" in editor.last.text
    assert await live.ask(select(func.count()).select_from(sources)) == 1


@pytest.mark.parametrize("command", ["/sources check", "/addsource"])
async def test_a_page_of_one_article_is_read_and_not_collected(
    live: Live, editor: Person, other: WrittenSite, command: str
) -> None:
    other.write("/rss", "")
    other.write("/news/bridge", (DATA / "pages" / "article_ar.html").read_text(encoding="utf-8"))
    await live.says(editor, f"{command} {other.url}/news/bridge")
    await live.hears_of(editor, "هذه صفحة خبر واحد")
    assert editor.last
    assert "جسر جديد فوق نهر جيحون" in editor.last.text
    assert await live.ask(select(func.count()).select_from(sources)) == 1


async def test_a_source_is_paused_resumed_and_read_by_its_buttons(live: Live, editor: Person) -> None:
    await live.says(editor, "/sources")
    assert "آخر قراءة" in await live.presses(editor, "📡 المصدر 1")
    assert "⏸ 1" in await live.presses(editor, "⏸")
    assert await policy(live, "state") == "paused"
    assert "🟢 1" in await live.presses(editor, "▶️")
    assert await policy(live, "state") == "active"
    editor.presses("🔎")
    await live.hears_of(editor, "يُقرأ عبر")
    assert await acts(live) == ["source pause", "source resume"]


async def acts(live: Live) -> list[str]:
    async with live.app.database.read() as connection:
        return list((await connection.execute(select(audit.c.action).order_by(audit.c.id))).scalars())


async def test_a_policy_is_chosen_by_its_buttons_or_typed(live: Live, editor: Person) -> None:
    await live.says(editor, "/sources 1")
    assert "held: ينتظر" in await live.presses(editor, "⚙️ الموافقة: يُرسل فورًا")
    assert "(gate): بموافقة محرر" in await live.presses(editor, "➕ بموافقة")
    assert await policy(live, "gate") == "held"
    await live.presses(editor, "◀️")
    await live.presses(editor, "⚙️ الوصف")
    await live.presses(editor, "✏️")
    assert "حتى 40 حرفًا" in await live.says(editor, "و" * 50)
    assert "(label): الأحدث من الوكالة" in await live.says(editor, "الأحدث من الوكالة")
    assert await policy(live, "label") == "الأحدث من الوكالة"
    assert await acts(live) == ["source gate", "source label"]


@pytest.mark.parametrize("typed", [True, False])
async def test_a_removal_is_asked_about_once(live: Live, editor: Person, *, typed: bool) -> None:
    if typed:
        assert "تبقى أخباره" in await live.says(editor, "/sources 1 remove")
    else:
        await live.says(editor, "/sources 1")
        assert "تبقى أخباره" in await live.presses(editor, "🗑")
    assert await policy(live, "state") == "active"
    assert "(gate): يُرسل فورًا" in await live.presses(editor, "✖️")
    await live.presses(editor, "🗑 حذف")
    assert "حُذف المصدر 1" in await live.presses(editor, "🗑 نعم")
    assert await policy(live, "state") == "gone"
    assert await acts(live) == ["remove source"]
    editor.presses("➕ جمعه")
    await live.until(select(sources.c.id).where(sources.c.state == "active"))


async def test_the_list_is_given_as_a_file_and_taken_back(live: Live, editor: Person, other: WrittenSite) -> None:
    assert "المصادر في هذه القائمة: 1" in await live.says(editor, "/sources export")
    assert editor.last
    assert editor.last.document == "sources.opml"
    given = next(content for content in live.telegram.world.contents.values() if b"<opml" in content)
    more = given.replace(b"</body>", f'<outline xmlUrl="{other.url}/rss" text="x"/></body>'.encode())
    assert "OPML" in await live.says(editor, "/sources import")
    assert "المطلوب ملف" in await live.says(editor, "هذا هو")
    editor.sends_file("mine.opml", more)
    await live.hears_of(editor, "مصادر أُضيفت: 1. معروفة من قبل: 1")
    assert await live.ask(select(sources.c.url).where(sources.c.id == 2)) == f"{other.url}/rss"
    assert await acts(live) == ["import sources"]


async def test_a_file_that_is_no_list_is_told_with_its_reason(live: Live, editor: Person) -> None:
    await live.says(editor, "/sources")
    await live.presses(editor, "📥")
    editor.sends_file("x.opml", b"<html></html>")
    await live.hears_of(editor, "لم يُؤخذ من الملف شيء")
    editor.sends_file("x.opml", b"<opml/>")  # nobody waits for one any more
    await live.hears_of(editor, "/sources import")
    await live.says(editor, "/sources import")
    editor.sends_file("x.opml", b" " * 1_000_001)
    await live.hears_of(editor, "أكبر من 1,000")
    assert await live.ask(select(func.count()).select_from(sources)) == 1


async def test_a_file_of_a_reader_is_not_taken(live: Live, amal: Person) -> None:
    await live.says(amal, "/help")
    amal.sends_file("x.opml", b"<opml/>")
    await live.telegram.until(lambda: amal.last and "/sources" not in amal.last.text and amal.last.id > 3)
    assert await live.ask(select(func.count()).select_from(probes)) == 0


async def test_readers_may_not(live: Live, amal: Person) -> None:
    assert "لفريق التحرير" in await live.says(amal, "/sources 1 pause")
    assert "لفريق التحرير" in await live.says(amal, f"/addsource {live.site.url}")
    assert await policy(live, "state") == "active"
