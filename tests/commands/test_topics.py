"""`qasid topics`: words by a file, whole or not at all, in versions that can be told and restored."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from sqlalchemy import select
from typer.testing import CliRunner, Result

from cli import cli
from db.engine import Database
from db.store import topics
from db.tables import audit
from newsroom.errors import QasidError
from tests.scene import Scene

PANDAS = """\
["s:pandas"]
name = { ar = "الباندا", en = "Pandas", zh = "熊猫", fr = "Pandas" }
ar = ["باندا"]
"""
Run = Callable[..., Awaitable[Result]]


@pytest.fixture
def run(database: Database, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run a command of `qasid topics` on the database."""
    monkeypatch.setenv("DATABASE_URL", database.url.render_as_string(hide_password=False))

    async def invoke(*words: str) -> Result:
        return await asyncio.to_thread(CliRunner().invoke, cli, ["topics", *words])

    return invoke


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A file that says a subject of its own."""
    path = tmp_path / "words.toml"
    path.write_text(PANDAS, encoding="utf-8")
    return path


def add(file: Path, text: str) -> None:
    file.write_text(file.read_text(encoding="utf-8") + text, encoding="utf-8")


def rewrite(file: Path, told: bytes) -> None:
    file.write_bytes(told)


async def in_force(database: Database) -> list[str]:
    async with database.read() as connection:
        return list(await topics.list_in_force(connection))


async def test_a_dry_run_tells_what_would_change_and_changes_nothing(scene: Scene, run: Run, file: Path) -> None:
    await scene.article("s:sports", title="الباندا تعود إلى الغابة")
    result = await run("load", str(file), "--dry-run")
    assert "s:pandas: 1 would gain it, 0 would lose it" in result.output
    assert "الباندا تعود إلى الغابة" in result.output
    assert await in_force(scene.database) == []


async def test_what_is_loaded_is_in_force_exported_told_and_restored(
    scene: Scene, run: Run, file: Path, tmp_path: Path
) -> None:
    assert "In force: s:pandas" in (await run("load", str(file))).output
    assert "Nothing changes" in (await run("load", str(file))).output
    assert (await run("export")).output == PANDAS
    await run("export", str(tmp_path / "out.toml"))
    assert "Nothing changes" in (await run("load", str(tmp_path / "out.toml"))).output
    assert "version 0" in (await run("restore", "s:pandas", "0")).output
    told = (await run("history", "s:pandas")).output
    assert told.index("version 2") < told.index("version 1")
    assert "cli" in told
    assert (await run("export")).output == ""
    assert (await run("restore", "s:pandas", "9")).exit_code == 1
    async with scene.database.read() as connection:
        acts = (await connection.execute(select(audit.c.action, audit.c.subject))).all()
        assert {tuple(act) for act in acts} == {("change topic", "s:pandas")}
        assert len(await topics.list_open(connection)) == 2


async def test_of_a_bad_file_nothing_is_loaded(scene: Scene, run: Run, file: Path) -> None:
    add(file, '["c:XX"]\nar = ["كلمة"]\n')
    result = await run("load", str(file))
    assert isinstance(result.exception, QasidError)
    assert "Nothing of the file was taken" in str(result.exception)
    assert "line 4: c:XX" in str(result.exception)
    assert await in_force(scene.database) == []


async def test_what_is_wrong_with_a_file_is_told_in_the_language_of_who_reads_it(
    scene: Scene, run: Run, file: Path
) -> None:
    rewrite(file, '["s:pandas"]\nar = ["باندا"]'.encode("cp1256"))
    told = str((await run("load", str(file), "--language", "ar")).exception)
    assert "لم يُؤخذ من الملف شيء" in told
    assert "السطر 2: ليس مكتوبًا بترميز UTF-8" in told
    assert "allowed is ar, en, zh, fr" in str((await run("load", str(file), "--language", "de")).exception)
    assert await in_force(scene.database) == []


async def test_what_was_never_said_has_no_history(scene: Scene, run: Run) -> None:
    del scene
    assert "as shipped" in (await run("history", "s:economy")).output


async def test_an_article_is_filed_otherwise_and_left_to_its_words_again(scene: Scene, run: Run) -> None:
    await scene.article("s:economy", title="سوق الأسهم في شنغهاي")
    told = await run("of", "1", "--under", "s:health", "--out", "s:economy")
    assert "s:health\t✍️" in told.output
    assert "s:economy" not in told.output
    async with scene.database.read() as connection:
        assert (await connection.execute(select(audit.c.detail))).scalar_one() == "+s:health -s:economy"
    assert "s:economy\tسوق" in (await run("of", "1", "--undo")).output


async def test_what_is_no_topic_or_no_article_is_told(scene: Scene, run: Run) -> None:
    await scene.article("s:economy", title="أول")
    assert "s:helth" in (await run("of", "1", "--under", "s:helth")).output
    assert "no article 7" in (await run("of", "7", "--under", "s:health")).output
