"""The gate: what sources bring that editors see first, let through with its push, or keep from readers.

    a new article   ─▶ articles.gate: nobody sees it             ─▶ ✅ it is pushed, or joins its story
    another version ─▶ versions.gate: readers keep the one before ─▶ ✅ who has the article sees it corrected

Also what a source took back, until editors have said what becomes of it. Each decision is made once: whoever comes
second is told so.
"""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    CompoundSelect,
    and_,
    bindparam,
    case,
    exists,
    func,
    insert,
    literal_column,
    select,
    union,
    update,
)
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.sql import ColumnElement

from db.store import articles as store
from db.store import corrections, joining, pushes, rows, search
from db.store.pushes import NO_LEAD
from db.store.queue import want_version
from db.tables import articles, versions
from newsroom.articles import Article
from newsroom.changes import Wording
from newsroom.pushes import Lane
from newsroom.withdrawals import Listed

HELD, REFUSED = "held", "refused"
CHANGED, KEPT = "changed", "kept"  # the same of a version of what readers have
WAITS: ColumnElement[str] = literal_column("'held'")  # said literally, or the partial index is not used
WORDS = ("title", "lead", "body", "author", "image")
RECENT = select(*articles.c["id", "guid", "url", "published_at"]).where(  # asked in each poll, so it is built once
    articles.c.source_id == bindparam("source"),
    articles.c.appeared_at >= bindparam("since"),
    articles.c.published_at.is_not(None),
    articles.c.withdrawn_at.is_(None),
    articles.c.retracted.is_(None),
)


async def find(connection: AsyncConnection, number: int) -> Article | None:
    """Answer an article as editors decide on it: in the version that waits, also where readers have another."""
    article = await store.find(connection, number)
    waiting = await _find_waiting(connection, number)
    if article is None or waiting is None:
        return article
    words = {name: getattr(waiting, name) for name in WORDS}
    return replace(article, version=waiting.version, gate=CHANGED if waiting.gate == HELD else KEPT, **words)


async def _find_waiting(connection: AsyncConnection, number: int) -> Any | None:
    """Answer the newest version of an article, where that is beyond what readers see."""
    newest = select(versions).where(versions.c.article_id == number).order_by(versions.c.version.desc()).limit(1)
    beyond = newest.join(articles, articles.c.id == versions.c.article_id).add_columns(articles.c.version.label("seen"))
    found = await rows(connection, beyond)
    return found[0] if found and found[0].version > found[0].seen else None


async def publish(
    connection: AsyncConnection, number: int, now: datetime, lane: Lane = Lane.NEWS, lead: timedelta = NO_LEAD
) -> bool:
    """Let an article through, or its version that waits, also one that was kept back.

    False where it needs nobody's yes. Where another source told it meanwhile it joins that story, and nobody gets it
    twice; what is archive rings nobody. Staff have it alone for the `lead`.
    """
    await store.lock_desk(connection)
    if waiting := await _find_waiting(connection, number):
        await _pass_version(connection, waiting, now)
        return True
    # What was mended before anybody had it is no correction.
    through = update(articles).where(articles.c.id == number, articles.c.gate.is_not(None))
    passed = through.where(articles.c.retracted.is_(None)).values(gate=None, corrected_at=None)
    found = await rows(connection, passed.returning(articles.c.archived))
    if not found:
        return False
    story_id = await joining.find_for(connection, number)
    await connection.execute(update(articles).where(articles.c.id == number).values(story_id=story_id or number))
    if story_id is not None:
        await joining.name_source(connection, number, now)
    elif not found[0].archived:
        await pushes.open_for(connection, number, lane, now, lead)
    return True


async def _pass_version(connection: AsyncConnection, waiting: Any, now: datetime) -> None:
    """Let readers see a version, as a correction of the one that they have."""
    number, before = waiting.article_id, await store.words_of(connection, waiting.article_id)
    await search.put(connection, number, Wording(waiting.title, waiting.lead, waiting.body), before)
    through = update(versions).where(_is_version(waiting))
    await connection.execute(through.values(gate=None))
    shown = update(articles).where(articles.c.id == number)
    await connection.execute(shown.values(version=waiting.version, corrected_at=now))
    await want_version(connection, number, waiting.version, now)


async def refuse(connection: AsyncConnection, number: int) -> bool:
    """Keep an article from readers, or its version that waits; False where it does not wait."""
    await store.lock_desk(connection)
    if waiting := await _find_waiting(connection, number):
        kept = update(versions).where(_is_version(waiting), versions.c.gate == HELD).values(gate=REFUSED)
    else:
        kept = update(articles).where(articles.c.id == number, articles.c.gate == HELD).values(gate=REFUSED)
    return (await connection.execute(kept)).rowcount > 0


async def rewrite(connection: AsyncConnection, number: int, texts: dict[str, str], now: datetime) -> None:
    """Write what waits of an article anew; `texts` are its `title` and `lead`, and it goes on waiting."""
    await store.lock_desk(connection)
    waiting = await _find_waiting(connection, number)
    if waiting is None:
        await corrections.correct(connection, number, texts, now)
        return
    told = {name: value for name, value in waiting._mapping.items() if name in versions.c}  # noqa: SLF001  (public)
    newer = {"version": waiting.version + 1, "seen_at": now, "gate": HELD}
    await connection.execute(insert(versions).values(told | newer | texts))


async def propose(connection: AsyncConnection, number: int, texts: dict[str, str], now: datetime) -> None:
    """Write other words of an article beside those that readers see; they wait for an editor's yes.

    `texts` are columns of `versions`. Of an article that waits itself it is a rewriting.
    """
    await store.lock_desk(connection)
    seen = select(articles.c.gate, versions).join(versions, store.NEWEST).where(articles.c.id == number)
    found = await rows(connection, seen)
    if not found or found[0].gate is not None or await _find_waiting(connection, number):
        await rewrite(connection, number, texts, now)
        return
    told = {column.name: getattr(found[0], column.name) for column in versions.c if column.name != "gate"}
    waits = {"version": found[0].version + 1, "seen_at": now, "gate": HELD}
    await connection.execute(insert(versions).values(told | waits | texts))


async def count_waiting(connection: AsyncConnection) -> int:
    """Answer how many articles wait for an editor, or newer versions of what readers have."""
    return int((await connection.execute(select(func.count()).select_from(_waiting().subquery()))).scalar_one())


async def find_next(connection: AsyncConnection, after: int) -> int | None:
    """Answer the next article after one that waits for an editor, the oldest after the newest; None where none does."""
    waiting = _waiting().subquery()
    later = case((waiting.c.id > after, 0), else_=1)
    found = await rows(connection, select(waiting.c.id).order_by(later, waiting.c.id).limit(1))
    return int(found[0].id) if found else None


def _waiting() -> CompoundSelect[int]:
    """Answer the query for what waits; what stood in a source before anybody looked is asked about by nobody.

    Both halves go by the index of what is held, which is little.
    """
    alive = articles.c.retracted.is_(None)
    itself = select(articles.c.id).where(articles.c.gate == WAITS, ~articles.c.archived, alive)
    newer = versions.alias()
    newest = ~exists().where(newer.c.article_id == versions.c.article_id, newer.c.version > versions.c.version)
    beyond = (articles.c.id == versions.c.article_id) & (articles.c.version < versions.c.version)
    changed = select(articles.c.id).join(versions, beyond).where(versions.c.gate == WAITS, newest, alive)
    return union(itself, changed.where(articles.c.gate.is_(None)))


def _is_version(row: Any) -> ColumnElement[bool]:
    return and_(versions.c.article_id == row.article_id, versions.c.version == row.version)


async def list_recent(connection: AsyncConnection, source_id: int, since: datetime) -> list[Listed]:
    """Answer what a source published since then and should still list; of unknown date it may list no longer."""
    return [Listed(*row) for row in await rows(connection, RECENT, {"source": source_id, "since": since})]


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
