"""`qasid sources`: the list goes in and out, and a site's best source is found as it is added."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from cli import cli
from db.engine import Database
from db.store import hubs, sources
from newsroom.items import NO_HUB, HubLinks
from tests.scene import Scene
from tests.written import open_site

Run = Callable[..., Awaitable[Result]]
DATA = Path(__file__).parent.parent / "data"
FEED = "<rss version='2.0'><channel><title>موقع</title><item><guid>1</guid><title>خبر</title></item></channel></rss>"


@pytest.fixture
def run(database: Database, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run a command of `qasid sources` on the database; sources on loopback are meant."""
    monkeypatch.setenv("DATABASE_URL", database.url.render_as_string(hide_password=False))
    monkeypatch.setenv("ALLOW_PRIVATE_SOURCES", "true")

    async def invoke(*words: str) -> Result:
        return await asyncio.to_thread(CliRunner().invoke, cli, ["sources", *words])

    return invoke


async def test_a_list_goes_out_and_in_again(scene: Scene, run: Run, tmp_path: Path) -> None:
    async with scene.database.write() as connection:
        await sources.add(connection, "https://a.example/feed?x=1&y=2", scene.clock(), "موقع & آخر")
    file = tmp_path / "sources.opml"
    assert f"Written: {file}" in (await run("export", str(file))).output
    assert "known already" in (await run("import", str(file))).output
    file.write_text(file.read_text(encoding="utf-8").replace("a.example", "b.example"), encoding="utf-8")
    assert "Added: https://b.example/feed?x=1&y=2" in (await run("import", str(file))).output
    async with scene.database.read() as connection:
        assert [row.title for row in await sources.list_all(connection)] == ["موقع & آخر"] * 2


async def test_a_site_s_best_source_is_found_as_it_is_added(scene: Scene, run: Run) -> None:
    async with open_site() as site:
        site.write("/", '<link rel="alternate" type="application/rss+xml" href="/f">')
        site.write("/f", FEED, "application/rss+xml")
        told = (await run("add", site.url)).output
        assert told == f"Added: {site.url}/f\nموقع · RSS · 1 items\n"
        assert f"1 items, read from {site.url}/f" in (await run("check", site.url)).output
        assert f"It is known already: {site.url}/f" in (await run("add", site.url)).output


async def test_a_page_of_one_article_is_shown(run: Run) -> None:
    async with open_site() as site:
        site.write("/news/bridge", (DATA / "pages" / "article_ar.html").read_text(encoding="utf-8"))
        told = (await run("check", f"{site.url}/news/bridge")).output
    assert told.startswith(
        f"No source, but the page of one article, read from {site.url}/news/bridge\n\nنموذج: جسر جديد"
    )


async def test_a_page_of_one_article_is_not_added(scene: Scene, run: Run) -> None:
    async with open_site() as site:
        site.write("/news/bridge", (DATA / "pages" / "article_ar.html").read_text(encoding="utf-8"))
        told = await run("add", f"{site.url}/news/bridge")
    assert told.exit_code
    assert "the page of one article" in str(told.exception)
    async with scene.database.read() as connection:
        assert await sources.list_all(connection) == []


async def test_a_check_reads_as_collecting_does(scene: Scene, run: Run) -> None:
    """The page of a teaser, the topics that editors have said of the source, and its language count."""
    async with open_site() as site:
        teaser = "<item><guid>2</guid><title>Essai</title><link>{url}/2</link><description>نموذج…</description></item>"
        site.write("/f", f"<rss version='2.0'><channel><title>موقع</title>{teaser}</channel></rss>")
        site.write("/2", (DATA / "pages" / "article_ar.html").read_text(encoding="utf-8"))
        async with scene.database.write() as connection:
            await sources.add(connection, f"{site.url}/f", scene.clock())
            await sources.change(connection, f"{site.url}/f", topics=["s:health"], language="zh")
        told = (await run("check", f"{site.url}/f")).output
    assert "Polled never" in told
    assert "[zh]" in told
    assert "s:health" in told
    assert "r:central-asia" in told, "told by the page alone"


async def test_a_source_that_cannot_be_read_now_is_added_and_the_reason_told(scene: Scene, run: Run) -> None:
    async with open_site() as site:
        site.fail("/f", 503)
        told = (await run("add", f"{site.url}/f")).output
    assert told.startswith(f"Added: {site.url}/f\nIt cannot be read now: HTTP 503.")
    async with scene.database.read() as connection:
        assert [row.url for row in await sources.list_all(connection)] == [f"{site.url}/f"]


async def test_a_list_says_how_it_stands_with_the_hubs(scene: Scene, run: Run) -> None:
    addresses = [f"https://{name}.example/feed" for name in "abcde"]
    asked, now = HubLinks("https://hub.example/", "https://topic.example/"), scene.clock()
    async with scene.database.write() as connection:
        for number, address in enumerate(addresses, 1):
            await sources.add(connection, address, now)
            await hubs.name(connection, number, asked if number > 1 else NO_HUB, now)
        claimed = await hubs.claim_due(connection, 9, now)
        _, verified, live, refused = sorted(claimed, key=lambda hub: hub.source_id)
        for hub in (verified, live):
            await hubs.note_verified(connection, hub, now + timedelta(days=10), now)
        await hubs.note_told(connection, live, now)
        await hubs.refuse(connection, refused, "it denied: no", now)
    lines = (await run("list")).output.splitlines()
    assert [line.partition("\tnever polled")[2] for line in lines] == [
        "",
        "\thub asked",
        "\thub verified until 2026-12-04 09:00",
        "\thub live until 2026-12-04 09:00",
        "\thub refused: it denied: no",
    ]
