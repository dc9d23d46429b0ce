"""The gate: what sources bring that editors see first, let through with its push, or keep from readers.

Also what a source took back, until editors have said what becomes of it. Each decision is made once: whoever comes
second is told so.
"""

from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.sql import ColumnElement

from db.store import articles as store
from db.store import corrections, pushes, rows
from db.tables import articles
from newsroom.pushes import Lane
from newsroom.withdrawals import Listed

HELD, REFUSED = "held", "refused"


async def publish(connection: AsyncConnection, number: int, now: datetime) -> bool:
    """Let an article through, also one that was kept back; False where it needs nobody's yes.

    Where another source told it meanwhile it joins that story, and nobody gets it twice.
    """
    await store.lock_desk(connection)
    # What was mended before anybody had it is no correction.
    through = update(articles).where(articles.c.id == number, articles.c.gate.is_not(None))
    passed = through.values(gate=None, corrected_at=None)
    told = (await connection.execute(passed.returning(articles.c.content_hash))).scalar_one_or_none()
    if told is None:
        return False
    public = articles.c.gate.is_(None) & ~articles.c.archived
    same = (articles.c.content_hash == told) & public & (articles.c.id != number)
    twin = await rows(connection, select(articles.c.story_id).where(same).order_by(articles.c.id).limit(1))
    if twin:
        await connection.execute(update(articles).where(articles.c.id == number).values(story_id=twin[0].story_id))
    else:
        await pushes.open_for(connection, number, Lane.NEWS, now)
    return True


async def refuse(connection: AsyncConnection, number: int) -> bool:
    """Keep an article from readers; False where it does not wait."""
    await store.lock_desk(connection)
    waits = (articles.c.id == number) & (articles.c.gate == HELD)
    return (await connection.execute(update(articles).where(waits).values(gate=REFUSED))).rowcount > 0


async def list_recent(connection: AsyncConnection, source_id: int, since: datetime) -> list[Listed]:
    """Answer what a source published since then and should still list; of unknown date it may list no longer."""
    kept = articles.c.withdrawn_at.is_(None) & articles.c.retracted.is_(None)
    dated = (articles.c.appeared_at >= since) & articles.c.published_at.is_not(None)
    of_source = (articles.c.source_id == source_id) & dated & kept
    found = await rows(connection, select(*articles.c["id", "guid", "url", "published_at"]).where(of_source))
    return [Listed(*row) for row in found]


async def note_withdrawn(connection: AsyncConnection, number: int, now: datetime) -> bool:
    """Note that an article's source took it back; False where that is known, or an editor was first."""
    new = articles.c.withdrawn_at.is_(None) & articles.c.retracted.is_(None)
    noted = update(articles).where(articles.c.id == number, new).values(withdrawn_at=now)
    return (await connection.execute(noted)).rowcount > 0


async def follow_withdrawal(connection: AsyncConnection, number: int, now: datetime) -> bool:
    """Take an article back as its source did; False where it is taken back already, or was never withdrawn."""
    if not await _is(connection, number, articles.c.withdrawn_at.is_not(None) & articles.c.retracted.is_(None)):
        return False
    return await corrections.retract(connection, number, "", now)


async def _is(connection: AsyncConnection, number: int, so: ColumnElement[bool]) -> bool:
    return bool(await rows(connection, select(articles.c.id).where(articles.c.id == number, so)))
