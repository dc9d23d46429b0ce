"""Follows and mutes: what a subscriber asked for, a row for each topic."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import and_, delete, exists, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from db.store import rows
from db.tables import article_topics, articles, follows


async def list_of(connection: AsyncConnection, subscriber_id: int) -> dict[str, bool]:
    """Answer the topics of a subscriber, each with whether it is muted."""
    found = select(follows.c.tag, follows.c.muted).where(follows.c.subscriber_id == subscriber_id)
    return {row.tag: row.muted for row in await rows(connection, found.order_by(follows.c.tag))}


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
    """Answer the newest story since then that the subscriber would have been sent; None when there is none."""
    about = and_(article_topics.c.tag == follows.c.tag, article_topics.c.article_id == articles.c.id)
    mine = follows.c.subscriber_id == subscriber_id
    wanted = and_(exists().where(about, mine, ~follows.c.muted), ~exists().where(about, mine, follows.c.muted))
    firsts = (articles.c.id == articles.c.story_id) & (articles.c.appeared_at >= since)
    order = (articles.c.appeared_at.desc(), articles.c.id.desc())
    found = await rows(connection, select(articles.c.id).where(firsts, wanted).order_by(*order).limit(1))
    return int(found[0].id) if found else None
