"""How far a reader, a reply and a broadcast have come; for the tour of the demo. Another one is a line of `read`."""

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from db.broadcasting import broadcasts
from db.replying import replies
from db.store import rows
from db.tables import deliveries, follows, pushes, subscribers


async def read(connection: AsyncConnection, chat_id: int) -> dict[str, int]:
    """Answer how many there are of each, for the reader in a chat; replies and editors are anybody's."""
    counted = {
        "articles": _arrived(chat_id, pushes.c.story_id.is_not(None)),
        "submitted": _replies(replies.c.submitted_at.is_not(None)),
        "decided": _replies(replies.c.decided_at.is_not(None)),
        "published": _replies(replies.c.published_at.is_not(None)),
        "broadcasts": _arrived(chat_id, pushes.c.id.in_(select(broadcasts.c.push_id))),
    }
    return {name: int((await rows(connection, count))[0][0]) for name, count in counted.items()}


async def list_followed(connection: AsyncConnection, chat_id: int) -> list[str]:
    """Answer the topics that the reader in a chat follows."""
    of_reader = select(subscribers.c.id).where(subscribers.c.chat_id == chat_id)
    followed = select(follows.c.tag).where(follows.c.subscriber_id.in_(of_reader), follows.c.muted.is_(False))
    return [str(row.tag) for row in await rows(connection, followed)]


def _arrived(chat_id: int, which: ColumnElement[bool]) -> Select[int]:
    return (
        select(func.count())
        .select_from(deliveries)
        .join(subscribers, subscribers.c.id == deliveries.c.subscriber_id)
        .join(pushes, pushes.c.id == deliveries.c.push_id)
        .where(subscribers.c.chat_id == chat_id, deliveries.c.state == "sent", which)
    )


def _replies(which: ColumnElement[bool]) -> Select[int]:
    return select(func.count()).select_from(replies).where(which)
