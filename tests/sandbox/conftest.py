"""A sandbox on loopback with a clock that stands still, a bot that speaks bare HTTP to it, and Amal."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import aiohttp
import pytest

from sandbox import Limits, Person, Sandbox
from tests.sandbox.oracle import check_with_aiogram

Json = dict[str, Any]


@dataclass
class Clock:
    """A clock that moves when it is told to."""

    now: float = 1_800_000_000.0

    def __call__(self) -> float:
        """Answer unix seconds."""
        return self.now

    def passes(self, seconds: float) -> None:
        """Let time pass."""
        self.now += seconds


@dataclass
class Reply:
    """What the server answered."""

    status: int
    body: Json

    @property
    def result(self) -> Any:
        """Answer what came back; fail if it was refused."""
        assert self.body["ok"], self.body
        return self.body["result"]

    @property
    def refusal(self) -> str:
        """Answer why it was refused; fail if it was not."""
        assert not self.body["ok"]
        assert self.body["error_code"] == self.status
        return str(self.body["description"])


@dataclass
class Bot:
    """A bot without a library: it passes JSON and answers what came back."""

    telegram: Sandbox
    session: aiohttp.ClientSession

    def url(self, method: str) -> str:
        """Answer the address of a method."""
        return f"{self.telegram.url}/bot{self.telegram.token}/{method}"

    async def __call__(self, method: str, **params: Any) -> Reply:
        """Call a method."""
        async with self.session.post(self.url(method), json=params) as answer:
            return Reply(answer.status, await answer.json())

    async def says(self, chat_id: int, text: str, **params: Any) -> Any:
        """Send a message in HTML; answers the Message."""
        return (await self("sendMessage", chat_id=chat_id, text=text, parse_mode="HTML", **params)).result

    async def fetch(self, file_path: str) -> tuple[int, bytes]:
        """Fetch a file by its path."""
        async with self.session.get(f"{self.telegram.url}/file/bot{self.telegram.token}/{file_path}") as answer:
            return answer.status, await answer.read()

    async def updates(self, **params: Any) -> list[Json]:
        """Answer what the bot hears now, and confirm it."""
        heard: list[Json] = (await self("getUpdates", **params)).result
        if heard:
            await self("getUpdates", offset=heard[-1]["update_id"] + 1)
        return heard


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def limits() -> Limits | None:
    """No limits, but for the tests of limits."""
    return None


@pytest.fixture
async def telegram(clock: Clock, limits: Limits | None) -> AsyncIterator[Sandbox]:
    async with Sandbox(clock=clock, limits=limits, webhook_backoff=0.01) as sandbox:
        sandbox.checks.append(check_with_aiogram)
        yield sandbox


@pytest.fixture
async def bot(telegram: Sandbox) -> AsyncIterator[Bot]:
    async with aiohttp.ClientSession() as session:
        yield Bot(telegram, session)


@pytest.fixture
async def amal(telegram: Sandbox, bot: Bot) -> Person:
    """A reader who has started the bot, which has heard of it."""
    person = telegram.person(1001, first_name="أمل", username="amal", language="ar")
    person.writes("/start")
    await bot.updates()
    return person


def keyboard(*rows: list[Json]) -> Json:
    """Make an inline keyboard."""
    return {"inline_keyboard": list(rows)}


def pressable(text: str, data: str = "data") -> Json:
    """Make a button that calls back."""
    return {"text": text, "callback_data": data}
