"""JSON Feed 1.0 and 1.1 (jsonfeed.org): a dictionary with `version` and `items`."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from newsroom.items import Head, ParsedFeed, Poll, RawItem, all_said, make_feed, said
from newsroom.websub import choose_links

VERSIONS = ("https://jsonfeed.org/version/1", "http://jsonfeed.org/version/1")


def is_json_feed(told: Any) -> bool:
    """Tell whether something read from JSON is a feed."""
    return isinstance(told, Mapping) and said(told.get("version")).startswith(VERSIONS)


def parse_json_feed(told: Mapping[str, Any], url: str, poll: Poll) -> ParsedFeed:
    """Read a feed; items that are none are counted as unread."""
    listed = told.get("items")
    head = Head(url, said(told.get("title")), said(told.get("language")))
    feed = make_feed(head, listed if isinstance(listed, list) else (), _read, poll)
    return replace(feed, links=choose_links(_name_hubs(told), url))


def _name_hubs(told: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield the hubs of the kind that we know, and what the feed calls itself."""
    yield "self", said(told.get("feed_url"))
    hubs = told.get("hubs")
    for hub in hubs if isinstance(hubs, list) else ():
        if isinstance(hub, Mapping) and said(hub.get("type")).lower() == "websub":
            yield "hub", said(hub.get("url"))


def _read(item: Mapping[str, Any]) -> RawItem:
    content = said(item.get("content_html")) or said(item.get("content_text")).replace("<", "&lt;")
    return RawItem(
        guid=said(item.get("id")),
        link=said(item.get("url") or item.get("external_url")),
        title=said(item.get("title")),
        teaser=said(item.get("summary")),
        content=content,
        author=_author(item),
        image=said(item.get("image") or item.get("banner_image")),
        categories=all_said(item.get("tags")),
        moments=(said(item.get("date_published")), said(item.get("date_modified"))),
        modified=said(item.get("date_modified")),
    )


def _author(item: Mapping[str, Any]) -> str:
    """Answer the first author; 1.0 has one, 1.1 a list."""
    authors = item.get("authors")
    listed = [*(authors if isinstance(authors, list) else [authors]), item.get("author")]
    names = (said(author.get("name")) for author in listed if isinstance(author, Mapping))
    return next(filter(None, names), "")
