"""HTTP/1.1 for the Bot API server: connections that are kept alive, a whole request at a time, answers in order.

    bytes ─▶ httptools ─▶ Request ─▶ respond ─▶ Answer, at once or later ─▶ bytes

What is answered at once costs no task. [Measured: through aiohttp's server, HTTP alone is two thirds of a sendMessage,
and the sandbox must not be what bounds a bench.] Whoever hangs up ends what is done for them.
"""

import asyncio
from collections import deque
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from functools import lru_cache
from http import HTTPStatus
from typing import Any, cast
from urllib.parse import unquote

import httptools

from sandbox.wire import Answer, Request, answer_error

LARGEST = 50 * 1024 * 1024  # bytes of a request (Bot API, "Sending files")
CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"
BACKLOG = 1024
REASONS = {status.value: status.phrase for status in HTTPStatus}

Respond = Callable[[Request], "Answer | Coroutine[Any, Any, Answer]"]


@dataclass(slots=True, eq=False)
class Server:
    """Answers requests on an address; port 0 takes a free one."""

    respond: Respond
    connections: "set[Connection]" = field(default_factory=set)
    _server: asyncio.Server | None = None

    async def start(self, host: str, port: int) -> int:
        """Listen; answers the port."""
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(lambda: Connection(self), host, port, backlog=BACKLOG)
        return int(self._server.sockets[0].getsockname()[1])

    async def stop(self) -> None:
        """Hang up on everyone."""
        if self._server:
            self._server.close()
        doing = [connection.doing for connection in self.connections if connection.doing]
        for connection in self.connections.copy():
            connection.transport.abort()
        for task in doing:
            task.cancel()
        await asyncio.gather(*doing, return_exceptions=True)


class Connection(asyncio.Protocol):
    """One connection; requests that come before the last was answered wait."""

    transport: asyncio.Transport

    def __init__(self, server: Server) -> None:
        self.server = server
        self.parser = httptools.HttpRequestParser(self)
        self.waiting: deque[tuple[Request, bool]] = deque()
        self.doing: asyncio.Task[None] | None = None
        self.url = b""
        self.headers: dict[bytes, bytes] = {}
        self.body: list[bytes] = []
        self.size = 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin."""
        self.transport = cast(asyncio.Transport, transport)
        self.server.connections.add(self)

    def connection_lost(self, _error: Exception | None) -> None:
        """End what is done for whoever hung up."""
        self.server.connections.discard(self)
        if self.doing:
            self.doing.cancel()

    def data_received(self, data: bytes) -> None:
        """Read on."""
        try:
            self.parser.feed_data(data)
        except httptools.HttpParserCallbackError as error:
            self._fail(error.__context__ or error)
        except (httptools.HttpParserError, httptools.HttpParserUpgrade):
            self._write(answer_error(400, "Bad Request"), keeps=False)

    def on_message_begin(self) -> None:
        """Begin a request."""
        self.url, self.headers, self.body, self.size = b"", {}, [], 0

    def on_url(self, url: bytes) -> None:
        """Note what is asked."""
        self.url += url

    def on_header(self, name: bytes, value: bytes) -> None:
        """Note how it is asked."""
        self.headers[name.lower()] = value

    def on_headers_complete(self) -> None:
        """Let the body come, where that is asked first."""
        if self.headers.get(b"expect", b"").lower() == b"100-continue":
            self.transport.write(CONTINUE)

    def on_body(self, part: bytes) -> None:
        """Note a part of the body, unless it is too much."""
        self.size += len(part)
        if self.size > LARGEST:
            self._write(answer_error(413, "Request Entity Too Large"), keeps=False)
            return
        self.body.append(part)

    def on_message_complete(self) -> None:
        """Answer a request, or let it wait for its turn."""
        path, query = _read_url(self.url)
        method = self.parser.get_method().decode()
        content_type = self.headers.get(b"content-type", b"").decode("latin-1")
        request = Request(method, path, query, content_type, b"".join(self.body), self.transport)
        if self.doing:
            self.waiting.append((request, self.parser.should_keep_alive()))
        elif not self.transport.is_closing():
            self._answer(request, keeps=self.parser.should_keep_alive())

    def _answer(self, request: Request, *, keeps: bool) -> None:
        answer = self.server.respond(request)
        if isinstance(answer, Answer):
            self._write(answer, keeps=keeps)
        else:
            self.doing = asyncio.get_running_loop().create_task(self._answer_later(answer, keeps=keeps))

    async def _answer_later(self, coming: Coroutine[Any, Any, Answer], *, keeps: bool) -> None:
        try:
            answer = await coming
        except Exception as error:  # noqa: BLE001  (the edge: whatever fails is told)
            self._fail(error)
            return
        self.doing = None
        self._write(answer, keeps=keeps)
        while self.waiting and not self.doing:
            request, keeps = self.waiting.popleft()
            self._answer(request, keeps=keeps)

    def _fail(self, error: BaseException) -> None:
        """Say that the sandbox itself failed: to the bot, and to whoever runs it."""
        self._write(answer_error(500, "Internal Server Error: sandbox"), keeps=False)
        asyncio.get_running_loop().call_exception_handler({"message": "the sandbox failed", "exception": error})

    def _write(self, answer: Answer, *, keeps: bool) -> None:
        if self.transport.is_closing():
            return
        status, size = answer.status or 200, len(answer.body)
        head = f"HTTP/1.1 {status} {REASONS[status]}\r\nContent-Type: {answer.content_type}\r\nContent-Length: {size}"
        later = f"\r\nRetry-After: {answer.retry_after}" if answer.retry_after else ""
        kept = "keep-alive" if keeps else "close"
        self.transport.write(f"{head}{later}\r\nConnection: {kept}\r\n\r\n".encode() + answer.body)
        if not keeps:
            self.transport.close()


@lru_cache
def _read_url(url: bytes) -> tuple[str, str]:
    """Answer the path and the query."""
    parts = httptools.parse_url(url)
    return unquote((parts.path or b"/").decode()), (parts.query or b"").decode()
