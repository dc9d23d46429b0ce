"""Telling authors: notices that deeds left, and bans, become messages, each once, and none in somebody's quiet hours.

Here alone a chat is opened that the vault has sealed. Each notice is a transaction of its own: one that cannot be told
holds up no other. What was undone before it could be told is not told (`newsroom/notices.py`).
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol

import structlog
from sqlalchemy.ext.asyncio import AsyncConnection

from db.engine import Database
from db.store import authors, bans, publications, replies, subscribers
from db.vault import Vault
from newsroom.bans import Telling
from newsroom.bans import still_holds as still_holds_of_ban
from newsroom.errors import StoreError
from newsroom.notices import still_holds
from newsroom.readers import next_waking
from newsroom.replies import Notice, Reply
from newsroom.sharing import LOOK_AGAIN

log = structlog.get_logger()

AT_ONCE = 50
PATIENCE = timedelta(minutes=1)  # with what is still on its way elsewhere
COUNTED = {Notice.PUBLISHED, Notice.REMOVED}  # after which another number of replies is public


class Teller(Protocol):
    """Who writes messages: `bot/notices.py`."""

    async def tell(self, connection: AsyncConnection, chat_id: int, notice: Any) -> bool:
        """Put a notice on its way; False where there is nothing to tell of any more."""

    async def tell_ban(self, connection: AsyncConnection, chat_id: int, ban: Any) -> None:
        """Put on its way what an author is told of a ban: that he is banned, that it stays, that it is over."""

    async def renew_counts(self, connection: AsyncConnection, article_id: int, cause: str) -> None:
        """Let the posts of an article say how many replies it has; the same cause twice is once."""


@dataclass(slots=True)
class Notifier:
    """Tells authors; any number of them may work at once."""

    database: Database
    vault: Vault
    teller: Teller
    now: Callable[[], datetime]

    async def step(self) -> bool:
        """Tell what is due; tells whether there may be more."""
        async with self.database.read() as connection:
            due = await authors.list_notices(connection, self.now(), AT_ONCE)
            banned = await bans.list_due(connection, self.now(), AT_ONCE)
        for notice in due:
            async with self.database.write() as connection:
                await self._tell(connection, notice)
        for ban in banned:
            async with self.database.write() as connection:
                await self._tell_ban(connection, ban)
        return AT_ONCE in {len(due), len(banned)}

    async def _tell(self, connection: AsyncConnection, notice: Any) -> None:
        now, what = self.now(), Notice(notice.what)
        reply = await replies.find(connection, notice.reply_id)
        if reply and what in COUNTED:
            await self.teller.renew_counts(connection, reply.article_id, f"{reply.id}:{notice.version}")
        if reply and what is Notice.PUBLISHED and await self._is_on_its_way(connection, reply):
            await authors.defer(connection, notice.reply_id, notice.version, what, now + LOOK_AGAIN)
            return
        chat_id = await self._open(connection, notice.author_key)
        if chat_id is not None and (waking := await self._next_waking(connection, chat_id, now)):
            await authors.defer(connection, notice.reply_id, notice.version, what, waking)
            return
        if not await authors.tell(connection, notice.reply_id, notice.version, what, now) or chat_id is None:
            return
        if reply and still_holds(what, reply):
            await self.teller.tell(connection, chat_id, notice)

    async def _is_on_its_way(self, connection: AsyncConnection, reply: Reply) -> bool:
        """Tell whether it is about to be posted elsewhere, too, which its author is told together."""
        is_new = self.now() - reply.since < PATIENCE
        return is_new and await publications.is_on_its_way(connection, reply.id)

    async def _tell_ban(self, connection: AsyncConnection, ban: Any) -> None:
        now = self.now()
        chat_id = await self._open(connection, ban.author_key)
        if chat_id is not None and (waking := await self._next_waking(connection, chat_id, now)):
            await bans.defer(connection, ban.author_key, waking)
            return
        if not await bans.settle(connection, ban) or chat_id is None:
            return
        if still_holds_of_ban(Telling(ban.tells), ban.until, now):
            await self.teller.tell_ban(connection, chat_id, ban)

    async def _open(self, connection: AsyncConnection, key: str | None) -> int | None:
        """Answer where an author is reached; None where that is not known, or not any more."""
        if key is None:
            return None
        try:
            return await authors.open_chat(connection, self.vault, key)
        except StoreError as error:
            log.error("an author cannot be told", reason=str(error))  # noqa: TRY400  (it says all)
            return None

    async def _next_waking(self, connection: AsyncConnection, chat_id: int, now: datetime) -> datetime | None:
        """Answer when the quiet hours end in which an author is; None where he is in none."""
        reader = await subscribers.find(connection, chat_id)
        if reader is None:
            return None
        return next_waking(await subscribers.find_schedule(connection, reader.schedule_id), now)
