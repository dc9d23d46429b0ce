"""Planning: range by range, whatever comes between two ranges."""

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import delete, select, text, update

from db.store import chats, pushes, queue, subscribers
from db.store import deliveries as deliveries_store
from db.tables import deliveries
from db.tables import pushes as pushes_table
from jobs import plan
from jobs.plan import Planner
from newsroom.pushes import Lane, PushState
from newsroom.readers import Rhythm, Schedule
from tests.scene import Scene


@pytest.fixture
def planner(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> Planner:
    """A planner whose ranges hold one subscriber."""
    monkeypatch.setattr(plan, "SMALLEST_RANGE", 1)
    monkeypatch.setattr(plan, "LARGEST_RANGE", 1)
    return Planner(scene.database, scene.lease, _width=1)


async def publish(scene: Scene, *tags: str, lane: Lane = Lane.NEWS) -> int:
    """Publish an article whose push nobody has planned yet."""
    push_id = await scene.article(*tags, lane=lane)
    async with scene.database.write() as connection:
        await connection.execute(delete(deliveries).where(deliveries.c.push_id == push_id))
        anew = update(pushes_table).where(pushes_table.c.id == push_id)
        await connection.execute(anew.values(planned_at=None, cursor=0))
    return push_id


async def set_state(scene: Scene, push_id: int, state: PushState, *among: PushState) -> None:
    async with scene.database.write() as connection:
        assert await pushes.set_state(connection, push_id, state, among, scene.clock())


async def plan_all(planner: Planner) -> None:
    while await planner.step():
        pass


async def test_every_reader_gets_one_row_over_all_ranges(scene: Scene, planner: Planner) -> None:
    readers = [await scene.reader(number, "s:a") for number in (1, 2, 3)]
    push_id = await publish(scene, "s:a")
    await plan_all(planner)
    assert sorted(await scene.states(push_id)) == [reader.id for reader in readers]
    assert await scene.one(select(pushes_table.c.planned_at)) is not None


async def test_a_push_that_is_paused_between_two_ranges_goes_on_when_it_is_resumed(
    scene: Scene, planner: Planner
) -> None:
    for number in (1, 2, 3):
        await scene.reader(number, "s:a")
    push_id = await publish(scene, "s:a")
    assert await planner.step()
    await set_state(scene, push_id, PushState.PAUSED, PushState.RUNNING)
    assert not await planner.step()
    async with scene.database.write() as connection:
        assert await queue.resume(connection, push_id, scene.clock())
    await plan_all(planner)
    assert len(await scene.states(push_id)) == 3


async def test_a_fault_between_two_ranges_leaves_the_push_to_whoever_comes(
    scene: Scene, planner: Planner, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in (1, 2, 3):
        await scene.reader(number, "s:a")
    push_id = await publish(scene, "s:a")
    assert await planner.step()
    with monkeypatch.context() as broken:
        broken.setattr(pushes, "advance", None)
        with pytest.raises(TypeError):
            await planner.step()
    assert len(await scene.states(push_id)) == 1
    await plan_all(planner)
    assert len(await scene.states(push_id)) == 3


async def test_a_push_that_is_raised_between_two_ranges_wakes_those_who_are_left(
    scene: Scene, planner: Planner
) -> None:
    night = Schedule(Rhythm.INSTANT, "Asia/Riyadh", quiet_from=12, quiet_to=18, wakes=True)
    for number in (1, 2):
        await scene.reader(number, "s:a", schedule=night)
    push_id = await publish(scene, "s:a")
    assert await planner.step()
    async with scene.database.write() as connection:
        raised = update(pushes_table).where(pushes_table.c.id == push_id)
        await connection.execute(raised.values(lane=Lane.BREAKING))
    await plan_all(planner)
    held, woken = await scene.rows(push_id)
    assert woken.due_at <= scene.clock() < held.due_at


async def test_breaking_news_go_before_the_next_range_of_a_large_push(scene: Scene, planner: Planner) -> None:
    for number in (1, 2, 3):
        await scene.reader(number, "s:a", "s:b")
    breaking = await publish(scene, "s:b", lane=Lane.BREAKING)
    await set_state(scene, breaking, PushState.PAUSED, PushState.RUNNING)
    large = await publish(scene, "s:a")
    assert await planner.step()
    await set_state(scene, breaking, PushState.RUNNING, PushState.PAUSED)
    assert await planner.step()
    assert [len(await scene.states(push_id)) for push_id in (large, breaking)] == [1, 1]


async def test_a_push_that_another_worker_holds_is_not_waited_for_but_looked_at_again(
    scene: Scene, planner: Planner
) -> None:
    if scene.database.is_sqlite:
        pytest.skip("SQLite has one writer")
    await scene.reader(1, "s:a")
    push_id = await publish(scene, "s:a")
    async with scene.database.write() as connection:
        assert await pushes.rest(connection, push_id, scene.clock())
        assert await planner.step()
        assert await scene.states(push_id) == {}
    await plan_all(planner)
    assert len(await scene.states(push_id)) == 1


async def test_a_sample_that_a_reader_asks_for_while_his_range_is_planned_is_his_row(
    scene: Scene, planner: Planner
) -> None:
    if scene.database.is_sqlite:
        pytest.skip("SQLite has one writer")
    reader = await scene.reader(1, "s:a")
    push_id = await publish(scene, "s:a")
    async with scene.database.write() as asking:
        assert await deliveries_store.add_one(asking, push_id, reader.id, scene.clock())
        planning = asyncio.create_task(planner.step())
        waits = text("SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'")
        async with asyncio.timeout(4):
            while not await scene.one(waits):
                pass
    assert await planning
    assert list(await scene.states(push_id)) == [reader.id]


async def test_who_stopped_or_cannot_be_reached_or_mutes_gets_no_row(scene: Scene, planner: Planner) -> None:
    reached, stopped, blocked, _ = [
        await scene.reader(number, "s:a", "s:b", mutes=["s:c"] if number == 4 else []) for number in (1, 2, 3, 4)
    ]
    async with scene.database.write() as connection:
        await subscribers.change(connection, stopped.id, state="stopped")
        await chats.suspend(connection, blocked.chat_id, "blocked", scene.clock())
    push_id = await publish(scene, "s:a", "s:b", "s:c")
    await plan_all(planner)
    assert list(await scene.states(push_id)) == [reached.id]


async def test_a_row_is_due_by_its_schedule_and_with_the_first_where_that_is_new(scene: Scene) -> None:
    readers = [await scene.reader(number, "s:a") for number in (1, 2, 3)]
    push_id = await publish(scene, "s:a")
    soon, later = scene.clock(), scene.clock() + timedelta(hours=1)
    async with scene.database.write() as connection:
        known, other, new = [
            await subscribers.intern(connection, Schedule(Rhythm.INSTANT, zone))
            for zone in ("Asia/Riyadh", "UTC", "CET")
        ]
        await subscribers.change(connection, readers[1].id, schedule_id=other)
        await subscribers.change(connection, readers[2].id, schedule_id=new)
        push = await pushes.lock_unplanned(connection)
        audience = await deliveries_store.find_audience(connection, push, {known: soon, other: later})
        await deliveries_store.plan_range(connection, audience, 1, readers[-1].id)
    assert [row.due_at for row in await scene.rows(push_id)] == [soon, later, soon]


async def test_a_new_push_begins_with_a_narrow_range(scene: Scene) -> None:
    planner = Planner(scene.database, scene.lease, _width=plan.LARGEST_RANGE)
    await publish(scene, "s:a")
    async with scene.database.write() as connection:
        await connection.execute(update(pushes_table).values(upper=plan.LARGEST_RANGE))
    assert await planner.step()
    assert await scene.one(select(pushes_table.c.cursor)) == plan.FIRST_RANGE
