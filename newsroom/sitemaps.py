"""News sitemaps: a site's articles of the last two days, each with its title and date, and nothing of its text.

What an article says is then read from its page (`pages.py`). A sitemap without news lists pages of all kinds and is no
source. Reference: developers.google.com/search/docs/crawling-indexing/sitemaps/news-sitemap.
"""

import re
from itertools import islice
from operator import itemgetter

from lxml import etree

from newsroom.errors import ParseError
from newsroom.items import Head, ParsedFeed, Poll, RawItem, full_address, make_feed, said
from newsroom.reasons import Reason
from newsroom.trees import parse_xml

ROOT = re.compile(r"<(?:\w+:)?(urlset|sitemapindex)\b")
HEAD = 2_000  # characters in which a document says what it is
MOST_LISTED = 10_000  # sitemaps of an index
LONGEST_TOLD = 200  # characters of an address that is told as a reason
SPACES = {
    "map": "http://www.sitemaps.org/schemas/sitemap/0.9",
    "news": "http://www.google.com/schemas/sitemap-news/0.9",
    "image": "http://www.google.com/schemas/sitemap-image/1.1",
}
NEWS = "{http://www.google.com/schemas/sitemap-news/0.9}news"


def is_sitemap(text: str) -> bool:
    """Tell whether a document is a sitemap."""
    return ROOT.search(text[:HEAD]) is not None


def parse_sitemap(text: str, url: str, poll: Poll) -> ParsedFeed:
    """Read a news sitemap. Raises ParseError for one that has no news, and for an index of sitemaps."""
    root = parse_xml(text)
    if root is None or not list(root.iter(NEWS)):
        raise ParseError(url, _explain(root))
    publication = root.find(".//news:publication", SPACES)
    head = Head(url, _text(publication, "news:name"), _text(publication, "news:language"))
    return make_feed(head, root.iterfind(".//map:url", SPACES), _read, poll)


def list_sitemaps(text: str, url: str) -> list[str]:
    """Answer the sitemaps that an index lists, those first that are called news, and of them the newest."""
    root = parse_xml(text) if is_sitemap(text) else None
    listed = root.iterfind(".//map:sitemap", SPACES) if root is not None else ()
    told = [
        (full_address(url, _text(one, "map:loc")), _text(one, "map:lastmod")) for one in islice(listed, MOST_LISTED)
    ]
    newest = sorted(filter(itemgetter(0), told), key=itemgetter(1), reverse=True)  # dates of ISO 8601, as texts
    return [address for address, _ in sorted(newest, key=lambda one: "news" not in one[0].lower())]


def _read(entry: etree._Element) -> RawItem:
    link = _text(entry, "map:loc")
    return RawItem(
        guid=link,
        link=link,
        title=_text(entry, "news:news/news:title"),
        image=_text(entry, "image:image/image:loc"),
        categories=tuple(filter(None, map(str.strip, _text(entry, "news:news/news:keywords").split(",")))),
        moments=(_text(entry, "news:news/news:publication_date"), _text(entry, "map:lastmod")),
    )


def _text(element: etree._Element | None, path: str) -> str:
    return said(element.findtext(path, "", SPACES)) if element is not None else ""


def _explain(root: etree._Element | None) -> Reason:
    """Say that there are no news, and where an index says that they may be."""
    found = root.iterfind(".//map:sitemap/map:loc", SPACES) if root is not None else ()
    listed = [said(one.text)[:LONGEST_TOLD] for one in found]
    return Reason("other-sitemaps", listed=", ".join(listed[:5])) if listed else Reason("no-news")
