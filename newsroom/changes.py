"""What a source changed of an article: whether readers who have it should see that it was corrected.

    another word of the title, lead or a paragraph; a paragraph more ─▶ material: what was sent is edited, and marked
    a slip of the pen mended, marks, spaces, case                    ─▶ a version, without noise
    what was read before as our readers of markup read no more       ─▶ a version, without noise

Careful in one direction: what might be another fact is material. A language whose slips look otherwise is a line here.
"""

import re
from collections.abc import Sequence
from difflib import SequenceMatcher
from itertools import zip_longest
from typing import NamedTuple

from newsroom.dates import months
from newsroom.furniture import is_tidied
from newsroom.markup import read_again
from newsroom.text import readings, tokens

# Letters of which a word has several; of two words in Chinese characters one differs in all that it says.
LETTERS = re.compile("[a-z\u0620-\u06d3]+")

MOST_SLIPS = 2  # in a title, a lead or a paragraph; more of them is another text
SHORTEST_WORD = 4  # letters: of a shorter word one letter makes another
LEAST_KEPT = 0.5  # of its paragraphs, below which a text was not read as a whole


class Wording(NamedTuple):
    """The words of a version."""

    title: str
    lead: str
    body: str


def is_material(before: Wording, after: Wording) -> bool:
    """Tell whether a version says something else than the one before, and not only says it better.

    The one before is taken as it would be read today: what we read better is no correction of its source's.
    """
    before = Wording(before.title, read_again(before.lead), read_again(before.body))
    if before.body != after.body and is_tidied(before.body, after.body) and _lead_alike(before, after):
        return says_otherwise(before.title, after.title)
    return (
        says_otherwise(before.title, after.title)
        or says_otherwise(before.lead, after.lead)
        or _has_other_paragraphs(before.body, after.body)
    )


def _lead_alike(before: Wording, after: Wording) -> bool:
    """Tell whether the leads say the same, or each is only the beginning of its text."""
    are_beginnings = all(_line(words.body).startswith(_line(words.lead).rstrip("…")) for words in (before, after))
    return are_beginnings or not says_otherwise(before.lead, after.lead)


def _line(text: str) -> str:
    return " ".join(text.split())


def says_otherwise(before: str, after: str) -> bool:
    """Tell whether a text differs in more than slips of the pen."""
    old, new = tokens(before), tokens(after)
    if old == new:
        return False
    slips = 0
    for kind, *(start, end, begun, ended) in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if kind != "equal":
            slips += ended - begun
            if not _are_slips(old[start:end], new[begun:ended]):
                return True
    return slips > MOST_SLIPS


def _are_slips(old: Sequence[str], new: Sequence[str]) -> bool:
    if "".join(old) == "".join(new):
        return True  # a space that was missing, or too many
    return all(_is_slip(one, other) for one, other in zip_longest(old, new, fillvalue=""))


def _is_slip(one: str, other: str) -> bool:
    """Tell whether two words differ by one letter, not the first: «غينيا» is not «كينيا», nor is «يونيو» «يوليو»."""
    if min(len(one), len(other)) < SHORTEST_WORD or one[0] != other[0]:
        return False
    is_month = any(form in months() for word in (one, other) for form in readings(word))
    return not is_month and bool(LETTERS.fullmatch(one) and LETTERS.fullmatch(other)) and _differ_by_one(one, other)


def _differ_by_one(one: str, other: str) -> bool:
    """Tell whether one letter was put in, left out or taken for another, or two were exchanged."""
    short, long = sorted((one, other), key=len)
    at = next((place for place, pair in enumerate(zip(short, long, strict=False)) if pair[0] != pair[1]), len(short))
    rest, others = short[at:], long[at:]
    if len(short) != len(long):
        return rest == others[1:]
    return rest[1:] == others[1:] or (rest[2:] == others[2:] and rest[:2] == others[1::-1])


def _has_other_paragraphs(before: str, after: str) -> bool:
    """Tell whether a paragraph says otherwise, is new or is gone; a text of which most is gone was only half read."""
    old, new = _paragraphs(before), _paragraphs(after)
    if len(new) < LEAST_KEPT * len(old):
        return False
    for kind, *(start, end, begun, ended) in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if kind != "equal" and _differ(old[start:end], new[begun:ended]):
            return True
    return False


def _differ(old: Sequence[str], new: Sequence[str]) -> bool:
    return len(old) != len(new) or any(says_otherwise(*pair) for pair in zip(old, new, strict=True))


def _paragraphs(body: str) -> list[str]:
    return [folded for part in body.split("\n\n") if (folded := " ".join(tokens(part)))]
