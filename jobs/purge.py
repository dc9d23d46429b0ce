"""Purging: what is too old to be needed goes, a little at a time.

`TERMS` is what docs/privacy.md promises of each table that this job keeps; a table with a term gets one beside its
queries (`db/store/terms.py`) and a line here. What has to go before something else stands before it.

A step is one look at all terms, or one transaction as large as fits into a few milliseconds, so that people's writes
pass between; the next one goes on where it ended.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from time import perf_counter

from db.engine import Database
from db.store import (
    audit,
    authors,
    bans,
    broadcast_cards,
    broadcasts,
    cards,
    chats,
    corrections,
    digests,
    discussions,
    ended,
    erasures,
    errands,
    inbox,
    invitations,
    keywords,
    openings,
    outbox,
    posts,
    prompts,
    reports,
    sketches,
    tidings,
    tombstones,
    topics,
    vectors,
    waves,
)
from db.store.terms import Term
from db.store.workers import WorkerLease

TERMS: Sequence[Term] = (
    prompts.TERM,
    inbox.TERM,
    outbox.TEXT_TERM,
    outbox.TERM,
    chats.TERM,
    topics.TERM,
    errands.TERM,
    invitations.TERM,
    bans.TERM,
    vectors.TERM,
    sketches.TERM,
    openings.TERM,
    cards.TERM,
    waves.TERM,
    broadcast_cards.TERM,
    broadcasts.TERM,
    ended.ENDING,
    ended.COUNTS,
    ended.ROWS,
    ended.TRIALS,
    posts.TERM,
    digests.TERM,
    corrections.TERM,
    authors.NOTICES_TERM,
    reports.TERM,
    erasures.TERM,
    tidings.TERM,
    discussions.TERM,
    tombstones.TERM,
    audit.TERM,
)
FEWEST, FIRST, MOST = 20, 200, 2_000  # rows in one transaction
MOST_GROWTH = 1.25  # from one to the next
AIM = 0.0075  # seconds that it should take; people's writes wait for it on SQLite


@dataclass(slots=True)
class Purger:
    """Forgets for one worker."""

    database: Database
    lease: WorkerLease
    most: int = FIRST  # rows in the next transaction
    held: float = 0.0  # seconds that the last one took
    _left: list[Term] = field(default_factory=list)  # terms by which something is over
    _keyword: int = 0  # up to which keywords were looked at, 0 when all were

    async def step(self) -> bool:
        """Forget the next few rows; tells whether there may be more."""
        if self._left:
            term = self._left.pop(0)  # and not again where it fails: it must not hold up the others
            if await self._keep(term):
                self._left.insert(0, term)
            return True
        self._left = await self._look()
        if self._left or await self._drop_keywords():
            return True
        await self.database.flush()  # what was said and is erased must not stand in the log for days
        return False

    async def _look(self) -> list[Term]:
        """Answer the terms by which something is over; what goes may be what something else had waited for."""
        now = self.lease.now()
        async with self.database.read() as connection:
            return [term for term in TERMS if await term.find(connection, 1, now)]

    async def _keep(self, term: Term) -> bool:
        """Let some rows go that are over; tells whether there were any."""
        now = self.lease.now()
        async with self.database.read() as connection:
            found = await term.find(connection, self.most, now)
        if not found:
            return False
        async with self.database.write() as connection:
            began = perf_counter()
            await term.drop(connection, found, now)
            taken = perf_counter() - began
        self.held = perf_counter() - began
        if len(found) >= self.most or taken > AIM:  # of few rows nobody can tell how long many take
            self.most = max(FEWEST, min(MOST, int(self.most * min(MOST_GROWTH, AIM / taken))))
        return True

    async def _drop_keywords(self) -> bool:
        """Forget the next keywords that nobody follows: apart, for that locks the desk; tells whether more are left."""
        async with self.database.write() as connection:
            self._keyword = await keywords.purge(connection, self._keyword, self.most)
        return bool(self._keyword)
