"""Updates brought to the bot by POST, as Telegram does when a webhook is set.

Updates of one chat keep their order: the next leaves after a 2xx, and presses of buttons are a queue apart. What fails
is tried again after a delay that doubles, until it expires. Loopback only, so that a test can never reach the world.
"""

import asyncio
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import aiohttp

from sandbox.updates import Update, Updates
from sandbox.wire import write_json

LOOPBACK = {"127.0.0.1", "localhost", "::1"}
SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105 (the name of a header)
LONGEST_WAIT = 3600.0  # seconds, of a Retry-After that is honoured
ANSWER_WITHIN = aiohttp.ClientTimeout(total=60)


@dataclass(frozen=True, slots=True)
class Target:
    """Where updates go."""

    url: str
    secret: str = ""
    connections: int = 40


class Webhook:
    """Brings waiting updates to the target, while there is one."""

    def __init__(self, updates: Updates, clock: Callable[[], float], backoff: float) -> None:
        self.target: Target | None = None
        self._updates = updates
        updates.deliver = self._push
        self._clock = clock
        self._backoff = backoff
        self._queues: dict[tuple[int, bool], deque[Update]] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._error: tuple[int, str] | None = None
        self._session: aiohttp.ClientSession | None = None
        self._free = asyncio.Semaphore(1)

    def set(self, target: Target | None) -> None:
        """Send all that waits to a new target, or stop."""
        self._stop()
        self.target, self._error = target, None
        if target:
            self._free = asyncio.Semaphore(target.connections)
            for update in self._updates.waiting():
                self._push(update)

    def describe(self) -> dict[str, Any]:
        """Answer the WebhookInfo."""
        info: dict[str, Any] = {
            "url": self.target.url if self.target else "",
            "has_custom_certificate": False,
            "pending_update_count": len(self._updates.waiting()),
        }
        if self._error:
            info |= {"last_error_date": self._error[0], "last_error_message": self._error[1]}
        if self.target:
            info |= {"max_connections": self.target.connections, "ip_address": "127.0.0.1"}
        if (allowed := self._updates.allowed) is not None:
            info["allowed_updates"] = allowed
        return info

    async def close(self) -> None:
        """Stop, and let go of the connections."""
        self._stop()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if self._session:
            await self._session.close()

    def _stop(self) -> None:
        for task in self._tasks:
            task.cancel()
        self._queues.clear()

    def _push(self, update: Update) -> None:
        if self.target is None:
            return
        self._updates.give(update)
        if queue := self._queues.get(update.queue):
            queue.append(update)
            return
        queue = self._queues[update.queue] = deque((update,))
        task = asyncio.create_task(self._deliver(queue, self.target))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _deliver(self, queue: deque[Update], target: Target) -> None:
        """Bring the updates of one queue, each until it arrives or expires."""
        delay = self._backoff
        while queue:
            update = queue[0]
            if update.expires_at > self._clock() and (wait := await self._post(update, target)):
                await asyncio.sleep(max(wait, delay))
                delay *= 2
                continue
            delay = self._backoff
            if self._updates.comes_again(update.id):
                continue
            self._updates.forget(update.id)
            queue.popleft()
            if not queue:
                self._queues.pop(update.queue, None)

    async def _post(self, update: Update, target: Target) -> float:
        """Answer 0 when the bot took it, otherwise the least seconds to wait."""
        headers = {"Content-Type": "application/json"} | ({SECRET_HEADER: target.secret} if target.secret else {})
        self._session = self._session or aiohttp.ClientSession(timeout=ANSWER_WITHIN)
        try:
            async with (
                self._free,
                self._session.post(target.url, data=write_json(self._updates.give(update)), headers=headers) as answer,
            ):
                if answer.ok:
                    return 0
                self._note(f"Wrong response from the webhook: {answer.status} {answer.reason}")
                asked = answer.headers.get("Retry-After", "")
                return min(LONGEST_WAIT, float(asked)) if asked.isdecimal() else self._backoff
        except (aiohttp.ClientError, TimeoutError):
            self._note("Connection failed")
            return self._backoff

    def _note(self, error: str) -> None:
        self._error = int(self._clock()), error


def is_loopback(url: str) -> bool:
    """Tell whether a URL stays on this machine."""
    return urlsplit(url).hostname in LOOPBACK
