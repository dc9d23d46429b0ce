"""Schedules and what waits by them, on each engine."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from db.store import deliveries, subscribers
from db.tables import pushes
from newsroom.readers import Rhythm, Schedule
from tests.scene import Scene

LATER = timedelta(hours=5)


@pytest.mark.parametrize("rhythm", Rhythm)
async def test_every_rhythm_can_be_kept_and_alike_ones_share_a_row(scene: Scene, rhythm: Rhythm) -> None:
    schedule = Schedule(rhythm, "Africa/Cairo", True, 7, 0, 23, 7, wakes=True)  # noqa: FBT003
    async with scene.database.write() as connection:
        one, same = [await subscribers.intern(connection, schedule) for _ in range(2)]
        other = await subscribers.intern(connection, replace(schedule, hour=8))
        assert one == same != other
        assert await subscribers.find_schedule(connection, one) == schedule


async def test_what_waits_for_one_reader_is_dated_again_and_looked_at_then(scene: Scene) -> None:
    amal, bilal = await scene.reader(1, "s:sports"), await scene.reader(2, "s:sports")
    push_id = await scene.article("s:sports")
    late, soon = scene.clock() + LATER, scene.clock() - timedelta(seconds=1)
    async with scene.database.write() as connection:
        for reader in (amal, bilal):
            await deliveries.date_again(connection, reader.id, late)
        await connection.execute(pushes.update().values(due_at=late))
        await deliveries.date_again(connection, amal.id, soon)
    assert [row.due_at for row in await scene.rows(push_id)] == [soon, late]
    assert await scene.one(select(pushes.c.due_at)) == soon
    assert [claimed.chat_id for claimed in await scene.claim()] == [1]


async def test_what_was_sent_or_is_of_a_push_that_waits_for_people_is_left(scene: Scene) -> None:
    amal = await scene.reader(1, "s:sports")
    sent = await scene.article("s:sports")
    (claimed,) = await scene.claim()
    await scene.land(claimed)
    held = await scene.article("s:sports")
    before = [(await scene.rows(push_id))[0].due_at for push_id in (sent, held)]
    async with scene.database.write() as connection:
        await connection.execute(pushes.update().where(pushes.c.id == held).values(state="paused"))
        await deliveries.date_again(connection, amal.id, scene.clock() + LATER)
    assert [(await scene.rows(push_id))[0].due_at for push_id in (sent, held)] == before
