"""The page's server, on loopback alone: the page, its words, the events, and what people do.

GET  /                     the page; /static/… what it is made of
GET  /words/⟨language⟩     what it says, with the words of the panel
GET  /events               server-sent events, a snapshot first
GET  /log                  what was wrong with calls, and the calls, from the one numbered `after`
POST /acts                 {"act": "write", "person": 1001, "chat": 1001, "text": "/start"}
POST /panel                {"name": "publish"}
"""

import asyncio
import json
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from importlib.resources import files
from typing import Any, Self

import orjson
from aiohttp import web

from sandbox.errors import ApiError
from sandbox.page.acts import LANGUAGES, act
from sandbox.page.feed import Feed
from sandbox.page.guard import add_headers, guard
from sandbox.page.panel import Panel
from sandbox.page.views import Preview, picture_kind
from sandbox.server import Sandbox

HOST = "127.0.0.1"
KINDS = {"html": "text/html", "css": "text/css", "js": "text/javascript", "svg": "image/svg+xml"}
LARGEST_ACT = 64 * 1024  # bytes
BEAT = 15.0  # seconds after which a silent stream says that it is there
HANG_UP_AFTER = 0.1  # seconds, for pages that are still open at the end
REFUSED = (ApiError, KeyError, IndexError, LookupError, TypeError, ValueError)  # what acts raise that cannot be done


def _know_nothing(_url: str) -> None:
    return None


@dataclass(slots=True, eq=False)
class Page:
    """The page of a sandbox. Port 0 takes a free one; `preview` tells the title of a link, where it is known."""

    telegram: Sandbox
    panes: list[tuple[int, int]]
    port: int = 8080
    panel: Panel | None = None
    preview: Preview = _know_nothing
    feed: Feed = field(init=False)
    _parts: dict[str, tuple[bytes, str]] = field(init=False)
    _runner: web.AppRunner | None = field(init=False, default=None)
    _looking: asyncio.Task[None] | None = field(init=False, default=None)

    def __post_init__(self) -> None:
        self.feed = Feed(self.telegram, self.panes, self.preview, self.panel)
        self._parts = read_parts()

    @property
    def url(self) -> str:
        """Answer its address."""
        return f"http://{HOST}:{self.port}"

    async def __aenter__(self) -> Self:
        app = web.Application(middlewares=[guard], client_max_size=LARGEST_ACT)
        app.on_response_prepare.append(add_headers)
        app.add_routes([
            web.get("/", self._show),
            web.get("/static/{name}", self._show),
            web.get("/words/{language}", self._say),
            web.get("/pictures/{number}", self._picture),
            web.get("/events", self._tell),
            web.get("/log", self._list),
            web.post("/acts", self._act),
            web.post("/panel", self._press),
        ])  # fmt: skip
        self._runner = web.AppRunner(app, handler_cancellation=True, shutdown_timeout=HANG_UP_AFTER, access_log=None)
        await self._runner.setup()
        await web.TCPSite(self._runner, HOST, self.port).start()
        self.port = self._runner.addresses[0][1]
        self.telegram.on_change.append(self.feed.stir)
        self._looking = asyncio.create_task(self.feed.run())
        return self

    async def __aexit__(self, *_exception: object) -> None:
        self.telegram.on_change.remove(self.feed.stir)
        if self._looking:
            self._looking.cancel()
            with suppress(asyncio.CancelledError):
                await self._looking
        if self._runner:
            await self._runner.cleanup()

    async def _show(self, request: web.Request) -> web.Response:
        part = self._parts.get(request.match_info.get("name", "index.html"))
        if part is None:
            raise web.HTTPNotFound
        return web.Response(body=part[0], content_type=part[1], charset="utf-8")

    async def _picture(self, request: web.Request) -> web.Response:
        """Answer a picture that somebody uploaded."""
        content = self.telegram.world.contents.get(request.match_info["number"], b"")
        if not (kind := picture_kind(content)):
            raise web.HTTPNotFound
        return web.Response(body=content, content_type=kind)

    async def _say(self, request: web.Request) -> web.Response:
        language = request.match_info["language"]
        if language not in LANGUAGES:
            raise web.HTTPNotFound
        return _answer(read_words(language) | dict(self.panel.words(language) if self.panel else {}))

    async def _tell(self, request: web.Request) -> web.StreamResponse:
        stream = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
        await stream.prepare(request)
        with self.feed.listen() as listener, suppress(ConnectionError):
            while True:
                try:
                    async with asyncio.timeout(BEAT):
                        event = await listener.events.get()
                except TimeoutError:
                    await stream.write(b": still here\n\n")
                    continue
                if event is None:
                    break
                await stream.write(write_event(*event))
        return stream

    async def _list(self, request: web.Request) -> web.Response:
        after = request.query.get("after", "0")
        calls = self.telegram.calls[int(after) if after.isdecimal() else 0 :]
        return _answer({"problems": self.telegram.problems, "calls": [asdict(call) for call in calls]})

    async def _act(self, request: web.Request) -> web.Response:
        try:
            done = act(self.telegram, await _read(request))
        except REFUSED as error:
            return _answer({"refused": str(error)}, 409)
        if query := done.get("query"):
            self.feed.asked.add(query)
        self.telegram.look()
        return _answer(done)

    async def _press(self, request: web.Request) -> web.Response:
        try:
            if self.panel is None:
                raise KeyError("there is no panel")
            await self.panel.press(str((await _read(request)).get("name")))
        except REFUSED as error:
            return _answer({"refused": str(error)}, 409)
        self.feed.stir()
        return _answer({})


def read_parts() -> dict[str, tuple[bytes, str]]:
    """Answer what the page is made of, by name, each with its kind."""
    folder = files("sandbox.page") / "static"
    return {part.name: (part.read_bytes(), KINDS[part.name.rpartition(".")[2]]) for part in folder.iterdir()}


def read_words(language: str) -> dict[str, str]:
    """Answer the page's own words in a language."""
    read: dict[str, str] = json.loads((files("sandbox.page") / "words" / f"{language}.json").read_bytes())
    return read


def write_event(kind: str, told: Any) -> bytes:
    """Write an event as a stream of them has it; JSON has no line ends."""
    return b"event: " + kind.encode() + b"\ndata: " + orjson.dumps(told, option=orjson.OPT_NON_STR_KEYS) + b"\n\n"


async def _read(request: web.Request) -> dict[str, Any]:
    """Answer the object that was posted."""
    told = orjson.loads(await request.read())
    if not isinstance(told, dict):
        raise TypeError("an object, please")
    return told


def _answer(told: Any, status: int = 200) -> web.Response:
    return web.Response(body=orjson.dumps(told), status=status, content_type="application/json")
