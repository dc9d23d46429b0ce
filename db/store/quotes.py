"""Quotes: the replies that a digest brings below its articles, chosen once for each set of articles.

    a set is rendered first ─▶ choose: the newest public replies to its articles ─▶ kept for all who get that set
    one of them is changed, or gone ─▶ mark_stale: the messages with it show an older version, so they are edited

Were they chosen anew for each rendering, a set would be as many messages as there were replies while it was sent. What
became of a quoted reply alone makes another rendering of the same set: it is left out, or in its new words.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from db.replying import publications, replies
from db.showing import digests, quotes
from db.store import each, insert_unless_there, pushes, rows, writing
from db.store.writing import PublicReply
from db.tables import deliveries
from db.tables import pushes as pushes_table
from db.wakeup import announce
from newsroom.sharing import Destination

MOST = 3  # replies in a digest


async def choose(connection: AsyncConnection, digest_id: int, stories: Sequence[int], now: datetime) -> list[str]:
    """Answer the replies that a digest brings: those that were chosen, or else the newest that are public now."""
    await rows(connection, select(digests.c.id).where(digests.c.id == digest_id).with_for_update())
    if known := await list_chosen(connection, digest_id):
        return known
    public = replies.c.article_id.in_(stories) & replies.c.public_revision.is_not(None)
    newest = select(*replies.c["id", "public_revision"]).where(public)
    newest = newest.order_by(replies.c.published_at.desc(), replies.c.id).limit(MOST)
    found = await rows(connection, newest.with_for_update())  # or one that is taken back just now would stay quoted
    chosen = ({"digest_id": digest_id, "reply_id": row.id} for row in found)
    await each(connection, insert_unless_there(connection, quotes), chosen)
    for row in found:
        shown = {"wanted": row.public_revision, "shown": row.public_revision, "state": "settled", "due_at": now}
        place = {"reply_id": row.id, "destination": Destination.DIGEST.value, "target": ""} | shown
        await connection.execute(insert_unless_there(connection, publications).values(place))
    return [row.id for row in found]


async def list_chosen(connection: AsyncConnection, digest_id: int) -> list[str]:
    """Answer the replies that were chosen for a digest."""
    found = await rows(connection, select(quotes.c.reply_id).where(quotes.c.digest_id == digest_id))
    return [row.reply_id for row in found]


async def list_public(connection: AsyncConnection, ids: Sequence[str]) -> list[PublicReply]:
    """Answer those of the chosen replies that are public still, the newest first."""
    return list(reversed((await writing.list_by_ids(connection, ids)).values()))


async def list_public_of(connection: AsyncConnection, digest_id: int) -> list[PublicReply]:
    """Answer what a digest brings of what readers say."""
    return await list_public(connection, await list_chosen(connection, digest_id))


async def mark_stale(
    connection: AsyncConnection, reply_id: str, article_id: int, now: datetime, since: datetime | None = None
) -> None:
    """Let the messages of digests that bring a reply be edited: all, or those that arrived since then."""
    push = await rows(connection, select(pushes_table.c.id).where(pushes_table.c.story_id == article_id))
    if not push:
        return
    quoting = select(quotes.c.digest_id).where(quotes.c.reply_id == reply_id)
    arrived = (deliveries.c.state == "sent") & (deliveries.c.version > 0) & deliveries.c.digest_id.in_(quoting)
    these = (deliveries.c.push_id == push[0].id) & arrived
    these = these & (deliveries.c.settled_at >= since) if since else these
    if (await connection.execute(update(deliveries).where(these).values(version=0))).rowcount:
        await pushes.note_stale(connection, [(push[0].id, 0)], now)
        announce(connection, "deliver")
