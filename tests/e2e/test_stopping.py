"""SIGTERM: what is in flight lands and is settled, the rest stays queued, and the next start goes on with it.

What has no answer within ten seconds stays `sending` by a worker that is gone: the next start puts it on record as in
doubt, and repeats it.
"""

import asyncio
import shutil
import time
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

from db.engine import Database
from db.store import sources
from sandbox import Fault, FaultKind, Sandbox
from tests.e2e.process import Process, process_in
from tests.fakes import Clock
from tests.sandbox.oracle import check_with_aiogram
from tests.scene import set_scene

READERS = range(1, 41)
SLOW = 4.5  # seconds until an answer: longer than it takes from one heartbeat to the next
WITHIN = 10.0  # seconds that what is in flight has to settle
TOO_SLOW = 60.0  # seconds until an answer that nobody waits for any more
PATIENCE = 30.0  # seconds until all is on its way, on a machine that has much else to do
NEWS, ANSWER = "قمة", "الخصوصية"  # words of the article, and of what everybody has asked for
STATES = "SELECT state, count(*) FROM deliveries GROUP BY state"
DOUBTS = "SELECT (SELECT sum(doubts) FROM deliveries) + (SELECT sum(doubts) FROM outbox)"
ANSWERS = "SELECT state, doubts, count(*) FROM outbox GROUP BY 1, 2"


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


@asynccontextmanager
async def slow_telegram(folder: Path, template: Path, seconds: float) -> AsyncIterator[tuple[Sandbox, Process]]:
    """Start a newsroom whose messages arrive at once, and are answered after so many seconds."""
    shutil.copy(template, folder / "qasid.db")
    async with Sandbox(limits=None) as telegram:
        telegram.checks.append(check_with_aiogram)
        await open_newsroom(folder / "qasid.db", telegram)
        settings = {"BOT_TOKEN": telegram.token, "TELEGRAM_API_URL": telegram.url, "WEB_PORT": "0", "SEND_RATE": "20"}
        telegram.faults.add(Fault(FaultKind.SLOW, method="sendMessage", times=None, seconds=seconds))
        with process_in(folder, **settings) as process:
            process.start()
            yield telegram, process
        assert telegram.problems == []


async def test_what_is_in_flight_lands_within_ten_seconds_and_the_rest_waits_for_the_next_start(
    tmp_path: Path, sqlite_template: Path
) -> None:
    async with slow_telegram(tmp_path, sqlite_template, SLOW) as (telegram, process):
        await telegram.until(lambda: min(len(arrived(telegram, words)) for words in (NEWS, ANSWER)) >= 8, PATIENCE)
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
        await process.until("SELECT 1 FROM pushes WHERE state = 'done'", PATIENCE)
        assert await process.stop() == 0
        assert sorted(arrived(telegram, NEWS)) == sorted(arrived(telegram, ANSWER)) == list(READERS)


async def test_answers_that_come_too_late_hold_up_no_stop_and_are_in_doubt_at_the_next_start(
    tmp_path: Path, sqlite_template: Path
) -> None:
    async with slow_telegram(tmp_path, sqlite_template, TOO_SLOW) as (telegram, process):
        await telegram.until(lambda: len(arrived(telegram, ANSWER)) == len(READERS), PATIENCE)
        assert await process.stop() == 0  # or whoever waits for it loses patience, five seconds after the grace
        assert process.ask(ANSWERS) == [("sending", 0, len(READERS))]
        assert process.ask("SELECT count(*) FROM workers") == [(0,)]
        telegram.faults.clear()
        process.start()
        await process.until("SELECT 1 WHERE NOT EXISTS (SELECT 1 FROM outbox WHERE state <> 'sent')", PATIENCE)
        assert await process.stop() == 0
        assert process.ask(ANSWERS) == [("sent", 1, len(READERS))]
        assert Counter(arrived(telegram, ANSWER)) == dict.fromkeys(READERS, 2)
