"""Fetching from the outside: guarded, bounded, conditional.

The guard sits where a socket is made: it is handed the very address that is about to be connected to, after names were
looked up and after every redirect, in whatever spelling it was given, and refuses what is not public. A reader of the
site must not be able to make the bot ask its own network.
"""

import asyncio
import re
import socket
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from ipaddress import ip_address, ip_network
from types import TracebackType
from typing import Self, TypeVar
from weakref import WeakValueDictionary

import aiohttp
from yarl import URL

from newsroom.errors import FetchError
from newsroom.reasons import Reason

T = TypeVar("T")
LARGEST_BODY = 8 * 1024 * 1024  # bytes, after decompression
LONGEST_ADDRESS = 2_000  # bytes: a source that moved to a longer one stays where it is
LONGEST_VALIDATOR = 1_000  # characters
MOST_REDIRECTS = 5
KEEP_ALIVE = 2.0  # seconds: pages of one site follow each other at once, and hundreds of hosts are asked in a second
TIMEOUT = aiohttp.ClientTimeout(total=30, sock_connect=10, sock_read=20)
# `is_global` says yes to addresses that a gateway turns into private ones: NAT64 (RFC 6052) and 6to4 (RFC 3056).
GATEWAYS = (ip_network("64:ff9b::/96"), ip_network("64:ff9b:1::/48"), ip_network("2002::/16"))
MOVED = {HTTPStatus.MOVED_PERMANENTLY, HTTPStatus.PERMANENT_REDIRECT}
KEEPING = {HTTPStatus.TEMPORARY_REDIRECT, HTTPStatus.PERMANENT_REDIRECT}  # that repeat what is posted, as a hub may
MAX_AGE = re.compile(r"(?:^|[\s,])max-age\s*=\s*\"?(\d{1,9})", re.IGNORECASE)
PERMANENT = {401, 403, 404, 405, 410, 451}
# What went wrong with an answer, by its reason; the first that fits.
FAULTS: tuple[tuple[type[Exception], str], ...] = (
    (aiohttp.ServerDisconnectedError, "hung-up"),
    (aiohttp.ClientPayloadError, "broke-off"),
    (aiohttp.RedirectClientError, "astray"),
    (aiohttp.ClientResponseError, "no-http"),
    (ValueError, "no-address"),
)


@dataclass(frozen=True, slots=True)
class Fetched:
    """What a source answered; `body` is None when nothing has changed since the validators (304)."""

    url: str  # after redirects
    body: bytes | None
    charset: str | None
    etag: str | None
    last_modified: str | None
    moved: bool = False  # for good: every redirect on the way said so
    fresh_for: float = 0  # seconds for which the server says that nothing changes
    link: str = ""  # the Link headers, as one


class ForbiddenAddressError(OSError):
    """The address that it names is not on the public net."""


class Fetcher:
    """Fetches over one pool of connections, one request per host at a time."""

    def __init__(
        self, user_agent: str, *, allow_private: bool = False, timeout: aiohttp.ClientTimeout = TIMEOUT
    ) -> None:
        self._user_agent = user_agent
        self._allow_private = allow_private
        self._timeout = timeout
        self._session: aiohttp.ClientSession | None = None
        self._hosts: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    async def __aenter__(self) -> Self:
        connector = aiohttp.TCPConnector(limit=32, keepalive_timeout=KEEP_ALIVE, socket_factory=self._make_socket)
        headers = {"User-Agent": self._user_agent, "Accept": "application/rss+xml, application/atom+xml, */*;q=0.8"}
        self._session = aiohttp.ClientSession(
            connector=connector, timeout=self._timeout, headers=headers, trust_env=False
        )
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._session:
            await self._session.close()

    def _make_socket(self, address: aiohttp.AddrInfoType) -> socket.socket:
        family, kind, protocol, _, where = address
        if not (self._allow_private or is_public(str(where[0]))):
            raise ForbiddenAddressError(str(where[0]))
        return socket.socket(family, kind, protocol)

    async def fetch(
        self, url: str, etag: str | None = None, last_modified: str | None = None, *, fresh: bool = False
    ) -> Fetched:
        """Fetch a document unless it is unchanged since the validators; a `fresh` one is from no cache on the way.

        Raises FetchError, with the reason in words.
        """
        told = {"If-None-Match": etag, "If-Modified-Since": last_modified, "Cache-Control": "no-cache" if fresh else ""}
        headers = {name: value for name, value in told.items() if value}
        return await self._ask_politely(url, lambda: self._get(url, headers))

    async def post(self, url: str, form: Mapping[str, str]) -> None:
        """Post a form, and have it taken. Raises FetchError, with the reason in words."""
        await self._ask_politely(url, lambda: self._post(url, form))

    async def _ask_politely(self, url: str, ask: Callable[[], Awaitable[T]]) -> T:
        """Ask a host that is asked nothing else meanwhile, and put whatever goes wrong into words."""
        host = _host(url)
        if not host:
            raise FetchError(url, Reason("address"), permanent=True)
        async with self._hosts.setdefault(host, asyncio.Lock()):
            try:
                return await ask()
            except aiohttp.ClientConnectorError as error:
                raise _unreachable(url, error) from error
            except aiohttp.TooManyRedirects as error:
                raise FetchError(url, Reason("redirects", most=MOST_REDIRECTS)) from error
            except TimeoutError as error:
                raise FetchError(url, Reason("slow")) from error
            except (aiohttp.ClientError, ValueError) as error:
                raise FetchError(url, Reason("failed", cause=_explain(error))) from error

    @property
    def _opened(self) -> aiohttp.ClientSession:
        if self._session is None:
            raise RuntimeError("the fetcher is not open")
        return self._session

    async def _post(self, url: str, form: Mapping[str, str]) -> None:
        async with self._opened.post(_written(url), data=dict(form), max_redirects=MOST_REDIRECTS) as answer:
            if strays := [hop.status for hop in answer.history if hop.status not in KEEPING]:
                raise FetchError(url, Reason("form", status=strays[0]), status=strays[0])
            if not answer.ok:
                raise _refused(url, answer)

    async def _get(self, url: str, headers: Mapping[str, str]) -> Fetched:
        async with self._opened.get(_written(url), headers=headers, max_redirects=MOST_REDIRECTS) as answer:
            body: bytes | None = None
            if answer.status == HTTPStatus.OK:
                body = await _read(url, answer)
            elif answer.status != HTTPStatus.NOT_MODIFIED:
                raise _refused(url, answer)
            return Fetched(
                str(answer.url),
                body,
                answer.charset,
                _validator(answer, "ETag"),
                _validator(answer, "Last-Modified"),
                _is_moved(answer),
                _freshness(answer),
                ", ".join(answer.headers.getall("Link", ())),
            )


def is_public(address: str) -> bool:
    """Tell whether an address is on the public net, and not a gateway's way into a private one."""
    parsed = ip_address(address.partition("%")[0])
    mapped = getattr(parsed, "ipv4_mapped", None) or parsed
    return mapped.is_global and not mapped.is_multicast and not any(parsed in network for network in GATEWAYS)


def _written(url: str) -> URL:
    """Answer an address as it was written: what is escaped stays so."""
    return URL(url, encoded="%" in url)


async def _read(url: str, answer: aiohttp.ClientResponse) -> bytes:
    body = bytearray()
    async for chunk in answer.content.iter_chunked(64 * 1024):
        body += chunk
        if len(body) > LARGEST_BODY:
            raise FetchError(url, Reason("large", mib=LARGEST_BODY // 1024 // 1024))
    return bytes(body)


def _host(url: str) -> str:
    """Answer the host of a web address; nothing for what is none."""
    try:
        return URL(url).host or "" if url.startswith(("http://", "https://")) else ""
    except ValueError:
        return ""


def _validator(answer: aiohttp.ClientResponse, name: str) -> str | None:
    """Answer what to ask with the next time; None for what cannot be kept and sent as it is."""
    told = answer.headers.get(name, "")
    return told if told.isascii() and 0 < len(told) <= LONGEST_VALIDATOR else None


def _is_moved(answer: aiohttp.ClientResponse) -> bool:
    """Tell whether a source is at another address for good: every redirect on the way said so."""
    hops = answer.history
    return bool(hops) and all(hop.status in MOVED for hop in hops) and len(str(answer.url)) <= LONGEST_ADDRESS


def _freshness(answer: aiohttp.ClientResponse) -> float:
    """Answer for how many seconds an answer stays fresh (RFC 9111, 5.2.2.1)."""
    told = MAX_AGE.search(answer.headers.get("Cache-Control", ""))
    return float(told[1]) if told else 0.0


def _refused(url: str, answer: aiohttp.ClientResponse) -> FetchError:
    after = answer.headers.get("Retry-After", "")
    seconds, status = float(after) if after.isdecimal() else None, answer.status
    reason = Reason("http", status=status)
    return FetchError(url, reason, status=status, permanent=status in PERMANENT, retry_after=seconds)


def _explain(error: Exception) -> Reason | str:
    return next((Reason(key) for kind, key in FAULTS if isinstance(error, kind)), type(error).__name__)


def _unreachable(url: str, error: aiohttp.ClientConnectorError) -> FetchError:
    cause = error.os_error
    if isinstance(cause, ForbiddenAddressError):
        return FetchError(url, Reason("private", address=str(cause)), permanent=True)
    return FetchError(url, Reason("connection", cause=cause.strerror or type(cause).__name__))
