"""`qasid backup` and `qasid restore` at the terminal, on each engine."""

import asyncio
import re
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from sqlalchemy import func, select, update
from typer.testing import CliRunner, Result

from cli import cli
from db import backups
from db.engine import Database
from db.tables import articles, audit
from db.tables import pushes as pushes_table
from db.tables import sources as sources_table
from db.vault import Vault, match
from db.working import workers
from tests.desk import SECRET
from tests.scene import Scene

Run = Callable[..., Awaitable[Result]]


@pytest.fixture
def run(database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run a command of `qasid`."""
    monkeypatch.setenv("DATABASE_URL", database.url.render_as_string(hide_password=False))
    monkeypatch.setenv("BACKUP_DIR", str(tmp_path / "kept"))
    monkeypatch.setenv("PSEUDONYM_SECRET", SECRET)

    async def invoke(*words: str) -> Result:
        return await asyncio.to_thread(CliRunner().invoke, cli, list(words))

    return invoke


async def count(database: Database, table: object) -> int:
    opened = Database(database.url.render_as_string(hide_password=False))  # a file may have been replaced
    async with opened.read() as connection:
        found = (await connection.execute(select(func.count()).select_from(table))).scalar_one()  # type: ignore[arg-type]
    await opened.close()
    return int(found)


async def test_a_backup_answers_its_name_size_and_age_and_is_put_back(scene: Scene, run: Run) -> None:
    await scene.reader(1, "s:diplomacy")
    await scene.article("s:diplomacy")
    made = (await run("backup")).output
    told = re.fullmatch(r"Made: (\S+/kept/qasid-\d{8}T\d{6}Z\.backup)\t\d+ kB\t0 min old\n", made)
    assert told
    assert (await run("backup", "--list")).output == made.removeprefix("Made: ")
    async with scene.database.write() as connection:
        await connection.execute(workers.delete())
    await scene.article("s:diplomacy", title="بعدها")
    refused = await run("restore", told[1])
    assert isinstance(refused.exception, Exception)
    assert "--replace" in str(refused.exception)
    await scene.database.close()
    name = Path(told[1]).name  # known by its name alone, too
    assert re.match(r"Restored: \d+ rows in \d+ tables, as of 20", (await run("restore", name, "--replace")).output)
    assert await count(scene.database, articles) == 1
    assert await count(scene.database, audit) == 1


async def test_what_was_sent_since_can_be_held(scene: Scene, run: Run) -> None:
    await scene.reader(1, "s:diplomacy")
    await scene.article("s:diplomacy")
    async with scene.database.write() as connection:
        await connection.execute(update(sources_table).values(first_contact_at=scene.clock()))
        await connection.execute(workers.delete())
    made = (await run("backup")).output.split("\t")[0].removeprefix("Made: ")
    await scene.database.close()
    told = (await run("restore", made, "--replace", "--hold")).output
    assert "1 pushes wait for `qasid pushes resume`" in told
    assert "No list `erasures` is beside the backup or in BACKUP_DIR" in told
    assert (await run("pushes", "list")).output.startswith("1\tarticle 1\tpaused (restored)\t1 queued")
    assert await count(scene.database, pushes_table) == 1


async def test_a_backup_of_another_secret_is_refused(scene: Scene, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    made = (await run("backup")).output.split("\t")[0].removeprefix("Made: ")
    monkeypatch.setenv("PSEUDONYM_SECRET", "not the one that it was")
    async with scene.database.write() as connection:
        await connection.execute(workers.delete())
    await scene.database.close()
    refused = await run("restore", made, "--replace")
    assert "another PSEUDONYM_SECRET" in str(refused.exception)


async def test_a_lost_secret_is_missed_and_never_replaced(
    scene: Scene, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("PSEUDONYM_SECRET")
    monkeypatch.chdir(tmp_path)  # where it is for PostgreSQL
    made = (await run("backup")).output.split("\t")[0].removeprefix("Made: ")
    first = (tmp_path / "secret.key").read_text()
    async with scene.database.write() as connection:
        await match(connection, Vault(first), scene.clock())
        await connection.execute(workers.delete())
    await scene.database.close()
    (tmp_path / "secret.key").unlink()
    for words in (("backup",), ("restore", made, "--replace")):
        assert "secret.key is missing" in str((await run(*words)).exception)
    assert not (tmp_path / "secret.key").exists()


async def test_no_backup_is_sealed_with_another_secret(scene: Scene, run: Run, tmp_path: Path) -> None:
    async with scene.database.write() as connection:
        await match(connection, Vault("the one that it was begun with"), scene.clock())
    assert "is not the one" in str((await run("backup")).exception)
    assert backups.list_backups(tmp_path / "kept") == []
