"""Screening: what authors have sent is looked at once by a machine, and comes into the queue with what that saw.

    submitted ─▶ screen ─┬▶ the queue, with flags, what raised each, and a score (`jobs/score.py`)
                         └▶ set apart, where it is one of a wave (`newsroom/waves.py`)

The screen only flags, orders, and lets a wave wait together: whatever it says, a moderator decides. What else falls
due for replies is the clock's.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

import structlog
from sqlalchemy.ext.asyncio import AsyncConnection

from db.engine import Database
from db.store import waves, writing
from db.store.pending import SUSPECT
from db.store.replies import Done, act
from db.store.screened import Gists, Surroundings, find_facts, look_around, remember
from db.wakeup import announce
from jobs.score import Scorer
from newsroom.errors import QasidError
from newsroom.replies import SCREEN, Action, Deed, Reply, State
from newsroom.scoring import Model
from newsroom.screening import MOST_SAID, Flag, FlagKind, Screening, screen
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
            around = await look_around(connection, self.now(), self._gists) if waiting else None
        if around is None:
            return False
        await self._scorer.renew()
        return any([await self._pass(reply, text, around) for reply, text in waiting])

    async def _pass(self, reply: Reply, text: str, around: Surroundings) -> bool:
        try:
            async with self.database.write() as connection:
                screened = await self._look(connection, reply, text, around)
        except QasidError as error:
            log.warning("a reply was not screened", reply=reply.id, reason=str(error))
            return False
        if screened:
            around.note(*screened)
        return screened is not None

    async def _look(
        self, connection: AsyncConnection, reply: Reply, text: str, around: Surroundings
    ) -> tuple[Neighbour, list[str]] | None:
        """Screen a reply; answer it as others will be compared with it, and what is set apart with it.

        None where a person acted meanwhile.
        """
        now = self.now()
        facts = replace(await find_facts(connection, reply, around, now, self._gists), hosts=self.hosts)
        seen = screen(text, facts)
        made = remember(self._gists, reply.id, reply.revision, text)
        ours = Neighbour(reply.id, reply.author_key or "", made, seen.leads_away, is_known=not facts.is_new)
        joining = find_wave(ours, facts.near)
        came = await act(connection, reply.id, self._judge(text, seen, joining), SCREEN, now, seen=reply.version)
        announce(connection, "cards")
        if not isinstance(came, Done):
            return None
        if joining is None:
            return replace(ours, is_free=came.reply.state is State.PENDING), []
        wave_id, moved = await waves.join(connection, reply, joining, now)
        return replace(ours, wave_id=wave_id, wave_kind=joining.kind), moved

    def _judge(self, text: str, seen: Screening, joining: Joining | None) -> Deed:
        score = self._scorer.model.score(text)
        flags = (*seen.flags, *find_likeness(self._scorer.model, text, score), *tell_wave(joining))
        is_blocked = any(flag.kind is FlagKind.BLOCKED for flag in flags)
        return Deed(
            Action.QUARANTINE if joining else Action.PASS,
            flags=write_flags(flags),
            score=max(score, SUSPECT) if is_blocked else score,
        )


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
