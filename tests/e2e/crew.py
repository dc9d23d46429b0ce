"""Workers on one database that die or freeze one at a time, and what each had in flight when it did."""

import asyncio
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from tests.e2e.process import Process

Key = tuple[int, int]  # an article and a chat
Ask = Callable[[str], Awaitable[Sequence[Sequence[Any]]]]  # a query of the database
Nap = tuple[float, set[Key]]  # when a worker was frozen, in unix seconds, and what it had in flight

ROWS = (
    "SELECT p.story_id, s.chat_id, d.doubts FROM deliveries d JOIN pushes p ON p.id = d.push_id "
    "JOIN subscribers s ON s.id = d.subscriber_id WHERE "
)


@dataclass(slots=True)
class Crew:
    """Processes by number. Their worker ids are told apart by when they come: one starts at a time."""

    processes: Sequence[Process]
    ask: Ask
    in_flight: Counter[Key] = field(default_factory=Counter)  # the kills and naps that a row was `sending` at
    _ids: dict[int, str] = field(default_factory=dict)
    _seen: set[str] = field(default_factory=set)
    _starting: int | None = None

    async def start(self, number: int) -> None:
        """Start a worker; the one before it has begun its work by then."""
        await self.arrive()
        await asyncio.to_thread(self.processes[number].start)
        self._starting = number

    async def arrive(self) -> None:
        """Wait until the worker that was started last is at work."""
        async with asyncio.timeout(30):
            while not await self._look():  # noqa: ASYNC110  (a database cannot call us)
                await asyncio.sleep(0.05)

    async def until(self, query: str, timeout: float = 30) -> None:
        """Wait until a query finds a row."""
        async with asyncio.timeout(timeout):
            while not await self.ask(query):  # noqa: ASYNC110  (a database cannot call us)
                await asyncio.sleep(0.2)

    async def _look(self) -> bool:
        """Tell whether the worker that was started last is at work, and note its id."""
        if self._starting is None:
            return True
        ids = [str(row[0]) for row in await self.ask("SELECT id FROM workers ORDER BY started_at")]
        new = [worker_id for worker_id in ids if worker_id not in self._seen]
        if new:
            self._ids[self._starting], self._starting = new[-1], None
            self._seen.update(new)
        return bool(new)

    async def kill(self, number: int) -> None:
        """Kill a worker, and note what it had in flight."""
        await asyncio.to_thread(self.processes[number].kill)
        if self._starting == number:
            await self._look()
            self._starting = None
        self.in_flight.update(await self.held_by(number))
        self._ids.pop(number, None)

    async def nap(self, number: int, seconds: float) -> Nap:
        """Let a worker stand still for a time."""
        await self.arrive()
        self.processes[number].freeze()
        frozen_at = time.time()
        held = await self.held_by(number)
        self.in_flight.update(held)
        await asyncio.sleep(seconds)
        self.processes[number].thaw()
        return frozen_at, held

    async def held_by(self, number: int) -> set[Key]:
        """Answer the rows that a worker has in flight: those in `sending` under its id."""
        held = f"d.state = 'sending' AND d.worker_id = '{self._ids.get(number, '')}'"
        return {(story, chat) for story, chat, _ in await self.ask(ROWS + held)}

    async def read_doubts(self) -> Counter[Key]:
        """Answer how often nobody could tell what became of a row."""
        return Counter({(story, chat): doubts for story, chat, doubts in await self.ask(ROWS + "d.doubts > 0")})

    async def finish(self, pushes: int, timeout: float) -> None:
        """Wait until that many pushes are done, then let everybody stop as one is asked to."""
        await self.until(
            f"SELECT 1 FROM pushes WHERE state = 'done' GROUP BY state HAVING count(*) = {pushes}", timeout
        )
        assert [await process.stop() for process in self.processes] == [0] * len(self.processes)
