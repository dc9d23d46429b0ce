"""The engine of the state machine of replies: the real stores, a channel that keeps what it got, and crashes.

Each deed is tried against the gate and judged by what it left: a deed that was refused, overtaken or cut short by a
crash leaves the row and the audit as they were; one that is done leaves one version and one line more. What people and
workers do is in the rules of `test_reply_machine.py`; what must hold whatever they do is `look` here, and `settle_all`
in the end. A crash is cut into a transaction before its n-th statement, or comes when it has committed and nobody
knows.
"""

import asyncio
from collections import Counter, defaultdict
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from itertools import pairwise
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant
from sqlalchemy import event, select
from sqlalchemy.ext.asyncio import AsyncConnection

from db.engine import Database
from db.replying import notices, replies, revisions, tidings, votes, waves
from db.replying import publications as places
from db.store import audit, closings, duties, pending, publications
from db.store import replies as store
from db.store.publications import Errand
from db.store.replies import Done, Overtaken
from db.tables import audit as acts
from db.tables import metadata, outbox
from newsroom.errors import Refusal
from newsroom.replies import SCREEN, Action, Actor, Deed, Reply, State, Who
from newsroom.transitions import TRANSITIONS
from tests.db.machine import empty, in_loop
from tests.db.reply_places import Places
from tests.desk import CHANNEL, LEAD, MODERATORS, ReplyDesk, set_desk
from tests.fakes import Clock

WRITERS = (7_700_123_456, 7_700_654_321, MODERATORS[0])  # one of the moderators writes, too
PEOPLE = {
    "amal": (MODERATORS[0], Who.MODERATOR),
    "badr": (MODERATORS[1], Who.MODERATOR),
    "lead": (LEAD, Who.LEAD),
}
ENDED = {State.REJECTED, State.SPAM, State.WITHDRAWN, State.EXPIRED, State.REMOVED, State.ERASED, State.PUBLISHED}
TOLD = {State.REJECTED: "rejected", State.SPAM: "rejected", State.EXPIRED: "expired", State.PUBLISHED: "published"}
ARTICLE = closings.mark_of(1)
UNPUBLISH = {"withdraw", "remove", "erase"}
ROUNDS = 20  # of three days: more than anything lasts
Step = Callable[[AsyncConnection], Awaitable[Any]]


class Crash(Exception):  # noqa: N818  (no error of the program)
    """The process died."""


class Channel:
    """A channel: which text of which reply each message shows, and how often each was sent."""

    def __init__(self) -> None:
        self.messages: dict[int, tuple[str, int]] = {}
        self.sent: Counter[tuple[str, int]] = Counter()
        self.excused: Counter[tuple[str, int]] = Counter()  # taken back, so it may be sent anew

    def take(self, errand: Errand) -> int:
        """Do what an errand says; answers the message."""
        if errand.revision is None:
            if shown := self.messages.pop(errand.message_id or 0, None):
                self.excused[shown] += 1
            return 0
        number = errand.message_id or 1 + max(self.messages, default=sum(self.sent.values()) * 100)
        self.messages[number] = (errand.reply_id, errand.revision)
        self.sent[errand.reply_id, errand.revision] += 1
        return number


class ReplyMachine(RuleBasedStateMachine):
    """A desk whose rows are looked at after each step, and brought to an end at the end."""

    loop: asyncio.AbstractEventLoop
    database: Database
    desk: ReplyDesk
    is_sound = False

    def __init__(self) -> None:
        super().__init__()
        self.clock = Clock()
        self.channel = Channel()
        self.late: list[tuple[Errand, int | None]] = []  # whose answers are still to come, with their messages
        self.texts: dict[str, set[str]] = defaultdict(set)  # of each reply, all that was written
        self.ids: list[str] = []
        self.quorum = 1

    @initialize(quorum=st.sampled_from([1, 1, 2]))
    @in_loop
    async def open(self, quorum: int) -> None:
        await empty(self.database)
        self.desk = await set_desk(self.database, self.clock)
        self.beyond = Places(self.desk)
        self.quorum = quorum

    def pick(self, number: int) -> str:
        return self.ids[number % len(self.ids)]

    def actor(self, name: str, reply: Reply | None = None) -> Actor:
        """Answer a member of the staff by name, or the author of a reply."""
        if name in PEOPLE:
            return self.desk.acting(*PEOPLE[name])
        return Actor(Who.AUTHOR, "author", (reply.author_key if reply else None) or "nobody")

    @contextmanager
    def crashing(self, at: int) -> Iterator[None]:
        """Let the process die before its statement with this number, where there are so many; 0 is never."""
        engine, left = self.database._writer.sync_engine, at  # noqa: SLF001

        def cut(*_: Any) -> None:
            nonlocal left
            left -= 1
            if left == 0:
                raise Crash

        event.listen(engine, "before_cursor_execute", cut)
        try:
            yield
        finally:
            event.remove(engine, "before_cursor_execute", cut)

    async def run(self, step: Step, crash: int = 0) -> Any:
        """Do a step in a transaction; answers what came of it, the Refusal or the Crash too."""
        try:
            with self.crashing(crash):
                async with self.database.write() as connection:
                    return await step(connection)
        except (Refusal, Crash) as end:
            return end

    async def attempt(self, reply_id: str, deed: Deed, actor: Actor, seen: int | None, crash: int = 0) -> Any:
        """Do a deed, and judge it by what it left."""
        before = await self.row(reply_id)
        if deed.text:
            self.texts[reply_id].add(deed.text)

        async def step(connection: AsyncConnection) -> Done | Overtaken:
            return await store.act(connection, reply_id, deed, actor, self.clock(), seen=seen, quorum=self.quorum)

        came = await self.run(step, crash)
        self.judge(before, await self.row(reply_id), came, seen)
        return came

    def judge(self, before: Any, after: Any, came: Any, seen: int | None) -> None:
        """Make sure that a deed did all or nothing, and that nothing was done by whoever saw another version."""
        if isinstance(came, Done):
            line = TRANSITIONS[came.change.deed.action]
            assert seen in {None, before.version}
            assert after.version == before.version + line.counts
            assert State(before.state) in line.froms
            return
        assert after == before
        if isinstance(came, Overtaken):
            assert seen != before.version
            assert (came.reply.version, came.reply.state) == (before.version, before.state)
        elif isinstance(came, Refusal) and seen is not None:
            assert seen == before.version

    async def reply(self, reply_id: str) -> Reply:
        async with self.database.read() as connection:
            return await store.get(connection, reply_id)

    async def row(self, reply_id: str) -> Any:
        (row,) = await self.rows(select(replies).where(replies.c.id == reply_id))
        return row

    async def rows(self, statement: Any) -> list[Any]:
        async with self.database.read() as connection:
            return list((await connection.execute(statement)).all())

    @invariant()
    @in_loop
    async def look(self) -> None:
        """Make sure of what must hold at every moment."""
        if not self.ids:
            return
        now = {row.id: row for row in await self.rows(select(replies))}
        lines: dict[str, list[Any]] = defaultdict(list)
        for line in await self.rows(select(acts).where(acts.c.reply_id.is_not(None)).order_by(acts.c.version)):
            lines[line.reply_id].append(line)
        async with self.database.read() as connection:
            counted = await pending.count_public(connection, 1)
        for reply_id, row in now.items():
            assert [line.version for line in lines[reply_id]] == list(range(1, row.version + 1))
            assert lines[reply_id][-1].became == row.state
            assert row.public_revision == replay(lines[reply_id])
        assert counted == sum(row.public_revision is not None for row in now.values())
        await self._look_at_texts(now, lines)
        await self.beyond.look({reply_id: count_published(of_reply) for reply_id, of_reply in lines.items()})
        for what, times in self.channel.sent.items():
            assert times <= 1 + self.channel.excused[what]

    async def _look_at_texts(self, now: dict[str, Any], lines: dict[str, list[Any]]) -> None:
        """Make sure that nothing is public that was not approved, and accepted by its author, word for word."""
        cast = {(vote.reply_id, vote.revision) for vote in await self.rows(select(votes))}
        made = {(row.reply_id, row.revision): row.made_by for row in await self.rows(select(revisions))}
        public = {(row.id, row.public_revision) for row in now.values() if row.public_revision}
        for reply_id, revision in {*public, *self.channel.messages.values(), *self.beyond.shown()}:
            assert (reply_id, revision) in cast
            if made[reply_id, revision] != "author":
                assert [line for line in lines[reply_id] if (line.action, line.revision) == ("accept", revision)]
        at_rest = (places.c.state == "settled") & (places.c.destination == CHANNEL[0])
        for place in await self.rows(select(places).where(at_rest)):
            there = [revision for reply_id, revision in self.channel.messages.values() if reply_id == place.reply_id]
            assert there == [place.wanted] * (place.wanted is not None)

    async def land(self, errand: Errand, message_id: int | None, crash: int = 0) -> Any:
        """Let the answer of an errand come back, and the reply go on."""

        async def step(connection: AsyncConnection) -> None:
            reply_id = await publications.land(connection, errand, self.clock(), message_id=message_id)
            if reply_id:
                await duties.progress(connection, reply_id, self.clock())

        return await self.run(step, crash)

    async def fail(self, errand: Errand, again_at: datetime | None) -> None:
        """Let an errand come to nothing, for now or for good."""
        async with self.database.write() as connection:
            reply_id = await publications.fail(connection, errand, "refused", self.clock(), again_at)
            if reply_id:
                await duties.progress(connection, reply_id, self.clock())

    async def claim(self, crash: int = 0) -> list[Errand]:
        kinds = CHANNEL[:1]
        came = await self.run(lambda connection: publications.claim(connection, "w", self.clock(), kinds=kinds), crash)
        return [] if isinstance(came, Crash) else list(came)

    async def write_draft(self, user_id: int, message: int, text: str, crash: int = 0) -> None:
        """Let somebody write, or a message come a second time."""
        author = await self.desk.author(user_id)
        photo = f"photo of {text}"
        new = store.Draft(1, author.key, self.desk.vault.source_key(user_id, message), text, "ar", photo=photo)
        came = await self.run(lambda connection: store.draft(connection, new, self.clock()), crash)
        if isinstance(came, tuple) and came[0].id not in self.ids:
            self.ids.append(came[0].id)
            self.texts[came[0].id] |= {text, photo}

    async def work(self, crash: int = 0) -> None:
        """Let the jobs of the other places do what is due, or die at it."""
        with suppress(Crash), self.crashing(crash):
            await self.beyond.work()

    async def advance(self, reply_id: str, crash: int = 0) -> Any:
        return await self.run(lambda connection: duties.advance(connection, reply_id, self.clock()), crash)

    async def settle_all(self) -> None:
        """Let everything that is due be done, without a fault, until nobody has anything to do; then judge the end."""
        await self.run(lambda connection: closings.reopen(connection, ARTICLE))
        for _ in range(ROUNDS):
            if await self._is_over():
                break
            await self._settle()
        await self._settle()  # what is over stays as it is
        await self._judge_end()

    async def _settle(self) -> None:
        """Let everything that is due now be done."""
        await self.recover()
        await self.beyond.settle()
        for errand in await self.claim():
            await self.land(errand, self.channel.take(errand) or None)
        for reply_id in self.ids:
            reply = await self.row(reply_id)
            if reply.state == "submitted":
                await self.attempt(reply_id, Deed(Action.PASS), SCREEN, None)
            if reply.state == "failed":
                await self.attempt(reply_id, Deed(Action.RETRY), self.actor("badr"), None)
            await self.advance(reply_id)
        self.clock.move(days=3)

    async def _is_over(self) -> bool:
        """Tell whether everything has come to its end, and nothing falls due later."""
        busy = (
            select(replies.c.id).where(replies.c.state.not_in(ENDED)),
            select(places.c.id).where(places.c.state.in_(("queued", "sending", "uncertain"))),
            select(tidings.c.reply_id).where(tidings.c.due_at.is_not(None) | tidings.c.request.is_not(None)),
            select(outbox.c.id).where(outbox.c.state.in_(("queued", "sending"))),
            select(waves.c.id).where(waves.c.due_at.is_not(None)),
        )
        return not any([await self.rows(some.limit(1)) for some in busy])

    async def recover(self) -> None:
        """Let another worker find what the dead one had under way, and a person say what became of it."""
        async with self.database.write() as connection:
            await publications.recover(connection, [], CHANNEL[:1])
        in_doubt = (places.c.state == "uncertain") & (places.c.destination == CHANNEL[0])
        for row in await self.rows(select(places).where(in_doubt)):
            await self._decide_doubt(row)

    async def _decide_doubt(self, row: Any) -> None:
        """Let a person look whether it arrived, and say so."""
        there = [number for number, (reply_id, _) in self.channel.messages.items() if reply_id == row.reply_id]
        shows = self.channel.messages[there[0]][1] if there else None
        sent = shows == row.sending
        async with self.database.write() as connection:
            reply_id = await publications.decide(
                connection, row.id, self.clock(), sent=sent, message_id=there[0] if there else None
            )
            if reply_id:
                await duties.progress(connection, reply_id, self.clock())

    async def _judge_end(self) -> None:
        """Make sure that all has come to an end that was told, and that nothing erased is left anywhere."""
        async with self.database.read() as connection:
            assert (await audit.verify(connection, self.clock())).broken == ""
        told = {(row.reply_id, row.what) for row in await self.rows(select(notices))}
        for row in await self.rows(select(replies)):
            assert State(row.state) in ENDED, row.state
            notice = TOLD.get(State(row.state))
            assert notice is None or row.submitted_at is None or (row.id, notice) in told
        public = {(row.id, row.public_revision) for row in await self.rows(select(replies)) if row.public_revision}
        assert set(self.channel.messages.values()) <= public
        self.beyond.judge(public)
        everything = ""
        for table in metadata.sorted_tables:
            everything += "\n".join(str(tuple(row)) for row in await self.rows(select(table)))
        for row in await self.rows(select(replies).where(replies.c.state == "erased")):
            assert [text for text in self.texts[row.id] if text in everything] == []
        assert not [user for user in WRITERS[:2] if str(user) in everything]

    def teardown(self) -> None:
        """Bring everything to its end, where no step has failed before."""
        if self.is_sound:
            self.loop.run_until_complete(self.settle_all())


def count_published(lines: list[Any]) -> int:
    """Answer how often a reply became public that was not."""
    was_public = [replay(lines[:many]) is not None for many in range(len(lines) + 1)]
    return sum(now and not before for before, now in pairwise(was_public))


def replay(lines: list[Any]) -> int | None:
    """Answer what is public by the audit alone."""
    public = None
    for line in lines:
        if line.action == "publish":
            public = line.revision
        elif line.action == "hide" or (line.action in UNPUBLISH and line.became in {"removing", "erased", "withdrawn"}):
            public = None
    return public
