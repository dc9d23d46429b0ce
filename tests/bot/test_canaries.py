"""Canaries: what only one person knows is planted as a person would, and sought everywhere after /forget.

Everywhere is every table, the files of SQLite with its log, and what the process logged.
"""

import asyncio
from collections.abc import AsyncIterator, Iterator
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, text

from bot.handlers import searching
from db.meanings import keywords
from db.tables import deliveries, outbox, sources
from sandbox import Fault, FaultKind, Person
from tests.conftest import new_postgres_database
from tests.live import Live, open_live
from tests.logged import logging_in_earnest

PERSON = 7_700_123_456_789
WORDS = ("قنديل الكناري", "الكناري الصامت", "بحث الكناري", "كلام الكناري")
NAMES = ("اسم الكناري", "canary_user", "ar-x-canary")
CANARIES = (str(PERSON), *WORDS, *NAMES, "كناري")
NEEDLES = [*(canary.encode() for canary in CANARIES), PERSON.to_bytes(6, "big"), PERSON.to_bytes(8, "big")]
EVERY_TABLE = text("SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'")


@pytest.fixture(autouse=True)
def lines() -> Iterator[StringIO]:
    """What is logged meanwhile."""
    with logging_in_earnest() as logged:
        yield logged


@pytest.fixture(params=["sqlite", "postgres"])
async def live(request: pytest.FixtureRequest, tmp_path: Path, sqlite_template: Path) -> AsyncIterator[Live]:
    """The whole application, on each engine."""
    settings: dict[str, Any] = {}
    if request.param == "postgres":
        settings["database_url"] = await new_postgres_database(request.getfixturevalue("postgres_server"))
    async with open_live(tmp_path, sqlite_template, **settings) as opened:
        await opened.until(select(sources.c.first_contact_at))
        yield opened


async def plant(live: Live, person: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    """Do whatever a person does here, with words that nobody else has; some of it goes wrong."""
    await live.says(person, "/start")
    await live.says(person, f'/follow "{WORDS[0]}"')
    await live.says(person, "/follow كل الأخبار")
    await live.says(person, f'/mute "{WORDS[1]}"')
    await live.says(person, f"/search {WORDS[2]}")
    live.telegram.faults.add(Fault(FaultKind.ERROR, method="sendMessage", status=400, times=1))
    person.writes("/topics")
    with monkeypatch.context() as broken:
        failed = asyncio.Event()

        async def fail(_talk: object, typed: str) -> None:
            failed.set()
            raise ValueError("our own fault")

        broken.setattr(searching, "show_hits", fail)
        person.writes(WORDS[3])
        await failed.wait()
    await live.hears_of(person, WORDS[3])
    live.site.publish()
    await live.until(select(deliveries.c.push_id).where(deliveries.c.state == "sent"))
    person.writes("/mydata")
    await live.telegram.until(lambda: person.last and person.last.document == "data.json")
    await live.says(person, "/mute")


async def find_left(live: Live) -> set[bytes]:
    """Answer the needles that are still somewhere in the database."""
    if live.app.database.is_sqlite:
        file = Path(str(live.app.database.url.database))
        kept = [path.read_bytes() for path in file.parent.glob(f"{file.name}*")]
    else:
        kept = [await _dump(live)]
    return {needle for needle in NEEDLES if any(needle in part or needle.hex().encode() in part for part in kept)}


async def _dump(live: Live) -> bytes:
    lines: list[str] = []
    async with live.app.database.read() as connection:
        for name in (await connection.execute(EVERY_TABLE)).scalars().all():
            lines += (await connection.execute(text(f"SELECT CAST(t AS text) FROM {name} t"))).scalars()  # noqa: S608
    return "\n".join(lines).encode()


async def test_nothing_is_left_of_whoever_is_forgotten(
    live: Live, monkeypatch: pytest.MonkeyPatch, lines: StringIO
) -> None:
    person = live.telegram.person(PERSON, first_name=NAMES[0], username=NAMES[1], language=NAMES[2])
    await plant(live, person, monkeypatch)
    planted = await find_left(live)
    assert {WORDS[0].encode(), str(PERSON).encode() if not live.app.database.is_sqlite else NEEDLES[-2]} <= planted
    assert await live.ask(select(keywords.c.said).where(keywords.c.said == WORDS[0]))
    await live.says(person, "/forget")
    assert "مُحي كل شيء" in await live.presses(person, "✅")
    async with asyncio.timeout(5):
        while await find_left(live):  # noqa: ASYNC110  (a file cannot call us)
            await asyncio.sleep(0.05)
    assert await live.ask(select(outbox.c.id).where(outbox.c.chat_id == PERSON)) is None
    logged = lines.getvalue()
    assert "update failed" in logged
    assert "Telegram refused a request" in logged
    assert [canary for canary in CANARIES if canary in logged] == []
