"""Discovery: from the address that a person gave to the source that is read, tried place by place."""

from dataclasses import dataclass
from datetime import datetime

from jobs.fetcher import Fetched, Fetcher
from newsroom.discovery import find_candidates
from newsroom.encoding import decode
from newsroom.errors import ParseError, SourceError
from newsroom.items import ParsedFeed
from newsroom.reading import read_feed, request_address


@dataclass(frozen=True, slots=True)
class Discovered:
    """A source that can be read: its address, and what it holds now."""

    url: str
    feed: ParsedFeed


async def discover(url: str, fetcher: Fetcher, now: datetime) -> Discovered:
    """Find the best source at an address: itself, or the best that its page names. Raises SourceError with a reason."""
    fetched = await fetcher.fetch(request_address(url))
    try:
        return Discovered(url, read(fetched, now))
    except ParseError as error:
        fault = error
    tried = find_candidates(decode(fetched.body or b"", fetched.charset), fetched.url)
    for candidate in tried:
        try:
            feed = read(await fetcher.fetch(request_address(candidate)), now)
        except SourceError:
            continue
        if feed.items:
            return Discovered(candidate, feed)
    raise ParseError(url, f"{fault.reason}; nor is any feed found at the {len(tried)} usual places of its site")


def read(fetched: Fetched, now: datetime) -> ParsedFeed:
    """Read what a source answered. Raises ParseError."""
    return read_feed(fetched.body or b"", fetched.url, fetched.charset, now=now)
