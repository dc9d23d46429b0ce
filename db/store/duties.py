"""What falls due for replies by itself: the clock's steps, a publishing's progress, and deeds on many replies at once.

    list_due ─▶ a draft is dropped, what nobody decided expires, what is over is erased  ─▶ advance
             ─▶ an approval starts, or fails where its article takes no replies by then
             ─▶ a nudge: its caller reminds moderators or leads; the author's is a notice
             ─▶ submitted: whoever screens decides (PASS, QUARANTINE)   removing: `progress`

Each reply is a transaction of its own, so that one which cannot be done holds up no other, and an act of a person in
between wins.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from db.engine import Database
from db.replying import notices, replies
from db.store import authors, bans, closings, insert_unless_there, publications, rows
from db.store.bans import Ban
from db.store.replies import COLUMNS, Done, Overtaken, act, find, list_by, read
from db.wakeup import announce
from newsroom import waiting
from newsroom.errors import QasidError, Refusal
from newsroom.replies import CLOCK, UNDECIDED, WORKER, Action, Actor, Deed, Notice, Reply, State
from newsroom.waiting import Nudge, decide_step


async def list_due(connection: AsyncConnection, now: datetime, most: int = 100) -> Sequence[Reply]:
    """Answer the replies with which something is due, whatever is longest due first."""
    due = select(*COLUMNS).where(replies.c.due_at <= now).order_by(replies.c.due_at).limit(most)
    return [read(row) for row in await rows(connection, due)]


async def advance(connection: AsyncConnection, reply_id: str, now: datetime) -> Nudge | Done | None:
    """Do what is due with a reply now: the end of its state, or a nudge, which is answered for the caller to give.

    Nothing is due the second time. What is submitted waits for the screen.
    """
    reply = await find(connection, reply_id)
    step = decide_step(reply, now) if reply else None
    if reply is None or step is None:
        return await progress(connection, reply_id, now) if reply else None
    if isinstance(step, Nudge):
        return step if await _nudge(connection, reply, step, now) else None
    if step is Action.START and await closings.find(connection, reply.article_id):
        step = Action.FAIL
    actor = WORKER if step in {Action.START, Action.FAIL} else CLOCK
    done = await act(connection, reply_id, Deed(step), actor, now, seen=reply.version)
    if isinstance(done, Done) and step is Action.START:
        return await progress(connection, reply_id, now) or done
    return done if isinstance(done, Done) else None


async def _nudge(connection: AsyncConnection, reply: Reply, step: Nudge, now: datetime) -> bool:
    """Count a nudge, and tell the author where it is his; False where somebody was first."""
    nudged = waiting.nudge(reply, now)
    as_read = (replies.c.version == reply.version) & (replies.c.nudges == reply.nudges)
    counted = update(replies).where(replies.c.id == reply.id, as_read)
    if not (await connection.execute(counted.values(nudges=nudged.nudges, due_at=nudged.due_at))).rowcount:
        return False
    if step is Nudge.TELL:
        notice = {"reply_id": reply.id, "version": reply.version, "what": str(Notice.WAITING), "due_at": now}
        await connection.execute(insert_unless_there(connection, notices).values(notice))
        announce(connection, "notices")
    return True


async def progress(connection: AsyncConnection, reply_id: str, now: datetime) -> Done | None:
    """Bring a reply on as far as its publications have come: published, failed, removed; None where that is no news.

    Whose author waits to be told where it is, is told now, unless it is still on its way elsewhere.
    """
    reply = await find(connection, reply_id)
    action = None
    if reply and reply.state is State.PUBLISHED:
        await authors.hasten(connection, reply_id, Notice.PUBLISHED, now)
    if reply and reply.state is State.PUBLISHING:
        if await publications.is_shown(connection, reply):
            action = Action.PUBLISH
        elif await publications.has_failed(connection, reply):
            action = Action.FAIL
    elif reply and reply.state is State.REMOVING and await publications.is_gone(connection, reply):
        action = Action.CLEAR
    if reply is None or action is None:
        return None
    done = await act(connection, reply_id, Deed(action), WORKER, now, seen=reply.version)
    return done if isinstance(done, Done) else None


async def ban(connection: AsyncConnection, told: Ban, actor: Actor) -> list[Done]:
    """Ban an author, and set apart in the same transaction all that is undecided of his; answers what was.

    It is in no wave by that, though it may have been in one.
    """
    await bans.ban(connection, told)
    moved = []
    for reply in await list_by(connection, told.author_key):
        if reply.state in UNDECIDED - {State.QUARANTINED}:
            done = await act(connection, reply.id, Deed(Action.QUARANTINE), actor, told.at)
            moved += [done] if isinstance(done, Done) else []
    these = update(replies).where(replies.c.id.in_([done.reply.id for done in moved]))
    await connection.execute(these.values(wave_id=None))
    return moved


async def lift(connection: AsyncConnection, author_key: str, actor: Actor, now: datetime) -> list[Done] | None:
    """End a ban, and put back into the queue what was set apart by it; answers what was, None where there is no ban.

    What is in a wave is decided on with that.
    """
    if not await bans.lift(connection, author_key, now):
        return None
    apart = (replies.c.author_key == author_key) & (replies.c.state == State.QUARANTINED.value)
    found = await rows(connection, select(replies.c.id).where(apart, replies.c.wave_id.is_(None)))
    moved = [await act(connection, row.id, Deed(Action.RESTORE), actor, now) for row in found]
    return [done for done in moved if isinstance(done, Done)]


@dataclass(slots=True)
class Report:
    """What became of each reply when something was done with many."""

    done: list[Done] = field(default_factory=list)
    overtaken: list[Overtaken] = field(default_factory=list)
    refused: dict[str, Refusal] = field(default_factory=dict)  # by reply


async def act_on_many(
    database: Database, seen: Iterable[tuple[str, int | None]], deed: Deed, actor: Actor, now: datetime
) -> Report:
    """Do a deed on replies one by one, each with the version that was seen; what cannot be done is reported."""
    report = Report()
    for reply_id, version in seen:
        try:
            async with database.write(urgent=True) as connection:
                came = await act(connection, reply_id, deed, actor, now, seen=version)
        except Refusal as refusal:
            report.refused[reply_id] = refusal
        except QasidError:
            report.refused[reply_id] = Refusal("replies.not_now")
        else:
            (report.done if isinstance(came, Done) else report.overtaken).append(came)  # type: ignore[arg-type]
    return report
