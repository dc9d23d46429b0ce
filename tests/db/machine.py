"""The engine of the state machine of deliveries: real stores, two workers, time, and a Telegram that answers as told.

What people and workers do in it are the rules of `test_delivery_machine.py`; what must hold is in `ledger.py`.
"""

import asyncio
from collections.abc import Callable, Coroutine, Iterable, Sequence
from dataclasses import replace
from functools import update_wrapper
from itertools import cycle
from typing import Any, Concatenate, ParamSpec, Protocol, TypeVar

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant
from sqlalchemy import select, text

from db.engine import Database
from db.store import chats, queue, subscribers, workers
from db.store.queue import DeliveryQueue
from db.tables import chats as chats_table
from db.tables import deliveries, metadata, outbox
from db.tables import pushes as pushes_table
from db.tables import subscribers as subscribers_table
from newsroom.digests import ALONE
from newsroom.outcomes import Came
from newsroom.work import Landed, Rendering
from tests.db.flights import Flight, Place, Snapshot
from tests.db.ledger import Ledger
from tests.db.world import World
from tests.fakes import Clock
from tests.scene import Scene, set_scene

TOPIC = "s:diplomacy"
GROUP, MOVED_GROUP, CHANNEL, THREAD = -55, -10055, -1001, 17
READERS: dict[Place, str] = {
    (1, 0): "private",
    (2, 0): "private",
    (GROUP, 0): "group",
    (GROUP, THREAD): "group",
    (CHANNEL, 0): "channel",
}
ROUNDS = 50  # each brings every chat a message: more than there can be for one
Drawn = ParamSpec("Drawn")


class Looped(Protocol):
    """A machine whose steps await."""

    loop: asyncio.AbstractEventLoop
    clock: Clock
    is_sound: bool  # no step has failed


Engine = TypeVar("Engine", bound=Looped)


def in_loop(
    step: Callable[Concatenate[Engine, Drawn], Coroutine[Any, Any, None]],
) -> Callable[Concatenate[Engine, Drawn], None]:
    """Let a step await; a little time passes with each."""

    def run(machine: Engine, /, *args: Drawn.args, **drawn: Drawn.kwargs) -> None:
        machine.clock.move(milliseconds=5)
        machine.is_sound = False
        machine.loop.run_until_complete(step(machine, *args, **drawn))
        machine.is_sound = True

    update_wrapper(run, step)
    return run


async def read_all(database: Database) -> Snapshot:
    async with database.read() as connection:

        async def rows(table: Any) -> Sequence[Any]:
            return (await connection.execute(select(table))).all()

        found = {(row.push_id, row.subscriber_id): row for row in await rows(deliveries)}
        return Snapshot(
            rows=found | {(0, row.id): row for row in await rows(outbox)},
            pushes={row.id: row for row in await rows(pushes_table)},
            chats={row.id: row.state for row in await rows(chats_table)},
            subscribers={(row.chat_id, row.thread_id): row.id for row in await rows(subscribers_table)},
        )


async def empty(database: Database) -> None:
    """Take all rows out, those of the audit too, which refuses that to everybody else."""
    async with database.write() as connection:
        if not database.is_sqlite:
            await connection.execute(text("SET LOCAL session_replication_role = replica"))
            await connection.execute(text(f"TRUNCATE {', '.join(metadata.tables)} RESTART IDENTITY CASCADE"))
            return
        found = "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'audit'"
        triggers = (await connection.execute(text(found))).all()
        for name, _ in triggers:
            await connection.execute(text(f"DROP TRIGGER {name}"))
        for table in reversed(metadata.sorted_tables):
            await connection.execute(table.delete())
        for _, how in triggers:
            await connection.exec_driver_sql(how)


class Machine(RuleBasedStateMachine):
    """A newsroom whose ledger looks at its rows after each step, and at what became of all in the end."""

    loop: asyncio.AbstractEventLoop
    database: Database
    scene: Scene
    world: World
    ledger: Ledger
    workers: list[DeliveryQueue]
    is_sound = False  # no step has failed

    def __init__(self) -> None:
        super().__init__()
        self.clock = Clock()

    @initialize(proven=st.booleans(), twice=st.lists(st.sampled_from([0, THREAD]), unique=True))
    @in_loop
    async def open(self, *, proven: bool, twice: list[int]) -> None:
        """Begin with an article; `twice` are the forum topics whose people have chosen under the group's new id too."""
        await empty(self.database)
        self.scene = await set_scene(self.database, self.clock)
        self.workers = [self.scene.queue, await self.scene.worker()]
        for (chat_id, thread), kind in READERS.items():
            await self.scene.reader(chat_id, TOPIC, kind=kind, thread=thread)
        self.clock.move(seconds=1)
        for thread in twice:
            await self.scene.reader(MOVED_GROUP, TOPIC, kind="supergroup", thread=thread)
        self.world = World({GROUP: MOVED_GROUP}, {chat_id: self.clock() for chat_id, _ in READERS})
        self.world.alive |= dict.fromkeys([MOVED_GROUP] if twice else [], self.clock())
        self.ledger = Ledger(self.world, await read_all(self.database))
        self.ledger.plan(await self.scene.article(TOPIC, proven=proven))

    @invariant()
    @in_loop
    async def look(self) -> None:
        await self.see()

    async def see(self) -> None:
        self.ledger.see(await read_all(self.database), self.clock())

    async def claim_rows(self, worker: int, want: int) -> list[Flight]:
        """Let a worker claim, and the ledger judge it."""
        return self.ledger.take(await self.workers[worker].exchange([], want), self.clock())

    def answer(self, flight: Flight, came: Came, *, arrives: bool = True, anew: bool = False) -> Landed:
        """Answer what Telegram says, and let the message stand in its chat if it does.

        `arrives` is of a request without an answer; `anew` is of one that was rendered after a correction.
        """
        row = flight.row
        if row.refused:
            return self.scene.landed(row, Came.UNWANTED, reason=row.refused)
        if anew and flight.wording:
            flight.version = self.world.wanted[flight.push_id]
        if not self.ledger.can_arrive(flight):
            came = Came.UNWANTED
        facts: dict[str, Any] = {"reason": came.value, "retry_after": 30.0, "new_chat_id": MOVED_GROUP}
        if came is Came.REFUSED and flight.request.is_digest:
            came, facts["reason"] = Came.RETURNED, ALONE
        if came is Came.OK:
            facts = {"message_id": self.ledger.arrive(flight)}
        elif came is Came.DOUBT and arrives:
            self.ledger.arrive_unseen(flight)
        rendering = Rendering("sendMessage", b"{}", flight.push_id, flight.version) if flight.wording else None
        return replace(self.scene.landed(row, came, **facts), rendering=rendering)

    def answer_all(self, flights: Sequence[Flight], came: Sequence[Came]) -> list[Landed]:
        """Answer requests in turns, all rows of one alike."""
        requests = dict.fromkeys(flight.request for flight in flights)
        told = dict(zip(requests, cycle(came), strict=False))
        return [self.answer(flight, told[flight.request]) for flight in flights]

    async def settle(
        self, worker: int, flights: Sequence[Flight], landed: Sequence[Landed], want: int = 0, *, stops: bool = False
    ) -> None:
        """Let a worker settle what landed, claim in the same breath, and stop what is refused if it `stops` it."""
        for flight, land in zip(flights, landed, strict=True):
            self.ledger.land(flight, land.outcome.came)
        answers = [land for flight, land in zip(flights, landed, strict=True) if flight.is_answer]
        await self.workers[worker].settle_answers(answers)
        others = [land for land in landed if land not in answers]
        self.ledger.take(await self.workers[worker].exchange(others, want), self.clock())
        for flight, land in zip(flights, landed, strict=True):
            if stops and land.outcome.came is Came.REFUSED:
                await self.workers[worker].stop(land)
                self.ledger.stop(flight)

    async def deliver(self, worker: int) -> bool:
        """Send what is due to whoever is free, without a fault; tell whether there was anything."""
        flights = await self.claim_rows(worker, 100)
        await self.see()
        await self.settle(worker, flights, [self.answer(flight, Came.OK) for flight in flights])
        await self.see()
        return bool(flights)

    async def pass_time(self, seconds: float) -> None:
        """Let time pass in which the living workers' hearts beat, bury the dead and recover what they left."""
        self.clock.move(seconds=seconds)
        async with self.database.write() as connection:
            for living in self.workers:
                await workers.beat(connection, living.lease)
            await workers.bury(connection, self.clock())
        await self.workers[0].recover()

    async def resume(self, push_id: int) -> None:
        async with self.database.write() as connection:
            if await queue.resume(connection, push_id, self.clock()):
                self.ledger.mend(push_id)
                self.world.resume(push_id)

    async def greet(self, chat_id: int) -> None:
        async with self.database.write() as connection:
            await chats.greet(connection, chat_id, READERS.get((chat_id, 0), "supergroup"), self.clock())
            await subscribers.wake(connection, chat_id)
        self.world.hear(chat_id, self.clock())
        self.world.open(chat_id)

    def teardown(self) -> None:
        if self.is_sound:
            self.loop.run_until_complete(self._end())

    async def _end(self) -> None:
        """Let everybody listen and everything be answered: then what is wanted has arrived, and once."""
        flights = list(self.ledger.flights)
        await self.settle(0, flights, self.answer_all(flights, [Came.OK, Came.LATER]))
        for chat_id in list(self.ledger.seen.chats):
            await self.greet(chat_id)
        for push_id in (self.world.paused - self.world.cancelled) | self.world.held:  # of what is cancelled, its edits
            await self.resume(push_id)
        await self.workers[0].trust()
        for seconds in (7200, 1200):  # longer than anybody was told to wait
            await self.pass_time(seconds)
        await self.see()
        for _ in range(ROUNDS):
            self.clock.move(seconds=4)
            if not await self.deliver(0):
                break
        self.ledger.close()


def pick_one(items: Iterable[Any], pick: int) -> Any:
    found = sorted(items)
    return found[pick % len(found)]
