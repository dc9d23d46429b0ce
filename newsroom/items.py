"""What every kind of source tells of an article, and how that becomes one: cleaned, bounded, with a lead.

    feeds.py, wordpress.py, jsonfeed.py, sitemaps.py ─▶ RawItem ─ told before? ─▶ left out as it is
                                                                      └─ no ────▶ ParsedArticle ─▶ ParsedFeed

Whatever is true of articles whatever they were read from stands here; what only one kind has is that kind's.
"""

import hashlib
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import chain, islice, repeat
from operator import attrgetter
from string import printable
from typing import NamedTuple, TypeVar
from urllib.parse import quote, urljoin

from newsroom.articles import ParsedArticle, tell_apart
from newsroom.cutting import shorten
from newsroom.dates import FIRST_YEAR, read_date
from newsroom.furniture import trim
from newsroom.markup import html_to_line, html_to_prose
from newsroom.seen import Mark, Marks, digest_of, guid_digest, make_mark, write_marks
from newsroom.sifting import MOST_ITEMS
from newsroom.text import guess_language
from newsroom.withdrawals import NOTHING_LISTED, Listing

Entry = TypeVar("Entry")
Made = TypeVar("Made")
LEAD_LENGTH = 300  # characters of a lead that is cut from the body
TITLE_LENGTH = 100  # and of a title, where there is none
LONGEST_HTML, LONGEST_TEXT = 400_000, 200_000  # characters of an article as it is written, and as it is read
LONGEST_TITLE, LONGEST_NAME = 500, 200  # characters; a name is an author's, a category's, a source's
MOST_CATEGORIES = 50
LONGEST_ID = 2000  # bytes of a guid, or of an address as it is asked for: PostgreSQL's indexes hold 2,700
# What WordPress and its kin add to a teaser, and no reader wants to be told: that it was cut, and where it stands.
CUT_MARK = r"(?:\s*\[?(?:…|\.\.\.)\]?)*"
SIGNPOST = (
    r"The post .+ appeared first on .+|ظهرت المقالة .+ أولاً? على .+|L’article .+ est apparu en premier sur .+|"
    r"اقرأ المزيد\W*|Read more\W*|Continue reading.*|Lire la suite\W*|阅读更多\W*"
)
TEASER_TAIL = re.compile(rf"{CUT_MARK}\s*(?:{SIGNPOST})?\s*$", re.DOTALL)
LOCKED = 'class="post-password-form"'  # all that WordPress shows of what a password protects
LONGEST_TAIL = 600  # characters at the end of a teaser that are searched: the search takes the square of them


@dataclass(frozen=True, slots=True)
class RawItem:
    """An article as its source writes it: texts are HTML or plain, addresses may be relative, all may be missing."""

    guid: str = ""
    link: str = ""
    title: str = ""
    teaser: str = ""
    content: str = ""
    author: str = ""
    image: str = ""
    categories: tuple[str, ...] = ()
    moments: tuple[str, ...] = ()  # when it was published, the most trusted first
    modified: str = ""  # when it was changed, which may be among the moments too


FIELDS = attrgetter(*(name for name in RawItem.__slots__ if name != "modified"))


@dataclass(frozen=True, slots=True)
class Poll:
    """With what a source is read: when, and what it told at its last poll."""

    now: datetime
    marks: Marks = field(default_factory=dict)


class Told(NamedTuple):
    """An item as it was told, with what its feed knows it by and what stands for all that was told of it."""

    guid: str
    digest: bytes
    raw: RawItem

    def mark(self, item: ParsedArticle) -> Mark:
        """Answer the mark of what became of it."""
        return make_mark(self.digest, guid_digest(self.guid), item.published_at)


@dataclass(frozen=True, slots=True)
class HubLinks:
    """Who tells when a source has something new, and what the source calls itself there (`websub.py`)."""

    hub: str = ""
    topic: str = ""


NO_HUB = HubLinks()


@dataclass(frozen=True, slots=True)
class ParsedFeed:
    """A source as it stands: what it calls itself, and its items in its own order, but for those seen before."""

    title: str
    language: str
    items: tuple[ParsedArticle, ...]
    unread: int = 0  # items that could not be read
    seen: bytes = b""  # the marks of all items that it has, those left out too; nothing where it has none
    ttl: float = 0  # seconds for which it says that nothing new comes
    since: str = ""  # what the next request asks for what is newer than, where the source knows that
    listing: Listing = NOTHING_LISTED  # what it lists now, by which what it lists no longer is found
    links: HubLinks = NO_HUB
    has_more: bool = False  # it has more new items than are read at a time: it must be asked for the others

    def joined(self, other: "ParsedFeed") -> "ParsedFeed":
        """Answer it with what else its source told."""
        items = tuple(tell_apart([*self.items, *other.items]))
        unread, has_more = self.unread + other.unread, self.has_more or other.has_more
        return replace(self, items=items, unread=unread, has_more=has_more, seen=self.seen + other.seen)

    def with_seen(self, marks: Sequence[Mark]) -> "ParsedFeed":
        """Answer it with items that it lists as well, of which nothing but their marks is known."""
        moments = (*self.listing.moments, *filter(None, (mark.moment for mark in marks)))
        guids = self.listing.guids | {mark.guid for mark in marks}
        return replace(self, seen=self.seen + write_marks(marks), listing=Listing(guids, moments))


@dataclass(frozen=True, slots=True)
class Head:
    """What a source says of itself, and where it was read: its addresses are relative to that."""

    url: str
    title: str = ""
    language: str = ""


def make_feed(
    head: Head, entries: Iterable[Entry], read: Callable[[Entry], RawItem], poll: Poll, digests: Sequence[bytes] = ()
) -> ParsedFeed:
    """Answer a feed of these entries; whatever is wrong with one, the others come.

    What is told in the very words of the last poll is left out before it is cleaned. Items that share a guid come
    together or not at all, since what one of them is called depends on the others. `digests` stand for what is told by
    the entries, one for each, where that is known already.
    """
    language = head.language[:2].lower()

    def note(entry: tuple[Entry, bytes]) -> Told:
        return _note(read(entry[0]), head.url, entry[1])

    def clean(one: Told) -> tuple[Told, ParsedArticle | None]:
        return one, make_item(one.raw, head.url, language, poll.now)

    listed, unread = _try_each(note, zip(islice(entries, MOST_ITEMS), chain(digests, repeat(b"")), strict=False))
    fresh = {one.guid for one in listed if one.digest not in poll.marks}
    cleaned, lost = _try_each(clean, (one for one in listed if one.guid in fresh))
    made = [(one, item) for one, item in cleaned if item]
    marks = [poll.marks[one.digest] for one in listed if one.guid not in fresh] + [one.mark(item) for one, item in made]
    items = tuple(tell_apart(item for _, item in made))
    feed = ParsedFeed(_line(head.title, LONGEST_NAME), language, items, unread + lost, write_marks(marks))
    return replace(feed, listing=_list(listed, marks))


def _list(listed: Iterable[Told], marks: Iterable[Mark]) -> Listing:
    guids = frozenset(guid_digest(one.guid) for one in listed)
    return Listing(guids, tuple(filter(None, (mark.moment for mark in marks))))


def _try_each(make: Callable[[Entry], Made], entries: Iterable[Entry]) -> tuple[list[Made], int]:
    """Answer what is made of each entry, and of how many nothing could be made."""
    made, failed = [], 0
    for entry in entries:
        try:
            made.append(make(entry))
        except Exception:  # noqa: BLE001  (what strangers write meets several parsers, which raise what they like)
            failed += 1
    return made, failed


def _note(raw: RawItem, base: str, digest: bytes) -> Told:
    besides = [raw.modified] if raw.modified and raw.modified not in raw.moments else []
    told = "\0".join(map(str, [*FIELDS(raw), *besides]))  # NUL is in no text of it
    return Told(_find_guid(raw, base), digest or digest_of(told.encode()), raw)


def _find_guid(raw: RawItem, base: str) -> str:
    """Answer what an item is known by in its feed; a digest of it where it is too long to be kept."""
    guid = raw.guid or full_address(base, raw.link) or raw.link
    if len(guid.encode()) <= LONGEST_ID:
        return guid
    return hashlib.blake2b(guid.encode(), digest_size=16).hexdigest()


def make_item(raw: RawItem, base: str, language: str, now: datetime) -> ParsedArticle | None:
    """Answer the article; None for one that is not public, has no title and no text, or nothing to know it by."""
    guid = _find_guid(raw, base)
    title = _line(raw.title, LONGEST_TITLE)
    teaser = _text(raw.teaser)
    body = trim(teaser if raw.content == raw.teaser else _text(raw.content) or teaser)
    if not (title or body) or not guid or LOCKED in raw.content:
        return None
    title = title or shorten(body, TITLE_LENGTH)
    published_at, modified_at = _choose_moment(raw.moments, now), _choose_moment([raw.modified], now)
    return ParsedArticle(
        guid=guid,
        url=full_address(base, raw.link),
        title=title,
        lead=_lead(teaser, body),
        body=body,
        author=_line(raw.author, LONGEST_NAME),
        image=full_address(base, raw.image),
        language=_language(f"{title} {body[:500]}", language),
        categories=_categories(raw.categories),
        published_at=published_at,
        modified_at=modified_at if modified_at and (not published_at or modified_at > published_at) else None,
    )


def _line(written: str, longest: int) -> str:
    return shorten(html_to_line(written[:LONGEST_HTML]), longest)


def _text(written: str) -> str:
    return html_to_prose(written[:LONGEST_HTML])[:LONGEST_TEXT]


def _categories(written: tuple[str, ...]) -> tuple[str, ...]:
    named = (_line(one, LONGEST_NAME) for one in written[:MOST_CATEGORIES])
    return tuple(dict.fromkeys(filter(None, named)))


def said(value: object) -> str:
    """Answer what an element says: a text or a number. Anything else says nothing."""
    return storable(str(value)).strip() if isinstance(value, str | int | float) and value and value is not True else ""


def all_said(told: object) -> tuple[str, ...]:
    """Answer the texts of what is told as one or as a list of them."""
    return tuple(filter(None, map(said, told if isinstance(told, list) else [told])))


def storable(text: str) -> str:
    """Leave out what no database takes: NUL, and halves of characters."""
    return storable_bytes(text).decode()


def storable_bytes(text: str) -> bytes:
    """Answer the same in UTF-8."""
    return text.replace("\0", "").encode(errors="ignore")


def full_address(base: str, told: str) -> str:
    """Answer a web address in full; nothing for what is none, or too long to be one."""
    try:
        address = urljoin(base, told) if told else ""
    except ValueError:
        return ""
    too_long = len(quote(address, safe=printable)) > LONGEST_ID
    return address if address.startswith(("http://", "https://")) and not too_long else ""


def _language(text: str, told: str) -> str:
    """Answer the language of the text: the script decides, and among Latin ones what the source says of itself."""
    guess = guess_language(text)
    return told if guess in {"en", "fr"} and told in {"en", "fr"} else guess


def _lead(teaser: str, body: str) -> str:
    """Answer the teaser when the source wrote one, else the beginning of the body."""
    own = trim(teaser[:-LONGEST_TAIL] + TEASER_TAIL.sub("", teaser[-LONGEST_TAIL:]))
    cut = own != teaser.strip() or not own
    return shorten(own if own and not (cut and body.startswith(own[:80])) else body, LEAD_LENGTH)


def _choose_moment(moments: Iterable[str], now: datetime) -> datetime | None:
    """Answer when it was published in UTC; None where every date is missing, or impossible."""
    for moment in map(read_date, filter(None, moments)):
        if moment and moment.year >= FIRST_YEAR and moment <= now + timedelta(days=1):
            return min(moment, now)
    return None
