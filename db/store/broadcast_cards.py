"""Cards of broadcasts: one message in each editor's chat that looks at one, drawn anew as what it shows changes.

begin (a request) ─▶ settle (its message) ─▶ begin again …      or pressed, and drawn by the answer to that
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import and_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.sql import ColumnElement

from db.broadcasting import broadcast_cards as cards
from db.broadcasting import broadcasts
from db.store import AnyRow, rows, write_new
from db.store.terms import Term
from db.tables import outbox

KEPT_FOR = timedelta(days=30)  # a card that is looked at later comes anew
OVER = "-"  # what a card shows that is not drawn any more
AWAITED = "+"  # what it shows whose words are still coming
UNDER_WAY = ("queued", "sending")


@dataclass(frozen=True, slots=True)
class Card:
    """A card; `is_busy` while a request about it is under way."""

    broadcast_id: int
    chat_id: int
    message_id: int | None
    shown: str
    drawn_at: datetime
    is_busy: bool = False
    is_awaited: bool = False  # what it is to show is still coming


async def list_open(connection: AsyncConnection) -> list[Card]:
    """Answer the cards that are kept up to date."""
    joined = select(cards, outbox.c.state.label("came")).outerjoin(outbox, outbox.c.dedup_key == cards.c.request)
    found = joined.where(cards.c.shown != OVER).order_by(cards.c.broadcast_id, cards.c.chat_id)
    return [_read(row) for row in await rows(connection, found)]


def _read(row: AnyRow) -> Card:
    busy = row.request is not None and row.came in UNDER_WAY
    awaited = row.shown == AWAITED
    return Card(row.broadcast_id, row.chat_id, row.message_id, row.shown, row.drawn_at, busy, awaited)


async def find(connection: AsyncConnection, broadcast_id: int, chat_id: int) -> Card | None:
    """Answer the card of a broadcast in a chat, its message as far as it has arrived."""
    await _settle(connection, broadcast_id, chat_id)
    joined = select(cards, outbox.c.state.label("came")).outerjoin(outbox, outbox.c.dedup_key == cards.c.request)
    found = await rows(connection, joined.where(_is(broadcast_id, chat_id)))
    return _read(found[0]) if found else None


async def _settle(connection: AsyncConnection, broadcast_id: int, chat_id: int) -> None:
    """Note the message that a request has made."""
    sent = select(outbox.c.message_id).where(outbox.c.dedup_key == cards.c.request).scalar_subquery()
    unknown = _is(broadcast_id, chat_id) & cards.c.message_id.is_(None)
    await connection.execute(update(cards).where(unknown).values(message_id=sent))


async def begin(
    connection: AsyncConnection, place: tuple[int, int], now: datetime, stamp: str = "", *, anew: bool = False
) -> str:
    """Note that a request about a card is under way, by a new message if `anew`; answers the key of its outbox row.

    `place` is the broadcast and the chat.
    """
    broadcast_id, chat_id = place
    key = {"broadcast_id": broadcast_id, "chat_id": chat_id}
    await write_new(connection, cards, **key, drawn_at=now)
    (row,) = await rows(connection, select(cards.c.requests).where(_is(broadcast_id, chat_id)))
    request = f"broadcast:{broadcast_id}:{chat_id}:{row.requests + 1}"
    values = {"request": request, "requests": row.requests + 1, "shown": stamp, "drawn_at": now}
    values |= {"message_id": None} if anew else {}
    await connection.execute(update(cards).where(_is(broadcast_id, chat_id)).values(values))
    return request


async def await_more(connection: AsyncConnection, broadcast_id: int, chat_id: int, now: datetime) -> None:
    """Let a card be shown when nothing more comes for a while."""
    await write_new(connection, cards, broadcast_id=broadcast_id, chat_id=chat_id, drawn_at=now)
    await connection.execute(update(cards).where(_is(broadcast_id, chat_id)).values(shown=AWAITED, drawn_at=now))


async def note_pressed(
    connection: AsyncConnection, broadcast_id: int, chat_id: int, message_id: int, now: datetime
) -> int | None:
    """Let the message that was pressed be the card; answers the one that was it before, None where there was none."""
    known = await find(connection, broadcast_id, chat_id)
    if known is None:
        await write_new(connection, cards, broadcast_id=broadcast_id, chat_id=chat_id, drawn_at=now)
    this = update(cards).where(_is(broadcast_id, chat_id))
    await connection.execute(this.values(message_id=message_id))
    return known.message_id if known and known.message_id not in {None, message_id} else None


async def note_drawn(connection: AsyncConnection, card: Card, stamp: str, now: datetime) -> None:
    """Note what a card shows by the answer to a press; while a request is under way it is drawn once more after it."""
    shown = "" if card.is_busy else stamp
    await connection.execute(
        update(cards).where(_is(card.broadcast_id, card.chat_id)).values(shown=shown, drawn_at=now)
    )


async def close(connection: AsyncConnection, broadcast_id: int) -> None:
    """Draw the cards of a broadcast no more."""
    await connection.execute(update(cards).where(cards.c.broadcast_id == broadcast_id).values(shown=OVER))


def _is_over(now: datetime) -> ColumnElement[bool]:
    """Say which are cards of broadcasts that were made long ago."""
    return cards.c.broadcast_id.in_(select(broadcasts.c.id).where(broadcasts.c.created_at < now - KEPT_FOR))


TERM = Term(cards, _is_over)


def _is(broadcast_id: int, chat_id: int) -> ColumnElement[bool]:
    return and_(cards.c.broadcast_id == broadcast_id, cards.c.chat_id == chat_id)
