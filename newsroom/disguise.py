"""Words that somebody hides from a list: found all the same, each with how it was written.

    خـبر خَبَر ﺧﺒﺮ    marks, joiners, forms, Persian letters    folding sees through them
    والخبر خبركم    what hangs on a word                      readings, and pronouns beyond theirs
    خبببر           a letter again and again                  squeezed
    خ ب ر خ.ب.ر     letters one by one                        joined

It is for the screening of replies: what it finds is a flag for a moderator, never a verdict. It is too rough for
`fold`, where «سبب» must not become «سب». A new disguise is a step here and a line of `bench/disguises.py`.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from itertools import groupby

from newsroom.text import PRONOUNS, fold, readings, tokens, words

REPEATED = re.compile(r"(.)\1+")
OFTEN = 3  # times a letter stands in a row where no word has it so
SAFE = 4  # letters of a word that is not soon another one by a letter twice
HAMZAS = str.maketrans("", "", "ءؤئ")  # «مسؤول» is written «مسئول» and «مسول» too
MORE_PRONOUNS = ("كما", "كم", "كن", "ني", "ك", "ي")
OPENED = {"ت": "ه", "ا": "ي", "و": "ء", "ي": "ء"}  # how a word ended before a pronoun came to it
SHORTEST = 3  # letters of a word before a pronoun or without its hamza, and of one that is written letter by letter


class Watchlist:
    """Words to be found in any disguise; phrases are for the Lexicon."""

    def __init__(self, listed: Iterable[str]) -> None:
        self._listed: dict[str, list[tuple[str, str]]] = defaultdict(list)  # squeezed → letters and word
        for word in listed:
            for letters in _ways_to_write(word):
                self._listed[squeeze(letters)].append((letters, word))

    def find_disguised(self, text: str) -> Iterator[tuple[str, str]]:
        """Yield each listed word that a text has, with how it is written there."""
        found = words(text)
        for written in found:
            for word in dict.fromkeys(self._behind(written)):
                yield word, written
        for spelled in _letter_by_letter(found):
            for word in dict.fromkeys(self._inside("".join(tokens(" ".join(spelled))))):
                yield word, " ".join(spelled)

    def _behind(self, written: str) -> Iterator[str]:
        """Yield the listed words that one written word may be."""
        for bare in _ways_to_write(written):
            for token in dict.fromkeys((bare, REPEATED.sub(_squeeze_many, bare))):
                for letters in _without_affixes(token):
                    for listed, word in self._listed.get(squeeze(letters), ()):
                        # What is left of «دنيء» without its hamza is not to be found in «دنيا».
                        is_sure = len(listed) >= SAFE or listed == fold(word) or token.endswith(letters)
                        if is_sure and _may_be(listed, letters):
                            yield word

    def _inside(self, joined: str) -> Iterator[str]:
        squeezed = squeeze(joined)
        return (word for key, listed in self._listed.items() if key in squeezed for _, word in listed)


def squeeze(letters: str) -> str:
    """Answer the letters with none twice in a row."""
    return REPEATED.sub(r"\1", letters)


def _squeeze_many(row: re.Match[str]) -> str:
    return row[1] if len(row[0]) >= OFTEN else row[0]


def _ways_to_write(word: str) -> list[str]:
    """Answer a word folded, and without its hamzas where enough of it remains."""
    token, bare = fold(word), fold(word.translate(HAMZAS))
    return [token, bare] if bare != token and len(bare) >= SHORTEST else [token]


def _without_affixes(token: str) -> Iterator[str]:
    yield from readings(token)
    for stem in filter(token.endswith, readings(token)):
        for pronoun in (*PRONOUNS, *MORE_PRONOUNS):
            bare = stem.removesuffix(pronoun)
            if bare != stem and len(bare) >= SHORTEST:
                yield bare
                yield bare[:-1] + OPENED.get(bare[-1], bare[-1])


def _may_be(listed: str, letters: str) -> bool:
    """Tell whether letters are the listed word, with some of its letters repeated: a short word's at least three times.

    Both are the same when squeezed.
    """
    rows = zip(_count_rows(listed), _count_rows(letters), strict=True)
    least = 2 if len(listed) >= SAFE else OFTEN
    return all(ours == theirs or theirs >= max(least, ours) for ours, theirs in rows)


def _count_rows(letters: str) -> list[int]:
    return [len(list(row)) for _, row in groupby(letters)]


def _letter_by_letter(found: list[str]) -> Iterator[list[str]]:
    """Yield the stretches of a text where letters stand alone."""
    for alone, row in groupby(found, key=lambda word: len(fold(word)) == 1 and word[0].isalpha()):
        spelled = list(row)
        if alone and len(spelled) >= SHORTEST:
            yield spelled
