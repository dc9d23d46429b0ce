"""Screening: what authors have sent is looked at once by a machine, and comes into the queue with what that saw.

    submitted ─▶ screen ─▶ the queue, with flags and what raised each

The screen only flags: whatever it says, a moderator decides. What else falls due for replies is the clock's.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import structlog
from sqlalchemy.ext.asyncio import AsyncConnection

from db.engine import Database
from db.store import writing
from db.store.pending import SUSPECT
from db.store.replies import Done, act
from db.store.screened import find_facts
from db.wakeup import announce
from newsroom.errors import QasidError
from newsroom.replies import SCREEN, Action, Deed, Reply
from newsroom.screening import FlagKind, screen

log = structlog.get_logger()

AT_ONCE = 50


@dataclass(slots=True)
class Screener:
    """Screens what was sent; any number of them may work at once, and a person who acts meanwhile wins."""

    database: Database
    hosts: tuple[str, ...]  # of the site itself: a link to them leads nowhere else
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
        facts = await find_facts(connection, reply, self.hosts, self.now())
        seen = screen(await writing.find_text(connection, reply), facts)
        flags = tuple({"kind": str(flag.kind), "said": list(flag.said), "times": flag.times} for flag in seen.flags)
        score = SUSPECT if any(flag.kind is FlagKind.BLOCKED for flag in seen.flags) else 0.0
        deed = Deed(Action.PASS, flags=flags, score=score)
        came = await act(connection, reply.id, deed, SCREEN, self.now(), seen=reply.version)
        announce(connection, "cards")
        return came
