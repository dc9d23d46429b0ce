"""Pushes: looked at when something is due, by several workers at once."""

import pytest

from db.store import pushes
from tests.scene import Scene


async def test_two_workers_that_rest_pushes_in_other_orders_do_not_wait_for_each_other(scene: Scene) -> None:
    if scene.database.is_sqlite:
        pytest.skip("SQLite has one writer")
    await scene.reader(1, "s:a")
    first, second = await scene.article("s:a"), await scene.article("s:a")
    until = scene.clock.move(seconds=30)
    async with scene.database.write() as one, scene.database.write() as other:
        await pushes.rest(one, first, until)
        await pushes.rest(other, second, until)
        await pushes.rest(one, second, until)
        await pushes.finish(other, first, until)
    async with scene.database.read() as connection:
        assert {push.due_at for push in await pushes.list_running(connection)} == {until}
