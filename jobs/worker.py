"""A worker: a step that does what is due, woken by the clock or by whoever made something due.

A step answers whether it is worth asking again at once. A fault in a step is logged, counted and over: the rows that it
had claimed are found again, and the next tick tries anew. This is the one place of `jobs` that catches everything.
"""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field

import structlog

from newsroom.delivery import Meter

log = structlog.get_logger()


@dataclass(slots=True)
class Worker:
    """One kind of work. `every` is the clock's interval in seconds."""

    name: str
    every: float
    step: Callable[[], Awaitable[bool]]
    meter: Meter
    _woken: asyncio.Event = field(default_factory=asyncio.Event)

    def wake(self) -> None:
        """Say that something may be due; waking twice is waking once."""
        self._woken.set()

    async def run(self, stop: asyncio.Event) -> None:
        """Work until `stop`."""
        stopping = asyncio.create_task(stop.wait())
        stopping.add_done_callback(lambda _: self.wake())
        try:
            while not stop.is_set():
                self._woken.clear()
                more = True
                while more and not stop.is_set():
                    more = await self._try()
                if not stop.is_set():
                    await self._rest()
        finally:
            stopping.cancel()

    async def _rest(self) -> None:
        """Wait to be woken, but not on the clock alone: put back by an hour, it would wake nobody for an hour."""
        with suppress(TimeoutError):
            await asyncio.wait_for(self._woken.wait(), self.every)

    async def _try(self) -> bool:
        try:
            return await self.step()
        except Exception:
            log.exception("job failed", job=self.name)
            self.meter.count("job_failures", job=self.name)
            return False
