"""What an article says, as far as it can be compared with another: its figures, names, places, days and turns.

    title, lead, body, tags ─▶ Sketch ─▶ marks, by which it is found among the articles of its days

A sketch is made of a new article and of the few that may tell the same, and is not kept. What two sketches have in
common and what speaks against it is `stories.py`'s to say; another thing that can be compared is a field here.
"""

import hashlib
import math
import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import pairwise

from babel import Locale

from newsroom.changes import Wording
from newsroom.figures import read_figures
from newsroom.search import PASSED, index_tokens
from newsroom.semantic import shipped_examples
from newsroom.stems import REMEMBERED, passed_over
from newsroom.taxonomy import CHINA
from newsroom.text import fold

YEARS, SMALL = range(1949, 2036), range(32)  # numbers that many texts share
PLACES, HEAD = ("c:", "p:"), {"title", "lead"}
DAY_LANGUAGES = ("ar", "en", "fr")
MOST_MARKS = 48
RARE = 1  # of the shipped examples, at most as many have a rare word
TURN, LONGEST_FILLING = 3, 3  # words of a turn of phrase, and of what may stand in one
SHORTEST_SOUND, SHORTEST_NAME = 3, 5  # consonants of a name, and its letters
Begin, Turn = tuple[str, str], tuple[str, ...]

# What a name sounds like: its consonants, those that newspapers exchange as one. «تشي قانغ» is «زيغانغ».
SOUNDS = str.maketrans("شسزصثجغقكخطضذظ", "سسسسسكككككتددد", "اويهءعئؤ")
OF_TWO_LETTERS = (("نغ", "ن"), ("نج", "ن"), ("نق", "ن"), ("تش", "س"), ("تس", "س"))
ONE_OF_TWO = {letter for letters, _ in OF_TWO_LETTERS for letter in letters}
TWICE = re.compile(r"(.)\1+")


@dataclass(frozen=True, slots=True)
class Sketch:
    """What an article says, as far as it can be compared."""

    words: frozenset[str]  # stems, without numbers
    head: frozenset[str]  # those of the title and the lead
    rare: frozenset[str]  # those that hardly any other text has
    stems: tuple[str, ...]  # in their order, with numbers
    weight: float  # of all words
    numbers: frozenset[float]
    telling: frozenset[float]  # those that few texts share by chance
    head_telling: frozenset[float]
    measures: Mapping[str, frozenset[float]]  # what is counted, and to what
    hours: frozenset[tuple[int, int]]
    scores: frozenset[tuple[int, int]]
    days: frozenset[str]  # of the week, in the head
    dates: frozenset[int]  # days of a month
    places: frozenset[str]
    head_places: frozenset[str]

    @property
    def sounds(self) -> set[str]:
        """What rare words sound like, and what they do together with a neighbour: «وي مينغ» is «ويمينغ»."""
        alone = (sound(word) for word in self.rare if len(word) >= SHORTEST_NAME)
        pairs = (
            sound_joined(one, other)
            for one, other in pairwise(self.stems)
            if (one in self.rare or other in self.rare) and len(one) + len(other) >= SHORTEST_NAME
        )
        return {heard for heard in (*alone, *pairs) if len(heard) >= SHORTEST_SOUND}

    @property
    def turns(self) -> set[Turn]:
        """Every three words in a row."""
        return set(zip(*(self.stems[start:] for start in range(TURN)), strict=False))

    @property
    def begins(self) -> set[Begin]:
        """Every two words in a row."""
        return set(pairwise(self.stems))

    def fillings(self, begins: Collection[Begin]) -> Mapping[Turn, set[str]]:
        """Answer what rare words and numbers stand between two words and a third, by those three."""
        found: dict[Turn, set[str]] = defaultdict(set)
        for at, begin in enumerate(pairwise(self.stems), 2):
            if begin in begins:
                for end in range(at + 1, min(at + LONGEST_FILLING + 1, len(self.stems))):
                    if filling := {word for word in self.stems[at:end] if word in self.rare or word[0].isdigit()}:
                        found[*begin, self.stems[end]] |= filling
        return found

    @property
    def marks(self) -> list[int]:
        """What it is found by among others: digests of its telling numbers and of its rare words, its head's first."""
        numbers = [f"{number:.12g}" for number in sorted(self.telling)]
        names = [sound(word) for word in (*sorted(self.rare & self.head), *sorted(self.rare - self.head))]
        return [_digest(mark) for mark in [*numbers[: MOST_MARKS // 2], *dict.fromkeys(names)][:MOST_MARKS]]


def sketch(words: Wording, named: Mapping[str, Collection[str]]) -> Sketch:
    """Answer the sketch of an article; `named` are the tags of its topics, each with the zones that name it."""
    head = f"{words.title}\n{words.lead}"
    whole = f"{head}\n{words.body}"
    stems, figures, of_head = _stems(whole), read_figures(whole), read_figures(head)
    said = frozenset(stem for stem in stems if not stem[0].isdigit())
    places = {tag: zones for tag, zones in named.items() if tag.startswith(PLACES) and tag != CHINA}
    return Sketch(
        words=said,
        head=said & {*_stems(head)},
        rare=said - _often(),
        stems=tuple(stems),
        weight=weigh(said),
        numbers=frozenset(value for value, _ in figures.counts),
        telling=frozenset(value for value, _ in figures.counts if is_telling(value)),
        head_telling=frozenset(value for value, _ in of_head.counts if is_telling(value)),
        measures=_measures(figures.counts),
        hours=figures.clocks,
        scores=figures.scores,
        days=frozenset(days() & {*fold(head).split()}),
        dates=figures.days,
        places=frozenset(places),
        head_places=frozenset(tag for tag, zones in places.items() if HEAD.intersection(zones)),
    )


def is_telling(number: float) -> bool:
    """Tell whether few texts share a number by chance."""
    return not number.is_integer() or (int(number) not in YEARS and int(number) not in SMALL)


def weigh(words: Iterable[str]) -> float:
    """Answer how much words tell together, the rarer the more."""
    weights, unheard = _weights()
    return sum(weights.get(word, unheard) for word in words)


@lru_cache(maxsize=REMEMBERED)
def sound(word: str) -> str:
    """Answer what a name in Arabic letters sounds like; what is in other letters is itself."""
    for letters, one in OF_TWO_LETTERS:
        word = word.replace(letters, one)
    return TWICE.sub(r"\1", word.translate(SOUNDS))


def sound_joined(one: str, other: str) -> str:
    """Answer what two words sound like as one name."""
    if one[-1] in ONE_OF_TWO and other[0] in ONE_OF_TWO:
        return sound(one + other)
    first, second = sound(one), sound(other)
    return first + second[1:] if first and second and first[-1] == second[0] else first + second


def _measures(counts: Iterable[tuple[float, str]]) -> Mapping[str, frozenset[float]]:
    found: dict[str, set[float]] = defaultdict(set)
    for value, unit in counts:
        if unit and unit not in passed_over():
            found[unit].add(value)
    return {unit: frozenset(values) for unit, values in found.items()}


def _stems(text: str) -> list[str]:
    return [token for token in index_tokens(text) if token and token != PASSED]


def _digest(mark: str) -> int:
    """Answer a number of 63 bits for a mark; a database keeps no larger ones."""
    return int.from_bytes(hashlib.blake2b(mark.encode(), digest_size=8).digest()) >> 1


@cache
def days() -> frozenset[str]:
    """Answer the names of the days of the week, folded."""
    return frozenset(
        fold(name) for language in DAY_LANGUAGES for name in Locale.parse(language).days["format"]["wide"].values()
    )


@cache
def _background() -> tuple[Counter[str], int]:
    """Answer in how many of the shipped examples each stem stands, and how many there are: how common words are."""
    examples = [set(_stems(example)) for _, example in shipped_examples()]
    return Counter(stem for example in examples for stem in example), len(examples)


@cache
def _often() -> frozenset[str]:
    """Answer the words that are not rare."""
    return frozenset(word for word, count in _background()[0].items() if count > RARE)


@cache
def _weights() -> tuple[dict[str, float], float]:
    """Answer how heavy each stem of the shipped examples is, and every other."""
    seen, texts = _background()
    return {word: _weight(count, texts) for word, count in seen.items()}, _weight(0, texts)


def _weight(count: int, texts: int) -> float:
    return math.log((texts + 1) / (count + 0.5)) ** 2
