"""The file in which topics are said and exported, and what may be wrong with it.

    ["s:economy"]                       a tag: s: subject, r: region, c: place, p: province
    name = { ar = "الاقتصاد" }          another name; a subject of one's own has all four
    ar = ["سندات", "صكوك"]              words that mean it, by language
    weak = { ar = ["دين"] }             words that hint at a subject
    without = { en = ["bank"] }         shipped words that mean it no longer
    categories = { ar = ["مال"] }       what sites file it under, and no other topic any more

A file is read as a whole or not at all: everything that is wrong with it is told at once, each thing with its line.
"""

import json
import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any

from newsroom.amendments import LONGEST_WORD, MOST_WORDS, PARTS, SHORTEST_WORD, Amendment, flat, is_word, same
from newsroom.errors import TopicFileError
from newsroom.taxonomy import LANGUAGES, Kind, Taxonomy, Topic

OWN_SUBJECT = re.compile(r"s:[a-z0-9](?:[a-z0-9-]{0,30}[a-z0-9])?")
LONGEST_NAME = 18  # characters of a subject or a region: two columns of buttons
LONGEST_PLACE = 40
KEYS = {"name", *LANGUAGES, *PARTS[1:]}


def read_topics(text: str, shipped: Taxonomy) -> dict[str, Amendment]:
    """Answer what a file says of each tag. Raises TopicFileError, which names every fault with its line and remedy."""
    try:
        rows = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise TopicFileError([f"this is not TOML: {error}"]) from None
    if not rows:
        raise TopicFileError(['it says nothing: begin with a tag, such as ["s:economy"]'])
    faults = [f"{_line(text, tag)}{fault}" for tag, row in rows.items() for fault in _faults(tag, row, shipped)]
    if faults:
        raise TopicFileError(faults)
    return {tag: _read(row) for tag, row in rows.items()}


def write_topics(said: Mapping[str, Amendment]) -> str:
    """Answer the file that says this, in the form that `read_topics` reads."""
    return "\n".join(_write(tag, amendment) for tag, amendment in sorted(said.items()) if amendment != Amendment())


def write_history(versions: Iterable[tuple[int, datetime, str, Amendment]], tag: str) -> str:
    """Answer what was said of a topic: of each version its number, when and by whom, and the file that says it."""
    told = []
    for number, at, actor, said in versions:
        told.append(f"version {number}\t{at:%Y-%m-%d %H:%M} UTC\t{actor or 'unknown'}\n")
        told.append((write_topics({tag: said}) or "as shipped\n") + "\n")
    return "".join(told)


def _read(row: Mapping[str, Any]) -> Amendment:
    words = {language: row.get(language, ()) for language in LANGUAGES}
    return Amendment.of({"names": row.get("name"), "words": words, **{part: row.get(part) for part in PARTS[1:]}})


def _write(tag: str, said: Amendment) -> str:
    lines = [f"[{_quoted(tag)}]"]
    lines += [f"name = {_table({key: _quoted(name) for key, name in said.names.items()})}"] if said.names else []
    lines += [f"{language} = {_listed(found)}" for language, found in said.words.items()]
    for part in PARTS[1:]:
        if found := getattr(said, part):
            lines.append(f"{part} = {_table({language: _listed(words) for language, words in found.items()})}")
    return "\n".join(lines) + "\n"


def _table(values: Mapping[str, str]) -> str:
    return f"{{ {', '.join(f'{key} = {value}' for key, value in values.items())} }}"


def _listed(words: tuple[str, ...]) -> str:
    return f"[{', '.join(map(_quoted, words))}]"


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def _line(text: str, tag: str) -> str:
    """Answer where a tag stands, to begin a fault with."""
    header = re.search(rf"^[ \t]*\[[ \t]*[\"']?{re.escape(tag)}[\"']?[ \t]*\]", text, re.MULTILINE)
    return f"line {text.count(chr(10), 0, header.start()) + 1}: {tag}: " if header else f"{tag}: "


def _faults(tag: str, row: Any, shipped: Taxonomy) -> Iterator[str]:
    topic = shipped.topics.get(tag)
    if not isinstance(row, dict):
        yield f'this stands under no tag: put it below one, such as ["{tag if ":" in tag else "s:economy"}"]'
        return
    if topic is None and not OWN_SUBJECT.fullmatch(tag):
        yield (
            "there is no such topic. Places, regions and provinces are those that are shipped (`qasid topics explain` "
            "prints tags); a subject of your own is s: and small Latin letters, digits and hyphens"
        )
        return
    if topic and topic.kind is Kind.ALL:
        yield "the topic of everything has no words: leave it out"
        return
    yield from (f"«{key}» is not known here: there are {', '.join(sorted(KEYS))}" for key in sorted(set(row) - KEYS))
    yield from _name_faults(tag, row.get("name", {}), topic)
    yield from _word_faults(row, topic or Topic(tag, {}))


def _name_faults(tag: str, names: Any, topic: Topic | None) -> Iterator[str]:
    if not isinstance(names, dict) or not all(isinstance(name, str) and name.strip() for name in names.values()):
        yield 'name is not names by language: write name = { ar = "…", en = "…" }'
        return
    yield from (f"name has no language «{key}»: there are {', '.join(LANGUAGES)}" for key in set(names) - {*LANGUAGES})
    if topic is None and (missing := [language for language in LANGUAGES if language not in names]):
        yield f"a subject of your own needs a name in each language; missing: {', '.join(missing)}"
    longest = LONGEST_NAME if tag[:2] in {"s:", "r:"} else LONGEST_PLACE
    for name in names.values():
        if len(name) > longest:
            yield f"the name «{name}» has {len(name)} characters: buttons have room for {longest}"


def _word_faults(row: Mapping[str, Any], topic: Topic) -> Iterator[str]:
    said = {"words": {language: row[language] for language in LANGUAGES if language in row}}
    said |= {part: row[part] for part in PARTS[1:] if part in row}
    wrong = [part for part, found in said.items() if not _are_words(found)]
    yield from (f'{part}: a list of words for each language is wanted, such as ar = ["سندات"]' for part in wrong)
    if wrong:
        return
    for word in (word for found in said.values() for words in found.values() for word in words):
        if not is_word(word):
            yield f"«{word}» is no word: {SHORTEST_WORD} to {LONGEST_WORD} characters, letters among them"
    if said.get("weak") and topic.kind is not Kind.SUBJECT:
        yield "only subjects have weak words: a place is named or not"
    known = flat(topic.words) | flat(topic.weak)
    for word in (word for words in said.get("without", {}).values() for word in words):
        if same(word) not in known:
            yield f"without: «{word}» is no shipped word of it: take it out of the list"
    if sum(len(words) for found in said.values() for words in found.values()) > MOST_WORDS:
        yield f"there are more than {MOST_WORDS} words: leave some out"


def _are_words(found: Any) -> bool:
    return isinstance(found, dict) and all(
        language in LANGUAGES and isinstance(words, list) and all(isinstance(word, str) for word in words)
        for language, words in found.items()
    )
