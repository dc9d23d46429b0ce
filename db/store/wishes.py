"""Wishes: who asked in the bot for a backup or for figures, and is answered by a job: no handler waits for long."""

from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.sql import ColumnElement

from db.operating import wishes
from db.store import rows
from db.wakeup import announce
from newsroom.stats import Span

BACKUP, FIGURES = ("backup",), tuple(map(str, Span))  # what may be asked for, by the job that answers
# How long an answer may take; then its worker is taken for dead.
PATIENCE = {BACKUP: timedelta(minutes=30), FIGURES: timedelta(minutes=1)}
What = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Wish:
    """Who asks, in which language, what for, and which message of his is to show it."""

    chat_id: int
    language: str
    id: int = 0
    what: str = "backup"
    message_id: int | None = None


async def ask(connection: AsyncConnection, wish: Wish, now: datetime) -> bool:
    """Ask for something; False where the same chat waits for that in the same place already."""
    same = [wishes.c[name].is_not_distinct_from(getattr(wish, name)) for name in ("chat_id", "what", "message_id")]
    if await rows(connection, select(wishes.c.id).where(*same)):
        return False
    values = asdict(wish) | {"due_at": now}
    del values["id"]
    await connection.execute(insert(wishes).values(values))
    announce(connection, "backup" if wish.what in BACKUP else "stats")
    return True


async def is_any_due(connection: AsyncConnection, now: datetime, what: What = BACKUP) -> bool:
    """Tell whether a claim would find something."""
    return bool(await rows(connection, select(wishes.c.id).where(_is_due(now, what)).limit(1)))


async def claim(connection: AsyncConnection, now: datetime, what: What = BACKUP) -> list[Wish]:
    """Take all that is asked for of this; nobody else takes it while there is patience with it."""
    due = select(wishes.c.id).where(_is_due(now, what)).with_for_update(skip_locked=True).cte("due")
    taken = update(wishes).where(wishes.c.id.in_(select(due.c.id))).values(due_at=now + PATIENCE[what])
    named = (wishes.c[name] for name in Wish.__slots__)
    return [Wish(*row) for row in await rows(connection, taken.returning(*named))]


def _is_due(now: datetime, what: What) -> ColumnElement[bool]:
    return (wishes.c.due_at <= now) & wishes.c.what.in_(what)


async def end(connection: AsyncConnection, wish: Wish) -> bool:
    """Forget a wish that was granted; False where another worker has granted it."""
    return (await connection.execute(delete(wishes).where(wishes.c.id == wish.id))).rowcount > 0
