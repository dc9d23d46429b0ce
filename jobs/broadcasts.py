"""Broadcasts: starts what is scheduled, holds what staff were refused, and keeps the cards as things stand.

    its hour ─▶ started ─▶ staff first ─▶ the planner and the delivery loop do the rest ─▶ cards tell how far it is

What was to leave more than an hour ago, because nobody ran, waits for an editor as a draft: its words may be out of
date. Any number of workers may do this at once: each step is a change of what was seen.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Protocol

import orjson
from sqlalchemy.ext.asyncio import AsyncConnection

from db.engine import Database
from db.store import articles, broadcast_cards, broadcasts, crowds, outbox, pushes
from db.store.broadcast_cards import OVER, Card
from db.store.broadcasts import Standing
from db.store.outbox import Message
from newsroom.broadcasts import (
    ALIVE,
    REFUSED_TO_STAFF,
    Broadcast,
    State,
    is_over,
    is_too_late,
    redraw_pause,
    should_redraw,
    stamp,
)
from newsroom.progress import is_refused_to_staff
from newsroom.pushes import Lane

COMPLETE = timedelta(seconds=1.5)  # after which an album to which nothing was added has come as a whole


class Drawer(Protocol):
    """Who draws: `bot/announcer.py`."""

    async def render(
        self, connection: AsyncConnection, broadcast: Broadcast, chat_id: int, standing: Standing
    ) -> dict[str, Any]:
        """Answer what the card of a broadcast shows, as the Bot API takes it."""

    async def show(self, connection: AsyncConnection, broadcast: Broadcast, chat_ids: Iterable[int]) -> None:
        """Put a broadcast as it will arrive, and its card, on their way to editors."""


@dataclass(frozen=True, slots=True)
class Due:
    """A card that is to be drawn anew."""

    card: Card
    broadcast: Broadcast
    standing: Standing
    shows: str  # its stamp then


@dataclass(slots=True)
class Broadcaster:
    """Looks after broadcasts for one worker."""

    database: Database
    drawer: Drawer
    now: Callable[[], datetime]
    _next: dict[int, datetime] = field(default_factory=dict)  # when the rows of a broadcast are counted again

    async def step(self) -> bool:
        """Do what is due once; what comes next is found by the clock."""
        now = self.now()
        async with self.database.read() as connection:
            due = await broadcasts.list_due(connection, now)
            leading = await broadcasts.list_leading(connection, now)
            looked = await self._look(connection, now)
        for broadcast in due:
            async with self.database.write() as connection:
                await start(connection, broadcast, now)
        for broadcast in leading:
            async with self.database.write() as connection:
                await hold(connection, broadcast, now)
        for one in looked:
            if one.card.is_awaited:
                await self._show(one, now)
            elif should_redraw(one.card.shown, one.shows, one.card.drawn_at, now) and not one.card.is_busy:
                async with self.database.write() as connection:
                    await self._draw(connection, one)
        return False

    async def _look(self, connection: AsyncConnection, now: datetime) -> list[Due]:
        """Answer the cards that are kept up to date, each with how its broadcast stands."""
        cards = [
            card
            for card in await broadcast_cards.list_open(connection)
            if self._next.get(card.broadcast_id, now) <= now
        ]
        known = {
            one.id: (one, await broadcasts.read_standing(connection, one, now))
            for one in await broadcasts.list_by_ids(connection, {card.broadcast_id for card in cards})
        }
        self._next |= {one.id: now + redraw_pause(one) for one, standing in known.values() if standing.phase in ALIVE}
        return [Due(card, *known[card.broadcast_id], _stamp(*known[card.broadcast_id])) for card in cards]

    async def _show(self, one: Due, now: datetime) -> None:
        """Show what has come as a whole: nothing more of it came for a while."""
        if now - one.card.drawn_at < COMPLETE:
            return
        async with self.database.write() as connection:
            card = await broadcast_cards.find(connection, one.broadcast.id, one.card.chat_id)
            if card == one.card:
                await self.drawer.show(connection, one.broadcast, [card.chat_id])

    async def _draw(self, connection: AsyncConnection, one: Due) -> None:
        """Put the new look of a card on its way; a message that never arrived is none."""
        broadcast_id, chat_id, now = one.broadcast.id, one.card.chat_id, self.now()
        card = await broadcast_cards.find(connection, broadcast_id, chat_id)
        if card is None or card.message_id is None or card.is_busy or card.shown != one.card.shown:
            return
        payload = await self.drawer.render(connection, one.broadcast, chat_id, one.standing)
        asks = bool(one.broadcast.manner.better)
        shows = OVER if is_over(one.standing.phase, one.standing.progress, asks=asks) else one.shows
        key = await broadcast_cards.begin(connection, (broadcast_id, chat_id), now, shows)
        body = orjson.dumps(payload | {"message_id": card.message_id})
        await outbox.add(connection, Message(key, "editMessageText", body, chat_id, Lane.MODERATION), now)


def _stamp(broadcast: Broadcast, standing: Standing) -> str:
    return stamp(broadcast, standing.phase, standing.progress)


async def hold(connection: AsyncConnection, broadcast: Broadcast, now: datetime) -> None:
    """Hold what Telegram refused to staff before readers get it."""
    if is_refused_to_staff(await broadcasts.tally(connection, broadcast, now)):
        await pushes.hold_back(connection, broadcast.push_id or 0, REFUSED_TO_STAFF, now)


async def start(connection: AsyncConnection, broadcast: Broadcast, now: datetime) -> bool:
    """Let a scheduled broadcast leave, or wait for an editor where it is too late; tells whether it leaves."""
    if broadcast.due_at and is_too_late(broadcast.due_at, now):
        await broadcasts.change(connection, broadcast, state=State.DRAFT, due_at=None)
        return False
    await articles.lock_desk(connection)
    expected = await crowds.count(connection, broadcast.crowd, now)
    return await broadcasts.start(connection, broadcast, expected, now)
