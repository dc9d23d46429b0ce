"""How well the same news from two sources is known: `python3 dev bench stories`.

Labelled pairs of our own words (tests/data/stories.jsonl): the same event told twice, and near misses, the hardest that
we could think of. `hours` lie between the two; what is told at another time is never compared. The weights of
`newsroom/stories.py` were fitted to the half `fitted`; of the half `untouched` only the sums were ever looked at.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from itertools import combinations
from pathlib import Path
from random import Random
from typing import Any

from newsroom.articles import ParsedArticle
from newsroom.changes import Wording
from newsroom.stories import LATELY, SAME, Sketch, likeness, sketch
from newsroom.taxonomy import shipped_taxonomy
from newsroom.topics import Classifier

PAIRS = Path(__file__).parent.parent / "tests" / "data" / "stories.jsonl"
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
    def is_found(self) -> bool:
        """Whether they are taken for the same."""
        return self.apart <= LATELY and likeness(self.one, self.other) >= SAME


def read_pairs() -> list[Pair]:
    """Read the labelled pairs."""
    classifier = Classifier(shipped_taxonomy())
    rows = map(json.loads, PAIRS.read_text(encoding="utf-8").splitlines())
    return [_read(row, classifier) for row in rows]


def _read(row: dict[str, Any], classifier: Classifier) -> Pair:
    one, other = (_sketch(row[side], row["language"], classifier) for side in "ab")
    return Pair(row["half"], row["language"], timedelta(hours=row["hours"]), row["same"], one, other)


def _sketch(text: dict[str, str], language: str, classifier: Classifier) -> Sketch:
    item = ParsedArticle("", "", text["title"], text["lead"], text["body"], language=language)
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


def run() -> None:
    """Print precision and recall by half and language, and how often strangers are joined."""
    pairs = read_pairs()
    for half in HALVES:
        of_half = [pair for pair in pairs if pair.half == half]
        for language in ("", *sorted({pair.language for pair in of_half})):
            these = [pair for pair in of_half if language in {"", pair.language}]
            precision, recall = measure(these)
            bars = "" if language else f" (bars {PRECISION:.2f} and {RECALL:.2f})"
            print(
                f"{half} {language or 'all'}: {len(these)} pairs, precision {precision:.3f}, recall {recall:.3f}{bars}"
            )
    drawn = list(strangers(pairs, Random(20261128)))  # noqa: S311  (a draw, not a secret)
    joined = sum(likeness(one, other) >= SAME for one, other in drawn)
    print(f"strangers: {len(drawn)} pairs of texts of two pairs, {joined} taken for the same")
