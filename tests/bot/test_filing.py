"""`/topicsof`: editors see why an article has its topics, and say otherwise; nobody else may, and nothing is sent."""

import pytest
from sqlalchemy import func, select

from db.tables import article_topics, audit, deliveries
from sandbox import Person
from tests.live import Live

TAGS = select(article_topics.c.tag).where(article_topics.c.article_id == 1, article_topics.c.rank >= 0)


@pytest.fixture
async def editor(live: Live, editor: Person) -> Person:
    """An editor, where articles have their topics."""
    await live.until(select(func.count()).select_from(article_topics))
    return editor


async def tags(live: Live) -> list[str]:
    async with live.app.database.read() as connection:
        return list((await connection.execute(TAGS.order_by(article_topics.c.rank))).scalars())


async def test_topics_are_shown_with_the_words_that_spoke_for_them(live: Live, editor: Person) -> None:
    told = await live.says(editor, "/topicsof 1")
    assert "مواضيع الخبر 1" in told
    assert "(العنوان)" in told
    assert "كل الأخبار" not in told


async def test_what_an_editor_says_is_in_force_at_once_and_can_be_taken_back(live: Live, editor: Person) -> None:
    before = await tags(live)
    told = await live.says(editor, f"/topicsof ١ + الرياضة، EG - {before[0]}")
    assert "الرياضة: ✍️ بقرار المحررين" in told
    assert "استبعدها المحررون" in told
    after = await tags(live)
    assert after[0] == "s:sports"
    assert "c:EG" in after
    assert before[0] not in after
    assert await live.ask(select(audit.c.detail).where(audit.c.actor == "50")) == f"+s:sports +c:EG -{before[0]}"
    assert "بقرار المحررين" not in await live.presses(editor, "↩️")
    assert await tags(live) == before
    assert await live.ask(select(func.count()).select_from(deliveries)) == 0


@pytest.mark.parametrize(
    ("said", "answer"),
    [
        ("/topicsof", "لعرض مواضيع خبر"),
        ("/topicsof غدا", "رقم"),
        ("/topicsof 999999", "999999"),
        ("/topicsof 1 ~ الرياضة", "~"),
        ("/topicsof 1 + غينيا", "c:GN"),
        ("/topicsof 1 + قيقيقي", "قيقيقي"),
        ("/topicsof 1 + الكل", "الكل"),
    ],
)
async def test_what_cannot_be_done_says_what_to_do(live: Live, editor: Person, said: str, answer: str) -> None:
    before = await tags(live)
    assert answer in await live.says(editor, said)
    assert await tags(live) == before


async def test_readers_may_not(live: Live, editor: Person) -> None:
    before = await tags(live)
    reader = live.telegram.person(51, language="ar")
    assert "لفريق التحرير" in await live.says(reader, "/topicsof 1 + الرياضة")
    assert await tags(live) == before
