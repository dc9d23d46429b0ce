"""A newsroom whose replies go further: readers who follow, a channel with the article's post, a group of moderators."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from bot.docket import Docket
from bot.sharing import Poster, Teller
from db.engine import Database
from db.replying import publications, tidings
from db.store import discussions, staff
from jobs.share import Sharer
from jobs.tidings import Crier
from newsroom.cards import Rules
from newsroom.replies import GRACE, SCREEN, Action, Consent, Reply
from newsroom.roles import Role
from newsroom.sharing import Destination
from sandbox import Channel, Group, Person
from tests.desk import MODERATORS, ReplyDesk
from tests.fakes import Clock
from tests.scene import set_scene
from tests.stage import Stage, look, open_stage

CHANNEL, GROUP, OWNER = -1001000000055, -1001000000077, 900
PLACES = (("bot", ""), ("channel", ""))


@dataclass(slots=True)
class Plaza:
    """All who are there."""

    desk: ReplyDesk
    stage: Stage
    channel: Channel
    group: Group
    poster: Poster
    sharer: Sharer
    crier: Crier
    post: int = 0  # the message that brings the article

    async def settles(self) -> None:
        """Let everything come about that is due now, with the gaps of chats over."""
        for _ in range(4):
            await self.sharer.step()
            await self.crier.step()
            await self.stage.deliver()
            self.stage.wait(4)

    async def follows(self, user_id: int, *, muted: bool = False) -> Person:
        """Let somebody follow the discussion."""
        person = self.stage.telegram.person(user_id)
        person.writes("/start")
        author = await self.desk.author(user_id)
        await self.follows_as(author.key, muted=muted)
        return person

    async def follows_as(self, key: str, *, muted: bool) -> None:
        """Let an author follow the discussion, or mute it."""
        async with self.desk.database.write() as connection:
            await discussions.put(connection, 1, key, muted=muted)

    async def publishes(
        self, user_id: int, text: str, parent: Reply | None = None, article: int = 1, places: Any = PLACES
    ) -> Reply:
        """Let a reply be published, as far as that is the newsroom's own doing."""
        desk = self.desk
        reply = await desk.draft(user_id, text, parent=parent, article=article)
        consent = Consent("1", places)
        reply = await desk.do(reply, Action.SUBMIT, desk.acting(user_id), consent=consent)
        reply = await desk.do(reply, Action.PASS, SCREEN)
        await self.approves(reply)
        return await desk.see(reply)

    async def approves(self, reply: Reply) -> None:
        """Let a moderator approve what waits, and the grace be over."""
        await self.desk.do(reply, Action.APPROVE, self.desk.amal)
        self.stage.wait(GRACE.total_seconds())
        await self.desk.advance(reply)

    async def revises(self, reply: Reply, user_id: int, text: str) -> None:
        """Let a reply be published in other words."""
        await self.desk.do(reply, Action.REVISE, self.desk.acting(user_id), text=text)
        await self.approves(await self.desk.do(reply, Action.PASS, SCREEN))

    async def withdraws(self, reply: Reply, user_id: int) -> None:
        await self.desk.do(reply, Action.WITHDRAW, self.desk.acting(user_id))

    async def place(self, reply: Reply, kind: Destination = Destination.CHANNEL) -> Any:
        """Answer the row of a place."""
        this = (publications.c.reply_id == reply.id) & (publications.c.destination == kind.value)
        async with self.desk.database.read() as connection:
            return (await connection.execute(select(publications).where(this))).one_or_none()

    async def tidings(self) -> list[Any]:
        return await self.desk.rows(tidings)

    def in_channel(self) -> list[str]:
        """Answer what answers the article's post in the channel."""
        return [shown.text for shown in self.channel.screen if shown.reply_to == self.post]


@asynccontextmanager
async def open_plaza(database: Database, clock: Clock) -> AsyncIterator[Plaza]:
    """Open a newsroom with an article that a channel has."""
    scene = await set_scene(database, clock)
    async with open_stage(scene) as stage:
        desk = ReplyDesk(scene)
        async with database.write() as connection:
            await staff.grant(connection, MODERATORS[0], Role.MODERATOR, clock())
        owner = stage.telegram.person(OWNER)
        channel = stage.telegram.channel(CHANNEL, title="أخبار الحديقة")
        channel.promotes_bot(by=owner)
        group = stage.telegram.group(GROUP, title="الإشراف", kind="supergroup")
        group.adds_bot(by=owner)
        poster = Poster(clock, look, Docket(clock, "ar", "Asia/Riyadh", Rules(GROUP)))
        sharer = Sharer(database, poster, clock)
        crier = Crier(database, desk.vault, Teller(clock, look, "ar", "Asia/Riyadh"), clock)
        plaza = Plaza(desk, stage, channel, group, poster, sharer, crier)
        await scene.reader(CHANNEL, "s:diplomacy", kind="channel")
        await scene.article("s:diplomacy")
        await stage.deliver()
        assert channel.last
        plaza.post = channel.last.id
        yield plaza
