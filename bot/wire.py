"""HTTP/1.1 for the one thing that we ask of it: many small requests to one server, each answered whole.

A general client spends most of the work of a send on what is never used here (redirections, cookies, streams), and
cannot always say whether a request had left. Here a request leaves in one write: what fails before was not sent, what
fails after leaves a doubt. Names, sockets and TLS are asyncio's, the parser is httptools as in uvicorn. [Measured: a
fifth of the CPU of bare aiohttp.]
"""

import asyncio
import socket
import ssl
from collections import deque
from time import monotonic
from typing import cast
from urllib.parse import urlsplit

import httptools
from aiohappyeyeballs import start_connection

# Seconds within which a request leaves or never will: for a place among the connections, name, connection, handshake.
# Fewer than until others take a worker that stands still for dead, or what leaves late would come twice.
LEAVE_WITHIN = 5.0
NEXT_ADDRESS = 0.25  # seconds until the server's next address is tried beside the first (RFC 8305)
KEEP_ALIVE = 25.0  # seconds; shorter than Telegram's, or a send would meet a connection that was just closed
FINAL = 200  # a lower status comes before the answer

Answer = tuple[int, bytes]


class NotSentError(Exception):
    """The request has not left: it can be repeated without a doubt."""


class TooLateError(NotSentError):
    """The request has not left within its time; the connection that it waited for is ready for the next one."""


class NoAnswerError(Exception):
    """The request has left, and nobody can tell what became of it."""


class Wires:
    """The connections to one server, at most `limit`; the one that was used last is used first."""

    def __init__(self, address: str, limit: int, tls: ssl.SSLContext | None = None) -> None:
        parts = urlsplit(address)
        self._host, self._name = parts.hostname or "", parts.netloc.rpartition("@")[2].encode()
        self._port = parts.port or (443 if parts.scheme == "https" else 80)
        self._tls = (tls or make_tls()) if parts.scheme == "https" else None
        self._places = asyncio.Semaphore(limit)
        self.idle: deque[Wire] = deque()  # the longest unused first
        self.open: set[Wire] = set()
        self.lasting = True  # connections wait for the next request, as far as we know

    async def post(self, path: str, kind: str, body: bytes, patience: float, within: float | None = None) -> Answer:
        """Post a body of a content type and answer status and body; `within` so many seconds it leaves, or never.

        Where no connection lasts, a new one is waited for all the same: the next would come as late. Raises
        TooLateError, NotSentError or NoAnswerError.
        """
        head = "POST %s HTTP/1.1\r\nHost: %s\r\nContent-Type: %s\r\nContent-Length: %d\r\n\r\n"
        request = (head % (path, self._name.decode(), kind, len(body))).encode() + body
        return await self._ask(request, patience, within)

    async def get(self, path: str, patience: float) -> Answer:
        """Get what is at a path, as `post` posts."""
        request = f"GET {path} HTTP/1.1\r\nHost: {self._name.decode()}\r\n\r\n".encode()
        return await self._ask(request, patience)

    async def _ask(self, request: bytes, patience: float, within: float | None = None) -> Answer:
        loop = asyncio.get_running_loop()
        by = loop.time() + LEAVE_WITHIN
        # Not the loop's time, which may stand still for a turn, within which we may have been stopped.
        late = monotonic() + (LEAVE_WITHIN if within is None or not self.lasting else within)
        await self._take_place(by)
        try:
            wire = self._find_idle() or await self._connect(by)
            if monotonic() > late:
                wire.rest()
                raise TooLateError("the connection came too late")
            return await wire.ask(request, patience)
        finally:
            self._places.release()

    async def _take_place(self, by: float) -> None:
        if not self._places.locked():
            await self._places.acquire()
            return
        try:
            async with asyncio.timeout_at(by):
                await self._places.acquire()
        except TimeoutError:
            raise NotSentError("no connection was free") from None

    def _find_idle(self) -> "Wire | None":
        oldest = asyncio.get_running_loop().time() - KEEP_ALIVE
        while self.idle and self.idle[0].idle_since < oldest:
            self.idle.popleft().close()
        return self.idle.pop() if self.idle else None

    async def _connect(self, by: float) -> "Wire":
        loop = asyncio.get_running_loop()
        try:
            async with asyncio.timeout_at(by):
                addresses = await loop.getaddrinfo(self._host, self._port, type=socket.SOCK_STREAM)
                connected = await start_connection(addresses, happy_eyeballs_delay=NEXT_ADDRESS)
                name = self._host if self._tls else None
                _, wire = await loop.create_connection(
                    lambda: Wire(self), sock=connected, ssl=self._tls, server_hostname=name
                )
        except OSError as error:  # a TimeoutError and an SSLError are such
            raise NotSentError(_name(error)) from None
        return wire

    def count_open(self) -> int:
        """Answer how many connections there are, at work or idle."""
        return len(self.open)

    def close(self) -> None:
        """Close every connection; what is under way stays without an answer."""
        for wire in list(self.open):
            wire.close()


class Wire(asyncio.Protocol):
    """A connection: one request at a time, and idle between them."""

    transport: asyncio.Transport
    idle_since = 0.0

    def __init__(self, wires: Wires) -> None:
        self._wires = wires
        self._has_served = False
        self._loop = asyncio.get_running_loop()
        self._answer: asyncio.Future[Answer] | None = None
        self._body: list[bytes] = []

    async def ask(self, request: bytes, patience: float) -> Answer:
        """Send a request and wait for its answer, for as many seconds at most."""
        if self.transport.is_closing():
            raise NotSentError("the connection was closed")
        answer: asyncio.Future[Answer] = self._loop.create_future()
        self._answer = answer
        self._parser = httptools.HttpResponseParser(self)
        self._body.clear()
        impatience = self._loop.call_later(patience, self._fail, "Timeout")
        try:
            self.transport.write(request)
            return await answer
        finally:
            impatience.cancel()
            if self._answer is answer:  # nobody waits for it any more, and it must not be taken for another's
                self._answer = None
                self.close()

    def rest(self) -> None:
        """Be free for the next request."""
        self.idle_since = self._loop.time()
        self._wires.idle.append(self)

    def close(self) -> None:
        """Close at once."""
        self.transport.abort()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin."""
        self.transport = cast(asyncio.Transport, transport)
        self._wires.open.add(self)

    def connection_lost(self, error: Exception | None) -> None:
        """End, with a request under way or without."""
        self._wires.open.discard(self)
        self._wires.lasting &= self._has_served
        if self in self._wires.idle:
            self._wires.idle.remove(self)
        self._fail(_name(error) if error else "Disconnected")

    def data_received(self, data: bytes) -> None:
        """Read on; what nobody asked for ends the connection."""
        if self._answer is None:
            self.close()
            return
        try:
            self._parser.feed_data(data)
        except httptools.HttpParserError as error:
            self._fail(_name(error))

    def on_body(self, part: bytes) -> None:
        """Keep a part of the answer."""
        self._body.append(part)

    def on_message_complete(self) -> None:
        """Hand an answer over, and be free for the next request if the server lets us."""
        answer, status = self._answer, self._parser.get_status_code()
        if answer is None or status < FINAL:
            return
        self._answer = None
        if not answer.done():
            answer.set_result((status, b"".join(self._body)))
        self._has_served = True
        self._wires.lasting = self._parser.should_keep_alive()
        if self._wires.lasting and not self.transport.is_closing():
            self.rest()
        else:
            self.close()

    def _fail(self, reason: str) -> None:
        answer, self._answer = self._answer, None
        if answer is not None:
            if not answer.done():
                answer.set_exception(NoAnswerError(reason))
            self.close()


def make_tls() -> ssl.SSLContext:
    """Answer how a server must prove who it is."""
    context = ssl.create_default_context()
    context.set_alpn_protocols(["http/1.1"])
    return context


def _name(error: BaseException) -> str:
    """Say what happened without the address, which holds the token."""
    told = getattr(error, "strerror", None)
    return f"{type(error).__name__}" + (f" ({told})" if told else "")
