"""The lines of a dump (`db/dump.py`) put back into a database, of either engine, which is empty before.

    schema of the dump's version ─▶ all rows in one transaction ─▶ schema of this version ─▶ the erasures since

Rows come in the order of their tables' names, so foreign keys are out of force meanwhile and are checked at the end.
A dump of a newer version is refused. What fails leaves an empty database.
"""

import base64
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import (
    JSON,
    BigInteger,
    Connection,
    ForeignKeyConstraint,
    Integer,
    LargeBinary,
    Table,
    bindparam,
    delete,
    insert,
    select,
    text,
)
from sqlalchemy.engine import URL
from sqlalchemy.schema import AddConstraint, DropConstraint

from db.columns import UtcDateTime
from db.dump import FORMAT, reflect
from db.migrate import migrate, open_for_change
from db.schema import revisions
from newsroom.errors import StoreError

READ: Mapping[str, Callable[[Any], Any]] = {
    "time": datetime.fromisoformat,
    "bytes": base64.b64decode,
    "json": lambda written: JSON.NULL if written == "null" else orjson.loads(written),
}
TYPES: Mapping[str, Any] = {"time": UtcDateTime(), "bytes": LargeBinary(), "json": JSON(none_as_null=True)}


@dataclass(slots=True)
class About:
    """What a dump says of itself; `counts` are rows by table."""

    made_at: datetime
    revision: str
    with_authors: bool
    counts: dict[str, int] = field(default_factory=dict)


def read_about(lines: Iterator[bytes]) -> About:
    """Answer what a dump is, by its first line. Raises StoreError for what this version cannot read."""
    told = orjson.loads(next(lines, b"{}"))
    if told.get("format") != FORMAT or told.get("revision") not in revisions():
        raise StoreError("the backup was made by a newer Qasid: install that version first")
    return About(datetime.fromisoformat(told["made_at"]), told["revision"], told["with_authors"])


async def load(lines: Iterator[bytes], url: URL) -> About:
    """Fill an empty database with a dump, and bring it to this version's schema; answers what was loaded."""
    about = read_about(lines)
    await migrate(url, about.revision)
    engine = open_for_change(url)
    try:
        async with engine.begin() as connection:
            about.counts = await connection.run_sync(_fill, lines)
    finally:
        await engine.dispose()
    await migrate(url)
    return about


def _fill(connection: Connection, lines: Iterable[bytes]) -> dict[str, int]:
    tables = {table.name: table for table in reflect(connection)}
    is_sqlite = connection.dialect.name == "sqlite"
    keys = [] if is_sqlite else _drop_keys(connection, tables.values())
    counts = _insert_all(connection, lines, tables)
    if is_sqlite:
        if broken := connection.execute(text("PRAGMA foreign_key_check")).all():
            raise StoreError(f"the backup has rows without their parents: {broken[:3]}")
        return counts
    for one in keys:
        connection.execute(AddConstraint(one))
    for table in tables.values():
        _go_on_counting(connection, table)
    return counts


def _insert_all(connection: Connection, lines: Iterable[bytes], tables: Mapping[str, Table]) -> dict[str, int]:
    counts: dict[str, int] = {}
    into: tuple[Any, Sequence[str], Sequence[str]] | None = None
    name = ""
    for line in lines:
        told = orjson.loads(line)
        if "table" in told:
            name, counts[told["table"]] = told["table"], 0
            connection.execute(delete(tables[name]))  # what a migration has begun it with
            into = _make_insert(tables[name], told["columns"], told["kinds"]), told["columns"], told["kinds"]
        elif "rows" in told and into:
            connection.execute(into[0], [_read(row, into[1], into[2]) for row in told["rows"]])
            counts[name] += len(told["rows"])
        elif told.get("end") == counts:
            return counts
    raise StoreError("the backup is not whole")


def _make_insert(table: Table, columns: Sequence[str], kinds: Sequence[str]) -> Any:
    """Answer the insert; a type is named where the engine would not know by itself what a value is."""
    values = {
        name: bindparam(f"new_{name}", type_=TYPES.get(kind, table.c[name].type))
        for name, kind in zip(columns, kinds, strict=True)
    }
    return insert(table).values(values)


def _read(row: Sequence[Any], columns: Sequence[str], kinds: Sequence[str]) -> dict[str, Any]:
    return {
        f"new_{name}": READ[kind](value) if value is not None and kind in READ else value
        for name, value, kind in zip(columns, row, kinds, strict=True)
    }


def _drop_keys(connection: Connection, tables: Iterable[Table]) -> list[ForeignKeyConstraint]:
    """Put foreign keys out of force, and answer them."""
    keys = [
        constraint
        for table in tables
        for constraint in table.constraints
        if isinstance(constraint, ForeignKeyConstraint)
    ]
    for constraint in keys:
        connection.execute(DropConstraint(constraint))
    return keys


def _go_on_counting(connection: Connection, table: Table) -> None:
    """Let PostgreSQL number the next rows after those that were put in with their numbers."""
    for column in table.primary_key.columns:
        asked = {"table": table.name, "column": column.name}
        counter = connection.execute(text("SELECT pg_get_serial_sequence(:table, :column)"), asked).scalar()
        if counter and isinstance(column.type, BigInteger | Integer):
            highest = connection.execute(select(column).order_by(column.desc()).limit(1)).scalar()
            if highest:
                connection.execute(text("SELECT setval(:counter, :highest)"), {"counter": counter, "highest": highest})
