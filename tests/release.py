"""A database as the release before left it: its schema, and a newsroom's rows, as many as are wished for."""

import os
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import DateTime, Table, func, insert, select

from db.dump import reflect
from db.engine import Database
from db.migrate import migrate
from tests.test_migrations import NOW, OURS, needs_value, sample

RELEASE = "0021"
READERS = int(os.environ.get("UPGRADE_READERS", "2000"))  # each of whom has ten rows
NEWS = 5  # articles that each of them got
ARCHIVE = 10  # readers for whom there is an article of the archive
FIRST = 1_000_000  # the number of the first chat
Rows = Iterator[dict[str, Any]]


def sample_row(table: Table) -> dict[str, Any]:
    """Answer a value for each column of a table, as it was read from a database, that needs one."""
    named = {"kind": "private", "rhythm": "instant", "role": "owner", "deed": "publish"} | OURS
    return {column.name: named.get(column.name, _sample(column)) for column in table.columns if needs_value(column)}


def _sample(column: Any) -> Any:
    return NOW if isinstance(column.type, DateTime) else sample(column.type)


async def fill(url: str, readers: int = READERS) -> dict[str, int]:
    """Make a database of the release before with so many readers, and answer how many rows each table has."""
    database = Database(url)
    await migrate(database.url, RELEASE)
    async with database.write() as connection:
        tables = {table.name: table for table in await connection.run_sync(reflect)}
    for name, rows in make_rows(readers):
        table = tables[name]
        async with database.write() as connection:
            await connection.execute(insert(table), [sample_row(table) | row for row in rows])
    found = await count(database)
    await database.close()
    return found


def make_rows(readers: int) -> Iterator[tuple[str, Rows]]:
    """Yield the rows of each table, parents first."""
    now, numbers, stories = datetime.now(UTC), range(1, readers + 1), range(1, readers // ARCHIVE + NEWS + 1)
    yield "desk", iter([{"id": 1, "articles": len(stories)}])
    yield "sources", iter([{"id": 1, "state": "paused", "due_at": now}])
    yield "schedules", iter([{"id": 1, "silent": False, "zone": "Asia/Riyadh"}])
    told = {"archived": False, "seen_at": now, "appeared_at": now}
    yield "articles", ({"id": number, "story_id": number, "guid": str(number), **told} for number in stories)
    yield "versions", ({"article_id": number, "version": 1, "body": "نص الخبر " * 99} for number in stories)
    yield "chats", ({"id": FIRST + number, "alive_at": now, "free_at": now} for number in numbers)
    yield "subscribers", ({"id": number, "chat_id": FIRST + number, "language": "ar"} for number in numbers)
    for tag in ("s:diplomacy", "c:TJ"):
        yield "follows", ({"subscriber_id": number, "tag": tag, "muted": False} for number in numbers)
    done = {
        "lane": 3,
        "state": "done",
        "counts": {"sent": readers},
        "planned_at": now,
        "created_at": now,
        "due_at": now,
    }
    yield "pushes", ({"id": number, "story_id": number, **done} for number in stories[:NEWS])
    for push in stories[:NEWS]:
        sent = {"push_id": push, "state": "sent", "article_id": push, "version": 1, "settled_at": now}
        yield "deliveries", ({"subscriber_id": number, **sent} for number in numbers)
    yield "inbox", ({"update_id": number, "state": "handled", "received_at": now} for number in numbers)
    yield "audit", ({"id": number, "at": now - timedelta(days=1), "reply_id": None} for number in numbers)


async def count(database: Database) -> dict[str, int]:
    """Answer how many rows each table has."""
    async with database.read() as connection:
        tables: Mapping[str, Table] = {table.name: table for table in await connection.run_sync(reflect)}
        return {
            name: int((await connection.execute(select(func.count()).select_from(table))).scalar_one())
            for name, table in tables.items()
            if name != "alembic_version"
        }
