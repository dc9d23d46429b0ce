"""Waves: many replies at once that say nearly the same or all lead away; they are set apart and decided together. Pure.

    a reply, what others sent in the last minutes ─ find_wave ─▶ nothing, or the wave that it joins, with whom
    a moderator's verdict on what was shown ─ two minutes, in which it is undone ─▶ done with each of them

Nothing is rejected here: what is set apart waits for a moderator like all else, in one message instead of a flood of
cards. Whoever had a reply published is not taken for a part of a crowd, and what moderators let into the queue as one
is no wave when it comes again. Another sign of a wave is a line of `find_wave`.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NamedTuple
from zlib import crc32

from newsroom.repeats import Trace, find_letters, is_alike, trace

SPAN = timedelta(minutes=10)  # in which they come
FEW, MANY, CROWD = 3, 10, 20  # others who sent the same that leads away, the same, or anything that leads away
MANY_SHORT = 20  # others who sent the same that is too short to say much: thanks are no wave so soon
GRACE_OF_MANY = timedelta(minutes=2)  # in which a verdict is undone, and nothing is done yet


class Gist(NamedTuple):
    """What is left of a text to tell whether others say the same."""

    trace: Trace
    short: int = 0  # of what is too short for a trace: a digest of its letters, 0 where it has none


class WaveKind(StrEnum):
    """What makes a wave one."""

    ALIKE = "alike"  # nearly the same words
    CROWD = "crowd"  # other words each time, and all of them lead away


class Verdict(StrEnum):
    """What is to be done with each reply of a wave."""

    SPAM = "spam"
    QUEUE = "queue"  # each is decided on its own


@dataclass(frozen=True, slots=True)
class Ruling:
    """What a moderator decided of a wave, and up to which moment he saw it."""

    verdict: Verdict
    by: str
    upto: datetime


@dataclass(frozen=True, slots=True)
class Neighbour:
    """A reply as far as waves look at it."""

    reply_id: str
    author: str
    gist: Gist
    leads_away: bool
    is_known: bool = False  # something of its author was published
    wave_id: int | None = None
    wave_kind: WaveKind | None = None
    is_welcome: bool = False  # moderators let its wave into the queue
    is_free: bool = False  # it waits in the queue, and nobody looks at it: it may be set apart yet


@dataclass(frozen=True, slots=True)
class Joining:
    """The wave that a reply joins, a new one without a number, and what is set apart with it."""

    kind: WaveKind
    wave_id: int | None
    others: tuple[str, ...]
    authors: int  # how many others sent such


@dataclass(frozen=True, slots=True)
class Wave:
    """A wave as moderators see it: how many wait in it, and what is to be done with them."""

    id: int
    kind: WaveKind
    count: int
    since: datetime
    newest: datetime  # when the last of those that wait was set apart
    verdict: Verdict | None = None
    decided_by: str | None = None
    due_at: datetime | None = None  # when it will be done

    def is_rolling(self, now: datetime) -> bool:
        """Tell whether more of it is to be expected."""
        return now - self.newest < SPAN


def find_wave(ours: Neighbour, others: Sequence[Neighbour]) -> Joining | None:
    """Answer the wave that a reply belongs to, by what others sent lately, the newest first; None where it is none."""
    alike = [other for other in others if says_the_same(ours.gist, other.gist)]
    if any(other.is_welcome for other in alike):
        return None
    known = next((other.wave_id for other in alike if other.wave_id is not None), None)
    if known is not None or count_authors(alike) >= _find_least(ours):
        return _join(WaveKind.ALIKE, known, alike)
    crowd = [other for other in others if _is_of_crowd(other)]
    if not ours.leads_away or ours.is_known or count_authors(crowd) < CROWD:
        return None
    return _join(WaveKind.CROWD, next((other.wave_id for other in crowd if other.wave_id is not None), None), crowd)


def find_gist(text: str) -> Gist:
    """Answer what is left of a text; digits are none of it, for waves of advertising change them."""
    made = trace(text)
    letters = "" if made.digests else find_letters(text)
    return Gist(made, crc32(letters.encode()))


def says_the_same(one: Gist, other: Gist) -> bool:
    """Tell whether two texts say the same but for a word or two, or to the letter where they are short."""
    return one.short == other.short if one.short or other.short else is_alike(one.trace, other.trace)


def _find_least(ours: Neighbour) -> int:
    """Answer how many others have to say the same."""
    return FEW if ours.leads_away else MANY_SHORT if ours.gist.short else MANY


def _is_of_crowd(other: Neighbour) -> bool:
    """Tell whether somebody new leads away; who does so in the words of a wave, or was let in, is explained by that."""
    is_explained = other.is_known or other.is_welcome or other.wave_kind is WaveKind.ALIKE
    return other.leads_away and not is_explained


def _join(kind: WaveKind, wave_id: int | None, others: Sequence[Neighbour]) -> Joining:
    free = tuple(other.reply_id for other in others if other.is_free and not other.is_known)
    return Joining(kind, wave_id, free, count_authors(others))


def count_authors(neighbours: Iterable[Neighbour]) -> int:
    """Answer how many wrote them."""
    return len({one.author for one in neighbours})


def sum_up(waves: Sequence[Wave], asks: str = "") -> str:
    """Answer the stamp of a message that shows waves: what somebody did first, then what comes by itself."""
    verdicts = ",".join(f"{wave.id}{wave.verdict}" for wave in waves if wave.verdict)
    counts = ",".join(f"{wave.id}:{wave.count}:{wave.newest:%H%M%S%f}" for wave in waves)
    return f"{asks}|{verdicts}|{counts}"


def is_same_but_for_counts(stamp: str, other: str) -> bool:
    """Tell whether only the counts of two stamps differ, which can wait."""
    return stamp.rpartition("|")[0] == other.rpartition("|")[0]
