"""Readers' replies: their states, what may be done with them, and by whom.

    draft ─▶ submitted ─▶ pending ─▶ approved ─▶ publishing ─▶ published ─▶ removing ─▶ removed
                │            ├─▶ returned (to its author, who writes it anew) ─▶ submitted
                │            ├─▶ rejected ─▶ appealed (decided by somebody else)
                │            └─▶ spam, expired, withdrawn                        any state ─▶ erased
                └─▶ quarantined (looks like a wave of spam) ─▶ pending

The state is that of the newest revision. What is public is `public_revision`, and nothing else: a published reply
whose author edits it goes the whole way again while its old text stays public, and falls back to PUBLISHED where the
new one is not taken. What is proposed by a moderator is `proposed_revision`, which only the author can make the text.

Whoever does something says which version he saw; each deed that counts makes the next version and a line of the audit.
A new action is a member of `Action` and a line of `newsroom/transitions.py`; its guards and effects are in
`newsroom/moderation.py`, and what falls due by itself is in `newsroom/waiting.py`.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

SHORTEST, LONGEST, LONGEST_NOTE = 3, 2_000, 500  # characters
CLAIM_FOR = timedelta(minutes=5)
GRACE = timedelta(seconds=30)  # in which an approval is undone, and nothing is public yet
APPEAL_WITHIN = timedelta(days=7)
UNHIDDEN_FOR = timedelta(days=7)  # what a moderator restored is not hidden by reports again


class State(StrEnum):
    """Where a reply stands."""

    DRAFT = "draft"  # written, not sent
    SUBMITTED = "submitted"  # sent, not screened yet
    QUARANTINED = "quarantined"  # set apart from the queue; its author is told that it waits
    PENDING = "pending"  # in the queue
    APPEALED = "appealed"  # in the queue again, for somebody else than who rejected it
    RETURNED = "returned"  # its author is asked to change it
    APPROVED = "approved"  # will be public when the grace is over
    PUBLISHING = "publishing"  # on its way out, so past undoing
    PUBLISHED = "published"
    FAILED = "failed"  # could not be published; a moderator is asked
    REJECTED = "rejected"
    SPAM = "spam"
    WITHDRAWN = "withdrawn"  # by its author, before it was public
    EXPIRED = "expired"  # nobody decided in time, or its author did not answer
    REMOVING = "removing"  # public no more, and its copies are being taken back
    REMOVED = "removed"
    ERASED = "erased"  # nothing is left but that there was one


class Action(StrEnum):
    """What is done with a reply."""

    DRAFT = "draft"  # begin one; the only act that finds none
    SUBMIT = "submit"
    DROP = "drop"  # a draft
    PASS = "pass"  # noqa: S105  (screened, into the queue)
    QUARANTINE = "quarantine"
    CLAIM = "claim"
    RELEASE = "release"
    STEAL = "steal"
    APPROVE = "approve"  # a vote, which decides with the quorum
    PROPOSE = "propose"  # another wording, with one's own vote for it
    ACCEPT = "accept"
    DECLINE = "decline"
    RETURN = "return"
    REJECT = "reject"
    SPAM = "spam"
    RESTORE = "restore"  # it is no spam
    REVISE = "revise"  # its author writes it anew
    APPEAL = "appeal"
    UNDO = "undo"
    START = "start"  # publishing
    PUBLISH = "publish"  # it is public where it counts
    FAIL = "fail"
    RETRY = "retry"
    EXPIRE = "expire"
    REOPEN = "reopen"
    WITHDRAW = "withdraw"
    REMOVE = "remove"
    HIDE = "hide"  # so many readers reported it that a moderator is asked again
    CLEAR = "clear"  # the last public copy is gone
    ERASE = "erase"


class Who(StrEnum):
    """In which part somebody acts."""

    AUTHOR = "author"
    MODERATOR = "moderator"
    LEAD = "lead"
    SCREEN = "screen"
    CLOCK = "clock"
    WORKER = "worker"


class Code(StrEnum):
    """Why a reply is not taken: no reason is a viewpoint."""

    OFF_TOPIC = "off-topic"
    INSULT = "insult"
    INCITEMENT = "incitement"
    PERSONAL_DATA = "personal-data"
    ADVERTISING = "advertising"
    REPEATED = "repeated"
    UNREADABLE = "unreadable"
    LEGAL = "legal"


class Notice(StrEnum):
    """What the author of a reply is told."""

    RECEIVED = "received"
    PROPOSED = "proposed"
    RETURNED = "returned"
    REJECTED = "rejected"
    PUBLISHED = "published"
    WAITING = "waiting"  # still undecided after a day, or to be looked at again
    EXPIRED = "expired"
    REMOVED = "removed"


QUEUE = frozenset({State.PENDING, State.APPEALED})
UNDECIDED = QUEUE | {State.SUBMITTED, State.QUARANTINED, State.RETURNED}
LIVING = UNDECIDED | {State.APPROVED, State.PUBLISHING, State.PUBLISHED, State.FAILED}
STAFF = frozenset({Who.MODERATOR, Who.LEAD})


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts: a member of the staff by his id as `name`, all others by their part; `key` is his own as an author."""

    who: Who
    name: str
    key: str = ""


SCREEN, CLOCK, WORKER = (Actor(who, str(who)) for who in (Who.SCREEN, Who.CLOCK, Who.WORKER))


@dataclass(frozen=True, slots=True)
class Consent:
    """What an author agreed to: the version of the text, and where the reply may be public by it, the first above all.

    A destination is a kind (bot, channel, site) and which one.
    """

    version: str
    destinations: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Deed:
    """An action with what belongs to it; who signs a new revision is the pen that its author uses by then."""

    action: Action
    code: Code | None = None  # of what is not taken
    note: str = ""  # to the author
    text: str = ""  # of a new revision
    consent: Consent | None = None  # of SUBMIT
    flags: tuple[dict[str, Any], ...] | None = None  # what the screen saw, each with why; none: it did not look
    score: float = 0.0  # the more, the more it looks like spam
    photo: str | None = None  # of a new revision, as Telegram knows the file; none: the one that there is stays


@dataclass(frozen=True, slots=True)
class Reply:
    """A reply as far as decisions look at it."""

    id: str
    state: State
    version: int  # of its life: how many deeds there were
    since: datetime  # when it came into its state
    author_key: str | None  # none when it is erased
    article_id: int
    revision: int = 1  # the newest text of its author's
    revisions: int = 1  # how many were written, those of moderators among them
    public_revision: int | None = None
    proposed_revision: int | None = None
    claimed_by: str | None = None
    claimed_until: datetime | None = None
    decided_by: str | None = None  # the last decision, a proposal among them
    rejected_by: str | None = None
    submitted_at: datetime | None = None  # first; it orders the queue
    decided_at: datetime | None = None
    published_at: datetime | None = None  # first
    appealed_at: datetime | None = None
    hidden_at: datetime | None = None
    nudges: int = 0  # how many the clock gave since it waits
    due_at: datetime | None = None  # when the clock, the screen or a worker has something to do

    @property
    def is_public(self) -> bool:
        """Tell whether a text of it is public, or may be by now."""
        return self.public_revision is not None or self.state is State.PUBLISHING

    @property
    def is_hidden(self) -> bool:
        """Tell whether reports hid it and no moderator has looked at it since."""
        return self.hidden_at is not None and (self.decided_at is None or self.decided_at < self.hidden_at)

    def is_held(self, now: datetime) -> bool:
        """Tell whether a moderator's claim is alive."""
        return self.claimed_until is not None and self.claimed_until > now
