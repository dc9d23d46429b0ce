"""How well topics are told, on labelled headlines: `python3 dev bench topics`.

The headlines (`tests/data/headlines.jsonl`) are split in two by a hash of the title. Words and weights may be tuned on
half 0, whose errors `python3 dev bench topics errors` prints; half 1 is never looked at but in sums.
"""

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from newsroom.articles import ParsedArticle
from newsroom.semantic import load_semantics
from newsroom.taxonomy import LANGUAGES, shipped_taxonomy
from newsroom.topics import Classifier, Topicality

HEADLINES = Path(__file__).parent.parent / "tests" / "data" / "headlines.jsonl"
KINDS = ("subjects", "places", "provinces")
NOTHING = "—"
Row = dict[str, Any]


def read_headlines(half: int) -> list[Row]:
    """Answer the labelled headlines of a half."""
    rows = map(json.loads, HEADLINES.read_text(encoding="utf-8").splitlines())
    return [row for row in rows if half_of(row["title"]) == half]


def half_of(title: str) -> int:
    """Answer the half that a title belongs to, once and for all."""
    return int(hashlib.sha256(title.encode()).hexdigest(), 16) % 2


@dataclass(slots=True)
class Score:
    """How much was found, rightly and wrongly; `confused` counts what was taken for what."""

    right: int = 0
    wrong: int = 0
    missed: int = 0
    confused: Counter[tuple[str, str]] = field(default_factory=Counter)

    @property
    def f1(self) -> float:
        """Answer the micro-F1."""
        return 2 * self.right / max(1, 2 * self.right + self.wrong + self.missed)

    def add(self, wanted: set[str], found: set[str]) -> None:
        """Count a headline."""
        missed, wrong = wanted - found, found - wanted
        self.right, self.wrong, self.missed = (
            self.right + len(wanted & found),
            self.wrong + len(wrong),
            self.missed + len(missed),
        )
        for one in missed or ({NOTHING} if wrong else ()):
            for other in wrong or {NOTHING}:
                self.confused[one, other] += 1


def measure(classifier: Classifier, rows: Iterable[Row], kind: str) -> Score:
    """Score what is found of a kind."""
    score = Score()
    for row in rows:
        score.add(set(row[kind]), found_of(classify(classifier, row), kind))
    return score


def classify(classifier: Classifier, row: Row) -> Topicality:
    """Say what a headline with its lead is about."""
    return classifier.classify(ParsedArticle("", "", row["title"], row["lead"], language=row["language"]))


def found_of(topicality: Topicality, kind: str) -> set[str]:
    """Answer what was found of a kind, as the labels are written."""
    return {tag.partition(":")[2] for tag in getattr(topicality, kind)}


def run(what: str = "") -> None:
    """Print the scores of both halves, or the errors of half 0."""
    classifier = Classifier(shipped_taxonomy())
    if what:
        print("\n".join(write_errors(classifier, read_headlines(0))))
        return
    for half, told in ((0, "tuned on"), (1, "never looked at")):
        rows = read_headlines(half)
        print(f"half {half}, {told}: {len(rows)} headlines; micro-F1")
        print("\n".join(write_scores(classifier, rows)))
        alike = measure(Classifier(shipped_taxonomy(), load_semantics()), rows, "subjects")
        print(f"with SEMANTIC: subjects {alike.f1:.3f}", end="\n\n")


def write_scores(classifier: Classifier, rows: Sequence[Row]) -> Iterator[str]:
    """Yield a table of scores, all languages and each, and what was taken for what."""
    yield f"{'':6}{'n':>5}" + "".join(f"{kind:>11}" for kind in KINDS)
    for language in ("", *LANGUAGES):
        these = [row for row in rows if row["language"] == language or not language]
        scores = (measure(classifier, these, kind).f1 for kind in KINDS)
        yield f"{language or 'all':6}{len(these):>5}" + "".join(f"{score:>11.3f}" for score in scores)
    for kind in KINDS:
        score = measure(classifier, rows, kind)
        pairs = (f"{one}→{other} {count}" for (one, other), count in score.confused.most_common())
        yield f"{kind}: {score.right} right, {score.wrong} wrong, {score.missed} missed; {', '.join(pairs)}"


def write_errors(classifier: Classifier, rows: Iterable[Row]) -> Iterator[str]:
    """Yield each headline of which something is wrong, with the words that decided."""
    for row in rows:
        topicality = classify(classifier, row)
        wrong = {kind: (set(row[kind]), found_of(topicality, kind)) for kind in KINDS}
        if all(wanted == found for wanted, found in wrong.values()):
            continue
        yield f"\n[{row['language']}] {row['title']}\n     {row['lead']}"
        for kind, (wanted, found) in wrong.items():
            if wanted != found:
                yield f"  {kind}: missed {sorted(wanted - found)}, wrong {sorted(found - wanted)}"
        for tag, reasons in topicality.reasons_by_tag():
            if reasons:
                yield f"    {tag}: " + ", ".join(f"{word} ({zone} {weight})" for word, zone, weight in reasons)
