"""Stories: how an article that tells what another source told is found, joins that story, and is named in it.

    a new article, or one that an editor let through ─▶ find its story ─▶ name its source in what was sent lately

What is one story is for `newsroom/stories.py` and `newsroom/semantic.py` to say.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, literal, select
from sqlalchemy.ext.asyncio import AsyncConnection

from db.store import articles as store
from db.store import rows, sketches, vectors
from db.store.articles import PUBLIC
from db.store.deliveries import SENDING, SENT
from db.store.queue import want_version
from db.tables import articles, deliveries, pushes
from newsroom.pushes import PushState
from newsroom.sketches import Sketch
from newsroom.stories import MOST_NAMED, MOST_RENAMED, NAMED_WITHIN

STANDS = PUBLIC & articles.c.retracted.is_(None)


@dataclass(frozen=True, slots=True)
class Told:
    """What a story is found by."""

    source_id: int
    language: str
    at: datetime  # when it appeared
    sketch: Sketch | None = None
    vector: bytes = b""


async def find_story(connection: AsyncConnection, told: Told) -> int | None:
    """Answer the story that something tells too: told by another source, or in another language."""
    found = await sketches.find_story(connection, told.source_id, told.sketch, told.at) if told.sketch else None
    if found is None and told.vector:
        found = await vectors.find_story(connection, told.language, told.vector, told.at)
    return found


async def find_for(connection: AsyncConnection, number: int) -> int | None:
    """Answer the story that a stored article belongs to now, which others may have told after it; None for its own."""
    names = ("source_id", "language", "appeared_at", "content_hash", "story_id")
    (row,) = await rows(connection, select(*articles.c[names]).where(articles.c.id == number))
    others, same = articles.c.id != number, articles.c.content_hash == row.content_hash
    known = select(articles.c.story_id).where(others, STANDS).order_by(articles.c.id).limit(1)
    for found in (known.where(articles.c.id == row.story_id), known.where(same, ~articles.c.archived)):
        if twin := await rows(connection, found):
            return int(twin[0].story_id)
    told, vector = await sketches.read(connection, number), await vectors.read(connection, number)
    return await find_story(connection, Told(row.source_id, row.language, row.appeared_at, told, vector))


async def name_source(connection: AsyncConnection, number: int, now: datetime) -> None:
    """Let what was sent lately of an article's story name its source too; what is sent from now on does anyhow.

    It is another version of the story's first article, in the same words: so messages are edited, and no correction.
    """
    (row,) = await rows(connection, select(*articles.c["story_id", "source_id"]).where(articles.c.id == number))
    told = select(articles.c.source_id).where(articles.c.story_id == row.story_id, STANDS, articles.c.id != number)
    named = {one.source_id for one in await rows(connection, told)}
    if not named or row.source_id in named or len(named) >= MOST_NAMED:
        return
    if await _may_rename(connection, row.story_id, now) and (
        first := await store.rewrite(connection, row.story_id, now)
    ):
        await want_version(connection, row.story_id, first.version, now)


async def _may_rename(connection: AsyncConnection, story_id: int, now: datetime) -> bool:
    """Tell whether messages of a story are there or on their way, lately and so few that they are soon edited."""
    alive = pushes.c.state.in_((PushState.RUNNING.value, PushState.DONE.value))
    young = (pushes.c.story_id == story_id) & (pushes.c.created_at > now - NAMED_WITHIN) & alive
    push = await rows(connection, select(pushes.c.id).where(young))
    if not push:
        return False
    of_push = select(literal(1)).where(deliveries.c.push_id == push[0].id)
    counted = [
        select(func.count()).select_from(of_push.where(state).limit(MOST_RENAMED + 1).subquery())
        for state in (SENT, SENDING)
    ]
    sent, leaving = [(await connection.execute(count)).scalar_one() for count in counted]
    return 0 < sent + leaving <= MOST_RENAMED
