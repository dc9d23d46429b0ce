"""Words that mean something, found in a text: whole words through their clitics and plurals, the longest phrase first.

A phrase of letters is looked up word by word, each word by its `readings`; a phrase with Chinese characters is looked
up as a run of characters, since Chinese has no spaces. A Chinese name in Arabic is known in all its spellings. What a
phrase means is the caller's: a place, a subject, a reader.

Most words of a text were met in another, and most begin no phrase: what a written word may begin is worked out once.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain
from sys import intern
from typing import Generic, TypeVar

from newsroom.text import HAN, LONGEST_KEPT, MOST_KEPT, fold, phrase_key, readings, words, words_of_stretch
from newsroom.translit import begin_name, spellings

Meaning = TypeVar("Meaning")
Known = TypeVar("Known")
Words = tuple[str, ...]
Phrase = tuple[Words, Sequence[Meaning]]  # the words after the second, and what all of them mean
NOTHING_BEGUN: tuple[tuple[()], tuple[()]] = ((), ())
LONGEST_PHRASE = 16  # words
NOTHING = ""  # what follows the last word of a text


@dataclass(slots=True)
class Beginning(Generic[Meaning]):
    """What a first word means alone, and what it means with a second and more."""

    alone: Sequence[Meaning] = ()
    more: dict[str, Sequence[Phrase[Meaning]]] | None = None  # by the second word


# What a word may begin: phrases of several words, and what it means alone. None for a run of Chinese characters.
Begun = tuple[Sequence[Beginning[Meaning]], Sequence[Meaning]] | None


class Memory(dict[str, Known]):
    """What is known of what is written, worked out when it is first met."""

    def __init__(self, work_out: Callable[[str], Known]) -> None:
        self._work_out = work_out

    def __missing__(self, written: str) -> Known:
        """Work out what is to be known; what is long, as in Chinese, hardly comes again and is not remembered."""
        known = self._work_out(written)
        if len(written) <= LONGEST_KEPT:
            if len(self) >= MOST_KEPT:
                self.clear()
            self[written] = known
        return known


@dataclass(slots=True)
class Lexicon(Generic[Meaning]):
    """Phrases and their meanings; a phrase added twice has both meanings. Adding takes well under a millisecond."""

    _beginnings: dict[str, Beginning[Meaning]] = field(default_factory=dict)
    _later: set[str] = field(default_factory=set)  # words that stand in phrases, but not first
    _runs: dict[str, Sequence[Meaning]] = field(default_factory=dict)
    _lengths: dict[str, list[int]] = field(default_factory=dict)  # of the runs that begin with these two characters
    _begun: "Memory[Begun[Meaning]]" = field(init=False)
    _parts: "Memory[Sequence[str]]" = field(init=False)

    def __post_init__(self) -> None:
        self._begun = Memory(self._begun_by)
        self._parts = Memory(self._parts_in)

    def add(self, phrase: str, meaning: Meaning) -> None:
        """Teach the phrase; adding the same meaning again changes nothing."""
        if HAN.search(phrase):
            self._add_run(fold(phrase), meaning)
            return
        for first, *rest in _spell(phrase):
            begun = self._beginnings.setdefault(first, Beginning())
            if rest:
                _add_phrase(begun, rest, meaning)
            else:
                begun.alone = _joined(begun.alone, meaning)
            self._begun.clear()
            if not self._later.issuperset(rest):
                self._later.update(rest)
                self._parts.clear()

    def _add_run(self, run: str, meaning: Meaning) -> None:
        if run not in self._runs:
            self._lengths[run[:2]] = sorted({*self._lengths.get(run[:2], ()), len(run)}, reverse=True)
        self._runs[run] = _joined(self._runs.get(run, ()), meaning)

    def find(self, text: str) -> Iterator[tuple[str, Sequence[Meaning]]]:
        """Yield each phrase of the text, as it is written there, with its meanings; phrases do not overlap."""
        found, end = [*words(text), NOTHING], 0
        begun = map(self._begun.__getitem__, found)
        for position, here in [pair for pair in enumerate(begun) if pair[1] is not NOTHING_BEGUN]:
            if here is None:
                yield from self._find_runs(found[position])
            elif position >= end:
                longer, alone = here
                if longer and (longest := self._find_longest(longer, found, position)):
                    end = position + longest[0]
                    yield " ".join(found[position:end]), longest[1]
                elif alone:
                    yield found[position], alone

    def _begun_by(self, word: str) -> Begun[Meaning]:
        """Answer what a word may begin, its likeliest reading first."""
        if HAN.search(word):
            return None
        found = readings(word)
        if short := begin_name(found[0]):
            found += (short,)  # a name may be short, and clitics come off it all the same
        begun = [self._beginnings[reading] for reading in found if reading in self._beginnings]
        if not begun:
            return NOTHING_BEGUN
        return [one for one in begun if one.more], next((one.alone for one in begun if one.alone), ())

    def _parts_in(self, word: str) -> Sequence[str]:
        """Answer what a word may be in a phrase where it does not stand first."""
        return tuple(filter(self._later.__contains__, readings(word)))

    def _find_longest(
        self, begun: Sequence[Beginning[Meaning]], found: Sequence[str], position: int
    ) -> tuple[int, Sequence[Meaning]] | None:
        """Answer how many words the longest phrase of several here has, and what it means; the likelier of equals."""
        if parts := self._parts[found[position + 1]]:
            longer = self._find_longer(begun, parts, found[position : position + LONGEST_PHRASE])
            return max(longer, key=lambda phrase: phrase[0], default=None)
        return None

    def _find_longer(
        self, begun: Sequence[Beginning[Meaning]], parts: Sequence[str], found: Sequence[str]
    ) -> Iterator[tuple[int, Sequence[Meaning]]]:
        """Yield how many words each phrase of several has that begins here, and what it means, by its second word."""
        for following in (one.more[part] for one in begun for part in parts if one.more and part in one.more):
            for rest, meanings in following:
                if not rest or self._follows(rest, found[2 : len(rest) + 2]):
                    yield len(rest) + 2, meanings

    def _follows(self, rest: Words, found: Sequence[str]) -> bool:
        return len(found) == len(rest) and all(
            part in self._parts[word] for part, word in zip(rest, found, strict=True)
        )

    def _find_runs(self, run: str) -> Iterator[tuple[str, Sequence[Meaning]]]:
        run, end = fold(run), 0
        for position in range(len(run)):
            for length in self._lengths_at(run, position) if position >= end else ():
                one = run[position : position + length]
                if len(one) == length and (meanings := self._runs.get(one)):
                    yield one, meanings
                    end = position + length
                    break

    def _lengths_at(self, run: str, position: int) -> Sequence[int]:
        """Answer how long the runs may be that begin here, the longest first; single characters have their own key."""
        long = self._lengths.get(run[position : position + 2], ())
        single = self._lengths.get(run[position], ())
        return [*long, *single] if long and single and position + 1 < len(run) else long or single


def _add_phrase(begun: Beginning[Meaning], rest: Sequence[str], meaning: Meaning) -> None:
    """Let a phrase mean this too, by the words after its first."""
    if begun.more is None:
        begun.more = {}
    second, others = rest[0], tuple(rest[1:])
    known = dict(begun.more.get(second, ()))
    known[others] = _joined(known.get(others, ()), meaning)
    begun.more[second] = tuple(known.items())


def _joined(meanings: Sequence[Meaning], meaning: Meaning) -> Sequence[Meaning]:
    return meanings if meaning in meanings else (*meanings, meaning)


def _spell(phrase: str) -> list[Words]:
    parts = chain.from_iterable(map(words_of_stretch, phrase.split()))
    keys = [intern(phrase_key(word)) for word in parts]  # most words stand in many phrases
    return list(dict.fromkeys(spellings(keys))) if keys else []
