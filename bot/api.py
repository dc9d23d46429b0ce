"""One connection pool to the Bot API: requests as JSON, answers as bytes, and what went wrong in two words.

Everything that leaves for Telegram leaves here: the sender, python-telegram-bot's transport and the poller share it.
The token is part of every address, so no error of ours carries an address.
"""

import ssl
from types import TracebackType
from typing import Self
from urllib.parse import quote, urlsplit

import orjson

from bot.wire import Answer, NoAnswerError, NotSentError, TooLateError, Wires

__all__ = ["JSON", "BotApi", "NoAnswerError", "NotSentError", "TooLateError"]

PATIENCE = 20.0  # seconds that an answer may take; a send that takes longer is in doubt
JSON = "application/json"


class BotApi:
    """The Bot API at one address, for one token."""

    def __init__(self, address: str, token: str, *, connections: int = 128, tls: ssl.SSLContext | None = None) -> None:
        self._address, self._tls = address.rstrip("/"), tls
        self._path = f"{urlsplit(self._address).path}/bot{token}/"
        self._files = f"{urlsplit(self._address).path}/file/bot{token}/"
        self._connections = connections
        self._wires: Wires | None = None

    async def __aenter__(self) -> Self:
        await self.open()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def open(self) -> None:
        """Open the pool; opening twice does no harm."""
        if self._wires is None:
            self._wires = Wires(self._address, self._connections, self._tls)

    async def close(self) -> None:
        """Close the pool."""
        if self._wires:
            self._wires.close()
            self._wires = None

    async def call(
        self,
        method: str,
        body: bytes,
        *,
        kind: str = JSON,
        patience: float = PATIENCE,
        within: float | None = None,
    ) -> Answer:
        """Call a method, with JSON or a body of another kind, and answer the status and the body.

        `patience` is in seconds, for answers that take long by design; `within` so many seconds the request leaves,
        or never. Raises TooLateError, NotSentError or NoAnswerError.
        """
        return await self.post(self._path + method, kind, body, patience, within)

    async def find_name(self) -> str:
        """Answer the bot's @username; nothing where Telegram does not say it now."""
        try:
            _, body = await self.call("getMe", b"{}")
            return str(orjson.loads(body)["result"]["username"])
        except (NotSentError, NoAnswerError, ValueError, KeyError):
            return ""

    async def fetch(self, file_path: str) -> Answer:
        """Fetch a file by the path that getFile told, and answer the status and the file. Raises as `call` does."""
        if self._wires is None:
            raise NotSentError("the pool is closed")
        return await self._wires.get(self._files + quote(file_path), PATIENCE)

    async def post(
        self, path: str, kind: str, body: bytes, patience: float = PATIENCE, within: float | None = None
    ) -> Answer:
        """Post a body of any content type, as `call` does for a method."""
        if self._wires is None:
            raise NotSentError("the pool is closed")
        return await self._wires.post(path, kind, body, patience, within)
