"""Searching: what a text is found by, and what a person looks for.

    a text   ─▶ read_tokens ─▶ folded, stemmed, Chinese in pairs ─▶ an entry of the index
    a query  ─▶ parse_query ─▶ words, phrases, exclusions (the same tokens), topics, days

One analyser for articles and queries, whatever their language and whatever the engine that keeps the index: neither
SQLite nor PostgreSQL sees a word that was not read here. Where a changed rule makes other tokens, RULES is another
number: `analyser` names what an index was made by, and another name makes it anew. How hits look is in `snippets.py`.
"""

import hashlib
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache, lru_cache
from importlib.metadata import version
from itertools import chain, pairwise
from typing import NamedTuple

from newsroom.stems import REMEMBERED, data, passed_over, stem
from newsroom.text import WORD, fold
from newsroom.translit import find_names, unify

RULES = "2"
ARABIC_RUN = re.compile("[\u0621-\u06ff]+(?: [\u0621-\u06ff]+)*")
CJK = "\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"  # kana too: they stand among Chinese characters
RUN = re.compile(f"[{CJK}]+|[^{CJK}]+")
IS_CJK = re.compile(f"[{CJK}]")
PART = re.compile("[\u0620-\u064a]+|[^\\W_\u0620-\u064a]+")  # «2026م» is a number and a letter
FIRST_CJK = "\u3040"
APOSTROPHE = re.compile("['’]")
ELIDED = re.compile(r"(?<=['’])[A-Za-z](?!\w)|(?<!\w)[A-Za-z](?=['’])")  # what is left of a word: l'économie, China's
KEPT, LONGEST_KEPT = 64, 20_000  # texts whose tokens are remembered, and characters of the longest
LONGEST_PART = 64  # characters of a word that are looked at
# PostgreSQL knows no position beyond 16,383 and 255 of a word; what is beyond is passed over on both engines alike.
MOST_TOKENS, MOST_ALIKE = 8_000, 250  # of a title, and of a text
PASSED = "…"  # stands for a word that is passed over: no word is read as this

LONGEST_QUERY = 256  # characters, as Telegram lets inline queries be
MOST_TERMS = 12
UNSEEN = re.compile("[\u061c\u200b\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]")
QUOTED = "|".join(
    f"{opening}([^{closing}]+)[{closing}]"
    for opening, closing in (
        ('"', '"'), ("[“„‟]", '“”"'), ("«", "»"), ("‹", "›"), ("「", "」"), ("『", "』"), ("《", "》"), ("〈", "〉"),
    )
)  # fmt: skip
APART = '\\s"“”„‟«»‹›「」『』《》〈〉،؛;。、，！？!?؟'
SAID = re.compile(
    rf"(?P<minus>(?<!\S)[-−－](?=\S))?"
    rf"(?:{QUOTED}"
    rf"|[#＃](?P<topic>(?:[^{APART},#＃])+)"
    rf"|(?P<operator>[^\W\d_]+)\s?[:：]\s?(?P<day>\d[\d/.-]*)"
    rf"|(?P<word>(?:[^{APART},]|,(?=\d))+))"
)
DAY_PARTS = re.compile("[-/.]")
YEARS = range(1000, 3000)  # four digits


class Token(NamedTuple):
    """A word as it is looked for, and where it stands in its text."""

    text: str
    start: int
    end: int


def index_tokens(text: str) -> list[str]:
    """Answer the tokens of a text in order: what it is found by, and what a query of these words looks for."""
    return [*(_kept_tokens if len(text) <= LONGEST_KEPT else _index_tokens)(text)]


def _index_tokens(text: str) -> tuple[str, ...]:
    return tuple(map(stem, _fold_words(text)))


_kept_tokens = lru_cache(maxsize=KEPT)(_index_tokens)  # what is new is sketched and indexed, and both ask for them


def _fold_words(text: str) -> list[str]:
    """Answer the folded words of a text, Chinese in pairs, the spellings of a Chinese name in Arabic as one."""
    words = WORD.findall(_without_elisions(text))
    if not IS_CJK.search(text):
        return unify([*chain.from_iterable(map(_fold_word, words))])
    return unify([token for word in words for token in (_fold_word(word) if word[0] < FIRST_CJK else _fold_long(word))])


def _without_elisions(text: str) -> str:
    """Answer the text with a space for each letter that an apostrophe left of a word; most texts have none."""
    return ELIDED.sub(" ", text) if APOSTROPHE.search(text) else text


def read_tokens(text: str) -> Iterator[Token]:
    """Yield the tokens of a text with their places.

    Those of Chinese overlap, two characters each; those of a Chinese name in Arabic stand where the whole name stands.
    """
    written = (_read_runs(word[0], word.start()) for word in WORD.finditer(_without_elisions(text)))
    found = [*chain.from_iterable(written)]
    done = 0
    for start, end, name in find_names([token.text for token in found]):
        yield from map(_stemmed, found[done:start])
        yield from (Token(stem(part), found[start].start, found[end - 1].end) for part in name)
        done = end
    yield from map(_stemmed, found[done:])


def _stemmed(token: Token) -> Token:
    return token._replace(text=stem(token.text))


def _fold_long(word: str) -> tuple[str, ...]:
    return tuple(token.text for token in _read_runs(word, 0))


_fold_word = lru_cache(maxsize=REMEMBERED)(_fold_long)  # a run of Chinese hardly comes again and is not remembered


def _read_runs(word: str, start: int) -> Iterator[Token]:
    """Yield the folded parts of a word, which begins there: numbers, letters of a script, pairs of characters."""
    for run in RUN.finditer(word):
        first, end = start + run.start(), start + run.end()
        if IS_CJK.match(run[0]):
            yield from _read_characters(run[0], first)
        else:
            yield from (Token(part[:LONGEST_PART], first, end) for part in PART.findall(fold(run[0])))


def _read_characters(run: str, start: int) -> Iterator[Token]:
    letters = [_fold_character(character) for character in run]
    if len(letters) == 1:
        yield Token(letters[0], start, start + 1)
    for at, (first, second) in enumerate(pairwise(letters), start):
        yield Token(first + second, at, at + 2)


@lru_cache(maxsize=REMEMBERED)
def _fold_character(character: str) -> str:
    return fold(character) or character


@cache
def analyser() -> str:
    """Answer the name of this analyser: whatever may change a token changes it."""
    others = (unicodedata.unidata_version, version("snowballstemmer"), data())
    return f"{RULES}-{hashlib.blake2b(chr(10).join(others).encode(), digest_size=8).hexdigest()}"


@dataclass(frozen=True, slots=True)
class Entry:
    """What an article is found by; PASSED stands where a token is passed over."""

    title: list[str]
    text: list[str]


def make_entry(title: str, lead: str, body: str) -> Entry:
    """Answer the entry of an article."""
    in_title, in_text = (index_tokens(part)[:MOST_TOKENS] for part in (title, whole_text(lead, body)))
    if max(Counter([*in_title, *in_text]).values(), default=0) <= MOST_ALIKE:
        return Entry(in_title, in_text)
    alike: Counter[str] = Counter()
    return Entry([*_tame(in_title, alike)], [*_tame(in_text, alike)])


def whole_text(lead: str, body: str) -> str:
    """Answer what an article says below its title; most bodies begin with the lead."""
    return body if body.startswith(lead.rstrip("…")) else f"{lead}\n\n{body}"


def _tame(tokens: Iterable[str], alike: Counter[str]) -> Iterator[str]:
    for token in tokens:
        alike[token] += 1
        yield token if alike[token] <= MOST_ALIKE else PASSED


@dataclass(frozen=True, slots=True)
class Term:
    """Tokens that stand one after another; of the last one, where `is_begun`, it is the beginning that is known."""

    tokens: tuple[str, ...]
    is_begun: bool = False


@dataclass(frozen=True, slots=True)
class Query:
    """What is looked for: every term, none of the excluded, within topics and days; `before` is the first day after."""

    terms: tuple[Term, ...] = ()
    excluded: tuple[Term, ...] = ()
    topics: tuple[str, ...] = ()  # names, as they were written
    after: date | None = None
    before: date | None = None
    unread: tuple[str, ...] = ()  # days that the calendar does not have

    @property
    def is_empty(self) -> bool:
        """Tell whether there is nothing to look for."""
        return not (self.terms or self.topics or self.after or self.before)


@dataclass(slots=True)
class _Heard:
    """What has been heard of a query so far; `bounds` are its days by `after` and `before`."""

    terms: list[Term] = field(default_factory=list)
    little: list[Term] = field(default_factory=list)  # that say nothing, unless nothing else is said
    excluded: list[Term] = field(default_factory=list)
    topics: list[str] = field(default_factory=list)
    bounds: dict[str, date] = field(default_factory=dict)
    unread: list[str] = field(default_factory=list)

    def hear(self, said: re.Match[str], operators: Mapping[str, str]) -> None:
        """Take in a piece of the query."""
        bound = operators.get(fold(said["operator"] or ""))
        if bound and not said["minus"]:
            self._hear_day(bound, said["day"])
        elif said["topic"] and not said["minus"]:
            self.topics.append(said["topic"].replace("_", " "))
        elif term := make_term(said[0]):
            self._hear_term(term, is_word=bool(said["word"]), is_excluded=bool(said["minus"]))

    def _hear_day(self, bound: str, written: str) -> None:
        if day := read_day(written):
            self.bounds[bound] = day
        else:
            self.unread.append(written)

    def _hear_term(self, term: Term, *, is_word: bool, is_excluded: bool) -> None:
        is_little = is_word and len(term.tokens) == 1 and term.tokens[0] in passed_over()
        (self.excluded if is_excluded else self.little if is_little else self.terms).append(term)


def parse_query(text: str, operators: Mapping[str, str]) -> Query:
    """Read what a person looks for; whatever was written, something is answered.

    `operators` are the folded words before a day, each with `after` or `before`: "after:2026-11".
    """
    heard = _Heard()
    for said in SAID.finditer(ARABIC_RUN.sub(_unify_names, clean_query(text))):
        heard.hear(said, operators)
    return Query(
        tuple(dict.fromkeys(heard.terms or heard.little))[:MOST_TERMS],
        tuple(dict.fromkeys(heard.excluded))[:MOST_TERMS],
        tuple(dict.fromkeys(heard.topics))[:MOST_TERMS],
        heard.bounds.get("after"),
        heard.bounds.get("before"),
        tuple(heard.unread),
    )


def _unify_names(run: re.Match[str]) -> str:
    """Answer Arabic words with the names among them as the index has them, however many words they were written in."""
    found = fold(run[0]).split()
    unified = unify(found)
    return run[0] if unified == found else " ".join(unified)


def clean_query(text: str) -> str:
    """Answer a query as it is kept and said back: on one line, without what nobody sees, no longer than it may be."""
    return " ".join(UNSEEN.sub("", unicodedata.normalize("NFC", text)).split())[:LONGEST_QUERY]


def make_term(written: str) -> Term | None:
    """Answer what a word or a phrase is found by; None where it holds no word.

    A Chinese character that stands alone, or ends a phrase, begins words; one before other tokens ends a word that
    nobody knows, and is left out.
    """
    tokens = index_tokens(written)
    if len(tokens) > 1 and _is_character(tokens[0]):
        tokens = tokens[1:]
    return Term(tuple(tokens), _is_character(tokens[-1])) if tokens else None


def _is_character(token: str) -> bool:
    return len(token) == 1 and IS_CJK.match(token) is not None


def read_day(written: str) -> date | None:
    """Read a day, or the first one of a month or a year: 2026-11-24, 2026/11, 24.11.2026, in any script's digits."""
    parts = [int(part) for part in DAY_PARTS.split(fold(written).strip("-/.")) if part.isdecimal()]
    if len(parts) == len(("day", "month", "year")) and parts[0] < parts[2]:
        parts.reverse()
    try:
        return date(*[*parts, 1, 1][:3]) if parts and parts[0] in YEARS else None
    except (ValueError, OverflowError):
        return None
