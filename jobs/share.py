"""Sharing replies in channels: what is wanted is posted, changed and taken back, as answers to the articles' posts.

    claim ─▶ draw ─▶ an outbox row of the same transaction ─▶ the delivery loop, in its pace ─▶ settle ─▶ landed
                                                                                              ├▶ in doubt: a question
                                                                                              └▶ refused: a word of it

A post is sent once: where nobody can tell whether it arrived, moderators are asked, again and again, what follows. One
that is not wanted any more is called back as long as it has not left. Changes and removals are repeated until they are
done; what Telegram refuses to take back, moderators are asked to take back by hand.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

import orjson
import structlog
from sqlalchemy.ext.asyncio import AsyncConnection

from db.engine import Database
from db.store import duties, outbox, publications
from db.store.outbox import Fate, Message
from db.store.publications import Errand
from newsroom.pushes import Lane
from newsroom.sharing import Destination, End, Task, decide_end, next_reminder, next_try, should_tell

log = structlog.get_logger()

AT_ONCE = 20
CHANNEL = Destination.CHANNEL


class Poster(Protocol):
    """Who writes posts, and asks moderators: `bot/sharing.py`."""

    async def draw(self, connection: AsyncConnection, errand: Errand) -> tuple[str, dict[str, Any]]:
        """Answer the method and the parameters, but for the chat, that do an errand. Raises LookupError."""

    async def ask(self, connection: AsyncConnection, errand: Errand) -> None:
        """Ask moderators what became of an errand, or to do it by hand."""

    async def tell(self, connection: AsyncConnection, errand: Errand, reason: str) -> None:
        """Tell moderators that an errand was refused for good; of each channel once a day."""


@dataclass(slots=True)
class Sharer:
    """Works off what is wanted in channels; any number of them may work at once."""

    database: Database
    poster: Poster
    now: Callable[[], datetime]

    async def step(self) -> bool:
        """Settle what is through, remind of open questions, begin what is due; tells whether there may be more."""
        now = self.now()
        async with self.database.read() as connection:
            through = await self._list_through(connection)
            open_ = await publications.list_doubtful(connection, CHANNEL, now)
            is_due = await publications.is_any_due(connection, CHANNEL, now)
        if not (through or open_ or is_due):
            return False
        async with self.database.write() as connection:
            for errand, fate in through:
                await self._settle(connection, errand, fate)
            for errand in open_:
                await self._remind(connection, errand)
            begun = await publications.claim(connection, "", now, AT_ONCE, (CHANNEL.value,))
            for errand in begun:
                await self._begin(connection, errand)
        return len(begun) == AT_ONCE

    async def _list_through(self, connection: AsyncConnection) -> list[tuple[Errand, Fate]]:
        """Answer the errands whose messages have come to their end, or are not wanted any more."""
        under_way = await publications.list_under_way(connection, CHANNEL)
        fates = await outbox.find_fates(connection, [errand.key for errand in under_way])
        told = [(errand, fates.get(errand.key, Fate())) for errand in under_way]
        return [(errand, fate) for errand, fate in told if not fate.is_open or errand.wanted != errand.revision]

    async def _begin(self, connection: AsyncConnection, errand: Errand) -> None:
        """Put a request on its way; where something is there and nobody knows which message, moderators are asked."""
        now, is_new = self.now(), errand.task is Task.SHOW
        if not is_new and errand.message_id is None:
            await self._doubt(connection, errand)
            return
        try:
            method, payload = await self.poster.draw(connection, errand)
        except LookupError as error:
            await publications.fail(connection, errand, str(error), now)
            return
        body, chat_id = orjson.dumps(payload), int(errand.target)
        lane = Lane.DIGEST if is_new else Lane.BREAKING  # as corrections go
        message = Message(errand.key, method, body, chat_id, lane, at_most_once=is_new)
        await outbox.add(connection, message, now)

    async def _settle(self, connection: AsyncConnection, errand: Errand, fate: Fate) -> None:
        """Write down what became of an errand."""
        now = self.now()
        if fate.is_open:
            if not await outbox.call_back(connection, errand.key, now):
                return
            fate = Fate("skipped")
        end = decide_end(errand.task, fate.state, fate.reason, errand.attempts)
        if end is End.DONE:
            reply_id = await publications.land(connection, errand, now, message_id=fate.message_id)
        elif end is End.DOUBT:
            reply_id = await self._doubt(connection, errand)
        else:
            again_at = next_try(errand.attempts, now) if end is End.AGAIN else None
            reply_id = await publications.fail(connection, errand, fate.reason, now, again_at)
            if fate.reason:
                log.warning("a reply was not shared", reply=errand.reply_id, reason=fate.reason, again_at=again_at)
            if end is End.FAILED and should_tell(errand.task, fate.reason):
                await self.poster.tell(connection, errand, fate.reason)
        if reply_id:
            await duties.progress(connection, reply_id, now)

    async def _doubt(self, connection: AsyncConnection, errand: Errand) -> str | None:
        reply_id = await publications.doubt(connection, errand, next_reminder(0, self.now()))
        if reply_id:
            await self.poster.ask(connection, errand)
        return reply_id

    async def _remind(self, connection: AsyncConnection, errand: Errand) -> None:
        if await publications.remind(connection, errand, next_reminder(errand.attempts + 1, self.now())):
            await self.poster.ask(connection, errand)
