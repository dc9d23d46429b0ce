"""A database as the release before left it: its schema, and a newsroom's rows, as many as are wished for.

As long as the changelog has no release, the newest schema stands for it from which a table that grows is rebuilt: the
longest way up that there is. With a release RELEASE becomes its schema, which the changelog says in its heading.

What grows with readers, articles and replies has many rows, each other table has one: `make_news`, `make_readers` and
`make_replies` say which grow.
"""

import os
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from itertools import chain
from typing import Any

from sqlalchemy import DateTime, Table, func, insert, select

from db.dump import reflect
from db.engine import Database
from db.migrate import migrate
from tests.test_migrations import NOW, OURS, needs_value, sample

RELEASE = "0021"  # before 0023, which rebuilds `pushes`
READERS = int(os.environ.get("UPGRADE_READERS", "2000"))  # each of whom has a dozen rows
NEWS = 5  # articles that each of them got
ARCHIVE = 10  # readers for whom there is an article of the archive
WRITERS = 20  # readers of whom one writes a reply
FIRST = 1_000_000  # the number of the first chat
BOT = 123_456  # the number of a local Telegram's bot
OF_THE_FIRST = {"author_key": "a1", "reply_id": "r1", "chat_id": FIRST + 1, "bot_id": BOT}  # what a single row is about
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
    many = set()
    for name, rows in chain(make_news(readers), make_readers(readers), make_replies(readers // WRITERS + 1)):
        await _add(database, tables[name], rows)
        many.add(name)
    for table in sort_by_parents(tables):
        if table.name not in many:
            about = {name: value for name, value in OF_THE_FIRST.items() if name in table.columns}
            await _add(database, table, iter([about]))
    found = await count(database)
    await database.close()
    return found


async def _add(database: Database, table: Table, rows: Rows) -> None:
    async with database.write() as connection:
        await connection.execute(insert(table), [sample_row(table) | row for row in rows])


def sort_by_parents(tables: Mapping[str, Table]) -> list[Table]:
    """Answer the tables of a schema that was read off a database, parents first."""
    whole = next(iter(tables.values())).metadata.sorted_tables
    return [table for table in whole if table.name in tables and table.name != "alembic_version"]


def count_stories(readers: int) -> range:
    """Answer the numbers of the articles of a newsroom with so many readers."""
    return range(1, readers // ARCHIVE + NEWS + 1)


def make_news(readers: int) -> Iterator[tuple[str, Rows]]:
    """Yield the rows of what was read."""
    now, stories = datetime.now(UTC), count_stories(readers)
    yield "desk", iter([{"id": 1, "articles": len(stories)}])
    yield "sources", iter([{"id": 1, "state": "paused", "due_at": now}])
    told = {"archived": False, "seen_at": now, "appeared_at": now}
    yield "articles", ({"id": number, "story_id": number, "guid": str(number), **told} for number in stories)
    yield "versions", ({"article_id": number, "version": 1, "body": "نص الخبر " * 99} for number in stories)
    yield "article_topics", ({"article_id": number, "tag": "s:diplomacy", "appeared_at": now} for number in stories)
    yield "vectors", ({"article_id": number, "vector": bytes(512), "at": now} for number in stories)


def make_readers(readers: int) -> Iterator[tuple[str, Rows]]:
    """Yield the rows of who reads, what went to them, and what they did."""
    now, numbers, stories = datetime.now(UTC), range(1, readers + 1), count_stories(readers)
    yield "schedules", iter([{"id": 1, "silent": False, "zone": "Asia/Riyadh"}])
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
    yield "pushes", ({"id": number, "story_id": number, **done} for number in stories)
    for push in stories[:NEWS]:
        sent = {"push_id": push, "state": "sent", "article_id": push, "version": 1, "settled_at": now}
        yield "deliveries", ({"subscriber_id": number, **sent} for number in numbers)
    yield "inbox", ({"update_id": number, "state": "handled", "received_at": now} for number in numbers)
    sent = {"state": "sent", "payload": b"", "settled_at": now}
    yield "outbox", ({"id": number, "dedup_key": str(number), "chat_id": FIRST + number, **sent} for number in numbers)
    yield "audit", ({"id": number, "at": now - timedelta(days=1), "reply_id": None} for number in numbers)


def make_replies(writers: int) -> Iterator[tuple[str, Rows]]:
    """Yield the rows of what readers wrote about the first article, each of them once."""
    now, numbers = datetime.now(UTC), range(1, writers + 1)
    yield "authors", ({"key": f"a{number}", "pen_number": number, "since": now} for number in numbers)
    yield "author_chats", ({"author_key": f"a{number}", "sealed": bytes(40)} for number in numbers)
    public = {"article_id": 1, "state": "published", "public_revision": 1, "published_at": now}
    yield "replies", ({"id": f"r{number}", "author_key": f"a{number}", **public} for number in numbers)
    yield "revisions", ({"reply_id": f"r{number}", "revision": 1, "text": "رأي في الخبر " * 20} for number in numbers)
    yield "votes", ({"reply_id": f"r{number}", "revision": 1} for number in numbers)
    shown = {"state": "settled", "wanted": 1, "shown": 1}
    yield "publications", ({"id": number, "reply_id": f"r{number}", **shown} for number in numbers)
    yield "notices", ({"reply_id": f"r{number}", "told_at": now} for number in numbers)
    yield "discussions", ({"article_id": 1, "author_key": f"a{number}", "muted": False} for number in numbers)


async def count(database: Database) -> dict[str, int]:
    """Answer how many rows each table has."""
    async with database.read() as connection:
        tables: Mapping[str, Table] = {table.name: table for table in await connection.run_sync(reflect)}
        return {
            name: int((await connection.execute(select(func.count()).select_from(table))).scalar_one())
            for name, table in tables.items()
            if name != "alembic_version"
        }
