"""The loop that delivers, over a queue in memory: whom it trusts, and what it does not wait for."""

import asyncio
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

import pytest

from newsroom.delivery import Delivery
from newsroom.outcomes import Attempt, Came, Outcome
from newsroom.work import Claimed, Landed, Rendering, Shape
from tests.fakes import Clock, CountingMeter

WORKER = "worker"


@dataclass(slots=True)
class Rows:
    """A queue of outbox rows; a row that is queued again is not claimed again by itself."""

    clock: Clock
    queued: list[int]
    halted: bool = False
    token_refused: bool = False
    paused: bool = False
    worker_id: str = WORKER
    takes: float = 0  # seconds until what is claimed can leave
    doubted: set[int] = field(default_factory=set)  # rows that are in doubt, due now
    settled: list[tuple[int, Came]] = field(default_factory=list)

    def is_paused(self) -> bool:
        return self.paused

    async def exchange(self, landed: Sequence[Landed], want: int) -> list[Claimed]:
        self.settled += [(land.claimed.chat_id, land.outcome.came) for land in landed]
        if want:
            self.halted = self.token_refused
        if not want or self.halted:
            return []
        taken, self.queued = self.queued[:want], self.queued[want:]
        claimed = [self._row(chat_id) for chat_id in taken]
        self.clock.move(seconds=self.takes)
        return claimed

    def _row(self, chat_id: int) -> Claimed:
        now, content = self.clock(), Rendering("sendMessage", b"{}")
        attempt = Attempt(0, int(chat_id in self.doubted))
        row = Claimed(chat_id, chat_id, "private", 0, self.worker_id, now, now, attempt, content)
        row.fell_due_at = now
        return row

    async def pause(self, until: object) -> None:
        raise NotImplementedError

    async def trust(self) -> None:
        self.halted = self.token_refused = False

    async def stop(self, land: Landed) -> None:
        raise NotImplementedError

    async def hold_back(self, push_ids: Iterable[int]) -> None:
        raise NotImplementedError


@dataclass(slots=True)
class Net:
    """A way out; `outcomes` by chat, and an answer to getMe that comes when `answers` is set."""

    outcomes: dict[int, Outcome] = field(default_factory=dict)
    answers: asyncio.Event = field(default_factory=asyncio.Event)
    asked: int = 0
    lets_go: asyncio.Event = field(default_factory=asyncio.Event)
    tried: list[int] = field(default_factory=list)
    slow: set[int] = field(default_factory=set)
    spare: list[float] = field(default_factory=list)

    async def send(self, claimed: Claimed, rendering: Rendering, within: float | None = None) -> Outcome:
        del rendering
        self.spare.append(within or 0.0)
        self.tried.append(claimed.chat_id)
        if claimed.chat_id in self.slow:
            await self.lets_go.wait()
        return self.outcomes.get(claimed.chat_id, Outcome(Came.OK, message_id=1))

    async def probe(self) -> bool:
        self.asked += 1
        await self.answers.wait()
        return True


class Fresh:
    """A lease that stands."""

    def is_fresh(self) -> bool:
        return True

    def holds(self, worker_id: str) -> bool:
        return worker_id == WORKER


class Nobody:
    """Renders nothing here."""

    async def render(self, shape: Shape) -> Rendering:
        raise NotImplementedError


def deliver(rows: Rows, net: Net, *, trusted: bool = True, rate: float = 28) -> Delivery:
    return Delivery(rows, net, Nobody(), Fresh(), CountingMeter(), rows.clock, rate, trusted=trusted)


@pytest.fixture
def net() -> Net:
    return Net()


async def until(condition: Callable[[], object]) -> None:
    """Let the loop turn until a condition holds."""
    async with asyncio.timeout(5):
        while not condition():  # noqa: ASYNC110  (what is awaited is the loop's own turning)
            await asyncio.sleep(0)


async def test_what_lands_is_settled_while_telegram_is_asked_whether_it_answers(clock: Clock, net: Net) -> None:
    rows, net.slow = Rows(clock, [1, 2]), {2}
    net.outcomes[1] = Outcome(Came.DOUBT, "no answer")
    draining = asyncio.create_task(deliver(rows, net).drain(asyncio.Event()))
    await until(lambda: net.asked)
    net.lets_go.set()
    await until(lambda: (2, Came.OK) in rows.settled)
    assert not draining.done()
    net.answers.set()
    await draining
    assert net.asked == 1


async def test_a_row_may_still_leave_until_half_a_slot_is_over(clock: Clock, net: Net) -> None:
    rows = Rows(clock, [1], takes=0.01)
    await deliver(rows, net, rate=28).drain(asyncio.Event())
    assert net.spare == [pytest.approx(0.5 / 28 - 0.01, abs=1e-5)]


async def test_who_is_told_to_stop_does_not_wait_for_telegram_to_answer(clock: Clock, net: Net) -> None:
    stop, rows = asyncio.Event(), Rows(clock, [1])
    draining = asyncio.create_task(deliver(rows, net, trusted=False).drain(stop))
    await until(lambda: net.asked)
    stop.set()
    async with asyncio.timeout(5):
        await draining
    assert (rows.queued, rows.settled) == ([1], [])


async def test_a_token_that_others_found_refused_is_asked_for_and_sending_goes_on(clock: Clock, net: Net) -> None:
    rows = Rows(clock, [1], token_refused=True)
    delivery = deliver(rows, net)
    net.answers.set()
    for _ in range(2):  # the first finds it refused, the next asks
        await delivery.drain(asyncio.Event())
    assert (rows.settled, net.asked) == ([(1, Came.OK)], 1)


async def test_what_another_worker_left_in_doubt_leaves_after_a_getme_that_was_asked_since(
    clock: Clock, net: Net
) -> None:
    rows = Rows(clock, [1, 2], doubted={2})
    delivery = deliver(rows, net)
    net.answers.set()
    await delivery.drain(asyncio.Event())
    assert (rows.settled, net.tried, net.asked) == ([(1, Came.OK), (2, Came.RETURNED)], [1], 1)
    rows.queued = [2]
    await delivery.drain(asyncio.Event())
    assert (net.tried, net.asked) == ([1, 2], 1)
    clock.move(seconds=1)
    rows.queued = [2]  # in doubt once more
    await delivery.drain(asyncio.Event())
    assert (net.tried, net.asked) == ([1, 2], 2)


async def test_a_row_of_an_id_that_others_took_for_dead_is_not_sent(clock: Clock, net: Net) -> None:
    rows = Rows(clock, [1], worker_id="before")
    await deliver(rows, net).drain(asyncio.Event())
    assert rows.settled == [(1, Came.RETURNED)]


async def test_what_waits_for_its_slot_when_a_pause_begins_goes_back(clock: Clock, net: Net) -> None:
    rows = Rows(clock, [1, 2], paused=True)
    await deliver(rows, net).drain(asyncio.Event())
    assert rows.settled == [(1, Came.RETURNED), (2, Came.RETURNED)]


@pytest.mark.parametrize(("takes", "came"), [(0.017, Came.OK), (0.018, Came.RETURNED)])
async def test_a_row_that_missed_its_slot_by_half_of_one_goes_back(
    clock: Clock, net: Net, takes: float, came: Came
) -> None:
    rows = Rows(clock, [1], takes=takes)
    await deliver(rows, net).drain(asyncio.Event())
    assert rows.settled == [(1, came)]


async def test_it_goes_on_when_a_whole_window_lands_at_once(clock: Clock, net: Net) -> None:
    rows = Rows(clock, list(range(1, 200)))
    net.slow = set(rows.queued)
    delivery = deliver(rows, net)
    draining = asyncio.create_task(delivery.drain(asyncio.Event()))
    await until(lambda: len(rows.queued) == 199 - delivery.window)
    net.lets_go.set()
    await draining
    assert len(rows.settled) == 199


async def test_no_more_fly_at_once_than_the_fastest_rate_needs(clock: Clock, net: Net) -> None:
    rows = Rows(clock, list(range(1, 400)))
    net.slow = set(rows.queued)
    delivery = deliver(rows, net, rate=1_000_000)
    draining = asyncio.create_task(delivery.drain(asyncio.Event()))
    await until(lambda: len(net.tried) == delivery.at_once == 200)
    assert rows.queued == []
    net.lets_go.set()
    await draining
    assert net.tried == list(range(1, 400))
    assert len(rows.settled) == 399


async def test_who_waits_for_a_place_goes_back_when_called_back(clock: Clock, net: Net) -> None:
    rows, stop = Rows(clock, list(range(1, 400))), asyncio.Event()
    net.slow = set(rows.queued)
    draining = asyncio.create_task(deliver(rows, net, rate=1_000_000).drain(stop))
    await until(lambda: len(net.tried) == 200)
    stop.set()
    await until(lambda: rows.settled)
    net.lets_go.set()
    await draining
    assert [came for _, came in rows.settled].count(Came.RETURNED) == 199
