"""`qasid stats`: the same figures at the terminal, few readers not told."""

import asyncio
import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner

from cli import cli
from db.engine import Database
from db.store import chats, subscribers
from db.store.subscribers import Newcomer
from tests.fakes import Clock
from tests.scene import AT_ONCE

Run = Callable[..., str]


@pytest.fixture
def run(tmp_path: Path, sqlite_template: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs a command on a database with eleven readers of Arabic and one of French."""
    path = tmp_path / "qasid.db"
    shutil.copy(sqlite_template, path)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DATABASE_URL", f"sqlite+aiosqlite:///{path}")
    asyncio.run(_fill(f"sqlite+aiosqlite:///{path}"))

    def answer(*words: str) -> str:
        result = CliRunner().invoke(cli, ["stats", *words])
        assert result.exit_code == 0, result.output
        return str(result.stdout)

    return answer


async def _fill(url: str) -> None:
    database, now = Database(url), Clock()()
    async with database.write() as connection:
        for chat_id in range(1, 13):
            await chats.greet(connection, chat_id, "private", now)
            language = "fr" if chat_id == 12 else "ar"
            await subscribers.add(connection, Newcomer(chat_id, 0, language, AT_ONCE), now)
    await database.close()


def test_a_program_reads_them(run: Run) -> None:
    told = json.loads(run("month", "--json"))
    assert told["span"] == "month"
    assert told["zone"] == "Asia/Riyadh"
    assert told["readers"]["now"] == 12
    assert told["readers"]["by_language"] == {"ar": 11, "fr": "<10"}
    assert told["opened"] is None


def test_a_person_reads_them(run: Run) -> None:
    lines = run().splitlines()
    assert "span\tweek" in lines
    assert "readers now\t12" in lines
    assert "readers by language fr\t<10" in lines
    assert "delivered\tnone" in lines
