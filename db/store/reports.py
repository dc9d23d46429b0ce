"""Reports of readers: made once for a reply and a reader, counted since moderators last looked; by whom nobody learns.

Which of them were groundless is kept nowhere: it is read off what became of the replies. Where a text was hidden and is
public again as it was, a moderator found nothing wrong with it; what its author wrote anew meanwhile, or took back,
speaks for nobody.
"""

from collections import defaultdict
from collections.abc import Collection
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from db.replying import replies, reports, revisions
from db.store import rows, write_new
from db.store.terms import Term
from newsroom.reports import OLDEST_COUNTED, is_heeded

KEPT_FOR = timedelta(days=90)  # longer than a groundless one is remembered, and than moderators take


async def add(connection: AsyncConnection, reply_id: str, key: str, now: datetime, *, counts: bool) -> None:
    """Note that a reader reports a reply; the same reader twice is once."""
    await write_new(connection, reports, reply_id=reply_id, author_key=key, counts=int(counts), at=now)


async def list_made(connection: AsyncConnection, key: str, now: datetime) -> dict[str, datetime]:
    """Answer when a reader reported what lately, by reply."""
    mine = (reports.c.author_key == key) & (reports.c.at > now - OLDEST_COUNTED)
    return {row.reply_id: row.at for row in await rows(connection, select(*reports.c["reply_id", "at"]).where(mine))}


async def count(connection: AsyncConnection, reply_id: str, now: datetime) -> int:
    """Answer how many reports of a reply count, of readers who are heeded, since moderators last looked at it."""
    looked = func.coalesce(replies.c.decided_at, replies.c.published_at)
    since = select(looked).where(replies.c.id == reply_id).scalar_subquery()
    these = (reports.c.reply_id == reply_id) & (reports.c.counts == 1) & (reports.c.at > since)
    keys = [row.author_key for row in await rows(connection, select(reports.c.author_key).where(these))]
    groundless = await _list_groundless(connection, keys) if keys else {}
    return sum(is_heeded(groundless.get(key, ()), now) for key in keys)


async def _list_groundless(connection: AsyncConnection, keys: Collection[str]) -> dict[str, list[datetime]]:
    """Answer when moderators let be public again, as it was, what these readers had reported."""
    shown = (revisions.c.reply_id == replies.c.id) & (revisions.c.revision == replies.c.public_revision)
    found = (
        select(reports.c.author_key, replies.c.decided_at)
        .join(replies, replies.c.id == reports.c.reply_id)
        .join(revisions, shown)
        .where(reports.c.author_key.in_(keys), reports.c.counts == 1, reports.c.at <= replies.c.hidden_at)
        .where(replies.c.decided_at >= replies.c.hidden_at, revisions.c.made_at < reports.c.at)
    )
    times = defaultdict(list)
    for row in await rows(connection, found):
        times[row.author_key].append(row.decided_at)
    return times


TERM = Term(reports, lambda now: reports.c.at < now - KEPT_FOR)
