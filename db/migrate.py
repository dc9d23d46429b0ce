"""Bringing the schema to what the program needs, one worker at a time.

SQLite: keys are off while tables are rewritten and checked before the commit, since rebuilding a parent table with keys
on empties its children by cascade. PostgreSQL: one transaction under an advisory lock.
"""

from collections.abc import Callable
from enum import StrEnum
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, event, text
from sqlalchemy.engine import URL
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.pool import NullPool

from db.engine import Database
from newsroom.errors import StoreError

LOCK = 0x7161736964  # "qasid": the advisory lock that only migrations take


class Schema(StrEnum):
    """What the database's schema is to this program."""

    EMPTY = "empty"
    BEHIND = "behind"
    CURRENT = "current"
    AHEAD = "ahead"


async def check_schema(database: Database) -> Schema:
    """Compare the database's schema with the program's."""
    async with database.read() as connection:
        found = await connection.run_sync(lambda sync: MigrationContext.configure(sync).get_current_revision())
    scripts = ScriptDirectory.from_config(make_config())
    if found is None:
        return Schema.EMPTY
    if found == scripts.get_current_head():
        return Schema.CURRENT
    known = {script.revision for script in scripts.walk_revisions()}
    return Schema.BEHIND if found in known else Schema.AHEAD


async def prepare(database: Database) -> None:
    """Make the database fit for a start: SQLite is migrated, PostgreSQL must have been, or StoreError says so."""
    schema = await check_schema(database)
    if schema is Schema.AHEAD:
        raise StoreError("the database was written by a newer Qasid: install that version, or restore a backup")
    if schema is Schema.CURRENT:
        return
    if not database.is_sqlite:
        raise StoreError(f"the database is {schema}: run `qasid migrate` first")
    await migrate(database.url)


async def migrate(url: URL, revision: str = "head") -> None:
    """Bring a database to a revision, up or down; doing it twice changes nothing."""
    engine = _open(url)
    try:
        async with engine.begin() as connection:
            if engine.dialect.name == "postgresql":
                await connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": LOCK})
            await connection.run_sync(_run, revision)
            if engine.dialect.name == "sqlite" and (
                broken := (await connection.execute(text("PRAGMA foreign_key_check"))).all()
            ):
                raise StoreError(f"the migration would have left rows without their parents: {broken[:3]}")
    finally:
        await engine.dispose()


def _run(connection: Connection, revision: str) -> None:
    config = make_config()
    config.attributes["connection"] = connection
    move: Callable[[Config, str], None] = command.downgrade if _is_behind(connection, revision) else command.upgrade
    move(config, revision)


def _is_behind(connection: Connection, revision: str) -> bool:
    """Tell whether a revision lies before the schema of the database."""
    if revision in {"head", "heads"}:
        return False
    current = MigrationContext.configure(connection).get_current_revision()
    scripts = ScriptDirectory.from_config(make_config())
    return current is not None and revision in {
        *(script.revision for script in scripts.iterate_revisions(current, "base")),
        "base",
    }


def make_config() -> Config:
    """Answer Alembic's configuration, with the migrations wherever the program is installed."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations").replace("%", "%%"))
    return config


def _open(url: URL) -> AsyncEngine:
    engine = create_async_engine(url, poolclass=NullPool)
    if engine.dialect.name == "sqlite":

        @event.listens_for(engine.sync_engine, "connect")
        def configure(connection: Any, _record: Any) -> None:
            connection.isolation_level = None
            for pragma in ("foreign_keys=OFF", "journal_mode=WAL", "busy_timeout=10000"):
                connection.execute(f"PRAGMA {pragma}")

        @event.listens_for(engine.sync_engine, "begin")
        def begin(connection: Any) -> None:
            connection.exec_driver_sql("BEGIN IMMEDIATE")

    return engine
