"""The composition root: builds every part, hands each what it needs, starts the roles and stops them.

    every role   heartbeat, health, metrics
    bot          intake (polling, or the webhook) ─▶ inbox ─▶ handlers ─▶ answers
    jobs         collect ─▶ plan ─▶ deliver, screen, notices, share, tidings, comments, threads, websub, topics, purge,
                 index

Nothing here decides anything; where a part needs another, it gets it from here and nowhere else.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from importlib.metadata import version
from typing import Any
from urllib.parse import urlsplit

import structlog
from telegram.error import InvalidToken, TelegramError

from bot.announcer import Announcer
from bot.answering import Answerer
from bot.api import BotApi
from bot.application import make_application
from bot.articles import Look
from bot.asking import Asking
from bot.desk import Desk
from bot.docket import Docket
from bot.inbox import AT_ONCE, Bot, Inbox
from bot.intake import ALLOWED_UPDATES, Intake, unless_stopped
from bot.menus import describe, set_menus
from bot.notices import Herald
from bot.renderer import Renderer
from bot.rights import Rights
from bot.sender import TelegramSender
from bot.sharing import Poster, Teller
from bot.talk import Newsroom
from db.clock import DatabaseClock
from db.engine import Database
from db.store import figures, invitations, pushes, staff, workers
from db.store.queue import DeliveryQueue
from db.store.topics import Topics
from db.store.workers import WorkerLease
from db.vault import Vault
from jobs.backup import BackupMaker
from jobs.broadcasts import Broadcaster
from jobs.cards import CardKeeper
from jobs.checkup import Checkup
from jobs.collect import Collector
from jobs.comments import Commenter
from jobs.fetcher import Fetcher
from jobs.heartbeat import Heartbeat
from jobs.index import Indexer
from jobs.listener import Listener
from jobs.notices import Notifier
from jobs.plan import Planner
from jobs.probe import Prober
from jobs.purge import Purger
from jobs.quotes import Corrector
from jobs.replies import Overseer
from jobs.retag import Retagger
from jobs.schedule import EVERY, make_clock
from jobs.score import Trainer
from jobs.screen import Screener
from jobs.share import Sharer
from jobs.threads import ThreadReader
from jobs.tidings import Crier
from jobs.waves import Sweeper
from jobs.websub import HubAsker, HubJudge
from jobs.wordpress import Account
from jobs.worker import Worker
from newsroom.delivery import LARGEST_WINDOW, Delivery
from newsroom.roles import Role
from newsroom.zones import find_zones
from opening import (
    begin,
    find_backups,
    find_ground,
    find_openings,
    list_public,
    make_fetcher,
    make_statistician,
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
from web.websub import HUBS_PATH

log = structlog.get_logger()

# All that may be under way at once has a connection, and a few are left for polling, probes and menus: when Telegram is
# slow, an answer to a person must not wait for one behind a window of news.
CONNECTIONS = LARGEST_WINDOW + AT_ONCE + 16
GRACE = 10.0  # seconds that what is in flight has to settle when told to stop
RETRY = 5.0  # seconds until Telegram is asked again at start
MENUS_RETRY = 60.0  # seconds until the menus are tried again


@dataclass(slots=True)
class App:
    """The parts of one process. Setting `stop` ends `run`; `port` is where its HTTP face listens, once it does."""

    settings: Settings
    database: Database
    clock: DatabaseClock
    lease: WorkerLease
    vault: Vault
    topics: Topics
    queue: DeliveryQueue
    api: BotApi
    fetcher: Fetcher
    metrics: Metrics
    stop: asyncio.Event = field(default_factory=asyncio.Event)
    every: Mapping[str, float] = field(default_factory=lambda: EVERY)
    closing: AsyncExitStack = field(default_factory=AsyncExitStack)  # what is called off when the roles have ended
    port: int = 0
    on_ready: Callable[[], None] = lambda: None  # called when all parts have begun
    on_beat: Callable[[], None] = lambda: None  # called at each heartbeat, as long as the loop turns
    _crew: dict[str, Worker] = field(default_factory=dict)  # by the name of their job
    _name: str = ""  # the bot's @username, once it is known

    async def run(self) -> None:
        """Do this process's roles until `stop`."""
        listening = open_socket(self.settings.web_host, self.settings.web_port)
        self.port = listening.getsockname()[1]
        heartbeat = Heartbeat(self.database, self.clock, self.lease, self.queue, self.metrics)
        await heartbeat.step()
        self.database.on_due = self._wake
        parts = self._start_jobs() if "jobs" in self.settings.roles else []
        intake = Intake(self.database, self.api, self.lease)
        if "bot" in self.settings.roles:
            parts.append(self._run_bot(self._open_inbox(), intake))
        if not self.database.is_sqlite:
            parts.append(Listener(self.database).run(self.stop))
        webhook = (self.settings.webhook_secret.get_secret_value(), intake.store) if self.settings.by_webhook else None
        health = Health(self.database, self.lease, TelegramSender(self.api).probe)
        public = list_public(self.settings, self.database, self.vault, self.clock, self.metrics)
        parts.append(serve(make_web(self.metrics, health.checks, webhook, public), listening, self.stop))
        heart = self._hire("heartbeat", self._make_heart(heartbeat))
        clock = make_clock({worker.name: (worker.every, worker.wake) for worker in self._crew.values()})
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

    def _make_heart(self, heartbeat: Heartbeat) -> Callable[[], Awaitable[bool]]:
        async def beat() -> bool:
            more = await heartbeat.step()
            self.on_beat()
            return more

        return beat

    def _hire(self, name: str, step: Callable[[], Awaitable[bool]]) -> Worker:
        """Take a worker into the crew, whom its job wakes by its name."""
        self._crew[name] = Worker(name, self.every[name], step, self.metrics)
        return self._crew[name]

    def _wake(self, job: str) -> None:
        """Wake the worker of a job, if it is this process's too."""
        if job == "topics":
            self.topics.look_again()
        if job in self._crew:
            self._crew[job].wake()

    def _hire_for_replies(self) -> list[Worker]:
        """Answer who looks after readers' replies."""
        settings, now, rules = self.settings, self.lease.now, read_rules(self.settings)
        herald = Herald(now, self.vault, self._look, settings.default_language)
        docket = Docket(now, settings.default_language, settings.default_timezone, rules)
        hosts = tuple(filter(None, [urlsplit(settings.site_url).hostname]))
        poster = Poster(now, self._look, docket, settings.share_in_channels != "no")
        teller = Teller(now, self._look, settings.default_language, settings.default_timezone)
        return [
            *(self._hire_for_site(herald) if settings.site_url else ()),
            self._hire("score", Trainer(self.database, now).step),
            self._hire("screen", Screener(self.database, hosts, now).step),
            self._hire("notices", Notifier(self.database, self.vault, herald, now).step),
            self._hire("replies", Overseer(self.database, docket, now).step),
            self._hire("waves", Sweeper(self.database, self.vault, now).step),
            self._hire("share", Sharer(self.database, poster, now).step),
            self._hire("tidings", Crier(self.database, self.vault, teller, now).step),
            self._hire("quotes", Corrector(self.database, now).step),
            self._hire("cards", CardKeeper(self.database, docket, self.vault, rules, now).step),
        ]

    def _hire_for_site(self, herald: Herald) -> list[Worker]:
        """Answer who talks with the site: brings replies there where there is an account, and reads comments back."""
        account, now = Account(*self.settings.site_account), self.lease.now
        commenter = Commenter(self.database, self.fetcher, account, self.lease, herald, now)
        crew = [self._hire("comments", commenter.step)] if account.may_write else []
        return [*crew, self._hire("threads", ThreadReader(self.database, self.fetcher, account, herald, now).step)]

    def _start_jobs(self) -> list[Coroutine[Any, Any, None]]:
        """Answer the work of role jobs."""
        settings, sender = self.settings, TelegramSender(self.api)
        desk = Desk(self.lease.now, settings.default_language, settings.default_timezone)
        renderer = Renderer(self.database, self._look, self.lease.now, read_broadcasting(settings).pays)
        delivery = Delivery(self.queue, sender, renderer, self.lease, self.metrics, self.lease.now, settings.send_rate)

        async def deliver() -> bool:
            await delivery.drain(self.stop)
            return False

        shortest = timedelta(seconds=settings.poll_seconds)
        collector = Collector(
            self.database,
            self.fetcher,
            self.topics,
            self.lease,
            self.metrics,
            desk,
            shortest,
            HubJudge(self.database, self.lease, shortest) if settings.public_url else None,
        )
        self.closing.push_async_callback(collector.close)
        crew = [
            collecting := self._hire("collect", collector.step),
            self._hire("probe", Prober(self.database, self.fetcher, self.topics, self.lease, desk).step),
            self._hire("plan", Planner(self.database, self.lease).step),
            self._hire("deliver", deliver),
            self._hire("topics", Retagger(self.database, self.topics, desk).step),
            self._hire("broadcasts", Broadcaster(self.database, self._announcer(), self.lease.now).step),
            *self._hire_for_replies(),
            self._hire("stats", make_statistician(settings, self.database, self.topics, self.lease.now).step),
            self._hire("backup", self._make_backup_maker(desk).step),
            self._hire("checkup", self._make_checkup().step),
            self._hire("purge", Purger(self.database, self.lease).step),
            self._hire("index", Indexer(self.database).step),
        ]
        if settings.public_url:
            callback = settings.public_url.rstrip("/") + HUBS_PATH
            crew.append(self._hire("websub", HubAsker(self.database, self.fetcher, self.lease, callback).step))
        collector.on_free = collecting.wake
        return [worker.run(self.stop) for worker in crew]

    def _make_backup_maker(self, desk: Desk) -> BackupMaker:
        folder = find_backups(self.settings, self.database)
        return BackupMaker(self.database, self.vault, folder, self.lease, self.settings.default_timezone, desk)

    def _make_checkup(self) -> Checkup:
        return Checkup(self.database, Asking(self.api), find_ground(self.settings, self.database), self.lease.now)

    async def _look(self) -> Look:
        host = urlsplit(self.settings.site_url).hostname or ""
        taxonomy = (await self.topics.renew()).taxonomy
        openings = find_openings(self.settings, self.vault)
        return Look(taxonomy, self.settings.default_timezone, host, await self._find_name(), openings=openings)

    async def _find_name(self) -> str:
        """Answer the bot's @username, asked for until Telegram says it; nothing as long as it does not."""
        if not self._name:
            self._name = await self.api.find_name()
        return self._name

    def _announcer(self) -> Announcer:
        told = self.settings
        rules = read_broadcasting(told)
        return Announcer(self.lease.now, told.default_language, told.default_timezone, rules, self.topics)

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
        inbox = Inbox(self.database, application, newsroom, answerer, Rights(self.api), self.lease, self.metrics)
        inbox.on_free = self._hire("inbox", inbox.step).wake
        return inbox

    async def _run_bot(self, inbox: Inbox, intake: Intake) -> None:
        """Meet Telegram, then take updates in and handle them until `stop`."""
        while not self.stop.is_set():
            if await unless_stopped(self._meet(inbox.application), self.stop):
                break
            await unless_stopped(asyncio.sleep(RETRY), self.stop)
        intake.keep = inbox.receive
        polling = [] if self.settings.by_webhook else [intake.run(self.stop)]
        menus = self._write_menus(inbox.application)
        names = asyncio.to_thread(find_zones, "?")  # read before somebody waits for them
        words = asyncio.to_thread(lambda: self.topics.edition.classifier)  # or who files first builds it under a lock
        await asyncio.gather(self._crew["inbox"].run(self.stop), menus, names, words, *polling)
        intake.keep = None  # what comes by webhook from now on is for the next start
        await inbox.finish()

    async def _write_menus(self, application: Bot) -> None:
        """Write the command menus and what the bot does, however often it takes; nobody waits for them."""
        while not self.stop.is_set():
            try:
                await unless_stopped(set_menus(application.bot, self.settings.default_language), self.stop)
                await unless_stopped(describe(application.bot, self.settings.default_language), self.stop)
            except TelegramError as error:
                log.warning("the command menus are not written yet", reason=str(error), again_in=MENUS_RETRY)
                await unless_stopped(asyncio.sleep(MENUS_RETRY), self.stop)
            else:
                return

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
        await self._invite_owner(bot.username)
        log.info("telegram met", bot=bot.username, by="webhook" if self.settings.by_webhook else "polling")
        return True

    async def _invite_owner(self, name: str) -> None:
        """Print a one-time link to become the owner, as long as nobody is."""
        async with self.database.write() as connection:
            if any(role is Role.OWNER for _, role in await staff.list_all(connection)):
                return
            token = await invitations.make(connection, Role.OWNER, self.clock())
        link = f"https://t.me/{name}?start=own_{token}"
        log.warning("nobody owns this bot yet: whoever opens the link first does", link=link, good_for="an hour")

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
