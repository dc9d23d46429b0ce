"""One connection pool to the Bot API: requests as JSON, answers as bytes, and what went wrong in two words.

Everything that leaves for Telegram leaves here: the sender, python-telegram-bot's transport and the poller share it.
The token is part of every address, so no error of ours carries an address.
"""

import asyncio
from types import TracebackType
from typing import Self

import aiohttp
from multidict import CIMultiDict
from yarl import URL

# sock_read is the longest that Telegram may be silent; a send that takes longer is in doubt.
TIMEOUT = aiohttp.ClientTimeout(total=None, connect=10, sock_connect=5, sock_read=20)
KEEP_ALIVE = 25  # seconds; shorter than Telegram's, or a send would meet a connection that was just closed
JSON = CIMultiDict({"Content-Type": "application/json"})


class NotSentError(Exception):
    """The request has not left: it can be repeated without a doubt."""


class NoAnswerError(Exception):
    """The request has left, and nobody can tell what became of it."""


class BotApi:
    """The Bot API at one address, for one token."""

    def __init__(self, address: str, token: str, *, connections: int = 128) -> None:
        self._base = f"{address.rstrip('/')}/bot{token}/"
        self._urls: dict[str, URL] = {}  # by method, read once
        self._connections = connections
        self._session: aiohttp.ClientSession | None = None

    async def __aenter__(self) -> Self:
        await self.open()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def open(self) -> None:
        """Open the pool; opening twice does no harm."""
        if self._session is None or self._session.closed:
            connector = aiohttp.TCPConnector(limit=self._connections, keepalive_timeout=KEEP_ALIVE, ttl_dns_cache=300)
            cookies = aiohttp.DummyCookieJar()  # the Bot API sets none, and looking for them takes time
            self._session = aiohttp.ClientSession(connector=connector, timeout=TIMEOUT, cookie_jar=cookies)

    async def close(self) -> None:
        """Close the pool."""
        if self._session:
            await self._session.close()

    async def call(self, method: str, body: bytes, *, patience: float | None = None) -> tuple[int, bytes]:
        """Call a method with JSON and answer the status and the body.

        `patience` is in seconds, for answers that take long by design. Raises NotSentError or NoAnswerError.
        """
        url = self._urls.get(method)
        if url is None:
            url = self._urls[method] = URL(self._base + method)
        return await self.post(url, body, JSON, patience)

    async def post(
        self,
        url: str | URL,
        data: bytes | aiohttp.FormData,
        headers: CIMultiDict[str] | None,
        patience: float | None = None,
    ) -> tuple[int, bytes]:
        """Post to an address of the Bot API, as `call` does for a method. A redirection is an answer, not a way."""
        if self._session is None:
            raise NotSentError("the pool is closed")
        timeout = TIMEOUT if patience is None else aiohttp.ClientTimeout(total=None, connect=10, sock_read=patience)
        try:
            answer = await self._session.post(url, data=data, headers=headers, timeout=timeout, allow_redirects=False)
            return answer.status, await answer.read()  # to its end, which gives the connection back
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError) as error:
            raise NotSentError(_name(error)) from None
        except (aiohttp.ClientError, OSError, asyncio.TimeoutError) as error:  # noqa: UP041  (they differ on 3.10 only)
            raise NoAnswerError(_name(error)) from None


def _name(error: BaseException) -> str:
    """Say what happened without the address, which holds the token."""
    cause = getattr(error, "os_error", None)
    return f"{type(error).__name__}" + (f" ({cause.strerror})" if cause is not None and cause.strerror else "")
