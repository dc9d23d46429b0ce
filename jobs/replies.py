"""Replies: what falls due by itself. Drafts are dropped, moderators reminded, leads told, what nobody decided expires.

Approvals begin to be public when their grace is over, what is on its way is brought on, what is too old is erased. Each
reply is a transaction of its own: one that cannot be done holds up no other.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

import structlog
from sqlalchemy.ext.asyncio import AsyncConnection

from db.engine import Database
from db.store import duties, overseeing
from db.wakeup import announce
from newsroom.errors import QasidError
from newsroom.waiting import Nudge

log = structlog.get_logger()

MOST = 100  # in one step


class Teller(Protocol):
    """Who tells moderators: `bot/docket.py`."""

    async def remind(self, connection: AsyncConnection, waiting: int) -> None:
        """Remind moderators of what waits."""

    async def escalate(self, connection: AsyncConnection, waiting: int) -> None:
        """Tell the leads that something waits for too long."""


@dataclass(slots=True)
class Overseer:
    """Looks after replies for one worker."""

    database: Database
    teller: Teller
    now: Callable[[], datetime]

    async def step(self) -> bool:
        """Do what is due; tells whether something changed, for then more may be due."""
        async with self.database.read() as connection:
            due = await overseeing.list_steps(connection, self.now(), MOST)
        return any([await self._advance(reply_id) for reply_id in due])

    async def _advance(self, reply_id: str) -> bool:
        try:
            async with self.database.write() as connection:
                came = await duties.advance(connection, reply_id, self.now())
                if isinstance(came, Nudge):
                    await self._give(connection, came)
                if came is not None:
                    announce(connection, "cards")
        except QasidError as error:
            log.warning("reply left for later", reply=reply_id, reason=str(error))
            return False
        return came is not None

    async def _give(self, connection: AsyncConnection, nudge: Nudge) -> None:
        waiting = await overseeing.count_waiting(connection)
        if nudge is Nudge.REMIND:
            await self.teller.remind(connection, waiting)
        elif nudge is Nudge.ESCALATE:
            await self.teller.escalate(connection, waiting)
