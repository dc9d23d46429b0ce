"""What tests of the stores share beyond `tests/conftest.py`: databases for the state machines."""

import asyncio
import shutil
from pathlib import Path

import pytest

from tests.conftest import new_postgres_database


@pytest.fixture(params=["sqlite", "postgres"])
def address(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An empty database for a state machine, whose steps must come out the same each time they are replayed.

    PostgreSQL plans every statement anew: a plan that it kept of earlier lives may find rows in another order.
    """
    if request.param == "sqlite":
        path = tmp_path / "qasid.db"
        shutil.copy(request.getfixturevalue("sqlite_template"), path)
        return f"sqlite+aiosqlite:///{path}"
    server = request.getfixturevalue("postgres_server")
    return asyncio.run(new_postgres_database(server, plan_cache_mode="force_custom_plan"))
