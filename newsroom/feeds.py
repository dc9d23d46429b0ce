"""Feeds: bytes in, `ParsedFeed` out. RSS 0.9x, 1.0 and 2.0, and Atom.

    bytes ─ decode ─▶ UTF-8 ─ well-formed? ─▶ fastfeedparser ─▶ items
                                   └─ no ───▶ feedparser ─────▶ items

fastfeedparser is a hundred times faster and agrees with feedparser on sound XML; feedparser reads broken XML as far as
it goes. Neither is given an address to fetch, and what either stumbles over costs no more than the item.
Another kind of source gets a module of its own that answers the same `ParsedFeed`, and a line in `reading.py`.
"""

import re
from calendar import timegm
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from xml.parsers import expat

import fastfeedparser

from newsroom.dates import read_date
from newsroom.errors import ParseError
from newsroom.items import Head, ParsedFeed, RawItem, full_address, make_feed, said, storable

PROLOG = re.compile(r"^\s*<\?xml.*?\?>\s*", re.DOTALL)
TTL = re.compile(r"<ttl>\s*(\d{1,6})\s*</ttl>")  # minutes (RSS 2.0)
HEAD = 10_000  # characters in which a feed speaks of itself
ROOT = re.compile(rb"<(?:rss|feed|(?:\w+:)?rdf)\b", re.IGNORECASE)


def parse_feed(text: str, url: str, now: datetime) -> ParsedFeed:
    """Read a feed. Raises ParseError when it is none."""
    body = storable(PROLOG.sub("", text, count=1)).encode()
    raw = _parse(body, url)
    head = raw.get("feed") or {}
    told = Head(url, said(head.get("title")), said(head.get("language")))
    feed = make_feed(told, _entries(raw), _read_entry(url), now)
    if not feed.items and not is_well_formed(body):
        raise ParseError(url, "its XML is broken before the first item")
    ttl = TTL.search(text[:HEAD])
    return replace(feed, ttl=60 * float(ttl[1])) if ttl else feed


def _entries(raw: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    return list(raw.get("entries") or ())


def _parse(body: bytes, url: str) -> Mapping[str, Any]:
    root = ROOT.search(body)
    if b"<!ENTITY" in body[: root.start() if root else len(body)]:
        raise ParseError(url, "it declares entities of its own, which no feed needs")
    if root is None:
        raise ParseError(url, "it is no RSS and no Atom")
    readers = [_read_fast, _read_patiently] if is_well_formed(body) else [_read_patiently, _read_fast]
    readings, fault = [], ""
    for read in readers:
        try:
            readings.append(read(body))
        except Exception as error:  # noqa: BLE001  (both raise what they like at what strangers write)
            fault = type(error).__name__
        if readings and _entries(readings[-1]):
            return readings[-1]
    if not readings:
        raise ParseError(url, f"no reader can read it ({fault})")
    return readings[0]


def _read_fast(body: bytes) -> Mapping[str, Any]:
    return dict(fastfeedparser.parse(body))


def _read_patiently(body: bytes) -> Mapping[str, Any]:
    import feedparser  # noqa: PLC0415  (with chardet, 15 MB, and most processes never meet a broken feed)

    return dict(feedparser.parse(body, sanitize_html=False, resolve_relative_uris=False))


def is_well_formed(body: bytes) -> bool:
    """Tell whether expat reads the XML to its end."""
    parser = expat.ParserCreate()
    try:
        parser.Parse(body, True)  # noqa: FBT003  (the C signature has no keyword)
    except (expat.ExpatError, LookupError):  # an encoding that nobody knows
        return False
    return True


def _read_entry(url: str) -> Callable[[Mapping[str, Any]], RawItem]:
    def read(entry: Mapping[str, Any]) -> RawItem:
        return RawItem(
            guid=said(entry.get("id")),
            link=said(entry.get("link")),
            title=said(entry.get("title")),
            teaser=said(entry.get("description") or entry.get("summary")),
            content=_content(entry),
            author=said(entry.get("author")),
            image=_image(entry, url),
            categories=tuple(said(tag.get("term") or tag.get("label")) for tag in entry.get("tags") or ()),
            moments=tuple(_moment(entry, name) for name in ("published", "updated", "created")),
        )

    return read


def _content(entry: Mapping[str, Any]) -> str:
    return max((said(part.get("value")) for part in entry.get("content") or ()), key=len, default="")


def _image(entry: Mapping[str, Any], base: str) -> str:
    """Answer the first picture that the item encloses."""
    for enclosure in [*(entry.get("enclosures") or ()), *(entry.get("media_content") or ())]:
        address = full_address(base, said(enclosure.get("url") or enclosure.get("href")))
        if address and said(enclosure.get("type") or enclosure.get("medium")).startswith("image"):
            return address
    return ""


def _moment(entry: Mapping[str, Any], name: str) -> datetime | None:
    parts = entry.get(f"{name}_parsed")
    try:
        return datetime.fromtimestamp(timegm(parts), UTC) if parts else read_date(said(entry.get(name)))
    except (TypeError, ValueError, OverflowError):
        return None
