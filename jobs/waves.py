"""Waves: does with each reply of a wave what a moderator decided of all, when the time is over in which it is undone.

    due ─▶ those that had been set apart when it was decided ─▶ each through the one gate, as that moderator ─▶ finish

Each reply is a transaction of its own. What its author changed or withdrew meanwhile is left alone, and a crash in
between goes on with those that are left.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import structlog

from db.engine import Database
from db.store import waves
from db.vault import Vault
from newsroom.errors import QasidError
from newsroom.replies import Actor, Reply, Who
from newsroom.waves import Verdict

log = structlog.get_logger()

AT_ONCE = 100


@dataclass(slots=True)
class Sweeper:
    """Does what was decided of waves; any number of them may work at once."""

    database: Database
    vault: Vault
    now: Callable[[], datetime]

    async def step(self) -> bool:
        """Do what is due; tells whether anything was."""
        async with self.database.read() as connection:
            due = await waves.list_due(connection, self.now())
        for wave in due:
            await self._sweep(wave)
        return bool(due)

    async def _sweep(self, wave: Any) -> None:
        verdict, after = Verdict(wave.verdict), ""
        actor = Actor(Who.MODERATOR, wave.decided_by, self.vault.author_key(int(wave.decided_by)))
        while True:
            async with self.database.read() as connection:
                these = await waves.list_members(connection, wave.id, wave.upto, AT_ONCE, after=after)
            for reply in these:
                await self._do(reply, verdict, actor)
            if len(these) < AT_ONCE:
                break
            after = these[-1].id
        async with self.database.write() as connection:
            await waves.finish(connection, wave.id, verdict, self.now())

    async def _do(self, reply: Reply, verdict: Verdict, actor: Actor) -> None:
        try:
            async with self.database.write() as connection:
                await waves.act_as_decided(connection, reply, verdict, actor, self.now())
        except QasidError as error:
            log.warning("a reply of a wave was left as it was", reply=reply.id, reason=str(error))
