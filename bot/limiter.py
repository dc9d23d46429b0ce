"""The rate limiter for what python-telegram-bot sends by itself: few calls, none of them a message to a reader.

After a 429 everything waits for the latest deadline, which no other request lifts (python-telegram-bot's own limiter
releases it early, its issue 5338). Messages are paced by the rows of `newsroom/pacing.py` instead.
"""

import asyncio
import time
from collections.abc import Callable, Coroutine
from typing import Any

from telegram.error import RetryAfter
from telegram.ext import BaseRateLimiter

MOST_TRIES = 3


class Limiter(BaseRateLimiter[int]):
    """Waits out what a 429 told, then tries again; `rate_limit_args` is the number of tries."""

    def __init__(self) -> None:
        self._closed_until = 0.0  # monotonic seconds

    async def initialize(self) -> None:
        """Nothing to open."""

    async def shutdown(self) -> None:
        """Nothing to close."""

    async def process_request(  # noqa: PLR0913, PLR0917  (the signature is python-telegram-bot's)
        self,
        callback: Callable[..., Coroutine[Any, Any, Any]],
        args: Any,
        kwargs: dict[str, Any],
        endpoint: str,
        data: dict[str, Any],
        rate_limit_args: int | None,
    ) -> Any:
        """Make a request when none is told to wait."""
        del endpoint, data
        tries = rate_limit_args or MOST_TRIES
        for last in (attempt == tries for attempt in range(1, tries + 1)):
            await asyncio.sleep(max(0.0, self._closed_until - time.monotonic()))
            try:
                return await callback(*args, **kwargs)
            except RetryAfter as error:
                self._closed_until = max(self._closed_until, time.monotonic() + seconds_of(error))
                if last:
                    raise
        return None


def seconds_of(error: RetryAfter) -> float:
    """Answer how long a 429 told to wait, whichever of its two types python-telegram-bot gives it."""
    told = error.retry_after
    return float(told) if isinstance(told, int | float) else told.total_seconds()
