"""Terms: how long the rows of a table are kept, and the one way in which those that are over go.

    over (which rows, by now) ─▶ find, in a reading transaction ─▶ drop, in a short writing one

The writer is held for the rows that go and for nothing else: what is looked through to find them, however large, is
looked through by a reader. What is over by now and not when it was found, or the other way round, stays.

Each noun's store says its term beside its queries; `jobs/purge.py` lists them all, and docs/privacy.md tells them. A
term that does more than delete is a class of its own, beside its noun.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Table, and_, bindparam, delete, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.sql import ColumnElement

from db.store import each, rows

THIS = "this_"


@dataclass(frozen=True)
class Term:
    """Which rows of a table are over."""

    table: Table
    over: Callable[[datetime], ColumnElement[bool]]

    async def find(self, connection: AsyncConnection, most: int, now: datetime) -> Sequence[Any]:
        """Answer the keys of rows that are over, so many at most."""
        return await rows(connection, select(*self.table.primary_key.columns).where(self.over(now)).limit(most))

    async def drop(self, connection: AsyncConnection, found: Sequence[Any], now: datetime) -> None:
        """Let these rows go, in the order of their keys, but for those that are not over any more."""
        await each(connection, delete(self.table).where(is_this(self.table), self.over(now)), name_each(sorted(found)))


def is_any(column: ColumnElement[str], *states: str) -> ColumnElement[bool]:
    """Say that a state is one of these; not as a list, for a statement with one cannot be run for many rows."""
    return or_(*(column == state for state in states))


def is_this(table: Table) -> ColumnElement[bool]:
    """Say that a row is the one of the values that `name_each` answers."""
    keys = table.primary_key.columns
    return and_(*(column == bindparam(f"{THIS}{column.name}", type_=column.type) for column in keys))


def name_each(found: Iterable[Any]) -> list[dict[str, Any]]:
    """Answer the values of rows by the names that `is_this` gives them."""
    return [{f"{THIS}{name}": value for name, value in row._mapping.items()} for row in found]  # noqa: SLF001  (public)
