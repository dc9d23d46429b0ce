"""What somebody would change in a text, word by word and sign by sign: even a comma is seen."""

import re
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from enum import StrEnum

PIECE = re.compile(r"\s+|\w+|[^\w\s]")
WORDS = re.compile(r"\s+|\S+\s*")  # of longer texts: spaces and signs go with their words
AROUND = 8  # pieces of what stays that are shown on each side of a change


class Change(StrEnum):
    """What becomes of a piece of text."""

    KEPT = "kept"
    OUT = "out"
    IN = "in"
    LEFT_OUT = "left out"  # what stays, too far from any change to be shown


def compare(before: str, after: str, around: int = AROUND, pieces: re.Pattern[str] = PIECE) -> list[tuple[Change, str]]:
    """Answer the pieces of two texts in order; of what stays, only what is near a change."""
    old, new = pieces.findall(before), pieces.findall(after)
    found = SequenceMatcher(None, old, new, autojunk=False).get_opcodes()
    told: list[tuple[Change, str]] = []
    for index, (kind, first, last, new_first, new_last) in enumerate(found):
        if kind == "equal":
            told += _near(old[first:last], around, begins=index == 0, ends=index == len(found) - 1)
        else:
            told += [(Change.OUT, "".join(old[first:last])), (Change.IN, "".join(new[new_first:new_last]))]
    return [(change, text) for change, text in told if text]


def _near(pieces: Sequence[str], around: int, *, begins: bool, ends: bool) -> Iterator[tuple[Change, str]]:
    """Yield the pieces between two changes, without the middle where that is long."""
    before, after = 0 if begins else around, 0 if ends else around
    if len(pieces) <= before + after:
        yield Change.KEPT, "".join(pieces)
        return
    yield Change.KEPT, "".join(pieces[:before])
    yield Change.LEFT_OUT, "…"
    yield Change.KEPT, "".join(pieces[len(pieces) - after :])
