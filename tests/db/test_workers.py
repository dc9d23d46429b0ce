"""Workers: leases, what the dead leave behind, and who asks for updates."""

from datetime import timedelta

from sqlalchemy import select

from db.store import sources, workers
from db.tables import sources as sources_table
from db.tables import workers as workers_table
from tests.scene import Scene


async def test_a_lease_is_fresh_while_its_heart_beats(scene: Scene) -> None:
    assert scene.lease.is_fresh()
    scene.clock.move(seconds=6)
    assert not scene.lease.is_fresh()
    async with scene.database.write() as connection:
        assert await workers.beat(connection, scene.lease)
    assert scene.lease.is_fresh()


async def test_a_lease_goes_stale_before_others_take_its_worker_for_dead() -> None:
    margin = workers.DEAD_AFTER - workers.FRESH_FOR
    assert margin > timedelta(seconds=3)


async def test_who_slept_too_long_goes_on_under_a_new_id(scene: Scene) -> None:
    sleeper = await scene.worker()
    before = sleeper.lease.id
    scene.clock.move(seconds=11)
    async with scene.database.write() as connection:
        await workers.beat(connection, scene.lease)
        await workers.bury(connection, scene.clock())
        assert not await workers.beat(connection, sleeper.lease)
    assert sleeper.lease.id != before


async def test_a_start_alone_proves_all_others_dead(scene: Scene) -> None:
    await scene.worker()
    async with scene.database.write() as connection:
        lease = await workers.enrol(connection, "all", scene.clock, alone=True)
    assert await scene.one(select(workers_table.c.id)) == lease.id


async def test_one_worker_at_a_time_asks_for_updates(scene: Scene) -> None:
    other = await scene.worker()
    async with scene.database.write() as connection:
        assert await workers.take_polling(connection, scene.lease)
        assert not await workers.take_polling(connection, other.lease)
        assert await workers.take_polling(connection, scene.lease)
        await workers.retire(connection, scene.lease)
        assert await workers.take_polling(connection, other.lease)


async def test_a_source_that_a_dead_worker_polled_is_free(scene: Scene) -> None:
    dying = await scene.worker()
    async with scene.database.write() as connection:
        await sources.add(connection, "https://site.example/feed", scene.clock())
        assert len(await sources.claim_due(connection, dying.lease.id, (), 9, scene.clock())) == 1
        assert await sources.claim_due(connection, scene.lease.id, (), 9, scene.clock()) == []
    scene.clock.move(seconds=11)
    async with scene.database.write() as connection:
        await workers.beat(connection, scene.lease)
        await workers.bury(connection, scene.clock())
    assert await scene.one(select(sources_table.c.worker_id)) is None
