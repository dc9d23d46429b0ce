"""What people call topics: a slug, a code, a name in any language, a nickname; found in any spelling, or the nearest.

A name that means several topics answers them all, for the person to choose. Names are data of the taxonomy.
"""

import re
from collections import defaultdict
from collections.abc import Iterable
from difflib import get_close_matches

from newsroom.taxonomy import Kind, Taxonomy, Topic, folded_names
from newsroom.text import fold

SEPARATORS = re.compile(r"[,،、，;؛\n]+")
QUOTES = "«»“”\"'‘’「」『』《》"
ARTICLE = "ال"
NEAR = 0.75  # how alike a name must be to be proposed
MOST_PROPOSALS = 4


class Directory:
    """Finds the topics of a taxonomy by what people call them."""

    def __init__(self, taxonomy: Taxonomy) -> None:
        self.taxonomy = taxonomy
        self._tags: dict[str, list[str]] = defaultdict(list)
        for topic in taxonomy.topics.values():
            for name in folded_names(topic):
                self._add(name, topic.tag)
        for word in taxonomy.ambiguous:
            for tag in word.choices:
                self._add(_key(word.word), tag)

    def _add(self, name: str, tag: str) -> None:
        for spelled in {name, name.removeprefix(ARTICLE)}:
            if spelled and tag not in self._tags[spelled]:
                self._tags[spelled].append(tag)

    def find(self, name: str) -> list[Topic]:
        """Answer the topics that a person may mean by a name; a subject or a country is meant before a province."""
        key = _key(name)
        tags = self._tags.get(key) or self._tags.get(key.removeprefix(ARTICLE)) or []
        found = [self.taxonomy.topics[tag] for tag in tags]
        first = [topic for topic in found if topic.kind is not Kind.PROVINCE]
        return first or found

    def propose(self, name: str) -> list[Topic]:
        """Answer topics whose names are near to a name that nothing has."""
        near = get_close_matches(_key(name), self._tags, MOST_PROPOSALS, NEAR)
        tags = dict.fromkeys(tag for spelled in near for tag in self._tags[spelled])
        return [self.taxonomy.topics[tag] for tag in tags][:MOST_PROPOSALS]


def split_names(text: str) -> Iterable[str]:
    """Answer the names in a list that a person typed."""
    return [name for part in SEPARATORS.split(text) if (name := part.strip(f"{QUOTES} \t"))]


def _key(name: str) -> str:
    return " ".join(fold(name).strip(QUOTES).replace("-", " ").split())
