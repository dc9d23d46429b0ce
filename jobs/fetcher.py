"""Fetching from the outside: guarded, bounded, conditional, polite.

The guard sits where a socket is made: it is handed the very address that is about to be connected to, after names were
looked up and after every redirect, in whatever spelling it was given, and refuses what is not public. A reader of the
site must not be able to make the bot ask its own network.

A host is asked one thing at a time, whoever leads there: redirects are followed here, and the host of each is waited
for once the one before is free again, so nobody holds two. One that says when to come back is left alone until then, by
all. What an answer says besides its body is read in `answers.py`.
"""

import asyncio
import socket
import zlib
from collections.abc import Awaitable, Callable, Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from http import HTTPStatus
from ipaddress import ip_address, ip_network
from time import monotonic
from types import TracebackType
from typing import Self, TypeVar
from weakref import WeakValueDictionary

import aiohttp
from yarl import URL

from jobs.answers import find_validator, read_freshness, read_moved, read_redirect, read_retry
from newsroom.errors import FetchError, RestingError
from newsroom.reasons import Reason
from newsroom.sources import LONGEST_BACKOFF

T = TypeVar("T")
LARGEST_BODY = 8 * 1024 * 1024  # bytes, after decompression
PACKED = b"\x1f\x8b"  # how a file of gzip begins: `sitemap.xml.gz`, which HTTP does not say is packed
MOST_REDIRECTS = 5
KEEP_ALIVE = 2.0  # seconds: pages of one site follow each other at once, and hundreds of hosts are asked in a second
TIMEOUT = aiohttp.ClientTimeout(total=30, sock_connect=10, sock_read=20)
# `is_global` says yes to more than is on the public net: of IPv6 only 2000::/3 is handed out, 6to4 (RFC 3056) leads to
# any address of IPv4, and 192.0.0.0/24 are the ends of tunnels.
IPV4, HANDED_OUT = 4, ip_network("2000::/3")
NOT_PUBLIC = (ip_network("2002::/16"), ip_network("192.0.0.0/24"))
KEEPING = {HTTPStatus.TEMPORARY_REDIRECT, HTTPStatus.PERMANENT_REDIRECT}  # that repeat what is posted, as a hub may
BUSY = {HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE}
MOST_RESTING = 1_000  # hosts that asked to be left alone, of which that is remembered
PERMANENT = {401, 403, 404, 405, 410, 451}
# What went wrong with an answer, by its reason; the first that fits.
FAULTS: tuple[tuple[type[Exception], str], ...] = (
    (aiohttp.ServerDisconnectedError, "hung-up"),
    (aiohttp.ClientPayloadError, "broke-off"),
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


@dataclass(frozen=True, slots=True)
class Said:
    """What an API answered, whatever that is."""

    status: int
    body: bytes


@dataclass(frozen=True, slots=True)
class Request:
    """What a host is asked; a form is posted. What goes to an API by its method goes to that host and no other."""

    headers: Mapping[str, str] | None = None
    form: Mapping[str, str] | None = None
    method: str = ""
    told: Mapping[str, object] | None = None  # as JSON


# Reads an answer that leads nowhere else, with the statuses of the redirects on the way.
Reader = Callable[[aiohttp.ClientResponse, list[int]], Awaitable[T]]


class ForbiddenAddressError(OSError):
    """The address that it names is not on the public net."""


class Fetcher:
    """Fetches over one pool of connections, one request per host at a time."""

    def __init__(
        self,
        user_agent: str,
        *,
        allow_private: bool = False,
        timeout: aiohttp.ClientTimeout = TIMEOUT,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._user_agent = user_agent
        self._allow_private = allow_private
        self._timeout = timeout
        self._now = now
        self._session: aiohttp.ClientSession | None = None
        self._hosts: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()
        self._resting: dict[str, datetime] = {}  # hosts that are not asked before then

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
        return await self._ask_politely(url, Request(headers), partial(self._read_answer, url, (etag, last_modified)))

    async def post(self, url: str, form: Mapping[str, str]) -> None:
        """Post a form, and have it taken. Raises FetchError, with the reason in words."""
        await self._ask_politely(url, Request(form=form), partial(self._check_taken, url))

    async def call(self, method: str, url: str, told: Mapping[str, object] | None, credentials: str) -> Said:
        """Ask an API in the name of somebody; where it leads elsewhere, that is its answer. Raises FetchError.

        A FetchError says that nobody can tell whether it did what it was asked for.
        """
        headers = {"Authorization": credentials, "Accept": "application/json"}
        return await self._ask_politely(url, Request(headers, None, method, told), partial(self._read_said, url))

    async def _read_said(self, url: str, answer: aiohttp.ClientResponse, _hops: list[int]) -> Said:
        after = read_retry(answer, self._now())
        if answer.status in BUSY and after and answer.url.host:
            self._let_rest(answer.url.host, after)
        return Said(answer.status, await _read(url, answer))

    async def _ask_politely(self, url: str, request: Request, read: Reader[T]) -> T:
        """Ask at an address and wherever it leads, and put whatever goes wrong into words."""
        if not host_of(url):
            raise FetchError(url, Reason("address"), permanent=True)
        try:
            return await self._follow(url, request, read)
        except aiohttp.ClientConnectorError as error:
            raise _unreachable(url, error) from error
        except TimeoutError as error:
            raise FetchError(url, Reason("slow")) from error
        except (aiohttp.ClientError, ValueError) as error:
            raise FetchError(url, Reason("failed", cause=_explain(error))) from error

    async def _follow(self, url: str, request: Request, read: Reader[T]) -> T:
        """Ask one host after another, all within the time of one; waiting for a host does not count."""
        at, hops, left = _written(url), list[int](), self._timeout.total
        while len(hops) <= MOST_REDIRECTS:
            async with self._hosts.setdefault(at.host or "", asyncio.Lock()):
                self._check_awake(url, at.host or "")
                began = monotonic()
                async with asyncio.timeout(left), self._ask(at, request) as answer:
                    to = None if request.method else read_redirect(url, answer)
                    if to is None:
                        return await read(answer, hops)
                left = left and max(left - (monotonic() - began), 0.001)
            if request.form and answer.status not in KEEPING:
                raise FetchError(url, Reason("form", status=answer.status), status=answer.status)
            hops.append(answer.status)
            at = to
        raise FetchError(url, Reason("redirects", most=MOST_REDIRECTS))

    def _ask(self, at: URL, request: Request) -> AbstractAsyncContextManager[aiohttp.ClientResponse]:
        if self._session is None:
            raise RuntimeError("the fetcher is not open")
        if request.method:
            return self._session.request(
                request.method, at, json=request.told, headers=request.headers, allow_redirects=False
            )
        if request.form is None:
            return self._session.get(at, headers=request.headers, allow_redirects=False)
        return self._session.post(at, data=dict(request.form), allow_redirects=False)

    async def _check_taken(self, url: str, answer: aiohttp.ClientResponse, _hops: list[int]) -> None:
        if answer.status >= HTTPStatus.MULTIPLE_CHOICES:  # a redirect that leads nowhere takes nothing either
            raise self._refused(url, answer)

    async def _read_answer(
        self, url: str, asked: tuple[str | None, str | None], answer: aiohttp.ClientResponse, hops: list[int]
    ) -> Fetched:
        """Read an answer; what a 304 says no more of its validators is as it was asked with (RFC 9110, 15.4.5)."""
        body: bytes | None = None
        etag, last_modified = find_validator(answer, "ETag"), find_validator(answer, "Last-Modified")
        if answer.status == HTTPStatus.OK:
            body = await _read(url, answer)
        elif answer.status == HTTPStatus.NOT_MODIFIED:
            etag, last_modified = etag or asked[0], last_modified or asked[1]
        else:
            raise self._refused(url, answer)
        return Fetched(
            str(answer.url),
            body,
            answer.charset,
            etag,
            last_modified,
            read_moved(answer, hops),
            read_freshness(answer),
            ", ".join(answer.headers.getall("Link", ())),
        )

    def _refused(self, url: str, answer: aiohttp.ClientResponse) -> FetchError:
        """Answer why it was refused; a host that says when to come back is not asked before then."""
        status, after = answer.status, read_retry(answer, self._now())
        if status in BUSY and after and answer.url.host:
            self._let_rest(answer.url.host, after)
        reason = Reason("http", status=status)
        return FetchError(url, reason, status=status, permanent=status in PERMANENT, retry_after=after)

    def _let_rest(self, host: str, seconds: float) -> None:
        now = self._now()
        if len(self._resting) >= MOST_RESTING:
            self._resting = {one: until for one, until in self._resting.items() if until > now}
        self._resting[host] = now + timedelta(seconds=min(seconds, LONGEST_BACKOFF.total_seconds()))

    def _check_awake(self, url: str, host: str) -> None:
        until, now = self._resting.get(host), self._now()
        if until and until > now:
            raise RestingError(url, Reason("resting"), retry_after=(until - now).total_seconds())


def is_public(address: str) -> bool:
    """Tell whether an address is on the public net, and not a gateway's way into a private one."""
    parsed = ip_address(address.partition("%")[0])
    mapped = getattr(parsed, "ipv4_mapped", None) or parsed
    is_handed_out = mapped.version == IPV4 or mapped in HANDED_OUT
    return is_handed_out and mapped.is_global and not (mapped.is_multicast or any(mapped in one for one in NOT_PUBLIC))


def _written(url: str) -> URL:
    """Answer an address as it was written: what is escaped stays so."""
    return URL(url, encoded="%" in url)


async def _read(url: str, answer: aiohttp.ClientResponse) -> bytes:
    body = bytearray()
    async for chunk in answer.content.iter_chunked(64 * 1024):
        body += chunk
        if len(body) > LARGEST_BODY:
            raise _too_large(url)
    return await asyncio.to_thread(_unpack, url, bytes(body)) if body.startswith(PACKED) else bytes(body)


def _unpack(url: str, body: bytes) -> bytes:
    """Answer what a packed file holds, as sitemaps are often kept; what only looks like one stays as it is."""
    try:
        unpacked = zlib.decompressobj(zlib.MAX_WBITS | 16).decompress(body, LARGEST_BODY + 1)
    except zlib.error:
        return body
    if len(unpacked) > LARGEST_BODY:
        raise _too_large(url)
    return unpacked or body


def _too_large(url: str) -> FetchError:
    return FetchError(url, Reason("large", mib=LARGEST_BODY // 1024 // 1024))


def host_of(url: str) -> str:
    """Answer the host of a web address; nothing for what is none."""
    try:
        return URL(url).host or "" if url.startswith(("http://", "https://")) else ""
    except ValueError:
        return ""


def _explain(error: Exception) -> Reason | str:
    return next((Reason(key) for kind, key in FAULTS if isinstance(error, kind)), type(error).__name__)


def _unreachable(url: str, error: aiohttp.ClientConnectorError) -> FetchError:
    cause = error.os_error
    if isinstance(cause, ForbiddenAddressError):
        return FetchError(url, Reason("private", address=str(cause)), permanent=True)
    return FetchError(url, Reason("connection", cause=cause.strerror or type(cause).__name__))
