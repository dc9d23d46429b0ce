"""Screening: what authors have sent is looked at once by a machine, and comes into the queue with what that saw.

    submitted ─▶ screen ─▶ the queue: flags, each with why, and a score that orders it

The screen only flags: whatever it says, a moderator decides. What else falls due for replies is the clock's.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

import structlog
from sqlalchemy.ext.asyncio import AsyncConnection

from db.engine import Database
from db.store import writing
from db.store.replies import Done, act
from newsroom.errors import QasidError
from newsroom.replies import SCREEN, Action, Deed, Reply

log = structlog.get_logger()

AT_ONCE = 50


class Screen(Protocol):
    """What looks at a text before a moderator does."""

    def __call__(self, text: str, /) -> tuple[Sequence[dict[str, Any]], float]:
        """Answer what it saw, each with why, and how much it looks like spam, from 0 to 1."""


@dataclass(slots=True)
class Screener:
    """Screens what was sent; any number of them may work at once, and a person who acts meanwhile wins."""

    database: Database
    screen: Screen
    now: Callable[[], datetime]

    async def step(self) -> bool:
        """Screen what waits; tells whether any of it came into the queue."""
        async with self.database.read() as connection:
            waiting = await writing.list_submitted(connection, AT_ONCE)
        return any([await self._pass(reply) for reply in waiting])

    async def _pass(self, reply: Reply) -> bool:
        try:
            async with self.database.write() as connection:
                return isinstance(await self._look(connection, reply), Done)
        except QasidError as error:
            log.warning("a reply was not screened", reply=reply.id, reason=str(error))
            return False

    async def _look(self, connection: AsyncConnection, reply: Reply) -> Any:
        flags, score = self.screen(await writing.find_text(connection, reply))
        deed = Deed(Action.PASS, flags=tuple(flags), score=score)
        return await act(connection, reply.id, deed, SCREEN, self.now(), seen=reply.version)
