"""Telling those who follow a discussion: what was published, once to each, several replies at once, none at night.

    publications (readers) ─▶ spread over the followers ─▶ due ─▶ one message for all that ─▶ an outbox row ─▶ settled
         a reply is changed, or taken back ─▶ the messages that show it are written anew

Whoever was told lately of the same discussion hears of more when that has rested, unless it is an answer to himself.
Here a chat is opened that the vault has sealed, as for notices. Each reader is a transaction of his own.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any, Protocol

import orjson
import structlog
from sqlalchemy.ext.asyncio import AsyncConnection

from db.engine import Database
from db.store import authors, duties, outbox, publications, replies, subscribers, tidings, writing
from db.store.outbox import Message
from db.store.publications import Errand
from db.store.tidings import Tiding
from db.store.writing import PublicReply
from db.vault import Vault
from newsroom.errors import StoreError
from newsroom.pushes import Lane
from newsroom.readers import next_waking
from newsroom.sharing import LOOK_AGAIN, NEWS_FOR, REST, Destination, Task

log = structlog.get_logger()

AT_ONCE = 50
MOST_TOLD = 5  # replies in one message
READERS = (Destination.READERS.value,)


class Teller(Protocol):
    """Who writes messages: `bot/sharing.py`."""

    async def write(
        self, connection: AsyncConnection, chat_id: int, told: Sequence[tuple[PublicReply, bool]], *, more: int
    ) -> dict[str, Any]:
        """Answer a message that tells of replies, each with whether it answers the reader; of none: they are gone.

        `more` are published besides.
        """

    async def renew_counts(self, connection: AsyncConnection, article_id: int, cause: str) -> None:
        """Let the posts of an article say how many replies it has; the same cause twice is once."""


@dataclass(slots=True)
class Crier:
    """Tells followers; any number of them may work at once."""

    database: Database
    vault: Vault
    teller: Teller
    now: Callable[[], datetime]

    async def step(self) -> bool:
        """Do what is due; tells whether there may be more."""
        now = self.now()
        async with self.database.read() as connection:
            spreads = await publications.is_any_due(connection, Destination.READERS, now)
            through = await tidings.list_through(connection, 10 * AT_ONCE)
        if spreads or through:
            async with self.database.write() as connection:
                for request, fate in through.items():
                    await tidings.settle(connection, request, fate, now)
                if through:
                    await publications.hasten(connection, Destination.READERS, now)
                for errand in await publications.claim(connection, "", now, AT_ONCE, READERS):
                    await self._spread(connection, errand)
        async with self.database.read() as connection:
            due = await tidings.list_due(connection, now, AT_ONCE)
        for author_key, article_id in due:
            async with self.database.write() as connection:
                await self._tell(connection, author_key, article_id)
        return len(due) == AT_ONCE

    async def _spread(self, connection: AsyncConnection, errand: Errand) -> None:
        """Let those who follow be told of a reply, or its change, or have it taken back from them."""
        now = self.now()
        reply = await replies.get(connection, errand.reply_id)
        if errand.task is Task.TAKE_BACK:
            await self.teller.renew_counts(connection, errand.article_id, f"{reply.id}:{reply.version}")
            if not await tidings.take_back(connection, errand.reply_id, now):
                await publications.postpone(connection, errand, now + LOOK_AGAIN)
                return
        elif errand.task is Task.CHANGE:
            await tidings.renew(connection, errand.reply_id, now)
        elif reply.published_at is None or now - reply.published_at < NEWS_FOR:
            await tidings.spread(connection, reply, now)
        if reply_id := await publications.land(connection, errand, now):
            await duties.progress(connection, reply_id, now)

    async def _tell(self, connection: AsyncConnection, author_key: str, article_id: int) -> None:
        """Tell somebody what is due of a discussion: what is new, and messages that are to show something else."""
        these = await tidings.take(connection, author_key, article_id, self.now())
        chat_id = await self._open(connection, author_key)
        if chat_id is None:
            await tidings.forget(connection, these)
            return
        old = sorted((one for one in these if one.message_id), key=lambda one: one.message_id or 0)
        for message_id, _ in groupby(old, key=lambda one: one.message_id or 0):
            await self._renew(connection, chat_id, await tidings.list_in(connection, author_key, message_id))
        if new := [one for one in these if not one.message_id]:
            await self._tell_new(connection, chat_id, new)

    async def _tell_new(self, connection: AsyncConnection, chat_id: int, new: Sequence[Tiding]) -> None:
        """Tell what is new, unless its reader wants to hear nothing at all, or not now."""
        public = await writing.list_by_ids(connection, [one.reply_id for one in new])
        gone = [one for one in new if one.reply_id not in public]
        await tidings.forget(connection, gone)
        new = [one for one in new if one.reply_id in public]
        if not new or await self._is_stopped(connection, chat_id):
            await tidings.forget(connection, new)
            return
        if until := await self._find_rest(connection, chat_id, new):
            await tidings.rest(connection, new, until)
            return
        shown = dict(list(public.items())[:MOST_TOLD])
        told = [one for one in new if one.reply_id in shown]
        await tidings.forget(connection, [one for one in new if one.reply_id not in shown])
        await self._send(connection, chat_id, told, shown, more=len(public) - len(shown))

    async def _renew(self, connection: AsyncConnection, chat_id: int, all_in: Sequence[Tiding]) -> None:
        """Let a message show what is public by now of what it tells of."""
        public = await writing.list_by_ids(connection, [one.reply_id for one in all_in])
        wanted = {one.reply_id: public[one.reply_id].revision if one.reply_id in public else None for one in all_in}
        if all(one.shown == wanted[one.reply_id] for one in all_in):
            await tidings.rest(connection, all_in, None)
        else:
            await self._send(connection, chat_id, all_in, public)

    async def _send(
        self,
        connection: AsyncConnection,
        chat_id: int,
        these: Sequence[Tiding],
        public: dict[str, PublicReply],
        more: int = 0,
    ) -> None:
        """Put a message on its way, or the change of one; the chat stands in its text alone."""
        now, message_id = self.now(), these[0].message_id
        answers = {one.reply_id: one.answers for one in these}
        told = [(reply, answers[reply.id]) for reply in public.values()]
        payload = await self.teller.write(connection, chat_id, told, more=more)
        where: dict[str, Any] = {"chat_id": chat_id} | ({"message_id": message_id} if message_id else {})
        method = "editMessageText" if message_id else "sendMessage"
        revisions: dict[str, int | None] = {reply.id: reply.revision for reply in public.values()}
        key = self._key(chat_id, f"{sorted(revisions.items())}{message_id}{now.timestamp()}")
        body = orjson.dumps(payload | where)
        lane, expires_at = (Lane.BREAKING, None) if message_id else (Lane.DIGEST, now + NEWS_FOR)
        message = Message(key, method, body, None, lane, expires_at, at_most_once=not message_id)
        await outbox.add(connection, message, now)
        await tidings.begin(connection, these, key, revisions)

    def _key(self, chat_id: int, what: str) -> str:
        return "tidings:" + self.vault.source_key(chat_id, int.from_bytes(what.encode()))

    async def _open(self, connection: AsyncConnection, author_key: str) -> int | None:
        """Answer where somebody is reached; None where that is not known, or not any more."""
        try:
            return await authors.open_chat(connection, self.vault, author_key)
        except StoreError as error:
            log.error("a follower cannot be told", reason=str(error))  # noqa: TRY400  (it says all)
            return None

    async def _is_stopped(self, connection: AsyncConnection, chat_id: int) -> bool:
        """Tell whether a reader has told us to be quiet for good, or Telegram has."""
        reader = await subscribers.find(connection, chat_id)
        return reader is not None and reader.state != "active"

    async def _find_rest(self, connection: AsyncConnection, chat_id: int, new: Sequence[Tiding]) -> datetime | None:
        """Answer until when a reader is not to be told: by his pause and quiet hours, or what he was told lately."""
        now, reader = self.now(), await subscribers.find(connection, chat_id)
        moment = max(now, (reader.paused_until if reader else None) or now)
        if not any(one.answers for one in new):
            last = await tidings.find_last(connection, new[0].author_key, new[0].article_id)
            moment = max(moment, last + REST) if last else moment
        if reader:
            schedule = await subscribers.find_schedule(connection, reader.schedule_id)
            moment = next_waking(schedule, moment) or moment
        return moment if moment > now else None
