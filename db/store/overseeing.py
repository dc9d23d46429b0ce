"""What moderation asks of replies beyond the queue: what the clock has to do, what a pen wrote, who numbers whom.

Moderators are told apart by numbers, in the order in which they came to the staff: no name is kept of them either.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, exists, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from db.moderating import cards
from db.replying import authors, replies, revisions, votes
from db.store import publications, rows, waves
from db.store.cards import LIVING
from db.store.replies import COLUMNS, read
from db.tables import staff
from newsroom.replies import QUEUE, Reply, State
from newsroom.waiting import decide_step

PUBLIC = frozenset({State.PUBLISHED, State.PUBLISHING, State.APPROVED})
REFUSED = frozenset({State.REJECTED, State.SPAM})
WAITING = replies.c.state.in_([state.value for state in QUEUE]) & replies.c.proposed_revision.is_(None)


async def list_steps(connection: AsyncConnection, now: datetime, most: int = 100) -> list[str]:
    """Answer the replies with which something is to be done now, whatever is longest due first.

    What is submitted is the screen's; what is on its way out or back is brought on when it has arrived.
    """
    due = select(*COLUMNS).where(replies.c.due_at <= now, replies.c.state != State.SUBMITTED.value)
    found = [read(row) for row in await rows(connection, due.order_by(replies.c.due_at).limit(most))]
    return [reply.id for reply in found if await _is_due(connection, reply, now)]


async def _is_due(connection: AsyncConnection, reply: Reply, now: datetime) -> bool:
    if reply.state is State.PUBLISHING:
        return await publications.is_shown(connection, reply) or await publications.has_failed(connection, reply)
    if reply.state is State.REMOVING:
        return await publications.is_gone(connection, reply)
    return decide_step(reply, now) is not None


async def list_failed(connection: AsyncConnection, most: int) -> Sequence[Reply]:
    """Answer the replies that could not be published, the oldest first."""
    failed = select(*COLUMNS).where(replies.c.state == State.FAILED.value).order_by(replies.c.since, replies.c.id)
    return [read(row) for row in await rows(connection, failed.limit(most))]


async def list_by_ids(connection: AsyncConnection, ids: Sequence[str]) -> dict[str, Reply]:
    """Answer replies by their ids."""
    found = await rows(connection, select(*COLUMNS).where(replies.c.id.in_(ids))) if ids else []
    return {row.id: read(row) for row in found}


async def count_waiting(connection: AsyncConnection) -> int:
    """Answer how many replies wait for moderators; what waits for its author's word on a proposal is none of them."""
    return int((await connection.execute(select(func.count()).select_from(replies).where(WAITING))).scalar_one())


async def is_any_to_show(connection: AsyncConnection) -> bool:
    """Tell whether moderators have anything to see: what waits, or could not be published, or a card that is kept."""
    at_hand = replies.c.state.in_([state.value for state in QUEUE | {State.FAILED}])
    kept = cards.c.state.in_(LIVING)
    found = await connection.execute(select(exists().where(at_hand) | exists().where(kept)))
    return bool(found.scalar_one()) or await waves.is_any(connection)


async def find_oldest(connection: AsyncConnection) -> datetime | None:
    """Answer since when the oldest of the queue waits."""
    waiting = select(func.min(replies.c.since)).where(WAITING)
    oldest: datetime | None = (await connection.execute(waiting)).scalar_one_or_none()
    return oldest


async def find_earlier(connection: AsyncConnection, reply: Reply) -> str:
    """Answer what the author had written before the newest text, for as long as that is not public; else nothing."""
    earlier = (revisions.c.reply_id == reply.id) & (revisions.c.revision < reply.revision)
    theirs = select(revisions.c.text).where(earlier, revisions.c.made_by == "author")
    found = await rows(connection, theirs.order_by(revisions.c.revision.desc()).limit(1))
    return str(found[0].text) if found else ""


async def find_author(connection: AsyncConnection, pen_number: int) -> str | None:
    """Answer the key of the author with a pen's number."""
    found = await rows(connection, select(authors.c.key).where(authors.c.pen_number == pen_number))
    return str(found[0].key) if found else None


async def find_pen(connection: AsyncConnection, author_key: str) -> int | None:
    """Answer the number of an author's pen; None where he is forgotten."""
    found = await rows(connection, select(authors.c.pen_number).where(authors.c.key == author_key))
    return int(found[0].pen_number) if found else None


async def list_undecided(connection: AsyncConnection, author_key: str) -> list[Reply]:
    """Answer what moderators can still decide of an author, the oldest first."""
    found = select(*COLUMNS).where(WAITING, replies.c.author_key == author_key)
    return [read(row) for row in await rows(connection, found.order_by(replies.c.submitted_at, replies.c.id))]


async def void_votes(connection: AsyncConnection, reply: Reply) -> None:
    """Forget who was for the newest text: an approval is undone, and may be given again by the same."""
    these = (votes.c.reply_id == reply.id) & (votes.c.revision == reply.revision)
    await connection.execute(delete(votes).where(these))


async def number_staff(connection: AsyncConnection) -> dict[str, int]:
    """Answer the number of each member of the staff by id, in the order in which they came."""
    since = func.min(staff.c.granted_at).label("since")
    found = select(staff.c.user_id, since).group_by(staff.c.user_id).order_by(since, staff.c.user_id)
    return {str(row.user_id): number for number, row in enumerate(await rows(connection, found), 1)}


async def find_photo(connection: AsyncConnection, reply_id: str) -> str:
    """Answer the photo beside the newest text of a reply, as Telegram knows it; nothing where there is none."""
    newest = (revisions.c.reply_id == replies.c.id) & (revisions.c.revision == replies.c.revision)
    found = await rows(connection, select(revisions.c.photo).join(replies, newest).where(replies.c.id == reply_id))
    return str(found[0].photo) if found else ""


async def list_photos(connection: AsyncConnection, ids: Sequence[str]) -> dict[str, str]:
    """Answer which of these replies have a photo beside their newest text, each with a stamp of it."""
    newest = (revisions.c.reply_id == replies.c.id) & (revisions.c.revision == replies.c.revision)
    found = select(*replies.c["id", "revision"]).join(revisions, newest)
    found = found.where(replies.c.id.in_(ids), revisions.c.photo != "")
    return {row.id: str(row.revision) for row in await rows(connection, found)} if ids else {}
