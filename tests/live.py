"""A live newsroom: the whole application in this process, against a local Telegram and a sample site."""

import asyncio
import re
import shutil
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from sqlalchemy import select

from app import App, open_app
from db.clock import DatabaseClock
from db.tables import follows
from newsroom.taxonomy import shipped_taxonomy
from newsroom.topics import Classifier, find_classifier
from sandbox import Call, Person, Sandbox
from sandbox.screen import VisibleChat
from sandbox.site import SampleSite
from settings import read_settings
from tests.fakes import Clock
from tests.sandbox.oracle import check_with_aiogram

OPENS = 60  # seconds that the application may take to open where others have the processor
DIRECTION = re.compile("[\u200e\u200f\u2066-\u2069]")


class StoodClock(Clock, DatabaseClock):
    """A clock for the whole application that stands still until it is told to move."""

    def seconds(self) -> float:
        """Answer the time in unix seconds."""
        return self.moment.timestamp()


@dataclass(slots=True)
class Live:
    """What a test of the running application needs."""

    app: App
    telegram: Sandbox
    site: SampleSite

    async def says(self, person: Person, text: str) -> str:
        """Let a person write, and answer what the bot says to it."""
        seen = _newest(person)
        person.writes(text)
        await self.telegram.until(lambda: _newest(person) > seen)
        assert person.last
        return unseen(person.last.text)

    async def presses(self, person: Person, label: str, chat: VisibleChat | None = None) -> str:
        """Let a person press a button of the newest message that has it, and answer how the newest reads then."""
        place, before = chat or person, len(self.telegram.calls)
        person.presses(label)
        await self.telegram.until(
            lambda: any(call.chat_id == place.id and _changes_a_screen(call) for call in self.telegram.calls[before:])
        )
        shown = place.last
        assert shown
        return unseen(shown.text)

    async def is_alerted(self, person: Person, label: str) -> str:
        """Let a person press a button that only tells something, and answer what."""
        alerts = len(person.alerts)
        person.presses(label)
        await self.telegram.until(lambda: len(person.alerts) > alerts)
        return person.alerts[-1]

    async def ask(self, statement: Any) -> Any:
        """Answer the single value of a query."""
        async with self.app.database.read() as connection:
            return (await connection.execute(statement)).scalar_one_or_none()

    async def followed(self) -> dict[str, bool]:
        """Answer what is followed, by tag, and whether it is muted."""
        async with self.app.database.read() as connection:
            return {row.tag: row.muted for row in (await connection.execute(select(follows))).all()}

    async def until(self, statement: Any, timeout: float = 30) -> None:
        """Wait until a query answers something true."""
        async with asyncio.timeout(timeout):
            while not await self.ask(statement):  # noqa: ASYNC110  (a database cannot call us)
                await asyncio.sleep(0.01)

    async def hears_of(self, person: Person, words: str, timeout: float = 30) -> None:
        """Wait until the newest message of the bot holds these words."""
        await self.telegram.until(lambda: person.last and words in person.last.text, timeout=timeout)

    async def get(self, path: str) -> tuple[int, str]:
        """Ask the application's own HTTP face."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self.app.port)
        writer.write(f"GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".encode())
        answer = (await reader.read()).decode()
        writer.close()
        await writer.wait_closed()
        head, _, body = answer.partition("\r\n\r\n")
        return int(head.split()[1]), body


@asynccontextmanager
async def open_live(
    folder: Path,
    template: Path,
    *,
    archive: int = 3,
    site: SampleSite | None = None,
    clock: StoodClock | None = None,
    **settings: Any,
) -> AsyncIterator[Live]:
    """Run the application; every request that it makes is checked, and a wrong one fails the test.

    With a `clock` all of it goes by that, but for a site of the caller's own.
    """
    _keep_classifier()
    database = folder / "qasid.db"
    if not database.exists():
        shutil.copy(template, database)
    seconds = clock.seconds if clock else time.time
    opening = site or SampleSite(clock=seconds)
    async with Sandbox(limits=None, clock=seconds) as telegram, opening as site:  # noqa: PLR1704  (the same)
        telegram.checks.append(check_with_aiogram)
        for _ in range(archive):
            site.publish()
        chosen = {
            "bot_token": telegram.token,
            "telegram_api_url": telegram.url,
            "database_url": f"sqlite+aiosqlite:///{database}",
            "sources": [site.feed_url],
            "site_url": site.url,
            "poll_seconds": 1,
            "send_rate": 1000,
            "allow_private_sources": True,
            "web_port": 0,
            "pseudonym_secret": "a secret of these tests alone",
        }
        async with open_app(read_settings(env_file=None, **(chosen | settings)), clock) as app:
            running = asyncio.create_task(app.run())
            try:
                await telegram.until(lambda: any(call.method == "setMyCommands" for call in telegram.calls), OPENS)
                yield Live(app, telegram, site)
            finally:
                app.stop.set()
                await running
        assert telegram.problems == []


@cache
def _keep_classifier() -> Classifier:
    """Keep in use what every application would build for itself, a second's work, and give up at its end."""
    return find_classifier(shipped_taxonomy())


def unseen(text: str) -> str:
    """Answer a text without the marks of direction, which nobody sees."""
    return DIRECTION.sub("", text)


def _newest(person: Person) -> int:
    return person.last.id if person.last else 0


def _changes_a_screen(call: Call) -> bool:
    return call.is_sent or call.method == "editMessageText"
