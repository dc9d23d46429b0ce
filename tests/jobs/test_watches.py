"""Cards of articles follow what becomes of them, and never draw over what an editor looks at."""

from dataclasses import replace
from typing import Any

import orjson
import pytest
from sqlalchemy import select

from bot.clerk import Clerk
from db.store import dossiers, pushes, watches
from db.store.watches import KEPT_FOR, Watch
from db.tables import outbox
from jobs.watches import Watcher
from newsroom.dossiers import Dossier, stamp
from tests.scene import Scene
from tests.stage import look

EDITOR, CARD = 50, 7


@pytest.fixture
def watcher(scene: Scene) -> Watcher:
    return Watcher(scene.database, Clerk(scene.clock, look, "ar"), scene.clock)


async def see(scene: Scene) -> Dossier:
    async with scene.database.read() as connection:
        found = await dossiers.read(connection, 1)
    assert found
    return found


async def watch(scene: Scene) -> None:
    """Let an article be on its way to two readers, and its card be watched."""
    for chat_id in (1, 2, EDITOR):
        await scene.reader(chat_id, *(["s:diplomacy"] if chat_id != EDITOR else []))
    await scene.article("s:diplomacy")
    now = scene.clock()
    shows = stamp(await see(scene), now)
    async with scene.database.write() as connection:
        await watches.begin(connection, Watch(1, EDITOR, CARD, shows, now, now))


async def drawn(scene: Scene) -> list[dict[str, Any]]:
    """Answer what was drawn since this was asked last."""
    async with scene.database.write() as connection:
        found = (await connection.execute(select(outbox.c.payload).order_by(outbox.c.id))).all()
        await connection.execute(outbox.delete())
    return [orjson.loads(row.payload) for row in found]


async def watched(scene: Scene) -> list[Watch]:
    async with scene.database.read() as connection:
        return await watches.list_all(connection)


async def land_one(scene: Scene) -> None:
    (row,) = await scene.claim(1)
    await scene.land(row)


async def end(scene: Scene) -> None:
    """Let the push end, as the delivery loop does when it finds nothing more of it."""
    async with scene.database.write() as connection:
        await pushes.finish(connection, 1, scene.clock())


async def test_a_card_is_drawn_anew_as_its_article_arrives_and_at_the_end_once_more(
    scene: Scene, watcher: Watcher
) -> None:
    await watch(scene)
    await watcher.step()
    assert await drawn(scene) == []
    await land_one(scene)
    await watcher.step()
    assert await drawn(scene) == []  # it was drawn just now
    scene.clock.move(seconds=3)
    await watcher.step()
    (card,) = await drawn(scene)
    assert card["message_id"] == CARD
    assert "وصل إلى" in card["text"]
    await land_one(scene)
    scene.clock.move(seconds=3)
    await watcher.step()
    (card,) = await drawn(scene)
    assert "في طريقه" in card["text"]
    await end(scene)
    await watcher.step()
    (card,) = await drawn(scene)
    assert "أُرسل" in card["text"]
    assert await watched(scene) == []
    await watcher.step()
    assert await drawn(scene) == []


async def test_what_changes_twice_in_one_moment_is_drawn_twice(scene: Scene, watcher: Watcher) -> None:
    await watch(scene)
    first, second = await scene.claim(2)
    scene.clock.move(seconds=3)
    await scene.land(first)
    await watcher.step()
    await scene.land(second)
    await end(scene)
    await watcher.step()
    _, last = await drawn(scene)
    assert "أُرسل" in last["text"]


async def test_what_takes_hours_is_not_looked_at_all_the_while(scene: Scene, watcher: Watcher) -> None:
    await watch(scene)
    scene.clock.move(seconds=KEPT_FOR.total_seconds() + 1)
    await watcher.step()
    assert await watched(scene) == []


async def test_what_an_editor_looks_at_meanwhile_is_not_drawn_over(scene: Scene) -> None:
    await watch(scene)
    (before,) = await watched(scene)
    async with scene.database.write() as connection:
        assert await watches.note_drawn(connection, before, "new", scene.clock.move(seconds=3))
        assert not await watches.note_drawn(connection, before, "newer", scene.clock())
        await watches.begin(connection, replace(before, message_id=9))
        assert not await watches.note_drawn(connection, before, "newer", scene.clock())
        await watches.end(connection, 1, EDITOR)
    assert await watched(scene) == []
