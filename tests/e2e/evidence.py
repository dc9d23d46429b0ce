"""What a run of kills leaves behind: the sandbox's calls and the database's rows, held against each other.

A new promise about crashes is a figure of `Evidence` and a line of `check`.
"""

import asyncio
import re
from bisect import bisect
from collections import Counter, deque
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from itertools import chain, pairwise
from math import inf

from sandbox import Call, Sandbox
from tests.e2e.crew import Crew, Key

NUMBER = re.compile(r"/article_(\d+)")
MARGIN = 2  # messages above the rate that a second may see: Telegram's own limit is as far above ours
LOOK_EVERY = 0.005  # seconds
EXACT_TO = 2 * LOOK_EVERY


@dataclass(slots=True)
class Lookout:
    """Knows when the sandbox, in whose loop it runs, could not look at what had come: it had to wait for a processor.

    What came meanwhile is noted all at one moment, and may have come at any since the sandbox looked last.
    """

    sandbox: Sandbox
    waits: list[tuple[float, float]] = field(default_factory=list)

    @asynccontextmanager
    async def watching(self) -> AsyncIterator[None]:
        """Look until the end of the block."""
        looking = asyncio.create_task(self._look())
        try:
            yield
        finally:
            looking.cancel()
            with suppress(asyncio.CancelledError):
                await looking

    async def _look(self) -> None:
        before = self.sandbox.clock()
        while True:
            await asyncio.sleep(LOOK_EVERY)
            now = self.sandbox.clock()
            if now - before > EXACT_TO:
                begun = self.waits.pop()[0] if self.waits and self.waits[-1][1] == before else before
                self.waits.append((begun, now))
            before = now

    def span(self, moment: float) -> tuple[float, float]:
        """Answer between which moments came what was noted at this one."""
        index = bisect(self.waits, (moment, 0.0))  # the wait that began last before it
        begun, ended = self.waits[index - 1] if index else (moment, -inf)
        return (begun if moment <= ended + EXACT_TO else moment - EXACT_TO), moment

    @property
    def longest(self) -> float:
        """How long the sandbox could not look at most, in seconds."""
        return max((ended - begun for begun, ended in self.waits), default=0.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """Figures of a run: what reached whom how often, and what explains each message that came twice."""

    wanted: int
    arrived: Counter[Key]
    in_flight: Counter[Key]  # the kills at which a row was `sending` by the worker that died
    on_record: Counter[Key]  # doubts of a row
    most_in_a_second: int
    late: float  # seconds that the sandbox could not look at most
    overlaps: int  # requests to a chat that began before another one to it had ended

    @property
    def twice(self) -> Counter[Key]:
        """How often each message came beyond the first time."""
        return Counter({key: count - 1 for key, count in self.arrived.items() if count > 1})

    def __str__(self) -> str:
        """Answer all figures in a line."""
        return (
            f"{self.wanted} deliveries, lost {self.wanted - len(self.arrived)}, "
            f"in flight at kills {self.in_flight.total()}, twice {self.twice.total()}, "
            f"on record {self.on_record.total()}, "
            f"most arrivals in a second {self.most_in_a_second} (looked at {self.late * 1000:.0f} ms late at most), "
            f"overlaps {self.overlaps}"
        )

    def check(self, rate: int) -> None:
        """Fail unless the promises were kept."""
        assert len(self.arrived) == self.wanted
        assert self.twice <= self.in_flight
        assert self.twice <= self.on_record
        assert self.most_in_a_second <= rate + MARGIN
        assert self.overlaps == 0


async def gather_evidence(lookout: Lookout, crew: Crew, wanted: int) -> Evidence:
    """Look at what was sent and at what the database says of it."""
    sends = sorted((call for call in lookout.sandbox.calls if call.is_sent), key=lambda call: call.began_at)
    return Evidence(
        wanted=wanted,
        arrived=Counter(chain.from_iterable(map(read_keys, sends))),
        in_flight=crew.in_flight,
        on_record=await crew.read_doubts(),
        most_in_a_second=count_busiest_second([lookout.span(call.began_at) for call in sends]),
        late=lookout.longest,
        overlaps=count_overlaps(sends),
    )


def read_keys(call: Call) -> list[Key]:
    """Answer which article a message brought to which chat, or which articles, where it is a digest."""
    numbers = NUMBER.findall(call.params.get("text", ""))
    return [(int(number), call.chat_id) for number in numbers] if call.chat_id else []


def count_busiest_second(spans: Iterable[tuple[float, float]]) -> int:
    """Answer how many of these spans of time, in their order, lie wholly in the second that holds most of them."""
    begun: deque[float] = deque()
    most = 0
    for earliest, latest in spans:
        begun.append(earliest)
        while begun and begun[0] <= latest - 1:
            begun.popleft()
        most = max(most, len(begun))
    return most


def count_overlaps(calls: Iterable[Call]) -> int:
    """Answer how many of these calls, in their order, began while another one to their chat was under way."""
    by_chat: dict[int | None, list[Call]] = {}
    for call in calls:
        by_chat.setdefault(call.chat_id, []).append(call)
    pairs = (pair for of_chat in by_chat.values() for pair in pairwise(of_chat))
    return sum(after.began_at < (inf if before.ended_at is None else before.ended_at) for before, after in pairs)
