"""What a restore lets rest where nobody knows what was sent since the backup: a person sends it, or nobody does.

    pushes that run                      wait for `qasid pushes resume`
    scheduled broadcasts                 are drafts again, which their editors see
    single messages                      nobody can tell of them, and none leaves by itself
    replies on their way to a channel    moderators are asked whether they stand there, as after a crash
    what readers were to hear of replies counts as told
    sources                              what they hold when they are read next is archive

What changes or takes back a message goes on, for twice is once; and so does what the site is asked about before it is
written there.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import case, delete, null, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from db.broadcasting import broadcasts
from db.replying import bans, notices, publications, replies, tidings
from db.store import duties, rows
from db.tables import outbox, pushes, sources
from newsroom.bans import Telling
from newsroom.broadcasts import State
from newsroom.pushes import PushState
from newsroom.replies import State as ReplyState
from newsroom.sharing import Destination

RESTORED = "restored"  # why something is held


@dataclass(frozen=True, slots=True)
class Held:
    """How much of what was to be sent rests."""

    pushes: int
    broadcasts: int
    messages: int
    posts: int  # replies in channels


async def hold(connection: AsyncConnection, now: datetime) -> Held:
    """Let nothing be sent by itself that may have been sent since the backup; answers what rests."""
    anew = dict.fromkeys(("first_contact_at", "etag", "last_modified", "since", "seen"))
    await connection.execute(update(sources).values(anew))
    posts = await _hold_replies(connection, now)
    await _hold_news_of_replies(connection, now)
    return Held(
        await _hold_pushes(connection, now),
        await _hold_broadcasts(connection, now),
        await _hold_messages(connection, now),
        posts,
    )


async def _hold_pushes(connection: AsyncConnection, now: datetime) -> int:
    running = update(pushes).where(pushes.c.state == PushState.RUNNING.value)
    held = await connection.execute(running.values(state=PushState.PAUSED.value, reason=RESTORED, due_at=now))
    return held.rowcount


async def _hold_broadcasts(connection: AsyncConnection, now: datetime) -> int:
    """Let an editor send what was scheduled; an hour that has passed is none any more."""
    scheduled = update(broadcasts).where(broadcasts.c.state == State.SCHEDULED.value)
    hour = case((broadcasts.c.due_at <= now, null()), else_=broadcasts.c.due_at)
    draft = {"state": State.DRAFT.value, "version": broadcasts.c.version + 1, "due_at": hour}
    return (await connection.execute(scheduled.values(draft))).rowcount


async def _hold_messages(connection: AsyncConnection, now: datetime) -> int:
    """Take for sent, perhaps, what is a message of its own: whoever wrote it does what he does when nobody can tell."""
    is_new = outbox.c.method.like("send%") | outbox.c.method.like("copy%") | outbox.c.method.like("forward%")
    waiting = update(outbox).where(outbox.c.state.in_(("queued", "sending")), is_new)
    held = await connection.execute(waiting.values(state="uncertain", reason=RESTORED, settled_at=now))
    return held.rowcount


async def _hold_replies(connection: AsyncConnection, now: datetime) -> int:
    """Ask moderators of what was to be posted, approved just before the backup included; answers how many posts."""
    approved = select(replies.c.id).where(replies.c.state == ReplyState.APPROVED.value)
    for row in await rows(connection, approved):
        await duties.advance(connection, row.id, now)
    new = (publications.c.state == "queued") & publications.c.wanted.is_not(None) & publications.c.shown.is_(None)
    asked = {"state": "uncertain", "sending": publications.c.wanted, "started_at": now, "due_at": now, "attempts": 0}
    in_channels = update(publications).where(new, publications.c.destination == Destination.CHANNEL.value)
    held = await connection.execute(in_channels.values(asked))
    told = {"state": "settled", "shown": publications.c.wanted, "settled_at": now}
    to_readers = update(publications).where(new, publications.c.destination == Destination.READERS.value)
    await connection.execute(to_readers.values(told))
    return held.rowcount


async def _hold_news_of_replies(connection: AsyncConnection, now: datetime) -> None:
    """Take for told what authors and followers were to hear."""
    await connection.execute(update(notices).where(notices.c.told_at.is_(None)).values(told_at=now))
    await connection.execute(delete(bans).where(bans.c.tells == Telling.LIFTED.value))
    await connection.execute(update(bans).values(tells=None))
    untold = tidings.c.message_id.is_(None) & tidings.c.request.is_(None)
    await connection.execute(delete(tidings).where(untold))
