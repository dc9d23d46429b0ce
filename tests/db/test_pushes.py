"""Pushes: looked at when something is due, by several workers at once."""

import pytest
from sqlalchemy import insert, select

from db.store import pushes
from db.tables import deliveries
from db.tables import pushes as pushes_table
from newsroom.pushes import Lane, PushState
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
        assert {push.due_at for push in await pushes.list_running(connection, until)} == {until}


async def test_a_push_with_rows_left_is_not_done(scene: Scene) -> None:
    await scene.reader(1, "s:a")
    push_id = await scene.article("s:a")
    state = select(pushes_table.c.state)
    for _ in range(2):  # queued, then sending
        async with scene.database.write() as connection:
            await pushes.finish(connection, push_id, scene.clock())
        assert await scene.one(state) == PushState.RUNNING
        await scene.claim()


async def test_a_row_whose_subscriber_is_no_more_holds_no_push_up(scene: Scene) -> None:
    push_id = await scene.article("s:a")
    async with scene.database.write() as connection:
        await connection.execute(insert(deliveries).values(push_id=push_id, subscriber_id=404, due_at=scene.clock()))
        await pushes.finish(connection, push_id, scene.clock())
    assert await scene.one(select(pushes_table.c.state)) == PushState.DONE


async def test_a_long_line_is_measured_as_news_and_what_falls_due_later_of_it_as_digests(scene: Scene) -> None:
    await scene.reader(1, "s:a")
    await scene.article("s:a")
    later = await scene.article("s:a")
    async with scene.database.write() as connection:
        assert await pushes.rest(connection, later, scene.clock.move(hours=2))
        found = await pushes.measure_lanes(connection, scene.clock())
    assert {lane: count for lane, count, _oldest in found} == {Lane.NEWS: 1, Lane.DIGEST: 1}
