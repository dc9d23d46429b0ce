"""Reports as readers make them and as moderators see them: how many, of nobody, and not without end."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select, update

from db.replying import reports as reports_table
from db.store import reports
from db.tables import subscribers
from newsroom.replies import Action, Reply, State
from newsroom.reports import LIMITS, REPORTS_TO_HIDE
from sandbox import Person
from tests.bot.bench import AMAL, GROUP, Bench, open_bench

FIRST_READER = 7_700_555_000_000
TEXT = "رأي في الخبر"


@pytest.fixture
async def bench(tmp_path: Path, sqlite_template: Path) -> AsyncIterator[Bench]:
    async with open_bench(tmp_path, sqlite_template) as opened:
        yield opened


@pytest.fixture
async def public(bench: Bench) -> Reply:
    """A reply that is published."""
    reply = await bench.do(await bench.pending(), Action.APPROVE, bench.moderator(AMAL))
    await bench.age(reply, seconds=31)
    await bench.becomes(reply, State.PUBLISHED)
    return reply


@pytest.fixture
async def readers(bench: Bench) -> list[Person]:
    """So many readers of a week and more as hide a reply."""
    found = [bench.live.telegram.person(FIRST_READER + number, language="ar") for number in range(REPORTS_TO_HIDE)]
    for reader in found:
        await bench.live.says(reader, "/start")
    async with bench.live.app.database.write() as connection:
        await connection.execute(update(subscribers).values(since=bench.live.app.clock() - timedelta(days=8)))
    return found


async def report(bench: Bench, reader: Person, reply: Reply) -> str:
    return await bench.forges(reader, f"1|public|{reply.id}|report|0", reader)


async def test_the_card_says_how_many_reports_hid_it_and_of_nobody_who_made_them(
    bench: Bench, public: Reply, readers: list[Person]
) -> None:
    for reader in readers:
        assert "سُجّل البلاغ" in await report(bench, reader, public)
    await bench.shows(f"بلاغات القراء التي تُحسب: {len(readers)}، فحُجب", button="✅")
    told = [str(call.params) for call in bench.live.telegram.calls if call.chat_id == GROUP]
    keys = [bench.live.app.vault.author_key(reader.id) for reader in readers]
    needles = [*(str(reader.id) for reader in readers), *keys]
    assert [needle for needle in needles if any(needle in one for one in told)] == []


async def test_the_card_of_an_edit_says_what_is_reported_of_the_text_that_is_public(
    bench: Bench, public: Reply, readers: list[Person]
) -> None:
    await report(bench, readers[0], public)
    await bench.do(public, Action.REVISE, bench.author(), text="رأي آخر في الخبر")
    shown = await bench.shows("بلاغات القراء التي تُحسب: 1", button="✅")
    assert "حُجب" not in shown.text


async def test_a_reader_reports_so_much_in_a_day_and_no_more(
    bench: Bench, public: Reply, readers: list[Person]
) -> None:
    reader, (most, _) = readers[0], LIMITS[0]
    others = [await bench.pending(f"{TEXT}: رقم {number}") for number in range(most)]
    key, now = bench.live.app.vault.author_key(reader.id), bench.live.app.clock()
    async with bench.live.app.database.write() as connection:
        for other in others:
            await reports.add(connection, other.id, key, now - timedelta(hours=2), counts=True)
    assert "بعد 22 س." in await report(bench, reader, public)
    assert await bench.live.ask(select(func.count()).select_from(reports_table)) == most
    assert "سُجّل البلاغ" in await report(bench, readers[1], public)
