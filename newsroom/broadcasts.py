"""A broadcast: what editors send by themselves, from the draft to the report; a push carries it.

    draft ─ 🚀 ✅ ─┬▶ asked ─ a second editor ─┬▶ scheduled ─ its hour ─▶ started ─▶ the push says how far it is
                   └───────────────────────────┘
      └▶ dropped

Here is what may be done and when; who is in the audience is `crowds.py`, when it leaves `moments.py`, how far it is
`progress.py`. A mistake must be cheap: it is seen before it is sent, staff have it first, the same is not sent twice in
a row, and many readers take a typed number or a second editor. A new rule about broadcasts goes here.
"""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from math import ceil
from typing import Any
from unicodedata import category

from newsroom.crowds import Crowd
from newsroom.errors import Refusal
from newsroom.progress import RECENT, Progress
from newsroom.pushes import PushState
from newsroom.sameness import mark_of
from newsroom.text import read_number

FEW = 10  # an audience below is told as "fewer than 10": nobody is to be found out by a count
TYPED_ABOVE = 10_000  # readers, from which on the number is typed
COOLDOWN = timedelta(hours=1)  # in which the same is not sent again
LEAD = timedelta(seconds=10)  # in which staff alone have it
TOO_LATE = timedelta(hours=1)  # what could not leave at its hour waits for a person from then on
REVOCABLE = timedelta(hours=48)  # in which a message can be deleted (Bot API, deleteMessage)
REDRAWN = timedelta(seconds=3)  # between two looks at the progress
MANY = 50_000  # readers; of more the progress is looked at more seldom
FREE_RATE, STARS = 30, 0.1  # messages a second that cost nothing, and what each above costs (Bot API, sendMessage)
WHOEVER = ""  # the language of the content that is for all who have none of their own
EVERY, REST = "all", "rest"  # whose words are corrected: everybody's, or those for who have none of their own
THOUSANDS = ",.'’٬،，"  # what parts them
LONGEST_NAME = 30  # characters of a template's
REFUSED_TO_STAFF = "refused to staff"  # why a push is held


class State(StrEnum):
    """Where a broadcast stands before its push, which says the rest."""

    DRAFT = "draft"  # being made
    ASKED = "asked"  # waits for the yes of a second editor
    SCHEDULED = "scheduled"  # leaves at its hour
    STARTED = "started"  # has a push
    DROPPED = "dropped"  # thrown away before anybody got it


class Phase(StrEnum):
    """How a card shows a broadcast."""

    DRAFT = "draft"
    ASKED = "asked"
    SCHEDULED = "scheduled"
    RUNNING = "running"
    PAUSED = "paused"
    HELD = "held"  # paused by no person: staff were refused, or too many chats seemed gone
    STOPPED = "stopped"
    DONE = "done"
    WITHDRAWN = "withdrawn"  # taken back from whoever had it
    DROPPED = "dropped"


ALIVE = frozenset({Phase.RUNNING, Phase.PAUSED, Phase.HELD})
ENDED = frozenset({Phase.STOPPED, Phase.DONE, Phase.WITHDRAWN})
CUT_SHORT = frozenset({Phase.STOPPED, Phase.WITHDRAWN})  # what has not left does not leave any more


class Do(StrEnum):
    """What is done to messages that were sent."""

    PIN = "pin"
    EDIT = "edit"  # they show the words that the broadcast has now
    DELETE = "delete"


@dataclass(frozen=True, slots=True)
class Manner:
    """How it arrives."""

    silent: bool = False  # rings no bell, whatever the reader prefers
    protected: bool = False  # cannot be forwarded or saved
    pinned: bool = False
    breaking: bool = False  # goes before news, and in quiet hours to those who let breaking news wake them
    buttons: tuple[tuple[str, str], ...] = ()  # labels and addresses, one below the other
    name: str = ""  # of a template: `/broadcast` offers what has one
    better: Mapping[str, Any] = field(default_factory=dict)  # contents that wait for a yes to replace what was sent

    @classmethod
    def load(cls, kept: Mapping[str, Any]) -> "Manner":
        """Read what `asdict` made."""
        buttons = tuple((label, url) for label, url in kept.get("buttons", ()))
        return cls(**{**kept, "buttons": buttons})


SWITCHES = ("silent", "pinned", "protected", "breaking")


@dataclass(frozen=True, slots=True)
class Broadcast:
    """A broadcast as it is kept. `contents` are requests of the Bot API by language."""

    id: int
    state: State
    version: int
    actor: str  # who made it
    contents: Mapping[str, Any]
    crowd: Crowd
    manner: Manner
    created_at: datetime
    due_at: datetime | None = None  # when it leaves; none for at once
    asked_by: str = ""  # who asks for a second editor's yes
    expected: int = 0  # readers, when it was started
    push_id: int | None = None
    started_at: datetime | None = None
    deeds: tuple[Do, ...] = ()  # what was done to it since it was sent, one after the other

    @property
    def wanted(self) -> int:
        """The version that each message is to show: as it was sent is the first, each deed makes one more."""
        return 1 + len(self.deeds)

    @property
    def is_withdrawn(self) -> bool:
        """Tell whether it is taken back from whoever has it."""
        return Do.DELETE in self.deeds

    @property
    def sent_version(self) -> int:
        """The version that a message shows which is sent now: its words are the newest, and it is not pinned yet."""
        return 1 if Do.PIN in self.deeds else self.wanted

    @property
    def mark(self) -> str:
        """What it says, in a few letters: the same for what says the same."""
        return mark_of(self.contents[WHOEVER])


@dataclass(frozen=True, slots=True)
class Rules:
    """What the owner says of broadcasts."""

    approval_above: int = 0  # readers, from which on a second editor must agree; 0 for never
    rate: float = 28.0  # messages a second
    paid: bool = False  # what goes out faster than is free is paid for

    @property
    def pays(self) -> bool:
        """Tell whether it sends faster than is free, and may."""
        return self.paid and self.rate > FREE_RATE


class Step(StrEnum):
    """What 🚀 needs before it sends."""

    SURE = "sure"  # ✅ or ✖️
    TYPED = "typed"  # the number of readers is typed
    SECOND = "second"  # another editor agrees
    GO = "go"
    WITHDRAW = "withdraw"  # ✅ or ✖️, before it is taken back


def next_step(audience: int, rules: Rules, *, sure: bool = False, typed: bool = False, second: bool = False) -> Step:
    """Say what is still to be done before a broadcast to so many readers leaves; a second editor is asked last."""
    if not (sure or typed):
        return Step.SURE
    if audience > TYPED_ABOVE and not typed:
        return Step.TYPED
    if rules.approval_above and audience > rules.approval_above and not second:
        return Step.SECOND
    return Step.GO


def is_confirmed(typed: str, audience: int) -> bool:
    """Tell whether somebody typed the number of readers and no more, in any digits, its thousands apart or not."""
    return read_number("".join(letter for letter in typed if not _stands_between(letter))) == audience


def _stands_between(letter: str) -> bool:
    """Tell whether a letter may stand between digits: a space, what parts thousands, a mark of direction."""
    return letter.isspace() or letter in THOUSANDS or category(letter) == "Cf"


@dataclass(frozen=True, slots=True)
class Same:
    """A broadcast that says the same as another, and when it left, or is to leave."""

    number: int
    at: datetime
    has_left: bool = True


def check_cooldown(others: Iterable[Same], leaves_at: datetime, now: datetime) -> None:
    """Raise Refusal where the same leaves so shortly before or after that it is most likely a slip."""
    for one in others:
        if abs(leaves_at - one.at) >= COOLDOWN:
            continue
        if not one.has_left:
            raise Refusal("broadcast.twice.scheduled", number=one.number)
        minutes = max(1, round((one.at + COOLDOWN - now).total_seconds() / 60))
        raise Refusal("broadcast.twice", number=one.number, minutes=minutes)


def next_deed(broadcast: Broadcast, version: int) -> tuple[Do, int]:
    """Answer what is to be done to a message for it to show this version or a newer one, and which it shows then.

    What is deleted in the end is deleted at once.
    """
    if broadcast.is_withdrawn:
        return Do.DELETE, broadcast.wanted
    return broadcast.deeds[version - 2], version


def may_undo(broadcast: Broadcast, now: datetime) -> bool:
    """Tell whether Telegram still lets messages of it be changed and deleted."""
    return broadcast.started_at is not None and now - broadcast.started_at < REVOCABLE and not broadcast.is_withdrawn


def check_audience(audience: int) -> None:
    """Raise Refusal where nobody would get it."""
    if not audience:
        raise Refusal("broadcast.nobody")


def may_approve(broadcast: Broadcast, editor: str) -> bool:
    """Tell whether an editor's yes is a second one; of a correction only who asks for it is the first."""
    return editor != broadcast.asked_by and (bool(broadcast.manner.better) or editor != broadcast.actor)


def is_too_late(due_at: datetime, now: datetime) -> bool:
    """Tell whether what was scheduled should not leave by itself any more."""
    return now - due_at > TOO_LATE


def estimate_stars(audience: int, rules: Rules) -> int:
    """Answer how many Stars a broadcast to so many costs at most; none as long as it is as slow as is free."""
    return ceil(audience * (1 - FREE_RATE / rules.rate) * STARS) if rules.pays else 0


def is_few(audience: int) -> bool:
    """Tell whether an audience is so small that its number is not told."""
    return 0 < audience < FEW


def find_phase(broadcast: Broadcast, push_state: str, held: str) -> Phase:
    """Answer how a broadcast stands; `held` is why its push rests where no person did it."""
    if broadcast.state is not State.STARTED:
        return Phase(broadcast.state.value)
    if broadcast.is_withdrawn:
        return Phase.WITHDRAWN
    if push_state == PushState.PAUSED:
        return Phase.HELD if held else Phase.PAUSED
    return {PushState.CANCELLED: Phase.STOPPED, PushState.DONE: Phase.DONE}.get(PushState(push_state), Phase.RUNNING)


def stamp(broadcast: Broadcast, phase: Phase, progress: Progress) -> str:
    """Answer in a few letters what a card shows: the same for the same."""
    arrived = (progress.sent, sum(progress.failed.values()), progress.uncertain)
    counts = (*arrived, progress.left, progress.later, progress.stale, progress.undone)
    return ".".join(map(str, (broadcast.version, phase, *(counts if phase in ALIVE | ENDED else ()))))


def should_redraw(shown: str, wanted: str, drawn_at: datetime, now: datetime) -> bool:
    """Tell whether a card is to be drawn anew: at once where the broadcast stands otherwise, else now and then."""
    if shown == wanted:
        return False
    return shown.split(".")[:2] != wanted.split(".")[:2] or now - drawn_at >= REDRAWN


def redraw_pause(broadcast: Broadcast) -> timedelta:
    """Answer after how long the readers of one under way are counted again: counting very many takes its time."""
    return REDRAWN * max(1.0, broadcast.expected / MANY)


def is_over(phase: Phase, progress: Progress, *, asks: bool = False) -> bool:
    """Tell whether nothing of it will change any more; `asks` while a correction of it waits for a yes."""
    return phase is Phase.DROPPED or (phase in ENDED and not (progress.flying or progress.stale or asks))


def is_before_readers(broadcast: Broadcast, now: datetime) -> bool:
    """Tell whether staff alone have it so far."""
    return broadcast.started_at is not None and now - broadcast.started_at < LEAD


def is_rate_known(broadcast: Broadcast, now: datetime) -> bool:
    """Tell whether readers have been sent it for so long that its rate says how long it takes."""
    return broadcast.started_at is not None and now - broadcast.started_at >= LEAD + RECENT


def read_name(said: str) -> str:
    """Read the name of a template; nothing where it is none."""
    name = " ".join(said.split())
    return name if len(name) <= LONGEST_NAME else ""


def flip(manner: Manner, name: str) -> Manner:
    """Answer the manner with a switch the other way; the same where there is no such switch."""
    return Manner.load(asdict(manner) | {name: not getattr(manner, name)}) if name in SWITCHES else manner
