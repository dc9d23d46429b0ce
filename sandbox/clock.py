"""Time that can be moved: the world's, as far ahead as it was told, or one that stands still in between.

    clock = Clock(at=1_800_000_000)   # stands still: nothing expires and no limit is over until it passes
    clock.passes(3600)

Everything of the sandbox that is a time goes by its clock: dates, expiry, limits. What waits for an answer waits in the
world's seconds all the same: long polls, retries of webhooks, slow answers.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass, field


@dataclass(slots=True)
class Clock:
    """Answers unix seconds when called; whoever is in `told` hears how far ahead it is after each move."""

    at: float | None = None  # where it stands; None goes with the world's time
    ahead: float = 0.0
    told: list[Callable[[float], None]] = field(default_factory=list)

    def __call__(self) -> float:
        """Answer the time."""
        return (time.time() if self.at is None else self.at) + self.ahead

    def passes(self, seconds: float) -> None:
        """Let time pass at once."""
        if seconds < 0:
            raise ValueError("time does not go back")
        self.ahead += seconds
        for tell in self.told:
            tell(self.ahead)
