"""Answers that come late: of a worker that slept so long that its rows were taken for left behind."""

import pytest
from sqlalchemy import select

from db.store import corrections, outbox, pushes, workers
from db.store.outbox import Message
from db.tables import outbox as outbox_table
from db.tables import pushes as pushes_table
from newsroom.outcomes import Came
from newsroom.pushes import Lane
from newsroom.work import Claimed, Rendering
from tests.scene import Scene

DIPLOMACY = "s:diplomacy"
BODY = b'{"text":"x"}'


async def take_and_sleep(scene: Scene) -> list[Claimed]:
    """Let another worker claim what is due and sleep until the others have recovered it."""
    sleeper = await scene.worker()
    claimed = await sleeper.exchange([], 5)
    await recover(scene)
    return claimed


async def recover(scene: Scene) -> None:
    scene.clock.move(seconds=15)
    async with scene.database.write() as connection:
        await workers.beat(connection, scene.lease)
        await workers.bury(connection, scene.clock())
    assert await scene.queue.recover()
    scene.clock.move(minutes=20)


async def write(scene: Scene) -> None:
    async with scene.database.write() as connection:
        await outbox.add(connection, Message("key", "sendMessage", BODY, 1, Lane.MODERATION), scene.clock())


@pytest.mark.parametrize("came", [Came.OK, Came.GONE, Came.REFUSED])
async def test_a_message_that_somebody_else_is_sending_keeps_its_text(scene: Scene, came: Came) -> None:
    await write(scene)
    (late,) = await take_and_sleep(scene)
    (claimed,) = await scene.claim()
    await scene.land(late, came)
    await scene.land(claimed, Came.AGAIN)
    scene.clock.move(minutes=1)
    (again,) = await scene.claim()
    assert again.content == Rendering("sendMessage", BODY)


async def test_a_message_that_was_given_up_and_had_not_arrived_is_sent_whole(scene: Scene) -> None:
    await write(scene)
    (late,) = [await take_and_sleep(scene) for _ in range(8)][-1]
    assert await scene.one(select(outbox_table.c.state)) == "uncertain"
    await scene.land(late, Came.LATER)
    scene.clock.move(minutes=1)
    (again,) = await scene.claim()
    assert again.content == Rendering("sendMessage", BODY)
    await scene.land(again)
    assert await scene.one(select(outbox_table.c.payload)) == b""


async def test_a_row_that_was_given_up_and_had_not_arrived_is_sent_though_its_push_was_done(scene: Scene) -> None:
    await scene.reader(1, DIPLOMACY)
    push = await scene.article(DIPLOMACY)
    async with scene.database.write() as connection:
        assert await pushes.send_once(connection, push)
    (late,) = await take_and_sleep(scene)
    assert await scene.claim() == []
    assert await scene.one(select(pushes_table.c.state)) == "done"
    await scene.land(late, Came.LATER, retry_after=30)
    scene.clock.move(seconds=30)
    assert len(await scene.claim()) == 1


async def correct(scene: Scene) -> None:
    async with scene.database.write() as connection:
        assert await corrections.correct(connection, 1, {"title": "أخرى"}, scene.clock())
    scene.clock.move(seconds=4)


def show(version: int, method: str = "editMessageText") -> Rendering:
    return Rendering(method, b"{}", 1, version)


async def test_a_correction_does_not_wait_for_the_pause_of_another_chat(scene: Scene) -> None:
    for chat_id in (1, 2):
        await scene.reader(chat_id, DIPLOMACY)
    await scene.article(DIPLOMACY)
    first, second = await scene.claim()
    await scene.land(first, rendering=show(1, "sendMessage"))
    await correct(scene)
    (edit,) = await scene.claim()
    await scene.land(edit, Came.LATER, rendering=show(2), retry_after=3600)
    assert await scene.claim_later() == []
    await scene.land(second, rendering=show(1, "sendMessage"))
    (edit,) = await scene.claim_later()
    assert edit.chat_id == second.chat_id


@pytest.mark.parametrize("came", [Came.OK, Came.DOUBT])
async def test_a_message_that_a_late_edit_may_have_set_back_is_edited_again(scene: Scene, came: Came) -> None:
    await scene.reader(1, DIPLOMACY)
    push = await scene.article(DIPLOMACY)
    (row,) = await scene.claim()
    await scene.land(row, rendering=show(1, "sendMessage"))
    await correct(scene)
    (late,) = await take_and_sleep(scene)
    await correct(scene)
    (edit,) = await scene.claim()
    await scene.land(edit, rendering=show(3))
    assert await scene.claim_later() == []
    await scene.land(late, came, rendering=show(2))
    scene.clock.move(seconds=10)
    (again,) = await scene.claim()
    await scene.land(again, rendering=show(3))
    assert [(found.state, found.version) for found in await scene.rows(push)] == [("sent", 3)]
