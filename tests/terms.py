"""What the tests of terms share: a term kept once, as the job `purge` keeps it, in one transaction."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from db.store.terms import Term


async def keep(connection: AsyncConnection, term: Term, now: datetime, most: int = 100) -> int:
    """Let some rows go that are over; answers how many."""
    found = await term.find(connection, most, now)
    if found:
        await term.drop(connection, found, now)
    return len(found)
