"""What the store tests share."""

import pytest

from db.engine import Database
from tests.conftest import Clock
from tests.scene import Scene, set_scene


@pytest.fixture
async def scene(database: Database, clock: Clock) -> Scene:
    """A newsroom at work, on each engine."""
    return await set_scene(database, clock)
