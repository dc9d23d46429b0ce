"""The score: the model that each process scores by, and the job that learns all decisions anew now and then.

    Trainer   once a day, or after many decisions ─ in a thread ─▶ the next version of the model that is kept
    Scorer    the version that is kept, when there is another ─ and what was decided since ─▶ a score, and why

A score orders the queue and nothing else. Where there is no model, or too little to learn from, everything scores in
the middle. Training takes seconds, and its thread shares the processor with all else: it is done seldom.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

import structlog

from db.engine import Database
from db.store import learnt
from newsroom.decisions import Learnt, choose, follow, is_due, is_enough
from newsroom.scoring import Example, Model, train

log = structlog.get_logger()

AT_ONCE = 100  # decisions, learnt one by one


@dataclass(slots=True)
class Trainer:
    """Trains for all processes; where two do it at once, the second has done it in vain."""

    database: Database
    now: Callable[[], datetime]

    async def step(self) -> bool:
        """Learn all decisions anew if it is time; tells whether that was done."""
        async with self.database.read() as connection:
            known = await learnt.find(connection)
            if not is_due(known, await learnt.count_news(connection, known.upto if known else 0), self.now()):
                return False
            upto = await learnt.find_newest_line(connection)
            examples = choose(await learnt.list_newest(connection))
        if is_enough(examples, known):
            return await self._train(known, upto, examples)
        if known is None or known.is_own:  # nothing is to be left of texts that are erased by now
            return await self._train(known, upto, [])
        async with self.database.write() as connection:
            await learnt.put_off(connection, self.now())
        return False

    async def _train(self, known: Learnt | None, upto: int, examples: list[Example]) -> bool:
        packed = await asyncio.to_thread(_train, examples)
        new = Learnt(known.version if known else 0, self.now(), upto, len(examples))
        async with self.database.write() as connection:
            is_fit = not await learnt.is_any_erased(connection, upto)  # or something of it is left in the model
            is_kept = is_fit and await learnt.store(connection, new, packed)
        log.info("decisions learnt", decisions=len(examples), kept=is_kept)
        return is_kept


def _train(examples: list[Example]) -> bytes:
    return learnt.pack(train(examples) if examples else Model())


@dataclass(slots=True)
class Scorer:
    """Scores for one process."""

    database: Database
    model: Model = field(default_factory=Model)
    _version: int = 0
    _upto: int | None = None  # the newest line that was followed; none where there is nothing to add to

    async def renew(self) -> None:
        """Take over the newest model, and what was decided since."""
        async with self.database.read() as connection:
            version = await learnt.find_version(connection)
            kept = await learnt.load(connection) if version != self._version else None
        if kept:
            await self._take(*kept)
        while self._upto is not None:
            async with self.database.read() as connection:
                lines = await learnt.list_since(connection, self._upto, AT_ONCE)
            await asyncio.to_thread(follow, self.model, lines)
            self._upto = lines[-1].id if lines else self._upto
            if len(lines) < AT_ONCE:
                break

    async def _take(self, known: Learnt, packed: bytes) -> None:
        self._version, self._upto = known.version, known.upto if known.decisions else None
        try:
            self.model = await asyncio.to_thread(learnt.unpack, packed)
        except ValueError as error:
            self.model, self._upto = Model(), None
            log.warning("the model cannot be read, and waits to be trained anew", reason=str(error))
