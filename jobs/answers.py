"""What an HTTP answer says besides its body: where else to ask, with what, and when again.

Each is a question to one answer; what is done about it is the fetcher's. A header more is a function here.
"""

import re
from collections.abc import Sequence
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http import HTTPStatus

import aiohttp
from yarl import URL

from newsroom.errors import FetchError
from newsroom.reasons import Reason

LONGEST_ADDRESS = 2_000  # bytes: a source that moved to a longer one stays where it is
LONGEST_VALIDATOR = 1_000  # characters
MOVED = {HTTPStatus.MOVED_PERMANENTLY, HTTPStatus.PERMANENT_REDIRECT}
REDIRECTS = {*MOVED, HTTPStatus.FOUND, HTTPStatus.SEE_OTHER, HTTPStatus.TEMPORARY_REDIRECT}
MAX_AGE = re.compile(r"(?:^|[\s,])max-age\s*=\s*\"?(\d{1,9})", re.IGNORECASE)


def read_redirect(url: str, answer: aiohttp.ClientResponse) -> URL | None:
    """Answer where an answer leads; None where it leads nowhere. Raises FetchError where that is no web address."""
    told = answer.headers.get("Location")
    if answer.status not in REDIRECTS or not told:
        return None
    try:
        to = answer.url.join(URL(told))
        if to.scheme in {"http", "https"} and to.host:
            return to
    except ValueError:
        pass
    raise FetchError(url, Reason("failed", cause=Reason("astray")))


def read_moved(answer: aiohttp.ClientResponse, hops: Sequence[int]) -> bool:
    """Tell whether a source is at another address for good: every redirect on the way said so."""
    return bool(hops) and MOVED.issuperset(hops) and len(str(answer.url)) <= LONGEST_ADDRESS


def find_validator(answer: aiohttp.ClientResponse, name: str) -> str | None:
    """Answer what to ask with the next time; None for what cannot be kept and sent as it is."""
    told = answer.headers.get(name, "")
    return told if told.isascii() and 0 < len(told) <= LONGEST_VALIDATOR else None


def read_freshness(answer: aiohttp.ClientResponse) -> float:
    """Answer for how many seconds an answer stays fresh (RFC 9111, 5.2.2.1)."""
    told = MAX_AGE.search(answer.headers.get("Cache-Control", ""))
    return float(told[1]) if told else 0.0


def read_retry(answer: aiohttp.ClientResponse, now: datetime) -> float | None:
    """Answer in how many seconds to ask again, told as such or as a moment (RFC 9110, 10.2.3); None where it is not."""
    told = answer.headers.get("Retry-After", "").strip()
    if told.isdecimal():
        return float(told)
    try:
        at = parsedate_to_datetime(told)
    except (ValueError, OverflowError):
        return None
    return max(((at if at.tzinfo else at.replace(tzinfo=UTC)) - now).total_seconds(), 0.0)
