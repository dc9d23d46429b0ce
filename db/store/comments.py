"""Comments: what is to be done on the site, and what its own readers say there.

    claim ─▶ `sending` ─▶ publications.land, fail: it is there, or it is not                            out
                  └─────▶ publications.keep_open: `uncertain`, and due: the site is asked what it has
    open_threads ─▶ claim_thread ─▶ keep ─▶ settle_thread, miss_thread   in

A comment of ours that came back is known by its number, and one whose number is not known yet is left for the next
time: it is no other than what is on its way just then.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, func, literal, null, select, union_all, update
from sqlalchemy.ext.asyncio import AsyncConnection

from db.commenting import comments, threads
from db.replying import authors, publications, replies, revisions
from db.store import AnyRow, each, insert_unless_there, rows, writing
from db.store import publications as places
from db.store.publications import SITE, Errand
from db.store.writing import PublicReply
from db.tables import articles, sources
from db.wakeup import announce
from db.working import workers
from newsroom.comments import YOUNG, Comment, next_asking, next_try

LOST_AFTER = timedelta(minutes=10)  # longer than all requests of an errand, or of a thread, take
LOOKED_AT = timedelta(minutes=10)  # in which a thread is not asked again because somebody looks at it
BEFORE_ALL = timedelta(days=1)  # that what somebody looks at is longer due than anything else
LEFT_FOR = timedelta(minutes=1)  # what may be a reply that is on its way there just now
MOST_OPENED = 200  # at once


@dataclass(frozen=True, slots=True)
class Thread:
    """Where an article is on the site, and how it stands with its comments there."""

    article_id: int
    post_id: int | None
    guid: str
    url: str
    appeared_at: datetime
    pages: int
    whole_at: datetime | None
    newest_at: datetime | None
    etag: str | None
    last_modified: str | None
    failures: int


@dataclass(frozen=True, slots=True)
class SiteComment:
    """A comment of the site's own, as it is read beside replies; who is answered, by a name or a pen's number."""

    article_id: int
    id: int
    said_at: datetime
    name: str
    text: str
    url: str  # of the article
    parent_signed: str = ""
    parent_number: int | None = None


async def claim(connection: AsyncConnection, target: str, worker_id: str, now: datetime, most: int) -> list[Errand]:
    """Take what is to be done on a site, also what nobody could tell of the last time."""
    due = (publications.c.due_at <= now) & (publications.c.destination == SITE) & (publications.c.target == target)
    in_doubt = due & (publications.c.state == "uncertain")
    doubtful = await places.take(connection, in_doubt, worker_id, now, most)
    queued = due & (publications.c.state == "queued")
    new = await places.take(connection, queued, worker_id, now, most)
    return [*(replace(errand, in_doubt=True) for errand in doubtful), *new]


async def recover(connection: AsyncConnection, now: datetime) -> None:
    """Let be asked for what was under way with a worker who died, or for too long."""
    theirs = publications.c.worker_id.is_(None) | publications.c.worker_id.not_in(select(workers.c.id))
    lost = theirs | (publications.c.started_at <= now - LOST_AFTER)
    this = (publications.c.destination == SITE) & (publications.c.state == "sending") & lost
    await connection.execute(update(publications).where(this).values(state="uncertain", due_at=now))


async def note_ours(connection: AsyncConnection, article_id: int, remote_id: int, now: datetime) -> None:
    """Remember that a comment is, or was, the copy of a reply: it never counts as the site's own."""
    row = {"article_id": article_id, "remote_id": remote_id, "said_at": now, "ours": True}
    await connection.execute(insert_unless_there(connection, comments).values(row))
    this = (comments.c.article_id == article_id) & (comments.c.remote_id == remote_id)
    await connection.execute(update(comments).where(this).values(ours=True, name="", text=""))


async def find_parent(connection: AsyncConnection, errand: Errand) -> tuple[int | None, bool]:
    """Answer which comment a reply answers, None where it stands alone; and whether that is on its way there still."""
    if errand.parent_id is None:
        return None, False
    there = (publications.c.reply_id == errand.parent_id) & (publications.c.destination == SITE)
    found = select(*publications.c["state", "wanted", "shown", "remote_id"])
    row = next(iter(await rows(connection, found.where(there, publications.c.target == errand.target))), None)
    if row is None:
        return None, False
    if row.shown is not None and row.remote_id:
        return int(row.remote_id), False
    return None, row.wanted is not None and row.state != "failed"


async def list_sources(connection: AsyncConnection) -> list[tuple[int, str]]:
    """Answer the number and the address of each source."""
    return [(row.id, row.url) for row in await rows(connection, select(sources.c.id, sources.c.url))]


async def open_threads(connection: AsyncConnection, of: Collection[int], now: datetime) -> int:
    """Begin to ask for the comments of what is young and of these sources; answers how many are new."""
    if not of:
        return 0
    young = (articles.c.appeared_at > now - YOUNG) & articles.c.source_id.in_(of) & articles.c.retracted.is_(None)
    known = select(threads.c.article_id).where(threads.c.article_id == articles.c.id).exists()
    found = select(articles.c.id).where(young, ~known).order_by(articles.c.appeared_at.desc()).limit(MOST_OPENED)
    numbers = [row.id for row in await rows(connection, found)]
    await each(
        connection,
        insert_unless_there(connection, threads),
        ({"article_id": number, "due_at": now} for number in numbers),
    )
    return len(numbers)


async def look_soon(connection: AsyncConnection, article_id: int, now: datetime) -> None:
    """Let an article be asked for its comments soon, for somebody looks at them; not oftener than every ten minutes."""
    await connection.execute(insert_unless_there(connection, threads).values(article_id=article_id, due_at=now))
    long_ago = threads.c.asked_at.is_(None) | (threads.c.asked_at <= now - LOOKED_AT)
    later = threads.c.due_at.is_(None) | (threads.c.due_at > now)
    this = (threads.c.article_id == article_id) & long_ago & later & (threads.c.failures == 0)
    await connection.execute(update(threads).where(this).values(due_at=now - BEFORE_ALL))
    announce(connection, "threads")


async def list_due(connection: AsyncConnection, now: datetime, most: int) -> list[int]:
    """Answer the articles whose comments are to be asked for, the longest due first."""
    due = select(threads.c.article_id).where(threads.c.due_at <= now).order_by(threads.c.due_at).limit(most)
    return [row.article_id for row in await rows(connection, due)]


async def claim_thread(connection: AsyncConnection, article_id: int, now: datetime) -> Thread | None:
    """Take an article's thread, for as long as asking may take; None where another worker has it."""
    this = (threads.c.article_id == article_id) & (threads.c.due_at <= now)
    taken = update(threads).where(this).values(due_at=now + LOST_AFTER).returning(threads.c.article_id)
    if (await connection.execute(taken)).scalar_one_or_none() is None:
        return None
    return await find_thread(connection, article_id)


async def find_thread(connection: AsyncConnection, article_id: int) -> Thread:
    """Answer an article's thread, whether or not it was asked for yet."""
    kept = threads.c["post_id", "pages", "whole_at", "newest_at", "etag", "last_modified", "failures"]
    found = select(*articles.c["id", "guid", "url", "appeared_at"], *kept)
    joined = found.outerjoin(threads, threads.c.article_id == articles.c.id).where(articles.c.id == article_id)
    (row,) = await rows(connection, joined)
    told = row.pages or 0, row.whole_at, row.newest_at, row.etag, row.last_modified, row.failures or 0
    return Thread(row.id, row.post_id, row.guid, row.url, row.appeared_at, *told)


async def note_post(connection: AsyncConnection, article_id: int, post_id: int, now: datetime) -> None:
    """Keep what the site calls an article."""
    row = insert_unless_there(connection, threads).values(article_id=article_id, post_id=post_id, due_at=now)
    await connection.execute(row)
    await connection.execute(update(threads).where(threads.c.article_id == article_id).values(post_id=post_id))


async def leave_thread(connection: AsyncConnection, article_id: int, now: datetime) -> bool:
    """Ask no more for the comments of what is not on the site, unless somebody looks at them, and keep none.

    Tells whether there were any.
    """
    this = update(threads).where(threads.c.article_id == article_id)
    await connection.execute(this.values(due_at=None, asked_at=now, etag=None, last_modified=None))
    return (await connection.execute(delete(comments).where(_theirs(article_id)))).rowcount > 0


async def miss_thread(connection: AsyncConnection, thread: Thread, after: timedelta | None, now: datetime) -> None:
    """Note that the site did not tell; it is asked again the later, or when it said."""
    wait = max(next_try(thread.failures + 5), after or timedelta())
    failed = {"failures": threads.c.failures + 1, "due_at": now + wait}
    await connection.execute(update(threads).where(threads.c.article_id == thread.article_id).values(failed))


@dataclass(frozen=True, slots=True)
class Heard:
    """What the site told of a thread, and when it was asked; nothing found where nothing has changed."""

    asked_at: datetime
    found: Sequence[Comment] | None
    pages: int = 1
    is_whole: bool = True
    etag: str | None = None
    last_modified: str | None = None


async def keep(connection: AsyncConnection, thread: Thread, heard: Heard, now: datetime) -> bool:
    """Keep what the site told, and when it is asked next; tells whether another number of comments is public."""
    changed, left = (
        await _keep_comments(connection, thread.article_id, heard) if heard.found is not None else (False, False)
    )
    told: dict[str, Any] = {"asked_at": heard.asked_at, "failures": 0}
    told |= {"due_at": now + (LEFT_FOR if left else next_asking(now - thread.appeared_at))}
    told |= {"etag": None if left else heard.etag, "last_modified": None if left else heard.last_modified}
    if heard.found is not None:
        newest = max((comment.said_at for comment in heard.found), default=None)
        told |= {"newest_at": newest} if newest and not left else {}
        told |= {"whole_at": heard.asked_at, "pages": heard.pages} if heard.is_whole or heard.pages > 1 else {}
    await connection.execute(update(threads).where(threads.c.article_id == thread.article_id).values(told))
    return changed


async def _keep_comments(connection: AsyncConnection, article_id: int, heard: Heard) -> tuple[bool, bool]:
    """Keep what is on the site; tells whether another number is public, and whether something was left for later."""
    may_be_ours = await _is_under_way(connection, article_id)  # first: what lands from now on is known
    mine = comments.c.article_id == article_id
    known = {row.remote_id: row for row in await rows(connection, select(comments).where(mine))}
    found = {comment.id: comment for comment in heard.found or ()}
    unknown = [comment for number, comment in found.items() if number not in known]
    new = [] if may_be_ours else unknown
    fresh = insert_unless_there(connection, comments)
    await each(connection, fresh, (_row(article_id, comment) for comment in new))
    for number, row in known.items():
        if number in found and not row.ours and _is_other(row, found[number]):
            this = update(comments).where(mine, comments.c.remote_id == number)
            await connection.execute(this.values(_row(article_id, found[number])))
    gone = [number for number, row in known.items() if heard.is_whole and number not in found and not row.ours]
    if gone:
        await connection.execute(delete(comments).where(mine, comments.c.remote_id.in_(gone)))
    return bool(new or gone), bool(unknown) and may_be_ours


def _is_other(row: AnyRow, comment: Comment) -> bool:
    return (row.name, row.text, row.parent_id) != (comment.name, comment.text, comment.parent_id)


def _row(article_id: int, comment: Comment) -> dict[str, Any]:
    told = {"name": comment.name, "text": comment.text, "parent_id": comment.parent_id, "said_at": comment.said_at}
    return {"article_id": article_id, "remote_id": comment.id} | told


async def _is_under_way(connection: AsyncConnection, article_id: int) -> bool:
    """Tell whether replies are on their way to below an article there: what nobody knows may be one of them."""
    these = (replies.c.article_id == article_id) & (publications.c.destination == SITE)
    under_way = these & publications.c.state.in_(("sending", "uncertain"))
    found = select(publications.c.id).join(replies, replies.c.id == publications.c.reply_id).where(under_way).limit(1)
    return bool(await rows(connection, found))


async def list_shown(
    connection: AsyncConnection, article_id: int, most: int, skip: int = 0
) -> list[PublicReply | SiteComment]:
    """Answer what is public of an article, replies and the site's own comments, the oldest first."""
    ours = select(replies.c.published_at.label("at"), replies.c.id.label("reply"), literal(0).label("comment"))
    ours = ours.where(replies.c.article_id == article_id, writing.PUBLIC)
    theirs = select(comments.c.said_at, null(), comments.c.remote_id).where(_theirs(article_id))
    both = union_all(ours, theirs).subquery()
    ordered = select(both).order_by(both.c.at, both.c.reply, both.c.comment).limit(most).offset(skip)
    found = await rows(connection, ordered)
    public = await writing.list_by_ids(connection, [row.reply for row in found if row.reply])
    told = await _read(connection, article_id, [row.comment for row in found if not row.reply])
    return [public[row.reply] if row.reply else told[row.comment] for row in found]


async def find_shown(connection: AsyncConnection, article_id: int, number: int) -> SiteComment | None:
    """Answer a comment of the site's own; None where it is there no more."""
    return (await _read(connection, article_id, [number])).get(number)


def _theirs(article_id: int) -> Any:
    return (comments.c.article_id == article_id) & comments.c.ours.is_(False)


async def _read(connection: AsyncConnection, article_id: int, numbers: Sequence[int]) -> dict[int, SiteComment]:
    these = _theirs(article_id) & comments.c.remote_id.in_(numbers)
    found = select(comments, articles.c.url).join(articles, articles.c.id == comments.c.article_id).where(these)
    told = await rows(connection, found) if numbers else []
    answered = await _name_answered(connection, article_id, [row.parent_id for row in told if row.parent_id])
    return {
        row.remote_id: SiteComment(
            article_id, row.remote_id, row.said_at, row.name, row.text, row.url, *answered.get(row.parent_id, ())
        )
        for row in told
    }


async def _name_answered(
    connection: AsyncConnection, article_id: int, numbers: Sequence[int]
) -> dict[int, tuple[str, int | None]]:
    """Answer who wrote comments that are answered: of ours the pen as it signs what is public, or its number."""
    if not numbers:
        return {}
    theirs = select(comments.c.remote_id, comments.c.name).where(_theirs(article_id), comments.c.remote_id.in_(numbers))
    named: dict[int, tuple[str, int | None]] = {
        row.remote_id: (row.name, None) for row in await rows(connection, theirs)
    }
    wording = (revisions.c.reply_id == replies.c.id) & (revisions.c.revision == replies.c.public_revision)
    ours = (
        select(publications.c.remote_id, revisions.c.signed, authors.c.pen_number)
        .join(replies, replies.c.id == publications.c.reply_id)
        .join(revisions, wording)
        .outerjoin(authors, authors.c.key == replies.c.author_key)
        .where(replies.c.article_id == article_id, publications.c.destination == SITE)
        .where(publications.c.remote_id.in_([str(number) for number in numbers]))
    )
    return named | {int(row.remote_id): (row.signed, row.pen_number) for row in await rows(connection, ours)}


async def count_theirs(connection: AsyncConnection, article_id: int) -> int:
    """Answer how many comments of the site's own an article has."""
    counted = select(func.count()).select_from(comments).where(_theirs(article_id))
    return int((await connection.execute(counted)).scalar_one())
