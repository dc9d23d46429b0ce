"""Lists of whole numbers as one parameter of a statement, however long they are.

A statement with a thousand placeholders is compiled anew for each length, and one that is run a thousand times pays a
thousand times. PostgreSQL unnests arrays; SQLite reads JSON, whose values it must be told to be numbers, or it would
use no index for them.
"""

from collections.abc import Iterable, Sequence
from typing import Any

import orjson
from sqlalchemy import BigInteger, FromClause, Integer, Text, any_, bindparam, cast, func, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.sql import ColumnElement


def is_listed(dialect: str, column: ColumnElement[int]) -> ColumnElement[bool]:
    """Say whether a column is among numbers that are given when the statement is run: see `listed`."""
    if dialect == "postgresql":
        return column == any_(bindparam("listed", type_=ARRAY(BigInteger)))
    told = func.json_each(bindparam("listed", type_=Text)).table_valued("value")
    return column.in_(select(cast(told.c.value, Integer)))


def listed(connection: AsyncConnection, numbers: Iterable[int]) -> dict[str, Any]:
    """Answer the parameter of a statement that says `is_listed`."""
    known = list(numbers)
    return {"listed": known if connection.dialect.name == "postgresql" else orjson.dumps(known).decode()}


def list_of(dialect: str, *columns: str) -> FromClause:
    """Answer a table of these columns for a statement, whose rows are given when it is run: see `list_values`."""
    if dialect == "postgresql":
        arrays = [bindparam(f"listed_{name}", type_=ARRAY(BigInteger)) for name in columns]
        return func.unnest(*arrays).table_valued(*columns).render_derived(name="listed")
    told = func.json_each(bindparam("listed", type_=Text)).table_valued("value")
    named = [
        cast(func.json_extract(told.c.value, f"$[{place}]"), Integer).label(name) for place, name in enumerate(columns)
    ]
    return select(*named).subquery("listed")


def list_values(connection: AsyncConnection, **columns: Sequence[int | None]) -> dict[str, Any]:
    """Answer the parameters of a statement with a list of these columns, which are equally long."""
    if connection.dialect.name == "postgresql":
        return {f"listed_{name}": values for name, values in columns.items()}
    return {"listed": orjson.dumps(list(zip(*columns.values(), strict=True))).decode()}
