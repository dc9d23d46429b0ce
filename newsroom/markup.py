"""HTML in, plain text out: paragraphs kept apart, everything that is no text left behind.

Stored texts are plain, so nothing needs cleaning later and the writers of messages have only to escape.
"""

import html
import re
from collections.abc import Iterable, Iterator, Sequence
from html.parser import HTMLParser

from newsroom.encoding import mend

BLOCKS = {
    "address", "article", "aside", "blockquote", "dd", "div", "dl", "dt", "figcaption", "figure", "footer", "h1", "h2",
    "h3", "h4", "h5", "h6", "header", "hr", "li", "main", "ol", "p", "pre", "section", "table", "tr", "ul",
}  # fmt: skip
INLINE = {"a", "b", "br", "em", "i", "img", "small", "span", "strong", "sub", "sup", "u"}
SILENT = {"script", "style", "noscript", "template", "iframe", "form", "svg", "head", "button", "select", "textarea"}
PARAGRAPH = "\n\n"
COMMENT = re.compile(r"<!--(?:-?>|.*?(?:-->|\Z))", re.DOTALL)  # the parser would look for the end of each anew
MARKED = re.compile(r"<!\[CDATA\[|\]\]>|<!\[[^>]*>?")  # it raises at a marked section that it does not know
# A tag that says all that is to be known of it. What is written of such tags alone needs no parser, which takes thrice
# as long. A value in quotes has no tag within, and none is tried twice.
NAMES = "|".join(sorted(BLOCKS | INLINE, key=len, reverse=True))
SIMPLE = re.compile(
    rf"<(?:/({NAMES})[ \t\r\n]*+|({NAMES})(?:[ \t\r\n]++[a-z-]++=(?:\"[^\"<>]*+\"|'[^'<>]*+'))*+[ \t\r\n]*+/?)>",
    re.IGNORECASE | re.ASCII,
)
SPACES = re.compile(r"[^\S ]\s*| \s+")  # a single one is what it should be
NARROW = re.compile(r"[^\S\n ][^\S\n]*| [^\S\n]+")
ENDLESS = re.compile(r"&#\d{8,};?")  # no character has such a number, and Python refuses to read thousands of digits
BROKEN = "\ufffd"


class TextWriter(HTMLParser):
    """Collects the text of a document; `text` answers it with a blank line between paragraphs."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._pieces: list[str] = []
        self._silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Open a block, break a line, or fall silent."""
        del attrs
        if tag in SILENT:
            self._silent += 1
        elif tag == "br":
            self._pieces.append("\n")
        elif tag in BLOCKS:
            self._pieces.append(PARAGRAPH)

    def handle_endtag(self, tag: str) -> None:
        """Close a block, or speak again."""
        if tag in SILENT:
            self._silent = max(0, self._silent - 1)
        elif tag in BLOCKS:
            self._pieces.append(PARAGRAPH)

    def handle_data(self, data: str) -> None:
        """Keep text; white space of the source is one space, as a browser shows it."""
        if not self._silent:
            self._pieces.append(SPACES.sub(" ", data))

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
    if not any("<" in text or "]]>" in text for text in parts[::3]):
        return _join(_read_simple(parts))
    bare = MARKED.sub("", COMMENT.sub("", ENDLESS.sub(BROKEN, source)))
    end = bare.rfind(">") + 1
    writer = TextWriter()
    writer.feed(bare[:end])
    writer.close()
    writer.handle_data(unescape(bare[end:]))  # no tag ends there, and the parser would look for the end of each
    return writer.text


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
