"""Files that editors send: lists of sources are collected, what is said of topics is tried before it is in force.

    a document ─▶ probe (its id) ─▶ read from Telegram ─▶ opml     sources, as `qasid sources import`
                                                       └▶ topics   a proposal for each topic that it changes

Whoever sent it is told what came of it. Another kind of file is a function here and a line of `_take`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from sqlalchemy.ext.asyncio import AsyncConnection

from db.engine import Database
from db.store import probes, sources, staff, topics
from db.store.probes import OPML, Probe
from db.store.topics import Asker
from db.store.workers import WorkerLease
from newsroom.amendments import Amendment
from newsroom.errors import ParseError, SourceError, TopicFileError
from newsroom.opml import read_opml
from newsroom.reasons import Reason
from newsroom.taxonomy import shipped_taxonomy
from newsroom.topicfiles import read_topics

MOST_IMPORTED = 500  # sources of one list: they are added in one transaction, behind which people wait
MOST_PROPOSED = 10  # topics of one file: each is shown by a message of its own


class Files(Protocol):
    """What reads files."""

    async def read(self, file_id: str) -> bytes:
        """Answer what is in a file. Raises SourceError."""


class Teller(Protocol):
    """Who tells an editor what came of a file."""

    async def tell_imported(self, connection: AsyncConnection, probe: Probe, added: int, known: int) -> None:
        """Tell how many sources are collected now."""

    async def tell_proposed(self, connection: AsyncConnection, probe: Probe, found: int, most: int) -> None:
        """Tell how many topics would be changed; more than `most` are not tried."""

    async def tell_faults(self, connection: AsyncConnection, probe: Probe, faults: Sequence[Reason]) -> None:
        """Tell what is wrong with it."""

    async def tell_unread_file(self, connection: AsyncConnection, probe: Probe, reason: Reason) -> None:
        """Tell why it cannot be read."""


@dataclass(slots=True)
class FileReader:
    """Takes files for one worker."""

    database: Database
    files: Files
    lease: WorkerLease
    teller: Teller

    async def answer(self, probe: Probe) -> None:
        """Take a file as what its sender said that it is."""
        try:
            await self._take(probe, await self.files.read(probe.url))
        except SourceError as error:
            async with self.database.write() as connection:
                if await probes.end(connection, probe):
                    await self.teller.tell_unread_file(connection, probe, error.reason)
        except TopicFileError as error:
            async with self.database.write() as connection:
                if await probes.end(connection, probe):
                    await self.teller.tell_faults(connection, probe, error.faults)

    async def _take(self, probe: Probe, body: bytes) -> None:
        await (self._import(probe, body) if probe.kind == OPML else self._propose(probe, body))

    async def _import(self, probe: Probe, body: bytes) -> None:
        listed, now = read_opml(body, probe.kind), self.lease.now()
        if len(listed) > MOST_IMPORTED:
            raise ParseError(probe.kind, Reason("long-opml", most=MOST_IMPORTED))
        async with self.database.write() as connection:
            if await probes.end(connection, probe):
                added = len(await sources.add_all(connection, listed, now))
                act = staff.Act(probe.actor, "import sources", "", f"{added} of {len(listed)}")
                await staff.note(connection, act, now)
                await self.teller.tell_imported(connection, probe, added, len(listed) - added)

    async def _propose(self, probe: Probe, body: bytes) -> None:
        told = read_topics(body, shipped_taxonomy())
        async with self.database.write() as connection:
            if not await probes.end(connection, probe):
                return
            said = await topics.list_in_force(connection)
            changed = {tag: one for tag, one in told.items() if one != said.get(tag, Amendment())}
            if len(changed) <= MOST_PROPOSED:
                for tag, one in changed.items():
                    asker = Asker(probe.chat_id, probe.language)
                    await topics.propose(connection, tag, one, asker, self.lease.now())
            await self.teller.tell_proposed(connection, probe, len(changed), MOST_PROPOSED)
