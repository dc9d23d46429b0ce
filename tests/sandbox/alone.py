"""`qasid sandbox` as a process of its own, as a stranger's bot has it, and a person who acts by the page's posts."""

import asyncio
import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp

from sandbox.alone import Wishes, opening

ROOT = Path(__file__).parents[2]
TOLD = re.compile(r"(http://[\d.:]+) +is a Bot API .* token is (\S+)\s+(http://[\d.:]+)")
STOPPING, HEARING = 30, 30  # seconds
Json = dict[str, Any]


@dataclass(frozen=True)
class Alone:
    """Where it is."""

    url: str
    token: str
    page: str

    @asynccontextmanager
    async def visit(self) -> AsyncIterator["Visitor"]:
        async with aiohttp.ClientSession() as session:
            yield Visitor(self, session)


@dataclass(frozen=True)
class Visitor:
    """Whoever acts there, by posts to the page."""

    alone: Alone
    session: aiohttp.ClientSession

    async def does(self, act: str, **told: Any) -> Json:
        headers = {"Origin": self.alone.page}
        async with self.session.post(f"{self.alone.page}/acts", json={"act": act, **told}, headers=headers) as answer:
            read: Json = await answer.json()
            assert answer.status == 200, read
            return read

    async def reads(self, path: str) -> Json:
        async with self.session.get(f"{self.alone.page}{path}") as answer:
            read: Json = await answer.json()
            return read

    async def calls(self, method: str, **params: Any) -> Any:
        """Answer what a method of the Bot API answers."""
        async with self.session.post(f"{self.alone.url}/bot{self.alone.token}/{method}", json=params) as answer:
            return (await answer.json())["result"]

    async def hears(self, person: int, text: str) -> Json:
        """Wait for a message of the bot to a person, as the page shows it."""
        async with asyncio.timeout(HEARING), self.session.get(f"{self.alone.page}/events") as stream:
            async for line in stream.content:
                for message in find_messages(line.decode(), person):
                    if message["bot"] and message["text"] == text:
                        return message
        raise AssertionError("the stream ended")


def find_messages(line: str, person: int) -> list[Json]:
    head, _, told = line.partition(": ")
    event = json.loads(told) if head == "data" else {}
    if "messages" in event:
        return list(event["messages"].get(str(person), []))
    return [event["message"]] if event.get("chat") == person and "message" in event else []


@asynccontextmanager
async def opened(wishes: Wishes) -> AsyncIterator[Visitor]:
    """Open what the command opens, in this process: it takes no time to start."""
    async with opening(wishes) as (telegram, page), Alone(telegram.url, telegram.token, page.url).visit() as visitor:
        yield visitor


@contextmanager
def running_alone() -> Iterator[Alone]:
    """Run `qasid sandbox` on free ports for the time of the block."""
    command = [sys.executable, "-m", "cli", "sandbox", "--port", "0", "--page", "0"]
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), "PYTHONUTF8": "1"}
    process = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True)  # noqa: S603  (ours)
    try:
        yield Alone(*read_address(process))
    finally:
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=STOPPING)
    assert process.returncode == 0


def read_address(process: "subprocess.Popen[str]") -> tuple[str, str, str]:
    """Answer the addresses that it tells, and the token between."""
    said = ""
    for line in process.stdout or ():
        said += line
        if found := TOLD.search(said):
            return found[1], found[2], found[3]
    raise AssertionError(said)
