"""The upgrade: a filled database of the release before comes to this one, with nothing lost, and a way back."""

import asyncio
import re
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import insert, select, text
from typer.testing import CliRunner, Result

from cli import cli
from db import backups
from db.dump import reflect
from db.engine import Database
from db.lock import ProcessLock
from db.migrate import migrate
from db.schema import Schema, check_schema, revisions
from db.tables import inbox
from newsroom.errors import StoreError
from opening import find_backups, open_database, read_vault
from settings import Settings, read_settings
from tests.conftest import new_postgres_database
from tests.desk import SECRET
from tests.release import RELEASE, count, fill, sample_row, sort_by_parents
from tests.test_migrations import NOW

PREVIOUS = revisions()[-2]
ROOT = Path(__file__).parents[1]
DOCUMENT = ROOT / "docs" / "operations.md"
Run = Callable[..., Awaitable[Result]]
WAITING = 200  # updates that Telegram was told of


async def fill_as_before(url: str) -> dict[str, list[Any]]:
    """Bring a database to the release before, put a row into each table and updates into the inbox."""
    database = Database(url)
    await migrate(database.url, PREVIOUS)
    async with database.write() as connection:
        tables = {table.name: table for table in await connection.run_sync(reflect)}
        for table in sort_by_parents(tables):
            await connection.execute(insert(table).values(sample_row(table)))
        waiting = [
            {"update_id": number, "chat_id": 1, "received_at": NOW, "due_at": NOW} for number in range(2, WAITING + 2)
        ]
        await connection.execute(insert(inbox), waiting)
    before = await read_all(database)
    await database.close()
    return before


async def read_all(database: Database, names: Any = None) -> dict[str, list[Any]]:
    async with database.read() as connection:
        tables = [table for table in await connection.run_sync(reflect) if table.name != "alembic_version"]
        return {
            str(table.name): [
                {str(name): value for name, value in row.items()}
                for row in (await connection.execute(select(table).order_by(*table.primary_key.columns))).mappings()
            ]
            for table in tables
        }


def settings_for(url: str, folder: Path) -> Settings:
    return read_settings(env_file=None, database_url=url, pseudonym_secret=SECRET, backup_dir=str(folder / "kept"))


def assert_kept(after: dict[str, list[dict[str, Any]]], before: dict[str, list[dict[str, Any]]]) -> None:
    """Every row of before is there, and says what it said."""
    for name, rows in before.items():
        assert len(after[name]) == len(rows), name
        for old, new in zip(rows, after[name], strict=True):
            assert {column: new[column] for column in old if column in new} == old, name


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run a command of `qasid` on a database."""
    monkeypatch.setenv("BACKUP_DIR", str(tmp_path / "kept"))
    monkeypatch.setenv("PSEUDONYM_SECRET", SECRET)

    async def invoke(url: str, *words: str) -> Result:
        monkeypatch.setenv("DATABASE_URL", url)
        return await asyncio.to_thread(CliRunner().invoke, cli, list(words))

    return invoke


def test_the_release_before_is_the_newest_of_the_changelog() -> None:
    released = re.findall(r"^## \[?\d.*$", (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"), re.MULTILINE)
    assert RELEASE in revisions()
    assert not released or f"schema {RELEASE}" in released[0]


async def test_the_release_before_is_filled_in_every_table(tmp_path: Path) -> None:
    rows = await fill(f"sqlite+aiosqlite:///{tmp_path}/qasid.db", readers=20)
    assert {name for name, number in rows.items() if not number} == set()


@pytest.mark.thorough
async def test_sqlite_is_backed_up_and_migrated_at_the_start(tmp_path: Path) -> None:
    url = f"sqlite+aiosqlite:///{tmp_path}/qasid.db"
    before = await fill_as_before(url)
    settings = settings_for(url, tmp_path)
    async with open_database(settings) as database:
        assert await check_schema(database) is Schema.CURRENT
        assert_kept(await read_all(database), before)
        (made,) = backups.list_backups(find_backups(settings, database))
        vault = read_vault(settings, database)
    async with open_database(settings) as database:
        assert len(backups.list_backups(find_backups(settings, database))) == 1  # not at each start
    copy = Database(f"sqlite+aiosqlite:///{tmp_path}/copy.db")
    done = await backups.restore(tmp_path / "kept" / made.name, vault, copy)
    assert done.about.revision == PREVIOUS
    assert_kept(await read_all(copy), {name: rows for name, rows in before.items() if name in done.about.counts})
    await copy.close()


async def test_without_room_for_the_backup_nothing_is_migrated(tmp_path: Path) -> None:
    url = f"sqlite+aiosqlite:///{tmp_path}/qasid.db"
    await fill_as_before(url)
    (tmp_path / "kept").write_text("a file in the way")
    with pytest.raises(StoreError, match="BACKUP_DIR"):
        async with open_database(settings_for(url, tmp_path)):
            pytest.fail("it was opened")
    database = Database(url)
    assert await check_schema(database) is Schema.BEHIND
    await database.close()


async def test_no_command_migrates_below_a_bot_that_runs(tmp_path: Path, run: Run) -> None:
    url = f"sqlite+aiosqlite:///{tmp_path}/qasid.db"
    await fill_as_before(url)
    with ProcessLock(f"{tmp_path}/qasid.db"):
        for words in (("sources", "list"), ("migrate",)):
            assert "stop it first" in str((await run(url, *words)).exception)
        assert (await run(url, "backup")).output.startswith("Made: ")
    database = Database(url)
    assert await check_schema(database) is Schema.BEHIND
    assert (await run(url, "sources", "list")).exit_code == 0
    assert await check_schema(database) is Schema.CURRENT
    await database.close()


async def test_without_its_secret_nothing_is_upgraded_and_no_other_is_made(
    tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = f"sqlite+aiosqlite:///{tmp_path}/qasid.db"
    await fill_as_before(url)
    monkeypatch.delenv("PSEUDONYM_SECRET")
    for words in (("migrate",), ("backup",)):
        assert "secret.key is missing" in str((await run(url, *words)).exception)
    assert not (tmp_path / "secret.key").exists()
    assert "All who come are new" in (await run(url, "secret", "renew", "--lost")).output
    assert (await run(url, "migrate")).exit_code == 0
    assert len(backups.list_backups(tmp_path / "kept")) == 1


def read_steps() -> list[str]:
    """Answer the commands by which the document has PostgreSQL upgraded."""
    (told,) = (line for line in DOCUMENT.read_text(encoding="utf-8").splitlines() if "nothing starts on" in line)
    return re.findall(r"`qasid (\w+)`", told)


async def test_postgresql_refuses_until_what_the_document_says_was_done(
    postgres_server: str, tmp_path: Path, run: Run
) -> None:
    url = await new_postgres_database(postgres_server, template="template1")
    before = await fill(url, readers=20)
    settings = settings_for(url, tmp_path)
    with pytest.raises(StoreError, match="run `qasid migrate` first"):
        async with open_database(settings):
            pytest.fail("it was opened")
    steps = read_steps()
    assert steps == ["backup", "migrate"]
    for step in steps:
        assert (await run(url, step)).exit_code == 0
    async with open_database(settings) as database:
        after = await count(database)
        assert {name: after[name] for name in before} == before
    (made,) = backups.list_backups(tmp_path / "kept")
    copy = Database(f"sqlite+aiosqlite:///{tmp_path}/copy.db")
    done = await backups.restore(tmp_path / "kept" / made.name, read_vault(settings, copy), copy)
    assert done.about.revision == RELEASE
    assert done.about.counts == {name: before[name] for name in done.about.counts}
    await copy.close()


async def test_a_newer_schema_refuses_to_start(database: Database, tmp_path: Path) -> None:
    async with database.write() as connection:
        await connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(StoreError, match="newer Qasid"):
        async with open_database(settings_for(database.url.render_as_string(hide_password=False), tmp_path)):
            pytest.fail("it was opened")
