"""Words that the newsroom blocked: replies with one are flagged and stand last in the queue, and no pen may bear one.

Nothing is refused for them: a list is wrong about most of what it finds, so a moderator decides.
"""

from datetime import datetime

from sqlalchemy import delete, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from db.replying import blocked_words
from db.store import rows, write_new
from newsroom.text import fold


async def block(connection: AsyncConnection, said: str, now: datetime) -> bool:
    """Block a word or a phrase; False where it is blocked already, in whatever spelling."""
    row = {"folded": fold(said), "said": said, "blocked_at": now}
    return await write_new(connection, blocked_words, **row) is not None


async def unblock(connection: AsyncConnection, said: str) -> bool:
    """Block a word no more; False where it is not."""
    this = delete(blocked_words).where(blocked_words.c.folded == fold(said))
    return (await connection.execute(this)).rowcount > 0


async def count(connection: AsyncConnection) -> int:
    """Answer how many are blocked."""
    return int((await connection.execute(select(func.count()).select_from(blocked_words))).scalar_one())


async def list_all(connection: AsyncConnection) -> list[str]:
    """Answer what is blocked, as it was said, in the order of its letters."""
    return [row.said for row in await rows(connection, select(blocked_words.c.said).order_by(blocked_words.c.folded))]
