"""Replies under whatever may happen, in any order: nothing public unapproved, one decision a version, all is told.

Hypothesis makes up what authors, moderators, the screen, the clock and workers do, and where the process dies;
`reply_machine.py` says what must hold. REPLY_EXAMPLES says how many lives the long profile tries.
"""

import asyncio
import os
from datetime import timedelta
from functools import partial
from itertools import cycle

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule, run_state_machine_as_test
from sqlalchemy.ext.asyncio import AsyncConnection

from db.engine import Database
from db.store import closings, duties, waves
from db.store import replies as store
from db.store.bans import Ban
from db.store.replies import Done, Overtaken
from newsroom.replies import SCREEN, UNDECIDED, Action, Code, Consent, Deed, State
from newsroom.waves import Joining, Ruling, Verdict, WaveKind
from tests.db.machine import in_loop
from tests.db.reply_machine import ARTICLE, PEOPLE, WRITERS, Crash, ReplyMachine
from tests.db.reply_places import SITE
from tests.desk import CHANNEL

MOST_REPLIES = 5
BOT = ("bot", "")
CONSENTS = [
    Consent("1", (BOT, CHANNEL, SITE)),
    Consent("1", (BOT, CHANNEL)),
    Consent("1", (CHANNEL,)),
]  # the first counts
CAME = st.lists(st.sampled_from(["lands", "lands", "lost", "unanswered", "refused"]), min_size=1)
READER = 7_700_999_999  # who follows and does not write
ANY, CRASH = st.integers(0, 7), st.sampled_from([0, 0, 0, 0, *range(1, 16)])
DECISIONS = [
    Action.APPROVE, Action.APPROVE, Action.APPROVE, Action.REJECT, Action.RETURN, Action.SPAM, Action.RESTORE,
    Action.CLAIM, Action.RELEASE, Action.STEAL, Action.PROPOSE, Action.UNDO, Action.REMOVE, Action.RETRY,
    Action.REOPEN, Action.QUARANTINE,
]  # fmt: skip
WISHES = [
    Action.SUBMIT, Action.REVISE, Action.WITHDRAW, Action.ACCEPT, Action.ACCEPT, Action.DECLINE, Action.APPEAL,
    Action.ERASE, Action.DROP, Action.REOPEN,
]  # fmt: skip


class Replies(ReplyMachine):
    """What may happen."""

    written = 0

    @precondition(lambda self: len(self.ids) < MOST_REPLIES)
    @rule(who=st.integers(0, 2), crash=CRASH)
    @in_loop
    async def write(self, who: int, crash: int) -> None:
        """Let somebody write, twice where the first was cut short."""
        self.written += 1
        for at in (crash, 0):
            await self.write_draft(WRITERS[who], self.written, f"كلام {self.written} من القارئ", at)
        assert len(self.ids) == len(set(self.ids))

    @precondition(lambda self: len(self.ids) < MOST_REPLIES)
    @rule(who=st.integers(0, 2), consent=st.sampled_from(CONSENTS))
    @in_loop
    async def write_and_send(self, who: int, consent: Consent) -> None:
        """Let a reply come into the queue without a fault."""
        self.written += 1
        self.clock.move(hours=1)
        await self.write_draft(WRITERS[who], self.written, f"كلام {self.written} من القارئ")
        author = self.actor("author", await self.reply(self.ids[-1]))
        await self.attempt(self.ids[-1], Deed(Action.SUBMIT, consent=consent), author, None)
        await self.attempt(self.ids[-1], Deed(Action.PASS, flags=(), score=0.1), SCREEN, None)

    @precondition(lambda self: self.ids)
    @rule(pick=ANY, wish=st.sampled_from(WISHES), crash=CRASH)
    @in_loop
    async def wish(self, pick: int, wish: Action, crash: int) -> None:
        """Let an author do something, whatever version it is; after a crash the update comes again."""
        reply_id = self.pick(pick)
        reply = await self.reply(reply_id)
        self.written += 1
        text = f"تعديل {self.written} من القارئ" if wish is Action.REVISE else ""
        deed = Deed(wish, text=text, consent=CONSENTS[0] if wish is Action.SUBMIT else None)
        for at in (crash, 0):
            if not isinstance(await self.attempt(reply_id, deed, self.actor("author", reply), None, at), Crash):
                return

    @precondition(lambda self: self.ids)
    @rule(pick=ANY, who=st.sampled_from([*PEOPLE]), what=st.sampled_from(DECISIONS), late=st.booleans(), crash=CRASH)
    @in_loop
    async def decide(self, pick: int, who: str, what: Action, *, late: bool, crash: int) -> None:
        """Let a moderator press a button, of a card that may be an old one."""
        reply_id = self.pick(pick)
        reply = await self.reply(reply_id)
        self.written += 1
        text = f"تنقيح {self.written} للمشرف" if what is Action.PROPOSE else ""
        deed = Deed(what, code=Code.OFF_TOPIC, note=f"ملاحظة {self.written}", text=text)
        if what is Action.PROPOSE:
            await self.attempt(reply_id, Deed(Action.CLAIM), self.actor(who), reply.version)
        came = await self.attempt(reply_id, deed, self.actor(who), reply.version - late, crash)
        assert not (late and isinstance(came, Done))
        if isinstance(came, Done) and came.change.counts:  # the press comes again: nobody knows that it was done
            assert isinstance(await self.attempt(reply_id, deed, self.actor(who), reply.version), Overtaken)

    @precondition(lambda self: self.ids)
    @rule(
        pick=ANY, some=st.lists(st.sampled_from([Action.APPROVE, Action.REJECT, Action.SPAM]), min_size=2, max_size=3)
    )
    @in_loop
    async def press_together(self, pick: int, some: list[Action]) -> None:
        """Let moderators press at the same moment: at most one decides, and the others learn who it was."""
        reply_id = self.pick(pick)
        reply = await self.reply(reply_id)

        async def press(name: str, what: Action) -> object:
            async with self.database.write() as connection:
                deed = Deed(what, code=Code.INSULT)
                return await store.act(
                    connection, reply_id, deed, self.actor(name), self.clock(), seen=reply.version, quorum=self.quorum
                )

        came = await asyncio.gather(*map(press, PEOPLE, some), return_exceptions=True)
        done = [one for one in came if isinstance(one, Done)]
        assert len(done) <= 1
        for one in came:
            if isinstance(one, Overtaken):
                assert one.by == done[0].change.actor.name
                assert one.action == done[0].change.deed.action

    @precondition(lambda self: self.ids)
    @rule(pick=ANY, spam=st.booleans(), crash=CRASH)
    @in_loop
    async def screen(self, pick: int, *, spam: bool, crash: int) -> None:
        what = Action.QUARANTINE if spam else Action.PASS
        await self.attempt(self.pick(pick), Deed(what, flags=({"why": "x"},), score=0.5), SCREEN, None, crash)

    @precondition(lambda self: self.ids)
    @rule(pick=ANY)
    @in_loop
    async def hide(self, pick: int) -> None:
        await self.attempt(self.pick(pick), Deed(Action.HIDE), SCREEN, None)

    @precondition(lambda self: self.ids)
    @rule(minutes=st.sampled_from([1, 1, 60, 60 * 5, 60 * 24, 60 * 24 * 8]), crash=CRASH)
    @in_loop
    async def wait(self, minutes: int, crash: int) -> None:
        """Let time pass, and the clock and the worker see what is due."""
        self.clock.move(minutes=minutes)
        for reply_id in self.ids:
            await self.advance(reply_id, crash)

    @rule(
        came=st.lists(st.sampled_from(["lands", "lands", "lost", "unanswered", "fails", "refused"]), min_size=1),
        crash=CRASH,
    )
    @in_loop
    async def publish(self, came: list[str], crash: int) -> None:
        """Let a worker do errands; some answers are lost, and the process may die before it has noted one."""
        for errand, what in zip(await self.claim(crash if came[0] == "lost" else 0), cycle(came), strict=False):
            if what == "lost":
                continue  # the worker died before the request left
            if what in {"fails", "refused"}:
                again = None if what == "refused" and errand.revision and not errand.shown else self.clock()
                await self.fail(errand, again)
                continue
            message = self.channel.take(errand) or None
            if what == "unanswered":
                self.late.append((errand, message))
            else:
                await self.land(errand, message, crash)

    @precondition(lambda self: self.ids)
    @rule(came=CAME, crash=CRASH)
    @in_loop
    async def write_on_site(self, came: list[str], crash: int) -> None:
        """Let a worker bring to the site what is due there; his process may die at any moment."""
        await self.run(self.beyond.lose)
        taken = await self.run(self.beyond.take_up, crash if came[0] == "lost" else 0)
        for errand, what in zip([] if isinstance(taken, Crash) else taken, cycle(came), strict=False):
            if what != "lost":
                await self.run(partial(self.beyond.bring, errand=errand, came=what), crash)

    @precondition(lambda self: self.ids)
    @rule(came=CAME, crash=CRASH)
    @in_loop
    async def tell_readers(self, came: list[str], crash: int) -> None:
        """Let jobs tell who follows and mend digests, and messages leave; the process may die in between."""
        await self.work(crash)
        await self.beyond.deliver(came)
        await self.beyond.edit_digests()

    @precondition(lambda self: self.ids)
    @rule(who=st.sampled_from([*WRITERS, READER]), muted=st.sampled_from([False, False, True]))
    @in_loop
    async def follow(self, who: int, *, muted: bool) -> None:
        await self.beyond.follow(who, muted=muted)

    @precondition(lambda self: self.ids)
    @rule()
    @in_loop
    async def bring_a_digest(self) -> None:
        await self.beyond.make_digest()

    @precondition(lambda self: self.ids)
    @rule(pick=ANY, crash=CRASH)
    @in_loop
    async def ban(self, pick: int, crash: int) -> None:
        """Let a lead ban an author: nothing of his waits in the queue then, or nothing was done."""
        key, now, lead = (await self.reply(self.pick(pick))).author_key, self.clock(), self.actor("lead")
        if key is None:
            return
        told = Ban(key, now + timedelta(days=1), Code.INSULT, lead.name, now)
        came = await self.run(lambda connection: duties.ban(connection, told, lead), crash)
        if not isinstance(came, Crash):
            mine = [await self.reply(reply_id) for reply_id in self.ids]
            waiting = UNDECIDED - {State.QUARANTINED}
            assert not [reply for reply in mine if reply.author_key == key and reply.state in waiting]

    @precondition(lambda self: self.ids)
    @rule(pick=ANY, crash=CRASH)
    @in_loop
    async def lift(self, pick: int, crash: int) -> None:
        key, lead = (await self.reply(self.pick(pick))).author_key or "", self.actor("lead")
        await self.run(lambda connection: duties.lift(connection, key, lead, self.clock()), crash)

    @precondition(lambda self: self.ids)
    @rule(pick=ANY, crash=CRASH)
    @in_loop
    async def set_apart(self, pick: int, crash: int) -> None:
        """Let the screen see a wave: what is sent joins it, with all that waits untouched."""
        reply_id, now = self.pick(pick), self.clock()

        async def step(connection: AsyncConnection) -> None:
            deed = Deed(Action.QUARANTINE, flags=({"why": "x"},), score=0.9)
            came = await store.act(connection, reply_id, deed, SCREEN, now)
            if isinstance(came, Done):
                others = tuple(other for other in self.ids if other != reply_id)
                await waves.join(connection, came.reply, Joining(WaveKind.ALIKE, None, others, 3), now)

        await self.run(step, crash)

    @precondition(lambda self: self.ids)
    @rule(who=st.sampled_from(["amal", "badr"]), verdict=st.sampled_from(Verdict), undo=st.booleans())
    @in_loop
    async def rule_on_waves(self, who: str, verdict: Verdict, *, undo: bool) -> None:
        """Let a moderator decide on all that is set apart, and perhaps take that back."""
        name, now = self.actor(who).name, self.clock()
        async with self.database.write() as connection:
            for wave in await waves.list_living(connection):
                await waves.decide(connection, wave.id, Ruling(verdict, name, now), now)
                if undo:
                    await waves.undo(connection, wave.id, now)

    @precondition(lambda self: self.ids)
    @rule(opens=st.booleans())
    @in_loop
    async def close(self, *, opens: bool) -> None:
        """Let the article take no replies, or take them again."""
        async with self.database.write() as connection:
            if opens:
                await closings.reopen(connection, ARTICLE)
            else:
                await closings.close(connection, ARTICLE, self.clock())

    @precondition(lambda self: self.late)
    @rule()
    @in_loop
    async def answer_late(self) -> None:
        """Let an answer come back after all, perhaps when a person has said what he saw."""
        await self.land(*self.late.pop(0))

    @rule()
    @in_loop
    async def restart(self) -> None:
        await self.recover()
        await self.run(self.beyond.lose)


LONG = [pytest.mark.long, pytest.mark.timeout(7200)]
EXAMPLES = int(os.environ.get("REPLY_EXAMPLES", "2000"))


@pytest.mark.parametrize(("examples", "steps"), [(4, 25), pytest.param(EXAMPLES, 40, marks=LONG)])
def test_replies_keep_their_promises_whatever_happens(address: str, examples: int, steps: int) -> None:
    profile = settings(
        max_examples=examples,
        stateful_step_count=steps,
        suppress_health_check=list(HealthCheck),
        phases=set(Phase) - {Phase.explain},  # it traces every line of the engines, for three times the time
    )
    with asyncio.Runner() as runner:
        database = Database(address)
        opened = type("Opened", (Replies,), {"loop": runner.get_loop(), "database": database})
        try:
            run_state_machine_as_test(opened, settings=profile)
        finally:
            runner.run(database.close())
