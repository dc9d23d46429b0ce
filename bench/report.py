"""How a bench measures sides against each other, and holds their ratios to bars.

The sides take turns, each round begins with the next one; the first round warms up, and the median of the others
counts. So a machine that slows down slows all sides.
"""

import gc
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from statistics import median


async def nothing() -> None:
    """Do nothing."""


@dataclass(frozen=True, slots=True)
class Side:
    """One way to do the work. `work` answers how many pieces it did; before and after it are not measured."""

    name: str
    work: Callable[[], Awaitable[int]]
    prepare: Callable[[], Awaitable[None]] = nothing
    check: Callable[[], Awaitable[None]] = nothing


@dataclass(frozen=True, slots=True)
class Figures:
    """What a side needed: pieces a second, and CPU seconds of this process for a thousand."""

    rate: float
    cpu: float


@dataclass(frozen=True, slots=True)
class Bar:
    """A ratio of two figures and what it must be: at least the bar, or at most where `at_most`."""

    what: str
    ratio: float
    bar: float
    at_most: bool = False

    def is_met(self) -> bool:
        """Tell whether it is as it must be."""
        return self.ratio <= self.bar if self.at_most else self.ratio >= self.bar


async def measure(sides: Sequence[Side], rounds: int) -> dict[str, Figures]:
    """Answer the median of each side."""
    found: dict[str, list[Figures]] = {side.name: [] for side in sides}
    for turn in range(rounds + 1):
        first = turn % len(sides)
        for side in (*sides[first:], *sides[:first]):
            figures = await _measure_once(side)
            if turn:
                found[side.name].append(figures)
    return {
        name: Figures(median(one.rate for one in several), median(one.cpu for one in several))
        for name, several in found.items()
    }


async def _measure_once(side: Side) -> Figures:
    await side.prepare()
    gc.collect()
    cpu, began = time.process_time(), time.perf_counter()
    done = await side.work()
    seconds, cpu = time.perf_counter() - began, time.process_time() - cpu
    await side.check()
    return Figures(done / seconds, cpu / done * 1000)


def print_versions(*names: str) -> None:
    """Say which versions were measured."""
    print("versions: " + ", ".join(f"{name} {version(name)}" for name in names))


def print_figures(figures: Mapping[str, Figures], unit: str) -> None:
    """Print a line for each side."""
    width = max(map(len, figures))
    print(f"\n{'':{width}}  {unit + '/s':>12}  CPU s/1000")
    for name, one in figures.items():
        print(f"{name:{width}}  {one.rate:12.0f}  {one.cpu:10.3f}")


def print_bars(bars: Sequence[Bar]) -> None:
    """Print each ratio beside its bar."""
    width = max(len(bar.what) for bar in bars)
    print(f"\n{'':{width}}  {'ratio':>7}  {'bar':>7}")
    for bar in bars:
        sign, verdict = "≤" if bar.at_most else "≥", "met" if bar.is_met() else "short"
        print(f"{bar.what:{width}}  {bar.ratio:7.2f}  {sign} {bar.bar:5.2f}  {verdict}")
