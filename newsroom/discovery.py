"""Where a site's news may be read, given no more than its address: what its page names, then the usual places.

    wp-json (posts, with all they tell) ─▶ feeds that the page names ─▶ usual paths ─▶ news sitemaps, those of its
    robots.txt first

Each is but a guess: `jobs/discover.py` tries them in order. A usual place more is a line of PATHS.
"""

from collections.abc import Iterable, Iterator
from itertools import chain, islice
from urllib.parse import urljoin, urlsplit

from newsroom.items import full_address, said
from newsroom.trees import parse_html
from newsroom.websub import LINK, RELATIONS
from newsroom.wordpress import ROUTE

FEEDS = {"application/rss+xml", "application/atom+xml", "application/rdf+xml", "application/feed+json"}
WORDPRESS = "https://api.w.org/"
POSTS = f"/wp-json{ROUTE}"
PATHS = ("/feed/", "/rss", "/rss.xml", "/feed.xml", "/atom.xml", "/index.xml", "/feed.json")
SITEMAPS = ("/news-sitemap.xml", "/sitemap-news.xml", "/sitemap_news.xml", "/sitemap.xml")
COMMENTS = "comments"  # a feed of what readers write is no news
MOST_LOOKED_AT, MOST_NAMED = 100, 8  # feeds that a page names, and those that are tried


def find_candidates(text: str, url: str, header: str = "", sitemaps: Iterable[str] = ()) -> list[str]:
    """Answer the addresses at which the news of a page's site may be read, the best first.

    `header` is HTTP's `Link`, and `sitemaps` are those that the site's robots.txt names.
    """
    named = list(islice(chain(_find_linked(header, url), _find_named(text, url)), MOST_LOOKED_AT))
    of_wordpress = [address for address in named if _is_of_wordpress(address)][:MOST_NAMED]
    feeds = [one for one in named if not _is_of_wordpress(one) and COMMENTS not in urlsplit(one).path]
    usual, maps = ([urljoin(url, path) for path in paths] for paths in (PATHS, SITEMAPS))
    told = filter(None, (full_address(url, one) for one in islice(sitemaps, MOST_NAMED)))
    return list(dict.fromkeys([*of_wordpress, urljoin(url, POSTS), *feeds[:MOST_NAMED], *usual, *told, *maps]))


def _is_of_wordpress(address: str) -> bool:
    return address.rstrip("/").endswith(ROUTE)


def _find_linked(header: str, url: str) -> Iterator[str]:
    """Yield the address of posts that HTTP names as the API of a WordPress."""
    for address, said_of_it in LINK.findall(header):
        relations = RELATIONS.search(said_of_it)
        if relations and WORDPRESS in relations[1].lower().split() and (api := full_address(url, address)):
            yield f"{api.rstrip('/')}{ROUTE}"


def _find_named(text: str, url: str) -> Iterator[str]:
    """Yield what the page names: the API of its WordPress as the address of its posts, and feeds."""
    tree = parse_html(text)
    if tree is None:
        return
    base = full_address(url, said(tree.xpath("string(//base/@href)"))) or url
    for link in tree.iterfind(".//link[@href]"):
        relations, address = said(link.get("rel")).lower().split(), full_address(base, said(link.get("href")))
        if WORDPRESS in relations and address:
            yield f"{address.rstrip('/')}{ROUTE}"
        elif "alternate" in relations and said(link.get("type")).lower() in FEEDS and address:
            yield address
