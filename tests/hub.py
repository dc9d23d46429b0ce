"""A hub on loopback (WebSub), and the web face that it calls: subscriptions, their verification, and pushes."""

import asyncio
import hmac
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from io import BytesIO
from urllib.parse import parse_qsl

import aiohttp
from aiohttp import web
from sqlalchemy import select

from db.collecting import hubs
from db.store import sources
from db.tables import sources as sources_table
from db.tables import versions
from jobs.collect import Collector
from jobs.websub import HubAsker
from newsroom.sources import SLOWEST, SPREAD
from tests.fakes import CountingMeter
from tests.scene import Scene
from tests.written import WrittenSite, item, rss, serving
from web.app import make_web
from web.metrics import Metrics, Readings
from web.server import open_socket, serve
from web.websub import HubCalls

PUSH = b"<rss/>"
SHORTEST = timedelta(minutes=5)
LINKS = '<a:link xmlns:a="http://www.w3.org/2005/Atom" rel="{}" href="{}"/>'


@dataclass(slots=True)
class LoopbackHub:
    """Takes what it is asked for, and verifies it before it answers, as fast as any hub can be."""

    calls: aiohttp.ClientSession
    url: str = ""
    status: int = 202  # of its answers
    verifies: bool = True
    asked: list[dict[str, str]] = field(default_factory=list)

    async def respond(self, request: web.BaseRequest) -> web.StreamResponse:
        """Answer a subscriber."""
        self.asked.append(dict(parse_qsl((await request.read()).decode())))
        if self.status == 202 and self.verifies:
            await self.verify()
        return web.Response(status=self.status)

    async def verify(self, **others: str) -> tuple[int, str]:
        """Ask who asked last whether it did, in these words or others; answers what it says."""
        told = {"mode": "subscribe", "topic": self.asked[-1]["hub.topic"], "challenge": "a-challenge"}
        told |= {"lease_seconds": "864000"} | others
        query = {f"hub.{name}": value for name, value in told.items()}
        async with self.calls.get(self.asked[-1]["hub.callback"], params=query) as answer:
            said = await answer.text()
            safe = (answer.content_type, answer.headers.get("X-Content-Type-Options")) == ("text/plain", "nosniff")
            assert safe or not said
            return answer.status, said

    async def push(self, body: bytes = PUSH, *, method: str = "sha256", signature: str | None = None) -> int:
        """Tell who asked last that there is something new, rightly signed or otherwise; answers the status."""
        told = self.asked[-1]
        right = f"{method}={hmac.new(told['hub.secret'].encode(), body, method).hexdigest()}"
        headers = {"X-Hub-Signature": right if signature is None else signature}
        async with self.calls.post(told["hub.callback"], data=BytesIO(body), headers=headers) as answer:
            return answer.status


@dataclass(slots=True)
class Newsroom:
    """A collector with one source, a hub that it may name, and the web face that the hub calls."""

    scene: Scene
    site: WrittenSite
    hub: LoopbackHub
    collector: Collector
    asker: HubAsker
    meter: CountingMeter

    def publish(self, *numbers: int, hub: str | None = None, topic: str = "{url}/f") -> None:
        """Let the feed hold these items, the newest first, and name a hub; an empty one is none."""
        named = self.hub.url if hub is None else hub
        head = LINKS.format("hub", named) + LINKS.format("self", topic) if named else ""
        self.site.write("/f", rss(*map(item, numbers), head=head), "application/rss+xml")

    async def poll(self, **later: float) -> None:
        """Poll what is due after a while, and ask the hubs that are due then."""
        self.scene.clock.move(**later)
        while await self.collector.step():
            await self.collector.finish()
        await self.asker.step()

    async def subscribe(self) -> None:
        """Read the source, so that its hub is asked."""
        self.publish(1)
        async with self.scene.database.write() as connection:
            await sources.add(connection, f"{self.site.url}/f", self.scene.clock())
        await self.poll()

    async def go_live(self) -> None:
        """Let the hub tell of a second article."""
        await self.subscribe()
        self.publish(2, 1)
        self.scene.clock.move(minutes=1)
        assert await self.hub.push() == 202
        await self.poll()

    async def kept(self) -> tuple[str, float | None, float, str] | None:
        """Answer how it stands with the hub: its state, until when, when it is due (in hours), and why."""
        found = select(hubs.c.state, hubs.c.until, hubs.c.due_at, hubs.c.last_error)
        async with self.scene.database.read() as connection:
            row = (await connection.execute(found)).one_or_none()
        if row is None:
            return None
        return row.state, self._hours(row.until) if row.until else None, self._hours(row.due_at), row.last_error

    async def is_polled_seldom(self) -> bool:
        """Tell whether the clock leaves the source alone for the slowest wait, and not for the shortest."""
        wait = await self.scene.one(select(sources_table.c.due_at)) - self.scene.clock()
        assert wait >= SHORTEST * SLOWEST or wait <= SHORTEST * (1 + SPREAD)
        return bool(wait >= SHORTEST * SLOWEST)

    async def titles(self) -> list[str]:
        """Answer the titles of all articles."""
        async with self.scene.database.read() as connection:
            return list((await connection.execute(select(versions.c.title).order_by(versions.c.article_id))).scalars())

    def pushes(self) -> dict[str, int]:
        """Answer how many pushes came, by outcome."""
        return {key.partition("/")[2]: n for key, n in self.meter.counted.items() if key.startswith("hub_pushes/")}

    def _hours(self, moment: datetime) -> float:
        return round((moment - self.scene.clock()) / timedelta(hours=1), 2)


@asynccontextmanager
async def open_hub() -> AsyncIterator[LoopbackHub]:
    """Open a hub."""
    async with aiohttp.ClientSession() as calls:
        hub = LoopbackHub(calls)
        async with serving(hub.respond) as hub.url:
            yield hub


@asynccontextmanager
async def serving_calls(calls: HubCalls) -> AsyncIterator[str]:
    """Serve the web face that hubs call; yields its address."""
    listening, stop = open_socket("127.0.0.1", 0), asyncio.Event()
    listening.listen()  # whoever calls before the server is up waits for it
    face = make_web(Metrics(_read_nothing, calls.now), {}, public=[calls])
    running = asyncio.create_task(serve(face, listening, stop))
    try:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    finally:
        stop.set()
        await running


async def _read_nothing() -> Readings:
    return [], {}
