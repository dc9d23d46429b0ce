"""What the screen knows of a reply besides its text: what was sent lately, and the language of the article.

Texts are compared as they stand: a trace that was kept beside one would have to be erased with it. A process remembers
the gists of the newest, by no more than their replies' ids. Only what is newest is looked at, so a wave costs no more
for each reply the longer it is.
"""

from collections.abc import Iterable, MutableMapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import exists, func, select
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.sql import ColumnElement

from db.replying import authors, replies, revisions, votes, waves
from db.store import AnyRow, blocked, rows
from db.tables import articles
from newsroom.repeats import Trace
from newsroom.replies import Reply, State
from newsroom.screening import LEADING_AWAY, Facts
from newsroom.waves import SPAN, Gist, Neighbour, WaveKind, find_gist

LATELY, FLOODING = timedelta(days=3), timedelta(minutes=10)
MOST_OWN, MOST_OTHERS = 20, 100  # texts that one is compared with
MOST_REMEMBERED = 500  # gists

Gists = MutableMapping[tuple[str, int], Gist]  # by reply and revision


async def find_facts(
    connection: AsyncConnection, reply: Reply, hosts: tuple[str, ...], now: datetime, known: Gists
) -> Facts:
    """Answer what is known of a reply; `known` are gists that were made before, and those that are made now."""
    mine = replies.c.author_key == reply.author_key
    language = select(articles.c.language).where(articles.c.id == reply.article_id)
    published = select(replies.c.id).where(mine, replies.c.published_at.is_not(None)).limit(1)
    lately = select(func.count()).select_from(replies).where(mine, replies.c.id != reply.id)
    sent = lately.where(replies.c.submitted_at > now - FLOODING)
    others = await _list_sent(connection, reply, replies.c.author_key != reply.author_key, MOST_OTHERS, now)
    own = await _list_sent(connection, reply, mine, MOST_OWN, now)
    return Facts(
        language=(await connection.execute(language)).scalar_one(),
        own=[_find_gist(row, known).trace for row in own],
        others=[_find_gist(row, known).trace for row in others],
        sent_lately=int((await connection.execute(sent)).scalar_one()),
        is_new=not await rows(connection, published),
        hosts=hosts,
        blocked=tuple(await blocked.list_all(connection)),
        near=list(_find_near(others, now, known)),
    )


async def _list_sent(
    connection: AsyncConnection, reply: Reply, whose: ColumnElement[bool], most: int, now: datetime
) -> list[AnyRow]:
    """Answer what was sent lately, the newest first, with what waves look at."""
    newest = (revisions.c.reply_id == replies.c.id) & (revisions.c.revision == replies.c.revision)
    voted = exists().where(votes.c.reply_id == replies.c.id).label("voted")
    beside = replies.c["flags", "wave_id", "state", "claimed_until", "proposed_revision", "public_revision"]
    columns = (*replies.c["id", "author_key", "revision", "submitted_at"], *beside, revisions.c.text, voted)
    texts = select(*columns, authors.c.trust, waves.c.welcome, waves.c.kind.label("wave_kind")).join(revisions, newest)
    texts = texts.outerjoin(authors, authors.c.key == replies.c.author_key)
    texts = texts.outerjoin(waves, waves.c.id == replies.c.wave_id).where(whose, replies.c.id != reply.id)
    recent = texts.where(replies.c.submitted_at > now - LATELY).order_by(replies.c.submitted_at.desc()).limit(most)
    return list(await rows(connection, recent))


def _find_gist(row: AnyRow, known: Gists) -> Gist:
    return remember(known, row.id, row.revision, row.text)


def remember(known: Gists, reply_id: str, revision: int, text: str) -> Gist:
    """Answer the gist of a text, made once while it is new; of an erased one there is none."""
    found = known.get((reply_id, revision)) if text else Gist(Trace())
    if found is None:
        found = known[reply_id, revision] = find_gist(text)
        if len(known) > MOST_REMEMBERED:
            del known[next(iter(known))]
    return found


def _find_near(others: Iterable[AnyRow], now: datetime, known: Gists) -> Iterable[Neighbour]:
    """Yield what came in the last minutes as waves look at it, and what moderators let in of earlier ones."""
    for row in others:
        if row.submitted_at > now - SPAN or row.welcome:
            kinds = {str(flag.get("kind")) for flag in row.flags or ()}
            yield Neighbour(
                row.id,
                row.author_key or "",
                _find_gist(row, known),
                leads_away=not LEADING_AWAY.isdisjoint(kinds),
                is_known=(row.trust or 0) > 0,
                wave_id=row.wave_id,
                wave_kind=WaveKind(row.wave_kind) if row.wave_kind else None,
                is_welcome=bool(row.welcome),
                is_free=_is_free(row, now),
            )


def _is_free(row: Any, now: datetime) -> bool:
    """Tell whether a reply waits in the queue untouched: nobody holds it, voted, changed it, or let it in."""
    touched = (row.voted, row.proposed_revision, row.public_revision, row.wave_id)
    is_held = row.claimed_until is not None and row.claimed_until > now
    return row.state == State.PENDING.value and not is_held and not any(touched)
