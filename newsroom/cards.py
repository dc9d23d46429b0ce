"""Moderators' cards: which messages a place has, which it should have, and the one thing to do next about that. Pure.

    queue, cards that are there ─▶ plan ─▶ send a card · change one · close one · tell the count ─▶ or nothing

A card is a view: it is drawn from the database and may be lost at any time. A place is a group, where so many cards are
open at once, or a moderator's private chat, where it is one. In each place one request is under way at a time, so what
changes meanwhile is told once, and a group hears no more often than it may. A closed card keeps who decided and what,
never the text: that would outlive the reply. Another kind of message that is kept up to date is a member of `Kind`.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from hashlib import sha256

from newsroom.replies import QUEUE, Reply, State
from newsroom.waves import Wave, is_same_but_for_counts, sum_up

MOST_IN_GROUP, MOST_IN_PRIVATE = 5, 1  # cards that are open
MOST_IN_WAVE = 12  # in a group while a wave lasts, so that what is none of it is seen at once: one every three seconds
LOOKED_AT_FOR = timedelta(minutes=30)  # so long a card of what is decided stays open when somebody opened it
LISTED_FOR = timedelta(hours=1)  # so long a list of what was found keeps its texts
WAITED_FOR = timedelta(minutes=15)  # so long what is typed is waited for
COUNT_REST = timedelta(seconds=30)  # the count is told no oftener, nor how a wave grows
LOST_REST = timedelta(minutes=5)  # after a message that did not arrive
HANDLE_LENGTH = 12  # characters
WITH_TEXT = QUEUE | {State.APPROVED, State.FAILED}  # what a moderator may have to do with


class Kind(StrEnum):
    """What a message of the moderators' is."""

    CARD = "card"
    COUNTER = "counter"
    LIST = "list"  # what was found: its card asks for the replies that are in it
    PROMPT = "prompt"  # in a group: asks for what is typed as an answer to it, and goes when nobody waits for that
    WAVE = "wave"  # what was set apart: its card asks for the wave that is looked at
    PHOTO = "photo"  # beside the card of the same reply, for as long as that is open


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
    WAVE = "wave"  # tell of waves for the first time
    PHOTO = "photo"  # send the photo of a card that is there


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
    waves: Sequence[Wave] = ()  # what is set apart
    photos: Mapping[str, str] = field(default_factory=dict)  # of the replies that the cards are about, a stamp of each

    def find_room(self, now: datetime) -> int:
        """Answer how many cards are sent there by themselves."""
        return MOST_IN_WAVE if self.counts and any(wave.is_rolling(now) for wave in self.waves) else self.most


def plan(place: Place, now: datetime) -> Doing | None:
    """Answer what to do next about a place; None where it is as it should be, or something is under way."""
    if any(card.is_busy for card in place.cards):
        return None
    there = [card for card in sorted(place.cards, key=lambda card: card.touched_at) if card.message_id]
    found = [doing for card in there if (doing := _look(card, place, now)) is not None]
    for doing in found:
        if doing.step is Step.CHANGE or _is_erased(doing, place):
            return doing
    new = None if place.is_resting else _tell_wave(place) or _send_photo(place, now) or _send(place, now)
    return new or next(iter(found), None) or (None if place.is_resting else _count(place, now))


def _is_erased(doing: Doing, place: Place) -> bool:
    """Tell whether a reply is gone that a message shows: of what is closed, that comes first."""
    listed = doing.card.asks.split() if doing.card and doing.card.kind is Kind.LIST else [doing.reply_id or ""]
    shown = [place.replies.get(reply_id) for reply_id in listed]
    return any(reply is None or reply.state is State.ERASED for reply in shown)


def _look(card: Card, place: Place, now: datetime) -> Doing | None:
    """Answer what to do about a message that is there."""
    if card.kind in OTHERS:
        return OTHERS[card.kind](card, place, now)
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


def _look_at_list(card: Card, place: Place, now: datetime) -> Doing | None:
    return Doing(Step.CLOSE, card) if _is_list_over(card, place, now) else None


def _look_at_prompt(card: Card, _place: Place, now: datetime) -> Doing | None:
    is_over = card.is_closing or now - card.touched_at >= WAITED_FOR
    return Doing(Step.CLOSE, card, card.reply_id) if is_over else None


def _look_at_photo(card: Card, place: Place, now: datetime) -> Doing | None:
    """Answer whether a photo is to go: with the card beside which it stands, or when there is another."""
    has_card = any(_shows_photo(other, place, now) == (card.reply_id, card.shown) for other in place.cards)
    return None if has_card and not card.is_closing else Doing(Step.CLOSE, card, card.reply_id)


def _look_at_waves(card: Card, place: Place, now: datetime) -> Doing | None:
    """Answer what to do about the message that tells of waves: what somebody did is shown at once, counts may wait."""
    if card.is_closing or not place.waves:
        return Doing(Step.CLOSE, card)
    shown = sum_up(place.waves, card.asks)
    waits = is_same_but_for_counts(shown, card.shown) and now - card.touched_at < COUNT_REST
    return None if waits or shown == card.shown else Doing(Step.CHANGE, card, stamp=shown)


def _tell_wave(place: Place) -> Doing | None:
    """Answer whether waves are to be told of, in one message however many there are."""
    is_told = any(card.kind is Kind.WAVE and not card.is_closing for card in place.cards)
    return Doing(Step.WAVE, stamp=sum_up(place.waves)) if place.waves and place.most and not is_told else None


def _shows_photo(card: Card, place: Place, now: datetime) -> tuple[str, str] | None:
    """Answer the reply of an open card that has a photo, and the stamp of that; None for all others."""
    reply = place.replies.get(card.reply_id or "")
    if card.kind is not Kind.CARD or not card.message_id or reply is None or not is_open(card, reply, now):
        return None
    return (reply.id, place.photos[reply.id]) if reply.id in place.photos else None


def _send_photo(place: Place, now: datetime) -> Doing | None:
    """Answer the photo that is to be sent: of a card that is there, and has none beside it yet."""
    there = {card.reply_id for card in place.cards if card.kind is Kind.PHOTO}
    for card in place.cards:
        if (shown := _shows_photo(card, place, now)) and shown[0] not in there:
            return Doing(Step.PHOTO, reply_id=shown[0], stamp=shown[1])
    return None


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
    if new is None or len(waiting) >= place.find_room(now):
        return None
    return Doing(Step.SEND, reply_id=new.id, stamp=stamp(new, "", now))


def _count(place: Place, now: datetime) -> Doing | None:
    """Answer whether the count is to be told: first where more wait than there are cards, then at each change."""
    if not place.counts:
        return None
    card = next((card for card in place.cards if card.kind is Kind.COUNTER), None)
    if card is None:
        return Doing(Step.COUNT, stamp=str(place.waiting)) if place.waiting > place.find_room(now) else None
    is_told = card.shown == str(place.waiting) or now - card.touched_at < COUNT_REST
    return None if is_told else Doing(Step.COUNT, card, stamp=str(place.waiting))


# How messages are looked at that are no cards.
OTHERS: Mapping[Kind, Callable[[Card, Place, datetime], Doing | None]] = {
    Kind.COUNTER: lambda card, _place, _now: Doing(Step.CLOSE, card) if card.is_closing else None,
    Kind.LIST: _look_at_list,
    Kind.PROMPT: _look_at_prompt,
    Kind.WAVE: _look_at_waves,
    Kind.PHOTO: _look_at_photo,
}


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
