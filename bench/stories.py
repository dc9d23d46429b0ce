"""How well the same news from two sources is known: `python3 dev bench stories`, and `… stories fit` for the weights.

Labelled pairs of our own words: the same event told twice, and near misses. tests/data/stories.jsonl has the hardest
that we could think of, tests/data/stories_more.jsonl was written later, before anything was weighed by it. `hours` lie
between the two; what is told at another time is never compared, nor is what no search would find. The weights of
`newsroom/stories.py` are fitted to the halves `fitted`; of the halves `untouched` only the sums were ever looked at.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from itertools import combinations
from pathlib import Path
from random import Random
from typing import Any

from bench.weighing import fit
from db.store.sketches import LEAST_SHARED
from newsroom.articles import ParsedArticle
from newsroom.changes import Wording
from newsroom.sketches import Sketch, sketch
from newsroom.stories import LATELY, SAME, evidence, is_against, is_same, likeness
from newsroom.taxonomy import shipped_taxonomy
from newsroom.topics import Classifier

SETS = ("stories", "stories_more")
DATA = Path(__file__).parent.parent / "tests" / "data"
HALVES = ("fitted", "untouched")
PRECISION, RECALL = 0.98, 0.90  # the bars
STRANGERS = 4_000  # pairs of texts of two different pairs


@dataclass(frozen=True, slots=True)
class Pair:
    """Two texts, and whether they tell the same."""

    half: str
    language: str
    apart: timedelta
    same: bool
    one: Sketch
    other: Sketch

    @property
    def is_compared(self) -> bool:
        """Whether the one is found for the other."""
        return self.apart <= LATELY and len({*self.one.marks} & {*self.other.marks}) >= LEAST_SHARED

    @property
    def is_found(self) -> bool:
        """Whether they are taken for the same."""
        return self.is_compared and is_same(self.one, self.other)


def read_pairs(name: str) -> list[Pair]:
    """Read the labelled pairs of a set."""
    classifier = Classifier(shipped_taxonomy())
    rows = map(json.loads, (DATA / f"{name}.jsonl").read_text(encoding="utf-8").splitlines())
    return [_read(row, classifier) for row in rows]


def _read(row: dict[str, Any], classifier: Classifier) -> Pair:
    one, other = (_sketch(row[side], row["language"], classifier) for side in "ab")
    return Pair(row["half"], row["language"], timedelta(hours=row["hours"]), row["same"], one, other)


def _sketch(text: dict[str, str], language: str, classifier: Classifier) -> Sketch:
    """Sketch a text, which may name a language of its own."""
    spoken = text.get("language", language)
    item = ParsedArticle("", "", text["title"], text["lead"], text["body"], language=spoken)
    return sketch(Wording(item.title, item.lead, item.body), classifier.classify(item).zones)


def measure(pairs: list[Pair]) -> tuple[float, float]:
    """Answer precision and recall."""
    right = sum(pair.is_found and pair.same for pair in pairs)
    found, there = (sum(getattr(pair, name) for pair in pairs) for name in ("is_found", "same"))
    return right / max(1, found), right / max(1, there)


def strangers(pairs: list[Pair], chance: Random) -> Iterator[tuple[Sketch, Sketch]]:
    """Yield texts of one language that have nothing to do with each other."""
    texts = [(pair.language, number, text) for number, pair in enumerate(pairs) for text in (pair.one, pair.other)]
    apart = [
        (one, other)
        for (language, first, one), (spoken, second, other) in combinations(texts, 2)
        if language == spoken and first != second
    ]
    yield from chance.sample(apart, min(STRANGERS, len(apart)))


def run(what: str = "") -> None:
    """Print precision and recall by set, half and language, and how often strangers are joined; or fit the weights."""
    sets = {name: read_pairs(name) for name in SETS}
    if what == "fit":
        print_weights([pair for pairs in sets.values() for pair in pairs if pair.half == "fitted"])
        return
    for name, pairs in sets.items():
        for half in HALVES:
            print_half(f"{name}, {half}", [pair for pair in pairs if pair.half == half])
    drawn = list(strangers(sets["stories"], Random(20261128)))  # noqa: S311  (a draw, not a secret)
    joined = sum(likeness(one, other) >= SAME for one, other in drawn)
    print(f"strangers: {len(drawn)} pairs of texts of two pairs, {joined} taken for the same")


def print_half(name: str, pairs: list[Pair]) -> None:
    """Print the sums of a half, as a whole and by language."""
    for language in ("", *sorted({pair.language for pair in pairs})):
        these = [pair for pair in pairs if language in {"", pair.language}]
        precision, recall = measure(these)
        bars = "" if language else f" (bars {PRECISION:.2f} and {RECALL:.2f})"
        joined = f"{sum(pair.is_found for pair in these)} of {len(these)} pairs joined"
        print(f"{name}, {language or 'all'}: {joined}, precision {precision:.3f}, recall {recall:.3f}{bars}")


def print_weights(pairs: list[Pair]) -> None:
    """Print the weights that fit labelled pairs, as they stand in `newsroom/stories.py`."""
    compared = [pair for pair in pairs if pair.apart <= LATELY]
    found = [evidence(pair.one, pair.other) for pair in compared]
    bias, weights = fit(found, [pair.same for pair in compared], is_against)
    print(f"BIAS = {bias:.2f}")
    for name, weight in weights.items():
        print(f'    "{name}": {weight:.2f},')
