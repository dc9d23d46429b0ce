"""How a change of words looks: what goes is struck out, what comes is underlined; what stays is there to know it by."""

import html

from newsroom.cutting import length
from newsroom.wording import AROUND, Change, compare

MOST_CHANGES = 60  # a message has a hundred entities of formatting at most
MARKS = {Change.KEPT: "{}", Change.LEFT_OUT: "{}", Change.OUT: "<s>{}</s>", Change.IN: "<u>{}</u>"}


def write_changes(before: str, after: str, longest: int, around: int = AROUND) -> str:
    """Answer two texts as one, as HTML; nothing where they do not fit side by side, or hardly a word stayed."""
    pieces = compare(before, after, around)
    changes = sum(change in {Change.OUT, Change.IN} for change, _ in pieces)
    if changes > MOST_CHANGES or sum(length(text) for _, text in pieces) > longest:
        return ""
    return "".join(MARKS[change].format(html.escape(text, quote=False)) for change, text in pieces)
