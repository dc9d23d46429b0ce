"""What a feed is made of, as expat sees it in one pass: whether its XML is sound, and which elements its items have.

fastfeedparser reads most feeds as feedparser does, a hundred times faster, and some otherwise: to it `media:title` is
the title and a comment ends a text. So it is handed the feeds that are plain: of nothing but what both read alike,
which is ONCE and MANY. A new name there needs a case in tests/newsroom/test_agreement.py.
"""

from collections.abc import Mapping, Sequence
from xml.parsers import expat

ITEM = {"rss": "item", "feed": "entry"}  # by the root
PAGE = {"rss": "link", "feed": "page"}  # what an item must have, or each reader makes up another
# What an item has one of at most: of several, one reader takes the first and the other the last.
ONCE = {
    "rss": {
        "author", "comments", "content:encoded", "description", "guid", "link", "post-id", "pubDate", "slash:comments",
        "source", "title", "wfw:commentRss",
    },
    "feed": {
        "author", "content", "created", "id", "issued", "modified", "page", "published", "rights", "summary",
        "thr:total", "title", "updated",
    },
}  # fmt: skip
MANY = {
    "rss": {"category", "enclosure", "media:content", "media:credit", "media:thumbnail"},
    "feed": {"email", "gd:image", "media:thumbnail", "name", "other link", "term", "uri"},
}
SAME = {"dc:creator": "author", "dc:date": "pubDate"}  # of which an item has one or the other


class Outline:
    """The names of what each item has, in order; of broken XML, as far as it goes."""

    def __init__(self, body: bytes) -> None:
        self.items: list[list[str]] = []
        self.is_sound = True
        self.has_entities = False  # of its own, which are never expanded
        self._root = ""
        self._is_odd = False
        parser = expat.ParserCreate()
        parser.StartElementHandler = self._start
        parser.CommentHandler = self._comment
        parser.EntityDeclHandler = self._declare
        parser.SkippedEntityHandler = self._skip
        try:
            parser.Parse(body, True)  # noqa: FBT003  (the C signature has no keyword)
        except (expat.ExpatError, LookupError):  # an encoding that nobody knows, entities
            self.is_sound = False

    def is_plain(self) -> bool:
        """Tell whether both readers read it alike."""
        return self.is_sound and not self._is_odd and all(map(self._is_plain_item, self.items))

    def _is_plain_item(self, names: Sequence[str]) -> bool:
        single = [SAME.get(name, name) for name in names if name not in MANY[self._root]]
        kinds = set(single)
        return len(kinds) == len(single) and kinds <= ONCE[self._root] and PAGE[self._root] in kinds

    def _start(self, name: str, attributes: Mapping[str, str]) -> None:
        if not self._root:
            self._root = name
            self._is_odd = name not in ITEM or (name == "rss" and "xmlns" in attributes)
        if attributes and ("xml:base" in attributes or "xhtml" in attributes.get("type", "")):
            self._is_odd = True
        if name == ITEM.get(self._root):
            self.items.append([])
        elif self.items:
            names = self.items[-1]
            names.append(_name(name, attributes, names) if attributes else name)

    def _declare(self, *_: object) -> None:
        self.has_entities = True
        raise LookupError("entities")  # nothing is read any further

    def _skip(self, *_: object) -> None:
        self.is_sound = False

    def _comment(self, _: str) -> None:
        self._is_odd = self._is_odd or bool(self.items)


def _name(name: str, attributes: Mapping[str, str], before: Sequence[str]) -> str:
    """Answer the name of an element, and of Atom's links and categories what they are by their attributes."""
    if name == "category" and "term" in attributes:
        return "term"
    if name != "link" or "href" not in attributes:
        return name
    relation = attributes.get("rel", "")
    if relation not in {"", "alternate"}:
        return "other link"
    is_first = "other link" not in before  # without a relation, the first is the page to one reader
    return "page" if attributes.get("type", "text/html") == "text/html" and (relation or is_first) else "odd link"
