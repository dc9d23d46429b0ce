"""Pages: the whole text of new items of which the source told only the beginning, as far as robots.txt allows.

A page that cannot be read costs nothing but itself: the item stays as its source told it. One is asked for after the
other, so that a host which has had enough (429, 503) is not asked for the next, and all of a poll have an end. What
robots.txt says is kept for a day; a host that does not answer for it is not asked for pages (RFC 9309, 2.3.1).
"""

import asyncio
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from http import HTTPStatus
from itertools import islice
from typing import NamedTuple
from urllib.parse import urlsplit

import structlog
from protego import Protego

from jobs.fetcher import BUSY, Fetcher, host_of
from newsroom.articles import ParsedArticle
from newsroom.encoding import decode
from newsroom.errors import FetchError, ParseError, RestingError, SourceError
from newsroom.pages import complete, is_teaser, parse_page
from newsroom.reasons import Reason
from newsroom.withdrawals import GONE

log = structlog.get_logger()

AGENT = "Qasid"  # what robots.txt calls us
KEPT = timedelta(days=1)
KEPT_UNANSWERED = timedelta(minutes=10)  # that a host does not answer for its robots.txt
MOST_HOSTS = 1_000  # whose robots.txt are remembered
MOST_PAGES = 10  # read for one poll; the others stay as their source told them
PATIENCE = 45.0  # seconds for all of them
MOST_SITEMAPS = 8  # that are looked at
LARGEST_ROBOTS = 500 * 1024  # bytes that are read of a robots.txt (RFC 9309, 2.5)
ALL, NOTHING = "", "User-agent: *\nDisallow: /"


class Robots(NamedTuple):
    """What the robots.txt of a host says; `is_told` is False for a host that does not answer for it."""

    rules: Protego
    until: datetime
    is_told: bool


class Completed(NamedTuple):
    """Items as far as their pages were read, by guid: those that were asked for, and those worth another try."""

    items: list[ParsedArticle]
    tried: frozenset[str]
    late: frozenset[str]


@dataclass(slots=True)
class Pages:
    """Reads pages over a fetcher; one worker's."""

    fetcher: Fetcher
    now: Callable[[], datetime]
    patience: float = PATIENCE
    _robots: dict[str, Robots] = field(default_factory=dict)  # by origin

    async def complete_all(self, items: Sequence[ParsedArticle], most: int = MOST_PAGES) -> Completed:
        """Answer the items, the first of those that are but teasers with what their pages tell."""
        teasers = [item for item in items if is_teaser(item)]
        filled: dict[ParsedArticle, ParsedArticle | None] = {}
        tried, busy = set[str](), set[str]()  # by guid, and hosts that have had enough
        with suppress(TimeoutError):
            async with asyncio.timeout(self.patience):
                for item in teasers[:most]:
                    if host_of(item.url) not in busy:
                        tried.add(item.guid)
                        filled[item] = await self._complete(item, busy)
        late = frozenset(item.guid for item in teasers if filled.get(item) is None)
        return Completed([filled.get(item) or item for item in items], frozenset(tried), late)

    async def _complete(self, item: ParsedArticle, busy: set[str]) -> ParsedArticle | None:
        """Answer an item with what its page tells, or as it is; None where asking again may help."""
        try:
            return complete(item, await self.read(item.url))
        except SourceError as error:
            log.info("page left out", url=item.url, reason=error.reason)
            is_fault = isinstance(error, FetchError) and not error.permanent
            if isinstance(error, FetchError) and (error.status in BUSY or isinstance(error, RestingError)):
                busy.add(host_of(item.url))
            return None if is_fault else item

    async def read(self, url: str) -> ParsedArticle:
        """Read the article of a page. Raises SourceError."""
        robots = await self._robots_of(url)
        if not robots.rules.can_fetch(url, AGENT):
            raise FetchError(url, Reason("robots"), permanent=robots.is_told)
        fetched = await self.fetcher.fetch(url)
        if fetched.body is None:
            raise ParseError(url, Reason("empty"))
        return await asyncio.to_thread(parse_page, fetched.body, fetched.url, fetched.charset, now=self.now())

    async def is_gone(self, url: str) -> bool:
        """Tell whether a page says that it is not there; one that may not be read, or does not answer, says nothing."""
        try:
            if (await self._robots_of(url)).rules.can_fetch(url, AGENT):
                await self.fetcher.fetch(url)
        except FetchError as error:
            return error.status in GONE
        return False

    async def list_sitemaps(self, url: str) -> list[str]:
        """Answer the sitemaps that the robots.txt of a host names."""
        return list(islice((await self._robots_of(url)).rules.sitemaps, MOST_SITEMAPS))

    async def _robots_of(self, url: str) -> Robots:
        parts = urlsplit(url)
        origin, now = f"{parts.scheme}://{parts.netloc}", self.now()
        known = self._robots.get(origin)
        if known is None or now > known.until:
            if len(self._robots) >= MOST_HOSTS:
                self._robots.clear()
            told, is_told = await self._ask_robots(origin)
            until = now + (KEPT if is_told else KEPT_UNANSWERED)
            known = self._robots[origin] = Robots(Protego.parse(told), until, is_told)
        return known

    async def _ask_robots(self, origin: str) -> tuple[str, bool]:
        """Answer what the robots.txt of a host says, and whether it was the host that said so."""
        try:
            fetched = await self.fetcher.fetch(f"{origin}/robots.txt")
        except FetchError as error:
            has_none = HTTPStatus.BAD_REQUEST <= error.status < HTTPStatus.INTERNAL_SERVER_ERROR
            return (ALL, True) if has_none and error.status not in BUSY else (NOTHING, False)
        return decode((fetched.body or b"")[:LARGEST_ROBOTS], fetched.charset), True
