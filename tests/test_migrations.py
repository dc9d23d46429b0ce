"""Migrations: they make exactly the tables of `db/tables.py`, go back and forth, and lose no row on the way."""

from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Connection,
    Float,
    Integer,
    LargeBinary,
    Table,
    insert,
    inspect,
    select,
    text,
)

import db.broadcasting
import db.collecting
import db.commenting
import db.meanings
import db.moderating
import db.operating
import db.replying
import db.showing
import db.working  # noqa: F401  (their tables belong to the metadata)
from db.columns import UtcDateTime
from db.engine import Database
from db.migrate import make_config, migrate
from db.schema import Schema, check_schema, prepare, revisions
from db.tables import article_topics, articles, is_drawn, metadata, sources, versions
from db.vault import Vault
from newsroom.errors import StoreError
from tests.conftest import new_postgres_database
from tests.desk import SECRET

HEAD = ScriptDirectory.from_config(make_config()).get_current_head() or ""
NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)


@pytest.fixture(params=["sqlite", "postgres"])
async def empty(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Database]:
    """A database without any table, on each engine."""
    if request.param == "sqlite":
        url = f"sqlite+aiosqlite:///{tmp_path / 'empty.db'}"
    else:
        url = await new_postgres_database(request.getfixturevalue("postgres_server"), template="template1")
    database = Database(url)
    yield database
    await database.close()


def differences(connection: Connection) -> list[Any]:
    asked = {"compare_type": True, "compare_server_default": True, "include_name": is_drawn}
    context = MigrationContext.configure(connection, opts=asked)
    return list(compare_metadata(context, metadata))


def read_checks(connection: Connection, table: str) -> Sequence[Any]:
    return inspect(connection).get_check_constraints(table)


async def test_from_empty_to_head_equals_the_metadata(empty: Database) -> None:
    await migrate(empty.url)
    async with empty.read() as connection:
        assert await connection.run_sync(differences) == []


async def test_each_state_is_checked_by_what_the_metadata_says_and_nothing_else(empty: Database) -> None:
    await migrate(empty.url)
    async with empty.read() as connection:
        for table in metadata.sorted_tables:
            found = await connection.run_sync(read_checks, table.name)
            checks = [check for check in table.constraints if isinstance(check, CheckConstraint)]
            assert sorted(told["name"] or "" for told in found) == sorted(str(check.name) for check in checks)
            if empty.is_sqlite:  # PostgreSQL writes them in words of its own
                assert sorted(told["sqltext"] for told in found) == sorted(str(check.sqltext) for check in checks)


async def test_there_is_one_chain_in_the_order_of_the_files() -> None:
    scripts = ScriptDirectory.from_config(make_config())
    assert len(scripts.get_heads()) == 1
    assert [script.revision for script in scripts.walk_revisions()][::-1] == list(revisions())


async def test_every_table_is_filled_and_keeps_its_rows_over_back_and_forth(empty: Database) -> None:
    await migrate(empty.url)
    before = await fill(empty)
    script = ScriptDirectory.from_config(make_config()).get_revision(HEAD)
    previous = script.down_revision
    if isinstance(previous, str):  # the first migration has nothing to go back to
        await migrate(empty.url, previous)
        async with empty.read() as connection:
            kept = await connection.run_sync(lambda sync: set(inspect(sync).get_table_names()))
        before |= {name: [] for name in before if name not in kept}  # a table of the newest goes with it
    await migrate(empty.url)
    assert await read_all(empty) == before


async def test_back_to_nothing_and_forth_again(empty: Database) -> None:
    await migrate(empty.url)
    await migrate(empty.url, "base")
    assert await check_schema(empty) is Schema.EMPTY
    await migrate(empty.url)
    assert await check_schema(empty) is Schema.CURRENT


async def test_migrating_twice_changes_nothing(empty: Database) -> None:
    await migrate(empty.url)
    await migrate(empty.url)
    assert await check_schema(empty) is Schema.CURRENT


async def test_categories_that_told_a_topic_are_still_known(empty: Database) -> None:
    await migrate(empty.url, "0006")
    why = [["رأي", "category", 6], ["رأي", "title", 3]]
    async with empty.write() as connection:
        for table in (sources, articles, versions, article_topics):
            await connection.execute(
                insert(table).values(sample_row(table) | ({"why": why} if "why" in table.c else {}))
            )
    await migrate(empty.url)
    async with empty.read() as connection:
        assert (await connection.execute(select(versions.c.categories))).scalar_one() == ["رأي"]


async def test_sqlite_is_made_ready_at_the_start_and_postgresql_says_what_to_do(empty: Database) -> None:
    if empty.is_sqlite:
        await prepare(empty)
        assert await check_schema(empty) is Schema.CURRENT
    else:
        with pytest.raises(StoreError, match="qasid migrate"):
            await prepare(empty)


async def test_a_newer_schema_is_refused(database: Database) -> None:
    async with database.write() as connection:
        await connection.execute(text("UPDATE alembic_version SET version_num = 'from-the-future'"))
    with pytest.raises(StoreError, match="newer"):
        await prepare(database)


async def list_tables(database: Database) -> set[str]:
    async with database.read() as connection:
        return set(await connection.run_sync(lambda sync: inspect(sync).get_table_names()))


async def fill(database: Database) -> dict[str, list[Any]]:
    """Put a row into every table, parents first."""
    async with database.write() as connection:
        for table in metadata.sorted_tables:
            await connection.execute(insert(table).values(sample_row(table)))
    return await read_all(database)


async def read_all(database: Database) -> dict[str, list[Any]]:
    async with database.read() as connection:
        return {
            table.name: [tuple(row) for row in (await connection.execute(select(table))).all()]
            for table in metadata.sorted_tables
        }


OURS = {"fingerprint": Vault(SECRET).fingerprint}  # or no backup is made of it


def sample_row(table: Table) -> dict[str, Any]:
    """A value for each column that needs one; every key is 1, so that all references hold."""
    named = {"kind": "private", "rhythm": "instant", "role": "owner", "deed": "publish"} | OURS
    return {column.name: named.get(column.name, sample(column.type)) for column in table.columns if needs_value(column)}


def needs_value(column: Any) -> bool:
    return column.server_default is None and (not column.nullable or column.name in {"counts", "story_id"})


def sample(kind: Any) -> Any:
    if isinstance(kind, UtcDateTime):
        return NOW
    if isinstance(kind, Boolean):
        return True
    if isinstance(kind, BigInteger | Integer | Float):
        return 1
    if isinstance(kind, LargeBinary):
        return b"x"
    return {"x": 1} if type(kind).__name__ == "JSON" else "x"
