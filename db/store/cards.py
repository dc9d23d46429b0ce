"""Moderators' messages: which stand where, which request is under way about each, and what became of it.

    ask for one ─▶ open, no message ─▶ begin (a request) ─▶ settle (its message) ─▶ begin again … ─▶ closed
                                                                └▶ lost: it did not arrive, or is gone

What is done next about a place is `newsroom/cards.py`'s to say; `lock` lets one worker at a time say it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.sql import ColumnElement

from db.moderating import cards
from db.store import AnyRow, rows, write_new
from db.store.terms import Term, is_any
from db.tables import chats, outbox
from db.wakeup import announce
from newsroom.cards import LOST_REST, Card, Kind

KEPT_FOR = timedelta(days=30)
LIVING = ("open", "closing")
UNSETTLED = ("queued", "sending")
OVER = "-"  # what a card shows that is closed


@dataclass(frozen=True, slots=True)
class Spot:
    """A place by its address: a chat, and its forum topic or 0."""

    chat_id: int
    thread_id: int = 0


async def list_in(connection: AsyncConnection, spot: Spot) -> list[Card]:
    """Answer the messages of a place that are kept up to date."""
    found = select(cards).where(_in(spot), cards.c.state.in_(LIVING)).order_by(cards.c.id)
    return [_read(row) for row in await rows(connection, found)]


async def list_spots(connection: AsyncConnection) -> list[Spot]:
    """Answer the places with messages that are kept up to date, be they on their way, or asked for in private."""
    where = (cards.c.chat_id, cards.c.thread_id)
    stands = cards.c.message_id.is_not(None) | cards.c.request.is_not(None) | (cards.c.chat_id > 0)
    found = select(*where).where(cards.c.state.in_(LIVING), stands).distinct().order_by(*where)
    return [Spot(row.chat_id, row.thread_id) for row in await rows(connection, found)]


async def is_any_in(connection: AsyncConnection, chat_id: int) -> bool:
    """Tell whether a chat has messages of the moderators'."""
    return bool(await rows(connection, select(cards.c.id).where(cards.c.chat_id == chat_id).limit(1)))


async def is_resting(connection: AsyncConnection, chat_id: int, now: datetime) -> bool:
    """Tell whether a message to a chat did not arrive lately."""
    lost = (cards.c.chat_id == chat_id) & (cards.c.state == "lost") & cards.c.message_id.is_(None)
    lately = select(cards.c.id).where(lost, cards.c.touched_at > now - LOST_REST).limit(1)
    return bool(await rows(connection, lately))


async def find_message(connection: AsyncConnection, chat_id: int, message_id: int) -> Card | None:
    """Answer the card that a message is, in whatever state; None where it is none."""
    this = (cards.c.chat_id == chat_id) & (cards.c.message_id == message_id)
    found = await rows(connection, select(cards).where(this).order_by(cards.c.id.desc()).limit(1))
    return _read(found[0]) if found else None


async def lock(connection: AsyncConnection, chat_id: int, now: datetime) -> None:
    """Let nobody else plan for a chat in this transaction; one that nobody had met is known from now on."""
    await write_new(
        connection, chats, id=chat_id, kind="supergroup" if chat_id < 0 else "private", alive_at=now, free_at=now
    )
    await connection.execute(select(chats.c.id).where(chats.c.id == chat_id).with_for_update())


async def want(connection: AsyncConnection, spot: Spot, reply_id: str, now: datetime, asks: str = "") -> None:
    """Let a reply have a card in a place, a new one below what is there."""
    await close(connection, spot, cards.c.reply_id == reply_id)
    await add(connection, spot, Kind.CARD, now, reply_id=reply_id, asks=asks)
    announce(connection, "cards")


async def keep_list(
    connection: AsyncConnection, spot: Spot, listed: Sequence[str], now: datetime, request: str
) -> None:
    """Write down a list of replies that is on its way by this outbox row, so that it goes when it is too old."""
    await add(connection, spot, Kind.LIST, now, asks=" ".join(listed), request=request)


async def keep_prompt(connection: AsyncConnection, spot: Spot, reply_id: str, now: datetime, request: str) -> None:
    """Write down a message that asks for what is typed about a reply, on its way by this outbox row."""
    await add(connection, spot, Kind.PROMPT, now, reply_id=reply_id, request=request)


async def end_prompts(connection: AsyncConnection, spot: Spot, reply_id: str, *, answered: bool) -> None:
    """Wait no longer for what is typed about a reply: what was answered stays where it is, all else goes."""
    these = _in(spot) & (cards.c.state == "open") & (cards.c.kind == "prompt") & (cards.c.reply_id == reply_id)
    await connection.execute(update(cards).where(these).values(state="closed" if answered else "closing"))
    announce(connection, "cards")


async def add(connection: AsyncConnection, spot: Spot, kind: Kind, now: datetime, **told: Any) -> int | None:
    """Write a message down; answers its id, None where the place has an open card of this reply."""
    where = {"chat_id": spot.chat_id, "thread_id": spot.thread_id, "kind": str(kind), "touched_at": now}
    added = await write_new(connection, cards, **{"reply_id": None, "asks": "", "state": "open"} | where | told)
    return int(added.id) if added else None


async def close(connection: AsyncConnection, spot: Spot, which: ColumnElement[bool] | None = None) -> None:
    """Let the cards of a place be closed, whatever their replies; a card without a message is simply gone.

    Where all are, what tells of waves is, too.
    """
    kinds = [str(Kind.CARD)] if which is not None else [str(Kind.CARD), str(Kind.WAVE)]
    these = _in(spot) & (cards.c.state == "open") & cards.c.kind.in_(kinds)
    these = these if which is None else these & which
    unsent = these & cards.c.message_id.is_(None) & cards.c.request.is_(None)
    await connection.execute(delete(cards).where(unsent))
    await connection.execute(update(cards).where(these).values(state="closing"))


async def note_arrival(
    connection: AsyncConnection, spot: Spot, message_id: int, kind: Kind, reply_id: str | None = None
) -> bool:
    """Note that a message has arrived which is pressed before its request is settled; False where none is on its way.

    A card is known by its reply; of what tells of waves a place has one.
    """
    is_new = (cards.c.state == "open") & cards.c.message_id.is_(None) & cards.c.request.is_not(None)
    this = _in(spot) & is_new & (cards.c.kind == str(kind)) & cards.c.reply_id.is_not_distinct_from(reply_id)
    return (await connection.execute(update(cards).where(this).values(message_id=message_id))).rowcount > 0


async def settle_asks(connection: AsyncConnection, chat_id: int, reply_id: str) -> None:
    """Let a card ask nothing any more, for it was answered."""
    these = (cards.c.chat_id == chat_id) & (cards.c.reply_id == reply_id) & (cards.c.state == "open")
    await connection.execute(update(cards).where(these, cards.c.kind == "card").values(asks=""))
    announce(connection, "cards")


async def ask(connection: AsyncConnection, card_id: int, asks: str) -> None:
    """Let a message ask or show something else."""
    await connection.execute(update(cards).where(cards.c.id == card_id).values(asks=asks))
    announce(connection, "cards")


async def turn(connection: AsyncConnection, card_id: int, reply_id: str, now: datetime, asks: str = "") -> bool:
    """Let a message be the open card of a reply; False where the place has another, and this one is to be closed."""
    (mine,) = await rows(connection, select(cards).where(cards.c.id == card_id))
    open_ = (cards.c.reply_id == reply_id) & (cards.c.state == "open") & (cards.c.kind == "card")
    other = select(cards.c.id).where(_in(Spot(mine.chat_id, mine.thread_id)), open_, cards.c.id != card_id)
    is_first = not await rows(connection, other)
    values = {"reply_id": reply_id, "state": "open" if is_first else "closing", "asks": asks, "touched_at": now}
    values |= {} if mine.reply_id == reply_id else {"shown": ""}
    await connection.execute(update(cards).where(cards.c.id == card_id).values(values))
    announce(connection, "cards")
    return is_first


async def note_shown(connection: AsyncConnection, card_id: int, stamp: str, *, is_open: bool) -> None:
    """Note what a card shows that was drawn at a press; what is under way about it may land later, and is told anew."""
    idle = cards.c.request.is_(None)
    this = cards.c.id == card_id
    values = {"shown": stamp} if is_open else {"shown": stamp, "state": "closed"}
    await connection.execute(update(cards).where(this, idle).values(values))


async def begin(
    connection: AsyncConnection, card_id: int, stamp: str, *, closes: bool = False
) -> tuple[str, int | None]:
    """Note that a request about a card is under way; answers the key of its outbox row, and the card's message."""
    (row,) = await rows(connection, select(cards).where(cards.c.id == card_id))
    key = f"card:{card_id}:{row.requests + 1}"
    values = {"request": key, "requests": row.requests + 1, "shown": OVER if closes else stamp}
    state = {"state": "closing"} if closes else {}
    await connection.execute(update(cards).where(cards.c.id == card_id).values(values | state))
    return key, row.message_id


async def settle(connection: AsyncConnection, spot: Spot, now: datetime) -> int:
    """Note what became of the requests of a place that are through; answers how many that were."""
    busy = _in(spot) & cards.c.request.is_not(None) & cards.c.state.in_(LIVING)
    joined = select(cards, outbox.c.state.label("came"), outbox.c.message_id.label("sent_as"))
    found = await rows(connection, joined.outerjoin(outbox, outbox.c.dedup_key == cards.c.request).where(busy))
    through = [row for row in found if row.came not in UNSETTLED]
    for row in through:
        await connection.execute(update(cards).where(cards.c.id == row.id).values(_settled(row, now)))
    return len(through)


def _settled(row: AnyRow, now: datetime) -> dict[str, object]:
    """Answer what a card is after its request; one that could not be told is lost, and another takes its place."""
    message_id = row.message_id or row.sent_as
    if row.came != "sent" or message_id is None:
        return {"request": None, "state": "lost", "touched_at": now}
    was_closing = row.state == "closing" and row.shown == OVER
    return {"request": None, "message_id": message_id} | ({"state": "closed"} if was_closing else {})


async def has_settled(connection: AsyncConnection, spot: Spot) -> bool:
    """Tell whether something under way in a place is through."""
    busy = _in(spot) & cards.c.request.is_not(None) & cards.c.state.in_(LIVING)
    joined = select(outbox.c.state).select_from(cards).outerjoin(outbox, outbox.c.dedup_key == cards.c.request)
    return any(row.state not in UNSETTLED for row in await rows(connection, joined.where(busy)))


async def count_told(connection: AsyncConnection, card_id: int, now: datetime) -> None:
    """Note when the count was told."""
    await connection.execute(update(cards).where(cards.c.id == card_id).values(touched_at=now))


def _is_over(now: datetime) -> ColumnElement[bool]:
    """Say which messages nobody keeps up to date any more."""
    return is_any(cards.c.state, "closed", "lost") & (cards.c.touched_at < now - KEPT_FOR)


TERM = Term(cards, _is_over)


def _in(spot: Spot) -> ColumnElement[bool]:
    return (cards.c.chat_id == spot.chat_id) & (cards.c.thread_id == spot.thread_id)


def _read(row: AnyRow) -> Card:
    return Card(
        row.id, Kind(row.kind), row.reply_id, row.message_id, row.asks, row.shown,
        row.request is not None, row.state == "closing", row.touched_at,
    )  # fmt: skip
