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
    assert "gate auto" in told
    assert "text own" in told


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


async def test_readers_may_not(live: Live, amal: Person) -> None:
    assert "لفريق التحرير" in await live.says(amal, "/sources 1 pause")
    assert "لفريق التحرير" in await live.says(amal, f"/addsource {live.site.url}")
    assert await policy(live, "state") == "active"
