"""Taking updates in: stored before Telegram is told that they arrived, by polling or by webhook.

One worker at a time polls. The first request carries no offset, since update ids begin anew after a quiet week; an
update that comes twice is known by its id. A 409 means that somebody else polls with our token: we say so and wait.
"""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

import orjson
import structlog

from bot.api import BotApi, NoAnswerError, NotSentError
from db.engine import Database
from db.store import findings, inbox, workers
from db.store.inbox import Received
from db.store.workers import WorkerLease

log = structlog.get_logger()
Result = TypeVar("Result")
Keep = Callable[[Sequence[Received]], Awaitable[None]]

# Said each time: an absent list means "as before", whatever that was.
ALLOWED_UPDATES = ["message", "edited_message", "callback_query", "inline_query", "my_chat_member"]
POLL_SECONDS = 25  # Telegram holds a poll for 50 at most
POLL_LIMIT = 100
REST_AFTER_FAILURE = 3.0
CONFLICT, REFUSED = 409, (401, 404)


@dataclass(slots=True)
class Intake:
    """Takes updates in for one worker."""

    database: Database
    api: BotApi
    lease: WorkerLease
    keep: Keep | None = None  # where updates go; without it into the inbox, for other processes
    _offset: int | None = None

    async def run(self, stop: asyncio.Event) -> None:
        """Poll until `stop`. What was not handed over when it comes is handed over at the next start."""
        while not stop.is_set():
            if not await self._poll(stop):
                await unless_stopped(asyncio.sleep(REST_AFTER_FAILURE), stop)

    async def _poll(self, stop: asyncio.Event) -> bool:
        """Ask once and store what came; tells whether to ask again at once."""
        try:
            if not await self._may_ask():
                return False
            # Only the asking is given up when told to stop; what was handed over is stored.
            updates = await unless_stopped(self._ask(), stop)
            await self.store(updates or [])
        except Exception:  # the edge of a poll: nothing is lost, it is asked again
            log.exception("polling failed")
            return False
        return updates is not None

    async def _may_ask(self) -> bool:
        """Tell whether it is ours to ask, taking it on if nobody has it. People wait for it, so it is read first."""
        async with self.database.read() as connection:
            if await workers.is_polling(connection, self.lease):
                return True
        async with self.database.write(urgent=True) as connection:
            return await workers.take_polling(connection, self.lease)

    async def _ask(self) -> list[dict[str, Any]] | None:
        """Ask Telegram for updates; None when it gave none to take, for a reason that is logged."""
        ask: dict[str, Any] = {"timeout": POLL_SECONDS, "limit": POLL_LIMIT, "allowed_updates": ALLOWED_UPDATES}
        if self._offset is not None:
            ask["offset"] = self._offset
        try:
            status, body = await self.api.call("getUpdates", orjson.dumps(ask), patience=POLL_SECONDS + 15)
            answer: dict[str, Any] = orjson.loads(body)
        except (NotSentError, NoAnswerError, ValueError) as error:
            log.warning("poll failed", reason=str(error) or type(error).__name__)
            return None
        if not answer.get("ok"):
            _complain(status, answer)
            await self._note_rival(status)
            return None
        return list(answer["result"])

    async def _note_rival(self, status: int) -> None:
        if status == CONFLICT:
            async with self.database.write() as connection:
                await findings.note(connection, findings.RIVAL, self.lease.now())

    async def store(self, updates: Sequence[dict[str, Any]]) -> None:
        """Store updates; only then may Telegram be told of it, which the next offset does."""
        if not updates:
            return
        received = [Received(update["update_id"], order_key(update), orjson.dumps(update)) for update in updates]
        await (self.keep or self._leave)(received)
        self._offset = max(update.update_id for update in received) + 1

    async def _leave(self, received: Sequence[Received]) -> None:
        async with self.database.write(urgent=True) as connection:
            await inbox.store(connection, received, self.lease.now())


async def unless_stopped(work: Coroutine[Any, Any, Result], stop: asyncio.Event) -> Result | None:
    """Await work and answer what it answers; when told to stop before, give it up and answer nothing."""
    stopping, doing = asyncio.create_task(stop.wait()), asyncio.create_task(work)
    await asyncio.wait((stopping, doing), return_when=asyncio.FIRST_COMPLETED)
    stopping.cancel()
    if doing.done():
        return doing.result()
    doing.cancel()
    await asyncio.wait((doing,))
    return None


def order_key(update: dict[str, Any]) -> int:
    """Answer the chat whose order an update keeps, or the person's where there is no chat."""
    for kind, part in update.items():
        if kind == "update_id" or not isinstance(part, dict):
            continue
        chat = part.get("chat") or (part.get("message") or {}).get("chat")
        person = part.get("from") or {}
        return int((chat or person).get("id") or 0)
    return 0


def _complain(status: int, answer: dict[str, Any]) -> None:
    told = str(answer.get("description"))
    if status == CONFLICT:
        log.error("somebody else takes our updates", reason=told, remedy="stop the other bot that has this token")
    elif status in REFUSED:
        log.error("the token is refused", reason=told, remedy="check BOT_TOKEN")
    else:
        log.warning("poll refused", status=status, reason=told)
