"""WordPress by its REST API (`wp/v2/posts`): the posts themselves, with what a feed does not tell.

    first      the newest posts, the latest changed first
    later      ?modified_after=…, the first changed first: whatever was changed since, page by page, and nothing else
    besides    ?after=…: what was scheduled counts as changed when it was written, not when it appeared

The guid is the one of the feed, so a site that is read by both has no article twice. What a password protects is left
out. Reference: developer.wordpress.org/rest-api/reference/posts.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import chain
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import orjson

from newsroom.dates import read_date
from newsroom.items import Head, ParsedFeed, Poll, RawItem, make_feed, said
from newsroom.text import read_number
from newsroom.withdrawals import NOTHING_LISTED, Listing, list_of

ROUTE = "/wp/v2/posts"
PAGE, LISTED = 50, 100  # posts in an answer, whole and by name; WordPress gives at most 100
OVERLAP = timedelta(seconds=1)  # "after" leaves out what was changed in the same second
LATE = timedelta(hours=6)  # that what was scheduled may appear after its time: a quiet site looks when it is visited
WHOLE = {
    "per_page": str(PAGE),
    "_embed": "author,wp:featuredmedia,wp:term",
    "_fields": "id,guid,link,date_gmt,modified_gmt,title,excerpt,content,_links,_embedded",
}

ASKED = {*WHOLE, "orderby", "order", "modified_after", "modified_before", "after", "offset"}


def is_posts_address(url: str) -> bool:
    """Tell whether an address is that of a site's posts, with pretty links or without."""
    parts = urlsplit(url)
    return (
        parts.path.rstrip("/").endswith(f"/wp-json{ROUTE}") or dict(parse_qsl(parts.query)).get("rest_route") == ROUTE
    )


def ask_for_posts(url: str, changed: str | None) -> str:
    """Answer the address to ask for the posts that changed after that moment, as `ParsedFeed.since` told it."""
    moment, _, passed = (changed or "").partition(" ")
    since = read_date(moment)
    if since is None:
        return _ask(url, **WHOLE, orderby="modified", order="desc")
    after = {"modified_after": write_moment(since - OVERLAP), "order": "asc"}
    if not passed:
        return _ask(url, **WHOLE, **after, orderby="modified")
    return _ask(url, **WHOLE, **after, orderby="id", modified_before=write_moment(since + OVERLAP), offset=passed)


def ask_for_appeared(url: str, changed: str | None) -> str:
    """Answer the address to ask for the posts that appeared since then, whenever they were changed; none at first."""
    since = read_date((changed or "").partition(" ")[0])
    return _ask(url, **WHOLE, orderby="date", order="desc", after=write_moment(since - LATE)) if since else ""


def _ask(url: str, **how: str) -> str:
    parts = urlsplit(url)
    return parts._replace(query=urlencode(dict(parse_qsl(parts.query)) | how)).geturl()


def drop_asking(url: str) -> str:
    """Answer the address that was asked without what we ask of every site."""
    parts = urlsplit(url)
    own = [(name, value) for name, value in parse_qsl(parts.query) if name not in ASKED]
    return parts._replace(query=urlencode(own, safe="/")).geturl()


def ask_for_listing(url: str) -> str:
    """Answer the address to ask for what is published now, the newest first, by guid and date alone."""
    return _ask(url, per_page=str(LISTED), _fields="guid,date_gmt", orderby="date", order="desc")


def read_listing(body: bytes) -> Listing:
    """Read what is published now; what is none lists nothing, and so says of nothing that it is gone."""
    try:
        told = orjson.loads(body)
    except orjson.JSONDecodeError:
        return NOTHING_LISTED
    if not are_posts(told):
        return NOTHING_LISTED
    found = ((_rendered(post, "guid"), said(post.get("date_gmt"))) for post in told)
    return list_of(found, is_whole=len(told) < LISTED)


def are_posts(told: Any) -> bool:
    """Tell whether something read from JSON is a list of posts; an empty list is one of none."""
    return isinstance(told, list) and all(isinstance(post, Mapping) and "guid" in post for post in told)


def parse_posts(told: Sequence[Mapping[str, Any]], url: str, poll: Poll) -> ParsedFeed:
    """Read posts; the site's name is not among what they tell."""
    feed = make_feed(Head(url, urlsplit(url).hostname or ""), told, _read, poll)
    return replace(feed, since=_write_since(told, url))


def write_moment(moment: datetime) -> str:
    """Answer a moment as the API takes it."""
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def _write_since(told: Sequence[Mapping[str, Any]], url: str) -> str:
    """Answer when the last changed of these posts was changed; of a second that fills pages, how many were read.

    Where a plugin wrote a whole page of posts in one second, the moment does not move on, so that second alone is read,
    in the order of ids: WordPress gives what was changed together in whatever order, another one for each page. It is
    an offset and no page number, for which WordPress has an error where there is no such page.
    """
    asked = dict(parse_qsl(urlsplit(url).query))
    after, is_whole = asked.get("modified_after", ""), len(told) >= PAGE
    if (second := read_date(asked.get("modified_before", ""))) and after:
        passed = (read_number(asked.get("offset", "")) or 0) + len(told)
        return f"{write_moment(second - OVERLAP)} {passed}" if is_whole else write_moment(second)
    moments = (read_date(said(post.get("modified_gmt"))) for post in told)
    newest = max((moment for moment in moments if moment), default=None)
    if newest is None:
        return ""
    stands = is_whole and after == write_moment(newest - OVERLAP)
    return f"{write_moment(newest)} 0" if stands else write_moment(newest)


def _read(post: Mapping[str, Any]) -> RawItem:
    if (post.get("content") or {}).get("protected"):
        return RawItem()  # nothing to read
    embedded = post.get("_embedded") or {}
    terms = chain.from_iterable(embedded.get("wp:term") or ())
    return RawItem(
        guid=_rendered(post, "guid"),
        link=said(post.get("link")),
        title=_rendered(post, "title"),
        teaser=_rendered(post, "excerpt"),
        content=_rendered(post, "content"),
        author=_first(embedded.get("author"), "name"),
        image=_first(embedded.get("wp:featuredmedia"), "source_url"),
        categories=tuple(said(term.get("name")) for term in terms),
        moments=(said(post.get("date_gmt")), said(post.get("modified_gmt"))),  # without a zone, which is UTC
        modified=said(post.get("modified_gmt")),
    )


def _rendered(post: Mapping[str, Any], name: str) -> str:
    return said((post.get(name) or {}).get("rendered"))


def _first(listed: Any, name: str) -> str:
    return next((said(one.get(name)) for one in listed or ()), "")
