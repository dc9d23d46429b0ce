"""The upgrade, end to end: what comes while it stands still, and what the older version had taken in, is answered."""

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import aiohttp
import orjson
from sqlalchemy import insert

from db.engine import Database
from db.schema import revisions
from db.tables import inbox
from sandbox import Sandbox
from tests.desk import SECRET
from tests.e2e.process import process_in
from tests.release import FIRST, fill
from tests.sandbox.oracle import check_with_aiogram

TAKEN_IN, MEANWHILE = range(FIRST + 1, FIRST + 21), range(FIRST + 21, FIRST + 61)  # chats
READERS = 100
ANSWER = "الخصوصية"
PATIENCE = 60.0  # seconds


async def take_in(telegram: Sandbox, url: str) -> None:
    """Do as the older version did before it was stopped: store what came, and tell Telegram that it was received."""
    address = f"{telegram.url}/bot{telegram.token}/getUpdates"
    async with aiohttp.ClientSession() as session:
        async with session.post(address, json={"limit": 100}) as answer:
            updates: Sequence[Any] = (await answer.json())["result"]
        async with session.post(address, json={"offset": updates[-1]["update_id"] + 1, "limit": 1}):
            pass
    now = datetime.now(UTC)
    rows = [
        {
            "update_id": update["update_id"],
            "chat_id": update["message"]["chat"]["id"],
            "payload": orjson.dumps(update),
            "received_at": now,
            "due_at": now,
        }
        for update in updates
    ]
    database = Database(url)
    async with database.write() as connection:
        await connection.execute(insert(inbox), rows)
    await database.close()


def answered(telegram: Sandbox) -> list[int]:
    """Answer the chats that got what they had asked for, as often as they got it."""
    return sorted(call.chat_id or 0 for call in telegram.calls if call.is_sent and ANSWER in call.params["text"])


async def test_an_upgrade_loses_no_update(tmp_path: Path) -> None:
    async with Sandbox(limits=None) as telegram:
        telegram.checks.append(check_with_aiogram)
        settings = {"BOT_TOKEN": telegram.token, "TELEGRAM_API_URL": telegram.url, "WEB_PORT": "0", "SEND_RATE": "50"}
        with process_in(tmp_path, **settings, PSEUDONYM_SECRET=SECRET) as process:
            url = process.environment["DATABASE_URL"]
            await fill(url, READERS)
            for number in TAKEN_IN:
                telegram.person(number).writes("/privacy")
            await take_in(telegram, url)
            for number in MEANWHILE:
                telegram.person(number).writes("/privacy")
            process.start()
            await telegram.until(lambda: len(answered(telegram)) >= len(TAKEN_IN) + len(MEANWHILE), PATIENCE)
            assert await process.stop() == 0
        assert answered(telegram) == [*TAKEN_IN, *MEANWHILE]
        assert process.ask("SELECT version_num FROM alembic_version") == [(revisions()[-1],)]
        assert len(list((tmp_path / "backups").glob("*.backup"))) == 1
        assert not telegram.problems
