"""What a moderator's card is drawn from, read once: the reply with its texts, the article, its author's record.

Nobody is in it by name or id but members of the staff, by whom something was decided. What else a card is to show is a
field of `Facts`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from db.store import articles, audit, closings, overseeing, pending, reports
from db.store.pending import Card as Reading
from locales import Texts
from newsroom.articles import Article
from newsroom.cards import Ask, Rules
from newsroom.replies import QUEUE, Action, Reply, State

MOST_PREVIEWED = 10
FOLLOWING = frozenset({Action.CLEAR.value})  # what only ends what somebody decided


@dataclass(frozen=True, slots=True)
class Line:
    """What was done, by whom and when."""

    actor: str
    action: str
    at: datetime
    code: str | None


@dataclass(frozen=True, slots=True)
class Facts:
    """What a card is drawn from."""

    reading: Reading
    article: Article | None
    parent: Reading | None
    published: int  # how many of the author's were approved, refused, and wait
    refused: int
    waiting: int
    earlier: str  # what the author had written before
    last: Line | None  # what was decided last
    rejection: Line | None  # what an appeal is against
    numbers: Mapping[str, int]  # of the staff
    reports: int = 0  # of readers who are heeded, since moderators last looked at it
    closed: str | None = None  # by what its article takes no replies, where it takes none
    wrote: Sequence[Reading] = ()  # by the same author, where the card lists that
    undecided: Sequence[Reply] = ()  # of the same author

    @property
    def reply(self) -> Reply:
        """The reply."""
        return self.reading.reply


@dataclass(frozen=True, slots=True)
class Light:
    """How a card is looked at."""

    t: Texts
    zone: str
    now: datetime
    asks: str
    rules: Rules
    is_private: bool


async def read_facts(connection: AsyncConnection, reply_id: str, now: datetime, asks: str = "") -> Facts | None:
    """Answer all that a card of a reply is drawn from; None where there is none."""
    reading = await pending.find_card(connection, reply_id)
    if reading is None:
        return None
    reply, key = reading.reply, reading.reply.author_key or ""
    counts = await pending.count_of_author(connection, key) if key else {}
    lines = [Line(row.actor, row.action, row.at, row.code) for row in await audit.list_for(connection, reply_id)]
    facts = Facts(
        reading,
        await articles.find(connection, reply.article_id),
        await pending.find_card(connection, reading.parent_id) if reading.parent_id else None,
        sum(counts.get(state, 0) for state in overseeing.PUBLIC),
        sum(counts.get(state, 0) for state in overseeing.REFUSED),
        sum(counts.get(state, 0) for state in QUEUE),
        "" if reply.public_revision else await overseeing.find_earlier(connection, reply),
        next((line for line in reversed(lines) if line.action not in FOLLOWING), None),
        next((line for line in reversed(lines) if line.action == Action.REJECT), None),
        await overseeing.number_staff(connection),
        await reports.count(connection, reply_id, now),
        await closings.find(connection, reply.article_id),
    )
    return replace(facts, **await _read_author(connection, key, asks)) if key else facts


async def _read_author(connection: AsyncConnection, key: str, asks: str) -> dict[str, Any]:
    """Answer what else an author wrote, where a card asks for it: all that was sent, or what waits."""
    if asks == Ask.PEN:
        wrote = await pending.list_of_author(connection, key)
        return {"wrote": [one for one in wrote if one.reply.state is not State.DRAFT]}
    if asks != Ask.BULK:
        return {}
    undecided = await overseeing.list_undecided(connection, key)
    found = [await pending.find_card(connection, reply.id) for reply in undecided[:MOST_PREVIEWED]]
    return {"undecided": undecided, "wrote": [one for one in found if one]}
