"""Replies as their writers and readers see them: by the message that one came in, what is public, how many wait.

Whatever changes a reply goes through `replies.act`; here it is found, and those who have to do with it next are woken.
Public texts are signed as they were when they were approved: a newer name waits for its approval with a newer text.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from db.replying import authors, publications, replies, revisions
from db.store import AnyRow, audit, discussions, rows
from db.store import authors as authors_store
from db.store import replies as replies_store
from db.store.replies import COLUMNS, Done, Overtaken, read
from db.tables import deliveries, pushes, subscribers
from db.wakeup import announce
from newsroom.replies import LIVING, QUEUE, Action, Actor, Deed, Notice, Reply, State

AHEAD = [state.value for state in QUEUE | {State.SUBMITTED}]
ALIVE = [state.value for state in LIVING]
PUBLIC = replies.c.public_revision.is_not(None)


async def act(  # noqa: PLR0913  (as the gate has it)
    connection: AsyncConnection,
    reply_id: str,
    deed: Deed,
    actor: Actor,
    now: datetime,
    *,
    seen: int | None = None,
    quorum: int = 1,
) -> Done | Overtaken:
    """Do an author's deed, or what a reader's report leads to, and wake who has to do with it next. Raises Refusal.

    Who sends something is being told right now that it has come, so no notice of that follows; he begins to follow the
    discussion.
    """
    came = await replies_store.act(connection, reply_id, deed, actor, now, seen=seen, quorum=quorum)
    if isinstance(came, Done) and came.change.tells is Notice.RECEIVED:
        await authors_store.tell(connection, reply_id, came.reply.version, Notice.RECEIVED, now)
        await discussions.begin(connection, came.reply.article_id, actor.key)
    if came.reply.state is State.SUBMITTED:
        announce(connection, "screen")
    return came


async def list_submitted(connection: AsyncConnection, most: int) -> list[tuple[Reply, str]]:
    """Answer what was sent and waits for the screen, the oldest first, with the newest text of each."""
    newest = (revisions.c.reply_id == replies.c.id) & (revisions.c.revision == replies.c.revision)
    sent = select(*COLUMNS, revisions.c.text).join(revisions, newest).where(replies.c.state == State.SUBMITTED.value)
    oldest = sent.order_by(replies.c.since, replies.c.id).limit(most)
    return [(read(row), row.text) for row in await rows(connection, oldest)]


async def find_by_source(connection: AsyncConnection, source: str) -> Reply | None:
    """Answer the reply that was written in a message; None where none was."""
    found = await rows(connection, select(*COLUMNS).where(replies.c.source == source))
    return read(found[0]) if found else None


async def move_source(connection: AsyncConnection, reply_id: str, source: str) -> None:
    """Let a reply be known by another message, the one that its newest text came in."""
    await connection.execute(update(replies).where(replies.c.id == reply_id).values(source=source))


async def find_text(connection: AsyncConnection, reply: Reply) -> str:
    """Answer the newest text of its author's."""
    this = (revisions.c.reply_id == reply.id) & (revisions.c.revision == reply.revision)
    return str((await connection.execute(select(revisions.c.text).where(this))).scalar_one())


async def has_said(connection: AsyncConnection, reply: Reply) -> bool:
    """Tell whether its author has the same words under the same article already, sent and not given up."""
    this = (revisions.c.reply_id == reply.id) & (revisions.c.revision == reply.revision)
    words = select(revisions.c.hash).where(this).scalar_subquery()
    newest = (revisions.c.reply_id == replies.c.id) & (revisions.c.revision == replies.c.revision)
    others = (replies.c.author_key == reply.author_key) & (replies.c.id != reply.id) & replies.c.state.in_(ALIVE)
    same = others & (replies.c.article_id == reply.article_id) & (revisions.c.hash == words)
    return bool(await rows(connection, select(replies.c.id).join(revisions, newest).where(same).limit(1)))


async def count_ahead(connection: AsyncConnection, reply: Reply) -> int:
    """Answer how many were sent before it and wait, too. Which is looked at first is the moderators' to say."""
    before = replies.c.state.in_(AHEAD) & (replies.c.submitted_at < reply.submitted_at)
    return int((await connection.execute(select(func.count()).select_from(replies).where(before))).scalar_one())


async def find_reason(connection: AsyncConnection, reply_id: str, version: int | None = None) -> AnyRow | None:
    """Answer the line of the audit that says why a reply was not taken: of that version, or the newest that does.

    What its author withdrew is there no more by his own wish, whatever a moderator had to say of it before.
    """
    lines = await audit.list_for(connection, reply_id)
    telling = [line for line in lines if line.code or line.action in {Action.SPAM.value, Action.WITHDRAW.value}]
    fitting = [line for line in lines if line.version == version] if version is not None else telling
    return fitting[-1] if fitting else None


@dataclass(frozen=True, slots=True)
class PublicReply:
    """A reply as anybody may read it."""

    id: str
    article_id: int
    published_at: datetime
    author_key: str | None  # shown to nobody: whoever asks learns whether it is his own
    text: str
    signed: str  # by this name, or where it is empty by the number
    pen_number: int | None
    parent_signed: str | None = None  # of the reply that it answers, where that is public
    parent_number: int | None = None
    photo: str = ""
    revision: int = 1


async def find_public(connection: AsyncConnection, reply_id: str) -> PublicReply | None:
    """Answer a reply that is public; None where there is none, or it is not."""
    found = await rows(connection, _public().where(replies.c.id == reply_id))
    return PublicReply(*found[0]) if found else None


async def list_by_ids(connection: AsyncConnection, ids: Sequence[str]) -> dict[str, PublicReply]:
    """Answer those of these replies that are public, the first published first."""
    these = _public().where(replies.c.id.in_(ids)).order_by(replies.c.published_at, replies.c.id)
    return {row.id: PublicReply(*row) for row in await rows(connection, these)} if ids else {}


def _public() -> Select[*tuple[object, ...]]:
    wording = (revisions.c.reply_id == replies.c.id) & (revisions.c.revision == replies.c.public_revision)
    parents, theirs, pens = replies.alias("parents"), revisions.alias("theirs"), authors.alias("pens")
    is_parent = (parents.c.id == replies.c.parent_id) & parents.c.public_revision.is_not(None)
    is_theirs = (theirs.c.reply_id == parents.c.id) & (theirs.c.revision == parents.c.public_revision)
    return (
        select(
            *replies.c["id", "article_id", "published_at", "author_key"],
            *revisions.c["text", "signed"],
            authors.c.pen_number,
            theirs.c.signed,
            pens.c.pen_number,
            revisions.c.photo,
            replies.c.public_revision,
        )
        .join(revisions, wording)
        .outerjoin(authors, authors.c.key == replies.c.author_key)
        .outerjoin(parents, is_parent)
        .outerjoin(theirs, is_theirs)
        .outerjoin(pens, pens.c.key == parents.c.author_key)
        .where(PUBLIC)
    )


async def list_places(connection: AsyncConnection, reply_id: str) -> Sequence[AnyRow]:
    """Answer where a reply is shown: `destination`, `target`, `message_id`, `remote_id`."""
    there = (publications.c.reply_id == reply_id) & publications.c.shown.is_not(None)
    found = select(*publications.c["destination", "target", "message_id", "remote_id"]).where(there)
    return await rows(connection, found.order_by(publications.c.id))


async def find_since(connection: AsyncConnection, chat_id: int) -> datetime | None:
    """Answer since when a person is a reader; None where he is none."""
    mine = (subscribers.c.chat_id == chat_id) & (subscribers.c.thread_id == 0)
    return (await connection.execute(select(subscribers.c.since).where(mine))).scalar_one_or_none()


async def find_newest_sent(connection: AsyncConnection, subscriber_id: int, since: datetime) -> int | None:
    """Answer the article that a reader got last, in a message of its own, since then; None where there is none.

    Deliveries are looked for push by push, as no index goes by subscriber.
    """
    lately = pushes.c.created_at >= since
    mine = (deliveries.c.push_id == pushes.c.id) & (deliveries.c.subscriber_id == subscriber_id)
    alone = deliveries.c.article_id.is_not(None) & deliveries.c.digest_id.is_(None) & (deliveries.c.state == "sent")
    found = select(deliveries.c.article_id).select_from(pushes).join(deliveries, mine)
    newest = found.where(lately, alone, deliveries.c.settled_at >= since).order_by(deliveries.c.settled_at.desc())
    return (await connection.execute(newest.limit(1))).scalar_one_or_none()
