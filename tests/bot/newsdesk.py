"""Replies in a running newsroom, as tests need them: who decides, and that time passes."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import exists, select, update

from db.replying import notices, publications, replies
from db.store import duties
from db.store import replies as store
from db.store.replies import Done
from db.tables import outbox
from newsroom.replies import GRACE, Action, Actor, Deed, Notice, Reply, Who
from sandbox import Person
from sandbox.people import press
from sandbox.screen import Button
from tests.live import Live

MODERATOR = Actor(Who.MODERATOR, "900", "nobody's")


@dataclass(frozen=True, slots=True)
class Newsdesk:
    """Who writes, who decides, and a hand at the clock."""

    live: Live

    async def write(self, person: Person, text: str = "رأيي أن النفق خطوة جيدة", article: int = 2) -> Reply:
        """Let a person write a reply, which waits as a draft."""
        before = self._count_drafts(person)
        person.writes(f"/reply {article} {text}")
        await self.live.telegram.until(lambda: self._count_drafts(person) > before)
        return await self.newest()

    def _count_drafts(self, person: Person) -> int:
        """Answer how many messages may be sent: whatever else arrives meanwhile is none."""
        return sum(shown.button("📨") is not None for shown in person.screen)

    async def send(self, person: Person, text: str = "رأيي أن النفق خطوة جيدة", article: int = 2) -> Reply:
        """Let a person write a reply and send it, into the queue."""
        reply = await self.write(person, text, article)
        await self.live.presses(person, "📨")
        await self.until(reply, "pending")
        return await self.see(reply)

    async def publish(self, person: Person, text: str = "رأيي أن النفق خطوة جيدة", article: int = 2) -> Reply:
        """Let a person's reply be published; its author has been told when this ends."""
        reply = await self.send(person, text, article)
        await self.approve(reply)
        told = (notices.c.reply_id == reply.id) & (notices.c.what == Notice.PUBLISHED.value)
        await self.live.until(select(notices.c.told_at).where(told))
        await self.live.until(select(~exists().where(outbox.c.state.in_(("queued", "sending")))))
        return await self.see(reply)

    async def approve(self, reply: Reply) -> None:
        """Let a moderator approve a reply, and the grace be over."""
        await self.decide(reply, Action.APPROVE)
        await self.pass_time(reply, GRACE)
        await self.until(reply, "published")

    async def newest(self) -> Reply:
        async with self.live.app.database.read() as connection:
            found = select(replies.c.id).order_by(replies.c.created_at.desc()).limit(1)
            reply_id = (await connection.execute(found)).scalar_one()
            return await store.get(connection, reply_id)

    async def see(self, reply: Reply) -> Reply:
        async with self.live.app.database.read() as connection:
            return await store.get(connection, reply.id)

    async def until(self, reply: Reply, state: str) -> None:
        await self.live.until(select(replies.c.id).where(replies.c.id == reply.id, replies.c.state == state))

    async def decide(self, reply: Reply, action: Action, **facts: Any) -> Reply:
        """Let a moderator decide."""
        async with self.live.app.database.write() as connection:
            now = self.live.app.clock()
            if action is Action.PROPOSE:
                await store.act(connection, reply.id, Deed(Action.CLAIM), MODERATOR, now)
            came = await store.act(connection, reply.id, Deed(action, **facts), MODERATOR, now)
        assert isinstance(came, Done)
        return came.reply

    async def pass_time(self, reply: Reply, span: timedelta) -> None:
        """Do what is due with a reply when so much time has passed; what follows from it is due now."""
        async with self.live.app.database.write() as connection:
            now = self.live.app.clock()
            await duties.advance(connection, reply.id, now + span)
            for table in (notices, publications):
                await connection.execute(update(table).values(due_at=now))

    async def rest(self) -> None:
        """Let it be long ago that anybody sent anything."""
        async with self.live.app.database.write() as connection:
            await connection.execute(update(replies).values(submitted_at=self.live.app.clock() - timedelta(hours=2)))

    def forge(self, person: Person, data: str) -> None:
        """Let a person press a button that was never there."""
        assert person.last
        press(person, person, person.last, Button("x", "callback_data", data))
