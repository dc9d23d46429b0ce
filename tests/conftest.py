"""What all tests share: a clock that stands still, a database on each engine, a local Telegram.

Store tests ask for `database` and run on SQLite and on PostgreSQL; the schema is made by the migrations, once a
session, and copied for each test.
"""

import asyncio
import os
import shutil
import warnings
from collections.abc import AsyncIterator, Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, settings
from sqlalchemy import text
from sqlalchemy.engine import make_url
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from db.engine import Database
from db.migrate import migrate
from tests.desk import ReplyDesk, set_desk
from tests.fakes import Clock
from tests.postgres import find_binaries, running_server
from tests.press import Press, open_press
from tests.scene import Scene, set_scene
from tests.stage import Stage, open_stage
from tests.statements import share_statements

# A slow machine is no fault of ours, and speed is what benches show.
settings.register_profile("ours", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("ours")
share_statements()
BINARIES = find_binaries()
WHOLE, APART = {"sqlite_template", "postgres_server"}, {"long", "wordpress", "browser"}
ROOMS = {"bench", "e2e"}  # where every test takes seconds


def run_apart(work: Coroutine[Any, Any, None]) -> None:
    """Run work to its end in a loop of its own, whether or not a loop runs here."""
    with ThreadPoolExecutor(1) as thread:
        thread.submit(asyncio.run, work).result()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty SQLite database at the newest schema."""
    path = tmp_path_factory.mktemp("sqlite") / "template.db"
    run_apart(migrate(make_url(f"sqlite+aiosqlite:///{path}")))
    return path


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """A PostgreSQL server with a template database at the newest schema."""
    if BINARIES is None:
        pytest.skip("no PostgreSQL binaries on this machine")
    with running_server(BINARIES) as address:
        run_apart(_on_server(address, "CREATE DATABASE template_qasid"))
        run_apart(migrate(make_url(address.format(name="template_qasid"))))
        yield address


async def _on_server(address: str, statement: str) -> None:
    engine = create_async_engine(address.format(name="postgres"), isolation_level="AUTOCOMMIT", poolclass=NullPool)
    async with engine.connect() as connection:
        await connection.execute(text(statement))
    await engine.dispose()


async def new_postgres_database(address: str, template: str = "template_qasid", **settings: str) -> str:
    """Make a database of its own for a test, with settings of its own, and answer its address."""
    name = f"test_{uuid4().hex}"
    await _on_server(address, f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY FILE_COPY")  # quicker than by WAL
    for setting, value in settings.items():
        await _on_server(address, f"ALTER DATABASE {name} SET {setting} = {value}")
    return address.format(name=name)


async def drop_postgres_database(address: str, url: str) -> None:
    """Take a test's database away: a thousand of them are gigabytes, and minutes to remove in the end."""
    await _on_server(address, f"DROP DATABASE {make_url(url).database} WITH (FORCE)")


@pytest.fixture(params=["sqlite", "postgres"])
async def database(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Database]:
    """An empty database at the newest schema, on each engine."""
    if request.param == "sqlite":
        path = tmp_path / "qasid.db"
        shutil.copy(request.getfixturevalue("sqlite_template"), path)
        url = f"sqlite+aiosqlite:///{path}"
    else:
        url = await new_postgres_database(request.getfixturevalue("postgres_server"))
    opened = Database(url)
    yield opened
    await opened.close()
    if request.param == "postgres":
        await drop_postgres_database(request.getfixturevalue("postgres_server"), url)


@pytest.fixture
async def scene(database: Database, clock: Clock) -> Scene:
    """A newsroom at work, on each engine."""
    return await set_scene(database, clock)


@pytest.fixture
async def desk(database: Database, clock: Clock) -> ReplyDesk:
    """A desk for replies, on each engine."""
    return await set_desk(database, clock)


@pytest.fixture
async def stage(scene: Scene) -> AsyncIterator[Stage]:
    """A newsroom that delivers to a local Telegram, on each engine."""
    async with open_stage(scene) as opened:
        yield opened


@pytest.fixture
async def press(stage: Stage) -> Press:
    """What sends broadcasts, over that newsroom."""
    return await open_press(stage)


@pytest.fixture
async def sqlite(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Database]:
    """An empty SQLite database, for what does not differ between the engines."""
    path = tmp_path / "qasid.db"
    shutil.copy(request.getfixturevalue("sqlite_template"), path)
    opened = Database(f"sqlite+aiosqlite:///{path}")
    yield opened
    await opened.close()


@pytest.fixture
async def postgres(postgres_server: str) -> AsyncIterator[Database]:
    """An empty PostgreSQL database, for what several processes share."""
    opened = Database(url := await new_postgres_database(postgres_server))
    yield opened
    await opened.close()
    await drop_postgres_database(postgres_server, url)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what the quick run leaves out: tests of the whole bot, which copy a database, and of PostgreSQL.

    Any other that takes seconds is marked where it stands.
    """
    for item in items:
        is_whole = bool(WHOLE & {*getattr(item, "fixturenames", ())}) or "postgres" in item.name.lower()
        if (is_whole or item.path.parent.name in ROOMS) and not APART & {mark.name for mark in item.iter_markers()}:
            item.add_marker(pytest.mark.thorough)


def pytest_collection_finish(session: pytest.Session) -> None:
    """CI must not pass because half of the tests could not run."""
    if BINARIES is None and os.environ.get("CI"):
        raise pytest.UsageError("CI needs PostgreSQL's binaries, or half of the store tests would be skipped")
    if BINARIES is None:
        warnings.warn("no PostgreSQL binaries: the store tests run on SQLite alone", stacklevel=1)
    del session
