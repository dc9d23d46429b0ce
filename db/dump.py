"""All rows as lines, of one moment, on either engine, while everybody works on.

    {"revision": …, "made_at": …, …}                   what it is
    {"table": …, "columns": […], "kinds": […]}         then its rows, PAGE by PAGE
    {"rows": [[…], …]}
    {"end": {table: rows}}                             or it is not whole

Tables are read off the database and not off the program, so that one of another version is dumped as well; and each
value is written for what it is, so that the lines go back into either engine (`db/load.py`).

Left out is what is nobody's loss (the leases of workers, and the index, which is made of the articles), and, unless it
is asked for, where authors are reached: the one table that says who wrote what. They are met again when they write.
"""

import base64
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import orjson
from sqlalchemy import (
    JSON,
    Connection,
    DateTime,
    LargeBinary,
    MetaData,
    Table,
    Text,
    cast,
    literal,
    select,
    text,
    tuple_,
)
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.sql import ColumnElement

from db.tables import is_drawn

PAGE = 500  # rows that are read at once
FORMAT = 1
OF_THE_WORK = frozenset({"alembic_version", "findings", "invitations", "workers", "indexing"})
OF_AUTHORS = frozenset({"author_chats"})
WRITE: Mapping[str, Callable[[Any], Any]] = {
    "time": lambda moment: _in_utc(moment).isoformat(),
    "bytes": lambda data: base64.b64encode(data).decode(),
}


async def dump(connection: AsyncConnection, made_at: datetime, *, with_authors: bool = False) -> AsyncIterator[bytes]:
    """Yield the lines of a dump; the connection is a snapshot, or the rows would not fit together."""
    tables = await connection.run_sync(reflect)
    left_out = OF_THE_WORK if with_authors else OF_THE_WORK | OF_AUTHORS
    revision = (await connection.execute(text("SELECT version_num FROM alembic_version"))).scalar_one()
    about = {"format": FORMAT, "revision": revision, "made_at": made_at, "with_authors": with_authors}
    yield orjson.dumps(about)
    counts: dict[str, int] = {}
    for table in tables:
        if table.name in left_out:
            continue
        name, kinds = str(table.name), [_kind(column.type) for column in table.c]
        yield orjson.dumps({"table": name, "columns": [str(column.name) for column in table.c], "kinds": kinds})
        counts[name] = 0
        async for page in _read_pages(connection, table):
            counts[name] += len(page)
            yield orjson.dumps({"rows": [_write(row, kinds) for row in page]})
    yield orjson.dumps({"end": counts})


def reflect(connection: Connection) -> list[Table]:
    """Answer the tables that there are, but for those of the index."""
    metadata = MetaData()
    metadata.reflect(connection, only=lambda name, _: is_drawn(name, "table", None))
    return sorted(metadata.tables.values(), key=lambda table: table.name)


async def _read_pages(connection: AsyncConnection, table: Table) -> AsyncIterator[Sequence[Any]]:
    """Yield the rows by their key: no cursor stays open, and a page takes milliseconds."""
    keys = list(table.primary_key.columns)
    read = select(*map(_as_it_stands, table.c)).order_by(*keys).limit(PAGE)
    places = [list(table.c).index(column) for column in keys]
    page = (await connection.execute(read)).all()
    while page:
        yield page
        after = tuple_(*keys) > tuple_(*(literal(page[-1][place], keys[at].type) for at, place in enumerate(places)))
        page = (await connection.execute(read.where(after))).all() if len(page) == PAGE else []


def _as_it_stands(column: Any) -> ColumnElement[Any]:
    """JSON is taken as its text, or nothing and a written `null` would be one."""
    return cast(column, Text).label(column.name) if isinstance(column.type, JSON) else column


def _kind(kind: Any) -> str:
    if isinstance(kind, DateTime):
        return "time"
    if isinstance(kind, LargeBinary):
        return "bytes"
    return "json" if isinstance(kind, JSON) else "plain"


def _write(row: Sequence[Any], kinds: Sequence[str]) -> list[Any]:
    return [
        WRITE[kind](value) if value is not None and kind in WRITE else value
        for value, kind in zip(row, kinds, strict=True)
    ]


def _in_utc(moment: datetime) -> datetime:
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
