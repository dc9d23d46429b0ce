"""python-telegram-bot as its users run it: `AIORateLimiter`, its default transport, and a broadcast beside commands.

A broadcast is `asyncio.gather` over all readers in a task of its own, as users do who want it done in the background
(python-telegram-bot's issue 3689), or one message after another.
"""

import asyncio
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager, suppress
from enum import StrEnum
from typing import Any

from telegram import Bot, Update
from telegram.ext import AIORateLimiter, ApplicationBuilder, CommandHandler, ContextTypes

from bench.newsroom import ITEM
from sandbox.server import TOKEN

AT_ONCE = 256  # updates, its own default where they are concurrent at all


class Broadcast(StrEnum):
    """How the broadcast goes out."""

    NONE = "at rest"
    GATHERED = "28 news/s by gather"
    IN_TURN = "28 news/s in turn"


@asynccontextmanager
async def running_stock(url: str, rate: float, how: Broadcast, readers: Iterable[int]) -> AsyncIterator[None]:
    """Run a bot that answers commands, and broadcasts to the readers meanwhile."""
    builder = ApplicationBuilder().token(TOKEN).base_url(f"{url}/bot").base_file_url(f"{url}/file/bot")
    application = builder.rate_limiter(AIORateLimiter(overall_max_rate=rate)).concurrent_updates(AT_ONCE).build()
    application.add_handler(CommandHandler(["follow", "unfollow"], answer))
    async with application:
        await application.start()
        if application.updater:
            await application.updater.start_polling()
        broadcast = asyncio.create_task(BROADCASTS[how](application.bot, readers))
        try:
            yield
        finally:
            broadcast.cancel()
            with suppress(asyncio.CancelledError):
                await broadcast
            if application.updater:
                await application.updater.stop()
            await application.stop()


async def answer(update: Update, _context: ContextTypes.DEFAULT_TYPE) -> None:
    """Answer a command, and write nothing."""
    if update.effective_message:
        await update.effective_message.reply_text(ITEM.title)


async def send_nothing(_bot: Bot, _readers: Iterable[int]) -> None:
    """Let the bot rest."""


async def send_gathered(bot: Bot, readers: Iterable[int]) -> None:
    """Send to all at once, and let the limiter sort it out."""
    await asyncio.gather(*(send(bot, reader) for reader in readers))


async def send_in_turn(bot: Bot, readers: Iterable[int]) -> None:
    """Send to one after another."""
    for reader in readers:
        await send(bot, reader)


async def send(bot: Bot, reader: int) -> None:
    """Send the news to a reader."""
    await bot.send_message(reader, f"<b>{ITEM.title}</b>\n\n{ITEM.lead}", parse_mode="HTML")


BROADCASTS: dict[Broadcast, Any] = {
    Broadcast.NONE: send_nothing,
    Broadcast.GATHERED: send_gathered,
    Broadcast.IN_TURN: send_in_turn,
}
