"""Hubs (WebSub): they are asked to tell of the sources that name them, and weighed by what polls find.

    claim ─▶ post the subscription ─▶ the hub verifies at our web face (`web/websub.py`), at once or later

A claim says already when the hub is asked again, so only a verification changes that, and a failure only leaves a word.
"""

import asyncio
from dataclasses import dataclass
from datetime import timedelta

import structlog
from sqlalchemy.ext.asyncio import AsyncConnection

from db.engine import Database
from db.store import hubs
from db.store.collected import Found
from db.store.hubs import Hub
from db.store.sources import Source
from db.store.workers import WorkerLease
from jobs.fetcher import Fetcher
from newsroom.errors import FetchError
from newsroom.items import HubLinks
from newsroom.sources import is_asked_for
from newsroom.websub import DISTRUST, LEFT_OUT, Trust, is_live, judge, write_request

log = structlog.get_logger()

AT_ONCE = 16  # hubs asked side by side


@dataclass(slots=True)
class HubAsker:
    """Asks hubs for one worker; they call at `callback`, each under the token of its source."""

    database: Database
    fetcher: Fetcher
    lease: WorkerLease
    callback: str

    async def step(self) -> bool:
        """Ask the hubs that are due; tells whether there were any."""
        now = self.lease.now()
        async with self.database.read() as connection:
            if not await hubs.is_any_due(connection, now):
                return False
        async with self.database.write() as connection:
            due = await hubs.claim_due(connection, AT_ONCE, now)
        await asyncio.gather(*map(self._ask, due))
        return bool(due)

    async def _ask(self, hub: Hub) -> None:
        """Ask a hub, whose address is known to all; the address that it is to call is not."""
        try:
            form = write_request(f"{self.callback}/{hub.token}", hub.topic, hub.secret)
            await self.fetcher.post(hub.hub, form)
        except FetchError as error:
            log.warning("hub failed", hub=hub.hub, topic=hub.topic, reason=error.reason, failures=hub.failures + 1)
            async with self.database.write() as connection:
                await hubs.note_failure(connection, hub, error.reason)
        else:
            log.info("hub asked", hub=hub.hub, topic=hub.topic)


@dataclass(slots=True)
class HubJudge:
    """Weighs hubs for the collector; `shortest` is the least time between two polls of a source by the clock."""

    database: Database
    lease: WorkerLease
    shortest: timedelta

    async def has_told(self, source: Source) -> bool:
        """Tell whether a source is polled because a live hub has told of it: then no cache is to answer."""
        if not is_asked_for(source.due_at, source.polled_at, self.shortest):
            return False
        async with self.database.read() as connection:
            hub = await hubs.find(connection, source.id)
        return self._is_live(hub)

    async def weigh(self, connection: AsyncConnection, source: Source, links: HubLinks | None, found: Found) -> bool:
        """Keep the hub that a source names, unless nothing came, and tell whether it is relied on after a poll."""
        now = self.lease.now()
        if links is None:
            hub = await hubs.find(connection, source.id)
        else:
            hub = await hubs.name(connection, source.id, links, now)
        if hub is None or not self._is_live(hub):
            return False
        asked_for = is_asked_for(source.due_at, source.polled_at, self.shortest)
        trust = judge(asked_for=asked_for, new=found.new, changed=found.changed)
        if trust is Trust.LOST:
            log.warning("hub relied on no longer", url=source.url, hub=hub.hub, reason=LEFT_OUT)
            await hubs.refuse(connection, hub, LEFT_OUT, now + DISTRUST)
        return trust is Trust.KEPT

    def _is_live(self, hub: Hub | None) -> bool:
        return hub is not None and is_live(hub.state, hub.until, self.lease.now())
