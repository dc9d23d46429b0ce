"""The loop that delivers: claim, wait for the slot, send, settle, until nothing is due.

    queue.exchange(landed, want) ─▶ rows marked `sending` ─▶ flights ─▶ landed ─▶ queue.exchange(…)

One transaction settles what came back and marks what leaves next, so a row is `sending` before its request goes out,
and at most `window` rows are. What becomes of one row is `newsroom/outcomes.py`; what many rows say together is
`newsroom/watch.py`.
"""

import asyncio
import random
from collections import Counter, deque
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Protocol

import structlog

from newsroom.digests import spread
from newsroom.outcomes import Came, Outcome
from newsroom.pacing import LONGEST_WAIT, leeway
from newsroom.watch import HELD_BACK, Watch
from newsroom.work import Claimed, Landed, Rendering, Shape

log = structlog.get_logger()

SETTLE_WITHIN = 0.05  # seconds that an outcome waits at most for company before it is settled
WORTH_IT = 2  # a transaction begins when the window's part of 1 in so many has landed
WORTH_CLAIMING = 4  # and claims for as few free places as this part of the window: settling alone would leave us idle
DOUBT_BREAK = timedelta(seconds=30)
CLAIM_FOR = 1 / 16  # seconds of sending that are claimed at once: people wait for the transaction
SMALLEST_WINDOW, LARGEST_WINDOW = 16, 512
FASTEST = 1_000  # messages a second that Telegram takes at most, from whoever pays for it
FEWEST_AT_ONCE = 64  # requests


class Queue(Protocol):
    """The rows of work: `db/store/queue.py`."""

    @property
    def halted(self) -> bool:
        """Tell whether the last claim found that the token was refused, whoever learnt it."""

    def is_paused(self) -> bool:
        """Tell whether the token was told to wait until later than now, as far as the last exchange knows."""

    async def exchange(self, landed: Sequence[Landed], want: int) -> list[Claimed]:
        """Settle what landed and claim up to `want` rows, in one transaction."""

    async def pause(self, until: datetime) -> None:
        """Let no bulk leave before `until`."""

    async def trust(self) -> None:
        """Telegram has answered: whatever had halted the token is over."""

    async def stop(self, land: Landed) -> None:
        """Let nobody else be tried with the rendering that was refused here, and let editors know; twice is once."""

    async def hold_back(self, push_ids: Iterable[int]) -> None:
        """Pause pushes until a person says otherwise, and believe none of the chats that lately seemed gone to them."""


class Sender(Protocol):
    """The way out: `bot/sender.py`. Neither method raises for what the network or Telegram does."""

    async def send(self, claimed: Claimed, rendering: Rendering, within: float | None = None) -> Outcome:
        """Send one request and say what came back; what could not leave `within` so many seconds is returned."""

    async def probe(self) -> bool:
        """Tell whether Telegram answers at all (getMe)."""


class Renderer(Protocol):
    """The writer of messages: `bot/renderer.py`."""

    async def render(self, shape: Shape) -> Rendering:
        """Answer the newest version of the story in this shape."""


class Lease(Protocol):
    """The worker's right to work: `db/store/workers.py`."""

    def is_fresh(self) -> bool:
        """Tell whether the others still count this worker among the living."""

    def holds(self, worker_id: str) -> bool:
        """Tell whether what was claimed under this id is still this worker's."""


class Meter(Protocol):
    """Where figures go: `web/metrics.py`."""

    def count(self, name: str, value: float = 1, **labels: str) -> None:
        """Add to a counter."""

    def observe(self, name: str, seconds: float) -> None:
        """Add a duration to a histogram."""


@dataclass(slots=True)
class Delivery:
    """One worker's delivering. `drain` runs until nothing is due; its state between calls is only what it learnt."""

    queue: Queue
    sender: Sender
    renderer: Renderer
    lease: Lease
    meter: Meter
    now: Callable[[], datetime]
    rate: float  # messages a second
    trusted: bool = False  # Telegram has answered since the last doubt that this worker met
    latency: float = 0.1  # seconds, about the 95th percentile
    _ready: deque[tuple[Claimed, Rendering | None]] = field(default_factory=deque)  # for a place among the flights
    _flights: set[asyncio.Task[list[Landed]]] = field(default_factory=set)
    _waiting: set[asyncio.Task[Any]] = field(default_factory=set)  # flights that wait for their slot
    _recalled: bool = False
    _probing: asyncio.Task[bool] | None = None  # asked once in a drain, beside the flights
    _asked_at: datetime | None = None  # when that was asked
    _answered_at: datetime | None = None  # when what was answered last was asked: since then Telegram is there
    _landed: list[Landed] = field(default_factory=list)
    _enough: asyncio.Event = field(default_factory=asyncio.Event)
    _watch: Watch = field(default_factory=Watch)

    @property
    def window(self) -> int:
        """How many rows may be `sending`: what leaves in a quarter of a second and one round trip."""
        smallest = min(SMALLEST_WINDOW, max(1, round(self.rate * LONGEST_WAIT.total_seconds())))
        return max(smallest, min(LARGEST_WINDOW, round(self.rate * (0.25 + self.latency))))

    @property
    def at_once(self) -> int:
        """How many of them may fly at once: twice what the fastest rate needs; the others wait, in their order.

        [Measured: 512 at once cost a third more CPU than 64.]
        """
        return max(FEWEST_AT_ONCE, round(2 * FASTEST * self.latency))

    async def drain(self, stop: asyncio.Event) -> None:
        """Deliver until nothing is due, or until `stop`: then only what is in flight lands and is settled."""
        self._recalled = stop.is_set()
        stopping = asyncio.create_task(stop.wait())
        stopping.add_done_callback(lambda done: None if done.cancelled() else self._recall())
        try:
            while await self._turn(stop):
                await self._wait()
        finally:
            stopping.cancel()
            if self._probing:
                self._probing.cancel()
            self._probing = None

    async def _turn(self, stop: asyncio.Event) -> bool:
        """Settle, claim and launch once; tell whether anything is under way."""
        want = self.window - self._count_sending()
        if stop.is_set() or not self.lease.is_fresh() or not (self.trusted or await self._is_trusted()):
            want = 0
        if self._count_sending() and want * WORTH_CLAIMING < self.window:
            want = 0  # a few free places are not worth a transaction of their own
        landed = await self._take_landed()
        want = min(want, max(SMALLEST_WINDOW, round(self.rate * CLAIM_FOR)))
        try:
            claimed = await self.queue.exchange(landed, want) if landed or want else []
        except BaseException:
            self._landed[:0] = landed  # what came back is known only here until it is settled
            raise
        renderings = await self._render(claimed)
        for row in claimed:
            self._ready.append((row, renderings.get(row.content) if isinstance(row.content, Shape) else row.content))
        self._launch()
        await self._learn(landed)
        return bool(self._count_sending() or self._landed or (self._is_probing() and not stop.is_set()))

    def _count_sending(self) -> int:
        return len(self._ready) + len(self._flights)

    async def _take_landed(self) -> list[Landed]:
        """Take what came back; pushes of which too much says that the chats are gone are held before it is settled."""
        landed, self._landed = self._landed, []
        self._enough.clear()
        if emptied := self._watch.find_emptied(landed):
            log.error("pushes held", pushes=sorted(emptied), reason=HELD_BACK)
            try:
                await self.queue.hold_back(emptied)
            except BaseException:
                self._landed[:0] = landed
                raise
            self._watch.forget_chats()
        return landed

    async def _is_trusted(self) -> bool:
        """Tell whether Telegram answers again. It is asked beside the turns: what lands meanwhile must be settled."""
        if self._probing is None:
            self._asked_at = self.now()
            self._probing = asyncio.create_task(self.sender.probe())
            self._probing.add_done_callback(lambda _: self._enough.set())
        if self._is_probing():
            return False
        self.trusted = self._probing.result()
        if self.trusted:
            self._probing, self._answered_at = None, self._asked_at
            await self.queue.trust()
        return self.trusted

    def _is_probing(self) -> bool:
        return self._probing is not None and not self._probing.done()

    async def _render(self, claimed: Sequence[Claimed]) -> dict[Shape, Rendering]:
        """Render each shape once; one that cannot be rendered, by a fault of ours, is not among them."""
        renderings = {}
        for shape in {row.content for row in claimed if isinstance(row.content, Shape) and not row.refused}:
            try:
                renderings[shape] = await self.renderer.render(shape)
            except Exception:
                log.exception("rendering failed", push=shape.push_id, language=shape.language)
        return renderings

    def _launch(self) -> None:
        """Launch as many as have a place, in their order; when called back, all: they return at once."""
        places = len(self._ready) if self._recalled else self.at_once - len(self._flights)
        for _ in range(min(places, len(self._ready))):
            flight = asyncio.create_task(self._fly(*self._ready.popleft()))
            self._flights.add(flight)
            flight.add_done_callback(self._land)

    async def _fly(self, row: Claimed, rendering: Rendering | None) -> list[Landed]:
        try:
            outcome = await self._send(row, rendering)
        except asyncio.CancelledError:
            outcome = Outcome(Came.RETURNED)  # it was still waiting for its slot: nothing has left
        except Exception as error:  # the edge of a flight: a fault of ours must not lose the row
            log.exception("flight failed")
            outcome = Outcome(Came.AGAIN, f"our own fault: {type(error).__name__}")
        return spread(row, outcome, rendering, self.now(), random.random())  # noqa: S311  (spreads retries)

    def _land(self, flight: asyncio.Task[list[Landed]]) -> None:
        """Count a flight among what landed at the very moment when it is under way no more."""
        self._flights.discard(flight)
        self._landed.extend(flight.result())
        if self._ready:
            self._launch()
        if len(self._landed) * WORTH_IT >= self.window or not self._flights:
            self._enough.set()

    async def _send(self, row: Claimed, rendering: Rendering | None) -> Outcome:
        if row.refused:
            return Outcome(Came.UNWANTED, row.refused)
        if rendering is None:
            return Outcome(Came.AGAIN, "our own fault: it could not be rendered")
        if self._is_too_early(row):
            self.trusted = False
            return Outcome(Came.RETURNED)
        await self._wait_for_slot(row.slot_at)
        left = self.now()
        spare = row.slot_at + leeway(self.rate) - left  # after it, it may be another's turn
        is_missed = spare < timedelta()
        if self._recalled or is_missed or self.queue.is_paused() or not self.lease.holds(row.worker_id):
            return Outcome(Came.RETURNED)
        outcome = await self.sender.send(row, rendering, spare.total_seconds())
        if outcome.came is not Came.RETURNED:
            self._time((self.now() - left).total_seconds())
        return outcome

    def _is_too_early(self, row: Claimed) -> bool:
        """Tell whether it is in doubt since Telegram answered us last: another worker may have met the doubt, or died.

        It goes back then, and is claimed again when a getMe that is asked from now on has been answered.
        """
        doubted = row.doubted_before
        return doubted is not None and (self._answered_at is None or self._answered_at < doubted)

    async def _wait_for_slot(self, slot_at: datetime) -> None:
        seconds = (slot_at - self.now()).total_seconds()
        task = asyncio.current_task()
        if seconds > 0 and task and not self._recalled:
            self._waiting.add(task)
            try:
                await asyncio.sleep(seconds)
            finally:
                self._waiting.discard(task)

    def _time(self, seconds: float) -> None:
        """Follow the 95th percentile: up by 19 parts for a slower answer, down by one for a quicker."""
        self.latency *= 1.019 if seconds > self.latency else 0.999
        self.meter.observe("send_seconds", seconds)

    async def _wait(self) -> None:
        """Wait until enough has landed to be worth a transaction, or the first has waited long enough."""
        with suppress(TimeoutError):
            await asyncio.wait_for(self._enough.wait(), SETTLE_WITHIN)

    def _recall(self) -> None:
        """Call back whoever has not left; what has left is awaited to its end."""
        self._recalled = True
        for flight in self._waiting:
            flight.cancel()
        self._launch()

    async def _learn(self, landed: Sequence[Landed]) -> None:
        """Draw from the outcomes what none of them tells alone."""
        for came, times in Counter(land.outcome.came for land in landed if not land.rides).items():
            self.meter.count("sends", times, cause=came)
        if why := next((land.outcome.reason for land in landed if land.outcome.came is Came.HALT), None):
            log.error("sending is halted", reason=why)
        if self.queue.halted:
            self.trusted = False
        if any(land.outcome.came in {Came.DOUBT, Came.HALT} for land in landed):
            self.trusted = False
        for land in self._watch.find_poisoned(landed):
            await self.queue.stop(land)
        if self._watch.do_doubts_pile_up(landed):
            await self.queue.pause(self.now() + DOUBT_BREAK)
