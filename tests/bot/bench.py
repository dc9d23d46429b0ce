"""A bench of moderators before a live newsroom: authors whose replies wait, a group, and the cards that they see."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, update

from db.replying import replies as replies_table
from db.store import authors, duties, replies, staff
from db.store.replies import Done, Draft
from db.tables import sources
from jobs.schedule import EVERY
from newsroom import pacing
from newsroom.replies import SCREEN, Action, Actor, Consent, Deed, Reply, State, Who
from newsroom.roles import Role
from sandbox import Group, Person
from sandbox.screen import Shown
from tests.live import Live, open_live, unseen

GROUP = -1001000000077
AMAL, BADR, LEAD, OWNER, EDITOR, GUEST = 5_011, 5_012, 5_013, 5_014, 5_015, 5_016
ROLES = {AMAL: Role.MODERATOR, BADR: Role.MODERATOR, LEAD: Role.LEAD, OWNER: Role.OWNER, EDITOR: Role.EDITOR}
FIRST_AUTHOR = 7_700_123_000_000
NAMES = ("كاتب سري", "secret_author")  # of every author; no moderator is to see them


@dataclass(slots=True)
class Bench:
    """What the tests of moderation need."""

    live: Live
    group: Group
    people: dict[int, Person]
    authors: list[int] = field(default_factory=list)

    @property
    def amal(self) -> Person:
        return self.people[AMAL]

    @property
    def badr(self) -> Person:
        return self.people[BADR]

    async def pending(self, text: str = "رأي في الخبر", *, parent: str | None = None, **facts: Any) -> Reply:
        """Let a reply of a new author come into the queue."""
        user_id = facts.pop("author", FIRST_AUTHOR + len(self.authors))
        if user_id not in {*self.authors, *self.people}:
            self.authors.append(user_id)
            self.live.telegram.person(user_id, first_name=NAMES[0], username=f"{NAMES[1]}_{user_id}", language="ar")
        app, now = self.live.app, self.live.app.clock()
        async with app.database.write() as connection:
            author = await authors.meet(connection, app.vault, user_id, user_id, now)
            source = app.vault.source_key(user_id, len(await replies.list_by(connection, author.key)) + 1)
            reply, _ = await replies.draft(connection, Draft(1, author.key, source, text, "ar", parent), now)
            by = self.author(user_id)
            await replies.act(connection, reply.id, Deed(Action.SUBMIT, consent=Consent("1", (("bot", ""),))), by, now)
            came = await replies.act(connection, reply.id, Deed(Action.PASS, flags=(), **facts), SCREEN, now)
            await connection.execute(update(replies_table).values(submitted_at=now - timedelta(hours=2)))
        assert isinstance(came, Done)
        return came.reply

    def author(self, user_id: int = FIRST_AUTHOR) -> Actor:
        return Actor(Who.AUTHOR, "author", self.live.app.vault.author_key(user_id))

    def person(self, user_id: int = FIRST_AUTHOR) -> Person:
        """Answer the account of an author."""
        found = self.live.telegram.world.chats[user_id]
        assert isinstance(found, Person)
        return found

    def moderator(self, user_id: int = BADR) -> Actor:
        who = Who.LEAD if user_id == LEAD else Who.MODERATOR
        return Actor(who, str(user_id), self.live.app.vault.author_key(user_id))

    async def do(self, reply: Reply, action: Action, by: Actor, **facts: Any) -> Reply:
        """Let somebody do something elsewhere."""
        async with self.live.app.database.write() as connection:
            came = await replies.act(connection, reply.id, Deed(action, **facts), by, self.live.app.clock())
        assert isinstance(came, Done)
        return came.reply

    async def advance(self, reply: Reply) -> Any:
        """Let the clock do what is due."""
        async with self.live.app.database.write() as connection:
            return await duties.advance(connection, reply.id, self.live.app.clock())

    async def age(self, reply: Reply, **span: float) -> None:
        """Let a reply have been in its state for longer."""
        then = self.live.app.clock() - timedelta(**span)
        async with self.live.app.database.write() as connection:
            old = update(replies_table).where(replies_table.c.id == reply.id)
            await connection.execute(old.values(since=then, due_at=then))

    async def see(self, reply: Reply) -> Reply:
        async with self.live.app.database.read() as connection:
            return await replies.get(connection, reply.id)

    async def state(self, reply: Reply) -> State:
        return (await self.see(reply)).state

    async def becomes(self, reply: Reply, state: State) -> None:
        """Wait until a reply is in a state."""
        these = (replies_table.c.id == reply.id) & (replies_table.c.state == state.value)
        await self.live.until(select(replies_table.c.id).where(these))

    # What is seen

    def cards(self, chat: Group | Person | None = None) -> list[Shown]:
        """Answer the messages of the bot with buttons of cards."""
        shown = (chat or self.group).screen
        return [one for one in shown if one.by_bot and any("|card|" in (b.callback_data or "") for b in one.buttons)]

    def find(self, words: str, chat: Group | Person | None = None) -> Shown | None:
        """Answer the newest message of the bot with these words."""
        shown = reversed((chat or self.group).screen)
        return next((one for one in shown if one.by_bot and words in unseen(one.text)), None)

    async def shows(self, words: str, chat: Group | Person | None = None, *, button: str = "") -> Shown:
        """Wait until a message of the bot has these words, and a button if one is named; answers it."""

        def is_there() -> bool:
            one = self.find(words, chat)
            return one is not None and (not button or one.button(button) is not None)

        await self.live.telegram.until(is_there, timeout=20)
        found = self.find(words, chat)
        assert found
        return found

    async def press(self, person: Person, label: str, words: str, chat: Group | Person | None = None) -> str:
        """Let somebody press a button of the message with these words; answers what it told him."""
        shown = await self.shows(words, chat, button=label)
        return await self.press_on(person, label, shown.id, chat)

    async def forges(self, person: Person, data: str, chat: Group | Person | None = None) -> str:
        """Let a person send callback data as if it stood on the newest message of the bot, which clients may."""
        message = next(one for one in reversed((chat or self.group).messages.values()) if one.by_bot)
        world, alerts = self.live.telegram.world, len(person.alerts)
        query_id = world.ask("callback_query", person.alerts.append)
        told = {"id": query_id, "from": person.user, "message": message.as_json(), "chat_instance": "1", "data": data}
        world.updates.add("callback_query", message.chat.id, told)
        await self.live.telegram.until(lambda: query_id not in world.queries)
        return unseen(person.alerts[-1]) if len(person.alerts) > alerts else ""

    async def press_on(self, person: Person, label: str, message: int, chat: Group | Person | None = None) -> str:
        alerts, calls = len(person.alerts), self._count_answers()
        if isinstance(chat, Person):
            chat.presses(label, message_id=message)
        else:
            (chat or self.group).presses(person, label, message_id=message)
        await self.live.telegram.until(lambda: self._count_answers() > calls)
        return unseen(person.alerts[-1]) if len(person.alerts) > alerts else ""

    def _count_answers(self) -> int:
        return sum(call.method == "answerCallbackQuery" for call in self.live.telegram.calls)


@asynccontextmanager
async def open_bench(folder: Path, template: Path, **settings: Any) -> AsyncIterator[Bench]:
    """Open a newsroom with moderators and their group; `moderation_chat_id=""` for one without."""
    chosen = {"moderation_chat_id": str(GROUP)} | settings
    with pytest.MonkeyPatch.context() as hurried:
        for name in ("GROUP_GAP", "PRIVATE_GAP", "LONG_GAP"):
            hurried.setattr(pacing, name, timedelta(milliseconds=50))
        for job in ("cards", "replies", "waves", "deliver"):
            hurried.setitem(EVERY, job, 0.1)
        async with _open(folder, template, **chosen) as bench:
            yield bench


@asynccontextmanager
async def _open(folder: Path, template: Path, **settings: Any) -> AsyncIterator[Bench]:
    async with open_live(folder, template, **settings) as live:
        group = live.telegram.group(GROUP, title="الإشراف", kind="supergroup")
        people = {user_id: live.telegram.person(user_id, language="ar") for user_id in (*ROLES, GUEST)}
        for person in people.values():
            group.admits(person)
            person.writes("/help")
        await live.telegram.until(lambda: all(person.last for person in people.values()))
        group.adds_bot(by=people[OWNER])
        async with live.app.database.write() as connection:
            for user_id, role in ROLES.items():
                await staff.grant(connection, user_id, role, live.app.clock())
        await live.until(select(sources.c.first_contact_at))  # the articles that are answered are there
        yield Bench(live, group, people)
