"""Time that can be made to stride: all of the demo goes by it, the bot's process too, which is told of it.

It strides rather than runs fast: between two strides everything lives in ordinary time, so that leases, limits and
connections are as they are in the world, and a night is over in seconds all the same.
"""

from datetime import datetime, timedelta

from db.clock import DatabaseClock
from sandbox.clock import Clock

STRIDE = 1800.0  # seconds of a stride; one is made each second


class StridingClock(Clock):
    """The world's time; whoever goes by it is told of each stride."""

    __slots__ = ()

    def stride(self, seconds: float = STRIDE) -> None:
        """Let time pass at once."""
        self.passes(seconds)


class FollowingClock(DatabaseClock):
    """The clock of the bot, as far ahead as it was told."""

    def __init__(self) -> None:
        super().__init__()
        self.ahead = timedelta()

    def __call__(self) -> datetime:
        """Answer the time."""
        return super().__call__() + self.ahead
