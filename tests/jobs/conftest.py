"""What most tests of collecting begin with: a site whose pages they write, and who fetches them."""

from collections.abc import AsyncIterator

import pytest

from jobs.fetcher import Fetcher
from tests.written import WrittenSite, open_site


@pytest.fixture
async def site() -> AsyncIterator[WrittenSite]:
    async with open_site() as opened:
        yield opened


@pytest.fixture
async def fetcher() -> AsyncIterator[Fetcher]:
    async with Fetcher("Qasid/test", allow_private=True) as opened:
        yield opened
