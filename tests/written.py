"""A site whose every path a test writes: documents with their headers, redirects, errors; what was asked is kept."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from aiohttp import web


def rss(*items: str, head: str = "") -> str:
    """Write a feed of items; `{url}` stands for the site's address."""
    listed = "".join(f"<item>{item}</item>" for item in items)
    return f'<rss version="2.0"><channel><title>موقع</title>{head}{listed}</channel></rss>'


def item(number: int, rest: str = "") -> str:
    """Write an item of a feed."""
    return f"<guid>{number}</guid><title>خبر {number}</title><link>{{url}}/{number}</link>{rest}"


@dataclass(slots=True)
class WrittenSite:
    """Answers from `documents`, by path, with its query where one is written so; what is not there is 404."""

    url: str = ""
    documents: dict[str, web.Response | str] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)  # paths with their queries
    links: dict[str, str] = field(default_factory=dict)  # HTTP's Link, by path
    cache_controls: list[str] = field(default_factory=list)  # what each asked of caches

    def write(self, path: str, body: str, content_type: str = "text/html", **headers: str) -> None:
        """Put a document, in place of the one before; `{url}` stands for the site's address."""
        self.documents[path] = f"{content_type}\n{headers.get('cache', '')}\n{body.replace('{url}', self.url)}"

    def redirect(self, path: str, to: str, status: int = 301) -> None:
        """Send whoever asks for a path to another."""
        self.documents[path] = f"{status} {to}"

    def fail(self, path: str, status: int) -> None:
        """Answer with an error."""
        self.documents[path] = f"{status}"

    async def respond(self, request: web.BaseRequest) -> web.StreamResponse:
        """Answer a request."""
        self.asked.append(request.path_qs)
        self.cache_controls.append(request.headers.get("Cache-Control", ""))
        document = str(self.documents.get(request.path_qs) or self.documents.get(request.path, "404"))
        if document.split(maxsplit=1)[0].isdigit():
            status, _, to = document.partition(" ")
            return web.Response(status=int(status), headers={"Location": to} if to else None)
        content_type, cache, body = document.split("\n", 2)
        told = {"Cache-Control": cache, "Link": self.links.get(request.path, "").replace("{url}", self.url)}
        headers = {name: value for name, value in told.items() if value}
        return web.Response(text=body, content_type=content_type, headers=headers)


@asynccontextmanager
async def open_site() -> AsyncIterator[WrittenSite]:
    """Serve a site on loopback."""
    site = WrittenSite()
    async with serving(site.respond) as site.url:
        yield site


@asynccontextmanager
async def serving(respond: Callable[[web.BaseRequest], Awaitable[web.StreamResponse]]) -> AsyncIterator[str]:
    """Let something answer on loopback; yields the address."""
    runner = web.ServerRunner(web.Server(respond))
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    await runner.cleanup()
