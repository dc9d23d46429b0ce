"""Stems: what the forms of a word have in common, so that who looks for one of them finds the others.

Arabic: a word of `data/stems.toml` keeps its letters; from any other go first the clitics and then the endings, until
nothing more can go. So «صادرات», «الصادرات» and «وصادراتها» are one, and «والد», «بكين» and «لبنان» stay themselves.
Latin letters: Snowball, English and French by turns until nothing changes, for no single word says which it is.
A word that is wrongly cut is a line of the data; a language with other letters is a branch of `stem`.
"""

import re
import tomllib
from collections.abc import Iterator, Mapping
from functools import cache, lru_cache
from importlib.resources import files
from threading import Lock
from typing import Any

from snowballstemmer.english_stemmer import EnglishStemmer
from snowballstemmer.french_stemmer import FrenchStemmer

from newsroom.text import fold

REMEMBERED = 1 << 17  # words; those of a large archive, but for the rarest
LETTERS = re.compile("[a-z]+")
ARABIC = re.compile("[\u0620-\u064a]+")

# What is taken off the front, the longest first, with the letters that must be left. The article is sure, and a single
# letter is so the less the seldomer it is a clitic.
FRONT: Mapping[str, int] = {
    "وال": 2, "فال": 2, "بال": 2, "كال": 2, "لل": 3, "ال": 2, "و": 3, "ب": 3, "ل": 3, "ف": 4, "ك": 4,
}  # fmt: skip
# What is taken off the end, the longest first. Before a pronoun the ta of «خارجية» had opened: «خارجيتها».
REAR = ("اتهم", "اتها", "اته", "تهم", "تها", "ته", "ها", "هم", "ان", "ات", "ون", "ين", "يه", "ه", "ي", "ا")
SHORTEST = 3  # letters that an ending leaves
OPEN_PARTICIPLE = re.compile("ees?$")  # «développée», whose accent is folded: Snowball knows it by the accent alone
SHORTEST_PARTICIPLE = 6


@lru_cache(maxsize=REMEMBERED)
def stem(token: str) -> str:
    """Answer the stem of a folded word: of Arabic or Latin letters alone; any other is its own."""
    if ARABIC.fullmatch(token):
        return _stem_arabic(token)
    return _stem_latin(token) if LETTERS.fullmatch(token) else token


def _stem_latin(token: str) -> str:
    """Answer what both languages leave of a word; that of “party” is left, or French would make it “part”."""
    before, word = "", OPEN_PARTICIPLE.sub("e", token) if len(token) >= SHORTEST_PARTICIPLE else token
    with ONE_AT_A_TIME:
        while word != before and not word.endswith("i"):
            before, word = word, str(ENGLISH.stemWord(word))
            if not word.endswith("i"):
                word = str(FRENCH.stemWord(word))
    return word


def _stem_arabic(token: str) -> str:
    kept = kept_words()
    for form in sorted(_forms(token), key=lambda form: (-len(form), form)):
        if form in kept:
            return kept[form]
    return _cut_rear(_cut_front(token))


def _forms(token: str) -> set[str]:
    """Answer the word and everything that it may be without what is joined to it."""
    found, waiting = {token}, [token]
    while waiting:
        word = waiting.pop()
        shorter = {*_without_front(word), *_without_rear(word)} - found
        found |= shorter
        waiting += shorter
    return found


def _cut_front(word: str) -> str:
    while shorter := next(_without_front(word), ""):
        word = shorter
    return word


def _cut_rear(word: str) -> str:
    while shorter := next(_without_rear(word), ""):
        word = shorter
    return word


def _without_front(word: str) -> Iterator[str]:
    for front, least in FRONT.items():
        if word.startswith(front) and len(word) - len(front) >= least:
            yield word[len(front) :]


def _without_rear(word: str) -> Iterator[str]:
    for rear in REAR:
        if word.endswith(rear) and len(word) - len(rear) >= SHORTEST:
            yield word[: -len(rear)]


@cache
def kept_words() -> Mapping[str, str]:
    """Answer the words that keep their letters, folded, each with its stem; read once."""
    kept: dict[str, str] = {}
    lines = [[fold(word) for word in line.split()] for line in _read_data()["kept"]]
    for first, *others in lines:
        kept.update(dict.fromkeys((first, *others), first))
    for first, *_ in lines:
        if first.endswith("ه"):  # «لغتها» and «لغات» of «لغة»
            for form in (f"{first[:-1]}ت", f"{first[:-1]}ات"):
                kept.setdefault(form, first)
    return kept


@cache
def passed_over() -> frozenset[str]:
    """Answer the stems of the little words that say nothing of what is looked for."""
    return frozenset(stem(fold(word)) for word in _read_data()["passed_over"].split())


def data() -> str:
    """Answer the words that come with the program, as they are written."""
    return files("newsroom").joinpath("data", "stems.toml").read_text(encoding="utf-8")


@cache
def _read_data() -> Mapping[str, Any]:
    return tomllib.loads(data())


ENGLISH, FRENCH = EnglishStemmer(), FrenchStemmer()
ONE_AT_A_TIME = Lock()  # a stemmer keeps the word that it is at, and articles are read in several threads
