"""What people call topics: a slug, a code, a name in any language, a nickname; found in any spelling, or the nearest.

A name that means several topics answers them all, for the person to choose. Names are data of the taxonomy.
"""

import re
from collections import defaultdict
from difflib import get_close_matches

from newsroom.taxonomy import Kind, Taxonomy, Topic, folded_names
from newsroom.text import fold

SEPARATORS = re.compile(r"[,،、，;؛\n]+")
QUOTES = "«»“”\"'‘’「」『』《》"
ARTICLE = re.compile(r"^(?:the |les? |la |l['’]|ال)(?=\w{2})")
CLOSE = 0.8  # how alike a name must be to be proposed
MOST_PROPOSALS = 4


class Directory:
    """Finds the topics of a taxonomy by what people call them."""

    def __init__(self, taxonomy: Taxonomy) -> None:
        self.taxonomy = taxonomy
        self._tags: dict[str, list[str]] = defaultdict(list)
        self._shared = {_key(word.word): word for word in taxonomy.ambiguous}
        for topic in taxonomy.topics.values():
            for name in folded_names(topic):
                self._add(name, topic.tag)
        for key, word in self._shared.items():
            for tag in word.choices:
                self._add(key, tag)

    def _add(self, name: str, tag: str) -> None:
        for spelled in {name, ARTICLE.sub("", name)}:
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

    def propose(self, name: str) -> list[Topic]:
        """Answer topics whose names have this word in them, or are near to a name that nothing has."""
        key = _key(name)
        near = [spelled for spelled in self._tags if f" {key} " in f" {spelled} "]
        near += get_close_matches(key, self._tags, MOST_PROPOSALS, CLOSE)
        tags = dict.fromkeys(tag for spelled in near for tag in self._tags[spelled])
        return [self.taxonomy.topics[tag] for tag in tags][:MOST_PROPOSALS]


def split_names(text: str) -> list[str]:
    """Answer the names in a list that a person typed."""
    return [name for part in SEPARATORS.split(text) if (name := part.strip(f"{QUOTES} \t"))]


def _key(name: str) -> str:
    return " ".join(fold(name).strip(QUOTES).replace("’", "'").replace("-", " ").split())
