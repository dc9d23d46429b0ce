"""Tombstones: what is left of a reply that was erased, as long as the audit tells what was done with it.

Its text, its author and its place are gone at once. The row stays, for the chain of its deeds leads to it, and for what
answers it; when the lines of the audit are over (`audit.py`), it goes with them. One whose copy could not be taken back
stays until a person has seen to that.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import delete, exists
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.sql import ColumnElement

from db.moderating import cards
from db.replying import notices, publications, replies, reports, revisions, tidings, votes
from db.store import audit
from db.store.terms import Term
from db.tables import audit as lines
from newsroom.replies import State

OF_REPLY = (votes, notices, reports, publications, revisions)  # what goes with it


class _Clearing(Term):
    """Takes out all that is left of a reply."""

    async def drop(self, connection: AsyncConnection, found: Sequence[Any], now: datetime) -> None:
        """Take these replies out, with their lines of the audit."""
        these = [row.id for row in found]
        await audit.clear(connection, lines.c.reply_id.in_(these), now)
        for table in OF_REPLY:
            await connection.execute(delete(table).where(table.c.reply_id.in_(these)))
        await connection.execute(delete(replies).where(replies.c.id.in_(these)))


def _is_over(now: datetime) -> ColumnElement[bool]:
    """Say which were erased so long ago that nothing asks for them."""
    answers = replies.alias()
    there = publications.c.state.in_(("queued", "sending", "uncertain")) | publications.c.shown.is_not(None)
    asked_for = [
        exists().where(answers.c.parent_id == replies.c.id),
        exists().where(publications.c.reply_id == replies.c.id, there),
        exists().where(tidings.c.reply_id == replies.c.id),
        exists().where(cards.c.reply_id == replies.c.id),
        exists().where(lines.c.reply_id == replies.c.id, audit.is_named(now)),
    ]
    over = (replies.c.state == State.ERASED.value) & (replies.c.since < audit.months_ago(now))
    for one in asked_for:
        over &= ~one
    return over


TERM = _Clearing(replies, _is_over)
