"""The sample site: a news site as WordPress makes them, whose feed gains an article whenever it is told to.

    async with SampleSite() as site:
        site.publish()      # the next of samples/articles.toml, or an article of your own
        site.feed_url       # RSS 2.0, with ETag and Last-Modified

Its articles are invented and say so. Another address that a source may have is another branch of `_answer`.
"""

import hashlib
import html
import time
import tomllib
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import format_datetime, formatdate
from importlib.resources import files
from types import TracebackType
from typing import Self
from urllib.parse import unquote

from aiohttp import web

FEED_LENGTH = 30  # items that the feed shows
NAMESPACES = (
    'xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/" '
    'xmlns:atom="http://www.w3.org/2005/Atom"'
)


@dataclass(frozen=True, slots=True)
class SampleArticle:
    """An article of the site; `body` is paragraphs divided by blank lines."""

    slug: str
    title: str
    lead: str
    body: str
    author: str = "محرر النماذج"
    categories: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()


@dataclass(slots=True)
class SampleSite:
    """A site on loopback. `clock` gives unix seconds; `polls` counts the answers to requests for the feed."""

    title: str = "موقع النماذج"
    clock: Callable[[], float] = time.time
    host: str = "127.0.0.1"
    port: int = 0
    polls: int = 0
    is_down: bool = False  # for maintenance: whatever is asked for is refused
    shown: int = FEED_LENGTH
    hub: str = ""  # the address of who tells when there is something new (WebSub)
    published: list[tuple[SampleArticle, float]] = field(default_factory=list)  # newest last, with its time
    _waiting: list[SampleArticle] = field(default_factory=lambda: list(read_samples()))
    _runner: web.ServerRunner | None = None

    async def __aenter__(self) -> Self:
        self._runner = web.ServerRunner(web.Server(self._answer))
        await self._runner.setup()
        await web.TCPSite(self._runner, self.host, self.port).start()
        self.port = self._runner.addresses[0][1]
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._runner:
            await self._runner.cleanup()

    @property
    def url(self) -> str:
        """The site's address."""
        return f"http://{self.host}:{self.port}"

    @property
    def feed_url(self) -> str:
        """The feed's address."""
        return f"{self.url}/feed/"

    def publish(self, article: SampleArticle | None = None) -> SampleArticle:
        """Publish an article, or the next sample; when all are out they come again under new addresses."""
        if article is None:
            if not self._waiting:
                self._waiting = list(read_samples(suffix=f"-{len(self.published)}"))
            article = self._waiting.pop(0)
        self.published.append((article, self.clock()))
        return article

    async def _answer(self, request: web.BaseRequest) -> web.StreamResponse:
        if self.is_down:
            return web.Response(status=503, text="<html>maintenance</html>", content_type="text/html")
        path = unquote(request.path).strip("/")
        if path == "feed":
            self.polls += 1
            return self._answer_feed(request)
        if not path:
            return web.Response(text=self.write_home(), content_type="text/html")
        found = next((article for article, _ in self.published if article.slug == path), None)
        if found:
            return web.Response(text=write_page(found, self.title), content_type="text/html")
        return web.Response(status=404, text="Not Found")

    def _answer_feed(self, request: web.BaseRequest) -> web.Response:
        body = self.write_feed().encode()
        tag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
        changed = self.published[-1][1] if self.published else 0.0
        headers = {"ETag": tag, "Last-Modified": formatdate(changed, usegmt=True)}
        if request.headers.get("If-None-Match") == tag:
            return web.Response(status=304, headers=headers)
        return web.Response(body=body, content_type="application/rss+xml", charset="UTF-8", headers=headers)

    def write_feed(self) -> str:
        """Answer the feed as XML, the newest item first."""
        items = "".join(self._write_item(article, at) for article, at in reversed(self.published[-self.shown :]))
        link = f'<atom:link href="{self.feed_url}" rel="self" type="application/rss+xml"/>'
        link += f'<atom:link href="{html.escape(self.hub)}" rel="hub"/>' if self.hub else ""
        head = f"<title>{html.escape(self.title)}</title>{link}<link>{self.url}</link><language>ar</language>"
        prolog = '<?xml version="1.0" encoding="UTF-8"?>'
        return f'{prolog}<rss version="2.0" {NAMESPACES}><channel>{head}{items}</channel></rss>'

    def write_home(self) -> str:
        """Answer the first page: it names the feed, and lists what the feed has."""
        shown = reversed(self.published[-self.shown :])
        listed = "".join(f'<li><a href="{self.url}/{a.slug}/">{html.escape(a.title)}</a></li>' for a, _ in shown)
        feed = f'<link rel="alternate" type="application/rss+xml" href="{self.feed_url}">'
        title = html.escape(self.title)
        return (
            f'<!doctype html><html dir="rtl" lang="ar"><head><meta charset="utf-8"><title>{title}</title>{feed}</head>'
            f"<body><h1>{title}</h1><ul>{listed}</ul></body></html>"
        )

    def _write_item(self, article: SampleArticle, at: float) -> str:
        url = f"{self.url}/{article.slug}/"
        named = "".join(f"<category><![CDATA[{name}]]></category>" for name in (*article.categories, *article.tags))
        return (
            f"<item><title>{html.escape(article.title)}</title><link>{url}</link>"
            f'<guid isPermaLink="false">{self.url}/?p={article.slug}</guid>{named}'
            f"<dc:creator><![CDATA[{article.author}]]></dc:creator>"
            f"<pubDate>{format_datetime(datetime.fromtimestamp(at, UTC))}</pubDate>"
            f"<description><![CDATA[<p>{html.escape(article.lead)}</p>]]></description>"
            f"<content:encoded><![CDATA[{write_paragraphs(article.body)}]]></content:encoded></item>"
        )


def write_paragraphs(body: str) -> str:
    """Answer paragraphs as HTML."""
    return "".join(f"<p>{html.escape(part.strip())}</p>\n" for part in body.split("\n\n") if part.strip())


def write_page(article: SampleArticle, site: str) -> str:
    """Answer the page of an article."""
    title, lead = html.escape(article.title), html.escape(article.lead)
    return (
        '<!doctype html><html dir="rtl" lang="ar"><head><meta charset="utf-8">'
        f"<title>{title} – {html.escape(site)}</title>"
        f'<meta property="og:title" content="{title}"><meta property="og:description" content="{lead}"></head>'
        f"<body><article><h1>{title}</h1><p>{lead}</p>{write_paragraphs(article.body)}</article></body></html>"
    )


def read_samples(suffix: str = "") -> list[SampleArticle]:
    """Read the articles that come with the program."""
    source = files("sandbox").joinpath("samples", "articles.toml").read_text(encoding="utf-8")
    return [
        SampleArticle(
            row["slug"] + suffix,
            row["title"],
            row["lead"],
            row["body"].strip(),
            row["author"],
            tuple(row["categories"]),
            tuple(row["tags"]),
        )
        for row in tomllib.loads(source)["article"]
    ]
