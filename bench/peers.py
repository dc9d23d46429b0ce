"""What else a bot could send with: bare aiohttp, python-telegram-bot and aiogram, each to the same readers.

None of them keeps any state. A peer is an asynchronous context that answers a function which sends one message; a new
one is a function here and a line of `SIDES` in `bench/delivery.py`.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import aiogram
import aiohttp
import orjson
import telegram
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from telegram.request import HTTPXRequest

from bench.server import TOKEN
from newsroom.work import Rendering

SENDERS = 64
JSON = {"Content-Type": "application/json"}
Send = Callable[[int], Awaitable[object]]


@asynccontextmanager
async def prebuilt(address: str, rendering: Rendering) -> AsyncIterator[Send]:
    """Post by bare aiohttp a body built beforehand, with only the chat put into it; read the answer's message id."""
    url, body = f"{address}/bot{TOKEN}/sendMessage", rendering.body[:-1]
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=SENDERS)) as session:

        async def send(chat_id: int) -> int:
            async with session.post(url, data=b'%b,"chat_id":%d}' % (body, chat_id), headers=JSON) as answer:
                message_id: int = orjson.loads(await answer.read())["result"]["message_id"]
                return message_id

        yield send


@asynccontextmanager
async def form_encoded(address: str, rendering: Rendering) -> AsyncIterator[Send]:
    """Post by bare aiohttp a form, as most libraries do."""
    url = f"{address}/bot{TOKEN}/sendMessage"
    fields = {key: value if isinstance(value, str) else _dumped(value) for key, value in _payload(rendering).items()}
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=SENDERS)) as session:

        async def send(chat_id: int) -> int:
            async with session.post(url, data={**fields, "chat_id": str(chat_id)}) as answer:
                message_id: int = orjson.loads(await answer.read())["result"]["message_id"]
                return message_id

        yield send


@asynccontextmanager
async def by_ptb(address: str, rendering: Rendering) -> AsyncIterator[Send]:
    """Send as python-telegram-bot's users do, by `send_message` over its default transport."""
    payload = _payload(rendering)
    request = HTTPXRequest(connection_pool_size=SENDERS, pool_timeout=30)
    async with telegram.Bot(TOKEN, base_url=f"{address}/bot", request=request) as bot:
        keyboard = telegram.InlineKeyboardMarkup.de_json(payload["reply_markup"], bot)
        preview = telegram.LinkPreviewOptions.de_json(payload["link_preview_options"], bot)

        async def send(chat_id: int) -> object:
            return await bot.send_message(
                chat_id, payload["text"], parse_mode="HTML", reply_markup=keyboard, link_preview_options=preview
            )

        yield send


@asynccontextmanager
async def by_aiogram(address: str, rendering: Rendering) -> AsyncIterator[Send]:
    """Send as aiogram's users do, by `Bot.send_message`."""
    payload = _payload(rendering)
    session = AiohttpSession(api=TelegramAPIServer.from_base(address), limit=SENDERS)
    keyboard = aiogram.types.InlineKeyboardMarkup.model_validate(payload["reply_markup"])
    preview = aiogram.types.LinkPreviewOptions.model_validate(payload["link_preview_options"])
    async with aiogram.Bot(TOKEN, session=session) as bot:

        async def send(chat_id: int) -> object:
            return await bot.send_message(
                chat_id, payload["text"], parse_mode="HTML", reply_markup=keyboard, link_preview_options=preview
            )

        yield send


async def send_to(readers: range, send: Send, senders: int) -> int:
    """Let so many senders send to the readers, each the next one, and answer how many that were."""
    line = iter(readers)

    async def work() -> None:
        for chat_id in line:
            await send(chat_id)

    await asyncio.gather(*(work() for _ in range(senders)))
    return len(readers)


def _payload(rendering: Rendering) -> dict[str, Any]:
    payload: dict[str, Any] = orjson.loads(rendering.body)
    return payload


def _dumped(value: Any) -> str:
    return orjson.dumps(value).decode()
