"""Whether the database's schema is the program's, asked at every start.

Migrations are known by the names of their files, so that Alembic, ten megabytes, is loaded where something is to be
migrated (`db/migrate.py`) and by nobody else.
"""

import re
from collections.abc import Awaitable, Callable, Sequence
from enum import StrEnum
from functools import cache
from importlib.resources import files

from sqlalchemy import Connection, inspect, text

from db.engine import Database
from newsroom.errors import StoreError

NAMED = re.compile(r"(\d{4})_\w+\.py")


class Schema(StrEnum):
    """What the database's schema is to this program."""

    EMPTY = "empty"
    BEHIND = "behind"
    CURRENT = "current"
    AHEAD = "ahead"


async def check_schema(database: Database) -> Schema:
    """Compare the database's schema with the program's."""
    async with database.read() as connection:
        found = await connection.run_sync(_read_revision)
    if found is None:
        return Schema.EMPTY
    if found == revisions()[-1]:
        return Schema.CURRENT
    return Schema.BEHIND if found in revisions() else Schema.AHEAD


async def prepare(database: Database, back_up: Callable[[], Awaitable[object]] | None = None) -> None:
    """Make the database fit for a start: SQLite is migrated, PostgreSQL must have been, or StoreError says so.

    What was written by an older version is backed up before.
    """
    schema = await check_schema(database)
    if schema is Schema.AHEAD:
        raise StoreError("the database was written by a newer Qasid: install that version, or restore a backup")
    if schema is Schema.CURRENT:
        return
    if not database.is_sqlite:
        raise StoreError(f"the database is {schema}: run `qasid migrate` first")
    if schema is Schema.BEHIND and back_up:
        await back_up()
    from db.migrate import migrate  # noqa: PLC0415  (loads Alembic)

    await migrate(database.url)


@cache
def revisions() -> Sequence[str]:
    """Answer the revisions there are, the oldest first."""
    names = (NAMED.fullmatch(file.name) for file in files("db.migrations").joinpath("versions").iterdir())
    return sorted(name[1] for name in names if name)


def _read_revision(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    return connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one_or_none()
