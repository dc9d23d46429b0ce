"""Retagging: what editors would say of topics is tried on the newest articles, and what they said is told to them.

    new ─▶ tried, its editor is told ─▶ shown          applied ─▶ articles get their topics anew ─▶ gone

Classifying two hundred articles twice takes a second, so it is done in a thread and between transactions. Nothing is
sent to readers: a push is opened when an article is new, and never for a topic that it gains.
"""

import asyncio
from dataclasses import dataclass
from functools import partial
from typing import Protocol

import structlog
from sqlalchemy.ext.asyncio import AsyncConnection

from db.engine import Database
from db.store import articles, topics
from db.store.topics import Proposal, Topics
from newsroom.amendments import Amendment
from newsroom.retagging import LATELY, Change, Trial, find_changes
from newsroom.taxonomy import Taxonomy

log = structlog.get_logger()

TOLD_AT_ONCE = 5  # articles in one transaction: people's writes pass between


class Teller(Protocol):
    """Who tells an editor what came of a proposal."""

    async def tell_trial(
        self, connection: AsyncConnection, proposal: Proposal, before: Amendment, trial: Trial, taxonomy: Taxonomy
    ) -> None:
        """Show what a change would do, to be decided on."""

    async def tell_retagged(
        self, connection: AsyncConnection, proposal: Proposal, articles: int, taxonomy: Taxonomy
    ) -> None:
        """Tell how many articles have other topics now."""


@dataclass(slots=True)
class Retagger:
    """Tries proposals and tells articles of those that came into force."""

    database: Database
    topics: Topics
    teller: Teller

    async def step(self) -> bool:
        """Do one proposal; tells whether there was any."""
        await self.topics.renew()
        async with self.database.read() as connection:
            proposal = next(iter(await topics.list_open(connection)), None)
            if proposal is None:
                return False
            said = await topics.list_in_force(connection)
            before = await topics.find_version(connection, proposal.tag, proposal.base) or Amendment()
            stored = await articles.list_stored(connection, LATELY)
        after = proposal.said if proposal.state == "new" else said.get(proposal.tag, Amendment())
        old, new = {**said, proposal.tag: before}, {**said, proposal.tag: after}
        changes = await asyncio.to_thread(partial(find_changes, stored, old, new, self.topics.classifier_of))
        if proposal.state == "new":
            await self._show(proposal, before, Trial.of(proposal.tag, len(stored), changes))
        else:
            await self._retag(proposal, changes)
        return True

    async def _show(self, proposal: Proposal, before: Amendment, trial: Trial) -> None:
        async with self.database.write() as connection:
            if await topics.advance(connection, proposal, "shown"):
                await self.teller.tell_trial(connection, proposal, before, trial, self.topics.edition.taxonomy)

    async def _retag(self, proposal: Proposal, changes: list[Change]) -> None:
        """Tell the articles a few at a time; one killed in between is done anew, to the same end."""
        done = 0
        for first in range(0, len(changes), TOLD_AT_ONCE):
            async with self.database.write() as connection:
                await articles.lock_desk(connection)
                for change in changes[first : first + TOLD_AT_ONCE]:
                    done += await articles.retag(connection, change.article, change.after)
        async with self.database.write() as connection:
            if await topics.end(connection, proposal):
                await self.teller.tell_retagged(connection, proposal, done, self.topics.edition.taxonomy)
        log.info("articles retagged", topic=proposal.tag, articles=done)
