"""The budget: how much of the rate asked for is used, against a Telegram that enforces its limits.

The real application at SEND_RATE=28 against a sandbox that allows 30 a second and answers after 50 ms, for 300 s
(or as many as are named): an article for more readers than can be reached in that time. Counted by the sandbox's
clock, from the first message on.
"""

import asyncio
import tempfile
from math import ceil
from pathlib import Path

import runtime
from app import open_app
from bench.live import (
    LATENCY,
    RATE,
    Sends,
    Server,
    Telegram,
    make_settings,
    publish,
    read_sends,
    running_app,
    running_telegram,
    settle_readers,
)
from bench.report import Bar, print_bars
from sandbox import Limits, Sandbox

LEFT = 500  # readers who are not reached yet in the end
SHARE = 0.97  # of the rate asked for


def run(seconds: str = "300") -> None:
    """Print the figures."""
    readers = ceil(RATE * float(seconds)) + LEFT
    server = Server(readers=readers, limits=Limits(), latency=LATENCY, keep_log=True)
    with running_telegram(server) as telegram, tempfile.TemporaryDirectory(prefix="qasid-bench-") as folder:
        runtime.run(measure(telegram, Path(folder), readers, float(seconds)))


async def measure(telegram: Telegram, folder: Path, readers: int, seconds: float) -> None:
    """Send for so long and report."""
    settings = make_settings(telegram, folder, RATE)
    async with open_app(settings) as app:
        await settle_readers(app, readers)
        async with app.database.write() as connection:
            await publish(connection)
    async with running_app(settings):
        began = await telegram.ask(await_first)
        await asyncio.sleep(seconds)
        report(await telegram.ask(read_sends), seconds, began)


async def await_first(telegram: Sandbox) -> float:
    """Wait for the first message and answer when it arrived."""
    await telegram.until(lambda: read_sends(telegram).arrived)
    return read_sends(telegram).arrived[0]


def report(sends: Sends, seconds: float, began: float) -> None:
    """Print the figures."""
    arrived = sum(began <= at < began + seconds for at in sends.arrived)
    share = arrived / (RATE * seconds)
    print(f"asked for {RATE:.0f}/s for {seconds:.0f} s, allowed 30/s, answers after {LATENCY * 1000:.0f} ms")
    print(f"arrived {arrived} messages, {arrived / seconds:.2f}/s")
    print_bars(
        [
            Bar("share of the rate asked for", share, SHARE),
            Bar("429s that we caused", len(sends.refused), 0, at_most=True),
        ]
    )
