"""`qasid doctor`: words in four languages, and exit codes for monitors."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from syrupy.assertion import SnapshotAssertion
from typer.testing import CliRunner, Result

from cli import cli
from commands.doctor import write
from locales import LANGUAGES, texts
from newsroom.findings import NAMES, Facts, Finding, Level, examine
from newsroom.pushes import INTERACTIVE, Lane
from sandbox import Sandbox
from tests.walk import ByLanguage

NOW = datetime(2026, 11, 28, 12, tzinfo=UTC)
Run = Callable[..., Awaitable[Result]]
VALUES: dict[str, str | int] = {
    "reason": "x", "url": "x", "count": 3, "folder": "/data", "megabytes": 7, "percent": 2, "lane": "news",
    "minutes": 61, "place": "-100", "source": "x", "days": 3, "seconds": 40, "file": "erasures.1.aside",
}  # fmt: skip


@pytest.fixture
async def telegram() -> AsyncIterator[Sandbox]:
    async with Sandbox(limits=None) as opened:
        yield opened


@pytest.fixture
def run(telegram: Sandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run the command in a newsroom that has a token, and was never started."""
    monkeypatch.setenv("DATABASE_URL", f"sqlite+aiosqlite:///{tmp_path}/qasid.db")
    monkeypatch.setenv("BOT_TOKEN", telegram.token)
    monkeypatch.setenv("TELEGRAM_API_URL", telegram.url)

    async def invoke(*words: str) -> Result:
        return await asyncio.to_thread(CliRunner().invoke, cli, ["doctor", *words])

    return invoke


@pytest.mark.thorough
async def test_it_says_what_is_wrong_and_answers_how_bad_that_is(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    found = await run()
    assert found.exit_code == 1
    assert found.output.startswith("Qasid ")
    assert "! The database is empty. Run qasid migrate, then qasid run." in found.output
    monkeypatch.setenv("BOT_TOKEN", "1234567:a-token-of-nobody-at-all-it-is")
    found = await run("--language", "ar")
    assert found.exit_code == 2
    assert "✖ تيليغرام يرفض رمز البوت." in found.output
    assert "1234567" not in found.output


@pytest.mark.thorough
async def test_a_folder_of_backups_that_is_not_there_and_open_settings(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("BACKUP_DIR", "/x/no/such/dir")
    file = tmp_path / ".env"
    file.write_text("PSEUDONYM_SECRET=long-enough-for-a-secret\n")
    file.chmod(0o644)
    found = await run()
    assert found.exit_code == 2
    assert "✖ Others can read .env" in found.output
    file.chmod(0o600)
    assert (await run()).exit_code == 1


@pytest.mark.thorough
async def test_programs_get_it_as_json(run: Run) -> None:
    told = json.loads((await run("--json")).output)
    assert {"name": "database.empty", "level": "warning"} in told["findings"]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("lane", [lane for lane in Lane if lane not in INTERACTIVE])
def test_what_stands_still_is_called_by_its_name_in_the_language_of_who_reads_it(lane: Lane, language: str) -> None:
    stands = Facts(workers=1, still={lane: NOW - timedelta(hours=3)})
    t, (found,) = texts(language), examine(stands, NOW)
    name = t.plain(f"doctor.lane.{lane.name.lower()}")
    assert name in write([found], t)
    assert name in t.diagnose(found.name, found.values)
    assert lane.name.lower() not in write([found], t) or language in {"en", "fr"}


async def test_a_language_that_is_none_of_ours_is_refused(run: Run) -> None:
    assert "allowed is ar, en, zh, fr" in str((await run("--language", "de")).exception)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_finding_has_its_words(language: str, snapshot: SnapshotAssertion) -> None:
    """Written down to be read; that each is found where it is so is in `tests/jobs/test_checkup.py`."""
    said = write([Finding(name, Level.FAULT, VALUES) for name in NAMES], texts(language)).splitlines()[1:]
    assert len(set(said)) == len(NAMES)
    assert "\n".join(said) == snapshot.use_extension(ByLanguage)
