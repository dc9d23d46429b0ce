"""Whether a text says again what another said, though a word of it be changed or its letters be dressed up.

    text ─ folded, its letters alone ─▶ runs of three ─ the 64 lowest of their digests ─▶ Trace ─▶ likeness of two

A trace stands beside its text, so that texts are compared without being read again. Short texts can be guessed from
their traces: a trace is erased with its text. What makes two texts the same beyond their letters is a step of `trace`.
"""

import struct
from dataclasses import dataclass
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

    digests: tuple[int, ...] = ()

    def __bytes__(self) -> bytes:
        return struct.pack(f">{len(self.digests)}I", *self.digests)

    @classmethod
    def from_bytes(cls, kept: bytes) -> "Trace":
        """Answer the trace that was kept as these bytes; struct.error where they are none."""
        return cls(struct.unpack(f">{len(kept) // 4}I", kept))


def trace(text: str) -> Trace:
    """Answer the trace of a text; digits are none of it, for a wave of advertising changes them."""
    letters = find_letters(text)
    if count_letters(letters) < SHORTEST:
        return Trace()
    runs = {letters[at : at + RUN] for at in range(len(letters) - RUN + 1)}
    return Trace(tuple(sorted({crc32(run.encode()) for run in runs})[:KEPT]))


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
    ours, theirs = set(one.digests), set(other.digests)
    lowest = sorted(ours | theirs)[:KEPT]
    return len((ours & theirs).intersection(lowest)) / max(1, len(lowest))


def is_alike(one: Trace, other: Trace) -> bool:
    """Tell whether two texts say the same, but for a word or two."""
    shared = len(set(one.digests).intersection(other.digests))
    if shared < ALIKE * max(len(one.digests), len(other.digests), 1):
        return False  # most are told apart by this, which costs little
    return likeness(one, other) >= ALIKE
