"""What editors say of topics over what is shipped: versions, of which the newest is in force, and proposals.

    proposal: new ─▶ shown ─▶ applied ─▶ gone            (tried, shown to its editor, in force, its articles told so)

Versions are only ever added, so their number tells whether there is something new. `Topics` holds for a process what is
in force, ready for use; whoever uses it asks it to `renew` first.
"""

import asyncio
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from functools import cached_property, partial

from sqlalchemy import and_, delete, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from db.engine import Database
from db.meanings import proposals, topics
from db.store import AnyRow, filings, rows
from db.store.terms import Term
from db.wakeup import announce
from newsroom import topicfiles
from newsroom.amendments import PARTS, Amendment, amend
from newsroom.names import Directory
from newsroom.semantic import Semantics
from newsroom.taxonomy import Taxonomy, shipped_taxonomy
from newsroom.topics import Classifier, find_classifier

LOOK_EVERY = 1.0  # seconds; a change made by this process, or told by another, is looked for at once
ALL_VERSIONS = 1_000
KEPT = timedelta(days=1)  # a proposal that nobody decides on
NEWEST = select(topics.c.tag, func.max(topics.c.version).label("version")).group_by(topics.c.tag).subquery()


@dataclass(frozen=True, slots=True)
class Version:
    """What was said of a topic at a time; `actor` as in the audit."""

    version: int
    said: Amendment
    actor: str
    changed_at: datetime


@dataclass(frozen=True, slots=True)
class Asker:
    """Who proposes something: the chat, and what is spoken there."""

    chat_id: int
    language: str


@dataclass(frozen=True, slots=True)
class Proposal:
    """What somebody would say of a topic instead of version `base` of it; `chat_id` is none at the terminal."""

    id: int
    tag: str
    base: int
    said: Amendment
    chat_id: int | None
    language: str  # what is spoken there
    state: str


async def put(connection: AsyncConnection, tag: str, said: Amendment, actor: str, now: datetime) -> int:
    """Say something of a topic, instead of what was said before; answers the version, in force with the commit."""
    version = await find_newest(connection, tag) + 1
    row = {"tag": tag, "version": version, "actor": actor, "changed_at": now}
    await connection.execute(insert(topics).values(**row, **said.as_values()))
    announce(connection, "topics")
    return version


async def find_newest(connection: AsyncConnection, tag: str) -> int:
    """Answer the number of a topic's newest version, 0 where nothing was ever said of it."""
    newest = select(func.max(topics.c.version)).where(topics.c.tag == tag)
    return (await connection.execute(newest)).scalar_one() or 0


async def list_in_force(connection: AsyncConnection) -> dict[str, Amendment]:
    """Answer what is said of each topic."""
    newest = and_(topics.c.tag == NEWEST.c.tag, topics.c.version == NEWEST.c.version)
    found = await rows(connection, select(topics).join(NEWEST, newest).order_by(topics.c.tag))
    return {row.tag: _read_said(row) for row in found}


async def count_versions(connection: AsyncConnection) -> int:
    """Answer how many versions there are of all topics."""
    return int((await connection.execute(select(func.count()).select_from(topics))).scalar_one())


async def list_versions(connection: AsyncConnection, tag: str, limit: int) -> list[Version]:
    """Answer the newest versions of a topic, the newest first."""
    found = select(topics).where(topics.c.tag == tag).order_by(topics.c.version.desc()).limit(limit)
    return [Version(row.version, _read_said(row), row.actor, row.changed_at) for row in await rows(connection, found)]


async def write_history(connection: AsyncConnection, tag: str) -> str:
    """Answer all that was ever said of a topic, the newest first, as text; nothing where nothing was."""
    versions = await list_versions(connection, tag, ALL_VERSIONS)
    return topicfiles.write_history(((one.version, one.changed_at, one.actor, one.said) for one in versions), tag)


async def find_version(connection: AsyncConnection, tag: str, version: int) -> Amendment | None:
    """Answer what a version says; version 0 of any topic is as it is shipped. None where there is none."""
    if version == 0:
        return Amendment()
    this = select(topics).where(topics.c.tag == tag, topics.c.version == version)
    return next((_read_said(row) for row in await rows(connection, this)), None)


def _read_said(row: AnyRow) -> Amendment:
    return Amendment.of({name: getattr(row, name) for name in ("names", *PARTS)})


async def propose(connection: AsyncConnection, tag: str, said: Amendment, asker: Asker, now: datetime) -> int:
    """Put down what would be said of a topic, to be tried and shown to whoever asks; answers the id."""
    return await _write_proposal(connection, tag, said, now, asdict(asker) | {"state": "new"})


async def say(connection: AsyncConnection, tag: str, said: Amendment, actor: str, now: datetime) -> int:
    """Say something of a topic untried, and let the newest articles be told; answers the version."""
    await _write_proposal(connection, tag, said, now, {"state": "applied"})
    return await put(connection, tag, said, actor, now)


async def _write_proposal(
    connection: AsyncConnection, tag: str, said: Amendment, now: datetime, told: Mapping[str, str | int]
) -> int:
    base = await find_newest(connection, tag)
    row = {"tag": tag, "base": base, "said": said.as_values(), "created_at": now, **told}
    announce(connection, "topics")
    written = insert(proposals).values(row).returning(proposals.c.id)
    return int((await connection.execute(written)).scalar_one())


async def find_proposal(connection: AsyncConnection, proposal_id: int) -> Proposal | None:
    """Answer a proposal."""
    return next(iter(await _read(connection, proposals.c.id == proposal_id)), None)


async def list_open(connection: AsyncConnection) -> list[Proposal]:
    """Answer the proposals that are to be tried, or whose articles are to be told."""
    return await _read(connection, proposals.c.state != "shown")


async def _read(connection: AsyncConnection, these: object) -> list[Proposal]:
    found = select(proposals).where(these).order_by(proposals.c.id)  # type: ignore[arg-type]
    return [
        Proposal(row.id, row.tag, row.base, Amendment.of(row.said), row.chat_id, row.language, row.state)
        for row in await rows(connection, found)
    ]


async def advance(connection: AsyncConnection, proposal: Proposal, state: str) -> bool:
    """Bring a proposal into its next state, unless somebody else did."""
    this = (proposals.c.id == proposal.id) & (proposals.c.state == proposal.state)
    if state == "applied":
        announce(connection, "topics")
    return (await connection.execute(update(proposals).where(this).values(state=state))).rowcount > 0


async def end(connection: AsyncConnection, proposal: Proposal) -> bool:
    """Forget a proposal that is dropped or done, unless somebody else did."""
    this = (proposals.c.id == proposal.id) & (proposals.c.state == proposal.state)
    return (await connection.execute(delete(proposals).where(this))).rowcount > 0


TERM = Term(proposals, lambda now: proposals.c.created_at < now - KEPT)


@dataclass(frozen=True)
class Edition:
    """The topics in force, ready for use: what there is, how people call it, what articles are about."""

    versions: int  # how many there were, of filings too where they are examples
    taxonomy: Taxonomy
    directory: Directory
    semantics: Semantics | None = None

    @cached_property
    def classifier(self) -> Classifier:
        """What says what articles are about; built when it is first asked for, a second's work: ask in a thread."""
        return find_classifier(self.taxonomy, self.semantics)


def publish(
    shipped: Taxonomy, said: dict[str, Amendment], versions: int, semantics: Semantics | None = None
) -> Edition:
    """Make an edition; do it in a thread."""
    taxonomy = amend(shipped, said)
    return Edition(versions, taxonomy, Directory(taxonomy), semantics)


class Topics:
    """The topics in force, for all parts of a process; `renew` once before the first use."""

    def __init__(self, database: Database, shipped: Taxonomy | None = None, semantics: Semantics | None = None) -> None:
        self.database, self.semantics = database, semantics
        self.shipped = shipped or shipped_taxonomy()
        self._edition: Edition | None = None
        self._looked_at = -LOOK_EVERY
        self._renewing = asyncio.Lock()

    def classifier_of(self, said: Mapping[str, Amendment]) -> Classifier:
        """Answer what tells articles where this is said: the one in force where that is what is said, else another."""
        return find_classifier(amend(self.shipped, said), self.edition.classifier.semantics)

    @property
    def edition(self) -> Edition:
        """The edition in force when it was last looked."""
        if self._edition is None:
            raise RuntimeError("topics are used before they were read")
        return self._edition

    def look_again(self) -> None:
        """Say that there may be a newer version: the next `renew` looks at once."""
        self._looked_at = -LOOK_EVERY

    async def renew(self) -> Edition:
        """Answer the edition in force, looking for a newer one if that was last done LOOK_EVERY ago or more."""
        if self._is_due() or self._renewing.locked():  # what is being looked for is waited for
            async with self._renewing:
                if self._is_due():
                    self._looked_at = time.monotonic()
                    await self._look()
        return self.edition

    async def classifier(self) -> Classifier:
        """Answer what classifies by the edition in force; a process that only delivers never builds it."""
        edition = await self.renew()
        return await asyncio.to_thread(lambda: edition.classifier)

    def _is_due(self) -> bool:
        return self._edition is None or time.monotonic() - self._looked_at >= LOOK_EVERY

    async def _look(self) -> None:
        async with self.database.read() as connection:
            versions = await count_versions(connection)
            if self.semantics:
                versions += await filings.count(connection)
            if self._edition is not None and versions == self._edition.versions:
                return
            said = await list_in_force(connection)
            examples = await filings.list_examples(connection) if self.semantics else []
        self._edition = await asyncio.to_thread(partial(self._publish, said, versions, examples))

    def _publish(self, said: dict[str, Amendment], versions: int, examples: list[tuple[str, str]]) -> Edition:
        semantics = self.semantics.with_examples(examples) if self.semantics else None
        return publish(self.shipped, said, versions, semantics)
