"""SIGTERM: what is in flight lands and is settled, the rest stays queued, and the next start goes on with it."""

import asyncio
import shutil
import time
from datetime import UTC, datetime
from pathlib import Path

from db.engine import Database
from db.store import sources
from sandbox import Fault, FaultKind, Sandbox
from tests.e2e.process import process_in
from tests.fakes import Clock
from tests.sandbox.oracle import check_with_aiogram
from tests.scene import set_scene

READERS = range(1, 41)
SLOW = 4.5  # seconds until an answer: longer than it takes from one heartbeat to the next
WITHIN = 10.0  # seconds that what is in flight has to settle
NEWS, ANSWER = "قمة", "الخصوصية"  # words of the article, and of what everybody has asked for
STATES = "SELECT state, count(*) FROM deliveries GROUP BY state"
DOUBTS = "SELECT (SELECT sum(doubts) FROM deliveries) + (SELECT sum(doubts) FROM outbox)"


async def open_newsroom(database: Path, telegram: Sandbox) -> None:
    """Publish an article that many readers wait for, each of whom has just asked for something."""
    opened, clock = Database(f"sqlite+aiosqlite:///{database}"), Clock()
    clock.moment = datetime.now(UTC)
    scene = await set_scene(opened, clock)
    for number in READERS:
        telegram.person(number).writes("/privacy")
        await scene.reader(number, "s:sports")
    await scene.article("s:sports")
    async with opened.write() as connection:
        await sources.set_state(connection, "https://site.example/feed", "paused", clock())
    await opened.close()


def arrived(telegram: Sandbox, words: str) -> list[int]:
    """Answer the chats that have these words, as often as they have them."""
    return [call.chat_id or 0 for call in telegram.calls if call.is_sent and words in call.params["text"]]


async def test_what_is_in_flight_lands_within_ten_seconds_and_the_rest_waits_for_the_next_start(
    tmp_path: Path, sqlite_template: Path
) -> None:
    shutil.copy(sqlite_template, tmp_path / "qasid.db")
    async with Sandbox(limits=None) as telegram:
        telegram.checks.append(check_with_aiogram)
        await open_newsroom(tmp_path / "qasid.db", telegram)
        settings = {"BOT_TOKEN": telegram.token, "TELEGRAM_API_URL": telegram.url, "WEB_PORT": "0", "SEND_RATE": "20"}
        telegram.faults.add(Fault(FaultKind.SLOW, method="sendMessage", times=None, seconds=SLOW))
        with process_in(tmp_path, **settings) as process:
            process.start()
            await telegram.until(lambda: min(len(arrived(telegram, words)) for words in (NEWS, ANSWER)) >= 8)
            told = datetime.now(UTC).replace(tzinfo=None).isoformat(" ")
            began = time.monotonic()
            alive = process.until(f"SELECT 1 FROM workers WHERE beat_at > '{told}'")  # or others would take over
            assert (await asyncio.gather(process.stop(), alive))[0] == 0
            assert time.monotonic() - began < WITHIN
            sent = len(arrived(telegram, NEWS))
            assert sorted(process.ask(STATES)) == [("queued", len(READERS) - sent), ("sent", sent)]
            assert process.ask("SELECT DISTINCT state FROM outbox") == [("sent",)]
            assert process.ask(DOUBTS) == [(0,)]
            telegram.faults.clear()
            process.start()
            await process.until("SELECT 1 FROM pushes WHERE state = 'done'")
            assert await process.stop() == 0
        assert sorted(arrived(telegram, NEWS)) == sorted(arrived(telegram, ANSWER)) == list(READERS)
        assert telegram.problems == []
