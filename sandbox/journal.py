"""The log of all calls: what a bot asked for, when, and what came of it."""

from dataclasses import dataclass, field
from typing import Any

SENDING = ("send", "forward", "copy")


@dataclass(slots=True)
class Call:
    """One call. `status` is what the bot saw, 0 for no answer; with `message_id` there is a message, seen or not."""

    began_at: float  # when it had come, by the sandbox's clock
    method: str
    chat_id: int | None
    params: dict[str, Any]
    status: int
    description: str = ""
    message_id: int | None = None
    ended_at: float | None = None  # when its answer left, or the bot hung up; None while it is under way

    @property
    def is_sent(self) -> bool:
        """Tell whether the call made a message."""
        return self.message_id is not None and self.method.startswith(SENDING)


@dataclass(slots=True)
class Journal:
    """All calls in order, and by chat; kept unless `keep` is off."""

    keep: bool = True
    calls: list[Call] = field(default_factory=list)
    by_chat: dict[int, list[Call]] = field(default_factory=dict)

    def note(self, call: Call) -> None:
        """Keep a call."""
        if not self.keep:
            return
        self.calls.append(call)
        if call.chat_id is not None:
            self.by_chat.setdefault(call.chat_id, []).append(call)

    def sent_to(self, chat_id: int) -> list[Call]:
        """Answer the calls that made a message in a chat, in order."""
        return [call for call in self.by_chat.get(chat_id, ()) if call.is_sent]
