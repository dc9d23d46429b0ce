"""What moderators look at: the queue, a card, what an author wrote before, and what is found by its words.

The order of the queue: what looks like spam last, whom moderators have published before first, then what they are the
likelier to publish, then the oldest; what has waited for hours is no longer held back by its score. Nobody here learns
who wrote something: an author is a pen.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Select, case, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from db.replying import authors, replies, revisions, votes
from db.store import AnyRow, comments, rows
from db.store.replies import COLUMNS, read
from newsroom.replies import QUEUE, Reply, State
from newsroom.text import fold

SUSPECT = 0.9  # the score from which something stands at the end of the queue
TRUSTED = 3  # published replies
HELD_BACK = timedelta(hours=4)  # so long a score lets others go first, and no longer than until moderators are reminded
WAITING = [state.value for state in QUEUE]


@dataclass(frozen=True, slots=True)
class Card:
    """A reply as a moderator sees it: its newest text, what is proposed instead, what is public, and its pen."""

    reply: Reply
    text: str
    signed: str  # by this name, or where it is empty by the number
    pen_number: int | None
    trust: int
    language: str
    parent_id: str | None
    flags: Sequence[dict[str, object]]
    score: float
    proposed: str
    public: str
    voted: Sequence[str]  # who is for the newest text
    photo: str = ""  # beside the newest text


async def list_queue(
    connection: AsyncConnection, now: datetime, most: int = 5, *, unclaimed_but_by: str | None = None
) -> Sequence[Reply]:
    """Answer the next of the queue; what waits for its author's word on a proposal stands aside.

    `unclaimed_but_by` leaves out what others are looking at.
    """
    free = replies.c.claimed_until.is_(None) | (replies.c.claimed_until <= now)
    mine = free | (replies.c.claimed_by == unclaimed_but_by)
    found = select(*COLUMNS).outerjoin(authors, authors.c.key == replies.c.author_key)
    found = found.where(replies.c.state.in_(WAITING), replies.c.proposed_revision.is_(None))
    found = found.where(mine) if unclaimed_but_by is not None else found
    rank = (
        case((replies.c.score >= SUSPECT, 1), else_=0),
        case((authors.c.trust >= TRUSTED, 0), else_=1),
        case((replies.c.submitted_at <= now - HELD_BACK, 0.0), else_=replies.c.score),
        replies.c.submitted_at,
        replies.c.id,
    )
    return [read(row) for row in await rows(connection, found.order_by(*rank).limit(most))]


async def count(connection: AsyncConnection) -> dict[State, int]:
    """Answer how many replies are in each state."""
    counted = select(replies.c.state, func.count().label("many")).group_by(replies.c.state)
    return {State(row.state): row.many for row in await rows(connection, counted)}


async def count_public(connection: AsyncConnection, article_id: int) -> int:
    """Answer how many public replies an article has, with the comments of the site's own: counted, never kept."""
    public = (replies.c.article_id == article_id) & replies.c.public_revision.is_not(None)
    ours = int((await connection.execute(select(func.count()).select_from(replies).where(public))).scalar_one())
    return ours + await comments.count_theirs(connection, article_id)


async def find_card(connection: AsyncConnection, reply_id: str) -> Card | None:
    """Answer a reply as moderators see it; None where there is none."""
    found = await rows(connection, _cards().where(replies.c.id == reply_id))
    return (await _fill(connection, found))[0] if found else None


async def list_of_author(connection: AsyncConnection, author_key: str, most: int = 10) -> list[Card]:
    """Answer what an author wrote, the newest first."""
    theirs = _cards().where(replies.c.author_key == author_key).order_by(replies.c.created_at.desc(), replies.c.id)
    return await _fill(connection, await rows(connection, theirs.limit(most)))


async def count_of_author(connection: AsyncConnection, author_key: str) -> dict[State, int]:
    """Answer in which states an author's replies are."""
    theirs = select(replies.c.state, func.count().label("many")).where(replies.c.author_key == author_key)
    return {State(row.state): row.many for row in await rows(connection, theirs.group_by(replies.c.state))}


async def search(connection: AsyncConnection, said: str, most: int = 10) -> list[Card]:
    """Answer replies with these words in their newest text, in any spelling, the newest first."""
    held = _cards().where(revisions.c.folded.contains(fold(said).strip(), autoescape=True))
    ordered = held.where(replies.c.state != State.DRAFT.value).order_by(replies.c.created_at.desc(), replies.c.id)
    return await _fill(connection, await rows(connection, ordered.limit(most)))


async def count_same(connection: AsyncConnection, hash_: str, since: datetime) -> int:
    """Answer in how many replies sent since then the same words stand, whoever wrote them."""
    same = (revisions.c.hash == hash_) & (replies.c.submitted_at >= since)
    joined = select(func.count(replies.c.id.distinct())).join(revisions, revisions.c.reply_id == replies.c.id)
    return int((await connection.execute(joined.where(same))).scalar_one())


def _cards() -> Select[*tuple[object, ...]]:
    newest = (revisions.c.reply_id == replies.c.id) & (revisions.c.revision == replies.c.revision)
    beside = replies.c["language", "parent_id", "flags", "score"]
    newest_columns = revisions.c["text", "signed", "photo"]
    return (
        select(*COLUMNS, *beside, *newest_columns, authors.c.pen_number, authors.c.trust)
        .join(revisions, newest)
        .outerjoin(authors, authors.c.key == replies.c.author_key)
    )


async def _fill(connection: AsyncConnection, found: Sequence[AnyRow]) -> list[Card]:
    """Make cards of rows, with the other texts that they show."""
    ids = [row.id for row in found]
    texts = {
        (row.reply_id, row.revision): row.text
        for row in await rows(connection, select(revisions).where(revisions.c.reply_id.in_(ids)))
    }
    cast = await rows(connection, select(votes).where(votes.c.reply_id.in_(ids)).order_by(votes.c.at))
    return [
        Card(
            read(row), row.text, row.signed, row.pen_number, row.trust or 0, row.language, row.parent_id,
            row.flags or [], row.score,
            texts.get((row.id, row.proposed_revision), ""), texts.get((row.id, row.public_revision), ""),
            [vote.actor for vote in cast if (vote.reply_id, vote.revision) == (row.id, row.revision)],
            row.photo,
        )
        for row in found
    ]  # fmt: skip
