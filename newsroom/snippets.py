"""Snippets: the piece of an article that shows best what was looked for, and where the words stand in it.

A snippet is plain text with places; what is made of it (bold, a description) is the matter of whoever shows it.
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import takewhile

from newsroom.cutting import SENTENCE
from newsroom.search import CJK, Query, Term, Token, read_tokens

# What is never cut: what stands between spaces, and a Chinese character with what belongs to it.
PIECE = re.compile(f"[{CJK}][\u0300-\u036f\ufe00-\ufe0f]*|[^\\s{CJK}]+")
CUT = "…"
MOST_TRIED = 200  # places from which the best window is chosen
RUN_UP = 4  # at most this part of the window stands before the first word, or half of it where a sentence begins there


@dataclass(frozen=True, slots=True)
class Snippet:
    """A piece of a text, with the places of the words in it, in order and apart."""

    text: str
    marks: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Found:
    """A term found in a text: which one, from where to where."""

    term: int
    start: int
    end: int


def snippet(text: str, query: Query, width: int) -> Snippet:
    """Answer the window of at most `width` characters, and the marks of its cuts, that has most of the terms.

    Of equal ones it is the first. No word is cut, unless it alone is wider than the window.
    """
    text = " ".join(text.split())
    found = [*find_terms(text, query.terms)]
    if len(text) <= width:
        return Snippet(text, _join((one.start, one.end) for one in found))
    start = max(_starts(text, found, width), key=lambda start: _worth(found, start, start + width))
    end = _last_end(text, start, width)
    inside = _join((one.start, one.end) for one in found if start <= one.start and one.end <= end)
    before, after = CUT if start else "", CUT if end < len(text) else ""
    shift = len(before) - start
    return Snippet(before + text[start:end] + after, tuple((a + shift, b + shift) for a, b in inside))


def find_terms(text: str, terms: Sequence[Term]) -> Iterator[Found]:
    """Yield where terms stand in a text, in order."""
    tokens = [*read_tokens(text)]
    for at, token in enumerate(tokens):
        for number, term in enumerate(terms):
            if _begins(term, token) and (end := _end_of(term, tokens[at : at + len(term.tokens)])):
                yield Found(number, token.start, end)


def _begins(term: Term, token: Token) -> bool:
    first = term.tokens[0]
    return token.text == first or (term.is_begun and len(term.tokens) == 1 and token.text.startswith(first))


def _end_of(term: Term, tokens: Sequence[Token]) -> int:
    """Answer where a term ends that stands at these tokens; 0 where it does not."""
    *firsts, last = term.tokens
    if len(tokens) < len(term.tokens) or [token.text for token in tokens[:-1]] != firsts:
        return 0
    if term.is_begun:
        return tokens[-1].start + 1 if tokens[-1].text.startswith(last) else 0
    return tokens[-1].end if tokens[-1].text == last else 0


def _starts(text: str, found: Sequence[Found], width: int) -> Iterator[int]:
    """Yield where a window may start: at the beginning, and for each word that was found a little before it."""
    yield 0
    pieces = [piece.start() for piece in PIECE.finditer(text)]
    sentences = [piece for end in SENTENCE.finditer(text) for piece in _from(pieces, end.end())]
    for one in found[:MOST_TRIED]:
        nearest = bisect_right(sentences, one.start) - 1
        if nearest >= 0 and sentences[nearest] >= one.start - width // 2:
            yield sentences[nearest]
        else:  # not later than the piece that the word stands in
            yield min([*_from(pieces, one.start - width // RUN_UP), pieces[bisect_right(pieces, one.start) - 1]])


def _from(pieces: Sequence[int], place: int) -> Sequence[int]:
    """Answer the first piece that starts there or later."""
    at = bisect_left(pieces, place)
    return pieces[at : at + 1]


def _worth(found: Sequence[Found], start: int, end: int) -> tuple[int, int]:
    """Answer how many terms a window has, and how often."""
    first = bisect_left(found, start, key=lambda one: one.start)
    inside = [one.term for one in found[first : first + MOST_TRIED] if one.end <= end]
    return len(set(inside)), len(inside)


def _last_end(text: str, start: int, width: int) -> int:
    """Answer where the last piece ends that the window holds whole."""
    if len(text) <= start + width:
        return len(text)
    whole = takewhile(lambda piece: piece.end() <= start + width, PIECE.finditer(text, start))
    return max((piece.end() for piece in whole), default=start + width)


def _join(places: Iterator[tuple[int, int]]) -> tuple[tuple[int, int], ...]:
    """Answer places in order, those that touch or overlap as one."""
    joined: list[tuple[int, int]] = []
    for start, end in sorted(places):
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return tuple(joined)
