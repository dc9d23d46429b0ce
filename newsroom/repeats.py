"""Whether a text says again what another said, though a word of it be changed or its letters be dressed up.

    text ─ folded, its letters alone ─▶ runs of three ─ the 64 lowest of their digests ─▶ Trace ─▶ likeness of two

Short texts can be guessed from their traces: whoever keeps one erases it with its text. What makes two texts the same
beyond their letters is a step of `trace`.
"""

from dataclasses import dataclass
from heapq import nsmallest
from zlib import crc32

from newsroom.disguise import squeeze
from newsroom.text import HAN, fold

RUN = 3  # letters
KEPT = 64  # digests of a trace
ALIKE = 0.6  # of the runs of both, above which two texts say the same
SHORTEST = 20  # letters: what is shorter, many say by themselves; a Chinese character says as much as two


@dataclass(frozen=True, slots=True)
class Trace:
    """What is left of a text to compare others with: the lowest digests of its runs; none where it is too short."""

    digests: frozenset[int] = frozenset()


def trace(text: str) -> Trace:
    """Answer the trace of a text; digits are none of it, for a wave of advertising changes them."""
    letters = find_letters(text)
    if count_letters(letters) < SHORTEST:
        return Trace()
    runs = {letters[at : at + RUN] for at in range(len(letters) - RUN + 1)}
    return Trace(frozenset(nsmallest(KEPT, {crc32(run.encode()) for run in runs})))


def find_letters(text: str) -> str:
    """Answer the letters of a text as they are compared: none of its digits, signs and spaces."""
    return squeeze("".join(filter(str.isalpha, fold(text))))


def count_letters(text: str) -> int:
    """Answer how many letters a text has, a Chinese character as two."""
    return sum(map(str.isalpha, text)) + len(HAN.findall(text))


def is_substantive(text: str) -> bool:
    """Tell whether a text says more than thanks or a yes, which many say by themselves."""
    return count_letters(text) >= SHORTEST


def likeness(one: Trace, other: Trace) -> float:
    """Answer, from 0 to 1, about which share of the runs of either both have."""
    shared, all_of_them = one.digests & other.digests, one.digests | other.digests
    if len(all_of_them) <= KEPT:
        return len(shared) / max(1, len(all_of_them))
    lowest = sorted(all_of_them)[:KEPT]
    return len(shared.intersection(lowest)) / KEPT


def is_alike(one: Trace, other: Trace) -> bool:
    """Tell whether two texts say the same, but for a word or two."""
    ours, theirs = one.digests, other.digests
    if len(ours & theirs) < ALIKE * max(len(ours), len(theirs), 1):
        return False  # most are told apart by this, which costs little
    return likeness(one, other) >= ALIKE
