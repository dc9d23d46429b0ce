"""The queue of the delivery loop, over deliveries and outbox alike: `newsroom/delivery.py` says what it needs of it.

    exchange:  settle what landed ─▶ what people wait for ─▶ pushes, other messages by lane ─▶ slots of the pacing row

One transaction each time. A claimed chat is held until its row is settled, so no two requests to it overlap, over all
workers; a settled one is free again after the gap of its kind, or after what a 429 told. The pacing row is locked last,
for everybody wants it; before the claim it is only read, so a row may still meet a line that others made long: it goes
back and falls due at the next slot.
"""

import random
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

import orjson
from sqlalchemy.ext.asyncio import AsyncConnection

from db.engine import Database
from db.store import broadcasts, chats, claims, deliveries, digests, landing, outbox, pacing, pushes, renderings
from db.store.landing import Desk
from db.store.workers import WorkerLease
from db.wakeup import announce
from newsroom.outcomes import Came, Outcome, decide_outcome
from newsroom.pacing import (
    Pace,
    believe,
    chat_gap,
    count_slots,
    decide_answer_flood,
    decide_flood,
    decide_lead,
    next_slot,
    spend,
    take_slots,
)
from newsroom.pushes import INTERACTIVE, Lane, PushState, RunningPush, comrades, order_pushes
from newsroom.watch import HELD_BACK
from newsroom.work import Claimed, Landed, Rendering, Shape

BUSY_REST = timedelta(seconds=0.25)  # a push whose due rows all wait for busy chats is looked at again after this
TELLING = frozenset({Came.LATER, Came.HALT})  # outcomes that say something of the whole token
EMPTY_REST = timedelta(seconds=1)
SETTLED_BY = timedelta(minutes=1)  # who is due later than this does not keep editors waiting for what was refused
SOON = timedelta(seconds=1)  # what is due of a push that rests for so long goes with what is claimed of others
SEEN_FOR = timedelta(seconds=1)  # what was read of answers' floods holds so long
ON_TRIAL = 8  # rows claimed at once of a push whose renderings are being tried: all but a few of them go back
LATELY = timedelta(minutes=10)  # chats that seemed gone since then are believed no more, when a push is held


@dataclass(slots=True)
class DeliveryQueue:
    """The rows of work as one worker sees them; `full_rate` is messages a second."""

    database: Database
    lease: WorkerLease
    full_rate: float
    desk: Desk
    halted: bool = False  # the last claim found that the token was refused
    paused_until: datetime | None = None  # as last seen
    answers_until: datetime | None = None  # the same of answers to people
    _seen_at: datetime | None = None  # when that was read
    _lead: timedelta = timedelta()  # how soon after the beginning of an exchange its first slot may be
    _turn: int = 0
    _served: dict[tuple[int, bool], int] = field(default_factory=dict)

    def is_paused(self) -> bool:
        """Tell whether the token was told to wait until later than now, as far as the last exchange knows."""
        return self.paused_until is not None and self.lease.now() < self.paused_until

    async def exchange(self, landed: Sequence[Landed], want: int) -> list[Claimed]:
        """Settle what landed and claim up to `want` rows, in one transaction."""
        now = self.lease.now()
        async with self.database.write() as connection:
            await landing.settle(connection, landed, self.desk, now)
            claimed = await self._claim(connection, landed, want, now) if want > 0 else []
            claimed = await self._pace(connection, landed, claimed, now)
        if claimed:
            self._lead = decide_lead(self.lease.now() - now, self.full_rate)
        return claimed

    async def settle_answers(self, landed: Sequence[Landed]) -> None:
        """Settle answers to people, who did not wait for slots; the others make room for them."""
        now = self.lease.now()
        async with self.database.write() as connection:
            await landing.settle(connection, landed, self.desk, now, held=False)
            if any(land.verdict.due_at and land.verdict.due_at <= now for land in landed):
                announce(connection, "deliver")
            pace = self._learn(believe(await pacing.lock(connection), now), landed, now)
            for chat_id, seconds in _list_floods(landed):
                pace = decide_answer_flood(pace, chat_id, seconds, now)
            self._see(pace, now)
            await pacing.save(connection, spend(pace, len(landed), self.full_rate, now))

    async def answers_wait(self) -> float:
        """Answer how many seconds answers to people have to wait, as was seen lately; 0 for not at all."""
        now = self.lease.now()
        if self._seen_at is None or abs(now - self._seen_at) > SEEN_FOR:
            async with self.database.read() as connection:
                pace = await pacing.load(connection)
            if pace:
                self._see(believe(pace, now), now)
        return max(0.0, (self.answers_until - now).total_seconds()) if self.answers_until else 0.0

    def _see(self, pace: Pace, now: datetime) -> None:
        """Remember until when all answers wait: another process may have met the flood."""
        self.answers_until, self._seen_at = pace.answers_until, now

    async def _claim(
        self, connection: AsyncConnection, landed: Sequence[Landed], want: int, now: datetime
    ) -> list[Claimed]:
        """Claim no more than may leave soon, as far as we know before the pacing row is locked."""
        pace = await pacing.load(connection)
        if pace is None:
            return []
        if (meant := believe(pace, now)) != pace:  # kept, or a pause would begin anew each time it is read
            await pacing.save(connection, believe(await pacing.lock(connection), now))
        pace = self._learn(meant, landed, now)
        self._see(pace, now)
        self.halted = pace.halted is not None
        want = 0 if self.halted else min(want, count_slots(pace, self.full_rate, now))
        if want == 0:
            return []
        waiting = await outbox.find_waiting(connection, now)
        if self.answers_until and now < self.answers_until:
            waiting.pop(Lane.ANSWER, None)  # also those whose chat was told to wait for less
        urgent = [lane for lane in INTERACTIVE if waiting.pop(lane, None)]
        claimed = await self._claim_singles(connection, urgent, want, now) if urgent else []
        singles = [RunningPush.of_singles(lane, since) for lane, since in waiting.items()]
        return claimed + await self._claim_in_turn(connection, singles, want - len(claimed), now)

    async def _claim_singles(
        self, connection: AsyncConnection, lanes: Sequence[Lane], want: int, now: datetime
    ) -> list[Claimed]:
        return await _hold(connection, await outbox.claim(connection, self.lease.id, want, now, lanes), now)

    async def _claim_in_turn(
        self, connection: AsyncConnection, singles: Sequence[RunningPush], want: int, now: datetime
    ) -> list[Claimed]:
        """Claim of pushes and of the single messages of the lower lanes, in one order."""
        self._turn += 1
        claimed: list[Claimed] = []
        running = await pushes.list_running(connection, now + SOON)
        for push in order_pushes([*running, *singles], self._turn, self._served, now):
            if len(claimed) >= want:
                break
            self._served[push.id, push.is_edit] = self._turn
            if push.is_of_singles:
                claimed += await self._claim_singles(connection, [push.lane], want - len(claimed), now)
                continue
            leaving = await self._claim_push(connection, push, running, want - len(claimed), now)
            claimed += leaving
            if not leaving:
                await self._rest(connection, push, now)
        return claimed

    async def _rest(self, connection: AsyncConnection, push: RunningPush, now: datetime) -> None:
        """Look at a push that had nothing for us when its next row may leave; close it when there is none.

        When nobody else is to be asked soon, editors hear what Telegram refused to all who were.
        """
        if push.is_edit:
            due_at = await claims.next_edit(connection, push, now)
            is_mine = await pushes.rest_edits(connection, push, max(due_at, now + BUSY_REST) if due_at else None)
        else:
            due_at = await claims.next_due(connection, push.id, now)
            until = max(due_at, now + BUSY_REST) if due_at else now + EMPTY_REST
            is_mine = await pushes.rest(connection, push.id, until)
        if is_mine and (due_at is None or due_at > now + SETTLED_BY):
            for refusal in await renderings.take_untold(connection, push.id, push.story_id):
                await self.desk.tell_refused(connection, refusal)
        if is_mine and due_at is None and not push.is_edit:
            await pushes.finish(connection, push.id, now)

    async def _claim_push(
        self, connection: AsyncConnection, push: RunningPush, running: Sequence[RunningPush], want: int, now: datetime
    ) -> list[Claimed]:
        limit = min(want, ON_TRIAL) if push.on_trial and not push.may_wait(now) else want
        rows = await claims.claim(connection, push, self.lease.id, limit, now)
        awake = await _let_sleep(connection, rows, now)
        if push.is_broadcast and not push.is_edit:
            await broadcasts.find_answered(connection, push.id, awake)
        gathered = await digests.gather(connection, awake, comrades(push, running), now)
        leaving, waiting = await renderings.admit(connection, gathered)
        await claims.release(connection, waiting)
        return await _hold(connection, leaving, now)

    async def _pace(
        self, connection: AsyncConnection, landed: Sequence[Landed], claimed: list[Claimed], now: datetime
    ) -> list[Claimed]:
        """Learn from what landed how fast we may be, then give each row that will be sent its slot."""
        leaving = [row for row in claimed if not row.refused]
        if not leaving and all(land.outcome.came not in TELLING for land in landed):
            return claimed
        pace = self._learn(believe(await pacing.lock(connection), now), landed, now)
        pace, slots = take_slots(pace, len(leaving), self.full_rate, now + self._lead)
        await pacing.save(connection, pace)
        await _give_back(connection, leaving[len(slots) :], next_slot(pace, now), now)
        refused = [row for row in claimed if row.refused]
        for row, slot in zip(leaving, slots, strict=False):
            row.slot_at = slot
        return leaving[: len(slots)] + refused

    def _learn(self, pace: Pace, landed: Sequence[Landed], now: datetime) -> Pace:
        """Say what pace follows from what landed."""
        for land in landed:
            if land.outcome.came is Came.HALT:
                pace = replace(pace, halted=land.outcome.reason)
        for chat_id, seconds in _list_floods(landed):
            pace = decide_flood(pace, chat_id, seconds, self.full_rate, now)
        self.paused_until = pace.paused_until
        return pace

    async def pause(self, until: datetime) -> None:
        """Let no bulk leave before `until`; a pause never ends early."""
        async with self.database.write() as connection:
            pace = await pacing.lock(connection)
            await pacing.save(connection, replace(pace, paused_until=max(pace.paused_until, until)))

    async def trust(self) -> None:
        """Telegram has answered: whatever had halted the token is over."""
        self.halted = False
        async with self.database.read() as connection:
            pace = await pacing.load(connection)
        if pace and pace.halted:
            async with self.database.write() as connection:
                await pacing.save(connection, replace(await pacing.lock(connection), halted=None))

    async def stop(self, land: Landed) -> None:
        """Let nobody else be tried with the rendering that was refused here, and let editors know; twice is once.

        A refusal of an older version than is wanted says nothing of the newer.
        """
        shape, now = land.claimed.content, self.lease.now()
        if not isinstance(shape, Shape):
            return
        async with self.database.write() as connection:
            if not shape.push_id:  # a digest, of whose refusal editors have heard
                await digests.refuse(connection, shape)
                return
            standing = (await pushes.read_standings(connection, [shape.push_id])).get(shape.push_id)
            if standing and landing.is_void(land, standing):
                return
            if await renderings.stop(connection, shape, land.outcome.reason, now):
                await self.desk.tell_stopped(connection, land)

    async def hold_back(self, push_ids: Iterable[int]) -> None:
        """Pause pushes until a person says otherwise, and believe none of the chats that lately seemed gone to them."""
        now = self.lease.now()
        async with self.database.write() as connection:
            for push_id in sorted(push_ids):
                if await deliveries.take_back(connection, push_id, now - LATELY, now):
                    await pushes.note_stale(connection, [(push_id, 0)], now)
                story_id = await pushes.hold_back(connection, push_id, HELD_BACK, now)
                if story_id is not None:
                    await self.desk.tell_held(connection, push_id, story_id)

    async def recover(self) -> int:
        """Settle what dead workers left in flight: it is in doubt. Answers how many rows that were."""
        now = self.lease.now()
        async with self.database.read() as connection:
            if not (await claims.find_left(connection, now) or await outbox.find_left(connection, now)):
                return 0
        async with self.database.write() as connection:
            left = await claims.find_left(connection, now) + await outbox.find_left(connection, now)
            orphaned = Outcome(Came.ORPHANED, "the worker died before the answer")
            draws: dict[int, float] = defaultdict(random.random)  # one for each chat: what was together stays so
            landed = [
                Landed(row, orphaned, decide_outcome(row.attempt, orphaned, now, draws[row.chat_id])) for row in left
            ]
            await landing.settle(connection, landed, self.desk, now)
        return len(left)


def _list_floods(landed: Sequence[Landed]) -> list[tuple[int | None, float]]:
    """Answer the chat of each 429, None for what reaches none, and how many seconds it told.

    What is addressed in its text alone is left out: its chat must not be remembered, and is another one to nobody.
    """
    told = [land for land in landed if land.outcome.came is Came.LATER]
    return [
        (land.claimed.chat_id or None, land.outcome.retry_after)
        for land in told
        if land.claimed.chat_id or not _is_addressed_inside(land.claimed.content)
    ]


def _is_addressed_inside(content: Shape | Rendering) -> bool:
    return isinstance(content, Rendering) and "chat_id" in orjson.loads(content.body)


async def resume(connection: AsyncConnection, push_id: int, now: datetime) -> bool:
    """Let a paused push go on, with the renderings that had been stopped; tells whether it was there to resume.

    Where it was held because too many chats seemed gone, this is a person's word that they are.
    """
    among = (PushState.PAUSED, PushState.RUNNING, PushState.DONE)
    runs = await pushes.set_state(connection, push_id, PushState.RUNNING, among, now)
    if not await pushes.expect_gone(connection, push_id) and not runs:
        return False  # of what was cancelled, the edits alone may go on
    await _try_anew(connection, push_id, now)
    return True


async def want_version(connection: AsyncConnection, story_id: int, version: int, now: datetime) -> None:
    """Let a newer version of a story be shown to all who have it, and be sent where the older one was refused."""
    push_id = await pushes.want(connection, story_id, version, now)
    if push_id is not None and await _try_anew(connection, push_id, now):
        await pushes.set_state(connection, push_id, PushState.RUNNING, [PushState.DONE], now)


async def _try_anew(connection: AsyncConnection, push_id: int, now: datetime) -> bool:
    """Try every rendering of a push again; tells whether any had been refused, whose rows are queued again."""
    refused = await renderings.is_any_refused(connection, push_id)
    await renderings.forget(connection, push_id)
    if refused:
        await deliveries.requeue_refused(connection, push_id, now)
        await pushes.note_stale(connection, [(push_id, 0)], now)
    return refused


async def _let_sleep(connection: AsyncConnection, claimed: list[Claimed], now: datetime) -> list[Claimed]:
    """Put back the rows whose readers are not to be reached now, until they are; answer the others."""
    asleep: dict[datetime, list[Claimed]] = defaultdict(list)
    for row in claimed:
        if row.asleep_until and not row.refused:
            asleep[row.asleep_until].append(row)
    for until, these in asleep.items():
        await landing.put_back(connection, these, until, now)
    return [row for row in claimed if row.refused or not row.asleep_until] if asleep else claimed


async def _hold(connection: AsyncConnection, claimed: list[Claimed], now: datetime) -> list[Claimed]:
    """Hold the chats of these rows; of two rows for one chat the second goes back."""
    kept: dict[int, Claimed] = {}
    spare = [row for row in claimed if row.chat_id and kept.setdefault(row.chat_id, row) is not row]
    await landing.put_back(connection, spare, now + chat_gap("private"), now)
    if kept:
        await chats.hold(connection, kept, now)
    return [row for row in claimed if row not in spare] if spare else claimed


async def _give_back(connection: AsyncConnection, claimed: Sequence[Claimed], due_at: datetime, now: datetime) -> None:
    """Let go of rows with their chats: nothing is held that cannot leave soon."""
    await landing.put_back(connection, claimed, due_at, now)
    await chats.free(connection, [(row.chat_id, now, row.claimed_at) for row in claimed if row.chat_id])
