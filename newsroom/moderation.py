"""Decisions on replies: whether a deed may be done, and what becomes of the reply. Pure, over data and `now`.

    decide(reply, deed, actor, circumstances, now) ─▶ Change, or the Refusal that says why not

The order of what is asked: may somebody in this part do it at all, can it be done in this state, and then the guards of
its line in `newsroom/transitions.py`, by name. What a deed changes beside the state is a line of
`EFFECTS`, a new guard one of `newsroom/guards.py`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from newsroom.errors import Refusal
from newsroom.guards import GUARDS, Case, Circumstances
from newsroom.replies import CLAIM_FOR, QUEUE, Action, Actor, Deed, Notice, Reply, State, Who
from newsroom.transitions import TRANSITIONS, Transition
from newsroom.waiting import due_at

SPAM_COSTS = 5  # published replies


@dataclass(frozen=True, slots=True)
class Change:
    """What becomes of a reply; `trust` is what it does to its author's."""

    before: Reply
    after: Reply
    deed: Deed
    actor: Actor
    tells: Notice | None = None
    counts: bool = True
    trust: int = 0


def decide(reply: Reply, deed: Deed, actor: Actor, around: Circumstances, now: datetime) -> Change | Refusal:
    """Answer what a deed makes of a reply, or why it may not be done."""
    line = TRANSITIONS[deed.action]
    if actor.who not in line.whose:
        return Refusal("replies.not_allowed")
    if reply.state not in line.froms:
        return Refusal("replies.not_now")
    case = Case(reply, deed, actor, around, now)
    for name in line.guards:
        holds, why = GUARDS[name]
        if not holds(case):
            return why(case)
    return _change(case, line)


def _change(case: Case, line: Transition) -> Change:
    reply, now = case.reply, case.now
    state = _reach(case, line)
    after = replace(reply, state=state, version=reply.version + line.counts)
    if state is not reply.state:
        after = replace(after, since=now, nudges=0)
    if state not in QUEUE or reply.state not in QUEUE:
        after = replace(after, claimed_by=None, claimed_until=None, proposed_revision=None)
    after = replace(after, **EFFECTS[case.deed.action](case) if case.deed.action in EFFECTS else {})
    if state in {State.REMOVING, State.ERASED}:
        after = replace(after, public_revision=None)
    if state is State.APPROVED and reply.state in QUEUE:
        after = replace(after, **_decided(case))
    after = replace(after, due_at=due_at(after, now))
    return Change(reply, after, case.deed, case.actor, line.tells, line.counts, _trust(case))


def _reach(case: Case, line: Transition) -> State:
    """Answer the state that a deed leads to."""
    reply, to = case.reply, line.to or case.reply.state
    if to is State.APPROVED and case.deed.action in {Action.APPROVE, Action.ACCEPT}:
        return to if _count_votes(case) >= case.around.quorum else reply.state
    stays = {Action.REVISE: reply.state is State.DRAFT, Action.HIDE: reply.state is not State.PUBLISHED}
    if stays.get(case.deed.action):
        return reply.state
    if case.deed.action is Action.PASS and case.around.banned:
        return State.QUARANTINED
    if to is State.WITHDRAWN and reply.is_public:
        return State.REMOVING
    if to in {State.REJECTED, State.SPAM, State.EXPIRED} and reply.public_revision is not None:
        return State.PUBLISHED
    return to


def _count_votes(case: Case) -> int:
    mine = {case.actor.name} if case.deed.action is Action.APPROVE else set()
    return len(case.around.votes | mine)


def _trust(case: Case) -> int:
    """Answer what a deed does to its author's trust, which orders the queue and does nothing else."""
    reply, action = case.reply, case.deed.action
    if action is Action.PUBLISH:
        return int(reply.published_at is None and case.around.substantive)
    if action is Action.SPAM:
        return -SPAM_COSTS
    return SPAM_COSTS if action is Action.RESTORE and reply.state is State.SPAM else 0


def _decided(case: Case) -> dict[str, Any]:
    """Answer who decided and when; what an author accepts was decided by who proposed it."""
    by_author = case.actor.who is Who.AUTHOR
    return {"decided_by": case.reply.decided_by if by_author else case.actor.name, "decided_at": case.now}


def _claimed(case: Case) -> dict[str, Any]:
    return {"claimed_by": case.actor.name, "claimed_until": case.now + CLAIM_FOR}


def _proposed(case: Case) -> dict[str, Any]:
    number = case.reply.revisions + 1
    return {"revisions": number, "proposed_revision": number, "claimed_by": None, "claimed_until": None} | _decided(
        case
    )


def _revised(case: Case) -> dict[str, Any]:
    number = case.reply.revisions + 1
    return {"revisions": number, "revision": number, "proposed_revision": None}


UNDECIDE = {"decided_by": None, "decided_at": None}
RELEASE = {"claimed_by": None, "claimed_until": None}
# What a deed changes beside state, version and what follows from these.
EFFECTS: Mapping[Action, Callable[[Case], dict[str, Any]]] = {
    Action.SUBMIT: lambda case: {"submitted_at": case.now},
    Action.CLAIM: _claimed,
    Action.STEAL: _claimed,
    Action.RELEASE: lambda _: RELEASE,
    Action.APPROVE: lambda _: RELEASE,
    Action.PROPOSE: _proposed,
    Action.ACCEPT: lambda case: {"revision": case.reply.proposed_revision, "proposed_revision": None},
    Action.DECLINE: lambda _: {"proposed_revision": None},
    Action.RETURN: _decided,
    Action.REJECT: lambda case: _decided(case) | {"rejected_by": case.actor.name},
    Action.SPAM: _decided,
    Action.RESTORE: lambda _: UNDECIDE,
    Action.REVISE: _revised,
    Action.APPEAL: lambda case: {"appealed_at": case.now},
    Action.UNDO: lambda _: UNDECIDE,
    Action.PUBLISH: lambda case: {
        "public_revision": case.reply.revision,
        "published_at": case.reply.published_at or case.now,
    },
    Action.REMOVE: _decided,
    Action.HIDE: lambda case: {"hidden_at": case.now, "public_revision": None},
    Action.ERASE: lambda _: {"author_key": None},
    Action.DROP: lambda _: {"author_key": None},
}
