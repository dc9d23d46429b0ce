"""Feeds: bytes in, `ParsedFeed` out. RSS 0.9x, 1.0 and 2.0, and Atom.

    bytes ─ sift, decode ─▶ UTF-8 ─ sound, and plain? ─▶ fastfeedparser ─▶ items
                                             └─ no ────▶ feedparser ─────▶ items

fastfeedparser is a hundred times faster and reads plain feeds as feedparser does (`outlines.py`); feedparser reads all
others, and broken XML as far as it goes. Neither is given an address to fetch, and what either stumbles over costs no
more than the item. Another kind of source gets a module of its own that answers the same `ParsedFeed`, and a line in
`reading.py`.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from html.entities import html5
from typing import Any

import fastfeedparser

from newsroom.errors import ParseError
from newsroom.items import Head, ParsedFeed, Poll, RawItem, full_address, make_feed, said, storable_bytes
from newsroom.outlines import Outline
from newsroom.reasons import Reason
from newsroom.sifting import Sifted, TangledError, cut_surplus
from newsroom.websub import find_links

PROLOG = re.compile(r"(?:\s*<\?xml.*?\?>)?\s*", re.DOTALL)
TTL = re.compile(r"<ttl>\s*(\d{1,6})\s*</ttl>")  # minutes (RSS 2.0)
LANGUAGE = re.compile(r"<(?:dc:)?language>\s*([\w-]+)")
HEAD = 10_000  # characters, or bytes, in which a feed speaks of itself
ROOT = re.compile(rb"<(?:[\w.-]+:)?(?:rss|feed|rdf)\b", re.IGNORECASE)
# What of other vocabularies feedparser takes for the item's own: the caption of a picture.
FOREIGN = re.compile(rb"(</?(?:media|itunes|googleplay):)(?=(?:title|description|summary|subtitle|category|link)\b)")
PATIENCE = 300_000  # bytes that feedparser is given, for which it takes a second; of more it is asked as the last
# Names of characters that only HTML has, and what feeds mean all the same; those of XML's own signs stay.
NAMED = re.compile(r"&(?!(?:lt|gt|amp|quot|apos|nvlt|nvgt);)([A-Za-z][A-Za-z0-9]{1,31};)", re.IGNORECASE)
NOT_SIFTED = Sifted(b"")
WEB = ("http://", "https://")
MAIL = re.compile(r"[^\s<>()]+@[^\s<>()]+")
# What fastfeedparser makes up for an item that has none of these.
MADE_UP = {
    "id": {"guid", "id"},
    "description": {"description", "summary"},
    "published": {"pubDate", "dc:date", "published", "issued", "updated", "modified"},
}
# It guesses at dates ("7" is a day of this month), and loads 30 MB for one that it cannot read. Here it leaves them as
# they are written, for `dates.py`.
fastfeedparser.main._parse_date = str  # noqa: SLF001

Entry = Mapping[str, Any]


def parse_feed(text: str, url: str, poll: Poll, sifted: Sifted = NOT_SIFTED) -> ParsedFeed:
    """Read a feed, of which this is left. Raises ParseError when it is none.

    Raises TangledError where it must be read whole: its XML is broken, or what is left shares a guid with what was cut.
    """
    body = _cleanse(text)
    if len(body) > PATIENCE and not sifted.digests:
        body = cut_surplus(body)
    outline = _outline(body, url)
    raw = _parse(body, outline, url, is_empty=bool(sifted.cut) and not sifted.digests)
    entries, start = _entries(raw), sifted.head.decode("utf-8-sig")[:HEAD] or text[:HEAD]
    is_as_sifted = outline.is_sound and len(entries) == len(sifted.digests)
    feed = make_feed(
        _read_head(raw, url, start), entries, _read_entry(url), poll, sifted.digests if is_as_sifted else ()
    )
    if sifted.cut and not (is_as_sifted and feed.listing.guids.isdisjoint(mark.guid for mark in sifted.cut)):
        raise TangledError
    if not (feed.seen or outline.is_sound):
        raise ParseError(url, Reason("broken-xml"))
    ttl = TTL.search(start)
    links, has_more = find_links(_cleanse(start), url), sifted.has_more
    told = replace(feed, ttl=60 * float(ttl[1]) if ttl else 0, links=links, has_more=has_more)
    return told.with_seen(sifted.cut)


def _cleanse(text: str) -> bytes:
    """Answer XML as its readers take it."""
    return storable_bytes(NAMED.sub(_named, PROLOG.sub("", text, count=1)))


def _read_head(raw: Entry, url: str, start: str) -> Head:
    head, language = raw.get("feed") or {}, LANGUAGE.search(start)
    return Head(url, said(head.get("title")), language[1] if language else said(head.get("language")))


def _named(reference: re.Match[str]) -> str:
    return html5.get(reference[1], reference[0])


def _outline(body: bytes, url: str) -> Outline:
    root, outline = ROOT.search(body), Outline(body)
    if outline.has_entities or b"<!ENTITY" in body[: root.start() if root else len(body)]:
        raise ParseError(url, Reason("entities"))
    if root is None:
        raise ParseError(url, Reason("no-feed"))
    return outline


def _parse(body: bytes, outline: Outline, url: str, *, is_empty: bool) -> Entry:
    is_for_fast = outline.is_plain() or len(body) > PATIENCE
    readings, fault = list[Entry](), ""
    for read in [_read_fast, _read_patiently] if is_for_fast else [_read_patiently, _read_fast]:
        try:
            readings.append(read(body, outline))
        except Exception as error:  # noqa: BLE001  (both raise what they like at what strangers write)
            fault = type(error).__name__
        if readings and (is_empty or _entries(readings[-1])):
            return readings[-1]
    if not readings:
        raise ParseError(url, Reason("unreadable", cause=fault))
    return max(readings, key=lambda reading: len(_entries(reading)))


def _entries(raw: Entry) -> list[Any]:
    return list(raw.get("entries") or ())


def _read_fast(body: bytes, outline: Outline) -> Entry:
    raw = dict(fastfeedparser.parse(body))
    for entry, names in zip(_entries(raw), outline.items, strict=False):
        for field, elements in MADE_UP.items():
            if elements.isdisjoint(names):
                entry.pop(field, None)
    return raw


def _read_patiently(body: bytes, _: Outline) -> Entry:
    import feedparser  # noqa: PLC0415  (with chardet, 15 MB, and some processes never need it)

    told = FOREIGN.sub(rb"\1x-", body[:PATIENCE])
    return dict(feedparser.parse(told, sanitize_html=False, resolve_relative_uris=False))


def _read_entry(url: str) -> Callable[[Entry], RawItem]:
    def read(entry: Entry) -> RawItem:
        teaser, content = said(entry.get("description") or entry.get("summary")), _content(entry)
        return RawItem(
            guid=said(entry.get("id")),
            link=_link(entry),
            title=said(entry.get("title")),
            teaser=teaser,
            content="" if content == teaser else content,
            author=_author(entry),
            image=_image(entry, url),
            categories=tuple(said(tag.get("term") or tag.get("label")) for tag in entry.get("tags") or ()),
            moments=tuple(said(entry[name]) for name in ("published", "updated", "created") if name in entry),
            modified=said(entry["updated"]) if "updated" in entry else "",
        )

    return read


def _link(entry: Entry) -> str:
    """Answer where an item is read: at the first of its pages, whatever else it links to.

    feedparser takes every guid of RSS for a link where there is none, also one that is but a number.
    """
    pages = (one for one in entry.get("links") or () if (one.get("rel") or "alternate") == "alternate")
    page = next((one for one in pages if "html" in (one.get("type") or "html")), entry)
    link = said(page.get("href") or entry.get("link"))
    is_guid = entry.get("guidislink") and link == said(entry.get("id"))
    return "" if is_guid and not link.startswith(WEB) else link


def _content(entry: Entry) -> str:
    return max((said(part.get("value")) for part in entry.get("content") or ()), key=len, default="")


def _author(entry: Entry) -> str:
    """Answer the author, without what is an address of mail."""
    return MAIL.sub("", said(entry.get("author"))).strip(" ()<>")


def _image(entry: Entry, base: str) -> str:
    """Answer the first picture that the item encloses."""
    for enclosure in _enclosures(entry):
        if said(enclosure.get("type") or enclosure.get("medium")).startswith("image"):
            address = full_address(base, said(enclosure.get("url") or enclosure.get("href")))
            if address:
                return address
    return ""


def _enclosures(entry: Entry) -> list[Entry]:
    links = [link for link in entry.get("links") or () if link.get("rel") == "enclosure"]
    thumbnails = [{"type": "image", **one} for one in entry.get("media_thumbnail") or ()]
    return [*links, *(entry.get("enclosures") or ()), *(entry.get("media_content") or thumbnails)]
