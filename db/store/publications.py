"""Publications: where a reply is public, or is to be; the rows that whoever shares replies works off.

    wanted ≠ shown ─▶ claim ─▶ `sending` ─▶ land (shown) ─▶ settled, or queued again where another is wanted by then
                                  └▶ fail (queued, failed) · doubt (uncertain: a person is asked, `decide`, `clear`)

A place is a kind (`newsroom/sharing.py`) and a target. Who agreed to his reply being in the channels has a row for each
that has posted the article when the reply begins to be public, or posts it within a day of that; who agreed to the bot,
one for those who follow the discussion in it. Each kind is worked off by a job of its own.

A row is a place: it knows which revision is wanted there, which is shown, and which is on its way; none wanted is to be
taken back. `follow` says what is wanted after each change of the reply, so corrections, withdrawals and erasures while
something is on its way come by themselves when it has landed. The first place counts: a reply is published when it is
shown there, and removed when it is shown nowhere.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Integer, bindparam, case, literal, null, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.sql import ColumnElement

from db.replying import authors, publications, replies, revisions
from db.store import insert_unless_there, posts, rows
from db.wakeup import Job, announce
from newsroom.replies import Reply, State
from newsroom.sharing import NEWS_FOR, Destination, Task, task_of

BOT = Destination.BOT.value  # replies are read there as they stand in the database: nothing is sent
SITE = Destination.SITE.value  # it tells what it has, so nobody is asked: worked off apart (`db/store/comments.py`)
COMMENTS = "comments"  # instead of a channel: every group in which posts about the article are discussed
HERE = [(BOT, "")]
WORKED_OFF_BY: tuple[Job, ...] = ("share", "tidings", "quotes", "comments")
IN_TELEGRAM = tuple(kind.value for kind in Destination if kind is not Destination.SITE)
IN_BOT = (BOT, Destination.READERS.value, Destination.DIGEST.value)


@dataclass(frozen=True, slots=True)
class Errand:
    """What is to be done at a place: show a text, or take back what is there where `revision` is none."""

    id: int
    reply_id: str
    article_id: int
    parent_id: str | None
    destination: str
    target: str
    revision: int | None
    shown: int | None
    text: str
    signed: str  # by this name, or where it is empty by the pen's number
    pen_number: int | None
    message_id: int | None
    remote_id: str | None
    attempts: int
    started_at: datetime | None  # by which a claim is known: an answer that comes late settles no newer one
    settled_at: datetime | None = None  # when what is shown was
    wanted: int | None = None  # by now
    in_doubt: bool = False  # nobody could tell what came of the last time

    @property
    def task(self) -> Task:
        """What is to be done."""
        return task_of(self.revision, self.shown)

    @property
    def key(self) -> str:
        """The key of its message in the outbox, another for each claim."""
        return f"share:{self.id}:{self.started_at.timestamp() if self.started_at else 0:.6f}"


async def follow(connection: AsyncConnection, reply: Reply, now: datetime) -> None:
    """Want everywhere what a reply's state says; twice is once."""
    if reply.state is State.PUBLISHING:
        await _open(connection, reply.id, now)
    wanted = reply.revision if reply.state is State.PUBLISHING else reply.public_revision
    told = bindparam("to_be", wanted, Integer)
    at_work = publications.c.state.in_(("sending", "uncertain"))
    is_so = publications.c.shown.is_not_distinct_from(told)
    state = case((at_work, publications.c.state), (is_so, "settled"), else_="queued")
    other = (publications.c.reply_id == reply.id) & publications.c.wanted.is_distinct_from(told)
    wanting = update(publications).where(other).values(wanted=told, state=state, due_at=now, attempts=0)
    changed = (await connection.execute(wanting)).rowcount
    here = (publications.c.reply_id == reply.id) & (publications.c.destination == BOT)
    await connection.execute(update(publications).where(here).values(shown=told, state="settled", settled_at=now))
    if changed:
        for job in WORKED_OFF_BY:
            announce(connection, job)


async def _open(connection: AsyncConnection, reply_id: str, now: datetime) -> None:
    """Make the rows of the places that the author agreed to."""
    for destination, target in await _list_agreed(connection, reply_id):
        place = {"reply_id": reply_id, "destination": destination, "target": target, "due_at": now, "state": "settled"}
        await connection.execute(insert_unless_there(connection, publications).values(place))


async def _list_agreed(connection: AsyncConnection, reply_id: str) -> list[tuple[str, str]]:
    """Answer the places that an author agreed to, the first first; those that have the article, where none is named."""
    columns = replies.c["destinations", "article_id"]
    (agreed,) = await rows(connection, select(*columns).where(replies.c.id == reply_id))
    places: list[tuple[str, str]] = []
    for kind, target in agreed.destinations or HERE:
        if kind == Destination.CHANNEL and target in {"", COMMENTS}:
            find = posts.list_groups if target else posts.list_channels
            places += [(kind, str(chat_id)) for chat_id in await find(connection, agreed.article_id)]
        else:
            places += [(kind, target)] + [(Destination.READERS.value, "")] * (kind == BOT)
    return places


async def catch_up(connection: AsyncConnection, article_id: int, now: datetime) -> None:
    """Bring the replies to an article to a channel that posts it only now, or to where it is discussed only now.

    All its replies are locked first: one that becomes public at this moment finds the post, or is found here.
    """
    columns = replies.c["id", "public_revision", "published_at"]
    its = select(*columns).where(replies.c.article_id == article_id).order_by(replies.c.published_at, replies.c.id)
    for row in await rows(connection, its.with_for_update()):
        if row.public_revision is None or row.published_at <= now - NEWS_FOR:
            continue
        for kind, target in await _list_agreed(connection, row.id):
            if kind == Destination.CHANNEL:
                place = {"reply_id": row.id, "destination": kind, "target": target, "wanted": row.public_revision}
                late = insert_unless_there(connection, publications).values(place | {"state": "queued", "due_at": now})
                await connection.execute(late)
        announce(connection, "share")


async def claim(
    connection: AsyncConnection, worker_id: str, now: datetime, most: int = 20, kinds: Sequence[str] = IN_TELEGRAM
) -> list[Errand]:
    """Take what is due in places of some kinds, and answer what is to be done; it is `sending` from then on."""
    due = (publications.c.state == "queued") & (publications.c.due_at <= now) & publications.c.destination.in_(kinds)
    return await take(connection, due, worker_id, now, most)


async def take(
    connection: AsyncConnection, due: ColumnElement[bool], worker_id: str, now: datetime, most: int
) -> list[Errand]:
    """Take the longest due of these rows."""
    first = select(publications.c.id).where(due).order_by(publications.c.due_at).limit(most)
    mine = publications.c.id.in_(first.with_for_update(skip_locked=True).cte().select())
    taken = {"state": "sending", "sending": publications.c.wanted, "worker_id": worker_id, "started_at": now}
    claimed = update(publications).where(mine, due).values(taken).returning(publications.c.id)
    numbers = list((await connection.execute(claimed)).scalars())
    return await _read(connection, numbers)


async def _read(connection: AsyncConnection, numbers: Sequence[int]) -> list[Errand]:
    wording = (revisions.c.reply_id == publications.c.reply_id) & (revisions.c.revision == publications.c.sending)
    found = (
        select(
            publications, *replies.c["article_id", "parent_id"], *revisions.c["text", "signed"], authors.c.pen_number
        )
        .join(replies, replies.c.id == publications.c.reply_id)
        .outerjoin(revisions, wording)
        .outerjoin(authors, authors.c.key == replies.c.author_key)
        .where(publications.c.id.in_(numbers))
        .order_by(publications.c.id)
    )
    return [
        Errand(
            row.id, row.reply_id, row.article_id, row.parent_id, row.destination, row.target, row.sending, row.shown,
            row.text or "", row.signed or "", row.pen_number, row.message_id, row.remote_id, row.attempts,
            row.started_at, row.settled_at, row.wanted,
        )
        for row in await rows(connection, found)
    ]  # fmt: skip


async def land(
    connection: AsyncConnection,
    errand: Errand,
    now: datetime,
    *,
    message_id: int | None = None,
    remote_id: str | None = None,
) -> str | None:
    """Note that an errand is done; answers the reply that `progress` is to look at, None where it was not under way.

    Also from doubt, when the answer comes late. What is wanted by then and is not shown is due at once.
    """
    gone = publications.c.sending.is_(None)
    done = {
        "shown": publications.c.sending,
        "sending": None,
        "state": case((publications.c.wanted.is_not_distinct_from(publications.c.sending), "settled"), else_="queued"),
        "due_at": now,
        "settled_at": now,
        "message_id": case((gone, null()), else_=_or(publications.c.message_id, message_id)),
        "remote_id": case((gone, null()), else_=_or(publications.c.remote_id, remote_id)),
        "reason": "",
    }
    return await _settle(connection, errand, ("sending", "uncertain"), done)


def _or(known: ColumnElement[Any], told: int | str | None) -> ColumnElement[Any]:
    return known if told is None else literal(told, known.type)


async def fail(
    connection: AsyncConnection, errand: Errand, reason: str, now: datetime, again_at: datetime | None = None
) -> str | None:
    """Note that an errand came to nothing: it is done again at a time, or never; answers the reply."""
    is_so = publications.c.wanted.is_not_distinct_from(publications.c.shown)
    is_other = publications.c.wanted.is_distinct_from(publications.c.sending)
    failed = {
        "state": case((is_so, "settled"), (is_other, "queued"), else_="queued" if again_at else "failed"),
        "due_at": again_at or now,
        "sending": None,
        "attempts": publications.c.attempts + 1,
        "reason": reason,
    }
    return await _settle(connection, errand, ("sending",), failed)


async def doubt(connection: AsyncConnection, errand: Errand, remind_at: datetime) -> str | None:
    """Note that nobody can tell whether an errand was done, or do it but a person, who is asked."""
    return await _settle(connection, errand, ("sending",), {"state": "uncertain", "due_at": remind_at, "attempts": 0})


async def list_doubtful(connection: AsyncConnection, kind: Destination, now: datetime) -> list[Errand]:
    """Answer the errands of which people are to be reminded; not what is to be taken back no more."""
    doubtful = (publications.c.state == "uncertain") & (publications.c.due_at <= now)
    is_void = publications.c.sending.is_(None) & publications.c.wanted.is_not_distinct_from(publications.c.shown)
    these = select(publications.c.id).where(doubtful, publications.c.destination == kind.value, ~is_void)
    found = await rows(connection, these)
    return await _read(connection, [row.id for row in found]) if found else []


async def remind(connection: AsyncConnection, errand: Errand, until: datetime) -> bool:
    """Let people be reminded of an errand in doubt, and then not until a time; False where others do that."""
    as_read = publications.c.attempts == errand.attempts
    values = {"due_at": until, "attempts": errand.attempts + 1}
    return await _settle(connection, errand, ("uncertain",), values, as_read) is not None


async def postpone(connection: AsyncConnection, errand: Errand, until: datetime) -> str | None:
    """Let an errand wait that is not done yet."""
    return await _settle(connection, errand, ("sending",), {"state": "queued", "sending": None, "due_at": until})


async def hasten(connection: AsyncConnection, kind: Destination, now: datetime) -> None:
    """Let what waits to be taken back in places of a kind be looked at now."""
    waiting = (publications.c.destination == kind.value) & (publications.c.state == "queued")
    these = waiting & publications.c.wanted.is_(None)
    await connection.execute(update(publications).where(these).values(due_at=now))


async def list_under_way(connection: AsyncConnection, kind: Destination) -> list[Errand]:
    """Answer the errands that are under way in places of a kind."""
    these = (publications.c.state == "sending") & (publications.c.destination == kind.value)
    found = await rows(connection, select(publications.c.id).where(these))
    return await _read(connection, [row.id for row in found]) if found else []


async def is_any_due(connection: AsyncConnection, kind: Destination, now: datetime) -> bool:
    """Tell whether anything is due in places of a kind."""
    due = (
        (publications.c.state == "queued") & (publications.c.due_at <= now) & (publications.c.destination == kind.value)
    )
    return bool(await rows(connection, select(publications.c.id).where(due).limit(1)))


async def find_doubt(connection: AsyncConnection, number: int) -> Errand | None:
    """Answer an errand in a channel that is in doubt; None where it is in doubt no more."""
    in_channel = publications.c.destination == Destination.CHANNEL.value
    these = (publications.c.id == number) & (publications.c.state == "uncertain") & in_channel
    found = await rows(connection, select(publications.c.id).where(these))
    return (await _read(connection, [number]))[0] if found else None


async def is_on_its_way(connection: AsyncConnection, reply_id: str) -> bool:
    """Tell whether it is still to be seen where it goes beyond the bot: until then its author is not told where."""
    busy = publications.c.state.in_(("queued", "sending")) & publications.c.wanted.is_not(None)
    elsewhere = (publications.c.reply_id == reply_id) & publications.c.destination.not_in(IN_BOT)
    return bool(await rows(connection, select(publications.c.id).where(elsewhere, busy).limit(1)))


async def keep_open(connection: AsyncConnection, errand: Errand, reason: str, again_at: datetime) -> str | None:
    """Note that nobody can tell whether an errand was done, and when its place is asked."""
    again = {"due_at": again_at, "attempts": publications.c.attempts + 1, "reason": reason}
    return await _settle(connection, errand, ("sending",), {"state": "uncertain"} | again)


async def decide(
    connection: AsyncConnection, number: int, now: datetime, *, sent: bool, message_id: int | None = None
) -> str | None:
    """Say what became of an errand in doubt: what was not sent is due again; answers the reply, and then None."""
    found = await _read(connection, [number])
    if not found:
        return None
    if sent:
        return await land(connection, found[0], now, message_id=message_id)
    is_so = publications.c.wanted.is_not_distinct_from(publications.c.shown)
    again = {"state": case((is_so, "settled"), else_="queued"), "sending": None, "due_at": now, "attempts": 0}
    return await _settle(connection, found[0], ("uncertain",), again)


async def clear(connection: AsyncConnection, number: int, now: datetime) -> str | None:
    """Say that a person took away what was shown at a place in doubt; answers the reply, and then None."""
    found = await _read(connection, [number])
    state = case((publications.c.wanted.is_(None), "settled"), else_="queued")
    nothing = dict.fromkeys(("shown", "sending", "message_id", "remote_id"))
    away = nothing | {"state": state, "due_at": now, "settled_at": now, "attempts": 0}
    return await _settle(connection, found[0], ("uncertain",), away) if found else None


async def _settle(
    connection: AsyncConnection,
    errand: Errand,
    froms: tuple[str, ...],
    values: Mapping[str, object],
    *where: ColumnElement[bool],
) -> str | None:
    this = (publications.c.id == errand.id) & publications.c.started_at.is_not_distinct_from(errand.started_at)
    settled = update(publications).where(this, publications.c.state.in_(froms), *where).values(values)
    found: str | None = (await connection.execute(settled.returning(publications.c.reply_id))).scalar_one_or_none()
    return found


async def recover(connection: AsyncConnection, living: Sequence[str], kinds: Sequence[str] = IN_TELEGRAM) -> list[str]:
    """Put what dead workers had under way in doubt; answers the replies, for their moderators.

    Not where the message is in the outbox, whose state tells what became of it.
    """
    dead = (publications.c.state == "sending") & or_(
        publications.c.worker_id.is_(None), publications.c.worker_id.not_in(living)
    )
    dead &= publications.c.destination.in_(kinds)
    lost = update(publications).where(dead).values(state="uncertain").returning(publications.c.reply_id)
    return list((await connection.execute(lost)).scalars())


async def is_shown(connection: AsyncConnection, reply: Reply) -> bool:
    """Tell whether the newest revision is shown at the first place."""
    first = select(publications.c.shown).where(publications.c.reply_id == reply.id).order_by(publications.c.id).limit(1)
    return (await connection.execute(first)).scalar_one_or_none() == reply.revision


async def has_failed(connection: AsyncConnection, reply: Reply) -> bool:
    """Tell whether the first place will not take it."""
    first = select(publications.c.state).where(publications.c.reply_id == reply.id).order_by(publications.c.id).limit(1)
    return (await connection.execute(first)).scalar_one_or_none() == "failed"


async def is_gone(connection: AsyncConnection, reply: Reply) -> bool:
    """Tell whether it is shown nowhere, nor on its way anywhere."""
    there = publications.c.shown.is_not(None) | publications.c.state.in_(("sending", "uncertain"))
    return not await rows(
        connection, select(publications.c.id).where(publications.c.reply_id == reply.id, there).limit(1)
    )
