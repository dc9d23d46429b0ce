"""Fakes at the seams, each a small real implementation with verbs to break it."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from newsroom.reasons import Reason


@dataclass(slots=True)
class CountingMeter:
    """Counts what would be metrics."""

    counted: Counter[str] = field(default_factory=Counter)
    observed: list[tuple[str, float]] = field(default_factory=list)

    def count(self, name: str, value: float = 1, **labels: str) -> None:
        """Count by name and labels."""
        self.counted["/".join([name, *labels.values()])] += int(value)

    def observe(self, name: str, seconds: float) -> None:
        """Keep a duration."""
        self.observed.append((name, seconds))


class Clock:
    """A clock that stands still until it is told to move."""

    def __init__(self) -> None:
        self.moment = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        """Answer the time."""
        return self.moment

    def move(self, **spans: float) -> datetime:
        """Go forward by `seconds=…`, `minutes=…` and so on."""
        self.moment += timedelta(**spans)
        return self.moment


@dataclass(slots=True)
class Tellings:
    """Keeps what editors would be told of sources, and asked."""

    told: list[tuple[str, str]] = field(default_factory=list)

    async def tell_source(
        self, connection: object, source: object, state: str, since: datetime, reason: Reason | None = None
    ) -> None:
        """Keep the state and the reason."""
        del connection, source, since
        self.told.append((state, reason or ""))

    async def ask_gate(self, connection: object, number: int, taxonomy: object) -> None:
        """Keep the number."""
        del connection, taxonomy
        self.told.append(("gate", str(number)))

    async def ask_withdrawn(self, connection: object, number: int) -> None:
        """Keep the number."""
        del connection
        self.told.append(("withdrawn", str(number)))
