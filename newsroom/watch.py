"""What a worker sees in many outcomes that none of them tells alone.

    five doubts in twenty sends            the net is to be mistrusted: bulk rests
    ten of twenty chats newly gone,        a fault of ours or Telegram's: their push is held, and nobody is suspended
      sent to or edited
    five chats refuse a rendering alike,   its text is wrong: nobody else is tried with it
      with no success between                a digest is a rendering too: its articles then go one by one

A new suspicion is a method here and a line of `newsroom/delivery.py` that acts on it.
"""

from collections import defaultdict, deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from newsroom.outcomes import Came
from newsroom.work import Landed, Shape

RECENT = 20
MOST_DOUBTS = 5  # of RECENT sends
MOST_GONE = 10  # of RECENT chats
EQUAL_REFUSALS = 5  # chats
MOST_REFUSALS = 1_000  # kinds of refusals remembered
Key = tuple[int, str, bool, int]  # a rendering: push (a digest's number below zero), language, whether public, version
HELD_BACK = "too many chats at once said that they are gone"  # why a push is paused


@dataclass(slots=True)
class Watch:
    """The memory of one worker, of its last sends only."""

    _recent: deque[Came] = field(default_factory=lambda: deque(maxlen=RECENT))
    _chats: deque[list[Landed]] = field(default_factory=lambda: deque(maxlen=RECENT))  # the rows of each request
    _refusals: dict[Key, dict[str, set[int]]] = field(default_factory=dict)

    def do_doubts_pile_up(self, landed: Sequence[Landed]) -> bool:
        """Note outcomes; tell whether too many of the last were doubts, and begin anew if so."""
        self._recent.extend(land.outcome.came for land in landed if not land.rides)
        if self._recent.count(Came.DOUBT) < MOST_DOUBTS:
            return False
        self._recent.clear()
        return True

    def find_emptied(self, landed: Sequence[Landed]) -> frozenset[int]:
        """Note outcomes before they are settled; answer the pushes of which too many chats are gone at once."""
        for land in filter(_tells_of_chat, landed):
            if land.rides:
                self._chats[-1].append(land)
            else:
                self._chats.append([land])
        gone = [told for told in self._chats if told[0].outcome.came is Came.GONE]
        return frozenset(_push_of(land) for told in gone for land in told) if len(gone) >= MOST_GONE else frozenset()

    def forget_chats(self) -> None:
        """Begin anew: what was found has been acted on."""
        self._chats.clear()

    def find_poisoned(self, landed: Sequence[Landed]) -> Iterator[Landed]:
        """Note outcomes; answer the last refusal of each rendering that has too many equal ones in a row."""
        for land in (told.whole or told for told in landed if not told.rides):
            shape = land.claimed.content
            if not isinstance(shape, Shape):
                continue
            version = land.rendering.version if land.rendering else 0
            key = (shape.push_id or -shape.digest_id, shape.language, shape.public, version)
            if land.outcome.came is Came.OK:
                self._refusals.pop(key, None)
            elif land.outcome.came is Came.REFUSED and self._are_equal(key, land):
                del self._refusals[key]
                yield land

    def _are_equal(self, key: Key, land: Landed) -> bool:
        if len(self._refusals) > MOST_REFUSALS:
            self._refusals.clear()
        chats = self._refusals.setdefault(key, defaultdict(set))[land.outcome.reason]
        chats.add(land.claimed.chat_id)
        return len(chats) >= EQUAL_REFUSALS


def _tells_of_chat(land: Landed) -> bool:
    """Tell whether an outcome says if a chat of a push is still there, and nobody expected it to be gone.

    An edit says it as well as news do: it suspends a chat, and a correction goes to as many.
    """
    is_bulk = isinstance(land.claimed.content, Shape) and not land.claimed.gone_expected
    return is_bulk and land.outcome.came in {Came.OK, Came.GONE}


def _push_of(land: Landed) -> int:
    return land.claimed.content.push_id if isinstance(land.claimed.content, Shape) else 0
