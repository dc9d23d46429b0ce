"""`qasid sandbox` for strangers: echo bots on two libraries, each by polling and by webhook; its clock and its seed."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from datetime import UTC, datetime

import aiogram
import pytest
import telegram as ptb
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.types import Message
from aiogram.webhook.aiohttp_server import SimpleRequestHandler
from aiohttp import web
from telegram.ext import Application, ApplicationBuilder, ContextTypes, MessageHandler, filters

from sandbox.alone import Wishes
from tests.sandbox.alone import Alone, Visitor, opened, running_alone

SECRET = "a-secret"
MOMENT = "2027-01-15T08:00:00Z"
Echo = Callable[[Alone], AbstractAsyncContextManager[None]]


@pytest.fixture(scope="module")
def alone() -> Iterator[Alone]:
    with running_alone() as running:
        yield running


@asynccontextmanager
async def listening(app: web.Application) -> AsyncIterator[str]:
    """Listen for a webhook, and answer its address."""
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    yield f"http://127.0.0.1:{runner.addresses[0][1]}/hook"
    await runner.cleanup()


# aiogram


def aiogram_bot(alone: Alone) -> aiogram.Bot:
    return aiogram.Bot(alone.token, session=AiohttpSession(api=TelegramAPIServer.from_base(alone.url)))


def aiogram_dispatcher() -> aiogram.Dispatcher:
    dispatcher = aiogram.Dispatcher()

    @dispatcher.message()
    async def echo(message: Message) -> None:
        await message.answer(f"echo: {message.text}")

    return dispatcher


@asynccontextmanager
async def aiogram_polling(alone: Alone) -> AsyncIterator[None]:
    dispatcher = aiogram_dispatcher()
    async with aiogram_bot(alone) as bot:
        await bot.delete_webhook(drop_pending_updates=True)
        polling = asyncio.create_task(dispatcher.start_polling(bot, handle_signals=False, close_bot_session=False))
        yield
        polling.cancel()
        with suppress(asyncio.CancelledError):
            await polling


@asynccontextmanager
async def aiogram_webhook(alone: Alone) -> AsyncIterator[None]:
    async with aiogram_bot(alone) as bot:
        app = web.Application()
        SimpleRequestHandler(aiogram_dispatcher(), bot, secret_token=SECRET).register(app, path="/hook")
        async with listening(app) as url:
            await bot.set_webhook(url, secret_token=SECRET, drop_pending_updates=True)
            yield
            await bot.delete_webhook()


# python-telegram-bot


async def echo_back(update: ptb.Update, _context: ContextTypes.DEFAULT_TYPE) -> None:
    assert update.message
    await update.message.reply_text(f"echo: {update.message.text}")


def ptb_application(alone: Alone) -> "Application":  # type: ignore[type-arg]
    application = ApplicationBuilder().token(alone.token).base_url(f"{alone.url}/bot").build()
    application.add_handler(MessageHandler(filters.TEXT, echo_back))
    return application


@asynccontextmanager
async def ptb_polling(alone: Alone) -> AsyncIterator[None]:
    async with ptb_application(alone) as application:
        await application.start()
        assert application.updater
        await application.updater.start_polling(drop_pending_updates=True)
        yield
        await application.updater.stop()
        await application.stop()


@asynccontextmanager
async def ptb_webhook(alone: Alone) -> AsyncIterator[None]:
    async with ptb_application(alone) as application:

        async def take(request: web.Request) -> web.Response:
            if request.headers.get("X-Telegram-Bot-Api-Secret-Token") != SECRET:
                raise web.HTTPForbidden
            await application.update_queue.put(ptb.Update.de_json(await request.json(), application.bot))
            return web.Response()

        app = web.Application()
        app.add_routes([web.post("/hook", take)])
        async with listening(app) as url:
            await application.start()
            await application.bot.set_webhook(url, secret_token=SECRET, drop_pending_updates=True)
            yield
            await application.bot.delete_webhook()
            await application.stop()


@pytest.mark.parametrize("echo", [aiogram_polling, aiogram_webhook, ptb_polling, ptb_webhook])
async def test_an_echo_bot_of_any_kind_echoes(alone: Alone, echo: Echo) -> None:
    async with alone.visit() as visitor:
        noor = (await visitor.does("add person", name="نور", language="ar"))["person"]
        async with echo(alone):
            await visitor.does("write", person=noor, text="مرحبًا 👋")
            shown = await visitor.hears(noor, "echo: مرحبًا 👋")
        assert shown["by"]["name"] == "Sample"
        assert (await visitor.reads("/log"))["problems"] == []


# Time and chance


async def live_a_day(visitor: Visitor) -> list[object]:
    """Let the same happen as ever: people, presses, faults by chance, a day that passes; answer all that was told."""
    told: list[object] = []
    amal = (await visitor.does("add person", name="Amal", language="ar"))["person"]
    await visitor.does("write", person=amal, text="/start")
    button = {"inline_keyboard": [[{"text": "✅", "callback_data": "yes"}]]}
    told.append(sent := await visitor.calls("sendMessage", chat_id=amal, text="?", reply_markup=button))
    place = {"message": sent["message_id"], "row": 0, "column": 0, "label": "✅"}
    told.append(await visitor.does("press", person=amal, **place))
    await visitor.does("photo", person=amal, text="a picture")
    told.append(await visitor.calls("getUpdates"))
    await visitor.does("add fault", kind="flood", method="getMe", times=None, chance=0.5)
    for _ in range(10):
        await visitor.session.post(f"{visitor.alone.url}/bot{visitor.alone.token}/getMe")
    told.append(await visitor.does("pass time", seconds=86_401))
    told.append(await visitor.calls("getUpdates"))
    told.append((await visitor.reads("/log"))["calls"])
    return told


async def test_the_same_seed_and_the_same_acts_are_the_same_again() -> None:
    days = []
    for seed in (7, 7, 8):
        async with opened(Wishes(moment=MOMENT, seed=seed)) as visitor:
            days.append(await live_a_day(visitor))
    first, again, other = days
    are_same, is_other = first == again, first != other  # days are too long to be shown where they differ
    assert are_same
    assert is_other
    assert '"status": 200' in (calls := json.dumps(first[-1]))
    assert '"status": 429' in calls


async def test_time_stands_still_until_it_is_told_to_pass() -> None:
    began = int(datetime(2027, 1, 15, 8, tzinfo=UTC).timestamp())
    async with opened(Wishes(moment=MOMENT)) as visitor:
        await visitor.does("write", person=1001, text="/start")
        dates = [(await visitor.calls("sendMessage", chat_id=1001, text="x"))["date"] for _ in range(2)]
        await visitor.does("pass time", seconds=3600)
        dates.append((await visitor.calls("sendMessage", chat_id=1001, text="x"))["date"])
    assert dates == [began, began, began + 3600]
