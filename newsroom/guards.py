"""The guards of deeds on replies, by name: what must hold, and what is told where it does not.

They are named in the lines of `newsroom/transitions.py` and asked in that order; each looks at a `Case` and at nothing
else. A guard that concerns one part alone (an author's, a moderator's) holds for all others.
"""

import hmac
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from newsroom.errors import Refusal
from newsroom.replies import (
    APPEAL_WITHIN,
    LONGEST,
    LONGEST_NOTE,
    SHORTEST,
    STAFF,
    UNHIDDEN_FOR,
    Actor,
    Deed,
    Reply,
    Who,
)
from newsroom.waiting import EDITS, LASTS, ends_at, next_allowed

MACHINES = frozenset({Who.SCREEN, Who.CLOCK, Who.WORKER})


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What a decision asks beside the reply: the votes for the revision at stake, and who there is to decide."""

    votes: frozenset[str] = frozenset()  # names of moderators; for ACCEPT, those for what is proposed
    quorum: int = 1
    moderators: int = 1  # how many there are
    banned: bool = False  # its author
    sent: tuple[datetime, ...] = ()  # when its author sent replies lately
    written: tuple[datetime, ...] = ()  # when its author wrote any of his anew lately
    substantive: bool = True  # it says something that its author has not said before


@dataclass(frozen=True, slots=True)
class Case:
    """All that a guard or an effect looks at."""

    reply: Reply
    deed: Deed
    actor: Actor
    around: Circumstances
    now: datetime


def check_text(text: str) -> Refusal | None:
    """Answer why a text cannot be a reply's; None where it can. What surrounds it does not count."""
    length = len(text.strip())
    if length < SHORTEST:
        return Refusal("replies.too_short", least=SHORTEST)
    return Refusal("replies.too_long", most=LONGEST) if length > LONGEST else None


def _is_author(case: Case) -> bool:
    return bool(case.actor.key) and hmac.compare_digest(case.actor.key, case.reply.author_key or "")


def _is_own(case: Case) -> bool:
    return case.actor.who is not Who.AUTHOR or _is_author(case)


def _is_strangers(case: Case) -> bool:
    """Tell whether a member of the staff decides on somebody else's reply, whose own key is known to tell."""
    return case.actor.who not in STAFF or (bool(case.actor.key) and not _is_author(case))


def _is_free(case: Case) -> bool:
    return not case.reply.is_held(case.now) or case.reply.claimed_by == case.actor.name


def _is_mine(case: Case) -> bool:
    return case.reply.is_held(case.now) and case.reply.claimed_by == case.actor.name


def _is_another(case: Case) -> bool:
    """Tell whether an appeal is decided by somebody else than who rejected it, where there is somebody else."""
    appealed = case.reply.appealed_at is not None and case.around.moderators > 1
    return not appealed or case.actor.name != case.reply.rejected_by


def _is_due(case: Case) -> bool:
    """Tell whether a machine does what ends the state, and not before its end."""
    if case.actor.who not in MACHINES:
        return True
    end = ends_at(case.reply)
    return end is not None and end <= case.now and LASTS[case.reply.state][1] is case.deed.action


def _is_hideable(case: Case) -> bool:
    """Tell whether reports may hide it: no moderator has restored it lately."""
    reply = case.reply
    restored = (
        reply.decided_at if reply.hidden_at and reply.decided_at and reply.decided_at >= reply.hidden_at else None
    )
    return restored is None or case.now - restored >= UNHIDDEN_FOR


def _text_fault(key: str) -> Callable[[Case], bool]:
    def holds(case: Case) -> bool:
        fault = check_text(case.deed.text)
        return fault is None or fault.key != key

    return holds


def _say(key: str, **values: int) -> Callable[[Case], Refusal]:
    return lambda _: Refusal(key, **values)


def _is_paced(case: Case) -> bool:
    return next_allowed(case.around.sent, case.now) <= case.now


def _say_when(case: Case) -> Refusal:
    return Refusal("replies.too_often", minutes=_minutes(next_allowed(case.around.sent, case.now) - case.now))


def _is_unhurried(case: Case) -> bool:
    return next_allowed(case.around.written, case.now, EDITS) <= case.now


def _say_when_anew(case: Case) -> Refusal:
    wait = next_allowed(case.around.written, case.now, EDITS) - case.now
    return Refusal("replies.edited_often", minutes=_minutes(wait))


def _minutes(wait: timedelta) -> int:
    return max(1, -(-int(wait.total_seconds()) // 60))


NOT_NOW = _say("replies.not_now")
# Each with what is told where it does not hold.
GUARDS: Mapping[str, tuple[Callable[[Case], bool], Callable[[Case], Refusal]]] = {
    "own": (_is_own, _say("replies.not_yours")),
    "stranger": (_is_strangers, _say("replies.own")),
    "welcome": (lambda case: case.actor.who is not Who.AUTHOR or not case.around.banned, _say("replies.banned")),
    "free": (_is_free, _say("replies.held")),
    "held": (_is_mine, _say("replies.not_held")),
    "unheld": (lambda case: not case.reply.is_held(case.now), NOT_NOW),
    "another": (_is_another, _say("replies.another")),
    "unvoted": (lambda case: case.actor.name not in case.around.votes, _say("replies.voted")),
    "proposed": (lambda case: case.reply.proposed_revision is not None, NOT_NOW),
    "coded": (lambda case: case.deed.code is not None, _say("replies.reason_needed")),
    "noted": (lambda case: len(case.deed.note) <= LONGEST_NOTE, _say("replies.note_too_long", most=LONGEST_NOTE)),
    "long_enough": (_text_fault("replies.too_short"), _say("replies.too_short", least=SHORTEST)),
    "short_enough": (_text_fault("replies.too_long"), _say("replies.too_long", most=LONGEST)),
    "once": (lambda case: case.reply.appealed_at is None, _say("replies.appealed")),
    "in_time": (lambda case: case.now - case.reply.since <= APPEAL_WITHIN, _say("replies.appeal_over")),
    "decider": (
        lambda case: case.actor.who is Who.LEAD or case.actor.name == case.reply.decided_by,
        _say("replies.not_decider"),
    ),
    "in_grace": (lambda case: (ends_at(case.reply) or case.now) > case.now, _say("replies.undo_over")),
    "paced": (_is_paced, _say_when),
    "unhurried": (_is_unhurried, _say_when_anew),
    "consented": (lambda case: case.deed.consent is not None, NOT_NOW),
    "due": (_is_due, NOT_NOW),
    "public": (lambda case: case.reply.is_public, NOT_NOW),
    "hideable": (_is_hideable, NOT_NOW),
}
