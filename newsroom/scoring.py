"""How likely moderators would not publish a reply, learnt from their decisions alone; it orders the queue, no more.

    decisions ─ train ─▶ Model ─ score ─▶ a number from 0 to 1 ─▶ the order of the queue
                           ├─ learn, unlearn: one decision more, or taken back
                           └─ explain: the letters of a text that weigh most

A linear model over runs of letters of the folded text: a support vector machine with squared hinge loss, by dual
coordinate descent. Each decision adds one number to the weights of all its runs, and that number is kept, so that a
decision is taken back exactly. Weights are whole numbers, for sums of fractions would not come back to where they were.
Runs are known by their digests, so no words of readers stand in a model. Another kind of evidence is a line of
`_find_runs`.
"""

import base64
import hashlib
import zlib
from array import array
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from math import exp, sqrt
from random import Random
from typing import Any, NamedTuple, Self

from newsroom.text import fold

FORM = 1  # of what is written out
PLACES = 1 << 18  # weights; runs whose digests have these bits in common share one
SHORTEST_RUN, LONGEST_RUN = 2, 5  # letters
WHOLE = 1 << 20  # stands for a weight of 1
SOFTNESS = 0.5  # how much a decision gives way to the others; 0 is not at all
ROUNDS = 12  # over all decisions
STEEPNESS = 2.0  # of a score around the middle
MOST_KEPT = 50_000  # decisions that can be taken back; the oldest is forgotten first


class Example(NamedTuple):
    """A decision of moderators: 1 is what they would not publish."""

    text: str
    label: int


class Reason(NamedTuple):
    """Letters of a text and what they weigh: above 0 for what was not published."""

    letters: str
    weight: float


def _no_weights() -> "array[int]":
    return array("q", bytes(8 * PLACES))


@dataclass(slots=True)
class Model:
    """What was learnt. A new one knows nothing, and everything scores in the middle."""

    softness: tuple[float, float] = (SOFTNESS, SOFTNESS)  # of decisions to publish, and not to
    weights: "array[int]" = field(default_factory=_no_weights)
    moved: dict[str, list[int]] = field(default_factory=dict)  # what decisions added to each weight of theirs

    def score(self, text: str) -> float:
        """Answer from 0 to 1 how likely moderators would not publish a text; it is an order, not a probability."""
        return 1 / (1 + exp(-STEEPNESS * max(-100.0, min(100.0, self._weigh(find_places(text))))))

    def explain(self, text: str, most: int) -> list[Reason]:
        """Answer the runs of letters that weigh most in a text, the heaviest first, none inside another."""
        runs = dict.fromkeys(_find_runs(text))
        size = WHOLE * sqrt(len({_place(run) for run in runs}))
        found = sorted((Reason(run, self.weights[_place(run)] / size) for run in runs), key=_heaviest_first)
        told: list[Reason] = []
        for one in found:
            if (
                len(told) < most
                and one.weight
                and not any(one.letters in other.letters or other.letters in one.letters for other in told)
            ):
                told.append(one)
        return told

    def learn(self, text: str, label: int) -> None:
        """Learn one decision more, in force at once; learnt twice, it counts twice."""
        places, key = find_places(text), _name(text, label)
        self._keep(key, self._move(places, label, 0))

    def unlearn(self, text: str, label: int) -> None:
        """Take a decision back, as if it had not been learnt last; does nothing where it is not known."""
        key = _name(text, label)
        if known := self.moved.get(key):
            self._add(find_places(text), -known.pop())
            if not known:
                del self.moved[key]

    def dump(self) -> dict[str, Any]:
        """Answer the model as plain values, of a few megabytes at most."""
        packed = base64.b64encode(zlib.compress(self.weights.tobytes())).decode()
        moved = {key: list(known) for key, known in self.moved.items()}
        return {"form": FORM, "softness": list(self.softness), "weights": packed, "moved": moved}

    @classmethod
    def load(cls, dumped: dict[str, Any]) -> Self:
        """Answer the model that was written out so. ValueError where it is of another form."""
        if dumped.get("form") != FORM:
            raise ValueError(f"a model of form {dumped.get('form')}, and only {FORM} can be read")
        to_publish, not_to = dumped["softness"]
        weights = array("q", zlib.decompress(base64.b64decode(dumped["weights"])))
        return cls((to_publish, not_to), weights, {key: list(known) for key, known in dumped["moved"].items()})

    def _weigh(self, places: Sequence[int]) -> float:
        return sum(map(self.weights.__getitem__, places)) / (WHOLE * sqrt(len(places)))

    def _move(self, places: Sequence[int], label: int, moved: int) -> int:
        """Move the weights of a decision to where it is best off, the others as they are; answer what it added to each."""
        sign, softness, length = (1 if label else -1), self.softness[label], sqrt(len(places))
        strength = sign * moved * length / WHOLE
        slack = sign * self._weigh(places) - 1 + softness * strength
        wanted = round(sign * max(0.0, strength - slack / (1 + softness)) * WHOLE / length)
        self._add(places, wanted - moved)
        return wanted

    def _add(self, places: Sequence[int], change: int) -> None:
        if change:
            weights = self.weights
            for place in places:
                weights[place] += change

    def _keep(self, key: str, moved: int) -> None:
        self.moved.setdefault(key, []).append(moved)
        if len(self.moved) > MOST_KEPT:
            del self.moved[next(iter(self.moved))]


def train(examples: Iterable[Example]) -> Model:
    """Learn from all decisions together; the same ones in the same order give the same model."""
    known = [(find_places(text), label, _name(text, label)) for text, label in examples]
    rejected = sum(label for _, label, _ in known)
    model = Model(_soften(len(known) - rejected, rejected))
    moved, order = [0] * len(known), list(range(len(known)))
    chance = Random(len(known))  # noqa: S311  (no secret)
    for _ in range(ROUNDS):
        chance.shuffle(order)
        for at in order:
            places, label, _ = known[at]
            moved[at] = model._move(places, label, moved[at])  # noqa: SLF001  (its own trainer)
    for (_, _, key), added in zip(known, moved, strict=True):
        model._keep(key, added)  # noqa: SLF001  (as above)
    return model


def _soften(published: int, rejected: int) -> tuple[float, float]:
    """Answer how much each decision gives way, so that both kinds have the same say, however few there are of one."""
    if not (published and rejected):
        return SOFTNESS, SOFTNESS
    half = (published + rejected) / 2
    return SOFTNESS * published / half, SOFTNESS * rejected / half


def find_places(text: str) -> "array[int]":
    """Answer the places of the weights that a text has, each once; at least one."""
    return array("I", sorted({_place(run) for run in _find_runs(text)}))


def _find_runs(text: str) -> Iterator[str]:
    letters = f" {' '.join(fold(text).split())} "
    for length in range(SHORTEST_RUN, LONGEST_RUN + 1):
        for start in range(len(letters) - length + 1):
            yield letters[start : start + length]


def _place(run: str) -> int:
    return zlib.crc32(run.encode("utf-8", "surrogatepass")) % PLACES


def _name(text: str, label: int) -> str:
    """Answer what a decision is known by, which does not tell the text."""
    return hashlib.blake2b(f"{label}{text}".encode("utf-8", "surrogatepass"), digest_size=8).hexdigest()


def _heaviest_first(reason: Reason) -> tuple[float, str]:
    return -abs(reason.weight), reason.letters
