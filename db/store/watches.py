"""Watches: cards of articles that are drawn anew by themselves, for a while, as long as something is under way.

A card is watched when a press shows it, and no more when a press shows something else in its place: what an editor
looks at is never drawn over.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import and_, delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.sql import ColumnElement

from db.collecting import watches
from db.store import rows

KEPT_FOR = timedelta(minutes=15)  # afterwards 🔁 draws it


@dataclass(frozen=True, slots=True)
class Watch:
    """A card: of which article, in which message, what it shows, and when that was drawn."""

    article_id: int
    chat_id: int
    message_id: int
    shown: str
    begun_at: datetime
    drawn_at: datetime


NAMES = ("article_id", "chat_id", "message_id", "shown", "begun_at", "drawn_at")


async def begin(connection: AsyncConnection, watch: Watch) -> None:
    """Watch a card, the only one of its article in its chat."""
    await end(connection, watch.article_id, watch.chat_id)
    await connection.execute(insert(watches).values({name: getattr(watch, name) for name in NAMES}))


async def end(connection: AsyncConnection, article_id: int, chat_id: int) -> None:
    """Watch a card no more."""
    await connection.execute(delete(watches).where(_is(article_id, chat_id)))


async def list_all(connection: AsyncConnection) -> list[Watch]:
    """Answer the cards that are watched."""
    found = select(*(watches.c[name] for name in NAMES)).order_by(watches.c.article_id, watches.c.chat_id)
    return [Watch(*row) for row in await rows(connection, found)]


async def note_drawn(connection: AsyncConnection, watch: Watch, shown: str, now: datetime) -> bool:
    """Note that a card is drawn anew; False where a press has shown something else meanwhile."""
    same = _is(watch.article_id, watch.chat_id) & (watches.c.drawn_at == watch.drawn_at)
    same &= watches.c.message_id == watch.message_id
    drawn = update(watches).where(same).values(shown=shown, drawn_at=now)
    return (await connection.execute(drawn)).rowcount > 0


def _is(article_id: int, chat_id: int) -> ColumnElement[bool]:
    return and_(watches.c.article_id == article_id, watches.c.chat_id == chat_id)
