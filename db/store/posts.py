"""Posts: the messages of groups and channels that show an article, by what was delivered there, and their copies.

A channel may have a group in which its posts are discussed: Telegram puts a copy of each there, and what answers the
copy is a comment. Which copy is whose is learnt from the update about it (`bot/handlers/copies.py`).
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

from sqlalchemy import Select, select
from sqlalchemy.ext.asyncio import AsyncConnection

from db.showing import copies
from db.store import AnyRow, rows, write_new
from db.store.terms import Term
from db.tables import articles, chats, deliveries, pushes, subscribers

GROUPS = ("group", "supergroup", "channel")
KEPT_FOR = timedelta(days=90)  # as deliveries, by which posts are known
LATELY = timedelta(days=2)  # in which a new post was planned


@dataclass(frozen=True, slots=True)
class Copy:
    """Where a post of a channel is discussed: the copy of it in a group."""

    channel_id: int
    post_id: int
    chat_id: int
    message_id: int


async def list_posts(connection: AsyncConnection, article_id: int, most: int) -> Sequence[AnyRow]:
    """Answer the messages of groups and channels that show an article, the newest first.

    Each with `chat_id`, `message_id`, and the `language` and `digits` that it was written in.
    """
    return await rows(connection, _posts(article_id).where(chats.c.kind.in_(GROUPS)).limit(most))


async def list_channels(connection: AsyncConnection, article_id: int) -> list[int]:
    """Answer the channels that posted an article."""
    found = await rows(connection, _posts(article_id).where(chats.c.kind == "channel"))
    return list(dict.fromkeys(row.chat_id for row in found))


async def list_groups(connection: AsyncConnection, article_id: int) -> list[int]:
    """Answer the groups in which the posts of channels about an article are discussed."""
    found = await rows(connection, _copies(article_id))
    return list(dict.fromkeys(row.chat_id for row in found))


async def find_post(connection: AsyncConnection, article_id: int, chat_id: int) -> AnyRow | None:
    """Answer what a reply to an article answers in a chat: the copy of a channel's post, or the newest post itself."""
    known = await rows(connection, _copies(article_id).where(copies.c.chat_id == chat_id).limit(1))
    found = known or await rows(connection, _posts(article_id).where(chats.c.id == chat_id).limit(1))
    return found[0] if found else None


async def note_copy(connection: AsyncConnection, copy: Copy, now: datetime) -> None:
    """Note where a post is discussed."""
    await write_new(connection, copies, **asdict(copy), seen_at=now)


async def find_shown(connection: AsyncConnection, chat_id: int, message_id: int, now: datetime) -> int | None:
    """Answer the article that a new message of a channel shows; None where that is not known yet, or no more.

    Deliveries are looked for push by push, as no index goes by subscriber.
    """
    its = (
        (subscribers.c.chat_id == chat_id) & (deliveries.c.message_id == message_id) & deliveries.c.digest_id.is_(None)
    )
    found = (
        select(deliveries.c.article_id)
        .select_from(subscribers)
        .join(pushes, pushes.c.created_at >= now - LATELY)
        .join(deliveries, (deliveries.c.push_id == pushes.c.id) & (deliveries.c.subscriber_id == subscribers.c.id))
        .where(its)
    )
    return (await connection.execute(found.limit(1))).scalar_one_or_none()


TERM = Term(copies, lambda now: copies.c.seen_at < now - KEPT_FOR)


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


def _copies(article_id: int) -> Select[*tuple[object, ...]]:
    copy = (copies.c.channel_id == subscribers.c.chat_id) & (copies.c.post_id == deliveries.c.message_id)
    columns = (*copies.c["chat_id", "message_id"], *subscribers.c["language", "digits"])
    return _posts(article_id).join(copies, copy).with_only_columns(*columns)
