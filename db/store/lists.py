"""Lists of whole numbers as one parameter of a statement, however long they are.

A statement with a thousand placeholders is compiled anew for each length, and one that is run a thousand times pays a
thousand times. PostgreSQL unnests arrays; SQLite reads JSON, whose values it must be told to be numbers, or it would
use no index for them.
"""

from collections.abc import Sequence

import orjson
from sqlalchemy import BigInteger, FromClause, Integer, Text, cast, func, literal, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncConnection


def make_list(connection: AsyncConnection, **columns: Sequence[int | None]) -> FromClause:
    """Answer a table of these columns, which are equally long."""
    if connection.dialect.name == "postgresql":
        arrays = [literal(list(values), ARRAY(BigInteger)) for values in columns.values()]
        return func.unnest(*arrays).table_valued(*columns).render_derived(name="told")
    rows = orjson.dumps(list(zip(*columns.values(), strict=True))).decode()
    told = func.json_each(literal(rows, Text)).table_valued("value")
    named = [
        cast(func.json_extract(told.c.value, f"$[{place}]"), Integer).label(name) for place, name in enumerate(columns)
    ]
    return select(*named).subquery("told")
