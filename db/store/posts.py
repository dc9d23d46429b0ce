"""Posts: the messages of groups and channels that show an article, by what was delivered there."""

from collections.abc import Sequence

from sqlalchemy import Select, select
from sqlalchemy.ext.asyncio import AsyncConnection

from db.store import AnyRow, rows
from db.tables import articles, chats, deliveries, pushes, subscribers

GROUPS = ("group", "supergroup", "channel")


async def list_posts(connection: AsyncConnection, article_id: int, most: int) -> Sequence[AnyRow]:
    """Answer the messages of groups and channels that show an article, the newest first.

    Each with `chat_id`, `message_id`, and the `language` and `digits` that it was written in.
    """
    return await rows(connection, _posts(article_id).where(chats.c.kind.in_(GROUPS)).limit(most))


async def list_channels(connection: AsyncConnection, article_id: int) -> list[int]:
    """Answer the channels that posted an article."""
    found = await rows(connection, _posts(article_id).where(chats.c.kind == "channel"))
    return list(dict.fromkeys(row.chat_id for row in found))


async def find_post(connection: AsyncConnection, article_id: int, chat_id: int) -> AnyRow | None:
    """Answer the newest message of a chat that shows an article; None where none does."""
    found = await rows(connection, _posts(article_id).where(chats.c.id == chat_id).limit(1))
    return found[0] if found else None


def _posts(article_id: int) -> Select[*tuple[object, ...]]:
    told = select(articles.c.story_id).where(articles.c.id == article_id).scalar_subquery()
    story = (pushes.c.id == deliveries.c.push_id) & (pushes.c.story_id == told)
    shown = (deliveries.c.article_id == article_id) & (deliveries.c.state == "sent")
    alone = shown & deliveries.c.message_id.is_not(None) & deliveries.c.digest_id.is_(None)
    # The sign finds them by the index, among all who were sent it.
    public = (subscribers.c.chat_id < 0) & (subscribers.c.state == "active") & (chats.c.state == "active")
    columns = (subscribers.c.chat_id, deliveries.c.message_id, *subscribers.c["language", "digits"])
    return (
        select(*columns)
        .select_from(deliveries)
        .join(pushes, story)
        .join(subscribers, subscribers.c.id == deliveries.c.subscriber_id)
        .join(chats, chats.c.id == subscribers.c.chat_id)
        .where(alone, public)
        .order_by(deliveries.c.settled_at.desc())
    )
