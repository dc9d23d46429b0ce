"""How fast we may send: overall slots, the gap within a chat, and what a 429 means.

Telegram says about 30 messages a second overall, one a second to a chat, twenty a minute to a group (Bots FAQ, "My bot
is hitting limits"). The overall rate is a line of slots, one row shared by all workers of a token: a worker takes as
many as it has messages, so there is no burst, not even at the start. A new rule about rates goes here.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

PRIVATE_GAP = timedelta(seconds=1)
# After a long message: "messages over about 500 characters hit limits more easily" (Telegram's page on bots' limits).
LONG_GAP = timedelta(seconds=2)
LONG = 500  # characters
GROUP_GAP = timedelta(seconds=3)  # twenty a minute
# Two chats that are told to wait within this time were not at fault: the token was too fast.
SAME_FLOOD = timedelta(seconds=1)
# Answers to people wait only where so many chats got a 429 for one within this time.
MANY_ANSWER_FLOODS = 3
ANSWER_FLOOD = timedelta(seconds=5)
LONGEST_TOLD = timedelta(minutes=10)  # the wait of a chat that answers obey without having been told themselves
# A claimed row waits for its slot no longer than this: what is held much longer is taken for lost, and sent again.
LONGEST_WAIT = timedelta(seconds=4)
SHORTEST_KEPT = timedelta(seconds=0.01)  # slots that are shorter are not kept one by one: no loop wakes so exactly
LEEWAY_OF_SHORT = timedelta(seconds=0.25)
LONGEST_LEAD = timedelta(seconds=1)
SLOWEST_SHARE = 1 / 32  # a halved rate is never less than this share of the full one
REGAIN = timedelta(minutes=2)  # a halved rate is back at the full one after this time
# Answers make the line no longer than this, so a longer one is of a clock that was put back since.
LONGEST_LINE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Pace:
    """The pacing row of a token. `next_slot_at` is when the next message may leave."""

    next_slot_at: datetime
    paused_until: datetime
    slowed_to: float  # share of the full rate, at `slowed_at`
    slowed_at: datetime
    flood_chat: int | None = None  # who got the last 429
    flood_at: datetime | None = None
    flood_until: datetime | None = None  # the latest that a chat of this flood was told to wait
    halted: str | None = None  # why nothing may be sent at all: the token was refused
    answers_until: datetime | None = None  # answers to people wait until then
    answer_floods: Mapping[str, tuple[float, float]] | None = None  # chat: when it got a 429, and until when (Unix)


def current_rate(pace: Pace, full_rate: float, now: datetime) -> float:
    """Answer the messages a second allowed now: after a slow-down it climbs in a straight line, never above full."""
    climbed = (now - pace.slowed_at) / REGAIN
    return full_rate * min(1.0, pace.slowed_to + (1 - pace.slowed_to) * max(0.0, climbed))


def next_slot(pace: Pace, now: datetime) -> datetime:
    """Answer the next slot of the line: none is before the pause is over."""
    return max(pace.next_slot_at, pace.paused_until, now)


def believe(pace: Pace, now: datetime) -> Pace:
    """Answer the pace as it was meant: where the clock was put back, its moments go back with it."""
    back = pace.next_slot_at - now
    if back <= LONGEST_LINE:
        return pace
    return replace(
        pace,
        next_slot_at=now,
        paused_until=pace.paused_until - back,
        slowed_at=pace.slowed_at - back,
        flood_at=None,
        answers_until=pace.answers_until and pace.answers_until - back,
        answer_floods=None,
    )


def count_slots(pace: Pace, full_rate: float, now: datetime) -> int:
    """Answer how many slots are near enough to be taken: none in a pause, few at a slow rate."""
    left = now + LONGEST_WAIT - next_slot(pace, now)
    if pace.paused_until > now or left < timedelta():
        return 0
    return int(left.total_seconds() * current_rate(pace, full_rate, now)) + 1


def take_slots(pace: Pace, count: int, full_rate: float, now: datetime) -> tuple[Pace, list[datetime]]:
    """Take the next `count` slots of the line, or as many of them as are near enough."""
    step = timedelta(seconds=1 / current_rate(pace, full_rate, now))
    first, taken = next_slot(pace, now), min(count, count_slots(pace, full_rate, now))
    if not taken:
        return pace, []
    return replace(pace, next_slot_at=first + step * taken), [first + step * index for index in range(taken)]


def leeway(full_rate: float) -> timedelta:
    """Answer how late a row may still leave: by half a slot, so that a second sees hardly more messages than the rate.

    A worker that was held up would otherwise send at once all that it missed, while the others send on time.
    """
    step = timedelta(seconds=1 / full_rate)
    return step / 2 if step >= SHORTEST_KEPT else LEEWAY_OF_SHORT


def decide_lead(took: timedelta, full_rate: float) -> timedelta:
    """Answer how far ahead slots are taken when a claim takes so long: what is claimed must be there before it leaves.

    Over a slow line to the database every slot would be missed otherwise.
    """
    return min(max(timedelta(), took - leeway(full_rate) / 2), LONGEST_LEAD)


def spend(pace: Pace, count: int, full_rate: float, now: datetime) -> Pace:
    """Book messages that did not wait for a slot (answers to people), so that the others make room for them."""
    step = timedelta(seconds=1 / current_rate(pace, full_rate, now))
    return replace(pace, next_slot_at=min(max(pace.next_slot_at, now) + step * count, now + LONGEST_LINE))


def decide_flood(pace: Pace, chat_id: int | None, retry_after: float, full_rate: float, now: datetime) -> Pace:
    """Say what a 429 does beyond its chat: a second chat's within a second slows and pauses the whole token.

    What reaches no chat (None) can be no chat's fault, so each such 429 counts as another chat's. A pause never ends
    early: of two deadlines the later holds. Further chats of a flood do not slow it further.
    """
    recent = pace.flood_at is not None and now - pace.flood_at <= SAME_FLOOD
    told = now + timedelta(seconds=retry_after)
    until = max(told, pace.flood_until or told) if recent else told
    noted = replace(pace, flood_chat=chat_id, flood_at=now, flood_until=until)
    if not recent or (chat_id is not None and pace.flood_chat == chat_id):
        return noted
    halved = max(SLOWEST_SHARE, current_rate(pace, full_rate, now) / full_rate / 2)
    slowed = pace.slowed_to if pace.paused_until > now else halved
    until = max(pace.paused_until, until)
    return replace(noted, paused_until=until, slowed_to=slowed, slowed_at=until)


def decide_answer_flood(pace: Pace, chat_id: int | None, retry_after: float, now: datetime) -> Pace:
    """Say what a 429 to an answer does beyond its chat: from three chats within five seconds, all answers wait.

    They wait for the latest of what those chats were told. Each answer that reaches no chat (None) counts as one.
    """
    since = (now - ANSWER_FLOOD).timestamp()
    recent = {chat: told for chat, told in (pace.answer_floods or {}).items() if told[0] >= since}
    whose = f"none {now.timestamp()} {len(recent)}" if chat_id is None else str(chat_id)
    recent[whose] = (now.timestamp(), now.timestamp() + retry_after)
    if len(recent) < MANY_ANSWER_FLOODS:
        return replace(pace, answer_floods=recent)
    until = now + timedelta(seconds=max(told[1] for told in recent.values()) - now.timestamp())
    return replace(pace, answer_floods=recent, answers_until=max(until, pace.answers_until or until))


def decide_answer_wait(kind: str, free_at: datetime, last_due: datetime | None, now: datetime) -> datetime | None:
    """Answer until when answers to a chat wait, because it was told to; None where they may leave at once.

    The gap after a message is no such wait, so a longer one is what a 429 told. Its last seconds look like a gap: there
    the last answer that waits for the chat tells, by when it falls due. A very long one may be of a clock that was put
    back, so there an answer is tried, and a 429 to it tells.
    """
    is_told = chat_gap(kind, is_long=True) < free_at - now <= LONGEST_TOLD
    is_behind = last_due is not None and now < last_due <= free_at
    return free_at if is_told or is_behind else None


def chat_gap(kind: str, *, is_long: bool = False) -> timedelta:
    """Answer the time between two messages to a chat of this kind, or two edits in it; `is_long` is of the first."""
    if kind != "private":
        return GROUP_GAP
    return LONG_GAP if is_long else PRIVATE_GAP
