"""The page of an article: what it says of itself to machines, and where it says nothing, what a reader would see.

    JSON-LD (schema.org's Article) ─▶ OpenGraph and its kin ─▶ trafilatura, sightings.py

Of what a page tells in several ways the first is believed.

The text itself is trafilatura's, which leaves out menus, share bars, comment forms and comments; `articleBody` of
JSON-LD is taken where it is longer, for some pages are empty without scripts. A feed has told more or less of it
already: `complete` adds to an item only what it has not.
"""

import warnings
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from functools import cache
from html import escape
from itertools import islice
from typing import Any
from urllib.parse import urlsplit

from lxml import html as markup

from newsroom.articles import ParsedArticle
from newsroom.encoding import decode
from newsroom.errors import ParseError
from newsroom.items import RawItem, all_said, full_address, make_item, said
from newsroom.lenient import load_json
from newsroom.reasons import Reason
from newsroom.sightings import find_author, find_times
from newsroom.text import fold
from newsroom.trees import parse_html

# schema.org's Article, and what is one.
ARTICLES = {
    "AdvertiserContentArticle", "AnalysisNewsArticle", "Article", "AskPublicNewsArticle", "BackgroundNewsArticle",
    "BlogPosting", "LiveBlogPosting", "NewsArticle", "OpinionNewsArticle", "Report", "ReportageNewsArticle",
    "ReviewNewsArticle", "SatiricalArticle", "ScholarlyArticle", "SocialMediaPosting", "TechArticle",
}  # fmt: skip
LARGEST = 2 * 1024 * 1024  # bytes: a page that is larger is no article
TEASER = 600  # characters; a body of no more, which is the teaser again, is not the whole
SHORTEST = 80  # characters of an article
DEEPEST = 6  # levels of JSON-LD that are looked through
MOST_SAID = 20  # headings and dates of a page that are looked at

Told = Mapping[str, Any]


def is_teaser(item: ParsedArticle) -> bool:
    """Tell whether an item has only the beginning of its article."""
    return bool(item.url) and len(item.body) <= TEASER and item.body.startswith(item.lead.rstrip("…")[:80])


def complete(item: ParsedArticle, page: ParsedArticle) -> ParsedArticle:
    """Answer an item with what only its page tells; what its source said of it stands."""
    whole = page.body if len(page.body) > len(item.body) else item.body
    return item.filled(
        body=whole,
        lead=item.lead or page.lead,
        author=item.author or page.author,
        image=item.image or page.image,
        categories=item.categories or page.categories,
        published_at=item.published_at or page.published_at,
        modified_at=item.modified_at or page.modified_at,
    )


def parse_page(body: bytes, url: str, charset: str | None = None, *, now: datetime) -> ParsedArticle:
    """Read the page of an article. Raises ParseError for a page that is none."""
    if len(body) > LARGEST:
        raise ParseError(url, Reason("page-large", mib=LARGEST // 1024 // 1024))
    text = decode(body, charset)
    tree = parse_html(text)
    if tree is None:
        raise ParseError(url, Reason("no-page"))
    try:
        item = make_item(_merge(tree, text, url), url, said(tree.get("lang")), now)
    except Exception as error:  # what strangers write meets several parsers, which raise what they like
        raise ParseError(url, Reason("unreadable", cause=type(error).__name__)) from error
    if item is None or len(item.body) < SHORTEST:
        raise ParseError(url, Reason("no-article"))
    return item


def _merge(tree: markup.HtmlElement, text: str, url: str) -> RawItem:
    linked, meta = _find_article(tree), _read_meta(tree)
    title = said(linked.get("headline")) or meta.get("og:title", "") or said(tree.findtext(".//title"))
    headings = (said(heading.text_content()) for heading in islice(tree.iter("h1"), MOST_SAID))
    content = _find_text(text, url, [title, *headings])
    own = said(linked.get("articleBody"))
    address = _own_address([said(linked.get("url")), meta.get("og:url", "")], url)
    return RawItem(
        guid=address,
        link=address,
        title=title,
        teaser=said(linked.get("description")) or meta.get("og:description", "") or meta.get("description", ""),
        content=own if len(own) > len(content) else content,
        author=_name(linked.get("author")) or meta.get("author", "") or find_author(tree),
        image=_picture(linked.get("image")) or meta.get("og:image", ""),
        categories=_categories(linked, meta),
        moments=tuple(islice(_moments(linked, meta, tree), MOST_SAID)),
        modified=said(linked.get("dateModified")) or meta.get("article:modified_time", ""),
    )


def _own_address(told: Sequence[str], url: str) -> str:
    """Answer the address that a page gives itself, if it is on its own host: no page may pass for another's."""
    addresses = filter(None, (full_address(url, one) for one in told))
    return next((one for one in addresses if urlsplit(one).hostname == urlsplit(url).hostname), url)


@cache
def _extractor() -> Callable[..., str | None]:
    """Load trafilatura, 15 MB, when the first page is read; it warns of proxies for requests that it never makes."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from trafilatura import extract  # noqa: PLC0415
    return extract


def _find_text(text: str, url: str, titles: Iterable[str]) -> str:
    """Answer the text of the article as paragraphs of HTML, without its title; nothing where there is none."""
    found = _extractor()(text, url=url, include_comments=False, include_tables=False, favor_precision=True)
    lines = (found or "").split("\n")
    own = lines[1:] if fold(lines[0]) in map(fold, titles) else lines
    return "".join(f"<p>{escape(line)}</p>" for line in own)


def _find_article(tree: markup.HtmlElement) -> Told:
    """Answer what JSON-LD tells of the article; a page may tell of much else besides."""
    for script in tree.iterfind(".//script[@type]"):
        if not script.get("type", "").strip().lower().startswith("application/ld+json"):
            continue
        with suppress(ValueError):
            for one in _walk(load_json(script.text or ""), DEEPEST):
                if ARTICLES.intersection(name.rpartition("/")[2] for name in all_said(one.get("@type"))):
                    return one
    return {}


def _walk(told: Any, depth: int) -> Iterator[Told]:
    if depth and isinstance(told, Mapping):
        yield told
        for key in ("@graph", "mainEntity", "mainEntityOfPage"):
            yield from _walk(told.get(key), depth - 1)
    elif depth and isinstance(told, Sequence) and not isinstance(told, str):
        for one in told:
            yield from _walk(one, depth - 1)


def _read_meta(tree: markup.HtmlElement) -> dict[str, str]:
    """Answer what `<meta>` says, by name or property; the first counts."""
    found: dict[str, str] = {}
    for element in tree.iterfind(".//meta[@content]"):
        name = said(element.get("property") or element.get("name")).lower()
        if name:
            found.setdefault(name, said(element.get("content")))
    return found


def _moments(linked: Told, meta: Mapping[str, str], tree: markup.HtmlElement) -> Iterator[str]:
    """Yield when it was published, then what may stand for that."""
    yield said(linked.get("datePublished"))
    yield from (meta.get(name, "") for name in ("article:published_time", "date", "dc.date", "pubdate"))
    yield from find_times(tree)
    yield said(linked.get("dateModified"))


def _categories(linked: Told, meta: Mapping[str, str]) -> tuple[str, ...]:
    return all_said(linked.get("articleSection")) or (meta.get("article:section", ""),)


def _name(told: Any) -> str:
    """Answer the first name of an author, who is told as a name, a thing with one, or a list of them."""
    first = told[0] if isinstance(told, list) and told else told
    return said(first.get("name")) if isinstance(first, Mapping) else said(first if isinstance(first, str) else "")


def _picture(told: Any) -> str:
    first = told[0] if isinstance(told, list) and told else told
    return said(first.get("url")) if isinstance(first, Mapping) else said(first if isinstance(first, str) else "")
