"""Indexing: what the index of the archive does not have yet is put into it, from the newest article down.

What is stored from now on is indexed as it is stored; this is for what was there before, and for an index that another
version's analyser made. How far it has come stands in the database, so it goes on after a stop, and anyone may run it.
"""

from dataclasses import dataclass

import structlog

from db.engine import Database
from db.store import articles, search

log = structlog.get_logger()

CHUNK = 20  # articles in one transaction: some ten milliseconds, and people's writes pass between


@dataclass(slots=True)
class Indexer:
    """Indexes for one worker."""

    database: Database
    chunk: int = CHUNK

    async def step(self) -> bool:
        """Index the next articles; tells whether there are more. One at a time does it, by the desk's lock."""
        async with self.database.read() as connection:
            if not await search.is_behind(connection):
                return False
        async with self.database.write() as connection:
            await articles.lock_desk(connection)
            more = await search.index_more(connection, self.chunk)
        if not more:
            log.info("the index of the archive is whole")
        return more
