"""Holding chats: one request to a chat at a time over all workers, and none before the chat is free."""

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import select

from db.store import chats, claims, corrections, outbox, pushes
from db.store.outbox import Message
from db.tables import chats as chats_table
from db.tables import pushes as pushes_table
from newsroom.outcomes import Attempt, Came
from newsroom.pushes import Lane, RunningPush
from newsroom.work import Claimed, Rendering
from tests.scene import Scene

DIPLOMACY = "s:diplomacy"


async def answer(scene: Scene, chat_id: int, came: Came = Came.OK, **facts: float) -> None:
    """Let an answer to a person leave and be settled, past the line."""
    now, content = scene.clock(), Rendering("sendMessage", b"{}")
    async with scene.database.write() as connection:
        message = Message(f"u{now}", content.method, content.body, chat_id, Lane.ANSWER)
        row_id = await outbox.add(connection, message, now, scene.lease.id)
    assert row_id
    row = Claimed(row_id, chat_id, "private", 0, scene.lease.id, now, now, Attempt(0, 0), content)
    await scene.queue.settle_answers([scene.landed(row, came, **facts)])


async def test_an_answer_does_not_let_a_second_request_begin_beside_the_one_under_way(scene: Scene) -> None:
    await scene.reader(1, DIPLOMACY)
    for _ in range(2):
        await scene.article(DIPLOMACY)
    assert len(await scene.claim()) == 1
    await answer(scene, 1)
    scene.clock.move(seconds=2)
    assert await scene.claim() == []


async def test_an_answer_does_not_end_the_wait_that_a_chat_was_told(scene: Scene) -> None:
    await scene.reader(1, DIPLOMACY)
    await scene.article(DIPLOMACY)
    (row,) = await scene.claim()
    await scene.article(DIPLOMACY)
    await scene.land(row, Came.LATER, retry_after=300)
    await answer(scene, 1)
    scene.clock.move(seconds=299)
    assert await scene.claim() == []
    scene.clock.move(seconds=1)
    assert len(await scene.claim()) == 1


@pytest.mark.parametrize("seconds", [60, 300])
async def test_what_an_answer_was_told_holds_for_what_was_under_way_beside_it(scene: Scene, seconds: int) -> None:
    await scene.reader(1, DIPLOMACY)
    await scene.article(DIPLOMACY)
    await scene.article(DIPLOMACY)
    (row,) = await scene.claim()
    await answer(scene, 1, Came.LATER, retry_after=seconds)
    await scene.land(row)
    scene.clock.move(seconds=seconds - 1)
    assert await scene.claim() == []


async def test_of_two_waits_the_later_holds(scene: Scene) -> None:
    await scene.reader(1)
    async with scene.database.write() as connection:
        for seconds in (20, 5):
            await chats.free(connection, [(1, scene.clock() + timedelta(seconds=seconds), None)])
    assert await scene.one(select(chats_table.c.free_at)) == scene.clock() + timedelta(seconds=20)


async def test_a_late_answer_does_not_free_a_chat_that_somebody_else_holds_by_now(scene: Scene) -> None:
    await scene.reader(1, DIPLOMACY)
    await scene.article(DIPLOMACY)
    (lost,) = await scene.claim()
    scene.lease.beat_at = scene.clock.move(seconds=91)
    assert await scene.queue.recover() == 1
    scene.clock.move(seconds=5)
    assert len(await scene.claim()) == 1
    await scene.article(DIPLOMACY)
    await scene.land(lost)
    scene.clock.move(seconds=2)
    assert await scene.claim() == []


async def test_a_push_that_a_waiting_chat_holds_back_is_looked_at_when_the_chat_is_free(scene: Scene) -> None:
    await scene.reader(1, DIPLOMACY)
    await scene.article(DIPLOMACY)
    (row,) = await scene.claim()
    await scene.land(row, Came.LATER, retry_after=3600)
    until = scene.clock() + timedelta(hours=1)
    held = await scene.article(DIPLOMACY)
    scene.clock.move(seconds=1)
    assert await scene.claim() == []
    assert await scene.one(select(pushes_table.c.due_at).where(pushes_table.c.id == held)) == until
    scene.clock.moment = until
    assert len(await scene.claim()) == 1


async def test_a_push_is_looked_at_soon_while_any_of_it_is_under_way(scene: Scene) -> None:
    for chat_id in (1, 2):
        await scene.reader(chat_id, DIPLOMACY)
    await scene.article(DIPLOMACY)
    later, slow = await scene.claim()
    await scene.land(later, Came.LATER, retry_after=3600)
    assert await scene.claim() == []
    soon = scene.clock() + timedelta(seconds=1)
    assert await scene.one(select(pushes_table.c.due_at)) <= soon
    await scene.land(slow, Came.OK, Rendering("sendMessage", b"{}", 1, 1))
    scene.clock.moment = soon
    assert await scene.claim() == []
    assert await scene.one(select(pushes_table.c.due_at)) > soon + timedelta(minutes=59)


async def test_edits_are_looked_at_soon_while_any_row_is_under_way(scene: Scene) -> None:
    for chat_id in (1, 2):
        await scene.reader(chat_id, DIPLOMACY)
    await scene.article(DIPLOMACY)
    shown, _slow = await scene.claim()
    await scene.land(shown, Came.OK, Rendering("sendMessage", b"{}", 1, 1))
    async with scene.database.write() as connection:
        assert await corrections.correct(connection, 1, {"title": "أخرى"}, scene.clock())
    (edit,) = await scene.claim_later()
    await scene.land(edit, Came.LATER, retry_after=3600)
    assert await scene.claim() == []
    assert await scene.one(select(pushes_table.c.edits_at)) <= scene.clock() + timedelta(seconds=1)


async def test_two_workers_never_claim_two_requests_to_one_chat(scene: Scene) -> None:
    if scene.database.is_sqlite:
        pytest.skip("SQLite has one writer at a time")
    await scene.reader(-100, DIPLOMACY, kind="supergroup")
    push = await scene.article(DIPLOMACY)
    now = scene.clock()
    async with scene.database.write() as connection:
        for key in ("a", "b"):
            await outbox.add(connection, Message(key, "sendMessage", b"{}", -100, Lane.MODERATION), now)
    async with scene.database.write() as mine, scene.database.write() as others:
        assert len(await outbox.claim(mine, "mine", 1, now)) == 1
        assert await outbox.claim(others, "others", 1, now) == []
        assert await claims.claim(others, RunningPush(push, Lane.NEWS, now), "others", 5, now) == []


async def test_a_message_to_a_chat_that_is_not_known_is_claimed_all_the_same(scene: Scene) -> None:
    async with scene.database.write() as connection:
        for key, chat_id in (("a", 404), ("b", None)):
            await outbox.add(connection, Message(key, "sendMessage", b"{}", chat_id, Lane.ANSWER), scene.clock())
    assert [row.chat_id for row in await scene.claim()] == [404, 0]


async def test_a_push_whose_row_another_worker_holds_is_not_waited_for(scene: Scene) -> None:
    if scene.database.is_sqlite:
        pytest.skip("SQLite has one writer at a time")
    push = await scene.article(DIPLOMACY)
    async with scene.database.write() as mine:
        await mine.execute(select(pushes_table.c.id).with_for_update())
        async with asyncio.timeout(5), scene.database.write() as others:
            assert not await pushes.rest(others, push, scene.clock())


async def test_a_push_of_very_many_due_rows_is_looked_at_soon_without_asking_all_their_chats(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    for chat_id in (1, 2, 3):
        await scene.reader(chat_id, DIPLOMACY)
    push_id = await scene.article(DIPLOMACY)
    free_at, now = scene.clock() + timedelta(seconds=300), scene.clock()
    async with scene.database.write() as connection:
        await chats.free(connection, [(chat_id, free_at, None) for chat_id in (1, 2, 3)])
        assert await claims.next_due(connection, push_id, now) == free_at
        monkeypatch.setattr(claims, "VERY_MANY", 3)
        assert await claims.next_due(connection, push_id, now) == now
