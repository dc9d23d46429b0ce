"""What an article is: its identity over sources and time, its versions, and whether it is news.

A feed item is a `ParsedArticle`; once stored it has a number and versions. `decide_identity` says which stored
article an item is, by guid, canonical URL and content; `is_news` says whether readers are told of it.
"""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, NamedTuple

from courlan import clean_url
from yarl import URL

from newsroom.text import fold

# Older than this when first seen is archive: a feed that grows backwards must not ring every reader.
NEWS_AGE = timedelta(days=3)
DEFAULT_PORTS = {80, 443}


@dataclass(frozen=True, slots=True)
class ParsedArticle:
    """One item as its source tells it; texts are plain, times are aware UTC or unknown.

    What identifies it is reckoned once, where it is made: that takes a while, and is asked for every item known.
    """

    guid: str
    url: str
    title: str
    lead: str = ""
    body: str = ""
    author: str = ""
    image: str = ""
    language: str = ""
    categories: tuple[str, ...] = ()
    published_at: datetime | None = None
    modified_at: datetime | None = None  # when its source says that it changed since
    canonical_url: str = field(init=False)  # the address without what does not make it another page
    content_hash: str = field(init=False)  # the same for the same words, whatever their marks, spaces and case

    def __post_init__(self) -> None:
        """Reckon what identifies it."""
        words = " ".join("\n".join(fold(part) for part in (self.title, self.lead, self.body)).split())
        object.__setattr__(self, "canonical_url", canonical_url(self.url))
        object.__setattr__(self, "content_hash", hashlib.blake2b(words.encode(), digest_size=16).hexdigest())

    def filled(self, **more: Any) -> "ParsedArticle":
        """Answer it with what its source did not tell; it is known by what its source told, as in the next poll."""
        whole = replace(self, **more)
        object.__setattr__(whole, "content_hash", self.content_hash)
        return whole


@dataclass(frozen=True, slots=True)
class KnownArticle:
    """What identity needs of a stored article and its newest version."""

    id: int
    source_id: int
    guid: str
    canonical_url: str
    content_hash: str
    title: str
    lead: str
    story_id: int
    version: int
    gate: str | None = None  # waits for an editor's yes, or has got a no


class Byline(NamedTuple):
    """A source as readers are told of it."""

    source: str
    label: str = ""  # what editors say of it, beside the name


@dataclass(frozen=True, slots=True)
class Article:
    """A stored article in its newest version; `id` is the number that people see."""

    id: int
    story_id: int
    source: str
    url: str
    language: str
    version: int
    title: str
    lead: str
    body: str
    author: str
    image: str
    published_at: datetime | None
    seen_at: datetime
    retracted: str | None = None  # why, when it has been taken back
    corrected_at: datetime | None = None  # when it was last made to say something else
    gate: str | None = None  # waits for an editor's yes, or has got a no; none for what readers may see
    label: str = ""  # what editors say of its source
    full_text: bool | None = None  # whether readers get it whole; none: as far as it is the site's own
    others: tuple[Byline, ...] = ()  # the other sources that tell its story

    def list_others(self, tellers: Iterable[Byline]) -> tuple[Byline, ...]:
        """Answer those of its story's sources that are not its own, in the order in which they came."""
        return tuple(line for line in dict.fromkeys(tellers) if line != (self.source, self.label))


class Identity(StrEnum):
    """What an item is to the archive."""

    NEW = "new"  # never seen
    SAME = "same"  # known, word for word
    CHANGED = "changed"  # known, with other words: a new version
    TWIN = "twin"  # another source's copy: an article of its own in the same story


def canonical_url(url: str) -> str:
    """Answer what is one for all addresses of a page: it is compared, and not asked.

    Without the scheme's `s` or its absence, `www.`, tracking parameters, fragment, default port and last slash; with
    the query sorted and letters escaped in one way. An unusable address stays as it is.
    """
    try:
        page = URL(str(clean_url(url) or url))
        host = (page.host or "").removeprefix("www.")
        page = page.with_host(host).with_scheme("https").with_fragment(None)
    except ValueError:
        return url
    page = page.with_port(None) if page.port in DEFAULT_PORTS else page
    return str(page.with_path(page.raw_path.rstrip("/") or "/", encoded=True, keep_query=True))


def tell_apart(items: Iterable[ParsedArticle]) -> list[ParsedArticle]:
    """Answer the items of one poll, each with a guid of its own: some sites give the same one to many.

    Of those with one title the first is kept. Others are articles of their own where the guid is but a link or their
    addresses differ, and their title becomes part of the guid; under one address it is one article, listed twice.
    """
    named: dict[str, list[ParsedArticle]] = {}
    seen: set[tuple[str, str, str]] = set()
    for item in items:
        told = {(item.guid, "title", fold(item.title))}
        if not item.guid.startswith(("http://", "https://")):
            told.add((item.guid, "address", item.canonical_url))
        if seen.isdisjoint(told):
            named.setdefault(item.guid, []).append(item)
            seen |= told
    return [item if len(same) == 1 else _named_by_title(item) for same in named.values() for item in same]


def _named_by_title(item: ParsedArticle) -> ParsedArticle:
    title = hashlib.blake2b(fold(item.title).encode(), digest_size=8).hexdigest()
    return replace(item, guid=f"{item.guid}#{title}")


def decide_identity(
    item: ParsedArticle, source_id: int, known: Iterable[KnownArticle]
) -> tuple[Identity, KnownArticle | None]:
    """Say what an item is among the stored articles that share its guid, address or content with it."""
    for article in (candidates := list(known)):
        if article.source_id == source_id and article.guid == item.guid:
            return _compare(item, article), article
    for article in candidates:
        if article.canonical_url == item.canonical_url and _share_address(item, article, source_id):
            # Only its own source changes an article: a second feed of the site may carry a mere teaser of it.
            return (_compare(item, article) if article.source_id == source_id else Identity.SAME), article
    for article in candidates:
        if article.content_hash == item.content_hash and article.source_id == source_id:
            return Identity.SAME, article
        if article.content_hash == item.content_hash and article.gate is None:
            return Identity.TWIN, article  # nobody has what waits for an editor
    return Identity.NEW, None


def _compare(item: ParsedArticle, article: KnownArticle) -> Identity:
    return Identity.SAME if article.content_hash == item.content_hash else Identity.CHANGED


def _share_address(item: ParsedArticle, article: KnownArticle, source_id: int) -> bool:
    """Tell whether equal addresses mean one article; within a source, a live page lists many under one address."""
    return article.source_id != source_id or fold(article.title) == fold(item.title)


def is_news(published_at: datetime | None, first_contact_at: datetime | None, now: datetime) -> bool:
    """Tell whether a new article is pushed; what stood in the feed at first contact, or is older, is archive."""
    return first_contact_at is not None and (published_at is None or published_at >= now - NEWS_AGE)
