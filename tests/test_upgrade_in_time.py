"""The upgrade of a database of the release before, filled: within the minute that it may stand still, and whole."""

import time
from pathlib import Path

from sqlalchemy.engine import make_url

from db.engine import Database
from db.migrate import migrate
from db.schema import Schema, check_schema
from opening import open_database
from tests.conftest import new_postgres_database
from tests.release import READERS, count, fill
from tests.test_upgrade import settings_for

AT_MOST = 60.0  # seconds


async def assert_whole(database: Database, before: dict[str, int], began: float) -> None:
    """It is at this version's schema, in time, and no row is gone."""
    taken = time.monotonic() - began
    assert await check_schema(database) is Schema.CURRENT
    after = await count(database)
    assert {name: after[name] for name in before} == before
    rows, engine = sum(before.values()), database.url.get_backend_name()
    print(f"{engine}: {READERS:,} readers, {rows:,} rows, upgraded in {taken:.1f} s")  # noqa: T201
    assert taken < AT_MOST


async def test_a_start_on_sqlite_backs_up_and_migrates_within_a_minute(tmp_path: Path) -> None:
    url = f"sqlite+aiosqlite:///{tmp_path}/qasid.db"
    before = await fill(url)
    began = time.monotonic()
    async with open_database(settings_for(url, tmp_path)) as database:
        await assert_whole(database, before, began)
    assert len(list((tmp_path / "kept").iterdir())) == 1


async def test_postgresql_is_migrated_within_a_minute(postgres_server: str) -> None:
    url = await new_postgres_database(postgres_server, template="template1")
    before = await fill(url)
    began = time.monotonic()
    await migrate(make_url(url))
    database = Database(url)
    await assert_whole(database, before, began)
    await database.close()
