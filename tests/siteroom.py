"""A newsroom whose one article is a post of a site on loopback, where its replies become comments."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import update

from bot.notices import Herald
from db.replying import replies
from db.tables import articles, sources
from jobs.comments import Commenter
from jobs.fetcher import Fetcher
from jobs.wordpress import Account
from newsroom.replies import GRACE, Action, Reply
from tests.commented import PASSWORD, USER, CommentedSite, open_commented
from tests.desk import ReplyDesk

A_WHILE = timedelta(hours=7)  # longer than any wait for another try


@dataclass(slots=True)
class Room:
    """A desk, the site, and who brings replies there."""

    desk: ReplyDesk
    site: CommentedSite
    commenter: Commenter

    async def pending(self, user_id: int, text: str, parent: Reply | None = None) -> Reply:
        """Let a reply, or the answer to one, wait that may be public on the site too."""
        reply = await self.desk.pending(user_id, text, (("bot", ""), ("site", self.site.url)))
        if parent:
            async with self.desk.database.write() as connection:
                answers = update(replies).where(replies.c.id == reply.id)
                await connection.execute(answers.values(parent_id=parent.id))
        return reply

    async def start(self, reply: Reply) -> Reply:
        """Let a reply be approved, and its grace be over."""
        approved = await self.desk.do(reply, Action.APPROVE, self.desk.amal)
        self.desk.clock.move(seconds=GRACE.total_seconds())
        await self.desk.advance(approved)
        return approved

    async def approve(self, reply: Reply) -> Reply:
        """Let a reply be public, and what is due be done on the site."""
        approved = await self.start(reply)
        await self.commenter.step()
        return await self.desk.see(approved)

    async def publish(self, user_id: int, text: str) -> Reply:
        """Let somebody's reply be public here and there."""
        return await self.approve(await self.pending(user_id, text))

    async def later(self) -> None:
        """Let whatever is tried again be tried."""
        self.desk.clock.move(seconds=A_WHILE.total_seconds())
        await self.commenter.step()

    async def place(self, reply: Reply) -> Any:
        """Answer how it stands with a reply on the site."""
        return (await self.desk.places(reply))["site"]

    def changes(self) -> list[str]:
        """Answer the requests that change something, by method."""
        return [asked.partition(" ")[0] for asked in self.site.asked if not asked.startswith("GET")]


@asynccontextmanager
async def open_room(desk: ReplyDesk) -> AsyncIterator[Room]:
    """Open a room whose article is post 41."""
    async with open_commented() as site, Fetcher("Qasid/test", allow_private=True, now=desk.clock) as fetcher:
        async with desk.database.write() as connection:
            await connection.execute(update(sources).values(url=f"{site.url}/wp-json/wp/v2/posts"))
            there = {"url": f"{site.url}/41/", "guid": f"{site.url}/?post_type=post&p=41"}
            await connection.execute(update(articles).values(there))
        herald = Herald(desk.clock, desk.vault, _never, "ar")
        account = Account(site.url, USER, PASSWORD)
        yield Room(desk, site, Commenter(desk.database, fetcher, account, desk.scene.lease, herald, desk.clock))


async def _never() -> Any:
    raise AssertionError("nobody is told anything here")
