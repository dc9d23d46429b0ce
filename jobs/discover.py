"""Discovery: from the address that a person gave to the source that is read, tried place by place.

Where no source is found, the page itself may be an article's: `discover_any` reads that alone.
"""

import asyncio
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urljoin, urlsplit

from jobs.fetcher import Fetched, Fetcher
from jobs.pages import Pages
from newsroom.discovery import find_candidates
from newsroom.encoding import decode
from newsroom.errors import FetchError, ParseError, SourceError
from newsroom.items import ParsedFeed
from newsroom.reading import read_feed, request_address
from newsroom.reasons import Reason
from newsroom.withdrawals import GONE


@dataclass(frozen=True, slots=True)
class Discovered:
    """A source that can be read: its address, and what it holds now."""

    url: str
    feed: ParsedFeed
    is_page: bool = False  # of an article, which tells of no other: it can be read once, not collected


async def discover(url: str, fetcher: Fetcher, now: datetime) -> Discovered:
    """Find the best source at an address: itself, or the best that its page names. Raises SourceError with a reason.

    Where nothing is at the address any more, its site is looked at instead.
    """
    try:
        fetched = await fetcher.fetch(request_address(url))
    except FetchError as error:
        if error.status not in GONE or (root := urljoin(url, "/")) == url:
            raise
        with suppress(SourceError):
            return await discover(root, fetcher, now)
        raise
    try:
        return Discovered(url, await read(fetched, now))
    except ParseError as error:
        fault = error
    tried = await asyncio.to_thread(_look_for, fetched)
    for candidate in tried:
        try:
            feed = await read(await fetcher.fetch(request_address(candidate)), now)
        except SourceError:
            continue
        if feed.items:
            return Discovered(candidate, feed)
    raise ParseError(url, Reason("nowhere", fault=fault.reason, tried=len(tried)))


async def discover_any(url: str, fetcher: Fetcher, now: datetime) -> Discovered:
    """Find the best source at an address; where there is none, the article of its page. Raises SourceError.

    A front page tells of many articles and is none, whatever stands in it.
    """
    try:
        return await discover(url, fetcher, now)
    except ParseError:
        if urlsplit(url).path.strip("/"):
            with suppress(SourceError):
                page = await Pages(fetcher, lambda: now).read(url)
                return Discovered(page.url, ParsedFeed("", page.language, (page,)), is_page=True)
        raise


async def read(fetched: Fetched, now: datetime) -> ParsedFeed:
    """Read what a source answered, beside what else is to be done. Raises ParseError."""
    return await asyncio.to_thread(read_feed, fetched.body or b"", fetched.url, fetched.charset, now=now)


def _look_for(fetched: Fetched) -> list[str]:
    return find_candidates(decode(fetched.body or b"", fetched.charset), fetched.url)
