"""Who may ask: pages of this very server, in a browser on this machine, and no other page that it has open.

A name that leads here by DNS is refused by its Host header, a foreign page by its Origin and by what browsers say of
where a request comes from (Fetch Metadata); posts must be JSON, which no form can send.
"""

from collections.abc import Awaitable, Callable

from aiohttp import web

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

LOOPBACK = ("127.0.0.1", "localhost")
HEADERS = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}


@web.middleware
async def guard(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Refuse what no page of ours asks."""
    if not _is_for_us(request) or not _is_from_us(request):
        raise web.HTTPForbidden(text="only for the page itself")
    if request.method == "POST" and request.content_type != "application/json":
        raise web.HTTPUnsupportedMediaType(text="JSON, please")
    return await handler(request)


async def add_headers(_request: web.Request, response: web.StreamResponse) -> None:
    """Say in every answer what the browser may do with it."""
    response.headers.update(HEADERS)


def _is_for_us(request: web.Request) -> bool:
    return request.host in {f"{name}:{_port(request)}" for name in LOOPBACK}


def _is_from_us(request: web.Request) -> bool:
    site = request.headers.get("Sec-Fetch-Site", "none")
    is_opening = request.method == "GET" and request.headers.get("Sec-Fetch-Mode") == "navigate"
    if site not in {"none", "same-origin"} and not is_opening:
        return False
    origin = request.headers.get("Origin")
    return origin == f"http://{request.host}" or (origin is None and request.method == "GET")


def _port(request: web.Request) -> int:
    socket = request.transport.get_extra_info("sockname") if request.transport else None
    return int(socket[1]) if socket else 0
