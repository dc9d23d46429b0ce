"""What the sandbox carries: sendMessage a second on one core, checking off and on, and the memory of its people.

    this process, on a core of its own ── keep-alive ─▶ a server of each kind on the other core, by turns

The sides are the sandbox without and with the check of parameters, and a bare aiohttp handler that answers every
request with the same message: what HTTP alone costs. Rates are of the wall and, where a machine is shared, of the CPU
seconds that the server had: those are what a core to itself would do. The message is the one of `bench/server.py`.
"""

import asyncio
import multiprocessing
import os
import resource
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import cycle, islice
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import cast

import httptools
import orjson
from aiohttp import web

import runtime
from bench.report import Bar, print_bars, print_versions
from bench.server import PAGE, ROW, TEXT, TOKEN, as_http, make_message
from sandbox import Sandbox

PEOPLE, CONNECTIONS = 100_000, 32
ROUNDS, SENDS = 3, 8_000  # rounds that count, and messages of one
FIRST_ID = 5_000_000_000
TICKS = os.sysconf("SC_CLK_TCK")
SIDES = {"bare aiohttp": "bare", "sandbox, checking off": "unchecked", "sandbox, checking on": "checked"}
UNCHECKED_BAR, CHECKED_BAR = 5_000, 1_500  # messages a second on a core


@dataclass(frozen=True, slots=True)
class Server:
    """A server of one kind, in a process of its own."""

    address: tuple[str, int]
    process_id: int
    bytes_of_person: float

    def cpu(self) -> float:
        """Answer the CPU seconds that it has had."""
        fields = Path(f"/proc/{self.process_id}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / TICKS


@dataclass(frozen=True, slots=True)
class Rate:
    """Messages a second: of the wall, and of the server's CPU."""

    wall: float
    core: float


def run() -> None:
    """Print the figures."""
    runtime.run(compare())


async def compare() -> None:
    """Let each side be asked by turns."""
    with running(sorted(os.sched_getaffinity(0))) as servers:
        rates: dict[str, list[Rate]] = {name: [] for name in servers}
        for turn in range(ROUNDS + 1):
            for name, server in servers.items():
                rate = await measure(server, turn)
                rates[name] += [rate] if turn else []
        report(rates, servers["sandbox, checking on"].bytes_of_person)


def report(rates: Mapping[str, list[Rate]], bytes_of_person: float) -> None:
    """Print medians, and ratios to the bare handler."""
    print_versions("aiohttp", "uvloop")
    print(f"\n{'':24}{'messages/s':>12}{'of CPU s':>12}{'of bare':>9}")
    middle = {name: Rate(median(r.wall for r in all_), median(r.core for r in all_)) for name, all_ in rates.items()}
    bare = middle["bare aiohttp"].core
    for name, rate in middle.items():
        print(f"{name:24}{rate.wall:12.0f}{rate.core:12.0f}{rate.core / bare:9.2f}")
    print(f"\n{PEOPLE:,} people who have written: {bytes_of_person:.0f} bytes each")
    unchecked, checked = (middle[name].core for name in list(middle)[1:])
    print_bars(
        [
            Bar("checking off, messages a CPU second / 5,000", unchecked / UNCHECKED_BAR, 1),
            Bar("checking on, messages a CPU second / 1,500", checked / CHECKED_BAR, 1),
        ]
    )


async def measure(server: Server, turn: int) -> Rate:
    """Send to people one after another, each round to others."""
    bodies = islice(cycle(range(PEOPLE)), turn * SENDS, (turn + 1) * SENDS)
    requests = iter([make_request(FIRST_ID + number) for number in bodies])
    cpu, began = server.cpu(), perf_counter()
    loop = asyncio.get_running_loop()
    asking = [await loop.create_connection(lambda: Asking(requests), *server.address) for _ in range(CONNECTIONS)]
    await asyncio.gather(*(protocol.done for _, protocol in asking))
    return Rate(SENDS / (perf_counter() - began), SENDS / (server.cpu() - cpu))


def make_request(chat_id: int) -> bytes:
    """Answer a whole request for a message to a chat."""
    body = orjson.dumps(
        {
            "text": f"<b>{TEXT[:64]}</b>{TEXT[64:]}",
            "parse_mode": "HTML",
            "link_preview_options": {"url": PAGE, "prefer_large_media": True},
            "reply_markup": {"inline_keyboard": [ROW]},
            "chat_id": chat_id,
        }
    )
    head = f"POST /bot{TOKEN}/sendMessage HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: "
    return b"%b%d\r\n\r\n%b" % (head.encode(), len(body), body)


class Asking(asyncio.Protocol):
    """A connection that is kept alive: the next request leaves when the last was answered with 200."""

    transport: asyncio.WriteTransport

    def __init__(self, requests: Iterator[bytes]) -> None:
        self.requests = requests
        self.done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.parser = httptools.HttpResponseParser(self)

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin."""
        self.transport = cast(asyncio.WriteTransport, transport)
        self.ask()

    def ask(self) -> None:
        """Send the next request, or end."""
        if request := next(self.requests, None):
            self.transport.write(request)
        else:
            self.transport.close()
            self.done.set_result(None)

    def data_received(self, data: bytes) -> None:
        """Read on."""
        self.parser.feed_data(data)

    def on_message_complete(self) -> None:
        """Go on, if it was said that it was sent."""
        if self.parser.get_status_code() != 200:
            self.done.set_exception(RuntimeError("a message was refused"))
            return
        self.ask()


@contextmanager
def running(cores: list[int]) -> Iterator[dict[str, Server]]:
    """Start a server of each side on the first core, and leave the last one to this process."""
    context = multiprocessing.get_context("spawn")
    processes: list[BaseProcess] = []
    servers = {}
    try:
        for name, kind in SIDES.items():
            ours, theirs = context.Pipe()
            process: BaseProcess = context.Process(target=_serve, args=(theirs, kind, cores[0]), daemon=True)
            process.start()
            processes.append(process)
            servers[name] = Server(*ours.recv())
        os.sched_setaffinity(0, {cores[-1]})
        yield servers
    finally:
        for process in processes:
            process.terminate()
            process.join()


def _serve(pipe: Connection, kind: str, core: int) -> None:
    os.sched_setaffinity(0, {core})
    runtime.run(_serve_bare(pipe) if kind == "bare" else _serve_sandbox(pipe, checking=kind == "checked"))


async def _serve_bare(pipe: Connection) -> None:
    body = as_http(make_message()).partition(b"\r\n\r\n")[2]

    async def answer(request: web.BaseRequest) -> web.Response:
        await request.read()
        return web.Response(body=body, content_type="application/json")

    runner = web.ServerRunner(web.Server(answer, access_log=None))
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    await _tell(pipe, runner.addresses[0][1], 0)


async def _serve_sandbox(pipe: Connection, *, checking: bool) -> None:
    async with Sandbox(token=TOKEN, limits=None, checking=checking) as telegram:
        before = _resident()
        for number in range(PEOPLE):
            telegram.person(FIRST_ID + number).writes("/start")
        telegram.world.updates.drop_all()
        taken = _resident() - before
        await _tell(pipe, telegram.port, taken / PEOPLE)


async def _tell(pipe: Connection, port: int, bytes_of_person: float) -> None:
    runtime.settle_in()
    pipe.send((("127.0.0.1", port), os.getpid(), bytes_of_person))
    await asyncio.Event().wait()


def _resident() -> int:
    pages = int(Path("/proc/self/statm").read_text(encoding="utf-8").split()[1])
    return pages * resource.getpagesize()
