"""Time that can be made to stride: all of the demo goes by it, the bot's process too, which is told of it.

It strides rather than runs fast: between two strides everything lives in ordinary time, so that leases, limits and
connections are as they are in the world, and a night is over in seconds all the same.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from db.clock import DatabaseClock

STRIDE = 1800.0  # seconds of a stride; one is made each second


@dataclass(slots=True)
class StridingClock:
    """Answers unix seconds when called; whoever goes by it is told of each stride."""

    ahead: float = 0.0
    told: list[Callable[[float], None]] = field(default_factory=list)

    def __call__(self) -> float:
        """Answer the time."""
        return time.time() + self.ahead

    def stride(self, seconds: float = STRIDE) -> None:
        """Let time pass at once."""
        self.ahead += seconds
        for tell in self.told:
            tell(self.ahead)


class FollowingClock(DatabaseClock):
    """The clock of the bot, as far ahead as it was told."""

    def __init__(self) -> None:
        super().__init__()
        self.ahead = timedelta()

    def __call__(self) -> datetime:
        """Answer the time."""
        return super().__call__() + self.ahead
