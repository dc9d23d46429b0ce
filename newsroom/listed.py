"""Words that a moderator is pointed to: insults, incitement, advertising, each found though somebody hide it.

    data/listed_words.toml, or a newsroom's own ─▶ ListedWords ─ a text ─▶ what is listed in it, and how it is written

Single words are found in every disguise of `disguise.py`, phrases and Chinese by the lexicon, Chinese also where signs
stand between its characters. A list flags, for it is wrong about most of what it finds; it decides nothing. A word
goes to the data, a category to `Category`.
"""

import re
import tomllib
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache, lru_cache
from importlib.resources import files

from newsroom.disguise import Watchlist
from newsroom.lexicon import Lexicon
from newsroom.text import HAN, fold, words

KEPT = 4  # lists of a newsroom's own
MOST, SHORTEST, LONGEST = 200, 2, 40  # words that a newsroom blocks, and letters of one
GAPS = re.compile(rf"(?<={HAN.pattern})[\s*._·|/~-]+(?={HAN.pattern})")  # «傻 逼», «傻*逼»


class Category(StrEnum):
    """What a word is listed as."""

    INSULT = "insult"
    INCITEMENT = "incitement"
    ADVERTISING = "advertising"
    BLOCKED = "blocked"  # by the newsroom itself, whatever it means


@dataclass(frozen=True, slots=True)
class Listed:
    """A listed word in a text."""

    category: Category
    word: str
    written: str


class ListedWords:
    """Words by their categories, made to be found in texts."""

    def __init__(self, listed: Mapping[Category, Iterable[str]]) -> None:
        self._categories: dict[str, list[Category]] = {}
        self._phrases: Lexicon[str] = Lexicon()
        for category, said in listed.items():
            for word in said:
                self._categories.setdefault(word, []).append(category)
        single = [word for word in self._categories if _is_single(word)]
        self._single = Watchlist(single)
        for phrase in self._categories.keys() - single:
            self._phrases.add(phrase, phrase)

    @property
    def words(self) -> Collection[str]:
        """All that is listed."""
        return self._categories.keys()

    def find(self, text: str) -> Iterator[Listed]:
        """Yield what is listed in a text, the single words first, each word once as it is written first."""
        told = set()
        for word, written in self._find_words(text):
            if word not in told:
                told.add(word)
                yield from (Listed(category, word, written) for category in self._categories[word])

    def _find_words(self, text: str) -> Iterator[tuple[str, str]]:
        yield from self._single.find_disguised(text)
        for written, phrases in self._phrases.find(GAPS.sub("", text)):
            yield from ((phrase, written) for phrase in phrases)


def _is_single(word: str) -> bool:
    return len(words(word)) == 1 and not HAN.search(word)


def is_written_plainly(listed: Listed) -> bool:
    """Tell whether a listed word stands there as it is listed, so that nobody needs to be told which is meant."""
    return fold(listed.word) in fold(listed.written)


def is_word(said: str) -> bool:
    """Tell whether a newsroom can block a word or a phrase: by its letters, and as it is written."""
    letters = fold(said)
    return len(letters) >= SHORTEST and max(len(letters), len(said)) <= LONGEST and any(map(str.isalpha, said))


@lru_cache(KEPT)
def own_words(said: tuple[str, ...]) -> ListedWords:
    """Answer the words that a newsroom blocked; they are made to be found once, and again when they change."""
    return ListedWords({Category.BLOCKED: said})


@cache
def shipped_words() -> ListedWords:
    """Answer the words that come with the program."""
    data = files("newsroom").joinpath("data", "listed_words.toml").read_text(encoding="utf-8")
    by_language = tomllib.loads(data)
    return ListedWords(
        {
            Category(category): [word for said in languages.values() for word in said]
            for category, languages in by_language.items()
        }
    )
