"""A row of work on its way: what is claimed, in which shape it is told, what is sent, and what became of it.

    Claimed (who, when, how often tried) ─▶ Shape ─▶ Rendering ─▶ Landed (outcome and verdict)

Plain values: the queue makes them, the loop of `newsroom/delivery.py` carries them, the sender and the store read them.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from newsroom.outcomes import Attempt, Outcome, Verdict


@dataclass(frozen=True, slots=True)
class Rendering:
    """A request, ready but for its chat: the method, and a JSON object of its parameters."""

    method: str
    body: bytes
    article_id: int = 0
    version: int = 0
    is_long: bool = False  # for Telegram's patience with a chat
    shown: tuple[tuple[int, int], ...] = ()  # of a digest: each story with its version
    rich: bytes = b""  # the same as parameters of sendRichMessage, for a server that takes it


@dataclass(frozen=True, slots=True)
class Shape:
    """All that a rendering of a story depends on, or of a digest; readers of one shape share one rendering."""

    push_id: int
    story_id: int
    language: str
    public: bool  # a group or a channel: the buttons are links
    silent: bool
    wanted: int = 1  # the version, or a newer one
    is_edit: bool = False  # it takes the place of what a message shows
    digits: str = "latn"  # by their name in CLDR
    digest_id: int = 0  # of a set of stories, which one message brings


@dataclass(frozen=True, slots=True)
class Edit:
    """A message that shows another version of its story than is wanted."""

    message_id: int
    shown: int
    wanted: int
    album: tuple[int, ...] = ()  # the messages beside it, of an album


class Standing(StrEnum):
    """What is known of a rendering of a push."""

    UNTRIED = ""
    TRIAL = "trial"  # one row is on its way with it, and the others wait for what comes back
    REFUSED = "refused"  # Telegram refused it to whoever was last, and nobody has taken it: the next may try
    PROVEN = "proven"  # Telegram has taken it
    STOPPED = "stopped"  # Telegram refuses it: nobody else is tried


@dataclass(frozen=True, slots=True)
class Refusal:
    """A text that Telegram refuses: of which push, in which look, in whose words, and the request."""

    push_id: int
    story_id: int
    language: str
    public: bool
    reason: str
    body: bytes


@dataclass(slots=True)
class Claimed:
    """A row that this worker has marked `sending`. A push's row has a shape, an outbox row its rendering."""

    row_id: int  # the subscriber's for a delivery, its own for an outbox row
    chat_id: int
    chat_kind: str
    thread_id: int
    worker_id: str
    claimed_at: datetime
    slot_at: datetime
    attempt: Attempt
    content: Shape | Rendering
    refused: str = ""  # why it is no longer wanted; then it is not sent
    edit: Edit | None = None  # what is there already, where a message is changed and not sent
    standing: Standing = Standing.PROVEN  # of its rendering; a single message needs no trial
    gone_expected: bool = False  # a person said that many chats of its push are gone
    alone: bool = False  # it does not come with others in one message
    asleep_until: datetime | None = None  # its reader is not to be reached before
    fell_due_at: datetime | None = None  # a doubt about it is older
    answers: int = 0  # the message of its chat that it is about
    parts: "tuple[Claimed, ...]" = ()  # the rows that go by this request, or with it are known to be unwanted

    @property
    def rows(self) -> "tuple[Claimed, ...]":
        """The rows that it stands for."""
        return self.parts or (self,)

    @property
    def doubted_before(self) -> datetime | None:
        """The moment before which it came to be in doubt; None for what was never, and what changes nothing twice."""
        doubtful = [row.fell_due_at for row in self.rows if row.attempt.doubts and not row.edit]
        return max(filter(None, doubtful), default=None)


@dataclass(slots=True)
class Landed:
    """A row with what came back and what becomes of it."""

    claimed: Claimed
    outcome: Outcome
    verdict: Verdict
    rendering: Rendering | None = None
    rides: bool = False  # it came by the request of the row before, which is counted for both
    whole: "Landed | None" = None  # of the first row of a digest: what became of the digest itself
