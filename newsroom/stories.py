"""Whether two articles tell the same news, by what they say and not by how they say it.

    two sketches ─ what both say, what they say differently ─▶ evidence ─ weights ─▶ the same story, or another

Wording tells little: a daily report repeats itself word for word, and two newsrooms tell one event in words of their
own. Facts tell: numbers with what they count, days, hours, scores, places, names. What both say speaks for
one story; what they say differently of the same speaks against it, and weighs more, for a reader loses an article by a
wrong join and gets one twice by a missed one. What is compared is in `sketches.py`; another piece of evidence is a line
of `evidence` and of WEIGHTS, which are fitted to labelled pairs (`python3 dev bench stories fit`).
"""

import math
from collections.abc import Collection, Mapping
from collections.abc import Set as AbstractSet
from datetime import timedelta

from newsroom.sketches import Sketch, sound, weigh

LATELY = timedelta(hours=72)  # what is told at another time is another story
MOST_NAMED = 4  # sources of a story that its message names
NAMED_WITHIN = timedelta(hours=1)  # of a push, in which messages that were sent are told of another source
MOST_RENAMED = 1_500  # messages, which are edited in about a minute; of more, only what is sent later names both
LEAST_AKIN = 0.12  # likeness of all words, below which nothing is compared
TELLS_ALONE = 3  # telling numbers of one place, which are compared in whatever words
NEARLY, ROUNDED = 0.035, 2  # how far a number is from one that is rounded, and how many digits that has
LEAST_ROUNDED = 100
HARDLY_EDITED = 0.8  # share of three words in a row, from which one text is a copy of the other
TOLD_ROUNDLY = 0.7  # what the same number is worth if one of them is rounded

AGAINST = "other_"  # how evidence against is named
SAME = 1.18
BIAS = -0.79
WEIGHTS = {
    "numbers": 1.04,
    "shared_numbers": 1.05,
    "shared_telling": 0.97,
    "names": 1.71,
    "head_names": 0.49,
    "places": 0.69,
    "other_numbers": -1.05,
    "other_measures": -0.93,
    "other_moments": -0.69,
    "other_day": -0.87,
    "other_date": -1.57,
    "other_places": -1.45,
    "other_fillings": -1.17,
}


def is_same(one: Sketch, other: Sketch) -> bool:
    """Tell whether two sketches are of one story; which of them is first makes no difference."""
    return likeness(one, other) >= SAME


def likeness(one: Sketch, other: Sketch) -> float:
    """Answer how much speaks for one story, beyond what speaks against it; where too little does, that is all."""
    if not _is_comparable(one, other):
        return -math.inf
    spoken = BIAS + _weigh(_common(one, other))
    return spoken + _weigh(_contrary(one, other)) if spoken >= SAME else spoken


def is_against(name: str) -> bool:
    """Tell whether a piece of evidence can only speak against one story."""
    return name.startswith(AGAINST)


def evidence(one: Sketch, other: Sketch) -> dict[str, float]:
    """Answer what speaks for and against one story, by name; each is between 0 and 1."""
    return {**_common(one, other), **_contrary(one, other)}


def _weigh(found: Mapping[str, float]) -> float:
    return sum(WEIGHTS[name] * value for name, value in found.items())


def _common(one: Sketch, other: Sketch) -> dict[str, float]:
    """Answer what both say."""
    numbers = min(_alike(one.telling, other.telling), _alike(other.telling, one.telling))
    framed = _framed(one, other)
    names = (_names(one, other) - framed, _names(other, one) - framed)
    either = len(one.telling) + len(other.telling) - numbers
    return {
        "numbers": numbers / max(1, either),  # share of the telling numbers of both
        "shared_numbers": _up_to(5, len(one.numbers & other.numbers)),
        "shared_telling": _up_to(3, numbers),
        "names": _up_to(5, min(map(len, names))),
        "head_names": _up_to(3, min(len(found & one.head & other.head) for found in names)),
        "places": len(one.head_places & other.head_places) / max(1, len(one.head_places | other.head_places)),
    }


def _contrary(one: Sketch, other: Sketch) -> dict[str, float]:
    """Answer what they say differently."""
    counted = one.measures.keys() & other.measures.keys()
    return {
        "other_numbers": _up_to(
            3, _missing(one.head_telling, other.numbers) + _missing(other.head_telling, one.numbers)
        ),
        "other_measures": _up_to(3, sum(not _alike(one.measures[unit], other.measures[unit]) for unit in counted)),
        "other_moments": float(_differ(one.hours, other.hours) or _differ(one.scores, other.scores)),
        "other_day": float(_differ(one.days, other.days)),
        "other_date": float(_differ(one.dates, other.dates)),
        "other_places": float(bool(one.head_places - other.places and other.head_places - one.places)),
        "other_fillings": _up_to(4, _count_fillings(one, other)),
    }


def _is_comparable(one: Sketch, other: Sketch) -> bool:
    sizes = one.weight * other.weight
    if sizes and weigh(one.words & other.words) / math.sqrt(sizes) >= LEAST_AKIN:
        return True
    return len(one.telling & other.telling) >= TELLS_ALONE and bool(one.head_places & other.head_places)


def _framed(one: Sketch, other: Sketch) -> set[str]:
    """Answer the words that stand in a turn of phrase of both: a frame is filled every day.

    Of a text that is hardly edited everything stands in such turns, and tells.
    """
    mine, theirs = one.turns, other.turns
    return {word for turn in mine & theirs for word in turn} if _share(mine, theirs) < HARDLY_EDITED else set()


def _names(one: Sketch, other: Sketch) -> set[str]:
    """Answer the rare words of the one that the other has too, or a word that sounds so."""
    sounds = other.sounds
    return {word for word in one.rare if word in other.words or sound(word) in sounds}


def _count_fillings(one: Sketch, other: Sketch) -> int:
    """Answer how many turns of phrase both fill with what the other never says: another name, another number."""
    shared = one.begins & other.begins
    mine, theirs = one.fillings(shared), other.fillings(shared)
    return len(
        {
            (frozenset(mine[turn]), frozenset(theirs[turn]))
            for turn in mine.keys() & theirs.keys()
            if not mine[turn] & other.words and not theirs[turn] & one.words and not mine[turn] & theirs[turn]
        }
    )


def _alike(one: Collection[float], other: Collection[float]) -> float:
    """Answer how many numbers of the one the other has too, or has rounded."""
    return sum(max((_nearness(number, another) for another in other), default=0) for number in one)


def _nearness(one: float, other: float) -> float:
    low, high = sorted((one, other))
    if low == high:
        return 1.0
    is_near = low >= LEAST_ROUNDED and high - low <= NEARLY * high
    return TOLD_ROUNDLY if is_near and min(_digits(one), _digits(other)) <= ROUNDED else 0.0


def _digits(number: float) -> int:
    """Answer how many digits a number has before its zeros."""
    return len(f"{number:.0f}".rstrip("0"))


def _missing(told: Collection[float], all_of_other: Collection[float]) -> float:
    return len(told) - _alike(told, all_of_other)


def _differ(one: AbstractSet[object], other: AbstractSet[object]) -> bool:
    """Tell whether both say something, and nothing of it is the same."""
    return bool(one and other and not one & other)


def _share(one: AbstractSet[object], other: AbstractSet[object]) -> float:
    return len(one & other) / max(1, min(len(one), len(other)))


def _up_to(most: int, count: float) -> float:
    return min(most, count) / most
