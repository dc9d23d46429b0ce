"""The world around the rows in the state machine of deliveries: what stands in chats, who listens, what people decided.

It is told by the machine and never looks into the stores, so the ledger can hold them to it.
"""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime

from newsroom.pushes import PushState
from tests.db.flights import Place, Wording


@dataclass(slots=True)
class Message:
    """What stands in a chat: of each story that it shows the version."""

    shows: dict[int, int]  # by push


@dataclass(slots=True)
class World:
    """What is so, whatever the stores say."""

    moves: dict[int, int]  # groups and their new ids
    alive: dict[int, datetime]  # the last sign of life of each chat
    chats: defaultdict[int, dict[int, Message]] = field(default_factory=lambda: defaultdict(dict))
    wanted: dict[int, int] = field(default_factory=dict)  # the version of each push
    asleep: set[int] = field(default_factory=set)  # chats that shut us out
    closed: set[Place] = field(default_factory=set)  # where we have no right to write
    gone: set[tuple[int, int]] = field(default_factory=set)  # pushes, and chats that they found gone, by any id
    paused: set[int] = field(default_factory=set)
    held: set[int] = field(default_factory=set)  # those that wait with their edits too, which no person wanted
    cancelled: set[int] = field(default_factory=set)
    stopped: set[Wording] = field(default_factory=set)
    is_halted: bool = False  # the token was refused

    @property
    def emptied(self) -> set[int]:
        """The pushes that found chats gone."""
        return {push_id for push_id, _ in self.gone if push_id}

    def put(self, chat_id: int, message: Message) -> int:
        """Let a message stand in a chat; answers its number there, which each chat begins anew."""
        number = len(self.chats[chat_id]) + 1
        self.chats[chat_id][number] = message
        return number

    def hear(self, chat_id: int, now: datetime) -> None:
        """Note a sign of life."""
        self.alive[chat_id] = now
        self.asleep.discard(chat_id)

    def shut(self, chat_id: int, asked_at: datetime) -> None:
        """Note that a chat shut us out, unless it has been heard of since it was asked."""
        if self.alive[chat_id] <= asked_at:
            self.asleep.add(chat_id)

    def is_gone(self, push_id: int, chat_id: int) -> bool:
        """Tell whether a push found a chat gone, maybe when the group still had its old id."""
        names = {chat_id, *(old for old, new in self.moves.items() if new == chat_id)}
        return any((push_id, name) in self.gone for name in names)

    def open(self, chat_id: int) -> None:
        """Note that we may write in a chat."""
        self.closed = {place for place in self.closed if place[0] != chat_id}

    def move(self, old: int) -> None:
        """Let a group have its new id, where nothing of that was known."""
        new = self.moves[old]
        if new not in self.alive:
            self.alive[new] = self.alive[old]
            self.asleep |= {new} if old in self.asleep else set()

    def halt(self, push_id: int, state: PushState) -> None:
        """Note that a person paused or cancelled a push."""
        (self.paused if state is PushState.PAUSED else self.cancelled).add(push_id)
        self.held.discard(push_id)

    def hold_back(self, push_id: int, believed: set[int]) -> None:
        """Note that chats are believed in again, those that a push found gone, and that it waits for a person."""
        assert all(self.is_gone(push_id, chat_id) for chat_id in believed)
        self.asleep -= believed
        self.held.add(push_id)
        self.paused |= {push_id} - self.cancelled

    def resume(self, push_id: int) -> None:
        """Note that a push goes on."""
        self.paused.discard(push_id)
        self.held.discard(push_id)

    def mend(self, push_id: int) -> None:
        """Note that every wording of a push is tried anew."""
        self.stopped = {wording for wording in self.stopped if wording[0] != push_id}
