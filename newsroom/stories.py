"""Whether two articles tell the same news, by what they say and not by how they say it.

    title, lead, body, places ─▶ Sketch ─ marks ─▶ candidates among the articles of those days
                                   └─ likeness of two sketches ─▶ the same story, or another

Wording tells little: a daily report repeats itself word for word, and two newsrooms tell one event in words of their
own. Facts tell: numbers with what they count, days, places, quotations. What both say speaks for one story; what they
say differently of the same speaks against it, and weighs more, for a reader loses an article by a wrong join and gets
one twice by a missed one. The weights are fitted to labelled pairs (`python3 dev bench stories`).
"""

import hashlib
import math
import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import cache

from babel import Locale

from newsroom.changes import Wording
from newsroom.search import PASSED, index_tokens
from newsroom.semantic import shipped_examples
from newsroom.taxonomy import CHINA
from newsroom.text import fold

LATELY = timedelta(hours=72)  # what is told at another time is another story
NUMBER = re.compile(r"(\d+(?:[.,٫٬]\d+)*)\s*([%٪]|[^\W\d_]+)?")
THOUSANDS = re.compile(r"(?<=\d)[.,٬](?=\d{3}(?!\d))")
POINT = re.compile("[,٫]")
QUOTED = re.compile(r"[\"«“]([^\"»”]{3,200})[\"»”]")
PERCENT = {"%", "٪"}
YEARS, MONTH_DAYS = range(1949, 2036), range(32)  # numbers that many texts share
PLACES, HEAD = ("c:", "p:"), {"title", "lead"}
DAY_LANGUAGES = ("ar", "en", "fr")
MOST_MARKS = 48
RARE = 1  # of the shipped examples, at most as many have a rare word
LEAST_AKIN = 0.12  # likeness of all words, below which nothing is compared

SAME = 1.2
BIAS = -0.05
WEIGHTS = {
    "numbers": 0.87,  # share of the telling numbers of the one who has fewer
    "all_numbers": 1.00,  # the same of all numbers
    "shared_numbers": 0.37,  # how many telling numbers, up to three
    "quotes": 0.53,  # up to two
    "places": 0.78,  # both heads name one
    "other_day": -1.46,
    "other_measures": -0.82,  # things that both count, to other numbers; up to four
    "other_numbers": -0.43,  # telling numbers of a head that the other does not have; up to three
    "other_places": -2.23,  # each head names a place that the other does not
}


@dataclass(frozen=True, slots=True)
class Sketch:
    """What an article says, as far as it can be compared."""

    words: frozenset[str]  # stems, without numbers
    head: frozenset[str]  # those of the title and the lead
    numbers: frozenset[str]
    head_numbers: frozenset[str]  # those that tell something
    measures: Mapping[str, frozenset[str]]  # what is counted, and to what
    days: frozenset[str]
    quotes: frozenset[str]
    places: frozenset[str]
    head_places: frozenset[str]

    @property
    def telling(self) -> frozenset[str]:
        """The numbers that few texts share by chance."""
        return frozenset(filter(is_telling, self.numbers))

    @property
    def marks(self) -> list[int]:
        """What it is found by among others: digests of its rare words and telling numbers."""
        found = sorted(self.telling) + sorted(word for word in self.head if is_rare(word))
        return [_digest(mark) for mark in found[:MOST_MARKS]]


def sketch(words: Wording, named: Mapping[str, Collection[str]]) -> Sketch:
    """Answer the sketch of an article; `named` are the tags of its topics, each with the zones that name it."""
    head = f"{words.title}\n{words.lead}"
    whole = f"{head}\n{words.body}"
    measures = _measures(whole)
    places = {tag: zones for tag, zones in named.items() if tag.startswith(PLACES) and tag != CHINA}
    return Sketch(
        frozenset(_words(whole)),
        frozenset(_words(head)),
        frozenset().union(*measures.values()),
        frozenset(filter(is_telling, frozenset().union(*_measures(head).values()))),
        {unit: numbers for unit, numbers in measures.items() if unit},
        frozenset(days() & set(fold(head).split())),
        frozenset(" ".join(_stems(quote)) for quote in QUOTED.findall(whole)),
        frozenset(places),
        frozenset(tag for tag, zones in places.items() if HEAD.intersection(zones)),
    )


def is_same(one: Sketch, other: Sketch) -> bool:
    """Tell whether two sketches are of one story; which of them is first makes no difference."""
    return likeness(one, other) >= SAME


def likeness(one: Sketch, other: Sketch) -> float:
    """Answer how much speaks for one story, beyond what speaks against it."""
    if _akin(one.words, other.words) < LEAST_AKIN:
        return -math.inf
    return BIAS + sum(WEIGHTS[name] * value for name, value in evidence(one, other).items())


def evidence(one: Sketch, other: Sketch) -> dict[str, float]:
    """Answer what speaks for and against one story, by name."""
    counted = one.measures.keys() & other.measures.keys()
    others = len(one.head_numbers - other.numbers) + len(other.head_numbers - one.numbers)
    both_days = bool(one.days and other.days)
    return {
        "numbers": _share(one.telling, other.telling),
        "all_numbers": _share(one.numbers, other.numbers),
        "shared_numbers": min(3, len(one.telling & other.telling)),
        "quotes": min(2, len(one.quotes & other.quotes)),
        "places": float(bool(one.head_places & other.head_places)),
        "other_day": float(both_days and not one.days & other.days),
        "other_measures": min(4, sum(not one.measures[unit] & other.measures[unit] for unit in counted)),
        "other_numbers": min(3, others),
        "other_places": float(bool(one.head_places - other.places and other.head_places - one.places)),
    }


def is_telling(number: str) -> bool:
    """Tell whether few texts share a number by chance."""
    if not number.isdigit():
        return True
    return len(number) > 1 and int(number) not in YEARS and int(number) not in MONTH_DAYS


def is_rare(word: str) -> bool:
    """Tell whether hardly any other text has a word."""
    return _background()[0][word] <= RARE


def _share(one: frozenset[str], other: frozenset[str]) -> float:
    return len(one & other) / max(1, min(len(one), len(other)))


def _akin(one: frozenset[str], other: frozenset[str]) -> float:
    """Answer the likeness of two texts by their words, the rarer the heavier."""
    sizes = _weigh(one) * _weigh(other)
    return _weigh(one & other) / math.sqrt(sizes) if sizes else 0.0


def _weigh(words: Iterable[str]) -> float:
    weights, unheard = _weights()
    return sum(weights.get(word, unheard) for word in words)


def _measures(text: str) -> dict[str, frozenset[str]]:
    """Answer the numbers of a text by what they count, the stem of the word after; nothing where no word follows."""
    found: dict[str, set[str]] = defaultdict(set)
    for number, unit in NUMBER.findall(fold(text)):
        stems = ["%"] if unit in PERCENT else _stems(unit)[:1]
        found["".join(stems)].add(POINT.sub(".", THOUSANDS.sub("", number)))
    return {unit: frozenset(numbers) for unit, numbers in found.items()}


def _words(text: str) -> list[str]:
    return [stem for stem in _stems(text) if not stem[0].isdigit()]


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
