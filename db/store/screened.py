"""What the screen knows of a reply besides its text: what was sent lately, and the language of the article.

Texts are compared as they stand: a trace that was kept beside one would have to be erased with it. Only what is newest
is looked at, so a wave costs no more for each reply the longer it is.
"""

from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.sql import ColumnElement

from db.replying import replies, revisions
from db.store import blocked, rows
from db.tables import articles
from newsroom.repeats import Trace, trace
from newsroom.replies import Reply
from newsroom.screening import Facts

LATELY, FLOODING = timedelta(days=3), timedelta(minutes=10)
MOST_OWN, MOST_OTHERS = 20, 100  # texts that one is compared with


async def find_facts(connection: AsyncConnection, reply: Reply, hosts: tuple[str, ...], now: datetime) -> Facts:
    """Answer what is known of a reply."""
    mine = replies.c.author_key == reply.author_key
    language = select(articles.c.language).where(articles.c.id == reply.article_id)
    published = select(replies.c.id).where(mine, replies.c.published_at.is_not(None)).limit(1)
    lately = select(func.count()).select_from(replies).where(mine, replies.c.id != reply.id)
    sent = lately.where(replies.c.submitted_at > now - FLOODING)
    return Facts(
        language=(await connection.execute(language)).scalar_one(),
        own=await _list_traces(connection, reply, mine, MOST_OWN, now),
        others=await _list_traces(connection, reply, replies.c.author_key != reply.author_key, MOST_OTHERS, now),
        sent_lately=int((await connection.execute(sent)).scalar_one()),
        is_new=not await rows(connection, published),
        hosts=hosts,
        blocked=tuple(await blocked.list_all(connection)),
    )


async def _list_traces(
    connection: AsyncConnection, reply: Reply, whose: ColumnElement[bool], most: int, now: datetime
) -> list[Trace]:
    newest = (revisions.c.reply_id == replies.c.id) & (revisions.c.revision == replies.c.revision)
    texts = select(revisions.c.text).join(replies, newest).where(whose, replies.c.id != reply.id)
    recent = texts.where(replies.c.submitted_at > now - LATELY).order_by(replies.c.submitted_at.desc()).limit(most)
    return [trace(row.text) for row in await rows(connection, recent)]
