"""The queue of the delivery loop, over deliveries and outbox alike: `newsroom/delivery.py` says what it needs of it.

    exchange:  settle what landed ─▶ outbox rows ─▶ rows of pushes in their order ─▶ slots of the pacing row

One transaction each time. A claimed chat is held until its row is settled, so no two requests to it overlap, over all
workers; a settled one is free again after the gap of its kind, or after what a 429 told. The pacing row is locked last,
for everybody wants it; before the claim it is only read, so a row may still meet a line that others made long: it goes
back and falls due at the next slot.
"""

import random
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncConnection

from db.engine import Database
from db.store import chats, deliveries, outbox, pacing, pushes, subscribers
from db.store.workers import WorkerLease
from newsroom.outcomes import Came, Outcome, decide_outcome
from newsroom.pacing import Pace, believe, chat_gap, count_slots, decide_flood, next_slot, spend, take_slots
from newsroom.pushes import PushState, order_pushes
from newsroom.work import Claimed, Landed, Shape

BUSY_REST = timedelta(seconds=0.25)  # a push whose due rows all wait for busy chats is looked at again after this
TELLING = frozenset({Came.LATER, Came.HALT})  # outcomes that say something of the whole token
EMPTY_REST = timedelta(seconds=1)


@dataclass(slots=True)
class DeliveryQueue:
    """The rows of work as one worker sees them; `full_rate` is messages a second."""

    database: Database
    lease: WorkerLease
    full_rate: float
    halted: bool = False  # the last claim found that the token was refused
    paused_until: datetime | None = None  # as last seen
    _turn: int = 0
    _served: dict[int, int] = field(default_factory=dict)

    def is_paused(self) -> bool:
        """Tell whether the token was told to wait until later than now, as far as the last exchange knows."""
        return self.paused_until is not None and self.lease.now() < self.paused_until

    async def exchange(self, landed: Sequence[Landed], want: int) -> list[Claimed]:
        """Settle what landed and claim up to `want` rows, in one transaction."""
        now = self.lease.now()
        async with self.database.write() as connection:
            await _settle(connection, landed, now)
            claimed = await self._claim(connection, landed, want, now) if want > 0 else []
            return await self._pace(connection, landed, claimed, now)

    async def settle_answers(self, landed: Sequence[Landed]) -> None:
        """Settle answers to people, who did not wait for slots; the others make room for them."""
        now = self.lease.now()
        async with self.database.write() as connection:
            await _settle(connection, landed, now, held=False)
            pace = self._learn(believe(await pacing.lock(connection), now), landed, now)
            await pacing.save(connection, spend(pace, len(landed), self.full_rate, now))

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
        self.halted = pace.halted is not None
        want = 0 if self.halted else min(want, count_slots(pace, self.full_rate, now))
        if want == 0:
            return []
        claimed = await outbox.claim(connection, self.lease.id, want, now)
        claimed = await _hold(connection, claimed, now)
        return claimed + await self._claim_pushes(connection, want - len(claimed), now)

    async def _claim_pushes(self, connection: AsyncConnection, want: int, now: datetime) -> list[Claimed]:
        self._turn += 1
        claimed: list[Claimed] = []
        for push in order_pushes(await pushes.list_running(connection), self._turn, self._served, now):
            if len(claimed) >= want:
                break
            rows = await deliveries.claim(connection, push.id, self.lease.id, want - len(claimed), now)
            self._served[push.id] = self._turn
            claimed += await _hold(connection, rows, now)
            if not rows:
                await _rest(connection, push.id, now)
        return claimed

    async def _pace(
        self, connection: AsyncConnection, landed: Sequence[Landed], claimed: list[Claimed], now: datetime
    ) -> list[Claimed]:
        """Learn from what landed how fast we may be, then give each row that will be sent its slot."""
        leaving = [row for row in claimed if not row.refused]
        if not leaving and all(land.outcome.came not in TELLING for land in landed):
            return claimed
        pace = self._learn(believe(await pacing.lock(connection), now), landed, now)
        pace, slots = take_slots(pace, len(leaving), self.full_rate, now)
        await pacing.save(connection, pace)
        await _give_back(connection, leaving[len(slots) :], next_slot(pace, now), now)
        refused = [row for row in claimed if row.refused]
        return [replace(row, slot_at=slot) for row, slot in zip(leaving, slots, strict=False)] + refused

    def _learn(self, pace: Pace, landed: Sequence[Landed], now: datetime) -> Pace:
        """Say what pace follows from what landed."""
        for land in landed:
            if land.outcome.came is Came.HALT:
                pace = replace(pace, halted=land.outcome.reason)
            elif land.outcome.came is Came.LATER:
                pace = decide_flood(pace, land.claimed.chat_id, land.outcome.retry_after, self.full_rate, now)
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

    async def stop(self, shape: Shape, reason: str) -> bool:
        """Let nobody else be sent this shape's language of its push; tells whether that is news."""
        async with self.database.write() as connection:
            return await pushes.stop_language(connection, shape.push_id, shape.language, reason, self.lease.now())

    async def recover(self) -> int:
        """Settle what dead workers left in flight: it is in doubt. Answers how many rows that were."""
        now = self.lease.now()
        async with self.database.read() as connection:
            if not (await deliveries.find_left(connection, now) or await outbox.find_left(connection, now)):
                return 0
        async with self.database.write() as connection:
            left = await deliveries.find_left(connection, now) + await outbox.find_left(connection, now)
            orphaned = Outcome(Came.ORPHANED, "the worker died before the answer")
            verdicts = [decide_outcome(row.attempt, orphaned, now, random.random()) for row in left]  # noqa: S311
            landed = [Landed(row, orphaned, verdict) for row, verdict in zip(left, verdicts, strict=True)]
            await _settle(connection, landed, now)
        return len(left)


async def resume(connection: AsyncConnection, push_id: int, now: datetime) -> bool:
    """Let a paused push go on, with the renderings that had been stopped; tells whether it was there to resume."""
    among = (PushState.PAUSED, PushState.RUNNING, PushState.DONE)
    if not await pushes.set_state(connection, push_id, PushState.RUNNING, among, now):
        return False
    await pushes.lift_stops(connection, push_id)
    await deliveries.requeue_stopped(connection, push_id, now)
    return True


async def _settle(connection: AsyncConnection, landed: Sequence[Landed], now: datetime, *, held: bool = True) -> None:
    """Write what became of rows, and what it means for their chats; answers to people did not hold theirs."""
    await _write(connection, landed, now)
    times = [
        (land.claimed.chat_id, _free_again(land, now), land.claimed.claimed_at if held else None)
        for land in landed
        if land.claimed.chat_id
    ]
    await chats.free(connection, times)
    for land in landed:
        await _follow(connection, land)


async def _write(connection: AsyncConnection, landed: Sequence[Landed], now: datetime) -> None:
    await _write_rows(connection, landed, now)
    times: dict[int, datetime] = {}
    for land in landed:
        if land.verdict.due_at and isinstance(land.claimed.content, Shape):
            push_id = land.claimed.content.push_id
            times[push_id] = min(land.verdict.due_at, times.get(push_id, land.verdict.due_at))
    await pushes.wake(connection, times)


async def _write_rows(connection: AsyncConnection, landed: Sequence[Landed], now: datetime) -> None:
    of_pushes = [land for land in landed if isinstance(land.claimed.content, Shape)]
    await deliveries.settle(connection, of_pushes, now)
    await outbox.settle(connection, [land for land in landed if not isinstance(land.claimed.content, Shape)], now)


async def _hold(connection: AsyncConnection, claimed: list[Claimed], now: datetime) -> list[Claimed]:
    """Hold the chats of these rows; of two rows for one chat the second goes back."""
    kept: dict[int, Claimed] = {}
    spare = [row for row in claimed if row.chat_id and kept.setdefault(row.chat_id, row) is not row]
    await _put_back(connection, spare, now + chat_gap("private"), now)
    if kept:
        await chats.hold(connection, kept, now)
    return [row for row in claimed if row not in spare] if spare else claimed


async def _give_back(connection: AsyncConnection, claimed: Sequence[Claimed], due_at: datetime, now: datetime) -> None:
    """Let go of rows with their chats: nothing is held that cannot leave soon."""
    await _put_back(connection, claimed, due_at, now)
    await chats.free(connection, [(row.chat_id, now, row.claimed_at) for row in claimed if row.chat_id])


async def _put_back(connection: AsyncConnection, claimed: Sequence[Claimed], due_at: datetime, now: datetime) -> None:
    """Queue rows again, to fall due then; not their pushes, which others hold who wait for the pacing row."""
    returned = Outcome(Came.RETURNED, retry_after=(due_at - now).total_seconds())
    await _write_rows(
        connection, [Landed(row, returned, decide_outcome(row.attempt, returned, now)) for row in claimed], now
    )


async def _rest(connection: AsyncConnection, push_id: int, now: datetime) -> None:
    """Look at a push that had nothing for us when its next row may leave; close it when there is none."""
    due_at = await deliveries.next_due(connection, push_id, now)
    until = max(due_at, now + BUSY_REST) if due_at else now + EMPTY_REST
    if await pushes.rest(connection, push_id, until) and due_at is None:
        await pushes.finish(connection, push_id, now)


def _free_again(land: Landed, now: datetime) -> datetime:
    wait = timedelta(seconds=land.outcome.retry_after) if land.outcome.came is Came.LATER else timedelta()
    return now + max(chat_gap(land.claimed.chat_kind), wait)


async def _follow(connection: AsyncConnection, land: Landed) -> None:
    """Do what an outcome means for its chat."""
    claimed, outcome = land.claimed, land.outcome
    if outcome.came is Came.GONE:
        await chats.suspend(connection, claimed.chat_id, outcome.reason, claimed.claimed_at)
    elif outcome.came is Came.CLOSED and isinstance(claimed.content, Shape):  # an answer is to nobody's subscription
        await subscribers.suspend(connection, claimed.chat_id, claimed.thread_id, outcome.reason)
    elif outcome.came is Came.MOVED and outcome.new_chat_id:
        await chats.migrate(connection, claimed.chat_id, outcome.new_chat_id)
