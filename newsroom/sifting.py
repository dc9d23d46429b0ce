"""Sifting: the items that a feed tells in the very bytes of its last poll are cut out before any parser sees them.

    bytes ─▶ items, from tag to tag ─▶ digests ─ of the last poll? ─▶ cut out
                                          └─ no ────────────────────▶ left, in what is a feed as before

Of fifty items one is new, and reading the others is most of the work of a poll. Digests are kept of sound XML alone,
whose items are found as a parser finds them: what is in CDATA, in comments and in instructions is passed over. So what
is cut out is whole, and the rest is read as it would be in its place. A digest is of an item and of what the feed says
around it that could make it mean something else. Where anything is in doubt nothing is cut out (`feeds.py`).
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from newsroom.seen import Mark, Marks, digest_of

MOST_ITEMS = 1000  # read of one source at a time
BEFORE = b"\xef\xbb\xbf \t\r\n"  # what may stand before the first tag
MARKUP = re.compile(rb"<(?:!\[CDATA\[|!--|\?|/(?:item|entry)\s*>|(?:item|entry)(?=[\s/>])[^<>]*>)")
ENDS = {b"<![CDATA[": b"]]>", b"<!--": b"-->", b"<?": b"?>"}
CONTEXT = re.compile(rb"\bxml(?:ns|:)[^<>]*")  # what names mean, what addresses are relative to, languages
DOCTYPE = b"<!DOCTYPE"
BROKEN = "\ufffd".encode()  # with it, bytes may be of another encoding (`encoding.py`)

Span = tuple[int, int]


class TangledError(Exception):
    """What is left of a feed cannot be read without what was cut out."""


@dataclass(frozen=True, slots=True)
class Sifted:
    """A feed with the items that are left in it."""

    body: bytes
    head: bytes = b""  # before the first item; nothing where it could not be sifted
    digests: Sequence[bytes] = ()  # of the items that are left, in their order
    cut: Sequence[Mark] = ()
    has_more: bool = False  # past what is read at a time: at the next poll those that are left now are cut out


def sift(body: bytes, marks: Marks) -> Sifted:
    """Cut out what has a mark; where items cannot be told from what is around them, all is left and has no digest."""
    spans = find_items(body) if body.lstrip(BEFORE).startswith(b"<") and b"\0" not in body else []
    if not spans or DOCTYPE in (head := body[: spans[0][0]]):
        return Sifted(body)
    around = b"".join(_leave_out(body, spans))
    context = digest_of(b"\0".join(CONTEXT.findall(around)))
    digests = [digest_of(body[start:end], context) for start, end in spans]
    new = [number for number, digest in enumerate(digests) if digest not in marks]
    left = set(new[:MOST_ITEMS])
    rest = b"".join(_leave_out(body, [span for number, span in enumerate(spans) if number not in left]))
    if not _is_clear(rest):
        return Sifted(body)
    cut = [marks[digest] for digest in digests if digest in marks]
    return Sifted(rest, head, [digests[number] for number in sorted(left)], cut, len(new) > MOST_ITEMS)


def cut_surplus(body: bytes) -> bytes:
    """Leave out the items past the first thousand of a feed that could not be sifted: nobody reads them."""
    return b"".join(_leave_out(body, find_items(body)[MOST_ITEMS:]))


def find_items(body: bytes) -> list[Span]:
    """Answer from where to where the items of a feed go, in order; none where they are not one after another."""
    spans, start, place = list[Span](), None, 0
    while markup := MARKUP.search(body, place):
        place, told = markup.end(), markup[0]
        if told in ENDS:
            place = body.find(ENDS[told], place) + len(ENDS[told])
            is_odd = place < markup.end()  # it has no end
        elif told.startswith(b"</"):
            is_odd = start is None
            spans.append((start or 0, place))
            start = None
        else:
            is_odd = start is not None or told.endswith(b"/>")
            start = markup.start()
        if is_odd:
            return []
    return spans if start is None else []


def _leave_out(body: bytes, spans: Sequence[Span]) -> Iterator[bytes]:
    """Yield what is between some parts of a body."""
    place = 0
    for start, end in spans:
        yield body[place:start]
        place = end
    yield body[place:]


def _is_clear(body: bytes) -> bool:
    """Tell whether bytes are UTF-8, whatever else is said of them."""
    try:
        body.decode()
    except UnicodeDecodeError:
        return False
    return BROKEN not in body
