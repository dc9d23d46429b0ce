"""A look at a newsroom where all is well, for tests to bring about what is not (`checkup` in `conftest.py`)."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from sqlalchemy import update

from bot.api import BotApi
from bot.asking import Asking
from commands.doctor import write
from db.vault import Vault, match
from db.working import workers
from jobs.checkup import Checkup, Ground
from locales import LANGUAGES, texts
from sandbox import Sandbox
from tests.desk import SECRET
from tests.scene import Scene

ALWAYS = {"inline.off"}  # the local Telegram knows no other


@asynccontextmanager
async def open_checkup(scene: Scene, telegram: Sandbox, tmp_path: Path) -> AsyncIterator[Checkup]:
    """Look at a newsroom where all is well: it is at work, and polls."""
    async with scene.database.write() as connection:
        await match(connection, Vault(SECRET), scene.clock())
        await connection.execute(update(workers).values(polls=True))
    (tmp_path / "kept").mkdir()
    ground = Ground(
        bot_id=int(telegram.token.partition(":")[0]),
        address=telegram.url,
        webhook="",
        desk=None,
        secret=SECRET,
        folder=tmp_path / "kept",
        beside=tmp_path,
        settings_file=tmp_path / ".env",
        secrets=("BOT_TOKEN", "PSEUDONYM_SECRET"),
    )
    async with BotApi(telegram.url, telegram.token) as api:
        yield Checkup(scene.database, Asking(api), ground, scene.clock, lambda _: (50, 100))


async def names(checkup: Checkup) -> set[str]:
    """Answer what is found; it can be said in each language, with all that was found out."""
    found = await checkup.look()
    for language in LANGUAGES:
        _version, *told = write(found, texts(language)).splitlines()
        assert len(told) == max(1, len(found))
        for finding, line in zip(found, told, strict=False):
            assert "{" not in line
            assert all(str(value) in line for name, value in finding.values.items() if name != "lane"), line
    return {finding.name for finding in found} - ALWAYS


async def pass_time(scene: Scene, **span: float) -> None:
    """Let time pass in which somebody is at work."""
    now = scene.clock.move(**span)
    async with scene.database.write() as connection:
        await connection.execute(update(workers).values(beat_at=now))
