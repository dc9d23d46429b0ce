"""What hubs call (WebSub, `newsroom/websub.py`), at an address that only the hub of one source knows.

GET   the challenge where we asked to be told, nothing where the hub denies it, else 404
POST  202 for every push, also one whose signature is wrong, which is then ignored; 410 when we want none any more

Nothing of a push is read, so nothing of it need be believed: it makes a source due. A handler writes rows and answers.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from db.engine import Database
from db.store import hubs
from db.store.hubs import Hub
from newsroom.delivery import Meter
from newsroom.websub import DISTRUST, Denied, is_signed, read_call, renew_at

HUBS_PATH = "/websub"
LARGEST_PUSH = 8 * 1024 * 1024  # bytes, as the largest feed that is read
NO_GUESSING = {"X-Content-Type-Options": "nosniff"}  # a challenge is the hub's text and must never be taken for a page


@dataclass(frozen=True, slots=True)
class HubCalls:
    """The calls of hubs, for one process."""

    database: Database
    now: Callable[[], datetime]
    meter: Meter

    @property
    def routes(self) -> list[Route]:
        """The routes."""
        path = HUBS_PATH + "/{token}"
        return [Route(path, self.verify, methods=["GET"]), Route(path, self.receive, methods=["POST"])]

    async def verify(self, request: Request) -> Response:
        """Tell a hub that we asked, for as long as it says that it will tell; or hear that it will not."""
        hub = await self._find(request)
        call = read_call(hub.state, hub.topic, request.query_params) if hub else None
        if hub is None or call is None:
            return Response(status_code=404)
        now = self.now()
        async with self.database.write() as connection:
            if isinstance(call, Denied):
                await hubs.refuse(connection, hub, call.reason, now + DISTRUST)
                return Response(status_code=200)
            await hubs.note_verified(connection, hub, now + call.lease, renew_at(call.lease, now))
        return PlainTextResponse(call.challenge, headers=NO_GUESSING)

    async def receive(self, request: Request) -> Response:
        """Take a push: what it is about is due."""
        hub = await self._find(request)
        if hub is None:
            return self._answer("unwanted", 410)
        body = await _read(request)
        if body is None:
            return self._answer("large", 413)
        if not is_signed(hub.secret, request.headers.get("X-Hub-Signature", ""), body):
            return self._answer("unsigned", 202)
        async with self.database.write() as connection:
            await hubs.note_told(connection, hub, self.now())
        return self._answer("taken", 202)

    async def _find(self, request: Request) -> Hub | None:
        async with self.database.read() as connection:
            return await hubs.find_called(connection, request.path_params["token"])

    def _answer(self, outcome: str, status: int) -> Response:
        self.meter.count("hub_pushes", outcome=outcome)
        return Response(status_code=status)


async def _read(request: Request) -> bytes | None:
    """Answer the body; None for one that is too large, which is not read to its end."""
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > LARGEST_PUSH:
            return None
    return bytes(body)
