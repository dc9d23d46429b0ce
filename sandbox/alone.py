"""The sandbox on its own, for any bot in any language: `qasid sandbox` runs it until it is interrupted.

It begins with two people who have not written yet; more of them come on the page, by hand or by its posts.
A wish of whoever runs it is a field of Wishes, and an option of the command.
"""

import asyncio
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime

from sandbox.clock import Clock
from sandbox.faults import Latency
from sandbox.limits import Limits
from sandbox.page import Page
from sandbox.server import TOKEN, Sandbox

PEOPLE = {1001: ("أمل", "ar"), 1002: ("Layla", "en")}
INTRODUCTION = """
  {telegram}   is a Bot API for any bot, whose token is {token}
  {page}   is where people act: open it in a browser, or post to it (docs/sandbox.md)

  Nothing leaves this machine. Ctrl-C ends.
"""


@dataclass(frozen=True, slots=True)
class Wishes:
    """How it is to be; port 0 takes a free one, no moment is the world's time, latency is in seconds."""

    token: str = ""
    port: int = 0
    page_port: int = 0
    moment: str = ""
    seed: int = 0
    latency: float = 0.0
    limits: bool = True
    checking: bool = True


def make_sandbox(wishes: Wishes) -> Sandbox:
    """Answer the sandbox that is wished for, with its people."""
    telegram = Sandbox(
        token=wishes.token or TOKEN,
        port=wishes.port,
        clock=Clock(read_moment(wishes.moment)),
        seed=wishes.seed,
        latency=Latency(wishes.latency) if wishes.latency else None,
        limits=Limits() if wishes.limits else None,
        checking=wishes.checking,
    )
    for number, (name, language) in PEOPLE.items():
        telegram.person(number, first_name=name, language=language)
    return telegram


def read_moment(text: str) -> float | None:
    """Answer the unix seconds of a moment as ISO 8601 writes it, in UTC unless it says otherwise; None of nothing."""
    if not text:
        return None
    read = datetime.fromisoformat(text)
    return (read if read.tzinfo else read.replace(tzinfo=UTC)).timestamp()


@asynccontextmanager
async def opening(wishes: Wishes) -> AsyncIterator[tuple[Sandbox, Page]]:
    """Open a sandbox and its page."""
    telegram = make_sandbox(wishes)
    async with telegram, Page(telegram, [(number, number) for number in PEOPLE], wishes.page_port) as page:
        yield telegram, page


async def serve(wishes: Wishes) -> None:
    """Run until a signal."""
    async with opening(wishes) as (telegram, page):
        told = INTRODUCTION.format(telegram=telegram.url, token=telegram.token, page=page.url)
        print(told, flush=True)  # noqa: T201  (its face)
        stopped = asyncio.Event()
        loop = asyncio.get_running_loop()
        for name in (signal.SIGINT, signal.SIGTERM):
            with suppress(NotImplementedError):  # on Windows
                loop.add_signal_handler(name, stopped.set)
        await stopped.wait()
