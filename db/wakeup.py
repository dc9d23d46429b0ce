"""Waking: whoever makes rows fall due names the job, and its workers look at once instead of at their next poll.

    announce(connection, "plan") ─▶ the transaction commits ─┬▶ this process's worker of that name
                                                             └▶ NOTIFY ─▶ hear ─▶ every other process's

A transaction tells of a job once, however many rows it wrote. Nothing rests on being woken: a word that is lost costs
the time to the next poll. SQLite has one process, and a command at the terminal beside it is found by the poll.
A new job that others wake is a member of `Job`, and `announce` where its rows are written.
"""

import asyncio
from collections.abc import AsyncGenerator, Iterable
from typing import Any, Literal, get_args

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from newsroom.errors import StoreError

Job = Literal[
    "backup",
    "broadcasts",
    "cards",
    "collect",
    "comments",
    "deliver",
    "inbox",
    "notices",
    "plan",
    "probe",
    "quotes",
    "screen",
    "setup",
    "share",
    "stats",
    "threads",
    "tidings",
    "topics",
    "websub",
]
JOBS: tuple[Job, ...] = get_args(Job)

CHANNEL = "qasid"
ANNOUNCED = "announced"  # where a connection keeps the jobs of its transaction
SILENCE = 30.0  # seconds after which a quiet connection is asked whether it still stands


def collect(connection: AsyncConnection) -> set[str]:
    """Begin a transaction's set of jobs, and answer it: `announce` fills it until the commit."""
    jobs: set[str] = set()
    connection.info[ANNOUNCED] = jobs
    return jobs


def announce(connection: AsyncConnection, job: Job) -> None:
    """Let the workers of a job look for work as soon as this transaction has committed."""
    connection.info[ANNOUNCED].add(job)


async def notify(connection: AsyncConnection, jobs: Iterable[str], sender: str) -> None:
    """Tell the other processes of these jobs when the transaction commits."""
    for job in jobs:
        await connection.execute(select(func.pg_notify(CHANNEL, f"{job} {sender}")))


async def hear(connection: Any, receiver: str, silence: float = SILENCE) -> AsyncGenerator[str, None]:
    """Yield the jobs that others announce, first each once, for what they said before we heard it.

    `connection` is the driver's own. Raises StoreError when it is lost.
    """
    words: asyncio.Queue[str | None] = asyncio.Queue()
    connection.add_termination_listener(lambda _: words.put_nowait(None))
    await connection.add_listener(CHANNEL, lambda *told: words.put_nowait(told[-1]))
    for missed in JOBS:
        yield missed
    while True:
        try:
            word = await asyncio.wait_for(words.get(), silence)
        except TimeoutError:
            await connection.execute("SELECT 1")  # nobody tells us of a line that was cut without a word
            continue
        if word is None:
            raise StoreError("the connection was cut")
        job, _, sender = word.partition(" ")
        if sender != receiver:
            yield job
