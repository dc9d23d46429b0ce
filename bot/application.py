"""python-telegram-bot's Application, put together: our transport and limiter, our context, the handlers.

It routes updates that the inbox hands it (`process_update`) and builds and reads Telegram's objects. It neither polls
nor queues nor keeps any state: those are rows.
"""

import os

from telegram.ext import ApplicationBuilder, ContextTypes

from bot.api import BotApi
from bot.handlers import all_handlers
from bot.handlers.errors import tell
from bot.inbox import Bot
from bot.limiter import Limiter
from bot.talk import Talk
from bot.transport import Transport


def make_application(api: BotApi, address: str, token: str) -> Bot:
    """Answer the application; `initialize` it before an update is processed."""
    os.environ.setdefault("PTB_TIMEDELTA", "1")  # spans as timedelta, which it would warn of otherwise
    base = address.rstrip("/")
    application: Bot = (
        ApplicationBuilder()
        .token(token)
        .base_url(f"{base}/bot")
        .base_file_url(f"{base}/file/bot")
        .request(Transport(api))
        .get_updates_request(Transport(api))
        .rate_limiter(Limiter())
        .context_types(ContextTypes(context=Talk))
        .updater(None)
        .job_queue(None)
        .build()
    )
    for group, handlers in all_handlers().items():
        application.add_handlers(handlers, group)
    application.add_error_handler(tell)
    return application
