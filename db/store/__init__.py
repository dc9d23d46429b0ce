"""What is asked of the database, noun by noun: functions over an open connection, the same statements on both engines.

A store decides nothing: it finds, marks and counts what `newsroom` decided. A new query is one function in the module
of its noun. `queue.py` and `collected.py` fit the Protocols of the flows that need more than one noun.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import Insert, Integer, Table, bindparam, case, literal_column
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Row
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.sql import ColumnElement, Executable
from sqlalchemy.sql.dml import ReturningInsert

from newsroom.work import Landed

# Longer than any request with its wait for a slot: a chat is held so long for its claimed row, and what is in flight
# longer was lost track of.
HOLD = timedelta(seconds=90)
AnyRow = Row[*tuple[Any, ...]]


async def rows(
    connection: AsyncConnection, statement: Executable, values: dict[str, Any] | None = None
) -> Sequence[AnyRow]:
    """Run a statement, with the values of its parameters, and answer all its rows."""
    return (await connection.execute(statement, values)).all()


async def write_new(connection: AsyncConnection, table: Table, **values: Any) -> AnyRow | None:
    """Write a row unless one with its key is there, also when another worker writes it at this very moment.

    Answers the new row's primary key; None when there was one.
    """
    return (await connection.execute(_write_new(connection.dialect.name, table), values)).one_or_none()


@cache
def _write_new(dialect: str, table: Table) -> ReturningInsert[*tuple[Any, ...]]:
    return _unless_there(dialect, table).returning(*table.primary_key.columns)


def insert_unless_there(connection: AsyncConnection, table: Table) -> Insert:
    """Answer an insert that leaves every row alone whose key is there."""
    return _unless_there(connection.dialect.name, table)


def _unless_there(dialect: str, table: Table) -> Insert:
    insert = postgresql.insert if dialect == "postgresql" else sqlite.insert
    return insert(table).on_conflict_do_nothing()


async def each(connection: AsyncConnection, statement: Executable, values: Iterable[dict[str, Any]]) -> None:
    """Run a statement once for each set of values; none is no statement."""
    if found := list(values):
        await connection.execute(statement, found)


# The states in which a row may still be settled, said literally: a list of parameters cannot be run for many rows.
UNSETTLED: list[ColumnElement[str]] = [literal_column(f"'{state}'") for state in ("sending", "queued", "uncertain")]

WRITTEN = ("state", "due_at", "attempts", "message_id", "reason", "settled_at")


def settling(table: Table) -> dict[str, ColumnElement[Any]]:
    """Answer what settling writes into a row of work; the values come from `life_values`. A doubt stays on record."""
    told: ColumnElement[int] = bindparam("new_doubts", type_=Integer)
    doubts = case((table.c.doubts > told, table.c.doubts), else_=told)
    return {name: bindparam(f"new_{name}") for name in WRITTEN} | {"doubts": doubts}


def life_values(land: Landed, now: datetime) -> dict[str, Any]:
    """Answer the values of a settled row, and whose claim it was: a row that others took since is not ours to write."""
    verdict, claimed = land.verdict, land.claimed
    return {
        "worker": claimed.worker_id,
        "claimed": claimed.claimed_at,
        "new_state": verdict.state.value,
        "new_due_at": verdict.due_at or now,
        "new_attempts": verdict.attempts,
        "new_doubts": verdict.doubts,
        "new_message_id": verdict.message_id,
        "new_reason": verdict.reason,
        "new_settled_at": None if verdict.due_at else now,
    }
