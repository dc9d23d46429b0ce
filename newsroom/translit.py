"""Chinese names as Arabic writes them: one canonical spelling for all that newspapers use.

    شي جينبينغ · شي جين بينج  ─▶  شي جين بينغ        بيجين  ─▶  بكين        جوانجدونج  ─▶  غوانغدونغ

The names are data, `data/transliterations.toml`; a new one is a line of it. A name is written in as many words as it
has or in fewer, and its غ as ج, ق or ك, without being told. `unify` brings tokens to the canonical spelling, for those
who store them; `spellings` answers all spellings of a phrase, for those who look texts over as they are.
"""

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from importlib.resources import files
from itertools import islice, product

from newsroom.text import PREFIXES, clitics, tokens

Tokens = tuple[str, ...]
SOUNDS = {"غ": "غجقك"}  # گ is folded to ك
SHORT = 2  # letters of «شي» or «لي», from which nothing is taken off elsewhere
MOST_SPELLINGS = 512  # of a phrase; what stands in the data has far fewer


def unify(found: Sequence[str]) -> list[str]:
    """Answer folded tokens with every name in its canonical spelling; the clitics before a name stay with it."""
    unified: list[str] = []
    done = 0
    for start, end, name in find_names(found):
        unified += found[done:start]
        unified += name
        done = end
    unified += found[done:]
    return unified


def find_names(found: Sequence[str]) -> Iterator[tuple[int, int, Tokens]]:
    """Yield where names stand in folded tokens, from and to, and their canonical spelling with the clitics before."""
    done = 0
    beginnings = _beginnings()
    for start in [place for place, token in enumerate(found) if token in beginnings]:
        prefix, begun = _begun(found[start]) if start >= done else ("", ())
        for rest, canonical in begun:
            end = start + 1 + len(rest)
            if tuple(found[start + 1 : end]) == rest:
                yield start, end, (prefix + canonical[0], *canonical[1:])
                done = end
                break


def spellings(phrase: Sequence[str]) -> Iterator[Tokens]:
    """Yield every way in which a phrase of folded tokens may be written, itself first; mostly there is no other."""
    yield tuple(phrase)
    canonical = unify(phrase)
    parts: list[Sequence[Tokens]] = []
    position = 0
    while position < len(canonical):
        name = next((name for name in _names(canonical[position]) if _stands(name, canonical, position)), None)
        parts.append(_spellings()[name] if name else [(canonical[position],)])
        position += len(name) if name else 1
    if any(len(part) > 1 for part in parts):
        for chosen in islice(product(*parts), MOST_SPELLINGS):
            yield tuple(token for part in chosen for token in part)


def begin_name(token: str) -> str:
    """Answer the short word, without clitics, by which a name may begin here: «لشي» may begin «شي جين بينغ».

    Where nothing is short enough for that it answers nothing: a longer word is told by its readings.
    """
    short = token[-SHORT:]
    return short if token[:-SHORT] in PREFIXES and short in _variants() else ""


def _stands(name: Tokens, found: Sequence[str], position: int) -> bool:
    return tuple(found[position : position + len(name)]) == name


def _begun(token: str) -> tuple[str, Sequence[tuple[Tokens, Tokens]]]:
    """Answer the spellings that a token may begin, what follows it in each, and the clitics before it."""
    for prefix in ("", *(clitics(token) if token else ())):
        if begun := _variants().get(token[len(prefix) :]):
            return prefix, begun
    return "", ()


@cache
def _beginnings() -> frozenset[str]:
    """Answer all words with which a name may begin, with what is joined to them: most words are none."""
    return frozenset(prefix + first for prefix in ("", *PREFIXES) for first in _variants())


@cache
def _variants() -> Mapping[str, Sequence[tuple[Tokens, Tokens]]]:
    """Answer what may follow each first token of a spelling, and the canonical name; the longest first."""
    found: dict[str, dict[Tokens, Tokens]] = {}
    for canonical, several in _spellings().items():
        for first, *rest in several:
            found.setdefault(first, {}).setdefault(tuple(rest), canonical)
    return {first: sorted(rests.items(), key=lambda pair: -len(pair[0])) for first, rests in found.items()}


def _names(first: str) -> Iterator[Tokens]:
    """Yield the canonical names that begin with a token, the longest first."""
    return (canonical for rest, canonical in _variants().get(first, ()) if canonical == (first, *rest))


@cache
def _spellings() -> Mapping[Tokens, list[Tokens]]:
    """Read the data: each canonical name with all its spellings, itself first."""
    data = tomllib.loads(files("newsroom").joinpath("data", "transliterations.toml").read_text(encoding="utf-8"))
    rows = {name: listed for section in data.values() for name, listed in section.items()}
    return {tuple(tokens(name)): _write_all([name, *listed]) for name, listed in rows.items()}


def _write_all(listed: Sequence[str]) -> list[Tokens]:
    written = (tuple(tokens(one)) for one in listed)
    return list(dict.fromkeys(spelled for one in written for spelled in _write(one)))


def _write(name: Tokens) -> Iterator[Tokens]:
    """Yield a name with each of its sounds in each letter, in as many words as it has and in fewer."""
    for letters in product(*(SOUNDS.get(letter, letter) for letter in " ".join(name))):
        parts = "".join(letters).split(" ")
        for gaps in product(" \0", repeat=len(parts) - 1):
            joined = "".join(part + gap for part, gap in zip(parts, (*gaps, ""), strict=True))
            yield tuple(joined.replace("\0", "").split(" "))
