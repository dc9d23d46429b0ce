"""A hub, end to end: what it tells of is read at once, by an application whose clock would not poll for an hour."""

from pathlib import Path
from typing import Any

from sqlalchemy import select

from db.collecting import hubs
from db.tables import pushes
from db.tables import versions as words
from sandbox.site import SampleSite
from tests.hub import open_hub
from tests.live import open_live
from web.server import open_socket


def free_port() -> int:
    """Answer a port that nobody listens at; who is told an address beforehand cannot take a free one."""
    with open_socket("127.0.0.1", 0) as listening:
        return int(listening.getsockname()[1])


async def test_what_a_hub_tells_of_is_read_at_once(tmp_path: Path, sqlite_template: Path) -> None:
    port = free_port()
    address = f"http://127.0.0.1:{port}/"
    public: dict[str, Any] = {"public_url": address, "web_port": port, "webhook_secret": "the-secret"}
    async with (
        open_hub() as hub,
        open_live(tmp_path, sqlite_template, site=SampleSite(hub=hub.url), poll_seconds=3600, **public) as live,
    ):
        await live.until(select(hubs.c.until))
        assert hub.asked[0]["hub.callback"].startswith(f"{address}websub/")
        assert hub.asked[0]["hub.topic"] == live.site.feed_url
        article = live.site.publish()
        assert await hub.push(signature="sha1=forged") == 202
        assert await hub.push() == 202
        await live.until(select(words.c.article_id).where(words.c.title == article.title))
        await live.until(select(pushes.c.id))
        assert live.site.polls == 2
        assert await live.ask(select(hubs.c.state)) == "live"
        _, metrics = await live.get("/metrics")
        assert 'qasid_hub_pushes_total{outcome="taken"} 1.0' in metrics
        assert 'qasid_hub_pushes_total{outcome="unsigned"} 1.0' in metrics
