"""What leads close to replies, and the words that they block: typed, pressed, and what readers and moderators see."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import select

from bot.handlers.closing import PAGE
from db.replying import blocked_words, closings, pens, replies
from db.store import blocked
from db.store.pending import SUSPECT
from db.tables import article_topics, audit
from newsroom.replies import State
from sandbox import Person
from tests.bot.bench import LEAD, Bench, open_bench
from tests.bot.newsdesk import Newsdesk


@pytest.fixture
async def bench(tmp_path: Path, sqlite_template: Path) -> AsyncIterator[Bench]:
    async with open_bench(tmp_path, sqlite_template) as opened:
        yield opened


@pytest.fixture
def lead(bench: Bench) -> Person:
    return bench.people[LEAD]


@pytest.fixture
def reader(bench: Bench) -> Person:
    return bench.live.telegram.person(6_001, language="ar")


async def test_a_closed_article_takes_no_replies_until_it_is_opened(bench: Bench, lead: Person, reader: Person) -> None:
    desk = Newsdesk(bench.live)
    await desk.write(reader)
    assert "الخبر 2" in await bench.live.says(lead, "/close ٢")
    assert "أُغلقت الردود على الخبر 2" in await bench.live.is_alerted(reader, "📨")
    assert "أُغلقت الردود على الخبر 2" in await bench.live.says(reader, "/reply 2 كلام آخر")
    shown = await bench.live.says(reader, "/replies 2")
    assert "أُغلقت الردود" in shown
    assert reader.last
    assert reader.last.button("💬") is None
    assert "كما سيظهر" in await bench.live.says(reader, "/reply 1 كلام آخر")
    assert "مفتوحة" in await bench.live.presses(lead, "🔓")
    assert "كما سيظهر" in await bench.live.says(reader, "/reply 2 كلام آخر")
    for what in ("close replies", "open replies"):
        assert await bench.live.ask(select(audit.c.subject).where(audit.c.action == what)) == "#2"


async def test_a_closed_topic_takes_none_for_any_of_its_articles(bench: Bench, lead: Person, reader: Person) -> None:
    its = (article_topics.c.article_id == 2) & article_topics.c.tag.startswith("s:")
    tag = await bench.live.ask(select(article_topics.c.tag).where(its).limit(1))
    name = bench.live.app.topics.edition.taxonomy.name(tag, "ar")
    assert name in await bench.live.says(lead, f"/close {name}")
    assert f"أُغلقت الردود على أخبار «{name}»" in await bench.live.says(reader, "/reply 2 كلام آخر")
    assert "مفتوحة" in await bench.live.says(lead, f"/open {name}")
    assert "كما سيظهر" in await bench.live.says(reader, "/reply 2 كلام آخر")


async def test_what_is_no_article_and_no_topic_closes_nothing(bench: Bench, lead: Person) -> None:
    await bench.live.says(lead, "/close 99")
    await bench.live.says(lead, "/close كلمات لا معنى لها")
    assert "مفتوحة" in await bench.live.says(lead, "/close")
    assert "/open 12" in await bench.live.says(lead, "/open")
    assert await bench.live.ask(select(closings.c.mark)) is None


async def test_a_moderator_sees_that_an_article_is_closed_and_nothing_is_published_there(
    bench: Bench, lead: Person
) -> None:
    reply = await bench.pending()
    await bench.live.says(lead, "/close 1")
    await bench.live.says(bench.amal, "/queue")
    await bench.shows("لا تُقبل ردود على هذا الخبر", bench.amal, button="✅")
    await bench.press(bench.amal, "✅", "لا تُقبل ردود", bench.amal)
    await bench.age(reply, seconds=31)
    await bench.becomes(reply, State.FAILED)
    await bench.shows("لا تُقبل ردود", button="❌")


async def test_a_blocked_word_is_pointed_to_under_its_disguise_and_its_reply_comes_last(
    bench: Bench, lead: Person, reader: Person
) -> None:
    assert "القنديل" in await bench.live.says(lead, "/block  القنديل ")
    reply = await Newsdesk(bench.live).send(reader, "رأيي أن القنـــديل جميل جدا", article=1)
    assert await bench.live.ask(select(replies.c.score).where(replies.c.id == reply.id)) == SUSPECT
    await bench.shows("من كلمات المنع لدينا: القنـــديل")
    await bench.pending()
    await bench.live.says(bench.amal, "/queue")
    await bench.shows("رأي في الخبر", bench.amal, button="✅")
    assert "لا كلمات محظورة" in await bench.live.presses(lead, "✖️")


async def test_no_pen_bears_a_blocked_word(bench: Bench, lead: Person, reader: Person) -> None:
    await bench.live.says(lead, "/block القنديل")
    await Newsdesk(bench.live).write(reader)
    await bench.live.presses(reader, "🎭")
    await bench.live.says(reader, "القنديل البحري")
    assert await bench.live.ask(select(pens.c.name)) is None
    assert "لا كلمات محظورة" in await bench.live.says(lead, "/unblock القنديل")


async def test_a_list_that_is_long_is_turned(bench: Bench, lead: Person) -> None:
    words = [f"كلمة {number:02}{'ط' * 30}" for number in range(PAGE + 1)]
    async with bench.live.app.database.write() as connection:
        for word in words:
            await blocked.block(connection, word, bench.live.app.clock())
    first = await bench.live.says(lead, "/block")
    assert [word for word in words if word in first] == words[:PAGE]
    assert words[-1] in await bench.live.presses(lead, "➡️")
    assert words[0] in await bench.live.presses(lead, "✖️")  # the page that was left is there no more


@pytest.mark.parametrize("word", ["ا", "123", "ك" * 41, "ك" + "ـ" * 40 + "ل"])
async def test_what_is_no_word_is_not_blocked(bench: Bench, lead: Person, word: str) -> None:
    assert "/block" in await bench.live.says(lead, f"/block {word}")
    assert await bench.live.ask(select(blocked_words.c.said)) is None
