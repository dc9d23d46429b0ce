"""What people call topics: a slug, a code, a name in any language, a nickname; found in any spelling, or the nearest.

A name that means several topics answers them all, for the person to choose. Names are data of the taxonomy. What is
said in quotes is a keyword (`newsroom/keywords.py`), unless a topic is shown by that very name.
"""

import re
from collections import defaultdict
from dataclasses import dataclass
from difflib import get_close_matches

from newsroom.taxonomy import Kind, Taxonomy, Topic, folded_names
from newsroom.text import fold
from newsroom.translit import unify

SEPARATORS = ",،、，;؛\n"
DOUBLE_QUOTES = '«»“”„‟"＂「」『』《》'
QUOTES = f"{DOUBLE_QUOTES}'‘’"
# Quotes keep together what a comma would part; the last may be left open. A quote within a name closes nothing.
SAID = re.compile(
    rf"[{DOUBLE_QUOTES}](?P<phrase>[^{DOUBLE_QUOTES}]+)(?:[{DOUBLE_QUOTES}]|$)|(?P<name>[^{DOUBLE_QUOTES}{SEPARATORS}]+)"
)
SINGLE_QUOTED = re.compile("['‘’](.+)['‘’]")
# A sign stands apart: «الاقتصاد + سندات ~ دين - بنك»; the hyphen of «start-up» is none.
SIGN = re.compile(r"(?:^|\s)([+~#−–-])\s*(?=\S)")
MORE, LESS, MINUS, SECTION = "+", "~", "-", "#"
ARTICLE = re.compile(r"^(?:the |les? |la |l['’]|ال)(?=\w{2})")
CLOSE = 0.8  # how alike a name must be to be proposed
MOST_PROPOSALS = 4


class Directory:
    """Finds the topics of a taxonomy by what people call them."""

    def __init__(self, taxonomy: Taxonomy) -> None:
        self.taxonomy = taxonomy
        self._tags: dict[str, list[str]] = defaultdict(list)
        self._shown = list(
            dict.fromkeys(_key(name) for topic in taxonomy.topics.values() for name in topic.names.values())
        )
        self._shared = {_key(word.word): word for word in taxonomy.ambiguous}
        for topic in taxonomy.topics.values():
            for name in folded_names(topic):
                self._add(name, topic.tag)
        for key, word in self._shared.items():
            for tag in filter(None, word.choices):
                self._add(key, tag)

    def _add(self, name: str, tag: str) -> None:
        key = _key(name)
        for spelled in {key, ARTICLE.sub("", key)}:
            if spelled and tag not in self._tags[spelled]:
                self._tags[spelled].append(tag)

    def find(self, name: str) -> list[Topic]:
        """Answer the topics that a person may mean by a name.

        A subject or a country is meant before a province, unless the province is shown by this very name.
        """
        key = _key(name)
        tags = self._tags.get(key) or self._tags.get(ARTICLE.sub("", key)) or []
        shared = self._shared.get(key)
        if shared and (marked := shared.by_marks(name)):
            tags = [marked]
        found = [self.taxonomy.topics[tag] for tag in tags]
        first = [topic for topic in found if topic.kind is not Kind.PROVINCE or key in map(_key, topic.names.values())]
        return first or found

    def find_shown(self, name: str) -> list[Topic]:
        """Answer the topics that have a name; a subject only by the name that is shown, not by what sites call it."""
        found = self.find(name)
        return [topic for topic in found if topic.kind is not Kind.SUBJECT or _key(name) in _shown_names(topic)]

    def propose(self, name: str) -> list[Topic]:
        """Answer topics that are shown by a name with this word in it, or have one that is near to it."""
        key = _key(name)
        near = [spelled for spelled in self._shown if f" {key} " in f" {spelled} "]
        near += get_close_matches(key, self._tags, MOST_PROPOSALS, CLOSE)
        tags = dict.fromkeys(tag for spelled in near for tag in self._tags[spelled])
        return [self.taxonomy.topics[tag] for tag in tags][:MOST_PROPOSALS]


@dataclass(frozen=True, slots=True)
class Said:
    """A name or a phrase that a person typed; `quoted` where it was said in quotes."""

    name: str
    quoted: bool = False


def read_names(text: str) -> list[Said]:
    """Answer the names and quoted phrases in a list that a person typed."""
    found = []
    for match in SAID.finditer(text):
        said = (match["phrase"] or match["name"]).strip()
        single = SINGLE_QUOTED.fullmatch(said)
        name = said.strip(f"{QUOTES} \t")
        if name:
            found.append(Said(name, quoted=bool(match["phrase"] or single)))
    return found


def read_signed(text: str) -> tuple[str, list[tuple[str, str]]]:
    """Answer what stands before the first sign, and each name after one with its sign: MORE, LESS, MINUS or SECTION.

    Each sign goes for all names up to the next: «الاقتصاد + سندات، صكوك - بنك».
    """
    before, *parts = SIGN.split(text)
    return before.strip(), [
        (sign if sign in {MORE, LESS, SECTION} else MINUS, said.name)
        for sign, listed in zip(parts[::2], parts[1::2], strict=True)
        for said in read_names(listed)
    ]


def has_quotes(text: str) -> bool:
    """Tell whether something is said in quotes."""
    return any(said.quoted for said in read_names(text))


def _shown_names(topic: Topic) -> set[str]:
    return set(map(_key, (topic.slug, *topic.names.values())))


def _key(name: str) -> str:
    return " ".join(unify(fold(name).strip(QUOTES).replace("’", "'").replace("-", " ").split()))
