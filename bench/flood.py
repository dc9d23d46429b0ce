"""Floods: what a 429 to one chat does to the others, and one to two chats at once to all.

The real application at SEND_RATE=28 against a sandbox that allows 30 a second and answers after 50 ms. One chat is told
to wait for 60 s (or as many as are named), and the others' rate before is compared with that meanwhile. Then two chats
are told to wait at once, the later deadline first and the earlier first: until the later one nothing may leave.
Counted by the sandbox's clock.
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
from sandbox import Fault, FaultKind, Limits, Sandbox

LEFT = 120  # seconds' worth of readers, for whatever is between and after the floods
CHANGE = 0.02  # of the others' rate
WAITS = ((20, 10), (10, 20))  # seconds that two chats are told, one after the other
# Messages that had left before the second 429 arrived, or while it was written down, arrive this long after it at most.
ON_THEIR_WAY = 0.25


def run(seconds: str = "60") -> None:
    """Print the figures."""
    readers = ceil(RATE * (2 * float(seconds) + LEFT))
    server = Server(readers=readers, limits=Limits(), latency=LATENCY, keep_log=True)
    with running_telegram(server) as telegram, tempfile.TemporaryDirectory(prefix="qasid-bench-") as folder:
        runtime.run(measure(telegram, Path(folder), readers, float(seconds)))


async def measure(telegram: Telegram, folder: Path, readers: int, seconds: float) -> None:
    """Meet the floods one after another and report."""
    settings = make_settings(telegram, folder, RATE)
    async with open_app(settings) as app:
        await settle_readers(app, readers)
        async with app.database.write() as connection:
            await publish(connection)
    async with running_app(settings):
        await asyncio.sleep(5)
        bars = [await flood_one(telegram, seconds)]
        bars += [await flood_two(telegram, *waits) for waits in WAITS]
    print_bars(bars)


async def flood_one(telegram: Telegram, seconds: float) -> Bar:
    """Compare the others' rate before and while one chat is told to wait."""
    await asyncio.sleep(seconds)
    told = len((await telegram.ask(read_sends)).refused)
    await telegram.ask(pause_one, seconds)
    began = await telegram.ask(await_refusals, told + 1)
    await asyncio.sleep(seconds)
    sends = await telegram.ask(read_sends)
    before, meanwhile = (sends.count(at, at + seconds) / seconds for at in (began - seconds, began))
    refused = sum(began <= at < began + seconds for at in sends.refused)
    print(f"one chat is told to wait for {seconds:.0f} s (tried {refused} times): the others get ", end="")
    print(f"{before:.2f}/s before, {meanwhile:.2f}/s meanwhile")
    return Bar("change of the others' rate", abs(meanwhile / before - 1), CHANGE, at_most=True)


async def flood_two(telegram: Telegram, *waits: int) -> Bar:
    """See what leaves after the next two chats were told to wait."""
    told = len((await telegram.ask(read_sends)).refused)
    await telegram.ask(flood_next, *waits)
    last = await telegram.ask(await_refusals, told + len(waits))
    await asyncio.sleep(max(waits) + 5)
    sends = await telegram.ask(read_sends)
    deadline = max(at + wait for at, wait in zip(sends.refused[told:], waits, strict=False))
    early = [at for at in sends.arrived if last + ON_THEIR_WAY < at < deadline]
    under_way = sends.count(last, last + ON_THEIR_WAY)
    on = min((at - deadline for at in sends.arrived if at >= deadline), default=float("inf"))
    named = " s and ".join(map(str, waits))
    print(f"two chats are told to wait for {named} s: {under_way} more were on their way, ", end="")
    print(f"{len(early)} left early, the next came {on:.2f} s after the later deadline")
    return Bar(f"left before the later deadline ({named} s)", len(early), 0, at_most=True)


async def await_refusals(telegram: Sandbox, count: int) -> float:
    """Wait for so many 429s and answer when the last of them was told."""
    await telegram.until(lambda: len(read_sends(telegram).refused) >= count)
    return read_sends(telegram).refused[count - 1]


def pause_one(telegram: Sandbox, seconds: float) -> None:
    """Refuse all sending for a time to the chat whose first message comes next but a few."""
    reached = max(call.chat_id or 0 for call in telegram.calls if call.method == "sendMessage")
    telegram.throttle.pause(seconds, reached + 20)


def flood_next(telegram: Sandbox, *waits: int) -> None:
    """Tell the chats of the next messages to wait, each for its time."""
    telegram.faults.clear()
    for seconds in waits:
        telegram.faults.add(Fault(FaultKind.FLOOD, "sendMessage", retry_after=seconds))
    telegram.faults.add(Fault(FaultKind.SLOW, "sendMessage", times=None, seconds=LATENCY))
