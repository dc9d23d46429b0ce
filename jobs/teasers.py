"""Teasers whose pages could not be read when they came: these are asked for again, and fill their articles.

That is no correction, and it sends nothing: who has the article has its beginning and its link.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

import structlog

from db.engine import Database
from db.store import articles, sources
from db.store.sources import Source
from jobs.pages import Pages
from newsroom.articles import ParsedArticle
from newsroom.teasers import count_down
from newsroom.topics import Classifier

log = structlog.get_logger()


@dataclass(slots=True)
class Teasers:
    """Looks after them for one worker."""

    database: Database
    pages: Pages
    now: Callable[[], datetime]

    async def look(self, source: Source, classifier: Classifier) -> int:
        """Ask again for the pages that a source still owes; answers how many were read."""
        owed = source.pages or {}
        async with self.database.read() as connection:
            found = await articles.find_as_told(connection, source.id, list(owed))
        completed = await self.pages.complete_all(list(found.values()))
        read = 0
        for (number, item), whole in zip(found.items(), completed.items, strict=True):
            if len(whole.body) > len(item.body):
                await self._fill(number, whole, classifier)
                read += 1
        here = {item.guid for item in found.values()}
        async with self.database.write() as connection:
            left = count_down(
                await sources.find_pages(connection, source.id),
                completed.tried | (owed.keys() - here),
                completed.late,
            )
            await sources.note_pages(connection, source.id, left)
        return read

    async def _fill(self, number: int, whole: ParsedArticle, classifier: Classifier) -> None:
        topicality = classifier.classify(whole)
        log.info("page read later", url=whole.url, number=number)
        async with self.database.write() as connection:
            await articles.lock_desk(connection)
            if await articles.fill(connection, number, whole, self.now()):
                await articles.set_topics(connection, number, topicality)
