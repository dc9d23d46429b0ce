"""What the demo counts, from both sides: what the bot says has arrived, and what the local Telegram has.

    lost    the bot says that it arrived, and Telegram never had it
    twice   Telegram has it once more in the same chat, though nobody asked for it

The same words again within a few seconds of somebody's message or press are an answer, not a second time.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from sandbox import Call, Sandbox

ASKED = 5.0  # seconds in which what comes is an answer
WINDOW = 5  # seconds that the rate is counted over


@dataclass(slots=True)
class Count:
    """Counts calls as they come; each is looked at once."""

    telegram: Sandbox
    asked: dict[int, list[float]] = field(default_factory=lambda: defaultdict(list))
    _seen: int = 0
    _made: set[tuple[int, int]] = field(default_factory=set)  # messages that Telegram has or had
    _texts: Counter[tuple[int, str]] = field(default_factory=Counter)
    _twins: int = 0
    _rates: list[int] = field(default_factory=list)

    def step(self) -> None:
        """Count what came in this second."""
        new = self.telegram.calls[self._seen :]
        self._seen += len(new)
        sent = [call for call in new if call.is_sent and call.chat_id is not None]
        self._rates = [*self._rates, len(sent)][-WINDOW:]
        for call in sent:
            self._count(call)

    @property
    def rate(self) -> float:
        """Answer the messages of a second, over the last few."""
        return sum(self._rates) / max(1, len(self._rates))

    @property
    def twice(self) -> int:
        """Answer how many came a second time."""
        return self._twins

    def lost(self, shown: Iterable[tuple[int, int]]) -> int:
        """Answer how many of those that are said to have arrived Telegram never had."""
        return len(set(shown) - self._made)

    def _count(self, call: Call) -> None:
        chat, text = call.chat_id or 0, str(call.params.get("text", ""))
        self._made.add((chat, call.message_id or 0))
        if chat < 0 or "article_" not in text or self._was_asked(chat, call.began_at):
            return
        self._texts[chat, text] += 1
        self._twins += self._texts[chat, text] > 1

    def _was_asked(self, chat: int, at: float) -> bool:
        messages = self.telegram.world.chats[chat].messages.values()
        own = (message.at for message in list(messages)[-20:] if not message.by_bot)
        return any(0 <= at - moment < ASKED for moment in own)
