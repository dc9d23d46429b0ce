"""The scene of the benches: a newsroom whose readers all follow one topic, and whose pushes go to the server.

`open_newsroom` makes it on either engine; `StatelessQueue` is the queue of the same loop without any rows.
"""

import asyncio
from collections.abc import AsyncIterator, Iterable, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.engine import make_url
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.api import BotApi
from bot.articles import Look
from bot.desk import Desk
from bot.renderer import Renderer
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
from newsroom.delivery import Delivery, Queue
from newsroom.outcomes import Attempt, Came
from newsroom.pushes import Lane
from newsroom.readers import Rhythm, Schedule
from newsroom.taxonomy import Taxonomy, Topic
from newsroom.topics import Topicality
from newsroom.work import Claimed, Landed, Shape
from web.metrics import Metrics, Readings

READERS = range(1, 10_001)
UNBOUND = 1_000_000.0  # messages a second
TAG = "s:diplomacy"
LOOK = Look(Taxonomy({TAG: Topic(TAG, {"ar": "السياسة الخارجية"})}), "Asia/Riyadh", "")
SHAPE = Shape(1, 1, "ar", public=False, silent=False)
ITEM = ParsedArticle(
    guid="1",
    url="https://samples.example/2026/11/24/water-talks/",
    title="جولة محادثات صينية طاجيكية في دوشنبه لتنظيم مياه الأنهار العابرة للحدود وتبادل بيانات الأنهار الجليدية",
    lead="اتفق وفدان من الصين وطاجيكستان في دوشنبه على تبادل بيانات ذوبان الأنهار الجليدية كل أسبوع. " * 7,
    body="نص",
    language="ar",
)


@dataclass(frozen=True, slots=True)
class Newsroom:
    """A newsroom at work on one database."""

    database: Database
    lease: WorkerLease
    delivery: Delivery

    async def prepare(self) -> None:
        """Let every chat be free again, and plan a new article for everybody."""
        async with self.database.write() as connection:
            await connection.execute(chats.update().values(free_at=now()))
            number = (await connection.execute(select(desk.c.articles))).scalar_one() + 1
            await publish(connection, number)

    async def send(self) -> int:
        """Deliver what is planned and answer how many messages that were."""
        await self.delivery.drain(asyncio.Event())
        return len(READERS)

    async def check(self) -> None:
        """Make sure that the newest push has reached everybody."""
        async with self.database.read() as connection:
            newest = (await pushes.list_newest(connection, 1))[0].id
            counts = await deliveries.count_by_state(connection, newest)
        if counts != {"sent": len(READERS)}:
            raise AssertionError(f"of {len(READERS)} messages: {counts}")


@asynccontextmanager
async def open_newsroom(url: str, api: BotApi) -> AsyncIterator[Newsroom]:
    """Open a newsroom on an empty database; its first article is delivered already."""
    await migrate(make_url(url))
    database = Database(url)
    try:
        async with database.write() as connection:
            await pacing.claim_bot(connection, 123456, now())
            await articles.open_desk(connection)
            lease = await workers.enrol(connection, "all", now, alone=True)
            await _invite_readers(connection)
        lease.beat_at = datetime.max.replace(tzinfo=UTC)  # a bench has no heartbeat
        queue = DeliveryQueue(database, lease, UNBOUND, Desk(now, "ar"))
        newsroom = Newsroom(database, lease, make_delivery(queue, database, lease, api))
        await newsroom.prepare()
        await newsroom.send()
        await newsroom.check()
        yield newsroom
    finally:
        await database.close()


def make_delivery(queue: Queue, database: Database, lease: WorkerLease, api: BotApi) -> Delivery:
    """Answer the loop as `crew.py` builds it, over any queue."""
    renderer = Renderer(database, read_look, now)
    return Delivery(queue, TelegramSender(api), renderer, lease, Metrics(_no_readings, now), now, UNBOUND)


async def read_look() -> Look:
    """Answer how articles look."""
    return LOOK


async def _no_readings() -> Readings:
    return [], {}


async def _invite_readers(connection: AsyncConnection) -> None:
    await sources.add(connection, "https://samples.example/feed", now())
    schedule = await subscribers.intern(connection, Schedule(Rhythm.INSTANT, "Asia/Riyadh"))
    await connection.execute(insert(chats), list(_chats()))
    await connection.execute(insert(subscribers_table), list(_subscribers(schedule)))
    await connection.execute(insert(follows), list(_follows()))


def _chats() -> Iterator[dict[str, Any]]:
    for number in READERS:
        yield {"id": number, "kind": "private", "alive_at": now(), "free_at": now()}


def _subscribers(schedule_id: int) -> Iterator[dict[str, Any]]:
    for number in READERS:
        yield {"id": number, "chat_id": number, "schedule_id": schedule_id, "language": "ar", "since": now()}


def _follows() -> Iterator[dict[str, Any]]:
    for number in READERS:
        yield {"subscriber_id": number, "tag": TAG, "muted": False}


async def publish(connection: AsyncConnection, number: int) -> None:
    """Store an article and plan its push to everybody."""
    item = ParsedArticle(f"g{number}", f"{ITEM.url}?p={number}", ITEM.title, ITEM.lead, f"{number}", language="ar")
    stored = await articles.add(connection, item, Place(1, archived=False), now())
    await articles.set_topics(connection, stored.id, Topicality([TAG]))
    await pushes.open_for(connection, stored.story_id, Lane.NEWS, now())
    push = await pushes.lock_unplanned(connection)
    if push:
        audience = await deliveries.find_audience(connection, push, {1: now()})
        await deliveries.plan_range(connection, audience, 1, push.upper)
        await pushes.advance(connection, push.id, push.upper, now(), planned=True)


class StatelessQueue:
    """The queue that keeps nothing: rows come out of thin air, and outcomes go there."""

    halted = False

    def __init__(self, lease: WorkerLease) -> None:
        self._worker_id = lease.id
        self._left: Iterator[int] = iter(())
        self.sent = 0

    async def refill(self) -> None:
        """Begin a push to everybody."""
        self._left, self.sent = iter(READERS), 0

    def is_paused(self) -> bool:
        """Never."""
        return False

    async def exchange(self, landed: Sequence[Landed], want: int) -> list[Claimed]:
        """Count what landed and answer up to `want` more rows."""
        self.sent += sum(land.outcome.came is Came.OK for land in landed)
        moment, attempt = now(), Attempt(0, 0)
        numbers = [number for _, number in zip(range(want), self._left, strict=False)]
        return [
            Claimed(number, number, "private", 0, self._worker_id, moment, moment, attempt, SHAPE) for number in numbers
        ]

    async def pause(self, until: datetime) -> None:
        """Go on."""

    async def trust(self) -> None:
        """It always did."""

    async def stop(self, land: Landed) -> None:
        """Stop nothing."""

    async def hold_back(self, push_ids: Iterable[int]) -> None:
        """Go on."""


def now() -> datetime:
    """Answer the time."""
    return datetime.now(UTC)
