"""The live stage: the real application in this process, and a local Telegram in another, each on its own core.

    with running_telegram(Server(...)) as telegram:
        await telegram.ask(function, value)  # runs there, with the sandbox, and answers what it answers

What a bench wants to know of Telegram, or to do to it, is a function at the top of its module.
"""

import asyncio
import gc
import logging
import multiprocessing
import os
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, replace
from inspect import isawaitable
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from sqlalchemy import insert, literal, select
from sqlalchemy.ext.asyncio import AsyncConnection

from app import App, open_app
from bench.newsroom import ITEM, TAG, now
from db.store import articles, pushes, sources, subscribers
from db.store.articles import Place
from db.tables import chats, desk, follows
from db.tables import subscribers as subscribers_table
from logs import set_up_logging
from newsroom.pushes import Lane
from newsroom.readers import Rhythm, Schedule
from newsroom.topics import Topicality
from sandbox import Fault, FaultKind, Limits, Sandbox
from sandbox.server import TOKEN
from settings import Settings, read_settings

RATE = 28.0  # messages a second, as SEND_RATE is by default
LATENCY = 0.05  # seconds until Telegram answers, about what it takes from Europe
SOURCE = "https://samples.example/feed"  # never polled: the bench publishes


@dataclass(frozen=True, slots=True)
class Server:
    """A Telegram as a bench needs it; the readers have written to the bot."""

    readers: int
    limits: Limits | None = None
    latency: float = 0.0  # seconds until a message is answered
    keep_log: bool = False


@dataclass(frozen=True, slots=True)
class Telegram:
    """The sandbox in its process."""

    url: str
    pipe: Connection

    async def ask(self, function: Callable[..., Any], *values: Any) -> Any:
        """Run a function there, with the sandbox and these values, and answer what it answers."""
        self.pipe.send((function, values))
        return await asyncio.to_thread(self.pipe.recv)


@dataclass(frozen=True, slots=True)
class Sends:
    """The messages that reached Telegram: when each was taken, and when one was refused with a 429."""

    arrived: list[float]
    refused: list[float]

    def count(self, start: float, end: float) -> int:
        """Answer how many were taken in a time."""
        return sum(start <= at < end for at in self.arrived)


def read_sends(telegram: Sandbox) -> Sends:
    """Answer what the sandbox's log says of messages."""
    sends = [call for call in telegram.calls if call.method == "sendMessage"]
    return Sends(
        [call.began_at for call in sends if call.is_sent], [call.began_at for call in sends if call.status == 429]
    )


@contextmanager
def running_telegram(server: Server) -> Iterator[Telegram]:
    """Start the sandbox on the first core and go to the last one ourselves."""
    cores = sorted(os.sched_getaffinity(0))
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=_serve, args=(server, theirs, cores[0]), daemon=True)
    process.start()
    os.sched_setaffinity(0, {cores[-1]})
    try:
        yield Telegram(ours.recv(), ours)
    finally:
        process.terminate()
        process.join()


def _serve(server: Server, pipe: Connection, core: int) -> None:
    os.sched_setaffinity(0, {core})
    asyncio.run(_serve_for_ever(server, pipe))


async def _serve_for_ever(server: Server, pipe: Connection) -> None:
    async with Sandbox(limits=server.limits, keep_log=server.keep_log) as telegram:
        for number in range(1, server.readers + 1):
            telegram.person(number).writes("/start")
        telegram.world.updates.drop_all()
        if server.latency:
            telegram.faults.add(Fault(FaultKind.SLOW, "sendMessage", times=None, seconds=server.latency))
        gc.freeze()  # half a million readers looked through again and again would be measured as Telegram's latency
        gc.disable()
        pipe.send(telegram.url)
        while True:
            function, values = await asyncio.to_thread(pipe.recv)
            answer = function(telegram, *values)
            pipe.send(await answer if isawaitable(answer) else answer)


def make_settings(telegram: Telegram, folder: Path, send_rate: float) -> Settings:
    """Answer the settings of the application under test; nothing of the environment or of `.env` counts."""
    return read_settings(
        env_file=None,
        bot_token=TOKEN,
        telegram_api_url=telegram.url,
        database_url=f"sqlite+aiosqlite:///{folder / 'bench.db'}",
        send_rate=send_rate,
        web_port=0,
    )


@asynccontextmanager
async def running_app(settings: Settings) -> AsyncIterator[App]:
    """Run the application, all roles."""
    set_up_logging(settings.log_format, [TOKEN], logging.WARNING)
    async with open_app(settings) as app:
        running = asyncio.create_task(app.run())
        try:
            yield app
        finally:
            app.stop.set()
            await running


async def settle_readers(app: App, count: int) -> None:
    """Let the first `count` people be readers who follow the subject."""
    async with app.database.write() as connection:
        await sources.add(connection, SOURCE, now())
        await sources.set_state(connection, SOURCE, "paused", now())
        schedule = await subscribers.intern(connection, Schedule(Rhythm.INSTANT, "Asia/Riyadh"))
        await connection.execute(_insert_many(chats, count, kind="private", alive_at=now(), free_at=now()))
        reader = {"schedule_id": schedule, "language": "ar", "since": now()}
        await connection.execute(_insert_many(subscribers_table, count, "chat_id", **reader))
        await connection.execute(_insert_many(follows, count, "", tag=TAG, muted=False))


def _insert_many(table: Any, count: int, also: str = "", **values: Any) -> Any:
    """Answer an insert of rows numbered from 1 to `count`; `also` is a second column that holds the number."""
    first = select(literal(1).label("number")).cte("numbers", recursive=True)
    numbers = first.union_all(select(first.c.number + 1).where(first.c.number < count))
    key = next(iter(table.primary_key.columns)).name
    rest = [literal(value, table.c[name].type) for name, value in values.items()]
    names = [key, *([also] if also else []), *values]
    return insert(table).from_select(names, select(*[numbers.c.number] * (2 if also else 1), *rest))


async def publish(connection: AsyncConnection) -> int:
    """Publish an article about the subject, and answer its push; nobody has planned it yet."""
    number = (await connection.execute(select(desk.c.articles))).scalar_one() + 1
    item = replace(ITEM, guid=f"g{number}", url=f"{ITEM.url}?p={number}", body=f"{number}")
    stored = await articles.add(connection, item, Place(1, archived=False), now())
    await articles.set_topics(connection, stored.id, Topicality([TAG]))
    return await pushes.open_for(connection, stored.story_id, Lane.NEWS, now())
