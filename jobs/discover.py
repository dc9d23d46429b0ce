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
from newsroom.reading import Kind, read_feed, request_address, tell_kind
from newsroom.reasons import Reason
from newsroom.sitemaps import list_sitemaps
from newsroom.withdrawals import GONE

MOST_LISTED = 3  # sitemaps of an index that are tried


@dataclass(frozen=True, slots=True)
class Discovered:
    """A source that can be read: its address, and what it holds now."""

    url: str
    feed: ParsedFeed
    kind: Kind

    @property
    def is_page(self) -> bool:
        """Tell whether it is the page of an article, which tells of no other: it can be read once, not collected."""
        return self.kind is Kind.PAGE


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
        return await read(url, fetched, now)
    except ParseError as error:
        fault = error
    sitemaps = await Pages(fetcher, lambda: now).list_sitemaps(fetched.url)
    tried = await asyncio.to_thread(_look_for, fetched, sitemaps)
    for candidate in tried:
        if found := await _try(candidate, fetcher, now):
            return found
    raise ParseError(url, Reason("nowhere", fault=fault.reason, tried=len(tried)))


async def _try(candidate: str, fetcher: Fetcher, now: datetime) -> Discovered | None:
    """Read a candidate, or the best of the sitemaps that it lists; None where there is no news."""
    try:
        fetched = await fetcher.fetch(request_address(candidate))
    except SourceError:
        return None
    with suppress(ParseError):
        found = await read(candidate, fetched, now)
        return found if found.feed.items else None
    for listed in (await asyncio.to_thread(_list_sitemaps, fetched))[:MOST_LISTED]:
        with suppress(SourceError):
            found = await read(listed, await fetcher.fetch(listed), now)
            if found.feed.items:
                return found
    return None


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
                return Discovered(page.url, ParsedFeed("", page.language, (page,)), Kind.PAGE)
        raise


async def read(url: str, fetched: Fetched, now: datetime) -> Discovered:
    """Read what a source answered, beside what else is to be done. Raises ParseError."""
    body = fetched.body or b""
    feed = await asyncio.to_thread(read_feed, body, fetched.url, fetched.charset, now=now)
    return Discovered(url, feed, tell_kind(body, fetched.charset))


def _look_for(fetched: Fetched, sitemaps: list[str]) -> list[str]:
    """Answer where the news of a site may be read: first at what an index of sitemaps lists, where it is one."""
    text = decode(fetched.body or b"", fetched.charset)
    return [*_list_sitemaps(fetched)[:MOST_LISTED], *find_candidates(text, fetched.url, fetched.link, sitemaps)]


def _list_sitemaps(fetched: Fetched) -> list[str]:
    return list_sitemaps(decode(fetched.body or b"", fetched.charset), fetched.url)
