"""What the bot is to hear: updates that wait until they are confirmed, and the long poll that waits for them.

Ids, expiry and confirmation are the server's (tdlib/telegram-bot-api, Client.cpp, do_get_updates). A poll waits real
seconds; updates expire by the sandbox clock. A new kind of update: a name in KINDS.
"""

import asyncio
from collections import OrderedDict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import islice, takewhile
from typing import Any

from sandbox.errors import conflict

KINDS = (
    "message",
    "edited_message",
    "channel_post",
    "edited_channel_post",
    "callback_query",
    "my_chat_member",
    "chat_member",
    "inline_query",
    "chosen_inline_result",
    "message_reaction",
    "message_reaction_count",
    "poll",
    "poll_answer",
    "chat_join_request",
)
ON_REQUEST = {"chat_member", "message_reaction", "message_reaction_count"}  # only for those who name them
DAY = 86_400.0
LIFETIMES = {"callback_query": 150.0, "inline_query": 30.0, "chosen_inline_result": 600.0}  # seconds; otherwise a day
FARTHEST = 10  # an offset further ahead is taken for none (td, TQueue::get)
OTHER_POLL = "terminated by other getUpdates request; make sure that only one bot instance is running"


@dataclass(frozen=True, slots=True)
class Update:
    """An update that waits; `chat_id` and kind say with which others it must keep its order."""

    id: int
    kind: str
    chat_id: int
    expires_at: float
    body: dict[str, Any]

    @property
    def queue(self) -> tuple[int, bool]:
        """Answer the queue of a webhook in which it stands: presses are not ordered with messages."""
        return self.chat_id, self.kind == "callback_query"


class Updates:
    """The updates of a bot in the order of their ids."""

    def __init__(self, clock: Callable[[], float], first_id: int) -> None:
        self._clock = clock
        self._next_id = first_id
        self._pending: OrderedDict[int, Update] = OrderedDict()  # a dict is slow to iterate once its front is gone
        self._poll: asyncio.Future[None] | None = None
        self._allowed: frozenset[str] = frozenset(KINDS) - ON_REQUEST
        self.deliver: Callable[[Update], None] = lambda _update: None

    @property
    def allowed(self) -> list[str] | None:
        """Answer the kinds that the bot asked for, None when they are the default."""
        return None if self._allowed == frozenset(KINDS) - ON_REQUEST else [k for k in KINDS if k in self._allowed]

    def allow(self, kinds: Iterable[str] | None) -> None:
        """Take the bot's wish for the future: None keeps what was, nothing means the default (Bot API, getUpdates)."""
        if kinds is not None:
            known = frozenset(kinds) & frozenset(KINDS)
            self._allowed = known or frozenset(KINDS) - ON_REQUEST

    def add(self, kind: str, chat_id: int, payload: dict[str, Any]) -> None:
        """Let the bot hear of something, if it wants to."""
        if kind not in self._allowed:
            return
        expires_at = self._clock() + LIFETIMES.get(kind, DAY)
        update = Update(self._next_id, kind, chat_id, expires_at, {"update_id": self._next_id, kind: payload})
        self._next_id += 1
        self._pending[update.id] = update
        if self._poll and not self._poll.done():
            self._poll.set_result(None)
        self.deliver(update)

    def waiting(self) -> list[Update]:
        """Answer all that wait and have not expired."""
        return list(self._alive())

    def forget(self, update_id: int) -> None:
        """Drop an update: it was delivered, or came too late."""
        self._pending.pop(update_id, None)

    def drop_all(self) -> None:
        """Forget all that wait (drop_pending_updates)."""
        self._pending.clear()

    async def poll(self, offset: int, limit: int, seconds: float) -> list[dict[str, Any]]:
        """Answer the next updates; wait for one up to `seconds`. A second poll that waits ends the first one."""
        self._confirm(offset)
        if (batch := self._collect(limit)) or not seconds:
            return batch
        self.interrupt(OTHER_POLL)
        self._poll = poll = asyncio.get_running_loop().create_future()
        try:
            async with asyncio.timeout(seconds):
                await poll
        except TimeoutError:
            return []
        finally:
            if self._poll is poll:
                self._poll = None
        return self._collect(limit)

    def interrupt(self, reason: str) -> None:
        """End a poll that waits with 409."""
        if self._poll and not self._poll.done():
            self._poll.set_exception(conflict(reason))

    def _confirm(self, offset: int) -> None:
        """Forget what is older than `offset`; a negative one keeps that many of the newest; one out of reach, all."""
        if offset < 0:
            passed = list(self._pending)[:offset]
        elif offset > self._next_id + FARTHEST:
            passed = []
        else:
            passed = list(takewhile(lambda update_id: update_id < offset, self._pending))
        for update_id in passed:
            del self._pending[update_id]

    def _collect(self, limit: int) -> list[dict[str, Any]]:
        return [update.body for update in islice(self._alive(), limit)]

    def _alive(self) -> Iterable[Update]:
        now = self._clock()
        return (update for update in self._pending.values() if update.expires_at > now)
