"""Workers: leases, what the dead leave behind, and who asks for updates."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from db.clock import DatabaseClock
from db.store import inbox, sources, workers
from db.store.inbox import Received
from db.tables import sources as sources_table
from db.working import workers as workers_table
from jobs.heartbeat import Heartbeat
from tests.fakes import CountingMeter
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
        assert not await workers.is_polling(connection, scene.lease)
        assert await workers.take_polling(connection, scene.lease)
        assert await workers.is_polling(connection, scene.lease)
        assert not await workers.take_polling(connection, other.lease)
        assert not await workers.is_polling(connection, other.lease)
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


async def test_what_the_dead_left_cannot_stop_the_beat(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    heartbeat = Heartbeat(scene.database, DatabaseClock(), scene.lease, scene.queue, CountingMeter())
    scene.clock.move(seconds=5)
    monkeypatch.setattr(workers, "bury", None)
    with pytest.raises(TypeError):
        await heartbeat.step()
    assert await scene.one(select(workers_table.c.beat_at)) == scene.clock()


async def test_what_a_frozen_worker_holds_is_not_waited_for(scene: Scene) -> None:
    if scene.database.is_sqlite:
        pytest.skip("SQLite has one process")
    frozen = await scene.worker()
    async with scene.database.write() as connection:
        await inbox.store(connection, [Received(1, 7, b"{}"), Received(2, 8, b"{}")], scene.clock())
        assert len(await inbox.claim(connection, frozen.lease.id, 9, scene.clock())) == 2
    scene.clock.move(seconds=11)
    async with scene.database.write() as frozen_connection:
        assert await inbox.mark_handled(frozen_connection, 1, frozen.lease.id)
        async with scene.database.write() as connection:
            await workers.beat(connection, scene.lease)
            await workers.bury(connection, scene.clock())
            assert [one.update_id for one in await inbox.claim(connection, "x", 9, scene.clock())] == [2]


async def test_who_is_stopped_between_its_beat_and_the_burials_does_not_bury_itself(scene: Scene) -> None:
    own = scene.lease.id
    scene.lease.now = lambda: scene.clock.move(seconds=11)  # it sleeps before each look at the clock
    await Heartbeat(scene.database, DatabaseClock(), scene.lease, scene.queue, CountingMeter()).step()
    assert await scene.one(select(workers_table.c.id)) == own
