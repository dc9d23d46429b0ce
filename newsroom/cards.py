"""Moderators' cards: which messages a place has, which it should have, and the one thing to do next about that. Pure.

    queue, cards that are there ─▶ plan ─▶ send a card · change one · close one · tell the count ─▶ or nothing

A card is a view: it is drawn from the database and may be lost at any time. A place is a group, where so many cards are
open at once, or a moderator's private chat, where it is one. In each place one request is under way at a time, so what
changes meanwhile is told once, and a group hears no more often than it may. A closed card keeps who decided and what,
never the text: that would outlive the reply. Another kind of message that is kept up to date is a member of `Kind`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from hashlib import sha256

from newsroom.replies import QUEUE, Reply, State

MOST_IN_GROUP, MOST_IN_PRIVATE = 5, 1  # cards that are open
LOOKED_AT_FOR = timedelta(minutes=30)  # so long a card of what is decided stays open when somebody opened it
LISTED_FOR = timedelta(hours=1)  # so long a list of what was found keeps its texts
WAITED_FOR = timedelta(minutes=15)  # so long what is typed is waited for
COUNT_REST = timedelta(seconds=30)  # the count is told no oftener
LOST_REST = timedelta(minutes=5)  # after a message that did not arrive
HANDLE_LENGTH = 12  # characters
WITH_TEXT = QUEUE | {State.APPROVED, State.FAILED}  # what a moderator may have to do with


class Kind(StrEnum):
    """What a message of the moderators' is."""

    CARD = "card"
    COUNTER = "counter"
    LIST = "list"  # what was found: its card asks for the replies that are in it
    PROMPT = "prompt"  # in a group: asks for what is typed as an answer to it, and goes when nobody waits for that


class Ask(StrEnum):
    """What a card asks, or shows, instead of its first buttons."""

    NOTHING = ""
    EDIT = "edit"
    RETURN = "return"
    RETURN_NOTED = "return+"  # a reason first, then a note
    REJECT = "reject"
    REJECT_NOTED = "reject+"
    BAN = "ban"  # for as long as is usual; the next three for another span
    BAN_1 = "ban1"
    BAN_7 = "ban7"
    BAN_90 = "ban90"
    SPAM = "spam"
    REMOVE = "remove"
    BULK = "bulk"
    PEN = "pen"  # what the same author wrote
    VIEW = "view"  # a reply about which nothing is to be decided


BAN_DAYS: Mapping[str, int] = {Ask.BAN_1: 1, Ask.BAN_7: 7, Ask.BAN: 30, Ask.BAN_90: 90}


class Step(StrEnum):
    """What is done about a place."""

    SEND = "send"
    CHANGE = "change"
    CLOSE = "close"
    COUNT = "count"


@dataclass(frozen=True, slots=True)
class Rules:
    """How an operator wants moderation; `chat_id` 0 is each moderator's own chat."""

    chat_id: int = 0
    thread_id: int = 0
    quorum: int = 1  # votes that approve
    bulk: bool = False
    steal: bool = False


@dataclass(frozen=True, slots=True)
class Card:
    """A message that is there, or on its way."""

    id: int
    kind: Kind
    reply_id: str | None
    message_id: int | None
    asks: str
    shown: str  # the stamp of what it shows
    is_busy: bool  # a request about it is under way
    is_closing: bool
    touched_at: datetime


@dataclass(frozen=True, slots=True)
class Doing:
    """A step with what it is about, and the stamp of what is shown then."""

    step: Step
    card: Card | None = None
    reply_id: str | None = None
    stamp: str = ""


@dataclass(frozen=True, slots=True)
class Place:
    """A chat of moderators as it is, and what is to be seen there."""

    cards: Sequence[Card]
    queue: Sequence[Reply]  # what waits, the next first
    replies: Mapping[str, Reply]  # all that the cards are about
    most: int
    waiting: int  # how many wait in all
    counts: bool = False  # it has a counter
    is_resting: bool = False  # something did not arrive lately


def plan(place: Place, now: datetime) -> Doing | None:
    """Answer what to do next about a place; None where it is as it should be, or something is under way."""
    if any(card.is_busy for card in place.cards):
        return None
    there = [card for card in sorted(place.cards, key=lambda card: card.touched_at) if card.message_id]
    found = [doing for card in there if (doing := _look(card, place, now)) is not None]
    for doing in found:
        if doing.step is Step.CHANGE or _is_erased(doing, place):
            return doing
    new = None if place.is_resting else _send(place, now)
    return new or next(iter(found), None) or (None if place.is_resting else _count(place, now))


def _is_erased(doing: Doing, place: Place) -> bool:
    """Tell whether a reply is gone that a message shows: of what is closed, that comes first."""
    listed = doing.card.asks.split() if doing.card and doing.card.kind is Kind.LIST else [doing.reply_id or ""]
    shown = [place.replies.get(reply_id) for reply_id in listed]
    return any(reply is None or reply.state is State.ERASED for reply in shown)


def _look(card: Card, place: Place, now: datetime) -> Doing | None:
    """Answer what to do about a message that is there."""
    if card.kind is Kind.COUNTER:
        return None
    if card.kind is Kind.LIST:
        return Doing(Step.CLOSE, card) if _is_list_over(card, place, now) else None
    if card.kind is Kind.PROMPT:
        is_over = card.is_closing or now - card.touched_at >= WAITED_FOR
        return Doing(Step.CLOSE, card, card.reply_id) if is_over else None
    reply = place.replies.get(card.reply_id or "")
    if reply is None or not is_open(card, reply, now):
        return Doing(Step.CLOSE, card, card.reply_id)
    shown = stamp(reply, card.asks, now)
    return None if shown == card.shown else Doing(Step.CHANGE, card, reply.id, shown)


def is_open(card: Card, reply: Reply, now: datetime) -> bool:
    """Tell whether a card shows its reply with the text, or only what became of it."""
    if card.is_closing or reply.state is State.ERASED:
        return False
    is_waiting = reply.state in WITH_TEXT and reply.proposed_revision is None
    return is_waiting or (bool(card.asks) and now - card.touched_at < LOOKED_AT_FOR)


def _is_list_over(card: Card, place: Place, now: datetime) -> bool:
    listed = [place.replies.get(reply_id) for reply_id in card.asks.split()]
    return (
        card.is_closing
        or now - card.touched_at >= LISTED_FOR
        or any(reply is None or reply.state is State.ERASED for reply in listed)
    )


def _send(place: Place, now: datetime) -> Doing | None:
    """Answer the next card to be sent: one that somebody asked for, else the next of the queue where there is room."""
    cards = [card for card in place.cards if card.kind is Kind.CARD and not card.is_closing]
    for card in cards:
        if card.message_id is None:
            asked = place.replies.get(card.reply_id or "")
            return Doing(Step.SEND, card, card.reply_id, stamp(asked, card.asks, now) if asked else "")
    shown = {card.reply_id for card in cards}
    waiting = [card for card in cards if (reply := place.replies.get(card.reply_id or "")) and reply.state in QUEUE]
    new = next((reply for reply in place.queue if reply.id not in shown), None)
    if new is None or len(waiting) >= place.most:
        return None
    return Doing(Step.SEND, reply_id=new.id, stamp=stamp(new, "", now))


def _count(place: Place, now: datetime) -> Doing | None:
    """Answer whether the count is to be told: first where more wait than there are cards, then at each change."""
    if not place.counts:
        return None
    card = next((card for card in place.cards if card.kind is Kind.COUNTER), None)
    if card is None:
        return Doing(Step.COUNT, stamp=str(place.waiting)) if place.waiting > place.most else None
    is_told = card.shown == str(place.waiting) or now - card.touched_at < COUNT_REST
    return None if is_told else Doing(Step.COUNT, card, stamp=str(place.waiting))


def stamp(reply: Reply, asks: str, now: datetime) -> str:
    """Answer what tells whether a card shows a reply as it is; times are shown so that they need no renewal."""
    holder = reply.claimed_by if reply.is_held(now) else ""
    return f"{reply.version}.{reply.state}.{holder}.{asks}"


@dataclass(frozen=True, slots=True)
class Sight:
    """A set of replies as somebody saw it: which, in which versions, and a word that stands for these."""

    seen: tuple[tuple[str, int], ...]

    @property
    def word(self) -> str:
        """Answer what a button carries of it; another set, or another version, is another word."""
        return handle("".join(f"{reply_id}.{version} " for reply_id, version in self.seen))


def handle(secret: str) -> str:
    """Answer a short word that stands for a key on a button, and from which nobody gets it back."""
    return sha256(secret.encode()).hexdigest()[:HANDLE_LENGTH]
