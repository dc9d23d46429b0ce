"""Checklists: one message in the chat of each who sets the bot up, and how far he is.

brought (an answer) ─▶ its message ─▶ drawn anew (an edit) as things change ─▶ left as it is after a month
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from db.operating import checklists
from db.store import AnyRow, choices, rows, staff, subscribers, write_new
from db.tables import outbox, sources
from db.tables import staff as staff_table
from newsroom.cards import Rules
from newsroom.roles import Role, who_has
from newsroom.setup import Desk, Standing

KEPT_FOR = timedelta(days=30)  # since it last changed
UNDER_WAY = ("queued", "sending")


@dataclass(frozen=True, slots=True)
class Checklist:
    """A checklist; `is_busy` while a request about it is under way, `is_noted` when its message is written down."""

    chat_id: int
    message_id: int | None
    shown: str
    is_busy: bool
    is_noted: bool


async def list_open(connection: AsyncConnection, now: datetime) -> list[Checklist]:
    """Answer the checklists that are kept up to date: of whoever may still set the bot up."""
    may = await staff.list_ids(connection, who_has(Role.ADMIN))
    lately = (checklists.c.drawn_at > now - KEPT_FOR) & checklists.c.chat_id.in_(may)
    return [_read(row) for row in await rows(connection, _JOINED.where(lately).order_by(checklists.c.chat_id))]


async def find(connection: AsyncConnection, chat_id: int) -> Checklist | None:
    """Answer the checklist of a chat."""
    return next((_read(row) for row in await rows(connection, _JOINED.where(checklists.c.chat_id == chat_id))), None)


_JOINED = select(checklists, outbox.c.state.label("came"), outbox.c.message_id.label("sent_as")).outerjoin(
    outbox, outbox.c.dedup_key == checklists.c.request
)


def _read(row: AnyRow) -> Checklist:
    is_noted, busy = row.message_id is not None, row.came in UNDER_WAY
    return Checklist(row.chat_id, row.message_id or row.sent_as, row.shown, busy, is_noted)


async def bring(connection: AsyncConnection, chat_id: int, request: str, shown: str, now: datetime) -> None:
    """Note that a checklist is on its way to a chat by this outbox row, in the place of the one before."""
    values = {"message_id": None, "request": request, "shown": shown, "drawn_at": now}
    await write_new(connection, checklists, chat_id=chat_id, **values)
    await connection.execute(update(checklists).where(checklists.c.chat_id == chat_id).values(values))


async def note_arrived(connection: AsyncConnection, seen: Checklist) -> None:
    """Note the message that a checklist is: its outbox row tells it for two days only."""
    this = (checklists.c.chat_id == seen.chat_id) & checklists.c.message_id.is_(None)
    await connection.execute(update(checklists).where(this).values(message_id=seen.message_id))


async def note_drawn(connection: AsyncConnection, seen: Checklist, request: str, shown: str, now: datetime) -> bool:
    """Note that a checklist is drawn anew by this outbox row; False where somebody else has done so."""
    this = (checklists.c.chat_id == seen.chat_id) & (checklists.c.shown == seen.shown)
    values = {"message_id": seen.message_id, "request": request, "shown": shown, "drawn_at": now}
    return (await connection.execute(update(checklists).where(this).values(values))).rowcount > 0


async def note_tested(connection: AsyncConnection, chat_id: int, now: datetime) -> None:
    """Note that the test article was sent."""
    await connection.execute(update(checklists).where(checklists.c.chat_id == chat_id).values(tested_at=now))


async def read_standing(connection: AsyncConnection, chat_id: int, rules: Rules) -> Standing:
    """Answer how far the setting up is, as it is seen from a chat."""
    channels = [
        row for row in await subscribers.list_channels(connection) if (row.state, row.chat_state) == ("active",) * 2
    ]
    read = sources.c.first_contact_at.is_not(None)
    (polled,) = await rows(
        connection,
        select(func.count().filter(read).label("read"), func.count().filter(~read).label("unread")).where(
            sources.c.state == "active"
        ),
    )
    others = select(func.count(staff_table.c.user_id.distinct())).where(staff_table.c.user_id != chat_id)
    tested = select(checklists.c.tested_at).where(checklists.c.chat_id == chat_id)
    return Standing(
        sources=polled.read,
        unread=polled.unread,
        desk=await _find_desk(connection, rules),
        channels=len(channels),
        silent=sum(not row.followed for row in channels),
        staff=(await connection.execute(others)).scalar_one(),
        tested=(await connection.execute(tested)).scalar_one_or_none() is not None,
    )


async def _find_desk(connection: AsyncConnection, rules: Rules) -> Desk:
    if rules.chat_id:
        return Desk.SET
    chosen = await choices.find_chosen(connection)
    if chosen is None:
        return Desk.OPEN
    return Desk.ALONE if chosen == choices.ALONE else Desk.GROUP
