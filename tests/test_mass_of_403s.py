"""A mass of 403s is a fault and not a flight of readers: the push waits for a person, and nobody is suspended."""

import orjson
import pytest
from sqlalchemy import func, select

from db.store import corrections, queue, staff
from db.store import pushes as pushes_store
from db.tables import chats, outbox, pushes
from newsroom.outcomes import Came
from newsroom.pushes import PushState
from newsroom.roles import Role
from newsroom.watch import HELD_BACK
from newsroom.work import Rendering
from sandbox import Fault, FaultKind
from tests.scene import Scene
from tests.stage import Stage

DIPLOMACY = "s:diplomacy"
BLOCKED = "Forbidden: bot was blocked by the user"
SUSPENDED = select(func.count()).select_from(chats).where(chats.c.state == "suspended")


async def readers(stage: Stage, count: int) -> None:
    for chat_id in range(1, count + 1):
        await stage.reader(chat_id, DIPLOMACY)


def block_all(stage: Stage) -> None:
    fault = Fault(FaultKind.ERROR, method="sendMessage", status=403, description=BLOCKED, times=None)
    stage.telegram.faults.add(fault)


@pytest.mark.parametrize("count", [12, 40])
async def test_a_mass_of_403s_holds_the_push_and_suspends_nobody(stage: Stage, count: int) -> None:
    await readers(stage, count)
    push = await stage.scene.article(DIPLOMACY)
    block_all(stage)
    stage.delivery.rate = 1  # the smallest window, so that some are settled before it is seen
    await stage.deliver()
    assert await stage.scene.one(SUSPENDED) == 0
    assert set((await stage.scene.states(push)).values()) == {"queued"}
    assert await stage.scene.one(select(pushes.c.state)) == "paused"
    assert await stage.scene.one(select(pushes.c.reason)) == HELD_BACK
    assert sum(call.method == "sendMessage" for call in stage.telegram.calls) <= 10 + stage.delivery.window


async def test_once_the_fault_is_over_and_a_person_resumes_it_everybody_gets_it(stage: Stage) -> None:
    await readers(stage, 12)
    push = await stage.scene.article(DIPLOMACY)
    block_all(stage)
    await stage.deliver()
    stage.telegram.faults.clear()
    async with stage.scene.database.write() as connection:
        assert await queue.resume(connection, push, stage.scene.clock())
    stage.wait(4)
    await stage.deliver()
    assert set((await stage.scene.states(push)).values()) == {"sent"}


async def test_a_person_who_resumes_it_is_believed_that_they_are_gone(stage: Stage) -> None:
    await readers(stage, 12)
    push = await stage.scene.article(DIPLOMACY)
    block_all(stage)
    await stage.deliver()
    async with stage.scene.database.write() as connection:
        await queue.resume(connection, push, stage.scene.clock())
    stage.wait(4)
    await stage.deliver()
    assert set((await stage.scene.states(push)).values()) == {"failed"}
    assert await stage.scene.one(SUSPENDED) == 12


async def test_what_other_workers_settled_before_is_taken_back_too(scene: Scene) -> None:
    for chat_id in range(1, 7):
        await scene.reader(chat_id, DIPLOMACY)
    push = await scene.article(DIPLOMACY)
    other = await scene.worker()
    theirs = await other.exchange([], 3)
    await other.exchange([scene.landed(row, Came.GONE, reason=BLOCKED) for row in theirs], 0)
    assert await scene.one(SUSPENDED) == 3
    await scene.queue.hold_back([push])
    late = await scene.claim()
    assert late == []
    assert await scene.one(SUSPENDED) == 0
    assert set((await scene.states(push)).values()) == {"queued"}


async def test_a_push_that_was_done_meanwhile_waits_for_a_person_with_what_is_taken_back(scene: Scene) -> None:
    await scene.reader(1, DIPLOMACY)
    push = await scene.article(DIPLOMACY)
    (claimed,) = await scene.claim()
    await scene.land(claimed, Came.GONE, reason=BLOCKED)
    assert await scene.claim_later() == []
    assert await scene.one(select(pushes.c.state)) == "done"
    await scene.queue.hold_back([push])
    assert await scene.one(select(pushes.c.state)) == "paused"
    async with scene.database.write() as connection:
        assert await queue.resume(connection, push, scene.clock())
    assert len(await scene.claim()) == 1


async def test_what_was_under_way_when_it_was_held_is_not_believed_either(scene: Scene) -> None:
    await scene.reader(1, DIPLOMACY)
    push = await scene.article(DIPLOMACY)
    (claimed,) = await scene.claim()
    await scene.queue.hold_back([push])
    await scene.land(claimed, Came.GONE, reason=BLOCKED)
    assert await scene.one(SUSPENDED) == 0
    assert set((await scene.states(push)).values()) == {"queued"}


async def test_the_edits_of_a_held_push_wait_for_the_person_too(scene: Scene) -> None:
    for chat_id in (1, 2):
        await scene.reader(chat_id, DIPLOMACY)
    push = await scene.article(DIPLOMACY)
    for row in await scene.claim():
        await scene.land(row, rendering=Rendering("sendMessage", b"{}", 1, 1))
    async with scene.database.write() as connection:
        assert await corrections.correct(connection, 1, {"title": "أخرى"}, scene.clock())
    scene.clock.move(seconds=4)
    (edit,) = await scene.claim(1)
    await scene.queue.hold_back([push])
    await scene.land(edit, Came.GONE, reason=BLOCKED)
    assert await scene.claim_later() == []  # or it would be refused again and again
    async with scene.database.write() as connection:
        assert await queue.resume(connection, push, scene.clock())
    assert [row.edit is not None for row in await scene.claim()] == [True]  # one first, that tries the rendering anew


async def send_to(stage: Stage, count: int) -> int:
    """Let so many readers have an article, and let nobody be edited any more; answer its push."""
    await readers(stage, count)
    push = await stage.scene.article(DIPLOMACY)
    await stage.deliver()
    fault = Fault(FaultKind.ERROR, method="editMessageText", status=403, description=BLOCKED, times=None)
    stage.telegram.faults.add(fault)
    stage.delivery.rate = 1  # the smallest window, so that some are settled before it is seen
    return push


async def deliver(stage: Stage, rounds: int = 4) -> None:
    for _ in range(rounds):
        stage.wait(4)
        await stage.deliver()


@pytest.mark.parametrize(("retracts", "state"), [(False, "paused"), (True, "cancelled")])
async def test_a_mass_of_403s_while_messages_are_edited_suspends_nobody(
    stage: Stage, state: str, *, retracts: bool
) -> None:
    push = await send_to(stage, 24)
    async with stage.scene.database.write() as connection:
        if retracts:
            assert await corrections.retract(connection, 1, "خطأ", stage.scene.clock())
        else:
            assert await corrections.correct(connection, 1, {"title": "أخرى"}, stage.scene.clock())
    await deliver(stage)
    assert await stage.scene.one(SUSPENDED) == 0
    assert await stage.scene.one(select(pushes.c.state)) == state
    assert sum(call.method == "editMessageText" for call in stage.telegram.calls) <= 10 + stage.delivery.window
    stage.telegram.faults.clear()
    async with stage.scene.database.write() as connection:
        assert await queue.resume(connection, push, stage.scene.clock())
    await deliver(stage)
    assert {row.version for row in await stage.scene.rows(push)} == {2}
    assert await stage.scene.one(select(pushes.c.state)) == ("cancelled" if retracts else "done")
    word = "سُحب" if retracts else "أخرى"
    assert all(word in stage.shown(chat_id)[0] for chat_id in range(1, 25))


async def test_edits_of_what_a_person_paused_are_held_too(scene: Scene) -> None:
    push = await scene.article(DIPLOMACY)
    async with scene.database.write() as connection:
        await pushes_store.set_state(connection, push, PushState.PAUSED, [PushState.RUNNING], scene.clock())
        assert await corrections.correct(connection, 1, {"title": "أخرى"}, scene.clock())
    await scene.queue.hold_back([push])
    assert await scene.one(select(pushes.c.reason)) == HELD_BACK
    async with scene.database.read() as connection:
        assert await pushes_store.list_running(connection, scene.clock()) == []


async def test_whoever_cancels_a_held_push_lets_later_retractions_be_seen(scene: Scene) -> None:
    push = await scene.article(DIPLOMACY)
    await scene.queue.hold_back([push])
    async with scene.database.write() as connection:
        assert await corrections.retract(connection, 1, "خطأ", scene.clock())
        assert [found.is_edit for found in await pushes_store.list_running(connection, scene.clock())] == [True]


async def test_a_chat_rests_after_a_403_that_is_not_believed(scene: Scene) -> None:
    await scene.reader(1, DIPLOMACY)
    push = await scene.article(DIPLOMACY)
    (claimed,) = await scene.claim()
    await scene.queue.hold_back([push])
    await scene.land(claimed, Came.GONE, reason=BLOCKED)
    async with scene.database.write() as connection:
        assert await queue.resume(connection, push, scene.clock())
    assert await scene.claim() == []
    assert len(await scene.claim_later()) == 1


async def test_editors_are_told_with_buttons(scene: Scene) -> None:
    await scene.reader(90)
    async with scene.database.write() as connection:
        await staff.grant(connection, 90, Role.EDITOR, scene.clock())
    await scene.reader(1, DIPLOMACY)
    push = await scene.article(DIPLOMACY)
    await scene.queue.hold_back([push])
    await scene.queue.hold_back([push])
    told = orjson.loads(await scene.one(select(outbox.c.payload)))
    assert [button["text"][0] for row in told["reply_markup"]["inline_keyboard"] for button in row] == ["▶", "⏹"]


async def test_who_really_left_among_many_is_suspended(stage: Stage) -> None:
    await readers(stage, 12)
    push = await stage.scene.article(DIPLOMACY)
    fault = Fault(FaultKind.ERROR, chat_id=3, method="sendMessage", status=403, description=BLOCKED, times=None)
    stage.telegram.faults.add(fault)
    await stage.deliver()
    assert sorted((await stage.scene.states(push)).values()) == ["failed", *["sent"] * 11]
    assert await stage.scene.one(SUSPENDED) == 1
