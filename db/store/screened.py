"""What the screen knows of a reply besides its text: what was sent lately, and the language of the article.

    look_around, once for all that waits ─▶ Surroundings ─ find_facts, for each ─▶ Facts ─▶ screened ─ note ─┐
                                                 ▲──────────────────────────────────────────────────────────┘

Texts are compared as they stand: a trace that was kept beside one would have to be erased with it. A process remembers
the gists of the newest, by no more than their replies' ids. Only what is newest is looked at, so a wave costs no more
for each reply the longer it is; and only what was screened, so that what waits behind it hides nothing from it.
"""

from collections.abc import Collection, MutableMapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, exists, select
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
NOT_SCREENED = [State.DRAFT.value, State.SUBMITTED.value]
NEWEST = (revisions.c.reply_id == replies.c.id) & (revisions.c.revision == replies.c.revision)

Gists = MutableMapping[tuple[str, int], Gist]  # by reply and revision


@dataclass(slots=True)
class Surroundings:
    """What replies are compared with, as it was when they were taken up, and with what was screened of them since."""

    blocked: tuple[str, ...]  # words of the newsroom's own
    others: dict[str, Neighbour]  # what was screened lately, by its number, the newest last
    near: set[str]  # which of it waves look at

    def list_others(self, author_key: str | None) -> list[Neighbour]:
        """Answer the newest that others than this author sent, the newest first."""
        found = [other for other in reversed(self.others.values()) if other.author != author_key]
        return found[:MOST_OTHERS]

    def note(self, screened: Neighbour, moved: Collection[str] = ()) -> None:
        """Take in what was screened, and what is set apart with it."""
        self.others.pop(screened.reply_id, None)
        self.others[screened.reply_id] = screened
        self.near.add(screened.reply_id)
        for reply_id in moved:
            known = self.others[reply_id]
            joined = replace(known, wave_id=screened.wave_id, wave_kind=screened.wave_kind, is_free=False)
            self.others[reply_id] = joined


async def look_around(connection: AsyncConnection, now: datetime, known: Gists) -> Surroundings:
    """Answer what is there to compare with; `known` are gists that were made before, and those that are made now."""
    screened = replies.c.state.not_in(NOT_SCREENED)
    found = (await _list_sent(connection, screened, MOST_OTHERS, now))[::-1]
    return Surroundings(
        blocked=tuple(await blocked.list_all(connection)),
        others={row.id: _read(row, now, known) for row in found},
        near={row.id for row in found if row.submitted_at > now - SPAN or row.welcome},
    )


async def find_facts(
    connection: AsyncConnection, reply: Reply, around: Surroundings, now: datetime, known: Gists
) -> Facts:
    """Answer what is known of a reply; which hosts are the site's own is not in the database."""
    mine = replies.c.author_key == reply.author_key
    published = exists().where(mine, replies.c.published_at.is_not(None)).label("published")
    (about,) = await rows(connection, select(articles.c.language, published).where(articles.c.id == reply.article_id))
    own = await _list_own(connection, mine & (replies.c.id != reply.id), now)
    others = around.list_others(reply.author_key)
    return Facts(
        language=about.language,
        own=[remember(known, row.id, row.revision, row.text).trace for row in own],
        others=[other.gist.trace for other in others],
        sent_lately=sum(row.submitted_at > now - FLOODING for row in own),
        is_new=not about.published,
        blocked=around.blocked,
        near=[other for other in others if other.reply_id in around.near],
    )


async def _list_own(connection: AsyncConnection, whose: ColumnElement[bool], now: datetime) -> list[AnyRow]:
    """Answer what an author sent lately, the newest first."""
    texts = select(*replies.c["id", "revision", "submitted_at"], revisions.c.text).join(revisions, NEWEST)
    return list(await rows(connection, _lately(texts.where(whose), MOST_OWN, now)))


async def _list_sent(connection: AsyncConnection, which: ColumnElement[bool], most: int, now: datetime) -> list[AnyRow]:
    """Answer what was sent lately, the newest first, with what waves look at."""
    voted = exists().where(votes.c.reply_id == replies.c.id).label("voted")
    beside = replies.c["flags", "wave_id", "state", "claimed_until", "proposed_revision", "public_revision"]
    columns = (*replies.c["id", "author_key", "revision", "submitted_at"], *beside, revisions.c.text, voted)
    texts = select(*columns, authors.c.trust, waves.c.welcome, waves.c.kind.label("wave_kind")).join(revisions, NEWEST)
    texts = texts.outerjoin(authors, authors.c.key == replies.c.author_key)
    texts = texts.outerjoin(waves, waves.c.id == replies.c.wave_id).where(which)
    return list(await rows(connection, _lately(texts, most, now)))


def _lately(texts: Select[*tuple[Any, ...]], most: int, now: datetime) -> Select[*tuple[Any, ...]]:
    recent = texts.where(replies.c.submitted_at > now - LATELY)
    return recent.order_by(replies.c.submitted_at.desc()).limit(most)


def remember(known: Gists, reply_id: str, revision: int, text: str) -> Gist:
    """Answer the gist of a text, made once while it is new; of an erased one there is none."""
    found = known.get((reply_id, revision)) if text else Gist(Trace())
    if found is None:
        found = known[reply_id, revision] = find_gist(text)
        if len(known) > MOST_REMEMBERED:
            del known[next(iter(known))]
    return found


def _read(row: AnyRow, now: datetime, known: Gists) -> Neighbour:
    kinds = {str(flag.get("kind")) for flag in row.flags or ()}
    return Neighbour(
        row.id,
        row.author_key or "",
        remember(known, row.id, row.revision, row.text),
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
