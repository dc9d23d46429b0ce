"""What most tests of collecting begin with (a site that they write, and who fetches it), and a look at the whole."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from jobs.checkup import Checkup
from jobs.fetcher import Fetcher
from sandbox import Sandbox
from tests.jobs.checking import open_checkup
from tests.scene import Scene
from tests.written import WrittenSite, open_site


@pytest.fixture
async def site() -> AsyncIterator[WrittenSite]:
    async with open_site() as opened:
        yield opened


@pytest.fixture
async def fetcher() -> AsyncIterator[Fetcher]:
    async with Fetcher("Qasid/test", allow_private=True) as opened:
        yield opened


@pytest.fixture
async def telegram() -> AsyncIterator[Sandbox]:
    async with Sandbox(limits=None) as opened:
        yield opened


@pytest.fixture
async def checkup(scene: Scene, telegram: Sandbox, tmp_path: Path) -> AsyncIterator[Checkup]:
    async with open_checkup(scene, telegram, tmp_path) as opened:
        yield opened
