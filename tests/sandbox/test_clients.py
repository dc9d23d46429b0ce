"""Real libraries talk to the sandbox: what they take for Telegram, it is near enough."""

import asyncio
from contextlib import suppress

import aiogram
import pytest
import telegram as ptb
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.types import InlineKeyboardButton, InlineKeyboardMarkup, Message
from telegram.constants import ParseMode
from telegram.error import BadRequest, ChatMigrated, Conflict, Forbidden, InvalidToken, RetryAfter
from telegram.ext import Application, ApplicationBuilder, CallbackQueryHandler, CommandHandler, ContextTypes

from sandbox import Fault, FaultKind, Limits, Sandbox

TextContext = ContextTypes.DEFAULT_TYPE


def build(telegram: Sandbox) -> "Application":  # type: ignore[type-arg]
    return ApplicationBuilder().token(telegram.token).base_url(f"{telegram.url}/bot").build()


async def greet(update: ptb.Update, _context: TextContext) -> None:
    assert update.message
    button = ptb.InlineKeyboardButton("✅ متابعة", callback_data="follow")
    await update.message.reply_html("<b>أهلًا</b> بك", reply_markup=ptb.InlineKeyboardMarkup([[button]]))


async def follow(update: ptb.Update, _context: TextContext) -> None:
    assert update.callback_query
    await update.callback_query.answer("تمت المتابعة")
    await update.callback_query.edit_message_text("تتابع الآن <i>الاقتصاد</i>", parse_mode=ParseMode.HTML)


async def test_a_bot_on_python_telegram_bot_serves_amal(telegram: Sandbox) -> None:
    amal = telegram.person(1001, first_name="أمل", language="ar")
    application = build(telegram)
    application.add_handler(CommandHandler("start", greet))
    application.add_handler(CallbackQueryHandler(follow))
    async with application:
        await application.start()
        assert application.updater
        await application.updater.start_polling()
        amal.writes("/start")
        await telegram.until(lambda: amal.last)
        amal.presses("✅")
        await telegram.until(lambda: amal.last and amal.last.edited_at)
        await application.updater.stop()
        await application.stop()
    assert amal.last
    assert amal.last.html == "تتابع الآن <i>الاقتصاد</i>"
    assert amal.alerts == ["تمت المتابعة"]
    assert telegram.problems == []


async def test_python_telegram_bot_reads_what_it_asks_for(telegram: Sandbox) -> None:
    amal = telegram.person(1001)
    amal.writes("/start")
    desk = telegram.group(-1001, title="غرفة")
    desk.adds_bot(by=amal, as_admin=True)
    async with ptb.Bot(telegram.token, base_url=f"{telegram.url}/bot") as bot:
        assert (await bot.get_chat(desk.id)).title == "غرفة"
        assert [member.status for member in await bot.get_chat_administrators(desk.id)] == ["creator", "administrator"]
        assert (await bot.get_chat_member(desk.id, amal.id)).status == "creator"
        await bot.set_my_commands([("topics", "المواضيع")], ptb.BotCommandScopeAllPrivateChats(), "ar")
        updates = await bot.get_updates(timeout=0)
        assert [update.effective_chat.id for update in updates if update.effective_chat] == [1001, -1001, -1001]
        sent = await bot.send_message(amal.id, "<tg-time unix='1800000000'>غدًا</tg-time>", ParseMode.HTML)
        assert sent.entities[0].type == "date_time"
    assert telegram.problems == []


@pytest.fixture
def limits() -> Limits:
    return Limits()


async def test_errors_become_those_of_python_telegram_bot(telegram: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PTB_TIMEDELTA", "1")  # without it, RetryAfter warns that it will be a timedelta
    amal, stranger = telegram.person(1001), telegram.person(1002)
    amal.writes("/start")
    old = telegram.group(-4001, kind="group")
    old.adds_bot(by=amal)
    new = old.migrates()
    async with ptb.Bot(telegram.token, base_url=f"{telegram.url}/bot") as bot:
        with pytest.raises(Forbidden, match="bot can't initiate conversation"):
            await bot.send_message(stranger.id, "x")
        with pytest.raises(ChatMigrated) as moved:
            await bot.send_message(old.id, "x")
        assert moved.value.new_chat_id == new.id
        with pytest.raises(BadRequest, match="Can't parse entities"):
            await bot.send_message(amal.id, "<br>", ParseMode.HTML)
        telegram.faults.add(Fault(FaultKind.FLOOD))
        with pytest.raises(RetryAfter):
            await bot.send_message(amal.id, "x")
        telegram.faults.add(Fault(FaultKind.ERROR, status=409, description="Conflict: terminated"))
        with pytest.raises(Conflict):
            await bot.get_updates()
    with pytest.raises(InvalidToken):
        async with ptb.Bot("123456:another", base_url=f"{telegram.url}/bot"):
            pass


async def test_a_bot_on_aiogram_serves_amal(telegram: Sandbox) -> None:
    amal = telegram.person(1001, first_name="أمل")
    session = AiohttpSession(api=TelegramAPIServer.from_base(telegram.url))
    dispatcher = aiogram.Dispatcher()

    @dispatcher.message(aiogram.filters.CommandStart())
    async def greet_back(message: Message) -> None:
        button = InlineKeyboardButton(text="📖", url="https://example.com/")
        await message.answer("أهلًا", reply_markup=InlineKeyboardMarkup(inline_keyboard=[[button]]))

    async with aiogram.Bot(telegram.token, session=session) as bot:
        polling = asyncio.create_task(dispatcher.start_polling(bot, handle_signals=False, close_bot_session=False))
        amal.writes("/start")
        await telegram.until(lambda: amal.last)
        await dispatcher.stop_polling()
        with suppress(asyncio.CancelledError):
            await polling
    assert amal.last
    assert (amal.last.text, amal.last.buttons[0].url) == ("أهلًا", "https://example.com/")
    assert telegram.problems == []
