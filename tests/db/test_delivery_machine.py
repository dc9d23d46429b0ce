"""Deliveries under whatever may happen, in any order: never lost, never two at once, never again, never after a cancel.

Hypothesis makes up what people, workers and Telegram do; `ledger.py` says what must hold after each step, and in
the end, when everything has been answered. A new thing that may happen is a rule here, or a case of `decide` or
`visit`. DELIVERY_EXAMPLES says how many lives the long profile tries.
"""

import asyncio
import os
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule, run_state_machine_as_test
from sqlalchemy.ext.asyncio import AsyncConnection

from db.engine import Database
from db.store import chats, corrections, deliveries, outbox, pushes, subscribers
from db.store.outbox import Message
from newsroom.outcomes import Attempt, Came
from newsroom.pushes import Lane, PushState
from newsroom.work import Claimed, Rendering
from tests.db.machine import GROUP, MOVED_GROUP, TOPIC, Machine, in_loop, pick_one, read_all

MOST_PUSHES, MOST_MESSAGES = 4, 6
ANY, WORKER = st.integers(0, 7), st.integers(0, 1)
CAME = st.sampled_from([came for came in Came if came not in {Came.ORPHANED, Came.UNWANTED, Came.MOVED}])


class DeliveryMachine(Machine):
    """What may happen."""

    @precondition(lambda self: len(self.world.wanted) < MOST_PUSHES)
    @rule(lane=st.sampled_from([Lane.BREAKING, Lane.NEWS]), proven=st.booleans(), once=st.booleans())
    @in_loop
    async def publish(self, lane: Lane, *, proven: bool, once: bool) -> None:
        push_id = await self.scene.article(TOPIC, lane=lane, proven=proven)
        self.ledger.plan(push_id)
        if once:
            async with self.database.write() as connection:
                await pushes.send_once(connection, push_id)

    @precondition(lambda self: sum(key[0] == 0 for key in self.ledger.entries) < MOST_MESSAGES)
    @rule(pick=ANY, expires=st.booleans(), worker=st.none() | WORKER)
    @in_loop
    async def write(self, pick: int, worker: int | None, *, expires: bool) -> None:
        """Write a single message; with a worker, an answer that it sends at once."""
        now, chat_id = self.clock(), pick_one(self.ledger.seen.chats, pick)
        content = Rendering("sendMessage", b'{"text":"%d"}' % len(self.ledger.entries))
        expires_at = now + timedelta(minutes=1) if expires else None
        message = Message(str(now), content.method, content.body, chat_id, Lane.ANSWER, expires_at)
        whose = None if worker is None else self.workers[worker].lease.id
        async with self.database.write() as connection:
            row_id = await outbox.add(connection, message, now, whose)
        assert row_id
        self.ledger.write(row_id, content.body, expires_at)
        if whose:
            row = Claimed(row_id, chat_id, "private", 0, whose, now, now, Attempt(0, 0), content)
            self.ledger.take([row], now, is_answer=True)

    @rule(worker=WORKER, want=st.integers(1, 6), seconds=st.sampled_from([0, 4]))
    @in_loop
    async def claim(self, worker: int, want: int, seconds: int) -> None:
        self.clock.move(seconds=seconds)
        await self.claim_rows(worker, want)

    @rule(worker=WORKER, came=st.lists(CAME, min_size=1, max_size=3), stops=st.booleans())
    @in_loop
    async def turn(self, worker: int, came: list[Came], *, stops: bool) -> None:
        """Let a worker send what is due to whoever is free, and Telegram answer in turns."""
        self.clock.move(seconds=4)
        flights = await self.claim_rows(worker, 6)
        await self.see()
        await self.settle(worker, flights, self.answer_all(flights, came), stops=stops)

    @precondition(lambda self: self.ledger.flights)
    @rule(pick=ANY, worker=WORKER, came=CAME, arrives=st.booleans(), anew=st.booleans())
    @in_loop
    async def land(self, pick: int, worker: int, came: Came, *, arrives: bool, anew: bool) -> None:
        """Let an answer come back, of a living worker or of one that was taken for dead meanwhile."""
        flights = self.ledger.find_mates(self.ledger.flights[pick % len(self.ledger.flights)])
        landed = [self.answer(flight, came, arrives=arrives, anew=anew) for flight in flights]
        await self.settle(worker, flights, landed, want=pick % 3, stops=arrives)

    @precondition(lambda self: any(flight.row.chat_id == GROUP for flight in self.ledger.flights))
    @rule(worker=WORKER)
    @in_loop
    async def land_moved(self, worker: int) -> None:
        """Let Telegram answer that a group has moved."""
        moved = next(flight for flight in self.ledger.flights if flight.row.chat_id == GROUP)
        flights = self.ledger.find_mates(moved)
        await self.settle(worker, flights, [self.answer(flight, Came.MOVED) for flight in flights])

    @rule(worker=WORKER)
    @in_loop
    async def oversleep(self, worker: int) -> None:
        """Let a worker claim what it can and sleep until the others have recovered it; its answers come late."""
        self.clock.move(seconds=4)
        await self.claim_rows(worker, 6)
        self.workers[worker] = await self.scene.worker()
        await self.pass_time(11)

    @rule(worker=WORKER, left=st.integers(0, 63))
    @in_loop
    async def crash(self, worker: int, left: int) -> None:
        """Let a worker die; `left` says which of its requests had left."""
        mine = [flight for flight in self.ledger.flights if flight.row.worker_id == self.workers[worker].lease.id]
        self.workers[worker] = await self.scene.worker()
        requests = list(dict.fromkeys(flight.request for flight in mine))
        for flight in mine:
            self.ledger.crash(flight, had_left=bool(left >> requests.index(flight.request) & 1))

    @rule(seconds=st.sampled_from([1, 11, 95, 1200, 4000]))
    @in_loop
    async def wait(self, seconds: int) -> None:
        await self.pass_time(seconds)

    @rule(pick=ANY)
    @in_loop
    async def correct(self, pick: int) -> None:
        push_id = pick_one(self.world.wanted, pick)
        async with self.database.write() as connection:
            story_id = self.ledger.seen.pushes[push_id].story_id
            assert await corrections.correct(connection, story_id, {"title": "قمة"}, self.clock())
        self.ledger.rewrite(push_id)

    @rule(pick=ANY, deed=st.sampled_from(["pause", "resume", "cancel", "retract"]))
    @in_loop
    async def decide(self, pick: int, deed: str) -> None:
        """Let editors do something with a push."""
        push_id = pick_one(self.world.wanted, pick)
        if deed == "resume":
            await self.resume(push_id)
        elif deed == "retract":
            async with self.database.write() as connection:
                await corrections.retract(connection, self.ledger.seen.pushes[push_id].story_id, "", self.clock())
            self.world.halt(push_id, PushState.CANCELLED)
            self.ledger.rewrite(push_id)
        else:
            await self._halt(push_id, PushState.PAUSED if deed == "pause" else PushState.CANCELLED)

    async def _halt(self, push_id: int, state: PushState) -> None:
        among = [PushState.RUNNING, *([PushState.PAUSED] if state is PushState.CANCELLED else [])]
        async with self.database.write() as connection:
            if await pushes.set_state(connection, push_id, state, among, self.clock()):
                self.world.halt(push_id, state)

    @precondition(lambda self: self.world.emptied)
    @rule(pick=ANY, worker=WORKER)
    @in_loop
    async def hold_back(self, pick: int, worker: int) -> None:
        """Let a worker believe that too many chats are gone to a push."""
        push_id = pick_one(self.world.emptied, pick)
        await self.workers[worker].hold_back([push_id])
        told = await read_all(self.database)
        believed = {chat_id for chat_id in self.world.asleep if told.chats[chat_id] == "active"}
        self.world.hold_back(push_id, believed)

    @precondition(lambda self: self.ledger.find_uncertain())
    @rule(pick=ANY, repeat=st.booleans())
    @in_loop
    async def decide_doubt(self, pick: int, *, repeat: bool) -> None:
        """Let a person say what became of a row, as `bot/handlers/deciding.py` does."""
        push_id, subscriber_id = pick_one(self.ledger.find_uncertain(), pick)
        now = self.clock()
        async with self.database.write() as connection:
            assert await deliveries.decide_doubt(connection, push_id, subscriber_id, now, repeat=repeat)
            if repeat:
                await pushes.wake(connection, {push_id: now})

    @rule(pick=ANY, deed=st.sampled_from(["block", "come back", "speak", "pause", "ask"]), what=ANY)
    @in_loop
    async def visit(self, pick: int, deed: str, what: int) -> None:
        """Let a reader shut us out, return, choose another language, pause, or ask for an article by himself."""
        busy = {flight.place for flight in self.ledger.flights} & set(self.ledger.seen.subscribers)
        place = pick_one(busy if busy and what % 2 else self.ledger.seen.subscribers, pick)
        reader_id = self.ledger.seen.subscribers[place]
        if deed == "come back":
            await self.greet(place[0])
            return
        async with self.database.write() as connection:
            if deed == "block":
                await chats.suspend(connection, place[0], "kicked", self.clock())
                self.world.asleep.add(place[0])
            elif deed == "speak":
                await subscribers.change(connection, reader_id, language=["ar", "fr"][what // 2 % 2])
            elif deed == "pause":
                until = self.clock() + timedelta(minutes=what * 20)
                await subscribers.change(connection, reader_id, paused_until=until)
            else:
                await self._ask(connection, reader_id, pick_one(self.world.wanted, what))

    async def _ask(self, connection: AsyncConnection, reader_id: int, push_id: int) -> None:
        story_id, now = self.ledger.seen.pushes[push_id].story_id, self.clock()
        is_open = await pushes.open_empty(connection, story_id, Lane.NEWS, now) is not None
        assert is_open == (push_id not in self.world.paused | self.world.cancelled)
        if is_open:
            is_new = await deliveries.add_one(connection, push_id, reader_id, now)
            self.ledger.ask((push_id, reader_id), is_new=is_new)

    @precondition(lambda self: GROUP in self.ledger.seen.chats)
    @rule()
    @in_loop
    async def move_group(self) -> None:
        """Let the service message of a move come, whatever came before it."""
        async with self.database.write() as connection:
            await chats.migrate(connection, GROUP, MOVED_GROUP)

    @precondition(lambda self: self.world.is_halted)
    @rule(worker=WORKER)
    @in_loop
    async def trust(self, worker: int) -> None:
        await self.workers[worker].trust()
        self.world.is_halted = False


LONG = [pytest.mark.long, pytest.mark.timeout(3600)]
EXAMPLES = int(os.environ.get("DELIVERY_EXAMPLES", "500"))


SHORT = pytest.param(20, 40, marks=pytest.mark.thorough)


@pytest.mark.parametrize(("examples", "steps"), [SHORT, pytest.param(EXAMPLES, 80, marks=LONG)])
def test_deliveries_keep_their_promises_whatever_happens(address: str, examples: int, steps: int) -> None:
    profile = settings(
        max_examples=examples,
        stateful_step_count=steps,
        suppress_health_check=list(HealthCheck),
        phases=set(Phase) - {Phase.explain},  # it traces every line of the engines, for three times the time
    )
    with asyncio.Runner() as runner:
        database = Database(address)
        opened = type("Opened", (DeliveryMachine,), {"loop": runner.get_loop(), "database": database})
        try:
            run_state_machine_as_test(opened, settings=profile)
        finally:
            runner.run(database.close())
