"""A desk for replies: authors, moderators and an article on a database, in the words of the field."""

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from sqlalchemy import select

from db.engine import Database
from db.replying import publications as places
from db.store import audit, authors, duties, publications, replies, staff
from db.store.authors import Author
from db.store.publications import Errand
from db.store.replies import Done, Draft, Overtaken
from db.vault import Vault
from newsroom.replies import GRACE, SCREEN, Action, Actor, Code, Consent, Deed, Reply, Who
from newsroom.roles import Role
from tests.fakes import Clock
from tests.scene import Scene, set_scene

SECRET = "a secret of these tests alone"
CHANNEL = ("channel", "-1001")
PLACES = (("bot", ""), CHANNEL)
MODERATORS = (7_700_000_011, 7_700_000_012)
LEAD = 7_700_000_013


@dataclass(slots=True)
class ReplyDesk:
    """Replies at work; each verb is a transaction."""

    scene: Scene
    vault: Vault = field(default_factory=lambda: Vault(SECRET))
    _messages: int = 0

    @property
    def database(self) -> Database:
        return self.scene.database

    @property
    def clock(self) -> Clock:
        return self.scene.clock

    async def author(self, user_id: int) -> Author:
        async with self.database.write() as connection:
            return await authors.meet(connection, self.vault, user_id, user_id, self.clock())

    def acting(self, user_id: int, who: Who = Who.AUTHOR) -> Actor:
        """Answer a person in a part."""
        name = "author" if who is Who.AUTHOR else str(user_id)
        return Actor(who, name, self.vault.author_key(user_id))

    @property
    def amal(self) -> Actor:
        return self.acting(MODERATORS[0], Who.MODERATOR)

    @property
    def badr(self) -> Actor:
        return self.acting(MODERATORS[1], Who.MODERATOR)

    @property
    def lead(self) -> Actor:
        return self.acting(LEAD, Who.LEAD)

    async def draft(
        self,
        user_id: int,
        text: str = "رأي في الخبر",
        message: int = 0,
        parent: Reply | None = None,
        article: int = 1,
    ) -> Reply:
        self._messages += 1
        author = await self.author(user_id)
        source = self.vault.source_key(user_id, message or self._messages)
        async with self.database.write() as connection:
            new = Draft(article, author.key, source, text, "ar", parent.id if parent else None)
            return (await replies.draft(connection, new, self.clock()))[0]

    async def send(self, user_id: int, text: str = "رأي في الخبر", places: Any = PLACES) -> Reply:
        """Let somebody write a reply and send it."""
        reply = await self.draft(user_id, text)
        return await self.do(reply, Action.SUBMIT, self.acting(user_id), consent=Consent("1", places))

    async def pending(self, user_id: int, text: str = "رأي في الخبر", places: Any = PLACES) -> Reply:
        """Let a reply come into the queue; its author sends nothing else for an hour."""
        return await self.do(await self.send(user_id, text, places), Action.PASS, SCREEN, flags=(), score=0.1)

    async def published(self, user_id: int, text: str = "رأي في الخبر") -> Reply:
        """Let a reply be published, and shown in the channel too."""
        reply = await self.do(await self.pending(user_id, text), Action.APPROVE, self.amal)
        self.clock.move(seconds=GRACE.total_seconds())
        await self.advance(reply)
        for errand in await self.claim():
            await self.land(errand, message_id=700 + errand.id)
        return await self.see(reply)

    async def act(
        self, reply: Reply, action: Action, who: Actor, *, seen: int | None = None, quorum: int = 1, **facts: Any
    ) -> Done | Overtaken:
        async with self.database.write() as connection:
            deed = Deed(action, **facts)
            return await replies.act(connection, reply.id, deed, who, self.clock(), seen=seen, quorum=quorum)

    async def do(self, reply: Reply, action: Action, who: Actor, **facts: Any) -> Reply:
        """Do what can be done."""
        came = await self.act(reply, action, who, **facts)
        assert isinstance(came, Done)
        return came.reply

    async def reject(self, reply: Reply, who: Actor, **facts: Any) -> Reply:
        return await self.do(reply, Action.REJECT, who, code=Code.INSULT, **facts)

    async def see(self, reply: Reply) -> Reply:
        async with self.database.read() as connection:
            return await replies.get(connection, reply.id)

    async def advance(self, reply: Reply) -> Any:
        async with self.database.write() as connection:
            return await duties.advance(connection, reply.id, self.clock())

    async def claim(self, worker: str = "w1") -> list[Errand]:
        async with self.database.write() as connection:
            return await publications.claim(connection, worker, self.clock(), kinds=CHANNEL[:1])

    async def land(self, errand: Errand, **where: Any) -> None:
        async with self.database.write() as connection:
            reply_id = await publications.land(connection, errand, self.clock(), **where)
            if reply_id:
                await duties.progress(connection, reply_id, self.clock())

    async def lines(self, reply: Reply) -> list[Any]:
        async with self.database.read() as connection:
            return list(await audit.list_for(connection, reply.id))

    async def verify(self) -> audit.Verdict:
        async with self.database.read() as connection:
            return await audit.verify(connection, self.clock())

    async def rows(self, table: Any) -> list[Any]:
        async with self.database.read() as connection:
            return list((await connection.execute(select(table))).all())

    async def places(self, reply: Reply) -> dict[str, Any]:
        async with self.database.read() as connection:
            found = await connection.execute(select(places).where(places.c.reply_id == reply.id))
            return {row.destination: row for row in found.all()}

    def rest(self) -> None:
        """Let so much time pass that everybody may send again, and the grace of approvals is over."""
        self.clock.move(seconds=timedelta(minutes=1).total_seconds())


async def set_desk(database: Database, clock: Clock) -> ReplyDesk:
    """Open a desk with an article, two moderators and a lead."""
    scene = await set_scene(database, clock)
    await scene.publish("s:diplomacy")
    async with database.write() as connection:
        for user_id in MODERATORS:
            await staff.grant(connection, user_id, Role.MODERATOR, clock())
        await staff.grant(connection, LEAD, Role.LEAD, clock())
    return ReplyDesk(scene)
