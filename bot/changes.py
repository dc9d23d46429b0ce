"""How a change of words looks: what goes is struck out, what comes is underlined; what stays is there to know it by.

Of long texts only the paragraphs that differ are compared, and word by word: to compare all signs of an article takes
the longer the more of them are alike, and everybody waits meanwhile.
"""

import html
from collections.abc import Sequence
from itertools import takewhile

from newsroom.cutting import length
from newsroom.wording import AROUND, WORDS, Change, compare

MOST_CHANGES = 60  # a message has a hundred entities of formatting at most
LONGEST_COMPARED = 3_000  # characters of what differs, on either side
MARKS = {Change.KEPT: "{}", Change.LEFT_OUT: "{}", Change.OUT: "<s>{}</s>", Change.IN: "<u>{}</u>"}


def write_changes(before: str, after: str, longest: int, around: int = AROUND) -> str:
    """Answer two texts as one, as HTML; nothing where they do not fit side by side, or hardly a word stayed."""
    return _write(compare(before, after, around), longest)


def write_changes_of_article(before: str, after: str, longest: int) -> str:
    """Answer what an article's text says otherwise, as HTML; nothing where that is too much to be shown so."""
    old, new = _differing(before.split("\n\n"), after.split("\n\n"))
    if max(len(old), len(new)) > LONGEST_COMPARED:
        return ""
    return _write(compare(old, new, pieces=WORDS), longest)


def _write(pieces: Sequence[tuple[Change, str]], longest: int) -> str:
    changes = sum(change in {Change.OUT, Change.IN} for change, _ in pieces)
    if changes > MOST_CHANGES or sum(length(text) for _, text in pieces) > longest:
        return ""
    return "".join(MARKS[change].format(html.escape(text, quote=False)) for change, text in pieces)


def _differing(before: Sequence[str], after: Sequence[str]) -> tuple[str, str]:
    """Answer two texts without the paragraphs that are the same at the beginning and at the end."""
    begin = _count_same(before, after)
    before, after = before[begin:], after[begin:]
    end = _count_same(before[::-1], after[::-1])
    return "\n\n".join(before[: len(before) - end]), "\n\n".join(after[: len(after) - end])


def _count_same(before: Sequence[str], after: Sequence[str]) -> int:
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(before, after, strict=False)))
