"""Bringing the schema to what the program needs, one worker at a time.

SQLite: keys are off while tables are rewritten and checked before the commit, since rebuilding a parent table with keys
on empties its children by cascade. PostgreSQL: one transaction under an advisory lock. Whether anything is to be done,
`db/schema.py` tells.
"""

from collections.abc import Callable
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

from newsroom.errors import StoreError

LOCK = 0x7161736964  # "qasid": the advisory lock that only migrations take


async def migrate(url: URL, revision: str = "head") -> None:
    """Bring a database to a revision, up or down; doing it twice changes nothing."""
    engine = open_for_change(url)
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


def open_for_change(url: URL) -> AsyncEngine:
    """Open a database whose tables are to be changed: on SQLite with foreign keys out of force, and nobody beside."""
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
