"""Wishes: who asked in the bot for a backup, answered by the clock's people, for a handler never waits for a disk."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from db.operating import wishes
from db.store import rows
from db.wakeup import announce

PATIENCE = timedelta(minutes=30)  # that a backup may take; then its worker is taken for dead


@dataclass(frozen=True, slots=True)
class Wish:
    """Who asks for a backup, and in which language."""

    chat_id: int
    language: str
    id: int = 0


async def ask(connection: AsyncConnection, wish: Wish, now: datetime) -> bool:
    """Ask for a backup; False where the same chat waits for one already."""
    if await rows(connection, select(wishes.c.id).where(wishes.c.chat_id == wish.chat_id)):
        return False
    await connection.execute(insert(wishes).values(chat_id=wish.chat_id, language=wish.language, due_at=now))
    announce(connection, "backup")
    return True


async def is_any_due(connection: AsyncConnection, now: datetime) -> bool:
    """Tell whether a claim would find something."""
    return bool(await rows(connection, select(wishes.c.id).where(wishes.c.due_at <= now).limit(1)))


async def claim(connection: AsyncConnection, now: datetime) -> list[Wish]:
    """Take all that is asked for, which one backup grants; nobody else takes it while there is patience with it."""
    due = select(wishes.c.id).where(wishes.c.due_at <= now).with_for_update(skip_locked=True).cte("due")
    taken = update(wishes).where(wishes.c.id.in_(select(due.c.id))).values(due_at=now + PATIENCE)
    named = (wishes.c.chat_id, wishes.c.language, wishes.c.id)
    return [Wish(*row) for row in await rows(connection, taken.returning(*named))]


async def end(connection: AsyncConnection, wish: Wish) -> bool:
    """Forget a wish that was granted; False where another worker has granted it."""
    return (await connection.execute(delete(wishes).where(wishes.c.id == wish.id))).rowcount > 0
