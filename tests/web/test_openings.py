"""Counted links: they lead to the article and nowhere else, and keep how often and on which day, and nothing more."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import date
from http import HTTPStatus
from typing import Any

import aiohttp
import pytest
from sqlalchemy import insert, select, update

from bot.articles import article_buttons
from db.showing import openings as table
from db.store import articles
from db.tables import articles as articles_table
from db.vault import Vault
from locales import texts
from newsroom.articles import Article
from newsroom.openings import Openings
from opening import find_openings, list_public
from settings import read_settings
from tests.scene import Scene
from web.app import make_web
from web.metrics import Metrics, Readings
from web.openings import OpenCalls
from web.server import open_socket, serve

VAULT = Vault("a secret of these tests alone")
OURS = Openings("https://newsroom.example/", VAULT.openings)
PUBLIC = {"public_url": "https://newsroom.example", "webhook_secret": "the-secret"}
Open = Callable[..., Any]


@asynccontextmanager
async def serving(scene: Scene, *, counts: bool = True) -> AsyncIterator[Open]:
    """Serve the web face, and answer what opens a link as a browser would, but for following it."""
    calls = OpenCalls(scene.database, OURS, scene.clock, "Asia/Riyadh", counts)
    listening, stop = open_socket("127.0.0.1", 0), asyncio.Event()
    listening.listen()
    running = asyncio.create_task(serve(make_web(Metrics(_nothing, scene.clock), {}, public=[calls]), listening, stop))
    address = f"http://127.0.0.1:{listening.getsockname()[1]}"

    async def follow(path: str, method: str = "GET", **headers: str) -> aiohttp.ClientResponse:
        async with aiohttp.ClientSession() as session:
            return await session.request(method, address + path, allow_redirects=False, headers=headers)

    try:
        yield follow
    finally:
        stop.set()
        await running


async def _nothing() -> Readings:
    return [], {}


async def counted(scene: Scene) -> dict[tuple[int, date], int]:
    async with scene.database.read() as connection:
        found = await connection.execute(select(table))
        return {(row.article_id, date.fromisoformat(row.day)): row.times for row in found.all()}


async def wait_for(scene: Scene, times: int) -> dict[tuple[int, date], int]:
    """Answer what was counted as soon as it is so often: that is done after the answer."""
    async with asyncio.timeout(60):
        while sum((found := await counted(scene)).values()) < times:  # noqa: ASYNC110  (a database cannot call us)
            await asyncio.sleep(0.01)
    return found


def path_of(number: int) -> str:
    return OURS.link(number).removeprefix("https://newsroom.example")


async def test_it_leads_to_the_article_and_is_counted_by_the_newsroom_s_day(scene: Scene) -> None:
    await scene.publish("s:sports")
    async with serving(scene) as follow:
        for hours in (0, 0, 13):  # from noon in Riyadh over midnight
            scene.clock.move(hours=hours)
            answer = await follow(path_of(1))
            assert (answer.status, answer.headers["Location"]) == (HTTPStatus.FOUND, "https://site.example/1")
        assert await wait_for(scene, 3) == {(1, date(2026, 11, 24)): 2, (1, date(2026, 11, 25)): 1}


async def test_it_tells_and_keeps_nothing_of_whoever_opens_it(scene: Scene) -> None:
    await scene.publish("s:sports")
    async with serving(scene) as follow:
        headers = {"Cookie": "who=amal", "User-Agent": "canary-agent", "X-Forwarded-For": "203.0.113.7"}
        answer = await follow(path_of(1), **headers)
    assert "Set-Cookie" not in answer.headers
    assert (answer.headers["Cache-Control"], answer.headers["Referrer-Policy"]) == ("no-store", "no-referrer")
    assert [column.name for column in table.columns] == ["article_id", "day", "times"]


async def test_it_cannot_lead_anywhere_else(scene: Scene) -> None:
    await scene.publish("s:sports")
    mark = OURS.mark(1)
    forged = [
        "/o/1/0000000000000000", f"/o/2/{mark}", f"/o/01x/{mark}", f"/o/-1/{mark}", "/o/1/", f"/o/1/{mark}/more",
        f"/o/1/{mark}é", f"/o/{10**30}/{OURS.mark(10**30)}", f"/o/99/{OURS.mark(99)}", "/o/https://evil.example/x",
    ]  # fmt: skip
    async with serving(scene) as follow:
        for path in forged:
            answer = await follow(path)
            assert (answer.status, "Location" in answer.headers) == (HTTPStatus.NOT_FOUND, False), path
        answer = await follow(f"{path_of(1)}?url=https://evil.example&to=//evil.example")
        assert answer.headers["Location"] == "https://site.example/1"
        assert await wait_for(scene, 1) == {(1, date(2026, 11, 24)): 1}


@pytest.mark.parametrize("columns", [{"gate": "held"}, {"gate": "refused"}, {"url": "javascript:alert(1)"}])
async def test_what_readers_may_not_see_is_not_there(scene: Scene, columns: dict[str, str]) -> None:
    await scene.publish("s:sports")
    async with scene.database.write() as connection:
        await connection.execute(update(articles_table).values(columns))
    async with serving(scene) as follow:
        assert (await follow(path_of(1))).status == HTTPStatus.NOT_FOUND
    assert await counted(scene) == {}


async def test_who_only_looks_where_it_leads_does_not_count(scene: Scene) -> None:
    await scene.publish("s:sports")
    async with serving(scene) as follow:
        assert (await follow(path_of(1), "HEAD")).headers["Location"] == "https://site.example/1"
        assert (await follow(path_of(1), "POST")).status == HTTPStatus.METHOD_NOT_ALLOWED
    assert await counted(scene) == {}


async def test_links_that_are_out_lead_on_when_nobody_counts_any_more(scene: Scene) -> None:
    await scene.publish("s:sports")
    async with serving(scene, counts=False) as follow:
        assert (await follow(path_of(1))).headers["Location"] == "https://site.example/1"
    assert await counted(scene) == {}


async def test_many_at_once_are_all_counted(scene: Scene) -> None:
    await scene.publish("s:sports")
    async with scene.database.write() as connection:
        await connection.execute(insert(table).values(article_id=1, day="2026-11-24", times=5))
    async with serving(scene) as follow:
        await asyncio.gather(*(follow(path_of(1)) for _ in range(5)))
        assert await wait_for(scene, 10) == {(1, date(2026, 11, 24)): 10}


@pytest.mark.parametrize(
    ("settings", "makes", "leads"),
    [
        ({}, False, 0),
        (PUBLIC, False, 2),
        ({"count_openings": True}, False, 0),
        (PUBLIC | {"count_openings": True}, True, 2),
    ],
)
def test_it_takes_the_setting_and_an_address(scene: Scene, settings: dict[str, Any], makes: bool, leads: int) -> None:  # noqa: FBT001
    read = read_settings(env_file=None, **settings)
    assert (find_openings(read, VAULT) is not None) is makes
    assert len(list_public(read, scene.database, VAULT, scene.clock, Metrics(_nothing, scene.clock))) == leads


async def test_the_button_leads_through_us_and_what_is_shared_does_not(scene: Scene) -> None:
    await scene.publish("s:sports")
    async with scene.database.read() as connection:
        article = await articles.find(connection, 1)
    assert article
    assert ways(article, None)[0] == "https://site.example/1"
    read, shared = ways(article, OURS)
    assert read == OURS.link(1) == f"https://newsroom.example/o/1/{OURS.mark(1)}"
    assert "newsroom.example" not in shared
    assert ways(article, Openings("https://localhost", VAULT.openings))[0] == "https://site.example/1"


def ways(article: Article, openings: Openings | None) -> list[str]:
    rows = article_buttons(article, texts("ar"), public=False, openings=openings)
    return [button.url for row in rows for button in row if button.url]


def test_the_key_of_links_is_printed_nowhere() -> None:
    assert VAULT.openings.hex() not in repr(OURS)
    assert str(VAULT.openings) not in repr(OURS)
