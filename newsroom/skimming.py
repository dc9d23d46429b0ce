"""Skimming: which of many texts may have a phrase, by a look at them as they are written.

Folding a whole archive while a person waits would take half a second. A needle is the kernel of the phrase's longest
word, without what clitics and endings change, each letter in all its spellings; only what stands around it is read
word by word then. A needle may find too much and, but for letters in presentation forms, never too little.
"""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from functools import cache
from itertools import chain, islice

from newsroom.text import HAN, fold

SCRIPTS = (range(0x21, 0x250), range(0x600, 0x700))  # where letters are written in several ways: Latin and Arabic
MARKS = "[\u0300-\u036f\u0640\u064b-\u065f\u0670\u200c\u200d]*"
ENOUGH = 3  # letters of a kernel that keep it rare
MOST_EXCERPTS = 5  # of one text
AROUND = 90  # characters before and behind: more than any keyword has


def make_needle(phrase: str) -> re.Pattern[str]:
    """Answer the pattern of a folded phrase."""
    if found := HAN.search(phrase):
        kernel = phrase[found.start() : found.start() + 2]
    else:
        kernel = max((_kernel(word) for word in phrase.split()), key=len)
        while len(kernel) > ENOUGH and len(_spelled(kernel[0])) > 1:
            kernel = kernel[1:]  # a letter that is written in one way is looked for four times as fast
    return re.compile(MARKS.join(map(_spelled, kernel)))


def _kernel(word: str) -> str:
    """Answer what of a word stays the same in all its forms: «للصين», «خارجيتها», «countries»."""
    bare = word.removeprefix("ال")
    bare = bare if len(bare) >= ENOUGH else word
    return bare[:-1] if len(bare) > ENOUGH else bare


def _spelled(letter: str) -> str:
    spellings = _spellings().get(letter, letter)
    return f"[{re.escape(spellings)}]" if len(spellings) > 1 else re.escape(letter)


@cache
def _spellings() -> Mapping[str, str]:
    """Answer for each folded letter all that fold to it."""
    found: dict[str, str] = defaultdict(str)
    for code in chain.from_iterable(SCRIPTS):
        found[fold(chr(code))] += chr(code)
    return found


def excerpts(needle: re.Pattern[str], text: str) -> Iterator[str]:
    """Yield what stands around the first places where a text has the needle, in whole words where words have spaces."""
    for match in islice(needle.finditer(text), MOST_EXCERPTS):
        first, last = max(0, match.start() - AROUND), match.end() + AROUND
        start = max(text.rfind(" ", 0, first) + 1, first - AROUND)
        end = text.find(" ", last, last + AROUND)
        yield text[start : end if end > 0 else last + AROUND]
