"""HTML in, plain text out: paragraphs kept apart, everything that is no text left behind.

Stored texts are plain, so nothing needs cleaning later and the writers of messages have only to escape. What is text
and no part of an article, by what its element is called, is known in `furniture.py`.
"""

import html
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from html.parser import HTMLParser

from newsroom.encoding import mend
from newsroom.furniture import HINT, LONGEST_LABEL, is_bar, is_shelf

BLOCKS = {
    "address", "article", "aside", "blockquote", "dd", "div", "dl", "dt", "figcaption", "figure", "footer", "h1", "h2",
    "form", "h3", "h4", "h5", "h6", "header", "hr", "li", "main", "nav", "ol", "p", "pre", "section", "table", "tr",
    "ul",
}  # fmt: skip
EMPTY = {"br", "hr", "img", "input", "link", "meta", "source", "wbr"}  # elements that hold nothing
OPEN_ENDED = {"dd", "dt", "li", "p", "td", "tr"}  # elements that need not be closed
COUNTED = {"a", "blockquote"}
MOST_SHELVES = 8  # elements within each other that may be no part of the text
INLINE = {"a", "b", "br", "em", "i", "img", "small", "span", "strong", "sub", "sup", "u"}
SILENT = {"script", "style", "noscript", "template", "iframe", "svg", "head", "button", "select", "textarea"}
PARAGRAPH = "\n\n"
COMMENT = re.compile(r"<!--(?:-?>|.*?(?:-->|\Z))", re.DOTALL)  # the parser would look for the end of each anew
MARKED = re.compile(r"<!\[CDATA\[|\]\]>|<!\[[^>]*>?")  # it raises at a marked section that it does not know
# A tag that says all that is to be known of it. What is written of such tags alone needs no parser, which takes thrice
# as long. A value in quotes has no tag within, and none is tried twice. The attributes together are not possessive: a
# group that is goes wrong where its own parts go back, before Python 3.11.5 (python/cpython#106052).
NAMES = "|".join(sorted(BLOCKS | INLINE, key=len, reverse=True))
SIMPLE = re.compile(
    rf"<(?:/({NAMES})[ \t\r\n]*+|({NAMES})(?:[ \t\r\n]++[a-z-]++=(?:\"[^\"<>]*+\"|'[^'<>]*+'))*[ \t\r\n]*+/?)>",
    re.IGNORECASE | re.ASCII,
)
SPACES = re.compile(r"[^\S ]\s*| \s+")  # a single one is what it should be
NARROW = re.compile(r"[^\S\n ][^\S\n]*| [^\S\n]+")
ENDLESS = re.compile(r"&#\d{8,};?")  # no character has such a number, and Python refuses to read thousands of digits
BROKEN = "\ufffd"
CODE = re.compile(r"<(?:code|kbd|pre|samp)\b", re.IGNORECASE)
REFERENCE = re.compile(r"&(?:#\d{1,7}|#x[0-9a-f]{1,6}|[a-z][a-z0-9]{1,31});", re.IGNORECASE | re.ASCII)


@dataclass(slots=True)
class Shelf:
    """An open element that may be no part of the text, and where what it says begins."""

    tag: str
    start: int
    is_bar: bool  # as long as no prose stands in it
    depth: int = 1


class TextWriter(HTMLParser):
    """Collects the text of a document; `text` answers it with a blank line between paragraphs."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._pieces: list[str] = []
        self._silent = 0
        self._shelves: list[Shelf] = []
        self._label = 0  # characters of the paragraph outside of links
        self._open = Counter[str]()  # links and quotations

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Open a block, break a line, or fall silent."""
        if tag in SILENT:
            self._silent += 1
        elif tag == "br":
            self._pieces.append("\n")
        elif tag in BLOCKS:
            self._break()
        self._open[tag] += tag in COUNTED
        for shelf in self._shelves:
            shelf.depth += shelf.tag == tag
        if tag not in EMPTY | OPEN_ENDED | SILENT and len(self._shelves) < MOST_SHELVES:
            self._look(tag, attrs)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Read an element that is closed where it is opened; browsers heed that of empty ones alone."""
        self.handle_starttag(tag, attrs)
        if tag in EMPTY | SILENT | COUNTED:
            self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        """Close a block, or speak again."""
        if tag in SILENT:
            self._silent = max(0, self._silent - 1)
        elif tag in BLOCKS:
            self._break()
        self._open[tag] -= self._open[tag] > 0
        for place, shelf in enumerate(self._shelves):
            shelf.depth -= shelf.tag == tag
            if not shelf.depth:
                self._leave(place)
                break

    def handle_data(self, data: str) -> None:
        """Keep text; white space of the source is one space, as a browser shows it."""
        if self._silent:
            return
        self._pieces.append(SPACES.sub(" ", data))
        self._label += 0 if self._open["a"] else len(data.strip())
        if self._label > LONGEST_LABEL:
            self._shelves = [shelf for shelf in self._shelves if not shelf.is_bar]

    def _break(self) -> None:
        self._pieces.append(PARAGRAPH)
        self._label = 0

    def _look(self, tag: str, attrs: Sequence[tuple[str, str | None]]) -> None:
        names = " ".join(value or "" for name, value in attrs if name in {"class", "id"}).lower().split()
        names_who_said_it = tag == "footer" and self._open["blockquote"]
        if is_shelf(tag, names) or (is_bar(tag, names) and not names_who_said_it):
            self._shelves.append(Shelf(tag, len(self._pieces), not is_shelf(tag, names)))
            self._label = 0

    def _leave(self, place: int) -> None:
        """Take out what an element says that is no part of the text, with all that was opened in it."""
        del self._pieces[self._shelves[place].start :]
        del self._shelves[place:]
        self._break()

    @property
    def text(self) -> str:
        """The text so far."""
        return _join(self._pieces)


def _narrow(text: str) -> str:
    """Make one space of many, so that no pattern after it has a long run to try again and again."""
    return NARROW.sub(" ", text)


def _join(pieces: Iterable[str]) -> str:
    lines = re.sub(r" ?\n ?", "\n", _narrow("".join(pieces)))
    return PARAGRAPH.join(filter(None, map(str.strip, re.split(r"\n{2,}", lines))))


def html_to_text(source: str) -> str:
    """Answer the plain text of an HTML fragment; text without markup only has its entities read."""
    source = mend(source)
    if "<" not in source:
        return PARAGRAPH.join(filter(None, map(str.strip, re.split(r"\n\s*\n", _narrow(unescape(source))))))
    parts = SIMPLE.split(source)
    if not (HINT.search(source) or any("<" in text or "]]>" in text for text in parts[::3])):
        return _join(_read_simple(parts))
    bare = MARKED.sub("", COMMENT.sub("", ENDLESS.sub(BROKEN, source)))
    end = bare.rfind(">") + 1
    writer = TextWriter()
    writer.feed(bare[:end])
    writer.close()
    writer.handle_data(unescape(bare[end:]))  # no tag ends there, and the parser would look for the end of each
    return writer.text


def html_to_prose(source: str) -> str:
    """Answer the plain text of an article, read twice where it was encoded twice, but for text that shows code."""
    text = html_to_text(source)
    if CODE.search(source):
        return text
    return read_again(text) if "<" not in source else _read_references(text)


def read_again(text: str) -> str:
    """Answer what was meant by a text that is encoded still.

    Its tags are read where it is markup from its beginning to its end; one that speaks of tags keeps them.
    """
    text = _read_references(text)
    parts = SIMPLE.split(text)
    if len(parts) == 1 or any("<" in (part or "") for part in parts[::3]) or re.search(r"\w", f"{parts[0]}{parts[-1]}"):
        return text
    first, last = parts[2], parts[-3]  # what begins and what ends
    if (first or "").lower() not in BLOCKS or (last or "").lower() not in BLOCKS:
        return text
    return html_to_text(text)


def _read_references(text: str) -> str:
    return _narrow(REFERENCE.sub(lambda reference: unescape(reference[0]), text)) if "&" in text else text


def _read_simple(parts: Sequence[str | None]) -> Iterator[str]:
    """Yield texts and the breaks between them, of each text with the name of what ends or begins after it."""
    texts = (SPACES.sub(" ", unescape(text or "")) for text in parts[::3])
    yield next(texts)
    for end, begin, text in zip(parts[1::3], parts[2::3], texts, strict=True):
        name = (end or begin or "").lower()
        yield PARAGRAPH if name in BLOCKS else "\n" if begin and name == "br" else ""
        yield text


def html_to_line(source: str) -> str:
    """Answer the same in one line, for titles and names. Titles are encoded twice by many sites, so read twice."""
    return " ".join(unescape(html_to_text(source)).split())


def unescape(text: str) -> str:
    """Answer the text with its entities read, whatever their numbers."""
    return html.unescape(ENDLESS.sub(BROKEN, text))
