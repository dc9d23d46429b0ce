"""Pages: the whole text of new items of which the source told only the beginning, as far as robots.txt allows.

A page that cannot be read costs nothing but itself: the item stays as its source told it. What robots.txt says is kept
for a day; a host that does not answer for it is not asked for pages (RFC 9309, 2.3.1).
"""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from http import HTTPStatus
from urllib.parse import urlsplit

import structlog
from protego import Protego

from jobs.fetcher import Fetcher
from newsroom.articles import ParsedArticle
from newsroom.encoding import decode
from newsroom.errors import FetchError, ParseError, SourceError
from newsroom.pages import complete, is_teaser, parse_page
from newsroom.reasons import Reason
from newsroom.withdrawals import GONE

log = structlog.get_logger()

AGENT = "Qasid"  # what robots.txt calls us
KEPT = timedelta(days=1)
MOST_HOSTS = 1_000  # whose robots.txt are remembered
MOST_PAGES = 10  # read for one poll; the others stay as their source told them
LARGEST_ROBOTS = 500 * 1024  # bytes that are read of a robots.txt (RFC 9309, 2.5)
ALL, NOTHING = "", "User-agent: *\nDisallow: /"


@dataclass(slots=True)
class Pages:
    """Reads pages over a fetcher; one worker's."""

    fetcher: Fetcher
    now: Callable[[], datetime]
    _robots: dict[str, tuple[Protego, datetime]] = field(default_factory=dict)  # by origin, with when they were read

    async def complete_all(self, items: Sequence[ParsedArticle]) -> list[ParsedArticle]:
        """Answer the items, the first of those that are but teasers with what their pages tell."""
        teasers = [item for item in items if is_teaser(item)][:MOST_PAGES]
        filled = dict(zip(teasers, await asyncio.gather(*map(self._complete, teasers)), strict=True))
        return [filled.get(item, item) for item in items]

    async def _complete(self, item: ParsedArticle) -> ParsedArticle:
        try:
            return complete(item, await self.read(item.url))
        except SourceError as error:
            log.info("page left out", url=item.url, reason=error.reason)
            return item

    async def read(self, url: str) -> ParsedArticle:
        """Read the article of a page. Raises SourceError."""
        if not await self._may_read(url):
            raise FetchError(url, Reason("robots"), permanent=True)
        fetched = await self.fetcher.fetch(url)
        if fetched.body is None:
            raise ParseError(url, Reason("empty"))
        return await asyncio.to_thread(parse_page, fetched.body, fetched.url, fetched.charset, now=self.now())

    async def is_gone(self, url: str) -> bool:
        """Tell whether a page says that it is not there; one that may not be read, or does not answer, says nothing."""
        try:
            if await self._may_read(url):
                await self.fetcher.fetch(url)
        except FetchError as error:
            return error.status in GONE
        return False

    async def _may_read(self, url: str) -> bool:
        parts = urlsplit(url)
        origin, now = f"{parts.scheme}://{parts.netloc}", self.now()
        known = self._robots.get(origin)
        if known is None or now - known[1] > KEPT:
            if len(self._robots) >= MOST_HOSTS:
                self._robots.clear()
            known = self._robots[origin] = Protego.parse(await self._ask_robots(origin)), now
        return bool(known[0].can_fetch(url, AGENT))

    async def _ask_robots(self, origin: str) -> str:
        try:
            fetched = await self.fetcher.fetch(f"{origin}/robots.txt")
        except FetchError as error:
            return ALL if HTTPStatus.BAD_REQUEST <= error.status < HTTPStatus.INTERNAL_SERVER_ERROR else NOTHING
        return decode((fetched.body or b"")[:LARGEST_ROBOTS], fetched.charset)
