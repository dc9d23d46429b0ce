"""Listening: what one process makes due another does at once, also after the connection between them was cut."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any

import orjson
import pytest
from sqlalchemy import text
from structlog.testing import capture_logs

from app import open_app
from bot.api import BotApi
from bot.intake import Intake
from db.engine import Database
from db.store import articles, outbox, pushes, sources
from db.store.articles import Place
from db.store.outbox import Message
from db.wakeup import JOBS, announce
from jobs.listener import Listener
from jobs.schedule import EVERY
from newsroom.articles import ParsedArticle
from newsroom.pushes import Lane
from newsroom.topics import Topicality
from sandbox import Sandbox
from settings import read_settings
from tests.fakes import Clock
from tests.sandbox.oracle import check_with_aiogram
from tests.scene import Scene, set_scene

NEVER = 3600.0  # seconds: a test is over before a poll
EAR = "FROM pg_stat_activity WHERE query = 'LISTEN \"qasid\"' AND datname = current_database()"
WEBHOOK = {"public_url": "http://127.0.0.1:1", "webhook_secret": "the-secret"}


async def ask(database: Database, query: str) -> int:
    async with database.read() as connection:
        return int((await connection.execute(text(query))).scalar_one())


async def until(database: Database, query: str) -> None:
    """Wait until a query answers something but nought."""
    async with asyncio.timeout(10):
        while not await ask(database, query):  # noqa: ASYNC110  (a database cannot call us)
            await asyncio.sleep(0.01)


@pytest.fixture
async def telegram() -> AsyncIterator[Sandbox]:
    async with Sandbox(limits=None) as opened:
        opened.checks.append(check_with_aiogram)
        yield opened
    assert opened.problems == []


@pytest.fixture
async def scene(postgres: Database, clock: Clock) -> Scene:
    """A newsroom in a process that plans, sends and handles nothing itself."""
    clock.moment = datetime.now(UTC)
    return await set_scene(postgres, clock)


@asynccontextmanager
async def process(scene: Scene, telegram: Sandbox, roles: str, job: str, **settings: Any) -> AsyncIterator[None]:
    """Run another process on the scene's database, whose worker of one job looks for work only when it is woken."""
    chosen = {
        "bot_token": telegram.token,
        "telegram_api_url": telegram.url,
        "database_url": scene.database.url.render_as_string(),
        "roles": roles,
        "web_port": 0,
        "pseudonym_secret": "the same for every process",
    }
    async with open_app(read_settings(env_file=None, **(chosen | settings))) as app:
        app.every = {**EVERY, job: NEVER}
        running = asyncio.create_task(app.run())
        try:
            await until(scene.database, f"SELECT count(*) {EAR}")
            yield
        finally:
            app.stop.set()
            await running


async def join(scene: Scene, telegram: Sandbox, chat_id: int, tag: str) -> None:
    """Let a person who has written to the bot follow a topic."""
    telegram.person(chat_id, language="ar").writes("/help")
    await scene.reader(chat_id, tag)


async def open_push(scene: Scene, number: int, tag: str) -> None:
    """Publish an article, and leave everything else to others."""
    item = ParsedArticle(f"g{number}", f"https://site.example/{number}", "قمة", "نص", f"{number}", language="ar")
    async with scene.database.write() as connection:
        await sources.add(connection, "https://site.example/feed", scene.clock())
        stored = await articles.add(connection, item, Place(1, archived=False), scene.clock())
        await articles.set_topics(connection, stored.id, Topicality([tag]))
        await pushes.open_for(connection, stored.story_id, Lane.NEWS, scene.clock())


async def test_a_push_opened_in_one_process_is_planned_and_delivered_in_another_long_before_its_poll(
    scene: Scene, telegram: Sandbox
) -> None:
    tags = {1: "s:sports", 2: "s:health"}
    for reader, tag in tags.items():
        await join(scene, telegram, reader, tag)
    async with process(scene, telegram, "jobs", "plan"):
        for reader, tag in tags.items():  # the first may have been found at the start, the second has not
            await open_push(scene, reader, tag)
            await telegram.until(lambda reader=reader: len(telegram.sent_to(reader)) == 1)  # type: ignore[misc]


async def test_a_message_that_one_process_wrote_is_sent_by_another(scene: Scene, telegram: Sandbox) -> None:
    for reader in (1, 2):
        await join(scene, telegram, reader, "s:sports")
    async with process(scene, telegram, "jobs", "deliver"):
        for reader in (1, 2):  # the first may have been found at the start, the second has not
            message = Message(f"notice:{reader}", "sendMessage", b'{"text":"!"}', reader, Lane.MODERATION)
            async with scene.database.write() as connection:
                await outbox.add(connection, message, scene.clock())
            await telegram.until(lambda reader=reader: len(telegram.sent_to(reader)) == 1)  # type: ignore[misc]


async def test_it_is_delivered_too_after_the_connection_was_cut(scene: Scene, telegram: Sandbox) -> None:
    await join(scene, telegram, 1, "s:sports")
    async with process(scene, telegram, "jobs", "plan"):
        assert await ask(scene.database, f"SELECT count(pg_terminate_backend(pid)) {EAR}") == 1
        await open_push(scene, 1, "s:sports")  # unheard, and found as soon as the connection stands again
        await telegram.until(lambda: len(telegram.sent_to(1)) == 1)


async def test_an_update_that_one_process_took_in_is_handled_by_another(scene: Scene, telegram: Sandbox) -> None:
    amal = telegram.person(1, language="ar")
    amal.writes("/help")
    message = orjson.loads(orjson.dumps(amal.messages[1].as_json()))
    async with process(scene, telegram, "bot", "inbox", **WEBHOOK):
        intake = Intake(scene.database, BotApi(telegram.url, telegram.token), scene.lease)
        for number in (1, 2, 3):  # the first may have been found at the start, the others have not
            await intake.store([{"update_id": number, "message": message}])
            await telegram.until(lambda number=number: len(telegram.sent_to(1)) == number)  # type: ignore[misc]
            await until(scene.database, "SELECT (count(*) = 0)::int FROM outbox WHERE state <> 'sent'")


async def test_who_could_not_hear_says_so_once_and_then_looks_at_everything(postgres: Database) -> None:
    other, stop, woken = Database(postgres.url.render_as_string()), asyncio.Event(), asyncio.Queue[str]()
    postgres.on_due = woken.put_nowait
    with capture_logs() as logs:
        listening = asyncio.create_task(Listener(postgres, rest=0.01).run(stop))
        cut = 0
        for times in (1, 2):
            await until(other, f"SELECT count(*) {EAR} AND pid <> {cut}")  # one that is cut may be seen for a while
            async with other.write() as connection:
                announce(connection, "plan")
            async with asyncio.timeout(10):
                assert [await woken.get() for _ in range(len(JOBS) + 1)] == [*JOBS, "plan"]
            if times == 1:
                cut = await ask(other, f"SELECT pid {EAR}")
                await ask(other, f"SELECT count(pg_terminate_backend({cut}))")
        stop.set()
        await listening
    assert [line["event"] for line in logs] == ["other processes are not heard", "other processes are heard again"]
    await other.close()
