"""The start: what Telegram does not take at once keeps nobody waiting."""

import asyncio
from pathlib import Path

import pytest

from app import open_app
from bot import menus
from sandbox import Fault, FaultKind, Sandbox
from settings import read_settings


@pytest.mark.thorough
@pytest.mark.parametrize(("kind", "written"), [(FaultKind.FLOOD, 1), (FaultKind.ERROR, 6)])
async def test_menus_that_telegram_does_not_take_keep_nobody_waiting(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: FaultKind, written: int
) -> None:
    monkeypatch.setattr(menus, "RETRY", 0.05)
    async with Sandbox(limits=None) as telegram:
        telegram.faults.add(Fault(kind, method="setMyCommands", times=3, retry_after=60))
        person = telegram.person(5, language="ar")
        person.writes("/start")
        settings = read_settings(
            env_file=None,
            bot_token=telegram.token,
            telegram_api_url=telegram.url,
            database_url=f"sqlite+aiosqlite:///{tmp_path}/qasid.db",
            web_port=0,
        )
        async with open_app(settings) as opened:
            running = asyncio.create_task(opened.run())
            await telegram.until(lambda: person.last and person.last.by_bot)
            await telegram.until(lambda: sum(call.method == "setMyCommands" for call in telegram.calls) >= written)
            opened.stop.set()
            await running
