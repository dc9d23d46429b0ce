"""Errands: the page of one article is read because an editor asked for it, and waits for his yes.

    /publish URL ─▶ the page ─▶ an article that waits, with its topics ─▶ shown to whoever asked
    /correct N 🔄 ─▶ the page ─▶ other words that wait beside those that readers see ─▶ shown to whoever asked

A page is asked for as the collector asks for pages: guarded, as far as robots.txt allows. What is known by its address
already is shown as it is. Nothing leaves for readers from here.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from sqlalchemy.ext.asyncio import AsyncConnection

from db.engine import Database
from db.store import articles, collected, errands, gate, sources, staff
from db.store.collected import Read
from db.store.errands import Deed, Errand
from jobs.pages import Pages
from newsroom.articles import ParsedArticle
from newsroom.changes import Wording
from newsroom.errors import SourceError
from newsroom.reasons import Reason


class Teller(Protocol):
    """Who tells an editor how his errand went."""

    async def show(self, connection: AsyncConnection, errand: Errand, number: int) -> None:
        """Show an article as readers would get it, and its card."""

    async def tell_same(self, connection: AsyncConnection, errand: Errand, number: int) -> None:
        """Tell that the page of an article says what readers see."""

    async def tell_unread(self, connection: AsyncConnection, errand: Errand, reason: Reason) -> None:
        """Tell why a page cannot be read."""


@dataclass(slots=True)
class Errands:
    """Reads pages for one worker, one at a time."""

    database: Database
    pages: Pages
    classify: Callable[[ParsedArticle], Awaitable[Read]]
    teller: Teller
    now: Callable[[], datetime]

    async def step(self) -> bool:
        """Do an errand; tells whether there was any."""
        async with self.database.read() as connection:
            if not await errands.is_any_due(connection, self.now()):
                return False
        async with self.database.write() as connection:
            errand = await errands.claim(connection, self.now())
        if errand:
            await self._do(errand)
        return errand is not None

    async def _do(self, errand: Errand) -> None:
        try:
            page = await self.pages.read(errand.said)
            read = await self.classify(page) if errand.deed is Deed.PUBLISH else None
        except SourceError as error:
            async with self.database.write() as connection:
                if await errands.end(connection, errand):
                    await self.teller.tell_unread(connection, errand, error.reason)
            return
        async with self.database.write() as connection:
            if not await errands.end(connection, errand):
                return
            if read:
                await self._store(connection, errand, read)
            else:
                await self._propose(connection, errand, page)

    async def _store(self, connection: AsyncConnection, errand: Errand, read: Read) -> None:
        """Let a page wait as an article of its site's source, unless it is known."""
        now = self.now()
        source = await sources.find_of_page(connection, read.item.url or errand.said, now)
        number, is_new = await collected.store_held(connection, source, read, now)
        if is_new:
            act = staff.Act(errand.actor, "bring article", str(number), read.item.url)
            await staff.note(connection, act, now)
        await self.teller.show(connection, errand, number)

    async def _propose(self, connection: AsyncConnection, errand: Errand, page: ParsedArticle) -> None:
        """Let what a page says now wait beside what readers see; nothing where it says the same."""
        number, now = errand.article_id or 0, self.now()
        seen = await articles.words_of(connection, number)
        if seen == Wording(page.title, page.lead, page.body):
            await self.teller.tell_same(connection, errand, number)
            return
        texts = {"title": page.title, "lead": page.lead, "body": page.body}
        await gate.propose(connection, number, texts, now)
        await staff.note(connection, staff.Act(errand.actor, "reread article", str(number)), now)
        await self.teller.show(connection, errand, number)
