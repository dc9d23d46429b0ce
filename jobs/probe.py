"""Probing: what would be read at an address that an editor gave, and collecting it where that is wanted.

Pages of single articles that editors ask for are read by the same worker (`errands.py`), and files that editors sent
(`files.py`).
"""

from dataclasses import dataclass
from typing import Protocol

from sqlalchemy.ext.asyncio import AsyncConnection

from db.engine import Database
from db.store import probes, sources, staff
from db.store.probes import ADDRESS, Probe, Reading
from db.store.topics import Topics
from db.store.workers import WorkerLease
from jobs.check import read_source
from jobs.errands import Errands
from jobs.fetcher import Fetcher
from jobs.files import FileReader
from newsroom.errors import SourceError
from newsroom.reasons import Reason
from newsroom.taxonomy import Taxonomy


class Teller(Protocol):
    """Who tells an editor what a probe found."""

    async def tell_probe(self, connection: AsyncConnection, probe: Probe, reading: Reading, taxonomy: Taxonomy) -> None:
        """Show what is read there, and whether it is collected now."""

    async def tell_unread(self, connection: AsyncConnection, probe: Probe, reason: Reason) -> None:
        """Tell why nothing can be read there."""


@dataclass(slots=True)
class Prober:
    """Answers probes for one worker, one at a time."""

    database: Database
    fetcher: Fetcher
    topics: Topics
    lease: WorkerLease
    teller: Teller
    files: FileReader
    errands: Errands

    async def step(self) -> bool:
        """Answer a probe, or do an errand; tells whether there was any."""
        async with self.database.read() as connection:
            is_due = await probes.is_any_due(connection, self.lease.now())
        if not is_due:
            return await self.errands.step()
        async with self.database.write() as connection:
            probe = await probes.claim(connection, self.lease.now())
        if probe:
            await (self._answer(probe) if probe.kind == ADDRESS else self.files.answer(probe))
        return probe is not None

    async def _answer(self, probe: Probe) -> None:
        try:
            classifier = await self.topics.classifier()
            found, reads = await read_source(probe.url, self.database, self.fetcher, classifier, self.lease.now())
        except SourceError as error:
            async with self.database.write() as connection:
                if await probes.end(connection, probe):
                    await self.teller.tell_unread(connection, probe, error.reason)
            return
        async with self.database.write() as connection:
            if await probes.end(connection, probe):
                is_new = probe.adds and not found.is_page and await self._collect(connection, probe, found.url)
                kind = found.kind.name.lower()
                reading = Reading(found.feed.title, found.url, reads, is_new, found.is_page, kind)
                await self.teller.tell_probe(connection, probe, reading, classifier.taxonomy)

    async def _collect(self, connection: AsyncConnection, probe: Probe, url: str) -> bool:
        """Collect the address from now on; tells whether it was not collected before."""
        now = self.lease.now()
        is_new = await sources.add(connection, url, now) or await sources.revive(connection, url, now)
        if is_new:
            await staff.note(connection, staff.Act(probe.actor, "add source", url), now)
        return is_new
