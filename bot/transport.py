"""python-telegram-bot's way out over our pool: five times as fast as its own on httpx, and one pool for all.

Only calls that python-telegram-bot makes itself go through here (getMe, command menus, webhooks): answers and news are
sent by `sender.py`, without an object for each message.
"""

from typing import Any
from urllib.parse import urlsplit

import aiohttp
import orjson
from telegram.error import NetworkError, TelegramError, TimedOut
from telegram.request import BaseRequest, RequestData

from bot.api import JSON, PATIENCE, BotApi, NoAnswerError, NotSentError


class Transport(BaseRequest):
    """A `BaseRequest` on a `BotApi` that somebody else opens and closes."""

    __slots__ = ("_api",)

    def __init__(self, api: BotApi) -> None:
        self._api = api

    @property
    def read_timeout(self) -> float:
        """Seconds that an answer may take."""
        return 20.0

    async def initialize(self) -> None:
        """Open the pool, if nobody has."""
        await self._api.open()

    async def shutdown(self) -> None:
        """Leave the pool to its owner."""

    async def do_request(  # noqa: PLR0913, PLR0917  (the signature is python-telegram-bot's)
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        read_timeout: Any = None,
        write_timeout: Any = None,
        connect_timeout: Any = None,
        pool_timeout: Any = None,
    ) -> tuple[int, bytes]:
        """Send a request and answer status and body."""
        del method, write_timeout, connect_timeout, pool_timeout
        kind, body = await _encode(request_data)
        patience = read_timeout if isinstance(read_timeout, int | float) else PATIENCE
        try:
            return await self._api.post(urlsplit(url).path, kind, body, patience)
        except NoAnswerError as error:
            raise TimedOut(str(error)) from None
        except NotSentError as error:
            raise NetworkError(str(error)) from None

    @staticmethod
    def parse_json_payload(payload: bytes) -> dict[str, Any]:
        """Read an answer."""
        try:
            parsed: dict[str, Any] = orjson.loads(payload)
        except ValueError:
            raise TelegramError("the server's answer is no JSON") from None
        return parsed


async def _encode(request_data: RequestData | None) -> tuple[str, bytes]:
    """Answer the content type and the body of a request."""
    if request_data is None:
        return JSON, b"{}"
    if not request_data.contains_files:
        return JSON, orjson.dumps(request_data.parameters)
    form = aiohttp.FormData(request_data.json_parameters)
    for name, (filename, content, kind) in request_data.multipart_data.items():
        form.add_field(name, content, filename=filename, content_type=kind)
    payload = form()
    return payload.headers["Content-Type"], await payload.as_bytes()
