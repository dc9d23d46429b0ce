"""Reading a source: what came is looked at, not its address, and the reader of its kind reads it.

    bytes ─ decode ─▶ [ … ] of posts     ─▶ wordpress.py
                      { … } JSON Feed    ─▶ jsonfeed.py
                      <urlset>           ─▶ sitemaps.py
                      anything else      ─▶ feeds.py, which says what is wrong with it

A new kind is a line here and a module that answers a `ParsedFeed`.
"""

import re
from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any

from newsroom.encoding import decode
from newsroom.errors import ParseError
from newsroom.feeds import parse_feed
from newsroom.items import ParsedFeed, Poll, said
from newsroom.jsonfeed import is_json_feed, parse_json_feed
from newsroom.lenient import load_json
from newsroom.reasons import Reason
from newsroom.seen import read_marks
from newsroom.sifting import TangledError, sift
from newsroom.sitemaps import is_sitemap, parse_sitemap
from newsroom.wordpress import are_posts, ask_for_appeared, ask_for_posts, drop_asking, is_posts_address, parse_posts

JSON = re.compile(r"\ufeff?\s*[\[{]")
ATOM = re.compile(r"\s*(?:<[?!].*?>\s*)*<(?:\w+:)?feed\b", re.IGNORECASE | re.DOTALL)
HEAD = 2_000  # characters in which a document says what it is


class Kind(StrEnum):
    """What is read at an address; the members are what the terminal calls it."""

    POSTS = "WordPress REST"
    RSS = "RSS"
    ATOM = "Atom"
    JSON = "JSON Feed"
    SITEMAP = "news sitemap"
    PAGE = "page"  # of one article


def read_feed(
    body: bytes, url: str, charset: str | None = None, *, now: datetime, seen: bytes | None = None
) -> ParsedFeed:
    """Read what a source answered; `charset` is what HTTP said of it. Raises ParseError when it is none.

    What it told at its last poll, as `seen` says, is left out.
    """
    poll = Poll(now, read_marks(seen or b""))
    sifted = sift(body, poll.marks)
    text = decode(sifted.body, charset)
    if JSON.match(text):
        return _read_json(text.removeprefix("\ufeff"), url, poll)
    if is_sitemap(text):
        return parse_sitemap(text, url, poll)
    try:
        return parse_feed(text, url, poll, sifted)
    except TangledError:
        return parse_feed(decode(body, charset), url, poll, sift(body, {}))


def tell_kind(body: bytes, charset: str | None = None) -> Kind:
    """Answer of what kind something is that `read_feed` has read."""
    text = decode(body, charset)[:HEAD].removeprefix("\ufeff")
    if JSON.match(text):
        return Kind.POSTS if text.lstrip().startswith("[") else Kind.JSON
    if is_sitemap(text):
        return Kind.SITEMAP
    return Kind.ATOM if ATOM.match(text) else Kind.RSS


def request_address(url: str, since: str | None = None) -> str:
    """Answer the address to ask a source at for what is newer than `since`, where its kind knows that."""
    return ask_for_posts(url, since) if is_posts_address(url) else url


def second_address(url: str, since: str | None = None) -> str:
    """Answer where else a source must be asked, since its answer to the first is not the whole; nowhere for most."""
    return ask_for_appeared(url, since) if is_posts_address(url) else ""


def moved_address(url: str, to: str) -> str:
    """Answer where a source is that was asked at its `request_address` and led `to` another for good."""
    return drop_asking(to) if is_posts_address(url) else to


def _read_json(text: str, url: str, poll: Poll) -> ParsedFeed:
    told = _load(text, url)
    if is_json_feed(told):
        return parse_json_feed(told, url, poll)
    if are_posts(told):
        return parse_posts(told, url, poll)
    raise ParseError(url, _explain(told))


def _load(text: str, url: str) -> Any:
    try:
        return load_json(text)
    except ValueError as error:
        raise ParseError(url, Reason("broken-json", cause=str(error))) from None


def _explain(told: Any) -> Reason:
    """Say that it is no feed, and what a server says is wrong, as WordPress does: {"code": …, "message": …}."""
    if isinstance(told, Mapping) and told.get("message"):
        return Reason("json-says", said=said(told["message"])[:200])
    return Reason("no-json-feed")
