"""What an article says, as far as it can be compared with another: its figures, names, places, days and turns.

    title, lead, body, tags ─▶ Sketch ─▶ marks, by which it is found among the articles of its days

A sketch is made of a new article and of the few that may tell the same; the latest stay in memory, none is stored. What
two sketches have in common and what speaks against it is `stories.py`'s to say; another thing that can be compared is
a field here, and what only a comparison needs, a property.
"""

import hashlib
import math
import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import chain, pairwise
from typing import NamedTuple

from babel import Locale

from newsroom.changes import Wording
from newsroom.figures import read_figures
from newsroom.search import PASSED, index_tokens
from newsroom.semantic import shipped_examples
from newsroom.stems import passed_over
from newsroom.taxonomy import CHINA
from newsroom.text import fold

YEARS, SMALL = range(1949, 2036), range(32)  # numbers that many texts share
PLACES, HEAD = ("c:", "p:"), {"title", "lead"}
DAY_LANGUAGES = ("ar", "en", "fr")
MOST_MARKS = 48
HEARD = 1 << 15  # words whose sound is remembered
KEPT = 256  # sketches: what is told much is told by many, and each is held against those before it
RARE = 1  # of the shipped examples, at most as many have a rare word
TURN, LONGEST_FILLING = 3, 3  # words of a turn of phrase, and of what may stand in one
SHORTEST_SOUND, SHORTEST_NAME = 3, 5  # consonants of a name, and its letters
Begin = tuple[str, str]
Turn = tuple[str, ...]

# What a name sounds like: its consonants, those that newspapers exchange as one. «تشي قانغ» is «زيغانغ».
SOUNDS = str.maketrans("شسزصثجغقكخطضذظ", "سسسسسكككككتددد", "اويهءعئؤ")
OF_TWO_LETTERS = (("نغ", "ن"), ("نج", "ن"), ("نق", "ن"), ("تش", "س"), ("تس", "س"))
ONE_OF_TWO = {letter for letters, _ in OF_TWO_LETTERS for letter in letters}
TWICE = re.compile(r"(.)\1+")


@dataclass(frozen=True, slots=True, eq=False)
class Sketch:
    """What an article says, as far as it can be compared. One is itself: what is asked of it often is remembered."""

    words: frozenset[str]  # stems, without numbers
    head: frozenset[str]  # those of the title and the lead
    rare: frozenset[str]  # those that hardly any other text has
    stems: tuple[str, ...]  # in their order, with numbers
    weight: float  # of all words
    marks: tuple[int, ...]  # what it is found by among others
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
    def sounds(self) -> frozenset[str]:
        """What rare words sound like, and neighbours that may be one name."""
        return _sounds(self)

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


def sketch(words: Wording, named: Mapping[str, Collection[str]]) -> Sketch:
    """Answer the sketch of an article; `named` are the tags of its topics, each with the zones that name it."""
    places = frozenset(tag for tag in named if tag.startswith(PLACES) and tag != CHINA)
    return _sketch(words, places, frozenset(tag for tag in places if HEAD.intersection(named[tag])))


@lru_cache(maxsize=KEPT)
def _sketch(words: Wording, places: frozenset[str], head_places: frozenset[str]) -> Sketch:
    head = f"{words.title}\n{words.lead}"
    figures, of_head = read_figures(f"{head}\n{words.body}"), read_figures(head)
    begin = [*_stems(words.title), *_stems(words.lead)]
    stems = [*begin, *_stems(words.body)]
    said = frozenset(stem for stem in stems if not stem[0].isdigit())
    rare, in_head = said - _background().often, said & {*begin}
    telling = frozenset(value for value, _ in figures.counts if is_telling(value))
    return Sketch(
        words=said,
        head=in_head,
        rare=rare,
        stems=tuple(stems),
        weight=weigh(said),
        marks=tuple(map(_digest, _marks(telling, rare & in_head, rare - in_head))),
        numbers=frozenset(value for value, _ in figures.counts),
        telling=telling,
        head_telling=frozenset(value for value, _ in of_head.counts if is_telling(value)),
        measures=_measures(figures.counts),
        hours=figures.clocks,
        scores=figures.scores,
        days=frozenset(days() & {*fold(head).split()}),
        dates=figures.days,
        places=places,
        head_places=head_places,
    )


def is_telling(number: float) -> bool:
    """Tell whether few texts share a number by chance."""
    return not number.is_integer() or (int(number) not in YEARS and int(number) not in SMALL)


def weigh(words: Iterable[str]) -> float:
    """Answer how much words tell together, the rarer the more."""
    weights, unheard, _ = _background()
    return sum(weights.get(word, unheard) for word in words)


@lru_cache(maxsize=HEARD)
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


def _marks(telling: Iterable[float], first: Iterable[str], others: Iterable[str]) -> list[str]:
    """Answer telling numbers and what rare words sound like, those of the head first."""
    numbers = [f"{number:.12g}" for number in sorted(telling)][: MOST_MARKS // 2]
    return [*numbers, *dict.fromkeys(map(sound, (*sorted(first), *sorted(others))))][:MOST_MARKS]


@lru_cache(maxsize=KEPT)
def _sounds(of: Sketch) -> frozenset[str]:
    """Answer what rare words sound like, and what they do together with a neighbour: «وي مينغ» is «ويمينغ»."""
    alone = (sound(word) for word in of.rare if len(word) >= SHORTEST_NAME)
    pairs = (
        sound_joined(one, other)
        for one, other in pairwise(of.stems)
        if (one in of.rare or other in of.rare) and len(one) + len(other) >= SHORTEST_NAME
    )
    return frozenset(heard for heard in chain(alone, pairs) if len(heard) >= SHORTEST_SOUND)


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


class Background(NamedTuple):
    """How common words are, by the shipped examples."""

    weights: Mapping[str, float]
    unheard: float  # the weight of every other word
    often: frozenset[str]  # words that are not rare


@cache
def _background() -> Background:
    examples = [set(_stems(example)) for _, example in shipped_examples()]
    seen = Counter(chain.from_iterable(examples))
    weights = [_weight(count, len(examples)) for count in range(max(seen.values()) + 1)]
    often = frozenset(word for word, count in seen.items() if count > RARE)
    return Background({word: weights[count] for word, count in seen.items()}, weights[0], often)


def _weight(count: int, texts: int) -> float:
    return math.log((texts + 1) / (count + 0.5)) ** 2
