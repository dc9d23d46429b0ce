"""What an article says, as far as it can be compared with another: its figures, names, places, days and turns.

    title, lead, body, tags ─▶ Sketch ─▶ marks, by which it is found among the articles of its days

A sketch is made of a new article and of the few that may tell the same, and is not kept. What two sketches have in
common and what speaks against it is `stories.py`'s to say; another thing that can be compared is a field here.
"""

import hashlib
import math
import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise

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
RARE = 1  # of the shipped examples, at most as many have a rare word
TURN, LONGEST_FILLING = 3, 3  # words of a turn of phrase, and of what may stand in one
SHORTEST_SOUND, SHORTEST_NAME = 3, 5  # consonants of a name, and its letters
Turn = tuple[str, ...]

# What a name sounds like: its consonants, those that newspapers exchange as one. «تشي قانغ» is «زيغانغ».
SOUNDS = str.maketrans("شسزصثجغقكخطضذظ", "سسسسسكككككتددد", "اويهءعئؤ")
OF_TWO_LETTERS = (("نغ", "ن"), ("نج", "ن"), ("نق", "ن"), ("تش", "س"), ("تس", "س"))
TWICE = re.compile(r"(.)\1+")


@dataclass(frozen=True, slots=True)
class Sketch:
    """What an article says, as far as it can be compared."""

    words: frozenset[str]  # stems, without numbers
    head: frozenset[str]  # those of the title and the lead
    rare: frozenset[str]  # those that hardly any other text has
    sounds: frozenset[str]  # of rare words, and of neighbours that may be one name
    turns: frozenset[Turn]  # every three words in a row
    fillings: Mapping[Turn, frozenset[str]]  # what stands in a turn of phrase: two words, a gap, a word
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
    rare = frozenset(filter(is_rare, said))
    places = {tag: zones for tag, zones in named.items() if tag.startswith(PLACES) and tag != CHINA}
    return Sketch(
        words=said,
        head=said & {*_stems(head)},
        rare=rare,
        sounds=frozenset(_sounds(stems, rare)),
        turns=frozenset(zip(*(stems[start:] for start in range(TURN)), strict=False)),
        fillings=_fillings(stems, rare),
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


def is_rare(word: str) -> bool:
    """Tell whether hardly any other text has a word."""
    return _background()[0][word] <= RARE and not word[0].isdigit()


def weigh(words: Iterable[str]) -> float:
    """Answer how much words tell together, the rarer the more."""
    weights, unheard = _weights()
    return sum(weights.get(word, unheard) for word in words)


def sound(word: str) -> str:
    """Answer what a name in Arabic letters sounds like; what is in other letters is itself."""
    for letters, one in OF_TWO_LETTERS:
        word = word.replace(letters, one)
    return TWICE.sub(r"\1", word.translate(SOUNDS))


def _sounds(stems: Sequence[str], rare: frozenset[str]) -> set[str]:
    """Answer what rare words sound like, and what they do together with a neighbour: «وي مينغ» is «ويمينغ»."""
    alone = (word for word in stems if word in rare)
    pairs = (one + other for one, other in pairwise(stems) if rare & {one, other})
    return {
        heard for name in (*alone, *pairs) if len(name) >= SHORTEST_NAME and len(heard := sound(name)) >= SHORTEST_SOUND
    }


def _fillings(stems: Sequence[str], rare: frozenset[str]) -> Mapping[Turn, frozenset[str]]:
    """Answer what rare words and numbers stand between two words and a third, by those three."""
    found: dict[Turn, set[str]] = defaultdict(set)
    for at in range(2, len(stems)):
        for end in range(at + 1, min(at + LONGEST_FILLING + 1, len(stems))):
            if filling := {word for word in stems[at:end] if word in rare or word[0].isdigit()}:
                found[stems[at - 2], stems[at - 1], stems[end]] |= filling
    return {turn: frozenset(filling) for turn, filling in found.items()}


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
def _weights() -> tuple[dict[str, float], float]:
    """Answer how heavy each stem of the shipped examples is, and every other."""
    seen, texts = _background()
    return {word: _weight(count, texts) for word, count in seen.items()}, _weight(0, texts)


def _weight(count: int, texts: int) -> float:
    return math.log((texts + 1) / (count + 0.5)) ** 2
