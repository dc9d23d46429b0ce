"""How fast a bot may send, and what it hears when it is faster: 429 and how long to wait.

The numbers are those of core.telegram.org/bots/faq ("My bot is hitting limits"): 30 messages a second overall, one a
second to a person with short bursts, 20 a minute to a group. Telegram gives no exact rules; these are token buckets.
A bot that sends before its time is out waits longer each time.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from math import ceil

from sandbox.faults import Fault, FaultKind

OVERALL = 0
PAID = 1  # neither is the id of any chat
MOST_BUCKETS = 20_000
# Uploads of one size, which look like the same file sent to many by uploading it to each (Client.cpp).
SMALL, SECONDS_OF_BYTE, SHORTEST, LONGEST = 100_000, 1e-7, 0.2, 0.9  # bytes, and seconds
OVERLOADED = 3.0  # seconds after which the server says that it is


@dataclass(frozen=True, slots=True)
class Limits:
    """Rates of sending and editing; None switches one off. `growth` is of a wait that is ignored."""

    overall_per_second: float | None = 30
    paid_per_second: float | None = 1000  # with allow_paid_broadcast
    private_per_second: float | None = 1
    private_burst: int = 3
    group_per_minute: float | None = 20
    growth: float = 2
    longest: float = 600  # seconds
    most_under_way: int | None = 1000  # calls that wait for their answers
    upload_backlog: float | None = 5  # seconds' worth of uploads of one size


@dataclass(slots=True)
class Bucket:
    """Tokens that come back with time."""

    size: float
    per_second: float
    tokens: float
    at: float

    def fill(self, now: float) -> None:
        """Add what came back since the last time."""
        self.tokens = min(self.size, self.tokens + (now - self.at) * self.per_second)
        self.at = now

    @property
    def wait(self) -> float:
        """Seconds until there is a token."""
        return max(0.0, (1 - self.tokens) / self.per_second)


@dataclass(slots=True)
class Pause:
    """A time of silence: when it ends, how long it is, and whether the bot has been told of it by a 429."""

    until: float
    seconds: float
    is_told: bool = True


class Throttle:
    """Lets calls pass or tells how long to wait."""

    def __init__(self, limits: Limits | None, clock: Callable[[], float]) -> None:
        self.limits = limits
        self._clock = clock
        self._buckets: dict[int, Bucket] = {}
        self._pauses: dict[int, Pause] = {}
        self._uploading: dict[int, float] = {}  # until when Telegram is at work on uploads of a size

    def overload(self, under_way: int, uploads: Iterable[int]) -> Fault | None:
        """Answer how a call is refused when too many are under way, or the same file is uploaded again and again.

        `uploads` are the sizes of what the call brings. These are the rules of the server itself (Client.cpp): it
        answers after some seconds.
        """
        limits = self.limits
        if limits is None:
            return None
        is_late = [self._upload(size, limits.upload_backlog) for size in uploads if size > SMALL]
        is_full = limits.most_under_way is not None and under_way > limits.most_under_way
        return Fault(FaultKind.FLOOD, retry_after=60, seconds=OVERLOADED) if is_full or any(is_late) else None

    def _upload(self, size: int, backlog: float | None) -> bool:
        """Add an upload to those of its size; tell whether that is too much."""
        now = self._clock()
        until = max(now, self._uploading.get(size, now)) + min(max(size * SECONDS_OF_BYTE, SHORTEST), LONGEST)
        if backlog is not None and until - now > backlog:
            return True
        self._uploading[size] = until
        return False

    def pause(self, seconds: float, chat_id: int | None = None) -> None:
        """Refuse all sending, or that to one chat, for a time."""
        self._pauses[OVERALL if chat_id is None else chat_id] = Pause(self._clock() + seconds, seconds, is_told=False)

    def take(self, chat_id: int, *, paid: bool = False) -> int:
        """Answer 0 and take a token, or answer the whole seconds to wait."""
        if self.limits is None and not self._pauses:
            return 0
        now = self._clock()
        everyone = PAID if paid else OVERALL
        buckets = {key: bucket for key in (chat_id, everyone) if (bucket := self._bucket(key, now))}
        waits = [self._wait(key, buckets.get(key), now) for key in (chat_id, everyone)]
        if longest := max(waits):
            return ceil(longest)
        for bucket in buckets.values():
            bucket.tokens -= 1
        return 0

    def _wait(self, key: int, bucket: Bucket | None, now: float) -> float:
        """Answer the seconds to wait; whoever comes during a pause makes it longer."""
        pause = self._pauses.pop(key, None)
        if pause and now < pause.until:
            seconds = max(pause.until - now, self._lengthen(pause.seconds) if pause.is_told else 0)
        elif bucket and bucket.tokens < 1:
            seconds = float(max(1, ceil(bucket.wait)))
        else:
            return 0
        self._pauses[key] = Pause(now + seconds, seconds)
        return seconds

    def _lengthen(self, seconds: float) -> float:
        return min(self.limits.longest, seconds * self.limits.growth) if self.limits else seconds

    def _bucket(self, key: int, now: float) -> Bucket | None:
        bucket = self._buckets.get(key)
        if bucket is None:
            size, per_second = self._rate(key)
            if not per_second:
                return None
            self._forget_full(now)
            bucket = self._buckets[key] = Bucket(size, per_second, size, now)
        bucket.fill(now)
        return bucket

    def _rate(self, key: int) -> tuple[float, float]:
        """Answer the size of a bucket and its tokens a second, 0 for no limit."""
        limits = self.limits
        if limits is None:
            return 0, 0
        if key in {OVERALL, PAID}:
            rate = (limits.paid_per_second if key == PAID else limits.overall_per_second) or 0
            return rate, rate
        if key > 0:
            return limits.private_burst, limits.private_per_second or 0
        return limits.group_per_minute or 0, (limits.group_per_minute or 0) / 60

    def _forget_full(self, now: float) -> None:
        """Drop the buckets that must be full again, so that memory stays flat with any number of chats."""
        if len(self._buckets) >= MOST_BUCKETS:
            self._buckets = {
                key: bucket
                for key, bucket in self._buckets.items()
                if now - bucket.at < bucket.size / bucket.per_second
            }
