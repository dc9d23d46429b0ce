"""What the bot is to hear: updates that wait until they are confirmed, and the long poll that waits for them.

Ids, expiry and confirmation are the server's (tdlib/telegram-bot-api, Client.cpp, do_get_updates). A poll waits real
seconds; updates expire by the sandbox clock. A new kind of update: a name in KINDS.
"""

import asyncio
from collections import OrderedDict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from itertools import islice, takewhile
from random import Random
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
WEEK = 7 * DAY  # of silence, after which ids begin anew anywhere (Bot API, Update)
FARTHEST = 10  # an offset further ahead is taken for none (td, TQueue::get)
OTHER_POLL = "terminated by other getUpdates request; make sure that only one bot instance is running"


@dataclass(frozen=True, slots=True)
class Update:
    """An update that waits; `chat_id` and kind say with which others it must keep its order."""

    id: int
    kind: str
    chat_id: int
    expires_at: float
    payload: dict[str, Any]

    @property
    def queue(self) -> tuple[int, bool]:
        """Answer the queue of a webhook in which it stands: presses are not ordered with messages."""
        return self.chat_id, self.kind == "callback_query"


@dataclass(slots=True)
class Disorder:
    """How often updates come as a bot must stand them: chances, by the sandbox's seed."""

    repeated: float = 0.0  # one that was confirmed comes once more
    swapped: float = 0.0  # a press comes before the message that it followed, or the other way round


class Updates:
    """The updates of a bot in the order of their ids."""

    def __init__(self, clock: Callable[[], float], random: Random, disorder: Disorder) -> None:
        self._clock = clock
        self._random = random
        self._disorder = disorder
        self._next_id = _draw_id(random)
        self._newest_at = clock()
        self._repeated: set[int] = set()
        self._given = 0  # the highest id that the bot was told of
        self._pending: OrderedDict[int, Update] = OrderedDict()  # a dict is slow to iterate once its front is gone
        self._poll: asyncio.Future[None] | None = None
        self._allowed: frozenset[str] = frozenset(KINDS) - ON_REQUEST
        self.deliver: Callable[[Update], None] = lambda _update: None

    @property
    def is_polled(self) -> bool:
        """Tell whether the bot waits for an update."""
        return self._poll is not None

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
        update = self._number(kind, chat_id, payload)
        if self._poll and not self._poll.done():
            self._poll.set_result(None)
        self.deliver(update)

    def _number(self, kind: str, chat_id: int, payload: dict[str, Any]) -> Update:
        """Let an update wait under its id."""
        now = self._clock()
        if now - self._newest_at > WEEK:
            self._next_id = _draw_id(self._random)
        self._newest_at = now
        update = Update(self._next_id, kind, chat_id, now + LIFETIMES.get(kind, DAY), payload)
        self._next_id += 1
        self._pending[update.id] = update
        last = self._pending.get(update.id - 1)
        if last and self._may_swap(last, update) and self._happens(self._disorder.swapped):
            self._pending[last.id], self._pending[update.id] = replace(update, id=last.id), replace(last, id=update.id)
        return self._pending[update.id]

    def _may_swap(self, last: Update, update: Update) -> bool:
        """Tell whether they are of one chat, not in one queue, and the bot has not been given the first one."""
        return last.id > self._given and last.chat_id == update.chat_id and last.queue != update.queue

    def _happens(self, chance: float) -> bool:
        return chance > 0 and self._random.random() < chance

    def comes_again(self, update_id: int) -> bool:
        """Tell whether an update that the bot has taken comes once more, as after a confirmation that was lost."""
        if update_id in self._repeated or not self._happens(self._disorder.repeated):
            self._repeated.discard(update_id)
            return False
        self._repeated.add(update_id)
        return True

    def give(self, update: Update) -> dict[str, Any]:
        """Answer what the bot is told of an update; from then on it keeps its id."""
        self._given = max(self._given, update.id)
        return {"update_id": update.id, update.kind: update.payload}

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
            if not self.comes_again(update_id):
                del self._pending[update_id]

    def _collect(self, limit: int) -> list[dict[str, Any]]:
        return [self.give(update) for update in islice(self._alive(), limit)]

    def _alive(self) -> Iterable[Update]:
        now = self._clock()
        return (update for update in self._pending.values() if update.expires_at > now)


def _draw_id(random: Random) -> int:
    return random.randrange(10**8, 10**9)
