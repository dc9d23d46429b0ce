"""Readers by the million: a newsroom whose rows the database reckons by itself, so that it is filled in seconds.

    every reader       follows two of 68 topics that no article here is about
    half of them       also follow one of the article's three topics, a seventh of these two: they are the matched
    1 in 50 of others  mutes one

Who is matched, and what number a chat has, is scattered as it is among people: readers who joined one after another
are no neighbours in an index of chats.
"""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any
from zoneinfo import available_timezones

from sqlalchemy import (
    CTE,
    BigInteger,
    Boolean,
    Integer,
    Select,
    String,
    Table,
    cast,
    func,
    insert,
    literal,
    select,
    text,
    union_all,
)
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from db.columns import UtcDateTime
from db.engine import Database
from db.migrate import migrate
from db.store import articles, pacing, pushes, sources, workers
from db.store.articles import Place
from db.store.workers import WorkerLease
from db.tables import chats, follows, schedules, subscribers
from newsroom.articles import ParsedArticle
from newsroom.pushes import Lane
from newsroom.topics import Topicality

BOT_ID = 123456
SCHEDULES = 40
TOPICS = ("s:diplomacy", "all", "s:trade")
OTHERS = (37, 31)
SCATTER, SPREAD = 2_654_435_761, 2**33  # an odd factor visits each number below a power of two once
PRIME = 1_000_003  # the squares of what comes one after another lie anywhere below it


def now() -> datetime:
    """Answer the time."""
    return datetime.now(UTC)


def count_matched(readers: int) -> int:
    """Answer how many of so many readers an article is for."""
    return readers // 2


async def open_newsroom(database: Database, readers: int) -> None:
    """Make a newsroom with so many readers on an empty database."""
    await migrate(database.url)
    async with database.write() as connection:
        await pacing.claim_bot(connection, BOT_ID, now())
        await articles.open_desk(connection)
        await sources.add(connection, "https://samples.example/feed", now())
        if not database.is_sqlite:  # every row's parent was written a moment ago
            await connection.execute(text("SET LOCAL session_replication_role = replica"))
        for table, names, rows in _audience(readers):
            await connection.execute(insert(table).from_select(names, rows))
    await settle_down(database)


async def enrol(database: Database) -> WorkerLease:
    """Let a worker come to work, who needs no heartbeat."""
    async with database.write() as connection:
        lease = await workers.enrol(connection, "jobs", now, alone=False)
    lease.beat_at = datetime.max.replace(tzinfo=UTC)
    return lease


async def settle_down(database: Database) -> None:
    """Let the database do now what it would do in the background while we measure."""
    orders = ("PRAGMA wal_checkpoint(TRUNCATE)",) if database.is_sqlite else ("VACUUM (ANALYZE)", "CHECKPOINT")
    engine = create_async_engine(database.url, poolclass=NullPool, isolation_level="AUTOCOMMIT")
    async with engine.connect() as connection:
        for order in orders:
            await connection.execute(text(order))
    await engine.dispose()


def _audience(readers: int) -> Iterable[tuple[Table, list[str], Any]]:
    line = _line(readers)
    n, moment = line.c.n, literal(now(), UtcDateTime)
    chat_id = cast(n, BigInteger) * SCATTER % SPREAD + 1
    yield schedules, ["rhythm", "zone", "silent"], _zones()
    chat = select(chat_id, literal("private", String), moment, moment)
    yield chats, ["id", "kind", "alive_at", "free_at"], chat
    reader = select(n, chat_id, n % SCHEDULES + 1, literal("ar", String), moment)
    yield subscribers, ["id", "chat_id", "schedule_id", "language", "since"], reader
    for followed in _follows(line, readers):  # one by one, since no statement may take longer than our own would
        yield follows, ["subscriber_id", "tag", "muted"], followed


def _follows(line: CTE, readers: int) -> Iterable[Select[Any]]:
    n = line.c.n
    for divisor in OTHERS:
        tag = literal(f"o:{divisor}:", String).concat(cast(n % divisor, String))
        yield select(n.label("n"), tag.label("tag"), _flag(value=False).label("muted"))
    shuffled = select(n, func.row_number().over(order_by=(cast(n, BigInteger) * n % PRIME, n)).label("place"))
    scattered = shuffled.subquery("scattered")
    place, matched = scattered.c.place, count_matched(readers)
    for tag_of, muted, whose in (
        (TOPICS[0], False, place <= matched // 2),
        (TOPICS[1], False, place.between(matched // 2 + 1, matched)),
        (TOPICS[2], False, (place <= matched) & (place % 7 == 0)),
        (TOPICS[0], True, (place > matched) & (place % 50 == 0)),
    ):
        yield select(scattered.c.n, literal(tag_of, String), _flag(value=muted)).where(whose)


def _flag(*, value: bool) -> Any:
    return literal(value, Boolean)


def _zones() -> Select[Any]:
    zones = sorted(available_timezones())[:SCHEDULES]
    rows = (select(literal("instant", String), literal(zone, String), _flag(value=False)) for zone in zones)
    return select(union_all(*rows).subquery())


def _line(upper: int) -> CTE:
    line = select(literal(1, Integer).label("n")).cte("line", recursive=True)
    return line.union_all(select(line.c.n + 1).where(line.c.n < upper))


async def publish(database: Database, lane: Lane = Lane.NEWS) -> int:
    """Store an article for half of the readers, and answer its push, which nobody has planned yet."""
    async with database.write() as connection:
        newest = await pushes.list_newest(connection, 1)
        number = newest[0].id + 1 if newest else 1
        address = f"https://samples.example/{number}"
        item = ParsedArticle(address, address, f"قمة {number}", "نص", f"نص {number}", language="ar")
        stored = await articles.add(connection, item, Place(1, archived=False), now())
        await articles.set_topics(connection, stored.id, Topicality([TOPICS[0], TOPICS[2]]))
        return await pushes.open_for(connection, stored.story_id, lane, now())
