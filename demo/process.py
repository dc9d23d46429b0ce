"""Keeps the bot's process: starts it, kills it as the kernel would, and starts it again as a service manager would."""

import asyncio
import json
import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from demo.clock import StridingClock

ROOT = Path(__file__).parent.parent
AGAIN_AFTER = 1.5  # seconds between the end of one and the start of the next
GRACE = 12.0  # seconds that it has to end
LONGEST_LINE = 16 * 1024 * 1024  # bytes


@dataclass(slots=True, eq=False)
class BotProcess:
    """The bot, whoever kills it. `shown` is all that it said has arrived, the rest what it said last."""

    settings: dict[str, str]
    clock: StridingClock
    lanes: dict[str, int] = field(default_factory=dict)
    followed: list[str] = field(default_factory=list)  # the topics that the reader follows
    counted: dict[str, int] = field(default_factory=dict)  # how far everything has come
    shown: set[tuple[int, int]] = field(default_factory=set)  # chats and messages
    is_up: bool = False
    starts: int = 0
    _running: asyncio.subprocess.Process | None = None

    @asynccontextmanager
    async def at_work(self) -> AsyncIterator[None]:
        """Keep it at work for the time of the block."""
        self.clock.told.append(self._tell)
        keeping = asyncio.create_task(self._keep())
        try:
            yield
        finally:
            keeping.cancel()
            self.clock.told.remove(self._tell)
            await self._end()

    def kill(self) -> None:
        """Kill it, whatever it is doing."""
        if self._running and self._running.returncode is None:
            self._running.kill()

    async def _keep(self) -> None:
        while True:
            await self._run()
            await asyncio.sleep(AGAIN_AFTER)

    async def _run(self) -> None:
        """Run it once, to its end."""
        self._running = running = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "demo.bot"),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            env=_environment() | self.settings,
            limit=LONGEST_LINE,
            start_new_session=True,  # Ctrl-C is for the demo, which then ends the bot in order
        )
        self.starts += 1
        self._tell(self.clock.ahead)
        if running.stdout:
            async for line in running.stdout:
                self._hear(json.loads(line))
        await running.wait()
        self.is_up = False

    def _hear(self, told: dict[str, Any]) -> None:
        self.is_up = True
        self.lanes, self.followed, self.counted = told["lanes"], told["followed"], told["counted"]
        self.shown |= {(chat, message) for chat, message in told["shown"]}

    def _tell(self, ahead: float) -> None:
        """Say how far the clock is ahead, if somebody listens."""
        pipe = self._running.stdin if self._running and self._running.returncode is None else None
        if pipe and not pipe.is_closing():
            with suppress(ConnectionError):
                pipe.write(json.dumps({"ahead": ahead}).encode() + b"\n")

    async def _end(self) -> None:
        """Let it end in order, or by force when it takes too long."""
        running = self._running
        if running is None or running.returncode is not None:
            return
        if running.stdin:
            running.stdin.close()
        try:
            async with asyncio.timeout(GRACE):
                await running.communicate()
        except (TimeoutError, ConnectionError):
            running.kill()
            await running.wait()


def _environment() -> dict[str, str]:
    """Answer what a process needs of ours: nothing that could be a setting of the bot's."""
    kept = ("PATH", "HOME", "SYSTEMROOT", "TMPDIR", "LANG")
    return {name: os.environ[name] for name in kept if name in os.environ} | {"PYTHONPATH": str(ROOT)}
