"""Cards: keeps the moderators' messages as they should be, one request at a time in each place.

    settle what is through ─▶ plan (`newsroom/cards.py`) ─▶ draw ─▶ an outbox row ─▶ the delivery loop, in its pace

In the moderators' group so many cards are open, and a counter; where there is no group each moderator has one in
private. Either has a message of what is set apart as a wave. Other private chats have what their moderator asked for.
Where moderators sat before, whoever or whatever moved them, all is closed.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Protocol

import orjson
from sqlalchemy.ext.asyncio import AsyncConnection

from db.engine import Database
from db.store import cards, choices, outbox, overseeing, pending, staff, waves
from db.store.cards import Spot
from db.store.outbox import Message
from db.vault import Vault
from newsroom.cards import MOST_IN_GROUP, MOST_IN_PRIVATE, Card, Doing, Kind, Place, Rules, Step, plan
from newsroom.pushes import Lane
from newsroom.roles import Role, who_has

LOOKED_AT = 40  # of the queue, from whose head the next card is taken
KINDS = {Step.COUNT: Kind.COUNTER, Step.WAVE: Kind.WAVE, Step.PHOTO: Kind.PHOTO}  # what a step sends that is no card
TIMED = frozenset({Kind.COUNTER, Kind.WAVE})  # they are told again only after a rest


class Drawer(Protocol):
    """Who draws: `bot/docket.py`."""

    async def render(self, connection: AsyncConnection, chat_id: int, card: Card, waiting: int) -> dict[str, Any]:
        """Answer what is to be seen in a message, as the Bot API takes it."""


@dataclass(frozen=True, slots=True)
class Seat:
    """A place to be kept: `most` cards are sent there by themselves; `viewer` is whose private chat it is, if it is."""

    spot: Spot
    most: int = 0
    viewer: int = 0
    is_left: bool = False  # moderators sit elsewhere now: all that stands there is closed


@dataclass(slots=True)
class CardKeeper:
    """Keeps cards for one worker."""

    database: Database
    drawer: Drawer
    vault: Vault
    rules: Rules
    now: Callable[[], datetime]

    async def step(self) -> bool:
        """Do the next thing in each place; tells whether anything was done."""
        async with self.database.read() as connection:
            seats = await self._list_seats(connection) if await overseeing.is_any_to_show(connection) else []
            due = [seat for seat in seats if await self._has_work(connection, seat)]
        for seat in due:
            async with self.database.write() as connection:
                await self._tend(connection, seat)
        return bool(due)

    async def _list_seats(self, connection: AsyncConnection) -> list[Seat]:
        if desk := await choices.find_desk(connection, self.rules):
            kept = [Seat(desk, MOST_IN_GROUP)]
        else:
            reachable = await staff.list_reachable(connection, who_has(Role.MODERATOR))
            kept = [Seat(Spot(chat_id), MOST_IN_PRIVATE, chat_id) for chat_id in reachable]
        known = {seat.spot for seat in kept}
        return [*kept, *(_make_seat(spot) for spot in await cards.list_spots(connection) if spot not in known)]

    async def _has_work(self, connection: AsyncConnection, seat: Seat) -> bool:
        if await cards.has_settled(connection, seat.spot):
            return True
        return plan(await self._look(connection, seat), self.now()) is not None

    async def _look(self, connection: AsyncConnection, seat: Seat) -> Place:
        """Answer a place as it is; a moderator's own replies are not for him, nor what others hold."""
        now = self.now()
        there = await cards.list_in(connection, seat.spot)
        if seat.is_left:
            there = [replace(card, is_closing=True) for card in there]
        claimant = str(seat.viewer) if seat.viewer else None
        queue = await pending.list_queue(connection, now, LOOKED_AT, unclaimed_but_by=claimant) if seat.most else []
        failed = await overseeing.list_failed(connection, LOOKED_AT) if seat.most else []
        own = self.vault.author_key(seat.viewer) if seat.viewer else ""
        ids = {reply_id for card in there for reply_id in (card.reply_id, *_listed(card)) if reply_id}
        return Place(
            there,
            [reply for reply in (*failed, *queue) if reply.author_key != own],
            await overseeing.list_by_ids(connection, sorted(ids)),
            seat.most,
            await overseeing.count_waiting(connection),
            counts=seat.most == MOST_IN_GROUP,
            is_resting=await cards.is_resting(connection, seat.spot.chat_id, now),
            waves=await waves.list_living(connection),
            photos=await overseeing.list_photos(connection, sorted(ids)),
        )

    async def _tend(self, connection: AsyncConnection, seat: Seat) -> None:
        """Do the next thing in a place, which nobody else does meanwhile."""
        now = self.now()
        await cards.lock(connection, seat.spot.chat_id, now)
        await cards.settle(connection, seat.spot, now)
        place = await self._look(connection, seat)
        doing = plan(place, now)
        card_id = await self._find_card(connection, seat, doing) if doing else None
        if doing is None or card_id is None:
            return
        key, message_id = await cards.begin(connection, card_id, doing.stamp, closes=doing.step is Step.CLOSE)
        (card,) = [card for card in await cards.list_in(connection, seat.spot) if card.id == card_id]
        if card.kind is Kind.PROMPT:  # a message with such a keyboard cannot be edited (Bot API, Updating messages)
            await self._send(connection, seat, key, ("deleteMessage", {"message_id": message_id}))
            return
        payload = await self.drawer.render(connection, seat.spot.chat_id, card, place.waiting)
        await self._send(connection, seat, key, _write_request(card, message_id, seat.spot, payload))

    async def _find_card(self, connection: AsyncConnection, seat: Seat, doing: Doing) -> int | None:
        """Answer the card that is to be told of, a new one if need be."""
        if doing.card and doing.card.kind in TIMED:
            await cards.count_told(connection, doing.card.id, self.now())
        if doing.card:
            return doing.card.id
        kind = KINDS.get(doing.step, Kind.CARD)
        return await cards.add(connection, seat.spot, kind, self.now(), reply_id=doing.reply_id)

    async def _send(
        self, connection: AsyncConnection, seat: Seat, key: str, request: tuple[str, dict[str, Any]]
    ) -> None:
        method, payload = request
        message = Message(key, method, orjson.dumps(payload), seat.spot.chat_id, Lane.MODERATION)
        await outbox.add(connection, message, self.now())


def _make_seat(spot: Spot) -> Seat:
    """Answer a place where something stands: whoever opened it looks at it, or moderators have left."""
    is_private = spot.chat_id > 0
    return Seat(spot, viewer=spot.chat_id if is_private else 0, is_left=not is_private)


def _write_request(
    card: Card, message_id: int | None, spot: Spot, payload: dict[str, Any]
) -> tuple[str, dict[str, Any]]:
    """Answer the request that lets a message be as it should: a photo cannot become a line, so it is taken away."""
    if message_id and card.kind is Kind.PHOTO:
        return "deleteMessage", {"message_id": message_id}
    if message_id:
        return "editMessageText", payload | {"message_id": message_id}
    place = {"message_thread_id": spot.thread_id} if spot.thread_id else {}
    return ("sendPhoto" if card.kind is Kind.PHOTO else "sendMessage"), payload | place


def _listed(card: Card) -> list[str]:
    return card.asks.split() if card.kind is Kind.LIST else []
