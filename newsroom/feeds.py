"""Feeds: bytes in, `ParsedFeed` out. RSS 2.0, RSS 1.0 and Atom.

    bytes ─ decode ─▶ UTF-8 ─ well-formed? ─▶ fastfeedparser ─▶ items
                                   └─ no ───▶ feedparser ─────▶ items

fastfeedparser is a hundred times faster and agrees with feedparser on sound XML; feedparser reads broken XML as far as
it goes. Neither is given an address to fetch, and what either stumbles over costs no more than the item.
Another kind of source (WordPress, JSON Feed) gets a module of its own that answers the same `ParsedFeed`.
"""

import hashlib
import re
from calendar import timegm
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from string import printable
from typing import Any
from urllib.parse import quote, urljoin
from xml.parsers import expat

import fastfeedparser
import feedparser

from newsroom.articles import ParsedArticle, tell_apart
from newsroom.cutting import shorten
from newsroom.dates import FIRST_YEAR, read_date
from newsroom.encoding import decode
from newsroom.errors import ParseError
from newsroom.markup import html_to_line, html_to_text
from newsroom.text import guess_language

LEAD_LENGTH = 300  # characters of a lead that is cut from the body
MOST_ITEMS = 1000  # items read of one feed
LONGEST_ID = 2000  # bytes of a guid, or of an address as it is asked for: PostgreSQL's indexes hold 2,700
PROLOG = re.compile(r"^\s*<\?xml.*?\?>\s*", re.DOTALL)
ROOT = re.compile(rb"<(?:rss|feed|(?:\w+:)?rdf)\b", re.IGNORECASE)
# What WordPress and its kin add to a teaser, and no reader wants to be told: that it was cut, and where it stands.
CUT_MARK = r"(?:\s*\[?(?:…|\.\.\.)\]?)*"
SIGNPOST = (
    r"The post .+ appeared first on .+|ظهرت المقالة .+ أولاً? على .+|L’article .+ est apparu en premier sur .+|"
    r"اقرأ المزيد\W*|Read more\W*|Continue reading.*|Lire la suite\W*|阅读更多\W*"
)
TEASER_TAIL = re.compile(rf"{CUT_MARK}\s*(?:{SIGNPOST})?\s*$", re.DOTALL)
LONGEST_TAIL = 600  # characters at the end of a teaser that are searched: the search takes the square of them


@dataclass(frozen=True, slots=True)
class ParsedFeed:
    """A feed as it stands: what it calls itself, and its items in the source's order."""

    title: str
    language: str
    items: tuple[ParsedArticle, ...]
    unread: int = 0  # items that could not be read


def parse_feed(body: bytes, url: str, charset: str | None = None, *, now: datetime) -> ParsedFeed:
    """Read a feed; `charset` is what HTTP said of it. Raises ParseError when it is none."""
    text = _decode(body, charset)
    raw = _parse(text, url)
    head = raw.get("feed") or {}
    language = _said(head.get("language"))[:2].lower()
    items, unread = _read_items(_entries(raw)[:MOST_ITEMS], url, language, now)
    if not items and not is_well_formed(text):
        raise ParseError(url, "its XML is broken before the first item")
    return ParsedFeed(html_to_line(_said(head.get("title"))), language, tuple(tell_apart(items)), unread)


def _read_items(
    entries: Iterable[Mapping[str, Any]], url: str, language: str, now: datetime
) -> tuple[list[ParsedArticle], int]:
    """Answer the items, and how many could not be read: whatever is wrong with one, the others come."""
    items, unread = [], 0
    for entry in entries:
        try:
            item = _read_item(entry, url, language, now)
        except Exception:  # noqa: BLE001  (what strangers write meets three parsers, which raise what they like)
            unread += 1
        else:
            items += [item] if item else []
    return items, unread


def _entries(raw: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    return list(raw.get("entries") or ())


def _decode(body: bytes, charset: str | None) -> bytes:
    """Answer the feed as UTF-8 bytes whose prolog does not say otherwise."""
    bare = PROLOG.sub("", decode(body, charset), count=1)
    return _storable(bare).encode()


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
    return dict(feedparser.parse(body, sanitize_html=False, resolve_relative_uris=False))


def is_well_formed(body: bytes) -> bool:
    """Tell whether expat reads the XML to its end."""
    parser = expat.ParserCreate()
    try:
        parser.Parse(body, True)  # noqa: FBT003  (the C signature has no keyword)
    except (expat.ExpatError, LookupError):  # an encoding that nobody knows
        return False
    return True


def _read_item(entry: Mapping[str, Any], base: str, language: str, now: datetime) -> ParsedArticle | None:
    """Map an item; one with no title and no address says nothing that could be sent."""
    title = html_to_line(_said(entry.get("title")))
    link = _address(base, _said(entry.get("link")))
    teaser = html_to_text(_said(entry.get("description") or entry.get("summary")))
    body = html_to_text(_content(entry)) or teaser
    guid = _said(entry.get("id")) or link or _said(entry.get("link"))
    if not (title or body) or not guid:
        return None
    title = title or shorten(body, 100)
    return ParsedArticle(
        guid=guid if len(guid.encode()) <= LONGEST_ID else hashlib.blake2b(guid.encode(), digest_size=16).hexdigest(),
        url=link,
        title=title,
        lead=_lead(teaser, body),
        body=body,
        author=html_to_line(_said(entry.get("author"))),
        image=_image(entry, base),
        language=_language(f"{title} {body[:500]}", language),
        categories=tuple(dict.fromkeys(_categories(entry))),
        published_at=_date(entry, now),
    )


def _said(value: object) -> str:
    """Answer what an element says, or nothing."""
    return _storable(str(value or "")).strip()


def _storable(text: str) -> str:
    """Leave out what no database takes: NUL, and halves of characters."""
    return text.replace("\0", "").encode(errors="ignore").decode()


def _address(base: str, said: str) -> str:
    """Answer a web address in full; nothing for what is none, or too long to be one."""
    try:
        address = urljoin(base, said) if said else ""
    except ValueError:
        return ""
    too_long = len(quote(address, safe=printable)) > LONGEST_ID
    return address if address.startswith(("http://", "https://")) and not too_long else ""


def _language(text: str, told: str) -> str:
    """Answer the language of the text: the script decides, and among Latin ones what the feed says of itself."""
    guess = guess_language(text)
    return told if guess in {"en", "fr"} and told in {"en", "fr"} else guess


def _content(entry: Mapping[str, Any]) -> str:
    return max((_said(part.get("value")) for part in entry.get("content") or ()), key=len, default="")


def _lead(teaser: str, body: str) -> str:
    """Answer the teaser when the source wrote one, else the beginning of the body."""
    own = teaser[:-LONGEST_TAIL] + TEASER_TAIL.sub("", teaser[-LONGEST_TAIL:])
    cut = own != teaser.strip() or not own
    return shorten(own if own and not (cut and body.startswith(own[:80])) else body, LEAD_LENGTH)


def _categories(entry: Mapping[str, Any]) -> Iterable[str]:
    for tag in entry.get("tags") or ():
        if name := html_to_line(_said(tag.get("term") or tag.get("label"))):
            yield name


def _image(entry: Mapping[str, Any], base: str) -> str:
    """Answer the first picture that the item encloses."""
    for enclosure in [*(entry.get("enclosures") or ()), *(entry.get("media_content") or ())]:
        address = _address(base, _said(enclosure.get("url") or enclosure.get("href")))
        if address and _said(enclosure.get("type") or enclosure.get("medium")).startswith("image"):
            return address
    return ""


def _date(entry: Mapping[str, Any], now: datetime) -> datetime | None:
    """Answer when the item was published in UTC, or None for a date that is missing, unreadable or impossible."""
    for name in ("published", "updated", "created"):
        parts = entry.get(f"{name}_parsed")
        try:
            moment = datetime.fromtimestamp(timegm(parts), UTC) if parts else read_date(_said(entry.get(name)))
        except (TypeError, ValueError, OverflowError):
            continue
        if moment and moment.year >= FIRST_YEAR and moment <= now + timedelta(days=1):
            return min(moment, now)
    return None
