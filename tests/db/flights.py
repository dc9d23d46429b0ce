"""Rows under way, and what the stores say of all rows: the values of the state machine of deliveries."""

from dataclasses import dataclass
from typing import Any

from newsroom.work import Claimed, Shape

Key = tuple[int, int]  # a push and a subscriber, or nothing and a single message
Place = tuple[int, int]  # a chat and a forum topic in it
Wording = tuple[int, str, bool]  # a push, a language, and whether it is public


@dataclass(slots=True)
class Snapshot:
    """What the stores say at a moment."""

    rows: dict[Key, Any]
    pushes: dict[int, Any]
    chats: dict[int, str]  # their states
    subscribers: dict[Place, int]


@dataclass(slots=True, eq=False)
class Request:
    """What a worker sends for a claimed row, or for several that come in one message."""

    claimed: Claimed
    stands: int | None = None  # the number of its message, once that stands in the chat

    @property
    def is_digest(self) -> bool:
        return sum(not part.refused for part in self.claimed.rows) > 1


@dataclass(slots=True, eq=False)
class Flight:
    """A row under way; `version` is what its rendering shows of its story."""

    row: Claimed
    version: int
    request: Request  # by which it goes, maybe with others
    is_answer: bool = False

    @property
    def push_id(self) -> int:
        return self.row.content.push_id if isinstance(self.row.content, Shape) else 0

    @property
    def key(self) -> Key:
        return self.push_id, self.row.row_id

    @property
    def place(self) -> Place:
        return self.row.chat_id, self.row.thread_id

    @property
    def wording(self) -> Wording | None:
        shape = self.row.content
        return (shape.push_id, shape.language, shape.public) if isinstance(shape, Shape) else None
