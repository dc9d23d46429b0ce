"""What may be done with a reply, as one table: from which states an action leads where, whose it is, if what holds.

Where nothing says otherwise the state that a line names is reached at once. An approval, or the author's yes to a
proposal, reaches it with the quorum; what refuses an edit of a public reply leaves the reply published; a withdrawal of
what is public takes it back; what is hidden while an edit of it waits goes on waiting. These four are in
`newsroom/moderation.py`, with the guards.
"""

from dataclasses import dataclass

from newsroom.replies import LIVING, QUEUE, STAFF, UNDECIDED, Action, Notice, State, Who


@dataclass(frozen=True, slots=True)
class Transition:
    """From where to where an action leads, whose it is, under which guards, and what the author is told of it."""

    froms: frozenset[State]
    to: State | None  # none: it stays where it is
    whose: frozenset[Who]
    guards: tuple[str, ...] = ()  # by their names in `newsroom/moderation.py`
    tells: Notice | None = None
    counts: bool = True  # makes a version; a claim does not, for it changes nothing that others saw


AUTHOR = frozenset({Who.AUTHOR})


def _line(
    froms: frozenset[State] | State,
    to: State | None,
    whose: frozenset[Who] | Who,
    *guards: str,
    tells: Notice | None = None,
) -> Transition:
    these = frozenset({froms}) if isinstance(froms, State) else froms
    they = frozenset({whose}) if isinstance(whose, Who) else whose
    return Transition(these, to, they, guards, tells)


def _hold(whose: frozenset[Who] | Who, *guards: str) -> Transition:
    return Transition(QUEUE, None, frozenset({whose}) if isinstance(whose, Who) else whose, guards, counts=False)


TRANSITIONS: dict[Action, Transition] = {
    Action.SUBMIT: _line(
        State.DRAFT, State.SUBMITTED, AUTHOR, "own", "welcome", "consented", "paced", tells=Notice.RECEIVED
    ),
    Action.DROP: _line(State.DRAFT, State.ERASED, AUTHOR | {Who.CLOCK}, "own", "due"),
    Action.PASS: _line(State.SUBMITTED, State.PENDING, Who.SCREEN),
    Action.QUARANTINE: _line(UNDECIDED - {State.QUARANTINED}, State.QUARANTINED, STAFF | {Who.SCREEN}, "stranger"),
    Action.CLAIM: _hold(STAFF, "stranger", "free", "another"),
    Action.RELEASE: _hold(STAFF, "held"),
    Action.STEAL: _hold(Who.LEAD, "stranger", "another"),
    Action.APPROVE: _line(QUEUE, State.APPROVED, STAFF, "stranger", "free", "another", "unvoted"),
    Action.PROPOSE: _line(
        QUEUE, None, STAFF, "stranger", "held", "another", "long_enough", "short_enough", tells=Notice.PROPOSED
    ),
    Action.ACCEPT: _line(QUEUE, State.APPROVED, AUTHOR, "own", "proposed"),
    Action.DECLINE: _line(QUEUE, None, AUTHOR, "own", "proposed"),
    Action.RETURN: _line(
        QUEUE, State.RETURNED, STAFF, "stranger", "free", "another", "coded", "noted", tells=Notice.RETURNED
    ),
    Action.REJECT: _line(
        QUEUE | {State.FAILED},
        State.REJECTED,
        STAFF,
        "stranger",
        "free",
        "another",
        "coded",
        "noted",
        tells=Notice.REJECTED,
    ),
    Action.SPAM: _line(
        QUEUE | {State.QUARANTINED}, State.SPAM, STAFF, "stranger", "free", "another", tells=Notice.REJECTED
    ),
    Action.RESTORE: _line(frozenset({State.QUARANTINED, State.SPAM}), State.PENDING, STAFF, "stranger"),
    Action.REVISE: _line(
        LIVING - {State.PUBLISHING} | {State.DRAFT},
        State.SUBMITTED,
        AUTHOR,
        "own",
        "welcome",
        "long_enough",
        "short_enough",
        "unhurried",
    ),
    Action.APPEAL: _line(State.REJECTED, State.APPEALED, AUTHOR, "own", "once", "in_time"),
    Action.UNDO: _line(State.APPROVED, State.PENDING, STAFF, "stranger", "decider", "in_grace"),
    Action.START: _line(State.APPROVED, State.PUBLISHING, Who.WORKER, "due"),
    Action.PUBLISH: _line(State.PUBLISHING, State.PUBLISHED, Who.WORKER, tells=Notice.PUBLISHED),
    Action.FAIL: _line(frozenset({State.APPROVED, State.PUBLISHING}), State.FAILED, Who.WORKER),
    Action.RETRY: _line(State.FAILED, State.APPROVED, STAFF, "stranger"),
    Action.EXPIRE: _line(
        QUEUE | {State.QUARANTINED, State.RETURNED}, State.EXPIRED, Who.CLOCK, "due", "unheld", tells=Notice.EXPIRED
    ),
    Action.REOPEN: _line(State.EXPIRED, State.PENDING, STAFF | AUTHOR, "own", "stranger", "welcome"),
    Action.WITHDRAW: _line(LIVING, State.WITHDRAWN, AUTHOR, "own"),
    Action.REMOVE: _line(LIVING, State.REMOVING, STAFF, "stranger", "public", "coded", "noted", tells=Notice.REMOVED),
    Action.HIDE: _line(
        UNDECIDED | {State.PUBLISHED, State.FAILED},
        State.PENDING,
        Who.SCREEN,
        "public",
        "hideable",
        tells=Notice.WAITING,
    ),
    Action.CLEAR: _line(State.REMOVING, State.REMOVED, Who.WORKER),
    Action.ERASE: _line(frozenset(State) - {State.ERASED}, State.ERASED, AUTHOR | {Who.CLOCK}, "own", "due"),
}
