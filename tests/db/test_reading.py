"""Reading by an index: what is asked every second, or while a person waits, never reads a whole table."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy import event, insert
from sqlalchemy.ext.asyncio import AsyncConnection

from db.engine import Database
from db.meanings import keywords as keywords_table
from db.store import (
    articles,
    chats,
    claims,
    deliveries,
    figures,
    follows,
    inbox,
    keywords,
    outbox,
    pushes,
    sources,
    workers,
)
from db.store.deliveries import Audience
from newsroom.keywords import KeywordIndex
from tests.fakes import Clock
from tests.scene import Scene, set_scene
from tests.terms import keep

GROWING = {
    *("articles", "versions", "article_topics", "deliveries", "outbox", "inbox", "subscribers", "chats", "follows"),
    "keywords",
}
NOW = Clock()()
PUSH = SimpleNamespace(id=1, story_id=1, created_at=NOW, due_at=NOW)
AUDIENCE = Audience(1, ["all", "s:a"], [(NOW, [1]), (NOW + timedelta(hours=1), [2])])
WITH_KEYWORDS = replace(AUDIENCE, story_id=1)
ASKED: dict[str, Callable[[AsyncConnection], Awaitable[Any]]] = {
    "inbox.claim": lambda connection: inbox.claim(connection, "x", 64, NOW),
    "inbox.is_any_open": lambda connection: inbox.is_any_open(connection, "x", [1, 2], NOW),
    "inbox.release": lambda connection: inbox.release(connection, "x", [1, 2]),
    "inbox.TERM": lambda connection: keep(connection, inbox.TERM, NOW),
    "outbox.TERM": lambda connection: keep(connection, outbox.TERM, NOW),
    "claims.find_left": lambda connection: claims.find_left(connection, NOW),
    "outbox.find_left": lambda connection: outbox.find_left(connection, NOW),
    "workers.bury": lambda connection: workers.bury(connection, NOW),
    "sources.claim_due": lambda connection: sources.claim_due(connection, "x", [1], 9, NOW),
    "follows.newest_wanted": lambda connection: follows.newest_wanted(connection, 1, NOW),
    "articles.list_latest": lambda connection: articles.list_latest(connection, "all", 6),
    "articles.count_topics": lambda connection: articles.count_topics(connection, NOW),
    "figures.read": lambda connection: figures.read(connection, NOW),
    "chats.migrate": lambda connection: chats.migrate(connection, 1, -100),
    "pushes.finish": lambda connection: pushes.finish(connection, 1, NOW),
    "deliveries.plan_staff": lambda connection: deliveries.plan_staff(connection, PUSH),
    "deliveries.plan_range": lambda connection: deliveries.plan_range(connection, AUDIENCE, 1, 9),
    "deliveries.plan_range, keywords": lambda connection: deliveries.plan_range(connection, WITH_KEYWORDS, 1, 9),
    "keywords.catch_up": lambda connection: keywords.catch_up(connection, KeywordIndex()),
    "keywords.set_of": lambda connection: keywords.set_of(connection, 1, [1, 2]),
    "keywords.list_said": lambda connection: keywords.list_said(connection, ["k:1"]),
    "keywords.find": lambda connection: keywords.find(connection, "شاي"),
    "keywords.purge": lambda connection: keywords.purge(connection, 0, 100),
}


@pytest.mark.parametrize("name", ASKED)
async def test_no_table_that_grows_is_read_whole(sqlite: Database, clock: Clock, name: str) -> None:
    scene = await set_scene(sqlite, clock)
    await scene.reader(1, "all")
    async with sqlite.write() as connection:
        await connection.execute(insert(keywords_table).values(phrase="شاي", said="شاي", since=NOW))
    asked: list[tuple[str, Any]] = []
    async with sqlite.write() as connection:
        engine = connection.sync_connection.engine  # type: ignore[union-attr]
        event.listen(engine, "before_cursor_execute", lambda *call: asked.append(call[2:4]))
        await ASKED[name](connection)
        for statement, values in asked.copy():  # looking at the plan is heard too
            plan = await connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values)
            steps = [str(row.detail).split() for row in plan.all()]
            read_whole = {step[1] for step in steps if step[0] == "SCAN" and "USING" not in step}
            assert not read_whole & GROWING
            assert not [step for step in steps if "ix_subscribers_state" in step and step[0] == "SEARCH"]
            assert not [step for step in steps if "sqlite_autoindex_inbox_1" in step and step[0] == "SCAN"]


async def test_the_newest_wanted_is_the_newest_first_of_a_story_that_no_mute_is_about(scene: Scene) -> None:
    reader = await scene.reader(1, "s:a", "s:b", mutes=["c:X"])
    await scene.article("s:a")
    await scene.article("s:b")
    await scene.article("s:a", "c:X")
    await scene.article("s:c")
    since = scene.clock() - timedelta(days=1)
    async with scene.database.read() as connection:
        assert await follows.newest_wanted(connection, reader.id, since) == 2
        assert await follows.newest_wanted(connection, reader.id, scene.clock() + timedelta(days=1)) is None


async def test_topics_are_counted_by_the_index_that_has_no_keywords(sqlite: Database) -> None:
    asked: list[tuple[str, Any]] = []
    async with sqlite.write() as connection:
        engine = connection.sync_connection.engine  # type: ignore[union-attr]
        event.listen(engine, "before_cursor_execute", lambda *call: asked.append(call[2:4]))
        await articles.count_topics(connection, NOW)
        statement, values = asked[0]
        plan = await connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values)
        steps = [str(row.detail) for row in plan.all()]
    assert "SEARCH article_topics USING COVERING INDEX ix_article_topics_lately (appeared_at>?)" in steps


async def test_a_push_without_keywords_is_planned_by_the_statement_that_knows_none(scene: Scene) -> None:
    asked: list[str] = []
    async with scene.database.write() as connection:
        engine = connection.sync_connection.engine  # type: ignore[union-attr]
        event.listen(engine, "before_cursor_execute", lambda *call: asked.append(call[2]))
        await deliveries.plan_range(connection, AUDIENCE, 1, 9)
        await deliveries.plan_range(connection, WITH_KEYWORDS, 1, 9)
    assert ["article_topics" in statement for statement in asked] == [False, True]
