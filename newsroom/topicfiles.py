"""The file in which topics are said and exported, and what may be wrong with it.

    ["s:economy"]                       a tag: s: subject, r: region, c: place, p: province
    name = { ar = "الاقتصاد" }          another name; a subject of one's own has all four
    ar = ["سندات", "صكوك"]              words that mean it, by language
    weak = { ar = ["دين"] }             words that hint at a subject
    without = { en = ["bank"] }         shipped words that mean it no longer
    categories = { ar = ["مال"] }       what sites file it under, and no other topic any more

A file is read as a whole or not at all: everything that is wrong with it is told at once, each thing with its line.
Another thing that may be wrong is a line of `newsroom/reasons.py` and its texts `fault.topicfile.…`.
"""

import json
import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any

from newsroom.amendments import LONGEST_WORD, MOST_WORDS, PARTS, SHORTEST_WORD, Amendment, flat, is_word, same
from newsroom.cutting import shorten
from newsroom.errors import TopicFileError
from newsroom.reasons import Reason
from newsroom.taxonomy import LANGUAGES, Kind, Taxonomy, Topic

OWN_SUBJECT = re.compile(r"s:[a-z0-9](?:[a-z0-9-]{0,30}[a-z0-9])?")
LONGEST_NAME = 18  # characters of a subject or a region: two columns of buttons
LONGEST_PLACE = 40
LONGEST_QUOTED = 80  # characters
PLACE = re.compile(r"\(at line (\d+), column (\d+)\)$")  # how `tomllib` ends what it tells, but at the end of a file
TWICE = re.compile(r"overwrite|twice|[Dd]uplicate")
KEYS = {"name", *LANGUAGES, *PARTS[1:]}


def read_topics(file: bytes, shipped: Taxonomy) -> dict[str, Amendment]:
    """Answer what a file says of each tag. Raises TopicFileError, which names every fault with its line and remedy."""
    text = _decode(file)
    rows = _parse(text)
    if not rows:
        raise TopicFileError([Reason("topicfile.nothing")])
    faults = [_place(text, tag, fault) for tag, row in rows.items() for fault in _faults(tag, row, shipped)]
    if faults:
        raise TopicFileError(faults)
    return {tag: _read(row) for tag, row in rows.items()}


def _decode(file: bytes) -> str:
    try:
        return file.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = file.count(b"\n", 0, error.start) + 1
        raise TopicFileError([Reason("topicfile.encoding", line=line)]) from None


def _parse(text: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise TopicFileError([_name_fault(str(error))]) from None


def _name_fault(told: str) -> Reason:
    """Answer what the parser found, which tells it in English, the place at the end."""
    place = PLACE.search(told)
    if place is None:
        return Reason("topicfile.ends")
    line, column = map(int, place.groups())
    if TWICE.search(told):
        return Reason("topicfile.twice", line=line)
    return Reason("topicfile.toml", line=line, column=column)


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


def _place(text: str, tag: str, fault: Reason) -> Reason:
    """Answer a fault with its tag, and with the line on which that stands."""
    header = re.search(rf"^[ \t]*\[[ \t]*[\"']?{re.escape(tag)}[\"']?[ \t]*\]", text, re.MULTILINE)
    if header is None:
        return Reason("topicfile.of", tag=_cut(tag), fault=fault)
    return Reason("topicfile.at", line=len(text[: header.start()].split("\n")), tag=_cut(tag), fault=fault)


def _faults(tag: str, row: Any, shipped: Taxonomy) -> Iterator[Reason]:
    topic = shipped.topics.get(tag)
    if not isinstance(row, dict):
        yield Reason("topicfile.untagged", such=_cut(tag) if ":" in tag else "s:economy")
    elif topic is None and not OWN_SUBJECT.fullmatch(tag):
        yield Reason("topicfile.unknown")
    elif topic and topic.kind is Kind.ALL:
        yield Reason("topicfile.all")
    else:
        known = ", ".join(sorted(KEYS))
        yield from (Reason("topicfile.key", what=_cut(key), known=known) for key in sorted(row.keys() - KEYS))
        yield from _name_faults(tag, row.get("name", {}), topic)
        yield from _word_faults(row, topic or Topic(tag, {}))


def _name_faults(tag: str, names: Any, topic: Topic | None) -> Iterator[Reason]:
    if not isinstance(names, dict) or not all(isinstance(name, str) and name.strip() for name in names.values()):
        yield Reason("topicfile.names")
        return
    known = ", ".join(LANGUAGES)
    for key in sorted(names.keys() - {*LANGUAGES}):
        yield Reason("topicfile.language", language=_cut(key), known=known)
    if topic is None and (missing := [language for language in LANGUAGES if language not in names]):
        yield Reason("topicfile.unnamed", missing=", ".join(missing))
    longest = LONGEST_NAME if tag[:2] in {"s:", "r:"} else LONGEST_PLACE
    for name in names.values():
        if len(name) > longest:
            yield Reason("topicfile.long", name=_cut(name), length=len(name), most=longest)


def _word_faults(row: Mapping[str, Any], topic: Topic) -> Iterator[Reason]:
    said = {"words": {language: row[language] for language in LANGUAGES if language in row}}
    said |= {part: row[part] for part in PARTS[1:] if part in row}
    wrong = [part for part, found in said.items() if not _are_words(found)]
    yield from (Reason("topicfile.list", part=part) for part in wrong)
    if wrong:
        return
    every = [word for found in said.values() for words in found.values() for word in words]
    for word in every:
        if not is_word(word):
            yield Reason("topicfile.word", word=_cut(word), least=SHORTEST_WORD, most=LONGEST_WORD)
    if said.get("weak") and topic.kind is not Kind.SUBJECT:
        yield Reason("topicfile.weak")
    known = flat(topic.words) | flat(topic.weak)
    for word in (word for words in said.get("without", {}).values() for word in words):
        if same(word) not in known:
            yield Reason("topicfile.without", word=_cut(word))
    if len(every) > MOST_WORDS:
        yield Reason("topicfile.many", most=MOST_WORDS)


def _cut(said: str) -> str:
    """Answer what a fault quotes of a file: enough to find it there."""
    return shorten(said, LONGEST_QUOTED)


def _are_words(found: Any) -> bool:
    return isinstance(found, dict) and all(
        language in LANGUAGES and isinstance(words, list) and all(isinstance(word, str) for word in words)
        for language, words in found.items()
    )
