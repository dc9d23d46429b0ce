"""The dossier of an article: how it stands at the desk, and what an editor may still do with it.

    held ─ 🚀 ─▶ running ─▶ done ─ 🚀 again, for whoever has not had it ─▶ running
                   └─ ⏸ ⏹                         └─ 🧹 ─▶ retracted

A mistake must be cheap: what leaves is seen before, staff have it first, nobody gets it twice, many readers take a
typed number (`newsroom/broadcasts.py` has the steps). A new rule about articles at the desk goes here.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from newsroom.articles import Article
from newsroom.broadcasts import COOLDOWN, MANY, REDRAWN
from newsroom.changes import Wording
from newsroom.errors import Refusal
from newsroom.pushes import Lane, PushState

JUST_NOW = timedelta(minutes=1)  # in which what was sent is not sent again: a second tap is a slip
SHORTEST_REASON, LONGEST_REASON = 3, 200  # characters


class Stand(StrEnum):
    """How an article stands."""

    HELD = "held"  # waits for an editor's yes
    REFUSED = "refused"  # kept from readers
    JOINED = "joined"  # another article tells its story, and is what readers get
    ARCHIVE = "archive"  # may be found; nobody was sent it
    RUNNING = "running"  # on its way
    PAUSED = "paused"  # by a person
    HALTED = "halted"  # by no person: too many chats seemed gone
    STOPPED = "stopped"
    DONE = "done"
    RETRACTED = "retracted"


@dataclass(frozen=True, slots=True)
class Sent:
    """The push of an article's story."""

    push_id: int
    state: PushState
    lane: Lane
    opened_at: datetime  # when it falls due to readers
    is_halted: bool = False  # no person did it
    is_forgotten: bool = False  # who had it is known no more


@dataclass(frozen=True, slots=True)
class Dossier:
    """What an editor is shown of an article, which is in the version that he decides on."""

    article: Article
    public: Wording | None = None  # what readers see, where other words wait
    sent: Sent | None = None
    counts: Mapping[str, int] = field(default_factory=dict)  # rows of its push by state
    left: int = 0  # who wants it and has not had it
    versions: int = 1
    replies: tuple[int, int] = (0, 0)  # that are public, and that wait
    is_archived: bool = False  # a yes rings nobody

    @property
    def number(self) -> int:
        """What people call the article."""
        return self.article.id

    @property
    def is_changed(self) -> bool:
        """Tell whether other words wait than readers see."""
        return self.public is not None

    @property
    def reached(self) -> int:
        """How many have it."""
        return self.counts.get("sent", 0)

    @property
    def stand(self) -> Stand:
        """How it stands."""
        article = self.article
        if article.retracted is not None:
            return Stand.RETRACTED
        if article.gate is not None and not self.is_changed:
            return Stand(article.gate)
        if article.story_id != article.id:
            return Stand.JOINED
        if self.sent is None:
            return Stand.ARCHIVE
        return Stand.HALTED if self.sent.is_halted else _STANDS[self.sent.state]

    def is_before_readers(self, now: datetime) -> bool:
        """Tell whether staff alone have it so far."""
        return self.stand is Stand.RUNNING and self.sent is not None and now < self.sent.opened_at

    @property
    def may_change(self) -> bool:
        """Tell whether it may stand otherwise soon, without a person: its push ends a little after its last row."""
        return self.stand is Stand.RUNNING

    def is_under_way(self, now: datetime) -> bool:
        """Tell whether there is anything left to be stopped."""
        waits = any(self.counts.get(state) for state in ("queued", "sending"))
        return self.stand is Stand.RUNNING and (waits or self.is_before_readers(now))


_STANDS = {
    PushState.RUNNING: Stand.RUNNING,
    PushState.PAUSED: Stand.PAUSED,
    PushState.CANCELLED: Stand.STOPPED,
    PushState.DONE: Stand.DONE,
}
BEFORE = frozenset({Stand.HELD, Stand.REFUSED})  # nobody has it
SENDABLE = BEFORE | {Stand.ARCHIVE, Stand.RUNNING, Stand.STOPPED, Stand.DONE}


def stamp(dossier: Dossier, now: datetime) -> str:
    """Answer in a few letters what a card shows of what changes by itself: the same for the same."""
    counts = ".".join(f"{state}{number}" for state, number in sorted(dossier.counts.items()))
    return f"{dossier.article.version} {dossier.stand} {int(dossier.is_before_readers(now))} {dossier.left} {counts}"


def redraw_pause(dossier: Dossier) -> timedelta:
    """Answer after how long a card is drawn anew at the earliest: counting very many takes its time."""
    return REDRAWN * max(1.0, sum(dossier.counts.values()) / MANY)


def check_sending(dossier: Dossier, lane: Lane, now: datetime) -> None:
    """Raise Refusal where an article cannot be sent now, or was just now, or there is nobody left to get it.

    Nobody gets it twice whatever is done; what is refused here is a slip, and what would do nothing.
    """
    stand, sent = dossier.stand, dossier.sent
    if stand is Stand.JOINED:
        raise Refusal("dossier.joined", number=dossier.article.story_id)
    if stand not in SENDABLE:
        raise Refusal(f"dossier.cannot.{stand}")
    if dossier.is_changed:
        raise Refusal("dossier.decide")
    if sent and sent.is_forgotten:
        raise Refusal("dossier.forgotten")
    if sent and sent.state is not PushState.CANCELLED:
        _check_cooldown(sent, lane, now)
    if not dossier.left and stand not in BEFORE:  # a yes is worth something without anybody who follows it
        raise Refusal("dossier.nobody")


def _check_cooldown(sent: Sent, lane: Lane, now: datetime) -> None:
    span = COOLDOWN if lane is Lane.BREAKING else JUST_NOW
    is_same = sent.lane <= lane
    if is_same and now - sent.opened_at < span:
        minutes = max(1, round((sent.opened_at + span - now).total_seconds() / 60))
        raise Refusal("dossier.twice", minutes=minutes)


def check_correcting(dossier: Dossier) -> None:
    """Raise Refusal where nothing can be corrected any more."""
    if dossier.stand is Stand.RETRACTED:
        raise Refusal("dossier.cannot.retracted")


def read_reason(said: str) -> str:
    """Answer why an article is taken back, in one line. Raises Refusal where that is no reason, or too long a one."""
    reason = " ".join(said.split())
    if not SHORTEST_REASON <= len(reason) <= LONGEST_REASON:
        raise Refusal("dossier.reason", most=LONGEST_REASON)
    return reason
