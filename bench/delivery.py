"""Delivery: our whole durable pipeline against what a bot could do without any of it.

    pipeline     claim ─▶ send ─▶ settle, as in production: on SQLite (synchronous=FULL), on PostgreSQL (fsync and
                 synchronous_commit on), and the same loop without state
    peers        bare aiohttp, python-telegram-bot and aiogram, none with state: `bench/peers.py`

Same server, same messages. Client and server have a core each, and PostgreSQL floats over all cores.
"""

import asyncio
import os
import shutil
import subprocess
import tempfile
from contextlib import AsyncExitStack, ExitStack
from pathlib import Path

import orjson

import runtime
from bench.newsroom import READERS, SHAPE, Newsroom, StatelessQueue, make_delivery, open_newsroom
from bench.peers import SENDERS, Send, by_aiogram, by_ptb, form_encoded, prebuilt, send_to
from bench.report import Bar, Figures, Side, measure, print_bars, print_figures, print_versions
from bench.server import TOKEN, running_server
from bot.api import BotApi
from newsroom.delivery import LARGEST_WINDOW
from newsroom.work import Rendering
from tests.postgres import DURABLE, find_binaries
from tests.postgres import running_server as running_postgres

ROUNDS = 5
FEW = READERS[:1_000]  # whom the slow sides send to
SQLITE, STATELESS, POSTGRES = "pipeline, SQLite FULL", "pipeline, without state", "pipeline, PostgreSQL"
PREBUILT, FORM = "aiohttp, prebuilt JSON, 64 senders", "aiohttp, form, 64 senders"
PTB_MANY, PTB_ONE, AIOGRAM = "PTB, 64 senders, pool of 64", "PTB, one after another", "aiogram, 64 senders"
WRK = """wrk.method = "POST"
wrk.headers["Content-Type"] = "application/json"
wrk.body = io.open("{body}", "rb"):read("*a")
"""


def run() -> None:
    """Print the figures."""
    cores = sorted(os.sched_getaffinity(0))
    with ExitStack() as stack:
        binaries = find_binaries()
        postgres = stack.enter_context(running_postgres(binaries, DURABLE)) if binaries else None
        address = stack.enter_context(running_server(cores[0]))
        os.sched_setaffinity(0, {cores[-1]})
        print(f"server on core {cores[0]}, client on core {cores[-1]}", end="")
        print(f", PostgreSQL floats over {len(cores)} cores" if postgres else "; no PostgreSQL on this machine")
        runtime.run(compare(address, postgres))


async def compare(address: str, postgres: str | None) -> None:
    """Measure the sides in turn and print what they reached."""
    async with AsyncExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="qasid-bench-")))
        api = await stack.enter_async_context(BotApi(address, TOKEN, connections=LARGEST_WINDOW))
        sqlite = await stack.enter_async_context(open_newsroom(f"sqlite+aiosqlite:///{folder / 'bench.db'}", api))
        rendering = await sqlite.delivery.renderer.render(SHAPE)
        print_message(address, rendering, folder)
        sides = [_durable(SQLITE, sqlite), _stateless(sqlite, api)]
        if postgres:
            grown = await stack.enter_async_context(open_newsroom(postgres.format(name="postgres"), api))
            sides.append(_durable(POSTGRES, grown))
        sides += [
            _peer(PREBUILT, await stack.enter_async_context(prebuilt(address, rendering))),
            _peer(FORM, await stack.enter_async_context(form_encoded(address, rendering))),
            _peer(PTB_MANY, await stack.enter_async_context(by_ptb(address, rendering)), FEW),
            _peer(PTB_ONE, await stack.enter_async_context(by_ptb(address, rendering)), FEW, senders=1),
            _peer(AIOGRAM, await stack.enter_async_context(by_aiogram(address, rendering)), FEW),
        ]
        runtime.settle_in()
        figures = await measure(sides, ROUNDS)
    print_figures(figures, "messages")
    print_bars(list_bars(figures))


def _durable(name: str, newsroom: Newsroom) -> Side:
    return Side(name, newsroom.send, newsroom.prepare, newsroom.check)


def _stateless(newsroom: Newsroom, api: BotApi) -> Side:
    queue = StatelessQueue(newsroom.lease)
    delivery = make_delivery(queue, newsroom.database, newsroom.lease, api)

    async def send() -> int:
        await delivery.drain(asyncio.Event())
        return queue.sent

    return Side(STATELESS, send, queue.refill)


def _peer(name: str, send: Send, readers: range = READERS, senders: int = SENDERS) -> Side:
    return Side(name, lambda: send_to(readers, send, senders))


def list_bars(figures: dict[str, Figures]) -> list[Bar]:
    """Answer what the pipeline must reach."""
    rates = {name: one.rate for name, one in figures.items()}
    against = ((PREBUILT, 0.90), (FORM, 1.7), (PTB_MANY, 14), (PTB_ONE, 8), (AIOGRAM, 3), (STATELESS, 0.85))
    bars = [Bar(f"SQLite FULL / {peer}", rates[SQLITE] / rates[peer], bar) for peer, bar in against]
    if POSTGRES in rates:
        bars.append(Bar(f"PostgreSQL / {PREBUILT}", rates[POSTGRES] / rates[PREBUILT], 0.85))
    cpu = figures[SQLITE].cpu / figures[PREBUILT].cpu
    return [*bars, Bar(f"CPU of SQLite FULL / {PREBUILT}", cpu, 1.25, at_most=True)]


def print_message(address: str, rendering: Rendering, folder: Path) -> None:
    """Say what is sent by whom, and how fast the server could be."""
    print_versions("python-telegram-bot", "httpx", "aiogram", "aiohttp", "orjson", "sqlalchemy", "aiosqlite", "asyncpg")
    payload = orjson.loads(rendering.body)
    buttons = sum(map(len, payload["reply_markup"]["inline_keyboard"]))
    print(f"message: {len(payload['text'])} characters, {buttons} buttons, {len(rendering.body)} bytes of JSON")
    print(f"the server's own ceiling: {ask_wrk(address, rendering, folder)}")


def ask_wrk(address: str, rendering: Rendering, folder: Path) -> str:
    """Answer what wrk reaches from the client's core with the same request."""
    wrk = shutil.which("wrk")
    if wrk is None:
        return "unknown, for wrk is not installed (Debian: apt install wrk)"
    body, script = folder / "body.json", folder / "post.lua"
    body.write_bytes(rendering.body[:-1] + b',"chat_id":1}')
    script.write_text(WRK.format(body=body), encoding="utf-8")
    command = [wrk, "-t1", f"-c{SENDERS}", "-d3s", "-s", str(script), f"{address}/bot{TOKEN}/sendMessage"]
    printed = subprocess.run(command, check=True, capture_output=True, text=True).stdout  # noqa: S603  (our words)
    line = next(line for line in printed.splitlines() if line.startswith("Requests/sec"))
    return f"{float(line.split()[1]):.0f} requests/s by wrk"
