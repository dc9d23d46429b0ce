"""Reading by an index: what is asked every second, or while a person waits, never reads a whole table."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy import event
from sqlalchemy.ext.asyncio import AsyncConnection

from db.engine import Database
from db.store import articles, chats, deliveries, figures, follows, inbox, pushes, sources, workers
from db.store.deliveries import Audience
from tests.fakes import Clock
from tests.scene import Scene, set_scene

GROWING = {"articles", "versions", "article_topics", "deliveries", "outbox", "inbox", "subscribers", "chats", "follows"}
NOW = Clock()()
PUSH = SimpleNamespace(id=1, story_id=1, created_at=NOW)
AUDIENCE = Audience(1, ["all", "s:a"], [(NOW, [1]), (NOW + timedelta(hours=1), [2])])
ASKED: dict[str, Callable[[AsyncConnection], Awaitable[Any]]] = {
    "inbox.claim": lambda connection: inbox.claim(connection, "x", 64, NOW),
    "inbox.is_any_open": lambda connection: inbox.is_any_open(connection, "x", [1, 2], NOW),
    "inbox.release": lambda connection: inbox.release(connection, "x", [1, 2]),
    "inbox.purge": lambda connection: inbox.purge(connection, 100, NOW),
    "workers.bury": lambda connection: workers.bury(connection, NOW),
    "sources.claim_due": lambda connection: sources.claim_due(connection, "x", [1], 9, NOW),
    "follows.newest_wanted": lambda connection: follows.newest_wanted(connection, 1, NOW),
    "articles.list_latest": lambda connection: articles.list_latest(connection, "all", 6),
    "articles.count_topics": lambda connection: articles.count_topics(connection, NOW),
    "figures.read": figures.read,
    "chats.migrate": lambda connection: chats.migrate(connection, 1, -100),
    "pushes.finish": lambda connection: pushes.finish(connection, 1, NOW),
    "deliveries.plan_staff": lambda connection: deliveries.plan_staff(connection, PUSH),
    "deliveries.plan_range": lambda connection: deliveries.plan_range(connection, AUDIENCE, 1, 9),
}


@pytest.mark.parametrize("name", ASKED)
async def test_no_table_that_grows_is_read_whole(sqlite: Database, clock: Clock, name: str) -> None:
    scene = await set_scene(sqlite, clock)
    await scene.reader(1, "all")
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
