"""The routes: `/healthz`, `/readyz`, `/metrics`, and where the public reaches us the webhook, hubs, counted links.

/healthz         200 while the process answers
/readyz          200 when database, clock and Telegram are well, else 503; each is named with its state
/metrics         for Prometheus
/telegram        Telegram's updates, with its secret; stored before they are answered
/websub/{token}  hubs, which verify a subscription and tell of something new (`web/websub.py`)
/o/{n}/{mark}    articles, opened by a link that is counted (`web/openings.py`)
"""

import hmac
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from typing import Any, Protocol

import orjson
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from web.health import Check
from web.metrics import Metrics

Store = Callable[[Sequence[dict[str, Any]]], Awaitable[None]]
WEBHOOK_PATH = "/telegram"
SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105  (the name of a header)
LARGEST_UPDATE = 1024 * 1024  # bytes


class Calls(Protocol):
    """What is called from outside."""

    @property
    def routes(self) -> list[Route]:
        """Where."""


def make_web(
    metrics: Metrics,
    checks: Mapping[str, Check],
    webhook: tuple[str, Store] | None = None,
    public: Iterable[Calls] = (),
) -> Starlette:
    """Answer the HTTP face; `webhook` is the secret and what stores updates, `public` what else is called."""

    async def health(_request: Request) -> Response:
        return PlainTextResponse("ok\n")

    async def ready(_request: Request) -> Response:
        states = {name: await _ask(check) for name, check in checks.items()}
        well = all(state == "ok" for state in states.values())
        return JSONResponse(states, status_code=200 if well else 503)

    async def scrape(_request: Request) -> Response:
        return Response(await metrics.scrape(), media_type="text/plain; version=0.0.4; charset=utf-8")

    routes = [Route("/healthz", health), Route("/readyz", ready), Route("/metrics", scrape)]
    if webhook:
        routes.append(Route(WEBHOOK_PATH, make_webhook(*webhook), methods=["POST"]))
    return Starlette(routes=[*routes, *(route for calls in public for route in calls.routes)])


def make_webhook(secret: str, store: Store) -> Callable[[Request], Awaitable[Response]]:
    """Answer the route that takes Telegram's updates; whoever does not know the secret learns nothing."""

    async def receive(request: Request) -> Response:
        shown = request.headers.get(SECRET_HEADER, "")
        if not hmac.compare_digest(shown.encode(), secret.encode()):
            return Response(status_code=403)
        body = await request.body()
        try:
            update = orjson.loads(body) if len(body) <= LARGEST_UPDATE else None
        except ValueError:
            update = None
        if not isinstance(update, dict) or not isinstance(update.get("update_id"), int):
            return Response(status_code=400)
        await store([update])
        return Response(status_code=200)

    return receive


async def _ask(check: Check) -> str:
    try:
        return await check()
    except Exception as error:  # noqa: BLE001  (the edge of a check: whatever fails is the answer)
        return f"failed: {type(error).__name__}"
