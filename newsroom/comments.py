"""Comments of a WordPress site (`wp/v2/comments`): ours as it takes them, and the site's own as it tells them.

    out     the text escaped, the pen's name, an address that leads nowhere and that only this reply has: by it the
            comment is found again, whatever became of the answer to the request that brought it
    in      text without markup, a name, who is answered; nothing else of who wrote it is asked for

An article is asked for its comments the seldomer the older it is. Reference:
developer.wordpress.org/rest-api/reference/comments. What an answer means is `decide_came`.
"""

import html
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import orjson

from newsroom.cutting import shorten
from newsroom.dates import read_date
from newsroom.items import said
from newsroom.markup import html_to_line, html_to_text
from newsroom.wordpress import ROUTE as POSTS
from newsroom.wordpress import is_posts_address

COMMENTS = "/wp/v2/comments"
NOWHERE = "telegram.invalid"  # a domain that never is (RFC 2606)
PAGE, MOST_PAGES = 100, 20  # comments in an answer, which is the most that WordPress gives, and answers
LONGEST_TEXT, LONGEST_NAME = 10_000, 80  # characters of a comment that are kept
SILENT = "…"  # of a comment without words: a picture
FIELDS = "id,parent,author_name,date_gmt,content"
OVERLAP = timedelta(seconds=1)
WHOLE_EVERY = timedelta(hours=6)  # that all is asked for where it takes several pages; between, only what is newer
# How often an article is asked for, by its age; what is older than all of these, once a week.
RHYTHM = (
    (timedelta(hours=6), timedelta(minutes=10)),
    (timedelta(days=2), timedelta(hours=1)),
    (timedelta(days=14), timedelta(hours=6)),
    (timedelta(days=90), timedelta(days=3)),
)
YOUNG = RHYTHM[-1][0]  # what is older is asked for only when somebody has looked at its replies
SELDOMEST = timedelta(days=7)
LONGEST_WAIT, FIRST_WAIT = timedelta(hours=6), timedelta(seconds=30)
BY_NUMBER = re.compile(r"[?&]p=(\d{1,18})(?:&|$)")
# Which 400, 403 and 404 are about this comment, and not about us.
NOT_FOUND = {"rest_comment_invalid_id"}
CLOSED = {
    "rest_comment_closed",
    "rest_comment_draft_post",
    "rest_comment_trash_post",
    "rest_comment_invalid_post_id",
    "rest_post_invalid_id",
    "rest_cannot_read_post",
    "rest_comment_content_invalid",
    "rest_comment_author_invalid",
    "rest_invalid_param",
    "comment_author_column_length",
    "comment_content_column_length",
}
DUPLICATE = "comment_duplicate"
OK, BAD, MANY = range(200, 300), (400, 403, 404), 429
PORTS = {"http": 80, "https": 443}
UNAUTHORIZED, FORBIDDEN, MISSING, CONFLICT, GONE = 401, 403, 404, 409, 410


class Came(StrEnum):
    """What the site's answer means."""

    DONE = "done"
    THERE = "there"  # it has this very comment
    GONE = "gone"  # it has no such comment, or not any more
    CLOSED = "closed"  # it will never take this one
    REFUSED = "refused"  # it does not take anything from us
    LATER = "later"  # nobody can tell


@dataclass(frozen=True, slots=True)
class Api:
    """Where a site's API is: with pretty links or without."""

    base: str

    def at(self, route: str, **how: object) -> str:
        """Answer the address of a route, with what is asked."""
        query = urlencode({name: value for name, value in how.items() if value != ""})
        joint = "&" if "?" in self.base else "?"
        return f"{self.base}{route}{joint if query else ''}{query}"


@dataclass(frozen=True, slots=True)
class Comment:
    """A comment as the site shows it."""

    id: int
    name: str
    text: str
    said_at: datetime
    parent_id: int | None = None


@dataclass(frozen=True, slots=True)
class Asking:
    """What an article's thread is asked for: all, or what is newer than a moment."""

    after: datetime | None = None

    @property
    def is_whole(self) -> bool:
        """Tell whether what is not in the answer is not on the site."""
        return self.after is None


def find_api(site: str, sources: Iterable[str]) -> Api:
    """Answer a site's API: as one of its sources writes it, or in the way that every WordPress understands.

    Of sources those alone that are asked in the same way: a password that is meant for https goes to no other port.
    """
    origin = _origin(site)
    found = next((url for url in sources if is_posts_address(url) and _origin(url) == origin), "")
    parts = urlsplit(found)
    if parts.path.rstrip("/").endswith(POSTS):
        return Api(parts._replace(path=parts.path.rstrip("/").removesuffix(POSTS), query="").geturl())
    at = parts._replace(query="").geturl() if found and dict(parse_qsl(parts.query)) else f"{site.rstrip('/')}/"
    return Api(f"{at}?rest_route=")


def _origin(url: str) -> tuple[str, str, int | None]:
    parts = urlsplit(url)
    return parts.scheme, parts.hostname or "", parts.port or PORTS.get(parts.scheme)


def mail_of(reply_id: str) -> str:
    """Answer the address that a reply bears on the site: nobody's, and no other reply's."""
    return f"{reply_id}@{NOWHERE}"


def write_content(text: str) -> str:
    """Answer a text as the site keeps it without a change, so that it knows it again: none of it is markup."""
    return html.escape(text, quote=False)


def decide_came(status: int, code: str) -> Came:
    """Say what an answer means, by its status and the name of its error."""
    if status in OK:
        return Came.DONE
    if status == CONFLICT and code == DUPLICATE:
        return Came.THERE
    if status == GONE or (status == MISSING and code in NOT_FOUND):
        return Came.GONE
    if status in BAD and code in CLOSED:
        return Came.CLOSED
    return Came.REFUSED if status in {UNAUTHORIZED, FORBIDDEN, MISSING} else Came.LATER


def next_try(attempts: int) -> timedelta:
    """Answer how long to wait after so many tries that came to nothing."""
    return min(FIRST_WAIT * (1 << min(attempts, 16)), LONGEST_WAIT)


def next_asking(age: timedelta) -> timedelta:
    """Answer when an article of an age is asked for its comments again."""
    return next((wait for older, wait in RHYTHM if age < older), SELDOMEST)


def decide_asking(pages: int, whole_at: datetime | None, newest_at: datetime | None, now: datetime) -> Asking:
    """Say what to ask for: all, but what is newer alone where all takes many pages and was told lately."""
    lately = whole_at is not None and now - whole_at < WHOLE_EVERY
    return Asking(newest_at - OVERLAP) if pages > 1 and lately and newest_at else Asking()


def read_comments(body: bytes, now: datetime) -> list[Comment] | None:
    """Read a list of comments; None for what is none."""
    told = read_list(body)
    if told is None:
        return None
    found = (_read(one, now) for one in told)
    return [comment for comment in found if comment]


def read_list(body: bytes) -> list[Mapping[str, Any]] | None:
    """Read a list of objects that have an id; None for anything else."""
    told = read_json(body)
    is_list = isinstance(told, list) and all(isinstance(one, Mapping) and "id" in one for one in told)
    return told if is_list else None


def read_json(body: bytes) -> Any:
    """Read JSON; None for what is none."""
    try:
        return orjson.loads(body)
    except orjson.JSONDecodeError:
        return None


def read_code(body: bytes) -> str:
    """Answer the name of an error, as WordPress gives it."""
    told = read_json(body)
    return said(told.get("code")) if isinstance(told, Mapping) else ""


def _read(told: Mapping[str, Any], now: datetime) -> Comment | None:
    moment, content = read_date(said(told.get("date_gmt"))), told.get("content")
    number, parent = told.get("id"), told.get("parent")
    if not isinstance(number, int) or moment is None:
        return None
    written = said(content.get("rendered")) if isinstance(content, Mapping) else ""
    return Comment(
        number,
        shorten(html_to_line(said(told.get("author_name"))), LONGEST_NAME),
        html_to_text(written[: LONGEST_TEXT * 4])[:LONGEST_TEXT] or SILENT,
        min(moment, now),
        parent if isinstance(parent, int) and parent else None,
    )


def guess_post(guid: str) -> int | None:
    """Answer the number of a post that its guid tells; the site is asked whether that is so."""
    found = BY_NUMBER.search(guid)
    return int(found[1]) if found else None


def slug_of(url: str) -> str:
    """Answer the last part of a post's address, by which the site finds it too."""
    return urlsplit(url).path.rstrip("/").rpartition("/")[2]


def find_post(told: Iterable[Mapping[str, Any]], guid: str, url: str) -> int | None:
    """Answer which of these posts of the site is an article: the one with its guid or its address."""
    for post in told:
        named = post.get("guid")
        rendered = said(named.get("rendered")) if isinstance(named, Mapping) else ""
        if isinstance(post["id"], int) and (html.unescape(rendered) == guid or said(post.get("link")) == url):
            return int(post["id"])
    return None
