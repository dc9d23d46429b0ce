"""The newsroom's side of the page: what the site does, what goes wrong, how time passes, and how all of it fares.

A new control is a line of GROUPS, a case in `press` and its word in the catalogues, `demo.control.…`.
"""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from demo.clock import StridingClock
from demo.figures import Count
from demo.news import Writer
from demo.process import BotProcess
from demo.tour import STEPS, WRITTEN, make_tour
from locales import texts
from sandbox import Fault, FaultKind, Sandbox
from sandbox.page import Control, Figure, Step
from sandbox.site import SampleSite, read_samples

GROUPS = {
    "site": ("publish", "correct", "withdraw", "hundred"),
    "clock": ("hour", "fast"),
    "faults": ("flood", "outage", "slow", "kill"),
}
FIGURES = ("bot", "time", "breaking", "news", "digest", "rate", "lost", "twice")
LANES = ("breaking", "news", "digest")
TOUR = [*STEPS, *(f"{name}.how" for name in STEPS), *(f"{name}.text" for name in WRITTEN)]
MANY = 100
SECOND = 1.0
FIRST_AFTER = 5  # seconds after which the first article comes by itself, once the reader follows a topic
ZONE = ZoneInfo("Asia/Riyadh")  # the one that the bot has by default


def make_fault(name: str) -> Fault:
    """Answer what goes wrong as long as a switch is on."""
    match name:
        case "flood":
            return Fault(FaultKind.FLOOD, method="sendMessage", times=None, chance=0.4, retry_after=3)
        case "outage":
            return Fault(FaultKind.RESET_BEFORE, times=None)
        case _:
            return Fault(FaultKind.SLOW, times=None, seconds=2)


@dataclass(slots=True)
class Strip:
    """The newsroom's side."""

    telegram: Sandbox
    site: SampleSite
    bot: BotProcess
    clock: StridingClock
    is_fast: bool = False
    followed_for: int = 0  # seconds, as long as that matters
    faults: dict[str, Fault] = field(default_factory=dict)
    writer: Writer = field(init=False)
    count: Count = field(init=False)

    def __post_init__(self) -> None:
        self.writer = Writer(self.site, read_samples()[len(self.site.published) :])
        self.count = Count(self.telegram)

    @asynccontextmanager
    async def at_work(self) -> AsyncIterator[None]:
        """Let time and figures go on for the time of the block."""
        ticking = asyncio.create_task(self._tick())
        try:
            yield
        finally:
            ticking.cancel()

    def words(self, language: str) -> Mapping[str, str]:
        """Answer its words in a language."""
        say = texts(language).plain
        names = {
            "group": GROUPS,
            "control": [name for names in GROUPS.values() for name in names],
            "figure": FIGURES,
            "tour": TOUR,
        }
        keys = [f"{kind}.{name}" for kind, all_names in names.items() for name in all_names]
        return {key: say(f"demo.{key}") for key in keys}

    def controls(self) -> Sequence[Control]:
        """Answer what can be pressed; switches know how they stand."""
        return [Control(name, group, self._state(name)) for group, names in GROUPS.items() for name in names]

    def figures(self) -> Sequence[Figure]:
        """Answer the figures of this moment."""
        now = datetime.fromtimestamp(self.clock(), UTC).astimezone(ZONE)
        lost, twice = self.count.lost(self.bot.shown), self.count.twice
        return [
            Figure("bot", "✓" if self.bot.is_up else "…", "good" if self.bot.is_up else "bad"),
            Figure("time", f"{now:%H:%M}"),
            *(Figure(lane, str(self.bot.lanes.get(lane, 0))) for lane in LANES),
            Figure("rate", f"{self.count.rate:.1f}"),
            Figure("lost", str(lost), "bad" if lost else "good"),
            Figure("twice", str(twice), "bad" if twice else "good"),
        ]

    def tour(self) -> Sequence[Step]:
        """Answer the steps of the tour, as far as the bot says that it has come."""
        return make_tour(self.bot.counted)

    async def press(self, name: str) -> None:
        """Do what a control is for."""
        match name:
            case "publish":
                self.writer.publish(self.bot.followed)
            case "correct":
                self.writer.correct()
            case "withdraw":
                self.writer.withdraw()
            case "hundred":
                self.writer.publish_many(MANY)
            case "hour":
                self.clock.stride(3600)
            case "fast":
                self.is_fast = not self.is_fast
            case "kill":
                self.bot.kill()
            case _:
                self._switch(name)

    def _state(self, name: str) -> bool | None:
        if name == "fast":
            return self.is_fast
        return name in self.faults if name in {"flood", "outage", "slow"} else None

    def _switch(self, name: str) -> None:
        """Turn a fault on or off."""
        if self._state(name) is None:
            raise KeyError(name)
        if name in self.faults:
            self.telegram.faults.remove(self.faults.pop(name))
        else:
            self.faults[name] = self.telegram.faults.add(make_fault(name))

    async def _tick(self) -> None:
        while True:
            await asyncio.sleep(SECOND)
            if self.is_fast:
                self.clock.stride()
            self.count.step()
            self.begin()

    def begin(self) -> None:
        """Let the site publish by itself, once: a little after the reader begins to follow, unless something came."""
        if self.bot.followed and self.followed_for < FIRST_AFTER:
            self.followed_for += 1
            if self.followed_for == FIRST_AFTER and not self.bot.counted.get("articles"):
                self.writer.publish(self.bot.followed)
