"""Pace: what the claim makes of the pacing row, and what the row learns from what landed."""

from dataclasses import replace
from datetime import timedelta
from unittest.mock import AsyncMock

import pytest

from db.store import outbox, pacing
from db.store.outbox import Message
from newsroom.outcomes import Came
from newsroom.pushes import Lane
from newsroom.work import Claimed
from tests.scene import Scene

DIPLOMACY = "s:diplomacy"


async def test_a_429_pauses_its_chat_as_long_as_told(scene: Scene) -> None:
    await scene.reader(1, DIPLOMACY)
    await scene.article(DIPLOMACY)
    (claimed,) = await scene.claim()
    await scene.land(claimed, Came.LATER, retry_after=60)
    scene.clock.move(seconds=59)
    assert await scene.claim() == []
    scene.clock.move(seconds=1)
    (again,) = await scene.claim()
    assert again.attempt.attempts == 0


async def test_two_chats_429_at_once_pause_bulk_to_the_later_deadline(scene: Scene) -> None:
    for chat_id in (1, 2, 3):
        await scene.reader(chat_id, DIPLOMACY)
    await scene.article(DIPLOMACY)
    first, second = await scene.claim(2)
    landed = [scene.landed(first, Came.LATER, retry_after=5), scene.landed(second, Came.LATER, retry_after=20)]
    await scene.queue.exchange(landed, 0)
    scene.clock.move(seconds=19)
    assert await scene.claim() == []
    scene.clock.move(seconds=1)
    assert len(await scene.claim()) == 3


async def flood(scene: Scene, seconds: float) -> list[Claimed]:
    """Let two chats be told to wait at once, and answer what the same exchange claims."""
    first, second = await scene.claim(2)
    landed = [scene.landed(row, Came.LATER, retry_after=seconds) for row in (first, second)]
    return await scene.queue.exchange(landed, 16)


async def test_nothing_is_claimed_in_the_exchange_that_learns_of_a_pause(scene: Scene) -> None:
    for chat_id in range(1, 21):
        await scene.reader(chat_id, DIPLOMACY)
    push = await scene.article(DIPLOMACY)
    assert await flood(scene, 300) == []
    assert scene.queue.is_paused()
    assert set((await scene.states(push)).values()) == {"queued"}


async def test_a_single_message_waits_for_the_end_of_a_pause_and_is_sent_once(scene: Scene) -> None:
    await scene.queue.pause(scene.clock() + timedelta(minutes=10))
    async with scene.database.write() as connection:
        await outbox.add(connection, Message("u1.0", "sendMessage", b"{}", 5, Lane.ANSWER), scene.clock())
    assert await scene.claim() == []
    scene.lease.beat_at = scene.clock.move(minutes=10)
    assert await scene.queue.recover() == 0
    (claimed,) = await scene.claim()
    assert (claimed.slot_at, claimed.attempt.doubts) == (scene.clock(), 0)


async def test_a_slowed_token_claims_no_more_than_can_leave_soon(scene: Scene) -> None:
    scene.queue.full_rate = 28
    for chat_id in range(1, 41):
        await scene.reader(chat_id, DIPLOMACY)
    await scene.article(DIPLOMACY)
    async with scene.database.write() as connection:
        pace = await pacing.lock(connection)
        await pacing.save(connection, replace(pace, slowed_to=1 / 28, slowed_at=scene.clock()))
    claimed = await scene.claim(16)
    assert len(claimed) == 5
    assert max(row.slot_at for row in claimed) == scene.clock() + timedelta(seconds=4)


async def test_what_meets_a_pause_of_another_worker_goes_back_until_its_end(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    await scene.reader(1, DIPLOMACY)
    push = await scene.article(DIPLOMACY)
    before = await scene.pace()
    await scene.queue.pause(scene.clock() + timedelta(minutes=5))
    with monkeypatch.context() as patched:
        patched.setattr(pacing, "load", AsyncMock(return_value=before))  # as read before the other one paused
        assert await scene.claim() == []
    (row,) = await scene.rows(push)
    assert (row.state, row.due_at, row.doubts) == ("queued", scene.clock() + timedelta(minutes=5), 0)
    scene.clock.move(minutes=5)
    assert len(await scene.claim()) == 1


async def test_a_refused_token_halts_everything_until_telegram_answers(scene: Scene) -> None:
    for chat_id in (1, 2):
        await scene.reader(chat_id, DIPLOMACY)
    await scene.article(DIPLOMACY)
    (claimed,) = await scene.claim(1)
    await scene.land(claimed, Came.HALT, reason="Unauthorized")
    scene.clock.move(minutes=5)
    assert await scene.claim() == []
    await scene.queue.trust()
    assert len(await scene.claim()) == 2


async def test_slots_keep_the_rate(scene: Scene) -> None:
    scene.queue.full_rate = 10
    for chat_id in range(1, 6):
        await scene.reader(chat_id, DIPLOMACY)
    await scene.article(DIPLOMACY)
    claimed = await scene.claim()
    slots = sorted(row.slot_at - scene.clock() for row in claimed)
    assert slots == [timedelta(seconds=index / 10) for index in range(5)]


async def test_the_pace_is_remembered_across_restarts(scene: Scene) -> None:
    await scene.queue.pause(scene.clock() + timedelta(minutes=3))
    async with scene.database.read() as connection:
        pace = await pacing.load(connection)
    assert pace
    assert pace.paused_until == scene.clock() + timedelta(minutes=3)


async def test_a_token_refused_to_an_answer_is_found_by_the_next_claim(scene: Scene) -> None:
    await scene.reader(1, DIPLOMACY)
    await scene.article(DIPLOMACY)
    async with scene.database.write() as connection:
        pace = await pacing.lock(connection)
        await pacing.save(connection, replace(pace, halted="Not Found"))
    assert await scene.claim() == []
    assert scene.queue.halted
    await scene.queue.trust()
    assert len(await scene.claim()) == 1


async def test_a_clock_that_is_put_back_does_not_stop_the_line_and_a_pause_keeps_its_length(scene: Scene) -> None:
    await scene.reader(1, DIPLOMACY)
    await scene.queue.pause(scene.clock() + timedelta(minutes=5))
    scene.clock.move(hours=-1)
    await scene.reader(2, DIPLOMACY)
    await scene.article(DIPLOMACY)
    assert await scene.claim() == []
    scene.clock.move(minutes=4)
    assert await scene.claim() == []
    scene.clock.move(minutes=1)
    (row,) = await scene.claim()
    assert (row.chat_id, row.slot_at) == (2, scene.clock())  # the other chat may have to wait: nobody can tell


async def test_what_is_claimed_slowly_gets_slots_that_it_can_meet(scene: Scene) -> None:
    scene.queue.full_rate = 28
    for chat_id in (1, 2):
        await scene.reader(chat_id, DIPLOMACY)
    await scene.article(DIPLOMACY)
    scene.lease.now = lambda: scene.clock.move(seconds=0.4)
    await scene.claim(1)
    scene.lease.now = scene.clock
    (second,) = await scene.claim(1)
    assert timedelta(seconds=0.35) < second.slot_at - scene.clock() <= timedelta(seconds=0.4)


async def test_a_row_that_did_not_leave_gives_its_chat_no_rest(scene: Scene) -> None:
    await scene.reader(1, DIPLOMACY)
    await scene.article(DIPLOMACY)
    (claimed,) = await scene.claim()
    await scene.land(claimed, Came.RETURNED)
    assert len(await scene.claim()) == 1
