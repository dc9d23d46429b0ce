"""Keywords: words and phrases that readers follow or mute, each found in an article at once among all there are.

    «الذكاء الاصطناعي» ─ read_keyword ─▶ its folded words ─ KeywordIndex ─▶ the ids of all that an article has

Nothing in a keyword is interpreted. One of letters is found word by word, each through its clitics and endings
(`readings`): «ذكاء» is found in «الذكاء» and «بالذكاء», while «الذكاء», with its article, is not found in «ذكاء». One
with a Chinese character is found as a run of characters, since Chinese has no spaces. However many there are, a text
is gone through once. What is too short, too long or says nothing is refused here; the words that say nothing are data
(`data/function_words.toml`).
"""

import re
import sys
import tomllib
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from hashlib import blake2s
from importlib.resources import files
from itertools import pairwise
from operator import add
from typing import TypeAlias

from newsroom.articles import ParsedArticle
from newsroom.errors import Refusal
from newsroom.text import FORMATS, HAN, WORD, fold, readings, tokens, words
from newsroom.translit import spellings, unify

MOST_KEYWORDS = 20  # of one reader, followed and muted
SHORTEST, LONGEST, MOST_WORDS = 2, 40, 5  # letters, letters, words
LONGEST_SAID = 80  # characters, marks included
LONGEST_ECHO = 60  # characters of what is refused
PREFIX = "k:"  # begins the tag of a keyword, before its id
# What may stand between two words of a keyword as it is shown; all else becomes a space.
JOINERS = {"-", "–", "'", "’", "·", ".", "&", "/"}
HAN_RUN = re.compile(f"{HAN.pattern}+")
# A clause ends where something stands that is neither said nor joins what is said.
CLAUSE_END = re.compile(r"[^\w\s·•・‧'’.&/–-]+|\n")
BESIDE_HAN = re.compile(rf"(?<={HAN.pattern})[\W_]+|[\W_]+(?={HAN.pattern})")
BETWEEN = re.compile(r"[\W_]+")
END = ""  # no word: what stands under it in a branch ends there


def tag_of(number: int) -> str:
    """Answer the tag by which a keyword is followed, muted, and known of an article."""
    return f"{PREFIX}{number}"


def is_keyword(tag: str) -> bool:
    """Tell whether a tag is that of a keyword."""
    return tag.startswith(PREFIX)


@dataclass(frozen=True, slots=True)
class Keyword:
    """A keyword: as it is looked for, the same for all who spell it otherwise, and as it is shown."""

    phrase: str
    said: str

    @property
    def fingerprint(self) -> str:
        """Answer what stands for it where it has no room: eight characters, which tell nobody what it is."""
        return blake2s(self.phrase.encode(), digest_size=4).hexdigest()


def read_keyword(said: str) -> Keyword:
    """Answer the keyword that a person means. Raises Refusal where it is none, with the reason."""
    keyword = Keyword(fold_phrase(said), spell(said))
    found = keyword.phrase.split()
    letters = sum(map(len, found))
    told = said[:LONGEST_ECHO]
    if found and all(word in function_words() for word in found):
        raise Refusal("keyword.little", name=told)
    if found and all(map(str.isdigit, found)):
        raise Refusal("keyword.number", name=told)
    if letters < SHORTEST:
        raise Refusal("keyword.short", name=told)
    if letters > LONGEST or len(found) > MOST_WORDS or len(keyword.said) > LONGEST_SAID:
        raise Refusal("keyword.long", name=told)
    return keyword


def fold_phrase(said: str) -> str:
    """Answer the folded words of a phrase, joined by spaces, but for those that Chinese characters need not.

    A Chinese name in Arabic letters is in its canonical spelling, so that all its spellings are one keyword.
    """
    return BETWEEN.sub(" ", BESIDE_HAN.sub("", " ".join(unify(tokens(said))))).strip()


def spell(said: str) -> str:
    """Answer the words of a phrase as they are written, joined as they were where a hyphen or the like joined them."""
    text = unicodedata.normalize("NFKC", said)
    found = list(WORD.finditer(text))
    gaps = [text[one.end() : other.start()] for one, other in pairwise(found)]
    joints = [gap if gap in JOINERS else " " for gap in gaps]
    return "".join(match[0].strip(FORMATS) + joint for match, joint in zip(found, [*joints, ""], strict=False))


@cache
def function_words() -> frozenset[str]:
    """Answer the folded words that say nothing by themselves, of all languages."""
    data = files("newsroom").joinpath("data", "function_words.toml").read_text(encoding="utf-8")
    return frozenset(fold(word) for listed in tomllib.loads(data).values() for word in listed)


def texts_of(item: ParsedArticle) -> tuple[str, ...]:
    """Answer the texts of an article in which keywords are looked for, none twice."""
    is_told_again = item.body.startswith(item.lead.rstrip("…"))
    return (item.title, item.body) if is_told_again else (item.title, item.lead, item.body)


Branch: TypeAlias = "dict[str, Branch | int]"  # what follows a word: other words, or the id of what ends there


class KeywordIndex:
    """All keywords there are, by their ids, made to find those of a text; one more or less costs microseconds.

    One thread may change it while others look: they find what was in it all the time.
    """

    __slots__ = ("_lengths", "_phrases", "_runs", "_tree", "newest")

    def __init__(self) -> None:
        self.newest = 0  # the highest id that was ever in it
        self._phrases: dict[int, str] = {}
        self._tree: Branch = {}  # those of letters, word by word
        self._runs: dict[str, int] = {}  # those with Chinese characters
        # By their first two characters, how long the runs are; a length that none has any more costs one look.
        self._lengths: dict[str, tuple[int, ...]] = {}

    def __len__(self) -> int:
        return len(self._phrases)

    def add(self, number: int, phrase: str) -> None:
        """Know a keyword by its folded phrase. Where another id had this phrase, the newer one has it from now on."""
        if number in self._phrases:
            return
        self._phrases[number] = phrase
        self.newest = max(self.newest, number)
        if not HAN.search(phrase):
            for spelled in spellings(phrase.split()):
                _plant(self._tree, spelled, number)
            return
        self._runs[phrase] = number
        start, length = phrase[:SHORTEST], len(phrase)
        if length not in (known := self._lengths.get(start, ())):
            self._lengths[start] = (*known, length)

    def discard(self, number: int) -> None:
        """Forget a keyword, if it is known."""
        phrase = self._phrases.pop(number, "")
        if self._runs.get(phrase) == number:
            del self._runs[phrase]
        else:
            for spelled in spellings(phrase.split()) if phrase else ():
                _uproot(self._tree, spelled, number)

    def find(self, texts: Iterable[str]) -> set[int]:
        """Answer the ids of all that occur in any of the texts, also where they overlap."""
        found: set[int] = set()
        for text in texts if self._phrases else ():
            letters = text
            if HAN.search(text):
                self._find_runs(text, found)
                letters = HAN_RUN.sub(" ", text)  # «采用DeepSeek模型» has the word DeepSeek
            self._find_words([readings(word) for word in words(letters)], found)
        return found

    def _find_words(self, said: Sequence[tuple[str, ...]], found: set[int]) -> None:
        """Find what begins with any word. The large tree is asked once for each: its memory is far away."""
        every = set().union(*said)
        begun = {word: branch for word, branch in zip(every, map(self._tree.get, every), strict=True) if branch}
        found.update(filter(None, map(_ended, begun.values())))
        going = {word: branch for word, branch in begun.items() if isinstance(branch, dict)}
        for place, (first, second) in enumerate(pairwise(said), 1):
            for branch in filter(None, map(going.get, first)):
                if not branch.keys().isdisjoint(second):
                    _walk(branch, said, place, found)

    def _find_runs(self, text: str, found: set[int]) -> None:
        for run in _join_runs(text):
            has_words = not HAN_RUN.fullmatch(run)
            for start, lengths in enumerate(map(self._lengths.get, map(add, run, run[1:]))):
                for length in lengths or ():
                    number = self._runs.get(run[start : start + length])
                    if number and not (has_words and (_is_cut(run, start) or _is_cut(run, start + length))):
                        found.add(number)


def _plant(tree: Branch, path: Sequence[str], number: int) -> None:
    *before, last = map(sys.intern, path)
    for word in before:
        branch = tree.get(word)
        if not isinstance(branch, dict):
            branch = tree[word] = {} if branch is None else {END: branch}
        tree = branch
    branch = tree.get(last)
    if isinstance(branch, dict):
        branch[END] = number
    else:
        tree[last] = number


def _uproot(tree: Branch, path: Sequence[str], number: int) -> None:
    """Take a keyword out of the tree, with the branches that end in nothing then."""
    branch = tree.get(path[0])
    if isinstance(branch, dict):
        _uproot(branch, path[1:] or [END], number)
        if not branch:
            del tree[path[0]]
    elif branch == number and len(path) == 1:
        del tree[path[0]]


def _ended(branch: "Branch | int") -> int:
    """Answer the id of what ends here, 0 where nothing does."""
    ended = branch.get(END) if isinstance(branch, dict) else branch
    return ended if isinstance(ended, int) else 0


def _walk(tree: Branch, said: Sequence[tuple[str, ...]], place: int, found: set[int]) -> None:
    """Find what goes on at a place of a text as this branch does."""
    for reading in said[place]:
        if not (branch := tree.get(reading)):
            continue
        if ended := _ended(branch):
            found.add(ended)
        if isinstance(branch, dict) and place + 1 < len(said):
            _walk(branch, said, place + 1, found)


def _join_runs(text: str) -> Iterator[str]:
    """Yield the folded clauses that have Chinese characters, without the spaces that these need not."""
    for clause in CLAUSE_END.split(fold(text)):
        if HAN.search(clause):
            yield clause if clause.isalnum() else BETWEEN.sub(" ", BESIDE_HAN.sub("", clause)).strip()


def _is_cut(run: str, place: int) -> bool:
    """Tell whether a place lies inside a word of letters: «AI芯片» is not what «OpenAI芯片» says."""
    return 0 < place < len(run) and _is_letter(run[place - 1]) and _is_letter(run[place])


def _is_letter(character: str) -> bool:
    return character.isalnum() and not HAN.match(character)
