"""Screening: what authors have sent is looked at once by a machine, and comes into the queue with what that saw.

    submitted ─▶ screen ─┬▶ the queue, with flags and what raised each
                         └▶ set apart, where it is one of a wave (`newsroom/waves.py`)

The screen only flags, and lets a wave wait together: whatever it says, a moderator decides. What else falls due for
replies is the clock's.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import structlog
from sqlalchemy.ext.asyncio import AsyncConnection

from db.engine import Database
from db.store import waves, writing
from db.store.pending import SUSPECT
from db.store.replies import Done, act
from db.store.screened import Gists, find_facts, remember
from db.wakeup import announce
from newsroom.errors import QasidError
from newsroom.replies import SCREEN, Action, Deed, Reply
from newsroom.screening import Facts, Flag, FlagKind, Screening, screen
from newsroom.waves import Joining, Neighbour, find_wave

log = structlog.get_logger()

AT_ONCE = 50


@dataclass(slots=True)
class Screener:
    """Screens what was sent; any number of them may work at once, and a person who acts meanwhile wins."""

    database: Database
    hosts: tuple[str, ...]  # of the site itself: a link to them leads nowhere else
    now: Callable[[], datetime]
    _gists: Gists = field(default_factory=dict)  # of what came last

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
        now, text = self.now(), await writing.find_text(connection, reply)
        facts = await find_facts(connection, reply, self.hosts, now, self._gists)
        seen = screen(text, facts)
        joining = self._find_wave(reply, text, seen, facts)
        action, flags = (Action.QUARANTINE if joining else Action.PASS), write_flags(seen.flags, joining)
        score = SUSPECT if any(flag.kind is FlagKind.BLOCKED for flag in seen.flags) else 0.0
        deed = Deed(action, flags=flags, score=score)
        came = await act(connection, reply.id, deed, SCREEN, now, seen=reply.version)
        if joining and isinstance(came, Done):
            await waves.join(connection, reply, joining, now)
        announce(connection, "cards")
        return came

    def _find_wave(self, reply: Reply, text: str, seen: Screening, facts: Facts) -> Joining | None:
        made = remember(self._gists, reply.id, reply.revision, text)
        ours = Neighbour(reply.id, reply.author_key or "", made, seen.leads_away, is_known=not facts.is_new)
        return find_wave(ours, facts.near)


def write_flags(flags: Sequence[Flag], joining: Joining | None) -> tuple[dict[str, Any], ...]:
    """Answer flags as they are kept, that of a wave last."""
    told = [*flags, Flag(FlagKind.WAVE, times=joining.authors)] if joining else flags
    return tuple({"kind": str(flag.kind), "said": list(flag.said), "times": flag.times} for flag in told)
