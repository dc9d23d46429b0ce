"""Words that mean something, found in a text: whole words through their clitics and plurals, the longest phrase first.

A phrase of letters is looked up word by word, each word by its `readings`; a phrase with Chinese characters is looked
up as a run of characters, since Chinese has no spaces. What a phrase means is the caller's: a place, a subject.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from newsroom.text import HAN, LONGEST_ACRONYM, acronym, fold, readings, words

Meaning = TypeVar("Meaning")


@dataclass(slots=True)
class Lexicon(Generic[Meaning]):
    """Phrases and their meanings; a phrase added twice has both meanings."""

    _phrases: dict[str, dict[tuple[str, ...], list[Meaning]]] = field(default_factory=dict)
    _characters: dict[str, list[Meaning]] = field(default_factory=dict)
    _longest: int = 0

    def add(self, phrase: str, meaning: Meaning) -> None:
        """Teach the phrase; adding the same meaning again changes nothing."""
        if HAN.search(phrase):
            meanings = self._characters.setdefault(fold(phrase), [])
            self._longest = max(self._longest, len(fold(phrase)))
        else:
            first, *rest = [_key(word) for word in words(phrase)]
            meanings = self._phrases.setdefault(first, {}).setdefault(tuple(rest), [])
        if meaning not in meanings:
            meanings.append(meaning)

    def find(self, text: str) -> Iterator[tuple[str, list[Meaning]]]:
        """Yield each phrase of the text, as it is written there, with its meanings; phrases do not overlap."""
        found = words(text)
        position = 0
        while position < len(found):
            if HAN.search(found[position]):
                yield from self._find_characters(found[position])
                position += 1
                continue
            length, meanings = self._longest_at(found, position)
            if meanings:
                yield " ".join(found[position : position + length]), meanings
            position += length

    def _longest_at(self, found: list[str], position: int) -> tuple[int, list[Meaning]]:
        best: tuple[int, list[Meaning]] = (1, [])
        for reading in readings(found[position]):
            for rest, meanings in self._phrases.get(reading, {}).items():
                follows = found[position + 1 : position + 1 + len(rest)]
                if (len(rest) >= best[0] or not best[1]) and _read_as(follows, rest):
                    best = (len(rest) + 1, meanings)
        return best

    def _find_characters(self, run: str) -> Iterator[tuple[str, list[Meaning]]]:
        run, position = fold(run), 0
        while position < len(run):
            for length in range(min(self._longest, len(run) - position), 0, -1):
                if meanings := self._characters.get(run[position : position + length]):
                    yield run[position : position + length], meanings
                    position += length
                    break
            else:
                position += 1


def _key(word: str) -> str:
    return acronym(word) if word.isascii() and word.isupper() and len(word) <= LONGEST_ACRONYM else fold(word)


def _read_as(found: list[str], phrase: tuple[str, ...]) -> bool:
    return len(found) == len(phrase) and all(part in readings(word) for word, part in zip(found, phrase, strict=True))
