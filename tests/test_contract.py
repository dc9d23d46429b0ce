"""The contract of delivery, line by line: what comes back from Telegram, and what becomes of the row and the chat."""

import asyncio

import pytest
from sqlalchemy import select

from db.store import staff
from db.tables import chats, outbox
from db.working import pacing
from newsroom.outcomes import Came
from newsroom.pushes import Lane
from newsroom.roles import Role
from sandbox import Fault, FaultKind
from tests.stage import Stage

DIPLOMACY = "s:diplomacy"


async def only_row(stage: Stage, push: int) -> tuple[str, int, int]:
    (row,) = await stage.scene.rows(push)
    return (row.state, row.attempts, row.doubts)


async def test_ok_is_sent_with_its_message_id(stage: Stage) -> None:
    amal = await stage.reader(1, DIPLOMACY)
    push = await stage.scene.article(DIPLOMACY)
    await stage.deliver()
    (row,) = await stage.scene.rows(push)
    assert amal.last
    assert (row.state, row.message_id, row.version) == ("sent", amal.last.id, 1)


async def test_an_answer_that_never_comes_is_repeated_once_and_on_record(stage: Stage) -> None:
    await stage.reader(1, DIPLOMACY)
    push = await stage.scene.article(DIPLOMACY)
    stage.telegram.faults.add(Fault(FaultKind.SILENCE, method="sendMessage", times=1, seconds=0.05))
    await stage.deliver()
    assert await only_row(stage, push) == ("queued", 1, 1)
    stage.wait(3)
    await stage.deliver()
    assert await only_row(stage, push) == ("sent", 2, 1)
    assert stage.received(1) == 2  # what Telegram makes impossible, and it is on record


async def test_a_doubt_is_not_repeated_before_telegram_answers(stage: Stage) -> None:
    await stage.reader(1, DIPLOMACY)
    push = await stage.scene.article(DIPLOMACY)
    stage.telegram.faults.add(Fault(FaultKind.RESET, method="sendMessage", times=1))
    await stage.deliver()
    stage.telegram.faults.add(Fault(FaultKind.ERROR, method="getMe", status=502, times=1))
    stage.wait(3)
    await stage.deliver()
    assert await only_row(stage, push) == ("queued", 1, 1)
    await stage.deliver()
    assert await only_row(stage, push) == ("sent", 2, 1)


@pytest.mark.parametrize("kind", [FaultKind.RESET, FaultKind.GARBLED, FaultKind.GARBLED_BEFORE])
async def test_a_reset_and_an_answer_that_cannot_be_read_are_doubts(stage: Stage, kind: FaultKind) -> None:
    await stage.reader(1, DIPLOMACY)
    push = await stage.scene.article(DIPLOMACY)
    stage.telegram.faults.add(Fault(kind, method="sendMessage", times=1))
    await stage.deliver()
    assert await only_row(stage, push) == ("queued", 1, 1)


async def test_a_second_doubt_is_uncertain_for_good(stage: Stage) -> None:
    await stage.reader(1, DIPLOMACY)
    push = await stage.scene.article(DIPLOMACY)
    stage.telegram.faults.add(Fault(FaultKind.RESET, method="sendMessage", times=2))
    for _ in range(3):
        await stage.deliver()
        stage.wait(10)
    assert await only_row(stage, push) == ("uncertain", 2, 2)


async def test_429_for_one_chat_pauses_that_chat_alone(stage: Stage) -> None:
    await stage.reader(1, DIPLOMACY)
    await stage.reader(2, DIPLOMACY)
    push = await stage.scene.article(DIPLOMACY)
    stage.telegram.faults.add(Fault(FaultKind.FLOOD, chat_id=1, times=1, retry_after=60))
    await stage.deliver()
    assert [row.state for row in await stage.scene.rows(push)] == ["queued", "sent"]
    stage.wait(61)
    await stage.deliver()
    assert [(row.state, row.attempts) for row in await stage.scene.rows(push)] == [("sent", 1), ("sent", 1)]


async def test_429_for_all_pauses_bulk_to_the_latest_deadline(stage: Stage) -> None:
    for chat_id in range(1, 5):
        await stage.reader(chat_id, DIPLOMACY)
    push = await stage.scene.article(DIPLOMACY)
    stage.telegram.faults.add(Fault(FaultKind.FLOOD, method="sendMessage", times=4, retry_after=30))
    await stage.deliver()
    assert set((await stage.scene.states(push)).values()) == {"queued"}
    stage.wait(29)
    await stage.deliver()
    assert stage.meter.counted["sends/ok"] == 0
    stage.wait(2)
    await stage.deliver()
    assert set((await stage.scene.states(push)).values()) == {"sent"}


async def test_403_suspends_the_chat_and_keeps_what_it_prefers(stage: Stage) -> None:
    amal = await stage.reader(1, DIPLOMACY)
    push = await stage.scene.article(DIPLOMACY)
    amal.blocks()
    await stage.deliver()
    assert (await only_row(stage, push))[0] == "failed"
    assert await stage.scene.one(select(chats.c.state)) == "suspended"
    assert "blocked by the user" in await stage.scene.one(select(chats.c.reason))


async def test_400_chat_not_found_suspends_the_chat(stage: Stage) -> None:
    await stage.scene.reader(404, DIPLOMACY)
    push = await stage.scene.article(DIPLOMACY)
    await stage.deliver()
    assert (await only_row(stage, push))[0] == "failed"
    assert "chat not found" in await stage.scene.one(select(chats.c.reason))


async def test_a_suspended_chat_is_not_tried_again(stage: Stage) -> None:
    amal = await stage.reader(1, DIPLOMACY)
    await stage.scene.article(DIPLOMACY)
    await stage.scene.article(DIPLOMACY, lane=Lane.BREAKING)  # which comes by itself
    amal.blocks()
    await stage.deliver()
    stage.wait(5)
    await stage.deliver()
    assert stage.meter.counted["sends/gone"] == 1
    assert stage.meter.counted["sends/unwanted"] == 1


async def test_a_migrated_group_gets_it_under_its_new_id(stage: Stage) -> None:
    amal = stage.telegram.person(7)
    group = stage.telegram.group(-55, kind="group")
    group.admits(amal, admin=True)
    group.adds_bot(by=amal)
    await stage.scene.reader(-55, DIPLOMACY, kind="group")
    push = await stage.scene.article(DIPLOMACY)
    moved = group.migrates(-10055)
    await stage.deliver()
    stage.wait(5)
    await stage.deliver()
    assert await only_row(stage, push) == ("sent", 1, 0)
    assert moved.last
    assert moved.last.text.startswith("قمة")


@pytest.mark.parametrize("kind", [FaultKind.ERROR, FaultKind.BAD_GATEWAY])
async def test_a_server_error_is_tried_again_with_backoff(stage: Stage, kind: FaultKind) -> None:
    await stage.reader(1, DIPLOMACY)
    push = await stage.scene.article(DIPLOMACY)
    stage.telegram.faults.add(Fault(kind, method="sendMessage", times=1))
    await stage.deliver()
    assert await only_row(stage, push) == ("queued", 1, 0)
    stage.wait(10)
    await stage.deliver()
    assert await only_row(stage, push) == ("sent", 2, 0)
    assert stage.received(1) == 1


async def test_a_connection_that_was_never_made_leaves_no_doubt(stage: Stage) -> None:
    await stage.reader(1, DIPLOMACY)
    push = await stage.scene.article(DIPLOMACY)
    stage.delivery.trusted = True
    await stage.telegram.__aexit__(None, None, None)
    await stage.deliver()
    assert await only_row(stage, push) == ("queued", 1, 0)


async def test_401_stops_all_sending_and_says_why(stage: Stage, capsys: pytest.CaptureFixture[str]) -> None:
    for chat_id in (1, 2):
        await stage.reader(chat_id, DIPLOMACY)
    push = await stage.scene.article(DIPLOMACY)
    fault = Fault(FaultKind.ERROR, method="sendMessage", status=401, description="Unauthorized", times=None)
    stage.telegram.faults.add(fault)
    stage.telegram.faults.add(
        Fault(FaultKind.ERROR, method="getMe", status=401, description="Unauthorized", times=None, after=1)
    )
    for _ in range(3):
        await stage.deliver()
        stage.wait(30)
    assert stage.meter.counted["sends/halt"] <= 2
    assert await stage.scene.one(select(pacing.c.halted)) == "Unauthorized"
    (told,) = (line for line in capsys.readouterr().out.splitlines() if "sending is halted" in line)
    assert "reason=Unauthorized" in told
    stage.telegram.faults.clear()
    await stage.deliver()
    assert set((await stage.scene.states(push)).values()) == {"sent"}


async def test_a_text_that_telegram_refuses_five_times_stops_in_its_language_and_editors_are_told(stage: Stage) -> None:
    for chat_id in range(1, 9):
        await stage.reader(chat_id, DIPLOMACY, language="zh" if chat_id <= 7 else "ar")
    editor = await stage.reader(90)
    async with stage.scene.database.write() as connection:
        await staff.grant(connection, 90, Role.EDITOR, stage.scene.clock())
    push = await stage.scene.article(DIPLOMACY)
    told = 'Bad Request: can\'t parse entities: Unsupported start tag "x" at byte offset 0'
    for chat_id in range(1, 8):
        stage.telegram.faults.add(Fault(FaultKind.ERROR, chat_id=chat_id, status=400, description=told, times=None))
    stage.delivery.rate = 1  # the smallest window, so that not all are under way at once
    await stage.deliver()
    await stage.deliver()
    states = [row.state for row in await stage.scene.rows(push)]
    assert states.count("sent") == 1
    assert states.count("failed") >= 5
    assert editor.last
    assert "Unsupported start tag" in editor.last.text
    assert await stage.scene.one(select(outbox.c.state)) == "sent"


async def test_five_doubts_among_twenty_pause_bulk(stage: Stage) -> None:
    for chat_id in range(1, 7):
        await stage.reader(chat_id, DIPLOMACY)
    await stage.scene.article(DIPLOMACY)
    stage.telegram.faults.add(Fault(FaultKind.RESET, method="sendMessage", times=6))
    await stage.deliver()
    assert await stage.scene.one(select(pacing.c.paused_until)) > stage.scene.clock()


async def test_what_is_in_flight_lands_and_the_rest_stays_queued_when_told_to_stop(stage: Stage) -> None:
    for chat_id in range(1, 5):
        await stage.reader(chat_id, DIPLOMACY)
    push = await stage.scene.article(DIPLOMACY)
    stage.scene.queue.full_rate = 1  # one leaves now, the others wait for their slots
    delivering = asyncio.create_task(stage.deliver())
    await stage.telegram.until(lambda: stage.telegram.calls and stage.telegram.calls[-1].method == "sendMessage")
    stage.stop.set()
    await delivering
    states = sorted((await stage.scene.states(push)).values())
    assert states == ["queued", "queued", "queued", "sent"]
    assert stage.meter.counted[f"sends/{Came.RETURNED}"] == 3


async def test_who_no_longer_wants_it_is_not_sent_to(stage: Stage) -> None:
    amal = await stage.reader(1, DIPLOMACY)
    push = await stage.scene.article(DIPLOMACY)
    async with stage.scene.database.write() as connection:
        await connection.execute(chats.update().values(state="suspended", reason="kicked"))
    await stage.deliver()
    assert (await only_row(stage, push))[0] == "skipped"
    assert amal.last is None


async def test_a_stale_lease_starts_nothing(stage: Stage) -> None:
    await stage.reader(1, DIPLOMACY)
    push = await stage.scene.article(DIPLOMACY)
    stage.scene.clock.move(seconds=7)
    await stage.deliver()
    assert await only_row(stage, push) == ("queued", 0, 0)
    assert stage.received(1) == 0
