"""How likely moderators would not publish a reply, learnt from their decisions alone; it orders the queue, no more.

    decisions ─ train ─▶ Model ─ score ─▶ a number from 0 to 1 ─▶ the order of the queue
                           ├─ learn, unlearn: one decision more, or taken back
                           └─ explain: the letters of a text that weigh most

A linear model over runs of letters within words, pairs of words, and signs: a support vector machine with squared hinge
loss, by dual coordinate descent, where a run has the more say the more unevenly the decisions had it (Wang & Manning,
2012). Each decision adds one number to all its runs, and that number is kept, so that a decision is taken back exactly;
they are whole numbers, for sums of fractions would not come back to where they were. Runs are known by their digests:
no words of readers stand in a model. Another kind of evidence is a line of `_find_runs`.
"""

import base64
import hashlib
import unicodedata
import zlib
from array import array
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from math import exp, log, sqrt
from random import Random
from typing import Any, NamedTuple, Self

from newsroom.text import fold, tokens

FORM = 1  # of what is written out
PLACES = 1 << 18  # weights; runs whose digests have these bits in common share one
SHORTEST_RUN, LONGEST_RUN = 2, 6  # letters, the spaces around a word among them
WHOLE = 1 << 20  # stands for a weight of 1
SOFTNESS = 1.0  # how much a decision gives way to the others; 0 is not at all
LEAST_SAY = 0.3  # of a run that all decisions had alike, and of one that is new
ROUNDS = 10  # over all decisions
STEEPNESS, FARTHEST = 2.0, 100.0  # of a score around the middle, and where it ends
MOST_SAY, HEAVIEST = 1e6, 1 << 50  # what is read beyond these was not written by us
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


def _equal_says() -> "array[float]":
    return array("f", [LEAST_SAY**2]) * PLACES


@dataclass(slots=True)
class Model:
    """What was learnt. A new one knows nothing, and everything scores in the middle."""

    says: "array[float]" = field(default_factory=_equal_says)  # squared; since the last training
    weights: "array[int]" = field(default_factory=_no_weights)
    moved: dict[str, list[int]] = field(default_factory=dict)  # what decisions added to each weight of theirs

    def score(self, text: str) -> float:
        """Answer from 0 to 1 how likely moderators would not publish a text; it is an order, not a probability."""
        return 1 / (1 + exp(-STEEPNESS * max(-FARTHEST, min(FARTHEST, self.rate(text)))))

    def explain(self, text: str, most: int) -> list[Reason]:
        """Answer the runs of letters that weigh most in a text, the heaviest first, none inside another."""
        size = WHOLE * self._measure(find_places(text))
        found = [Reason(run, self._weigh([_place(run)]) / size) for run in dict.fromkeys(_find_runs(text))]
        told: list[Reason] = []
        for one in sorted(filter(_weighs, found), key=_heaviest_first):
            if len(told) < most and not any(_overlap(one.letters, other.letters) for other in told):
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
        moved = {key: list(known) for key, known in self.moved.items()}
        return {"form": FORM, "says": _pack(self.says), "weights": _pack(self.weights), "moved": moved}

    @classmethod
    def load(cls, dumped: dict[str, Any]) -> Self:
        """Answer the model that was written out so. ValueError where it is of another form."""
        if dumped.get("form") != FORM:
            raise ValueError(f"a model of form {dumped.get('form')}, and only {FORM} can be read")
        says, weights = array("f", _unpack(dumped["says"])), array("q", _unpack(dumped["weights"]))
        if len(says) != PLACES or len(weights) != PLACES or not all(0 < say < MOST_SAY for say in says):
            raise ValueError("a model with numbers that none is made of")
        if max(map(abs, weights)) > HEAVIEST:
            raise ValueError("a model with weights that none comes to")
        return cls(says, weights, {key: list(known) for key, known in dumped["moved"].items()})

    def rate(self, text: str) -> float:
        """Answer how far a text is on the side of what was not published; below 0 it is on the other."""
        places = find_places(text)
        return self._weigh(places) / (WHOLE * self._measure(places))

    def _weigh(self, places: Iterable[int]) -> float:
        return sum(self.weights[place] * self.says[place] for place in places)

    def _measure(self, places: Iterable[int]) -> float:
        return sqrt(sum(map(self.says.__getitem__, places)))

    def _move(self, places: Sequence[int], label: int, moved: int) -> int:
        """Move the weights of a decision to where it fits best, all else as it is; answer what it has added to each."""
        sign, size = (1 if label else -1), self._measure(places)
        strength = sign * moved * size / WHOLE
        slack = sign * self._weigh(places) / (WHOLE * size) - 1 + SOFTNESS * strength
        added = round(sign * max(0.0, strength - slack / (1 + SOFTNESS)) * WHOLE / size)
        self._add(places, added - moved)
        return added

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
    model = Model(_find_says([(places, label) for places, label, _ in known]))
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


def _find_says(known: Collection[tuple[Sequence[int], int]]) -> "array[float]":
    """Answer what say each run has: how much oftener the one kind of decisions had it than the other."""
    share = sum(label for _, label in known) / max(1, len(known))
    if share in (0, 1):
        return _equal_says()
    counts = (array("l", bytes(8 * PLACES)), array("l", bytes(8 * PLACES)))
    for places, label in known:
        for place in places:
            counts[label][place] += 1
    even = log(share / (1 - share))
    return array("f", (_say(to, not_to, share, even) for to, not_to in zip(*counts, strict=True)))


def _say(published: int, rejected: int, share: float, even: float) -> float:
    """Answer the square of a run's say."""
    return (abs(log((rejected + share) / (published + 1 - share)) - even) + LEAST_SAY) ** 2


def find_places(text: str) -> "array[int]":
    """Answer the places of the weights that a text has, each once; at least one."""
    return array("I", sorted({_place(run) for run in _find_runs(text)}))


def _find_runs(text: str) -> Iterator[str]:
    said = [f" {token} " for token in tokens(text)]
    for word in said:
        for length in range(SHORTEST_RUN, LONGEST_RUN + 1):
            for start in range(len(word) - length + 1):
                yield word[start : start + length]
    yield from (one + other[1:] for one, other in pairwise(said))
    yield from (sign for sign in fold(text) if unicodedata.category(sign)[0] in "PS")
    yield ""  # so that nothing is without a weight


def _place(run: str) -> int:
    return zlib.crc32(run.encode("utf-8", "surrogatepass")) % PLACES


def _name(text: str, label: int) -> str:
    """Answer what a decision is known by, which does not tell the text."""
    return hashlib.blake2b(f"{label}{text}".encode("utf-8", "surrogatepass"), digest_size=8).hexdigest()


def _heaviest_first(reason: Reason) -> tuple[float, str]:
    return -abs(reason.weight), reason.letters


def _weighs(reason: Reason) -> bool:
    return bool(reason.letters and reason.weight)


def _overlap(one: str, other: str) -> bool:
    return one in other or other in one


def _pack(numbers: "array[int] | array[float]") -> str:
    return base64.b64encode(zlib.compress(numbers.tobytes())).decode()


def _unpack(packed: str) -> bytes:
    """Answer the numbers that were packed, and no more than there can be. ValueError where these are none."""
    try:
        return zlib.decompressobj().decompress(base64.b64decode(packed, validate=True), 8 * PLACES)
    except zlib.error as error:
        raise ValueError(str(error)) from None
