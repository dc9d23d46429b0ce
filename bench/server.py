"""The server of the benches: a sandbox in a process of its own, on a core of its own, without limits and log."""

import asyncio
import multiprocessing
import os
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing.connection import Connection

from sandbox import Sandbox

READERS = range(1, 20_001)


@contextmanager
def running_server(core: int) -> Iterator[str]:
    """Start the server and answer its address; everybody in READERS has written to the bot."""
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=_serve, args=(theirs, core), daemon=True)
    process.start()
    try:
        yield str(ours.recv())
    finally:
        process.terminate()
        process.join()


def _serve(pipe: Connection, core: int) -> None:
    os.sched_setaffinity(0, {core})
    asyncio.run(_serve_for_ever(pipe))


async def _serve_for_ever(pipe: Connection) -> None:
    async with Sandbox(limits=None, keep_log=False) as telegram:
        for number in READERS:
            telegram.person(number).writes("/start")
        pipe.send(telegram.url)
        await asyncio.Event().wait()
