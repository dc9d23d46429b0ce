"""Delivery: our whole durable pipeline against what a bot could do without any of it.

    pipeline     claim ─▶ send ─▶ settle, on SQLite with synchronous=FULL, as in production
    aiohttp      bare aiohttp, 64 senders, the same messages form-encoded: no state at all
    PTB          python-telegram-bot's send_message over its default transport, one after another and by 64 senders

Same server, same messages, each side on its own core; the median of three rounds, the order of the sides turned.
"""

import asyncio
import os
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from statistics import median
from typing import Any

import aiohttp
import orjson
from sqlalchemy import insert, select
from sqlalchemy.engine import make_url
from telegram import Bot, InlineKeyboardMarkup, LinkPreviewOptions
from telegram.request import HTTPXRequest

from bench.server import READERS, running_server
from bot.api import BotApi
from bot.articles import ArticleRenderer, Look
from bot.desk import Desk
from bot.sender import TelegramSender
from db.engine import Database
from db.migrate import migrate
from db.store import articles, deliveries, pacing, pushes, sources, subscribers, workers
from db.store.articles import Place
from db.store.queue import DeliveryQueue
from db.store.workers import WorkerLease
from db.tables import chats, desk, follows
from db.tables import subscribers as subscribers_table
from newsroom.articles import ParsedArticle
from newsroom.delivery import Delivery
from newsroom.pushes import Lane
from newsroom.readers import Rhythm, Schedule
from newsroom.taxonomy import Taxonomy, Topic
from newsroom.topics import Topicality
from newsroom.work import Rendering, Shape
from sandbox.server import TOKEN

ROUNDS = 3
SENDERS = 64
MANY, FEW = 6_000, 600  # messages of the quick sides and of the slow ones
UNBOUND = 1_000_000.0  # messages a second
TAG = "s:diplomacy"
LOOK = Look(Taxonomy({TAG: Topic(TAG, {"ar": "السياسة الخارجية"})}), "Asia/Riyadh", "")
ITEM = ParsedArticle(
    guid="1",
    url="https://samples.example/2026/11/24/water-talks/",
    title="جولة محادثات صينية طاجيكية لتنظيم مياه الأنهار العابرة للحدود",
    lead="اتفق وفدان من الصين وطاجيكستان في دوشنبه على تبادل بيانات ذوبان الأنهار الجليدية كل أسبوع. " * 6,
    body="نص",
    language="ar",
)


class Meter:
    """Counts nothing."""

    def count(self, name: str, value: float = 1, **labels: str) -> None:
        """Leave it."""

    def observe(self, name: str, seconds: float) -> None:
        """Leave it."""


@dataclass(frozen=True, slots=True)
class Pipeline:
    """A newsroom with readers, whose pushes go to the server."""

    database: Database
    lease: WorkerLease
    delivery: Delivery


def run() -> None:
    """Print the figures."""
    cores = sorted(os.sched_getaffinity(0))
    with running_server(cores[0]) as address:
        os.sched_setaffinity(0, {cores[-1]})
        asyncio.run(compare(address))


async def compare(address: str) -> None:
    """Measure the sides in turn and print their medians."""
    with tempfile.TemporaryDirectory(prefix="qasid-bench-") as folder:
        async with BotApi(address, TOKEN, connections=512) as api:
            pipeline = await open_pipeline(Path(folder) / "bench.db", api)
            rendering = await pipeline.delivery.renderer.render(Shape(1, 1, "ar", public=False, silent=False))
            sides: dict[str, Callable[[], Awaitable[float]]] = {
                "pipeline": lambda: send_by_pipeline(pipeline),
                "aiohttp": lambda: send_by_aiohttp(address, rendering),
                "PTB, one after another": lambda: send_by_ptb(address, rendering, 1),
                "PTB, 64 senders": lambda: send_by_ptb(address, rendering, SENDERS),
            }
            rates = await measure(sides)
            await pipeline.database.close()
    report(rates, rendering)


async def measure(sides: dict[str, Callable[[], Awaitable[float]]]) -> dict[str, float]:
    """Answer the median rate of each side, after a round that warms up."""
    found: dict[str, list[float]] = {name: [] for name in sides}
    for turn in range(ROUNDS + 1):
        names = list(sides)
        for name in names[turn % len(names) :] + names[: turn % len(names)]:
            rate = await sides[name]()
            if turn:
                found[name].append(rate)
    return {name: median(rates) for name, rates in found.items()}


def report(rates: dict[str, float], rendering: Rendering) -> None:
    """Print the figures."""
    names = ("python-telegram-bot", "httpx", "aiohttp", "sqlalchemy", "aiosqlite")
    print("versions: " + ", ".join(f"{name} {version(name)}" for name in names))
    print(f"message: {len(orjson.loads(rendering.body)['text'])} characters, {len(rendering.body)} bytes of JSON\n")
    for name, rate in rates.items():
        print(f"{name:24} {rate:8.0f} messages/s")
    best_ptb = max(rate for name, rate in rates.items() if name.startswith("PTB"))
    print(f"\npipeline / bare aiohttp, form-encoded  {rates['pipeline'] / rates['aiohttp']:6.2f}")
    print(f"pipeline / the better PTB              {rates['pipeline'] / best_ptb:6.2f}")


async def open_pipeline(path: Path, api: BotApi) -> Pipeline:
    """Make a newsroom whose readers all follow one topic."""
    url = f"sqlite+aiosqlite:///{path}"
    await migrate(make_url(url))
    database = Database(url)
    async with database.write() as connection:
        await pacing.claim_bot(connection, 123456, now())
        await articles.open_desk(connection)
        lease = await workers.enrol(connection, "all", now, alone=True)
        await sources.add(connection, "https://samples.example/feed", now())
        schedule = await subscribers.intern(connection, Schedule(Rhythm.INSTANT, "Asia/Riyadh"))
        await connection.execute(insert(chats), list(_chats()))
        await connection.execute(insert(subscribers_table), list(_subscribers(schedule)))
        await connection.execute(insert(follows), list(_follows()))
        await publish(connection, 1)
    lease.beat_at = datetime.max.replace(tzinfo=UTC)  # the bench has no heartbeat
    queue = DeliveryQueue(database, lease, UNBOUND, Desk(now, "ar"))
    renderer = ArticleRenderer(database, LOOK, now)
    delivery = Delivery(queue, TelegramSender(api), renderer, lease, Meter(), now, UNBOUND)
    await delivery.drain(asyncio.Event())  # or its chats would have to rest in the middle of the first round
    return Pipeline(database, lease, delivery)


def _chats() -> Iterator[dict[str, Any]]:
    for number in READERS[:MANY]:
        yield {"id": number, "kind": "private", "alive_at": now(), "free_at": now()}


def _subscribers(schedule_id: int) -> Iterator[dict[str, Any]]:
    for number in READERS[:MANY]:
        yield {"id": number, "chat_id": number, "schedule_id": schedule_id, "language": "ar", "since": now()}


def _follows() -> Iterator[dict[str, Any]]:
    for number in READERS[:MANY]:
        yield {"subscriber_id": number, "tag": TAG, "muted": False}


async def publish(connection: Any, number: int) -> None:
    """Store an article and plan its push to everybody."""
    item = ParsedArticle(f"g{number}", f"{ITEM.url}?p={number}", ITEM.title, ITEM.lead, f"{number}", language="ar")
    stored = await articles.add(connection, item, Place(1, archived=False), now())
    await articles.set_topics(connection, stored.id, Topicality(["s:diplomacy"]))
    await pushes.open_for(connection, stored.story_id, Lane.NEWS, now())
    push = await pushes.lock_unplanned(connection)
    if push:
        await deliveries.plan_range(connection, push, push.upper, {1: now()})
        await pushes.advance(connection, push.id, push.upper, now(), planned=True)


async def send_by_pipeline(pipeline: Pipeline) -> float:
    """Deliver one push to everybody, durably, and answer the rate. Chats are free again before each round."""
    async with pipeline.database.write() as connection:
        await connection.execute(chats.update().values(free_at=now()))
        number = (await connection.execute(select(desk.c.articles))).scalar_one() + 1
        await publish(connection, number)
    began = time.perf_counter()
    await pipeline.delivery.drain(asyncio.Event())
    seconds = time.perf_counter() - began
    async with pipeline.database.read() as connection:
        newest = (await pushes.list_newest(connection, 1))[0].id
        sent = (await deliveries.count_by_state(connection, newest)).get("sent", 0)
    if sent < MANY:
        raise AssertionError(f"{sent} of {MANY} were sent")
    return sent / seconds


async def send_by_aiohttp(address: str, rendering: Rendering) -> float:
    """Post the same messages form-encoded with nothing around them."""
    fields = {
        key: value if isinstance(value, str) else orjson.dumps(value).decode()
        for key, value in _payload(rendering).items()
    }
    url = f"{address}/bot{TOKEN}/sendMessage"
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=SENDERS)) as session:

        async def send(chat_id: int) -> None:
            async with session.post(url, data={**fields, "chat_id": str(chat_id)}) as answer:
                if not orjson.loads(await answer.read())["ok"]:
                    raise AssertionError("refused")

        return await by_senders(send, SENDERS, MANY)


async def send_by_ptb(address: str, rendering: Rendering, senders: int) -> float:
    """Send the same messages as python-telegram-bot's users do."""
    payload = _payload(rendering)
    request = HTTPXRequest(connection_pool_size=SENDERS, pool_timeout=30)
    async with Bot(TOKEN, base_url=f"{address}/bot", request=request) as bot:
        keyboard = InlineKeyboardMarkup.de_json(payload["reply_markup"], bot)
        preview = LinkPreviewOptions.de_json(payload["link_preview_options"], bot)

        async def send(chat_id: int) -> None:
            await bot.send_message(
                chat_id, payload["text"], parse_mode="HTML", reply_markup=keyboard, link_preview_options=preview
            )

        return await by_senders(send, senders, FEW)


async def by_senders(send: Callable[[int], Awaitable[None]], senders: int, count: int) -> float:
    """Let so many senders send to so many readers, and answer the rate."""
    line = iter(READERS[:count])

    async def work() -> None:
        for chat_id in line:
            await send(chat_id)

    began = time.perf_counter()
    await asyncio.gather(*(work() for _ in range(senders)))
    return count / (time.perf_counter() - began)


def _payload(rendering: Rendering) -> dict[str, Any]:
    payload: dict[str, Any] = orjson.loads(rendering.body)
    return payload


def now() -> datetime:
    """Answer the time."""
    return datetime.now(UTC)
