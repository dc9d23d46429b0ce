"""Tidings: which follower of a discussion is told of which reply, in which message, and what that shows.

    spread ─▶ due ─▶ begin (a request) ─▶ settle ─┬▶ shown in a message ─▶ due again, when the reply is another or gone
                                                  └▶ not arrived, or gone from the message: forgotten

A request is a message of the outbox that tells of some of them, or shows them anew. A row is due while a request about
it is under way when its reply changed meanwhile; it is looked at when that has come to its end. Whom one of them is
for, `db/vault.py` alone can tell.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, false, func, literal, select, update
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.sql import ColumnElement

from db.replying import discussions, replies, tidings
from db.store import insert_unless_there, outbox, rows
from db.store.terms import Term
from db.tables import outbox as box
from newsroom.replies import Reply
from newsroom.sharing import next_try

KEPT_FOR = timedelta(days=365)  # what a follower was told is taken back for so long
NAMES = ["reply_id", "author_key", "article_id", "answers", "due_at"]
IDLE = tidings.c.request.is_(None)


@dataclass(frozen=True, slots=True)
class Tiding:
    """A reply of which somebody is told; `answers` one of his own."""

    reply_id: str
    author_key: str
    article_id: int
    answers: bool
    message_id: int | None
    shown: int | None


async def spread(connection: AsyncConnection, reply: Reply, now: datetime) -> None:
    """Let all be told of a reply who follow its discussion, and whom it answers, but for who muted that."""
    theirs = select(replies.c.author_key).where(replies.c.id == _parent(reply), replies.c.public_revision.is_not(None))
    answered = (await connection.execute(theirs)).scalar_one_or_none()
    told = (literal(reply.id), discussions.c.author_key, discussions.c.article_id)
    here = (discussions.c.article_id == reply.article_id) & (discussions.c.author_key != (reply.author_key or ""))
    answers = discussions.c.author_key == answered if answered else false()
    following = select(*told, answers, literal(now, tidings.c.due_at.type)).where(here, ~discussions.c.muted)
    await connection.execute(insert_unless_there(connection, tidings).from_select(NAMES, following))
    if answered and answered != reply.author_key and not await _is_known(connection, reply.article_id, answered):
        row = dict(zip(NAMES, (reply.id, answered, reply.article_id, True, now), strict=True))
        await connection.execute(insert_unless_there(connection, tidings).values(row))


def _parent(reply: Reply) -> ColumnElement[str]:
    return select(replies.c.parent_id).where(replies.c.id == reply.id).scalar_subquery()


async def _is_known(connection: AsyncConnection, article_id: int, author_key: str) -> bool:
    """Tell whether somebody has said whether he wants to hear of a discussion."""
    this = (discussions.c.article_id == article_id) & (discussions.c.author_key == author_key)
    return bool(await rows(connection, select(discussions.c.muted).where(this)))


async def renew(connection: AsyncConnection, reply_id: str, now: datetime) -> None:
    """Let all messages that show a reply, or are about to, be looked at again."""
    there = tidings.c.message_id.is_not(None) | ~IDLE
    await connection.execute(update(tidings).where(tidings.c.reply_id == reply_id, there).values(due_at=now))


async def take_back(connection: AsyncConnection, reply_id: str, now: datetime) -> bool:
    """Let nobody be told of a reply any more, and have it taken out of what was told; tells whether nothing is left.

    What has not left is called back, and what else it was to tell is told anew.
    """
    mine = tidings.c.reply_id == reply_id
    new = select(tidings.c.request).where(mine, tidings.c.message_id.is_(None), ~IDLE)
    for request in list((await connection.execute(new)).scalars()):
        if await outbox.call_back(connection, request, now):
            again = update(tidings).where(tidings.c.request == request)
            await connection.execute(again.values(request=None, sending=None, due_at=now))
    await connection.execute(delete(tidings).where(mine, tidings.c.message_id.is_(None), IDLE))
    await renew(connection, reply_id, now)
    return not await rows(connection, select(tidings.c.reply_id).where(mine).limit(1))


async def list_due(connection: AsyncConnection, now: datetime, most: int) -> list[tuple[str, int]]:
    """Answer who is to hear of which discussion now, by key and article, whoever waits longest first."""
    due = (tidings.c.due_at <= now) & IDLE
    found = select(tidings.c.author_key, tidings.c.article_id).where(due)
    grouped = found.group_by(tidings.c.author_key, tidings.c.article_id).order_by(func.min(tidings.c.due_at))
    return [(row.author_key, row.article_id) for row in await rows(connection, grouped.limit(most))]


async def take(connection: AsyncConnection, author_key: str, article_id: int, now: datetime) -> list[Tiding]:
    """Answer what somebody is to hear of a discussion now; nobody else takes it in this transaction."""
    these = _of(author_key, article_id) & (tidings.c.due_at <= now) & IDLE
    return await _read(connection, these)


async def list_in(connection: AsyncConnection, author_key: str, message_id: int) -> list[Tiding]:
    """Answer all that a message tells somebody of."""
    return await _read(connection, (tidings.c.author_key == author_key) & (tidings.c.message_id == message_id))


async def _read(connection: AsyncConnection, which: ColumnElement[bool]) -> list[Tiding]:
    columns = tidings.c["reply_id", "author_key", "article_id", "answers", "message_id", "shown"]
    found = await rows(connection, select(*columns).where(which).with_for_update(skip_locked=True))
    return [Tiding(*row) for row in found]


async def find_last(connection: AsyncConnection, author_key: str, article_id: int) -> datetime | None:
    """Answer when somebody was last told of a discussion."""
    last = select(func.max(tidings.c.told_at)).where(_of(author_key, article_id))
    found: datetime | None = (await connection.execute(last)).scalar_one_or_none()
    return found


async def begin(
    connection: AsyncConnection, these: Sequence[Tiding], request: str, revisions: dict[str, int | None]
) -> None:
    """Note that a request is under way, which shows these revisions, or none."""
    for one in these:
        values = {"request": request, "sending": revisions.get(one.reply_id), "due_at": None}
        await connection.execute(update(tidings).where(_this(one)).values(values))


async def rest(connection: AsyncConnection, these: Sequence[Tiding], until: datetime | None) -> None:
    """Let tidings wait until then; none is: there is nothing to be done about them."""
    for one in these:
        await connection.execute(update(tidings).where(_this(one)).values(due_at=until))


async def forget(connection: AsyncConnection, these: Sequence[Tiding]) -> None:
    """Forget tidings: nobody is told of them, or nothing shows them any more."""
    for one in these:
        await connection.execute(delete(tidings).where(_this(one)))


async def list_requests(connection: AsyncConnection, most: int) -> list[str]:
    """Answer the requests that are under way."""
    found = select(tidings.c.request).where(~IDLE).distinct().limit(most)
    return list((await connection.execute(found)).scalars())


async def list_through(connection: AsyncConnection, most: int) -> dict[str, outbox.Fate]:
    """Answer the requests that have come to their end, each with what became of it."""
    sent = tidings.outerjoin(box, box.c.dedup_key == tidings.c.request)
    ended = box.c.state.is_(None) | box.c.state.not_in(("queued", "sending"))
    columns = (tidings.c.request, *box.c["state", "message_id", "reason"])
    found = select(*columns).select_from(sent).where(~IDLE, ended).distinct().limit(most)
    told = await rows(connection, found)
    return {row.request: outbox.Fate(row.state, row.message_id, row.reason or "") for row in told}


async def drop(connection: AsyncConnection, author_key: str, article_id: int) -> None:
    """Let somebody not be told what he has not been told of a discussion."""
    untold = _of(author_key, article_id) & tidings.c.message_id.is_(None) & IDLE
    await connection.execute(delete(tidings).where(untold))


async def settle(connection: AsyncConnection, request: str, fate: outbox.Fate, now: datetime) -> None:
    """Note what became of a request that has come to its end: what nobody can tell of counts as told, once.

    An edit is tried again where nobody can tell, and forgotten where the message is gone or its chat is closed.
    """
    mine = tidings.c.request == request
    if fate.state == "sent":
        await _note_shown(connection, mine, fate, now)
    elif fate.state in {"uncertain", None}:
        later = update(tidings).where(mine, tidings.c.message_id.is_not(None))
        await connection.execute(later.values(request=None, sending=None, due_at=next_try(0, now)))
        await connection.execute(delete(tidings).where(mine))
    else:
        await connection.execute(delete(tidings).where(mine))


async def _note_shown(connection: AsyncConnection, mine: ColumnElement[bool], fate: outbox.Fate, now: datetime) -> None:
    await connection.execute(delete(tidings).where(mine, tidings.c.sending.is_(None)))
    shown = {
        "shown": tidings.c.sending,
        "message_id": func.coalesce(tidings.c.message_id, literal(fate.message_id, tidings.c.message_id.type)),
        "told_at": func.coalesce(tidings.c.told_at, literal(now, tidings.c.told_at.type)),
        "sending": None,
        "request": None,
    }
    await connection.execute(update(tidings).where(mine).values(shown))


def _of(author_key: str, article_id: int) -> ColumnElement[bool]:
    return (tidings.c.author_key == author_key) & (tidings.c.article_id == article_id)


def _this(one: Tiding) -> ColumnElement[bool]:
    return (tidings.c.reply_id == one.reply_id) & (tidings.c.author_key == one.author_key)


def _is_over(now: datetime) -> ColumnElement[bool]:
    """Say what was told so long ago that it is left where it stands."""
    return (tidings.c.told_at < now - KEPT_FOR) & tidings.c.due_at.is_(None) & IDLE


TERM = Term(tidings, _is_over)
