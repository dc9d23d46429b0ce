"""Withdrawals: what a source took back is taken back here too, or editors are asked, as they said of the source."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol

import structlog
from sqlalchemy.ext.asyncio import AsyncConnection

from db.engine import Database
from db.store import corrections, gate, staff
from db.store.sources import Source
from jobs.pages import Pages
from newsroom.errors import FetchError
from newsroom.items import ParsedFeed
from newsroom.seen import read_marks
from newsroom.withdrawals import (
    ASKED_AGAIN,
    LATELY,
    MOST_ASKED,
    NOTHING_LISTED,
    Listed,
    Listing,
    find_missing,
    next_wait,
)
from newsroom.wordpress import ask_for_listing, is_posts_address, read_listing

log = structlog.get_logger()

MOST_KEPT = 10_000


class Teller(Protocol):
    """Who asks editors."""

    async def ask_withdrawn(self, connection: AsyncConnection, number: int) -> None:
        """Ask whether an article that its source took back is to be taken back."""


@dataclass(slots=True)
class Withdrawals:
    """Looks after what sources list no longer; one worker's."""

    database: Database
    pages: Pages
    teller: Teller
    now: Callable[[], datetime]
    # Articles whose page was there though they are not listed: when it is asked for again, and how long that is.
    _there: dict[int, tuple[datetime, timedelta]] = field(default_factory=dict)

    async def look(self, source: Source, feed: ParsedFeed) -> int:
        """Note what a source that was read just now lists no longer, and is gone; answers how many that were."""
        async with self.database.read() as connection:
            ours = await gate.list_recent(connection, source.id, self.now() - LATELY)
        if not ours:
            return 0
        before: frozenset[bytes] = frozenset()
        if is_posts_address(source.url):
            listing = await self._ask(source)
        else:
            listing = feed.listing
            before = frozenset(mark.guid for mark in read_marks(source.seen or b"").values())
        asked = [one for one in find_missing(listing, ours, before) if self._is_due(one)][:MOST_ASKED]
        gone = [one for one in asked if await self._is_gone(one)]
        for one in gone:
            log.info("article withdrawn", url=one.url, number=one.number)
            async with self.database.write() as connection:
                if await gate.note_withdrawn(connection, one.number, self.now()):
                    await self._settle(connection, source, one)
        return len(gone)

    async def _ask(self, source: Source) -> Listing:
        """Ask WordPress, whose answers tell only what has changed, for all that is published now."""
        try:
            fetched = await self.pages.fetcher.fetch(ask_for_listing(source.url))
        except FetchError as error:
            log.info("listing left out", url=source.url, reason=error.reason)
            return NOTHING_LISTED
        return read_listing(fetched.body or b"")

    def _is_due(self, one: Listed) -> bool:
        return one.number not in self._there or self._there[one.number][0] <= self.now()

    async def _is_gone(self, one: Listed) -> bool:
        if await self.pages.is_gone(one.url):
            return True
        if len(self._there) >= MOST_KEPT:
            self._there.clear()
        wait = next_wait(self._there[one.number][1]) if one.number in self._there else ASKED_AGAIN
        self._there[one.number] = self.now() + wait, wait
        return False

    async def _settle(self, connection: AsyncConnection, source: Source, one: Listed) -> None:
        if source.withdrawals == "follow":
            await corrections.retract(connection, one.number, "", now := self.now())
            await staff.note(connection, staff.Act("source", "retract article", str(one.number), source.url), now)
        else:
            await self.teller.ask_withdrawn(connection, one.number)
