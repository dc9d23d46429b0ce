"""The composition root: builds every part, hands each what it needs, starts the roles and stops them.

    every role   heartbeat, health, metrics
    bot          intake (polling, or the webhook) ─▶ inbox ─▶ handlers ─▶ answers
    jobs         all that `crew.py` hires

Nothing here decides anything; where a part needs another, it gets it from here or from the crew and nowhere else.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from importlib.metadata import version
from socket import socket
from typing import Any
from urllib.parse import urlsplit

import structlog
from telegram.error import InvalidToken, TelegramError

from bot.answering import Answerer
from bot.api import BotApi
from bot.application import make_application
from bot.desk import Desk
from bot.inbox import AT_ONCE, Bot, Inbox
from bot.intake import ALLOWED_UPDATES, Intake, unless_stopped
from bot.menus import write_menus
from bot.rights import Rights
from bot.sender import TelegramSender
from bot.talk import Newsroom
from crew import Crew
from db.clock import DatabaseClock
from db.store import figures, pushes, workers
from db.store.queue import DeliveryQueue
from db.store.topics import Topics
from jobs.heartbeat import Heartbeat
from jobs.listener import Listener
from jobs.schedule import EVERY, make_clock
from jobs.worker import Worker
from newsroom.delivery import LARGEST_WINDOW
from newsroom.zones import find_zones
from opening import (
    Parts,
    begin,
    find_openings,
    invite_owner,
    list_public,
    make_fetcher,
    make_roster,
    open_database,
    open_vault,
    read_broadcasting,
    read_rules,
    read_semantics,
)
from settings import Settings
from web.app import WEBHOOK_PATH, make_web
from web.health import Health
from web.metrics import Metrics, Readings
from web.server import open_socket, serve

log = structlog.get_logger()

# All that may be under way at once has a connection, and a few are left for polling, probes and menus: when Telegram is
# slow, an answer to a person must not wait for one behind a window of news.
CONNECTIONS = LARGEST_WINDOW + AT_ONCE + 16
GRACE = 10.0  # seconds that what is in flight has to settle when told to stop
RETRY = 5.0  # seconds until Telegram is asked again at start


@dataclass(slots=True)
class App(Parts):
    """The parts of one process. Setting `stop` ends `run`; `port` is where its HTTP face listens, once it does."""

    stop: asyncio.Event = field(default_factory=asyncio.Event)
    every: Mapping[str, float] = field(default_factory=lambda: EVERY)
    closing: AsyncExitStack = field(default_factory=AsyncExitStack)  # what is called off when the roles have ended
    port: int = 0
    on_ready: Callable[[], None] = lambda: None  # called when all parts have begun
    on_beat: Callable[[], None] = lambda: None  # called at each heartbeat, as long as the loop turns

    async def run(self) -> None:
        """Do this process's roles until `stop`."""
        listening = open_socket(self.settings.web_host, self.settings.web_port)
        self.port = listening.getsockname()[1]
        heartbeat = Heartbeat(self.database, self.clock, self.lease, self.queue, self.metrics)
        await heartbeat.step()
        crew = Crew(self, self.every)
        self.database.on_due = crew.wake
        intake = Intake(self.database, self.api, self.lease)
        parts = [*self._start_roles(crew, intake), self._face(listening, intake)]
        heart = crew.hire("heartbeat", self._make_heart(heartbeat))
        clock = make_clock({worker.name: (worker.every, worker.wake) for worker in crew.workers.values()})
        clock.start()
        address = f"http://{self.settings.web_host}:{self.port}"
        log.info("started", version=version("qasid"), roles=",".join(self.settings.roles), web=address)
        self.on_ready()
        try:
            async with self._beating(heart):
                await self._together(parts)
        finally:
            clock.shutdown(wait=False)
            await self.closing.aclose()

    def _start_roles(self, crew: Crew, intake: Intake) -> list[Coroutine[Any, Any, None]]:
        """Answer the work of this process's roles."""
        parts: list[Coroutine[Any, Any, None]] = []
        if "jobs" in self.settings.roles:
            parts += [worker.run(self.stop) for worker in crew.hire_all(self.stop)]
            self.closing.push_async_callback(crew.leave)
        if "bot" in self.settings.roles:
            inbox = self._open_inbox()
            parts.append(self._run_bot(inbox, intake, crew.hire("inbox", inbox.step)))
        if not self.database.is_sqlite:
            parts.append(Listener(self.database).run(self.stop))
        return parts

    def _face(self, listening: socket, intake: Intake) -> Coroutine[Any, Any, None]:
        """Answer the work of the process's HTTP face."""
        settings = self.settings
        webhook = (settings.webhook_secret.get_secret_value(), intake.store) if settings.by_webhook else None
        health = Health(self.database, self.lease, TelegramSender(self.api).probe)
        public = list_public(settings, self.database, self.vault, self.clock, self.metrics)
        return serve(make_web(self.metrics, health.checks, webhook, public), listening, self.stop)

    def _make_heart(self, heartbeat: Heartbeat) -> Callable[[], Awaitable[bool]]:
        async def beat() -> bool:
            more = await heartbeat.step()
            self.on_beat()
            return more

        return beat

    def _open_inbox(self) -> Inbox:
        """Answer what handles updates."""
        settings = self.settings
        newsroom = Newsroom(
            self.topics,
            settings.site_names,
            urlsplit(settings.site_url).hostname or "",
            settings.default_language,
            settings.default_timezone,
            {"controller": settings.controller, "url": settings.privacy_url, "rules": settings.rules_url},
            self.vault,
            settings.destinations,
            rules=read_rules(settings),
            broadcasting=read_broadcasting(settings),
            is_rich=settings.rich_messages,
            takes_photos=settings.reply_photos,
            openings=find_openings(settings, self.vault),
        )
        application = make_application(self.api, settings.telegram_api_url, settings.bot_token.get_secret_value())
        answerer = Answerer(self.queue, TelegramSender(self.api), self.lease)
        rights = Rights(self.api, settings.bot_id)
        return Inbox(self.database, application, newsroom, answerer, rights, self.lease, self.metrics)

    async def _run_bot(self, inbox: Inbox, intake: Intake, handling: Worker) -> None:
        """Meet Telegram, then take updates in and handle them until `stop`."""
        inbox.on_free = handling.wake
        while not self.stop.is_set():
            if await unless_stopped(self._meet(inbox.application), self.stop):
                break
            await unless_stopped(asyncio.sleep(RETRY), self.stop)
        intake.keep = inbox.receive
        polling = [] if self.settings.by_webhook else [intake.run(self.stop)]
        menus = self._write_menus(inbox.application)
        names = asyncio.to_thread(find_zones, "?")  # read before somebody waits for them
        words = asyncio.to_thread(lambda: self.topics.edition.classifier)  # or who files first builds it under a lock
        await asyncio.gather(handling.run(self.stop), menus, names, words, *polling)
        intake.keep = None  # what comes by webhook from now on is for the next start
        await inbox.finish()

    async def _write_menus(self, application: Bot) -> None:
        """Write the command menus and what the bot does; nobody waits for them."""
        await write_menus(application.bot, self.settings.default_language, self.stop)
        async with self.database.write() as connection:
            await make_roster(self.settings, self.lease.now).set_menus(connection)

    async def _meet(self, application: Bot) -> bool:
        """Learn who we are and say how we want updates; False when Telegram cannot be reached now."""
        try:
            await application.initialize()
            bot = application.bot
            if self.settings.by_webhook:
                address = self.settings.public_url.rstrip("/") + WEBHOOK_PATH
                secret = self.settings.webhook_secret.get_secret_value()
                await bot.set_webhook(address, secret_token=secret, allowed_updates=ALLOWED_UPDATES)
            else:
                await bot.delete_webhook(drop_pending_updates=False)
        except InvalidToken:
            log.critical("the token is refused", remedy="check BOT_TOKEN: BotFather shows it under /mybots")
            return False
        except TelegramError as error:
            log.warning("Telegram cannot be reached", reason=str(error))
            return False
        await invite_owner(self.database, bot.username, self.clock())
        log.info("telegram met", bot=bot.username, by="webhook" if self.settings.by_webhook else "polling")
        return True

    @asynccontextmanager
    async def _beating(self, heart: Worker) -> AsyncIterator[None]:
        """Let the heart beat for the time of the block: others must not take us for dead while the last rows settle."""
        ended = asyncio.Event()
        beating = asyncio.create_task(heart.run(ended))
        try:
            yield
        finally:
            ended.set()
            await beating

    async def _together(self, parts: list[Coroutine[Any, Any, None]]) -> None:
        """Run the parts until `stop`, or until one of them fails, which ends all."""
        tasks = [asyncio.create_task(part) for part in parts]
        stopping = asyncio.create_task(self.stop.wait())
        await asyncio.wait({*tasks, stopping}, return_when=asyncio.FIRST_COMPLETED)
        self.stop.set()
        done, late = await asyncio.wait(tasks, timeout=GRACE)
        for task in late:
            task.cancel()
        if late:
            await asyncio.wait(late)
            log.warning("stopped before everything had settled", parts=len(late))
        for task in done:
            task.result()


@asynccontextmanager
async def open_app(settings: Settings, clock: DatabaseClock | None = None) -> AsyncIterator[App]:
    """Open everything that a run needs, and leave it in order. Raises StoreError when the database is not fit.

    `clock` is what all of it goes by, where that is not to be the database's.
    """
    async with AsyncExitStack() as stack:
        database = await stack.enter_async_context(open_database(settings))
        clock = clock or DatabaseClock()
        await clock.set_by(database)
        vault = await open_vault(settings, database, clock())
        lease = await begin(database, clock, settings)
        topics = Topics(database, semantics=await asyncio.to_thread(read_semantics, settings))
        await topics.renew()
        token = settings.bot_token.get_secret_value()
        api = await stack.enter_async_context(BotApi(settings.telegram_api_url, token, connections=CONNECTIONS))
        fetcher = await stack.enter_async_context(make_fetcher(settings))

        async def read_figures() -> Readings:
            async with database.read() as connection:
                return await pushes.measure_lanes(connection, clock()), await figures.read(connection, clock())

        metrics = Metrics(read_figures, clock)
        queue = DeliveryQueue(database, lease, settings.send_rate, Desk(clock, settings.default_language))
        yield App(settings, database, clock, lease, vault, topics, queue, api, fetcher, metrics)
        async with database.write() as connection:
            await workers.retire(connection, lease)
