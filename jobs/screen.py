"""Screening: what authors have sent is looked at once by a machine, and comes into the queue with what that saw.

    submitted ─▶ screen ─┬▶ the queue, with flags, what raised each, and a score (`jobs/score.py`)
                         └▶ set apart, where it is one of a wave (`newsroom/waves.py`)

The screen only flags, orders, and lets a wave wait together: whatever it says, a moderator decides. What else falls
due for replies is the clock's.
"""

from collections.abc import Callable, Iterable
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
from jobs.score import Scorer
from newsroom.errors import QasidError
from newsroom.replies import SCREEN, Action, Deed, Reply
from newsroom.scoring import Model
from newsroom.screening import MOST_SAID, Facts, Flag, FlagKind, Screening, screen
from newsroom.waves import Joining, Neighbour, find_wave

log = structlog.get_logger()

AT_ONCE = 50
TELLING = 0.8  # the score from which a card says why: on real comments, 49 of 50 of these were not published
MOST_WEIGHED = 8  # runs of letters that are looked at for that


@dataclass(slots=True)
class Screener:
    """Screens what was sent; any number of them may work at once, and a person who acts meanwhile wins."""

    database: Database
    hosts: tuple[str, ...]  # of the site itself: a link to them leads nowhere else
    now: Callable[[], datetime]
    _gists: Gists = field(default_factory=dict)  # of what came last
    _scorer: Scorer = field(init=False)

    def __post_init__(self) -> None:
        """Score by what is kept in the same database."""
        self._scorer = Scorer(self.database)

    async def step(self) -> bool:
        """Screen what waits; tells whether any of it came into the queue."""
        async with self.database.read() as connection:
            waiting = await writing.list_submitted(connection, AT_ONCE)
        if waiting:
            await self._scorer.renew()
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
        joining, score = self._find_wave(reply, text, seen, facts), self._scorer.model.score(text)
        flags = (*seen.flags, *find_likeness(self._scorer.model, text, score), *tell_wave(joining))
        is_blocked = any(flag.kind is FlagKind.BLOCKED for flag in flags)
        deed = Deed(
            Action.QUARANTINE if joining else Action.PASS,
            flags=write_flags(flags),
            score=max(score, SUSPECT) if is_blocked else score,
        )
        came = await act(connection, reply.id, deed, SCREEN, now, seen=reply.version)
        if joining and isinstance(came, Done):
            await waves.join(connection, reply, joining, now)
        announce(connection, "cards")
        return came

    def _find_wave(self, reply: Reply, text: str, seen: Screening, facts: Facts) -> Joining | None:
        made = remember(self._gists, reply.id, reply.revision, text)
        ours = Neighbour(reply.id, reply.author_key or "", made, seen.leads_away, is_known=not facts.is_new)
        return find_wave(ours, facts.near)


def find_likeness(model: Model, text: str, score: float) -> tuple[Flag, ...]:
    """Answer why a score is high: the letters that weigh most towards what moderators did not publish."""
    heaviest = model.explain(text, MOST_WEIGHED) if score >= TELLING else ()
    said = tuple(one.letters.strip() for one in heaviest if one.weight > 0)[:MOST_SAID]
    return (Flag(FlagKind.LIKENESS, said),) if said else ()


def tell_wave(joining: Joining | None) -> tuple[Flag, ...]:
    """Answer how many others it came with."""
    return (Flag(FlagKind.WAVE, times=joining.authors),) if joining else ()


def write_flags(flags: Iterable[Flag]) -> tuple[dict[str, Any], ...]:
    """Answer flags as they are kept."""
    return tuple({"kind": str(flag.kind), "said": list(flag.said), "times": flag.times} for flag in flags)
