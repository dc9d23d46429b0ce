"""How much room rows take: the real tables, filled through the real queue, on SQLite and where it is on PostgreSQL.

    readers with four follows ─▶ articles ─▶ planned ─▶ claimed ─▶ settled ─▶ bytes of a row and its indexes

PostgreSQL is vacuumed after each article, as autovacuum would in its own time: what updates leave behind is used again.
"""

import asyncio
import sqlite3
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import Table, func, insert, select, text
from sqlalchemy.engine import make_url
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine

from bot.desk import Desk
from db.engine import Database
from db.migrate import migrate
from db.store import articles, deliveries, pacing, pushes, sources, subscribers, workers
from db.store.articles import Place
from db.store.queue import DeliveryQueue
from db.tables import chats, follows
from db.tables import deliveries as deliveries_table
from db.tables import subscribers as subscribers_table
from newsroom.articles import ParsedArticle
from newsroom.outcomes import Came, Outcome, decide_outcome
from newsroom.pushes import Lane
from newsroom.readers import Rhythm, Schedule
from newsroom.topics import Topicality
from newsroom.work import Claimed, Landed, Rendering, Shape

READERS, ARTICLES = 5_000, 40
TAGS = ["s:diplomacy", "s:economy", "c:TJ", "c:EG"]  # what each reader follows
CLAIM = 512
UNBOUND = 1_000_000.0  # messages a second
OF_READERS = (chats, subscribers_table, follows)
PRAGMAS = ("pragma_page_count", "pragma_freelist_count", "pragma_page_size")
FIRST_ID = 5_000_000_000  # Telegram's ids are about as large now, and so take as much room


@dataclass(frozen=True, slots=True)
class Sizes:
    """What an engine needs, in bytes, with all indexes."""

    engine: str
    delivery: float
    subscriber: float


def measure() -> list[Sizes]:
    """Fill a database on each engine that is here and answer what its rows take."""
    with tempfile.TemporaryDirectory(prefix="qasid-bench-") as folder:
        found = [asyncio.run(fill(f"sqlite+aiosqlite:///{Path(folder) / 'sizes.db'}"))]
    return found + [asyncio.run(fill(url)) for url in postgres()]


def postgres() -> Iterator[str]:
    """Yield the address of a PostgreSQL, if this is a checkout on a machine with its binaries."""
    try:
        from tests.postgres import find_binaries, running_server  # noqa: PLC0415  (the wheel is without tests)
    except ImportError:
        return
    if binaries := find_binaries():
        with running_server(binaries) as address:
            yield address.format(name="postgres")


async def fill(url: str, readers: int = READERS, stories: int = ARTICLES) -> Sizes:
    """Let readers come and articles go out to all of them, and answer the room that they take."""
    await migrate(make_url(url))
    newsroom = Newsroom(Database(url))
    try:
        empty = await newsroom.count_bytes(*OF_READERS)
        await newsroom.open(readers)
        added, before = await newsroom.count_bytes(*OF_READERS) - empty, await newsroom.count_bytes(deliveries_table)
        for number in range(1, stories + 1):
            await newsroom.publish(number)
            await newsroom.vacuum()
        if (sent := await newsroom.count_sent()) != readers * stories:
            raise AssertionError(f"{sent} of {readers * stories} were sent")
        filled = await newsroom.count_bytes(deliveries_table) - before
        return Sizes(await newsroom.version(), filled / sent, added / readers)
    finally:
        await newsroom.database.close()


class Newsroom:
    """A newsroom in virtual time, whose readers all follow the same topics."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.moment = datetime(2026, 11, 24, 6, 0, 0, 123456, tzinfo=UTC)

    def now(self) -> datetime:
        """Answer the time of this newsroom."""
        return self.moment

    async def open(self, readers: int) -> None:
        """Write all that must be there before the first article."""
        async with self.database.write() as connection:
            await pacing.claim_bot(connection, 123456, self.moment)
            await articles.open_desk(connection)
            lease = await workers.enrol(connection, "all", self.now, alone=True)
            await sources.add(connection, "https://site.example/feed", self.moment)
            await self._invite(connection, range(1, readers + 1))
        lease.beat_at = datetime.max.replace(tzinfo=UTC)  # a bench has no heartbeat
        self.queue = DeliveryQueue(self.database, lease, UNBOUND, Desk(self.now, "ar"))

    async def _invite(self, connection: AsyncConnection, ids: range) -> None:
        schedule = await subscribers.intern(connection, Schedule(Rhythm.INSTANT, "Asia/Riyadh"))
        life = {"alive_at": self.moment, "free_at": self.moment}
        known = [{"id": FIRST_ID + number, "kind": "private", **life} for number in ids]
        await connection.execute(insert(chats), known)
        prefers = {"schedule_id": schedule, "language": "ar", "since": self.moment}
        readers = [{"id": number, "chat_id": FIRST_ID + number, **prefers} for number in ids]
        await connection.execute(insert(subscribers_table), readers)
        asked = [{"subscriber_id": number, "tag": tag, "muted": False} for number in ids for tag in TAGS]
        await connection.execute(insert(follows), asked)

    async def publish(self, number: int) -> None:
        """Send an article to everybody, a minute after the one before."""
        self.moment += timedelta(minutes=1)
        await self._plan(number)
        landed: list[Landed] = []
        while claimed := await self.queue.exchange(landed, CLAIM):
            self.moment += timedelta(milliseconds=250)
            landed = [self._land(row) for row in claimed]

    async def _plan(self, number: int) -> None:
        item = ParsedArticle(f"g{number}", f"https://site.example/{number}", "قمة", "نص", str(number), language="ar")
        async with self.database.write() as connection:
            stored = await articles.add(connection, item, Place(1, archived=False), self.moment)
            await articles.set_topics(connection, stored.id, Topicality(["s:diplomacy"]))
            await pushes.open_for(connection, stored.story_id, Lane.NEWS, self.moment)
            push = await pushes.lock_unplanned(connection)
            if push:
                audience = await deliveries.find_audience(connection, push, {1: self.moment})
                await deliveries.plan_range(connection, audience, 1, push.upper)
                await pushes.advance(connection, push.id, push.upper, self.moment, planned=True)

    def _land(self, row: Claimed) -> Landed:
        outcome = Outcome(Came.OK, message_id=1_000_000 + row.row_id)
        story = row.content.story_id if isinstance(row.content, Shape) else 0
        verdict = decide_outcome(row.attempt, outcome, self.moment)
        return Landed(row, outcome, verdict, Rendering("sendMessage", b"{}", story, 1))

    async def count_sent(self) -> int:
        """Answer how many deliveries have got through."""
        sent = select(func.count()).where(deliveries_table.c.state == "sent")
        async with self.database.read() as connection:
            return int((await connection.execute(sent)).scalar_one())

    async def count_bytes(self, *tables: Table) -> int:
        """Answer the room of tables with their indexes; SQLite only tells that of all its tables together."""
        query = " + ".join(f"pg_total_relation_size('{table.name}')" for table in tables)
        if self.database.is_sqlite:
            query = f"(page_count - freelist_count) * page_size FROM {', '.join(PRAGMAS)}"
        async with self.database.read() as connection:
            return int((await connection.execute(text(f"SELECT {query}"))).scalar_one())

    async def vacuum(self) -> None:
        """Let what updates left behind be used again; SQLite leaves nothing behind."""
        if not self.database.is_sqlite:
            engine = create_async_engine(self.database.url, isolation_level="AUTOCOMMIT")
            async with engine.connect() as connection:
                await connection.execute(text("VACUUM"))
            await engine.dispose()

    async def version(self) -> str:
        """Answer the name of the engine with its version."""
        if self.database.is_sqlite:
            return f"SQLite {sqlite3.sqlite_version}"
        async with self.database.read() as connection:
            number = str((await connection.execute(text("SHOW server_version"))).scalar_one())
        return f"PostgreSQL {number.split(maxsplit=1)[0]}"
