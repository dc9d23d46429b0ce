"""Follows and mutes: what a subscriber asked for, a row for each topic."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import bindparam, delete, exists, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.sql.selectable import ScalarSelect

from db.store import rows
from db.tables import article_topics, articles, follows

MINE = follows.c.subscriber_id == bindparam("subscriber")
LISTED = select(follows.c.tag, follows.c.muted).where(MINE).order_by(follows.c.tag)


async def list_of(connection: AsyncConnection, subscriber_id: int) -> dict[str, bool]:
    """Answer the topics of a subscriber, each with whether it is muted."""
    return {row.tag: row.muted for row in await rows(connection, LISTED, {"subscriber": subscriber_id})}


async def put(connection: AsyncConnection, subscriber_id: int, tags: Iterable[str], *, muted: bool) -> None:
    """Follow topics, or mute them; whichever is said last holds."""
    known = await list_of(connection, subscriber_id)
    for tag in dict.fromkeys(tags):
        if tag not in known:
            await connection.execute(insert(follows).values(subscriber_id=subscriber_id, tag=tag, muted=muted))
        elif known[tag] != muted:
            this = (follows.c.subscriber_id == subscriber_id) & (follows.c.tag == tag)
            await connection.execute(update(follows).where(this).values(muted=muted))


async def drop(connection: AsyncConnection, subscriber_id: int, tags: Iterable[str], *, muted: bool) -> int:
    """Follow topics no longer, or mute them no longer; answers how many were."""
    these = (follows.c.subscriber_id == subscriber_id) & follows.c.tag.in_(list(tags)) & (follows.c.muted == muted)
    return (await connection.execute(delete(follows).where(these))).rowcount


async def newest_wanted(connection: AsyncConnection, subscriber_id: int, since: datetime) -> int | None:
    """Answer the newest story since then that the subscriber would have been sent; None when there is none.

    The newest of each topic that is followed is the head of a range of an index; the newest of those is the answer.
    """
    heads = select(_newest_of_topic(subscriber_id, since)).where(
        follows.c.subscriber_id == subscriber_id, ~follows.c.muted
    )
    ids = {row[0] for row in await rows(connection, heads)} - {None}
    order = (articles.c.appeared_at.desc(), articles.c.id.desc())
    newest = select(articles.c.id).where(articles.c.id.in_(ids)).order_by(*order).limit(1)
    return (await connection.execute(newest)).scalar_one_or_none()


def _newest_of_topic(subscriber_id: int, since: datetime) -> ScalarSelect[int]:
    """Find the newest story about the topic of a follow that no mute is about."""
    mine, of_story = follows.alias("mine"), article_topics.alias("of_story")
    muted = exists().where(
        of_story.c.article_id == article_topics.c.article_id,
        mine.c.tag == of_story.c.tag,
        mine.c.subscriber_id == subscriber_id,
        mine.c.muted,
    )
    # Asked for each row, not joined: PostgreSQL takes firsts of a story for rare, and would read the whole table.
    story = select(articles.c.story_id).where(articles.c.id == article_topics.c.article_id).scalar_subquery()
    return (
        select(article_topics.c.article_id)
        .where(article_topics.c.tag == follows.c.tag, article_topics.c.appeared_at >= since)
        .where(article_topics.c.article_id == story, ~muted)
        .order_by(article_topics.c.appeared_at.desc(), article_topics.c.article_id.desc())
        .limit(1)
        .correlate(follows)
        .scalar_subquery()
    )
