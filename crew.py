"""The crew: who works in a process, by the name of the job, and what each of them is given.

    newsroom   collect, probe, websub ─▶ plan, broadcasts ─▶ deliver; watches, topics, index
    replies    screen, waves, score ─▶ cards ─▶ replies ─▶ share, quotes, tidings, notices; comments, threads
    house      backup, checkup, stats, purge, setup

How often each looks by itself is in `jobs/schedule.py`; what is due at once wakes it. A new job is a line here and one
there.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import timedelta
from urllib.parse import urlsplit

from bot.announcer import Announcer
from bot.articles import Look
from bot.asking import Asking
from bot.clerk import Clerk
from bot.desk import Desk
from bot.docket import Docket
from bot.files import TelegramFiles
from bot.notices import Herald
from bot.receipts import Receipts
from bot.renderer import Renderer
from bot.sender import TelegramSender
from bot.setup import Guide
from bot.sharing import Poster, Teller
from jobs.backup import BackupMaker
from jobs.broadcasts import Broadcaster
from jobs.cards import CardKeeper
from jobs.checkup import Checkup
from jobs.collect import Collector
from jobs.comments import Commenter
from jobs.errands import Errands
from jobs.files import FileReader
from jobs.index import Indexer
from jobs.notices import Notifier
from jobs.plan import Planner
from jobs.probe import Prober
from jobs.purge import Purger
from jobs.quotes import Corrector
from jobs.replies import Overseer
from jobs.retag import Retagger
from jobs.score import Trainer
from jobs.screen import Screener
from jobs.setup import Reminder
from jobs.share import Sharer
from jobs.threads import ThreadReader
from jobs.tidings import Crier
from jobs.watches import Watcher
from jobs.waves import Sweeper
from jobs.websub import HubAsker, HubJudge
from jobs.wordpress import Account
from jobs.worker import Worker
from newsroom.delivery import Delivery
from opening import Parts, find_backups, find_ground, find_openings, make_statistician, read_broadcasting, read_rules
from web.websub import HUBS_PATH


@dataclass(slots=True)
class Crew:
    """The workers of one process."""

    parts: Parts
    every: Mapping[str, float]  # seconds after which each looks by itself
    workers: dict[str, Worker] = field(default_factory=dict)  # by the name of their job
    _leaving: AsyncExitStack = field(default_factory=AsyncExitStack)
    _name: str = ""  # the bot's @username, once it is known

    def hire(self, name: str, step: Callable[[], Awaitable[bool]]) -> Worker:
        """Take a worker into the crew, whom its job wakes by its name."""
        self.workers[name] = Worker(name, self.every[name], step, self.parts.metrics)
        return self.workers[name]

    def wake(self, job: str) -> None:
        """Wake the worker of a job, if it is this process's too."""
        if job == "topics":
            self.parts.topics.look_again()
        if job in self.workers:
            self.workers[job].wake()

    def hire_all(self, stop: asyncio.Event) -> list[Worker]:
        """Answer who works in role jobs; news leaves until `stop`."""
        return [*self._hire_for_news(stop), *self._hire_for_replies(), *self._hire_for_house()]

    async def leave(self) -> None:
        """Let go of what the workers held."""
        await self._leaving.aclose()

    def _hire_for_news(self, stop: asyncio.Event) -> list[Worker]:
        """Answer who brings articles in, and out to readers."""
        parts, settings, now = self.parts, self.parts.settings, self.parts.lease.now
        sender, renderer = TelegramSender(parts.api), self._make_renderer()
        delivery = Delivery(parts.queue, sender, renderer, parts.lease, parts.metrics, now, settings.send_rate)

        async def deliver() -> bool:
            await delivery.drain(stop)
            return False

        collector, desk = self._make_collector(), self._make_desk()
        self._leaving.push_async_callback(collector.close)
        collector.on_free = (collecting := self.hire("collect", collector.step)).wake
        clerk = Clerk(now, self.look, settings.default_language)
        errands = Errands(parts.database, collector.pages, collector.read_alone, clerk, now)
        files = FileReader(parts.database, TelegramFiles(parts.api), parts.lease, Receipts(now))
        prober = Prober(parts.database, parts.fetcher, parts.topics, parts.lease, desk, files, errands)
        return [
            collecting,
            self.hire("probe", prober.step),
            self.hire("plan", Planner(parts.database, parts.lease).step),
            self.hire("deliver", deliver),
            self.hire("topics", Retagger(parts.database, parts.topics, desk).step),
            self.hire("broadcasts", Broadcaster(parts.database, self._make_announcer(), now).step),
            self.hire("watches", Watcher(parts.database, clerk, now).step),
            self.hire("index", Indexer(parts.database).step),
            *(self._hire_for_hubs() if settings.public_url else ()),
        ]

    def _hire_for_hubs(self) -> list[Worker]:
        parts = self.parts
        callback = parts.settings.public_url.rstrip("/") + HUBS_PATH
        return [self.hire("websub", HubAsker(parts.database, parts.fetcher, parts.lease, callback).step)]

    def _hire_for_replies(self) -> list[Worker]:
        """Answer who looks after readers' replies."""
        settings, now, vault = self.parts.settings, self.parts.lease.now, self.parts.vault
        database, rules = self.parts.database, read_rules(settings)
        herald = Herald(now, vault, self.look, settings.default_language)
        docket = Docket(now, settings.default_language, settings.default_timezone, rules)
        hosts = tuple(filter(None, [urlsplit(settings.site_url).hostname]))
        poster = Poster(now, self.look, docket, settings.share_in_channels != "no")
        teller = Teller(now, self.look, settings.default_language, settings.default_timezone)
        return [
            *(self._hire_for_site(herald) if settings.site_url else ()),
            self.hire("score", Trainer(database, now).step),
            self.hire("screen", Screener(database, hosts, now).step),
            self.hire("notices", Notifier(database, vault, herald, now).step),
            self.hire("replies", Overseer(database, docket, now).step),
            self.hire("waves", Sweeper(database, vault, now).step),
            self.hire("share", Sharer(database, poster, now).step),
            self.hire("tidings", Crier(database, vault, teller, now).step),
            self.hire("quotes", Corrector(database, now).step),
            self.hire("cards", CardKeeper(database, docket, vault, rules, now).step),
            self.hire("setup", Reminder(database, Guide(docket), now).step),
        ]

    def _hire_for_site(self, herald: Herald) -> list[Worker]:
        """Answer who talks with the site: brings replies there where there is an account, and reads comments back."""
        parts, now = self.parts, self.parts.lease.now
        account = Account(*parts.settings.site_account)
        commenter = Commenter(parts.database, parts.fetcher, account, parts.lease, herald, now)
        crew = [self.hire("comments", commenter.step)] if account.may_write else []
        return [*crew, self.hire("threads", ThreadReader(parts.database, parts.fetcher, account, herald, now).step)]

    def _hire_for_house(self) -> list[Worker]:
        """Answer who keeps what is kept in order."""
        parts, settings = self.parts, self.parts.settings
        folder, zone = find_backups(settings, parts.database), settings.default_timezone
        maker = BackupMaker(parts.database, parts.vault, folder, parts.lease, zone, self._make_desk())
        ground = find_ground(settings, parts.database)
        return [
            self.hire("backup", maker.step),
            self.hire("checkup", Checkup(parts.database, Asking(parts.api), ground, parts.lease.now).step),
            self.hire("stats", make_statistician(settings, parts.database, parts.topics, parts.lease.now).step),
            self.hire("purge", Purger(parts.database, parts.lease).step),
        ]

    def _make_collector(self) -> Collector:
        parts = self.parts
        shortest = timedelta(seconds=parts.settings.poll_seconds)
        judge = HubJudge(parts.database, parts.lease, shortest) if parts.settings.public_url else None
        desk = self._make_desk()
        return Collector(parts.database, parts.fetcher, parts.topics, parts.lease, parts.metrics, desk, shortest, judge)

    def _make_desk(self) -> Desk:
        settings = self.parts.settings
        return Desk(self.parts.lease.now, settings.default_language, settings.default_timezone)

    def _make_renderer(self) -> Renderer:
        pays = read_broadcasting(self.parts.settings).pays
        return Renderer(self.parts.database, self.look, self.parts.lease.now, pays)

    def _make_announcer(self) -> Announcer:
        settings = self.parts.settings
        rules = read_broadcasting(settings)
        return Announcer(
            self.parts.lease.now, settings.default_language, settings.default_timezone, rules, self.parts.topics
        )

    async def look(self) -> Look:
        """Answer how articles look now."""
        settings = self.parts.settings
        host = urlsplit(settings.site_url).hostname or ""
        taxonomy = (await self.parts.topics.renew()).taxonomy
        openings = find_openings(settings, self.parts.vault)
        return Look(taxonomy, settings.default_timezone, host, await self._find_name(), openings=openings)

    async def _find_name(self) -> str:
        """Answer the bot's @username, asked for until Telegram says it; nothing as long as it does not."""
        if not self._name:
            self._name = await self.parts.api.find_name()
        return self._name
