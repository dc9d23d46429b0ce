"""Handling the inbox: per chat in order, across chats side by side, each update once in effect.

    store and claim ─▶ [ handlers ─ effects, answers, mark ] one transaction ─▶ answers leave
                              └─ failed: everything rolled back, tried again, after three tries dead and told

Who has waited for a moment sees that something is being done (`SOON`).

The first update of each chat is claimed and no second one of it, so a slow handler holds up only its own chat.
"""

import asyncio
import contextlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from typing import Any
from uuid import uuid4

import orjson
import structlog
from sqlalchemy.ext.asyncio import AsyncConnection
from telegram import Update
from telegram.ext import Application

from bot.answering import Answerer
from bot.rights import Rights
from bot.talk import Answer, Newsroom, Visit, address_inside, current_visit
from db.engine import Database
from db.store import inbox, subscribers
from db.store.inbox import Claimed, Received
from db.store.workers import WorkerLease
from locales import texts
from newsroom.delivery import Meter
from newsroom.work import Claimed as Written

log = structlog.get_logger()

AT_ONCE = 64  # updates handled side by side
LATE = timedelta(minutes=10)
SOON = 1.0  # seconds after which a person is shown that an answer is being made
Bot = Application[Any, Any, Any, Any, Any, Any]


@dataclass(slots=True)
class Inbox:
    """Handles updates for one worker."""

    database: Database
    application: Bot
    newsroom: Newsroom
    answerer: Answerer
    rights: Rights
    lease: WorkerLease
    meter: Meter
    on_free: Callable[[], None] = lambda: None  # called when another update may be begun
    _tasks: dict[int, asyncio.Task[None]] = field(default_factory=dict)  # by the update's id
    _claiming: asyncio.Lock = field(default_factory=asyncio.Lock)  # what is claimed is begun before others claim

    async def receive(self, updates: Sequence[Received]) -> None:
        """Store updates, and begin those that can be begun: a person waits for two transactions and not for three."""
        async with self._claiming:
            async with self.database.write(urgent=True) as connection:
                free, now = AT_ONCE - len(self._tasks), self.lease.now()
                claimed = await inbox.store_and_claim(connection, updates, self.lease.id, free, now)
            self._begin(claimed)

    async def step(self) -> bool:
        """Begin the updates that can be begun; tells whether there were any."""
        await self.answerer.settle()
        async with self._claiming:
            if not await self._is_any_open():
                return False
            async with self.database.write(urgent=True) as connection:
                await inbox.release(connection, self.lease.id, list(self._tasks))
                free = AT_ONCE - len(self._tasks)
                claimed = await inbox.claim(connection, self.lease.id, free, self.lease.now())
            self._begin(claimed)
        return bool(claimed)

    async def _is_any_open(self) -> bool:
        async with self.database.read() as connection:
            return await inbox.is_any_open(connection, self.lease.id, list(self._tasks), self.lease.now())

    def _begin(self, claimed: Iterable[Claimed]) -> None:
        for update in claimed:
            task = self._tasks[update.update_id] = asyncio.create_task(self._handle(update))
            task.add_done_callback(partial(self._end, update.update_id))

    async def finish(self) -> None:
        """Wait for the updates that were begun."""
        if self._tasks:
            await asyncio.wait(self._tasks.values())

    def _end(self, update_id: int, _: asyncio.Task[None]) -> None:
        del self._tasks[update_id]
        self.on_free()  # the chat's next update may be begun now

    async def _handle(self, claimed: Claimed) -> None:
        with structlog.contextvars.bound_contextvars(update_id=claimed.update_id):
            working = asyncio.create_task(self._show_work(claimed))
            try:
                written, forgotten = await self._take_effect(claimed)
                await self.answerer.send(written)
                if forgotten:
                    await self._clear(forgotten)
            except Exception as error:  # noqa: BLE001  (the edge of an update: tried again, never lost)
                await self._fail(claimed, error)
                return
            finally:
                working.cancel()
        self.meter.observe("update_seconds", (self.lease.now() - claimed.received_at).total_seconds())

    async def _show_work(self, claimed: Claimed) -> None:
        """Let a private chat show, after a moment, that an answer is on its way. Whether it does is no matter."""
        await asyncio.sleep(SOON)
        if chat_id := _private_chat(orjson.loads(claimed.payload)):
            await self.answerer.show_typing(chat_id)

    async def _take_effect(self, claimed: Claimed) -> tuple[list[Written], int]:
        """Handle an update in one transaction with its answers and its mark.

        Answers what is to be sent, and the chat that is to be forgotten, if any.
        """
        update = Update.de_json(orjson.loads(claimed.payload), self.application.bot)
        may_set, footing = await self.rights.may_set(update), await self.rights.find_footing(update)
        await self.newsroom.topics.renew()
        async with self.database.write(urgent=True) as connection:
            if not await inbox.mark_handled(connection, claimed.update_id, self.lease.id):
                return [], 0
            now = self.lease.now()
            visit = Visit(connection, self.newsroom, now, may_set, now - claimed.received_at > LATE, footing=footing)
            current_visit.set(visit)
            await self.application.process_update(update)
            if visit.failure:
                raise visit.failure
            answers = [*map(address_inside, visit.answers)] if visit.is_unlinked else visit.answers
            return await self.answerer.write(connection, claimed.update_id, answers, now), visit.forgotten

    async def _clear(self, chat_id: int) -> None:
        """Let go of what is left of a chat outside of the rows, when its last answer is settled.

        After a crash before this the next flush of the job `purge` empties the log.
        """
        self.rights.forget(chat_id)
        await self.database.flush()

    async def _fail(self, claimed: Claimed, error: BaseException) -> None:
        reference = uuid4().hex[:8]
        log.error("update failed", reference=reference, tries=claimed.tries + 1, exc_info=error)
        self.meter.count("update_failures")
        now, written = self.lease.now(), []
        with contextlib.suppress(Exception):  # the next step claims it again
            async with self.database.write(urgent=True) as connection:
                if await inbox.mark_failed(connection, claimed, f"{type(error).__name__} {reference}", now):
                    apology = await self._apologise(connection, claimed, reference)
                    written = await self.answerer.write(connection, claimed.update_id, apology, now)
            await self.answerer.send(written)

    async def _apologise(self, connection: AsyncConnection, claimed: Claimed, reference: str) -> list[Answer]:
        """Answer what a person is told when an update could not be handled at all."""
        update = orjson.loads(claimed.payload)
        chat_id = _private_chat(update)
        if chat_id is None:
            return []
        reader = await subscribers.find(connection, chat_id)
        t = texts(reader.language, reader.digits) if reader else texts(self.newsroom.language)
        text = t("error.unexpected", reference=reference)
        return [Answer("sendMessage", {"text": text, "parse_mode": "HTML"}, chat_id)]


def _private_chat(update: dict[str, Any]) -> int | None:
    """Answer the private chat that an update comes from; None for one from elsewhere."""
    return next((part["chat"]["id"] for part in _messages(update) if part["chat"]["type"] == "private"), None)


def _messages(update: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield the message that an update is about, as it was received."""
    for part in (update.get("message"), (update.get("callback_query") or {}).get("message")):
        if part and part.get("chat"):
            yield part
