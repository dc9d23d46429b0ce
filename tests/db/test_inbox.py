"""The inbox: every update once, in the order of its chat."""

from datetime import timedelta

from sqlalchemy import select

from db.store import inbox, workers
from db.store.inbox import Received
from db.tables import inbox as inbox_table
from tests.scene import Scene
from tests.terms import keep


async def receive(scene: Scene, *updates: tuple[int, int]) -> int:
    async with scene.database.write() as connection:
        received = [Received(update_id, chat_id, b"{}") for update_id, chat_id in updates]
        return await inbox.store(connection, received, scene.clock())


async def is_any_open(scene: Scene, *begun: int) -> bool:
    async with scene.database.read() as connection:
        return await inbox.is_any_open(connection, scene.lease.id, begun, scene.clock())


async def claim(scene: Scene, limit: int = 10) -> list[int]:
    async with scene.database.write() as connection:
        return [one.update_id for one in await inbox.claim(connection, scene.lease.id, limit, scene.clock())]


async def handle(scene: Scene, update_id: int) -> None:
    async with scene.database.write() as connection:
        assert await inbox.mark_handled(connection, update_id, scene.lease.id)


async def test_an_update_that_comes_twice_is_known(scene: Scene) -> None:
    assert await receive(scene, (1, 7), (2, 7)) == 2
    assert await receive(scene, (2, 7), (3, 7)) == 1


async def test_a_chat_has_one_update_under_way_and_others_go_on(scene: Scene) -> None:
    await receive(scene, (1, 7), (2, 7), (3, 8))
    assert await claim(scene) == [1, 3]
    assert await claim(scene) == []
    await handle(scene, 1)
    assert await claim(scene) == [2]


async def test_a_handled_update_is_emptied_and_never_claimed_again(scene: Scene) -> None:
    await receive(scene, (1, 7))
    await claim(scene)
    await handle(scene, 1)
    assert await receive(scene, (1, 7)) == 0
    assert await claim(scene) == []
    assert await scene.one(select(inbox_table.c.payload)) is None


async def test_a_failed_update_waits_holds_its_chat_and_is_dead_after_three_tries(scene: Scene) -> None:
    await receive(scene, (1, 7), (2, 7))
    for dead in (False, False, True):
        async with scene.database.write() as connection:
            (claimed,) = await inbox.claim(connection, scene.lease.id, 10, scene.clock())
            assert claimed.update_id == 1
            assert await inbox.mark_failed(connection, claimed, "ValueError", scene.clock()) is dead
        if not dead:
            assert await claim(scene) == []
        scene.clock.move(seconds=10)
    assert await claim(scene) == [2]


async def test_what_a_dead_worker_was_handling_is_handled_again(scene: Scene) -> None:
    await receive(scene, (1, 7))
    await claim(scene)
    scene.clock.move(seconds=11)
    async with scene.database.write() as connection:
        await workers.bury(connection, scene.clock())
    other = await scene.worker()
    async with scene.database.write() as connection:
        again = await inbox.claim(connection, other.lease.id, 10, scene.clock())
        assert [one.update_id for one in again] == [1]
        assert not await inbox.mark_handled(connection, 1, scene.lease.id)  # the one that slept must not handle it now


async def test_what_a_fault_left_with_its_own_worker_is_handled_again(scene: Scene) -> None:
    await receive(scene, (1, 7), (2, 8))
    assert await is_any_open(scene)
    assert await claim(scene) == [1, 2]
    assert not await is_any_open(scene, 1, 2)
    assert await is_any_open(scene, 2)
    async with scene.database.write() as connection:
        await inbox.release(connection, scene.lease.id, [2])
    assert await claim(scene) == [1]


async def test_ids_are_kept_for_two_days(scene: Scene) -> None:
    await receive(scene, (1, 7), (2, 8))
    await claim(scene)
    await handle(scene, 1)
    scene.clock.moment += timedelta(hours=49)
    async with scene.database.write() as connection:
        assert await keep(connection, inbox.TERM, scene.clock()) == 1  # what is not handled stays


async def test_update_ids_that_begin_anew_are_handled(scene: Scene) -> None:
    await receive(scene, (900_000_000, 7))
    assert await claim(scene) == [900_000_000]
    await handle(scene, 900_000_000)
    await receive(scene, (5, 7))
    assert await claim(scene) == [5]
