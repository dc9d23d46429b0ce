"""What is done to a broadcast that was sent: pinned, written anew, taken back, in each chat once."""

from typing import Any

from sqlalchemy import select

from db.store import broadcasts
from db.tables import subscribers as people
from newsroom.broadcasts import WHOEVER, Broadcast, Do, Manner, Phase
from sandbox import Fault, FaultKind
from tests.press import QUIET, Press, reader
from tests.stage import Stage


async def settle(press: Press, rounds: int = 4) -> None:
    """Let what is to be done to messages be done."""
    for _ in range(rounds):
        press.stage.wait(4)
        await press.stage.deliver()


async def do(press: Press, broadcast: Broadcast, deed: Do, **columns: Any) -> Broadcast:
    async with press.stage.scene.database.write() as connection:
        seen = await broadcasts.find(connection, broadcast.id)
        assert seen
        assert await broadcasts.do_to_sent(connection, seen, deed, press.stage.scene.clock(), **columns)
    return await press.see(broadcast)


def pinned(stage: Stage, number: int) -> tuple[int, ...]:
    return stage.telegram.world.chats[number].pinned


async def test_what_is_to_be_pinned_is_pinned_in_each_chat_once(press: Press, stage: Stage) -> None:
    for number in (1, 2):
        await reader(stage, number)
    sent = await press.send(await press.make(manner=Manner(pinned=True)))
    await press.pass_lead()
    await settle(press)
    assert [len(pinned(stage, number)) for number in (1, 2)] == [1, 1]
    assert sum(call.method == "pinChatMessage" for call in stage.telegram.calls) == 2
    assert (await press.standing(sent)).progress.stale == 0


async def test_a_group_where_it_may_not_pin_keeps_its_subscription(press: Press, stage: Stage) -> None:
    await reader(stage, 1)
    refusal = "Bad Request: not enough rights to manage pinned messages in the chat"
    fault = Fault(FaultKind.ERROR, method="pinChatMessage", status=400, description=refusal, times=None)
    stage.telegram.faults.add(fault)
    sent = await press.send(await press.make(manner=Manner(pinned=True)))
    await press.pass_lead()
    await settle(press)
    assert sum(call.method == "pinChatMessage" for call in stage.telegram.calls) == 1
    assert await stage.scene.one(select(people.c.state)) == "active"
    assert (await press.standing(sent)).progress.stale == 0


async def test_other_words_take_the_place_of_the_first_and_the_pin_stays(press: Press, stage: Stage) -> None:
    await reader(stage, 1)
    sent = await press.send(await press.make(manner=Manner(pinned=True)))
    await press.pass_lead()
    await settle(press)
    better = {WHOEVER: {"method": "sendMessage", "params": {"text": "مساء النور", "entities": []}}}
    await do(press, sent, Do.EDIT, contents=better)
    await settle(press)
    assert stage.shown(1) == ["مساء النور"]
    assert len(pinned(stage, 1)) == 1


async def test_deeds_are_done_one_after_the_other_to_whoever_comes_late(press: Press, stage: Stage) -> None:
    await reader(stage, 1, schedule=QUIET)
    sent = await press.send(await press.make(manner=Manner(pinned=True)))
    better = {WHOEVER: {"method": "sendMessage", "params": {"text": "مساء النور", "entities": []}}}
    await do(press, sent, Do.EDIT, contents=better)
    stage.wait(3_700)
    await stage.deliver()
    await settle(press)
    assert stage.shown(1) == ["مساء النور"]
    assert len(pinned(stage, 1)) == 1
    assert [row.version for row in await press.rows(sent)] == [3]


async def test_what_is_taken_back_is_gone_where_it_was_and_reaches_nobody_else(press: Press, stage: Stage) -> None:
    await reader(stage, 1)
    await reader(stage, 2, schedule=QUIET)
    sent = await press.send(await press.make())
    await press.pass_lead()
    assert stage.received(1) == 1
    await do(press, sent, Do.DELETE)
    await settle(press)
    stage.wait(3_700)
    await settle(press)
    assert (stage.received(1), stage.received(2)) == (0, 0)
    standing = await press.standing(sent)
    assert (standing.phase, standing.progress.stale) == (Phase.WITHDRAWN, 0)


async def test_every_message_of_an_album_is_taken_back(press: Press, stage: Stage) -> None:
    person = await reader(stage, 1)
    person.shows()
    (size,) = stage.telegram.world.chats[1].messages[max(stage.telegram.world.chats[1].messages)].content["photo"]
    media = [{"type": "photo", "media": size["file_id"]} for _ in range(3)]
    album = {"method": "sendMediaGroup", "params": {"media": media}}
    sent = await press.send(await press.make(contents={WHOEVER: album}))
    await press.pass_lead()
    assert stage.received(1) == 3
    (row,) = await press.rows(sent)
    assert (row.state, len(row.album)) == ("sent", 2)
    await do(press, sent, Do.DELETE)
    await settle(press)
    assert stage.received(1) == 0


async def test_what_telegram_lets_nobody_delete_any_more_is_left(press: Press, stage: Stage) -> None:
    await reader(stage, 1)
    sent = await press.send(await press.make())
    await press.pass_lead()
    fault = Fault(
        FaultKind.ERROR,
        method="deleteMessage",
        status=400,
        description="Bad Request: message can't be deleted",
        times=None,
    )
    stage.telegram.faults.add(fault)
    await do(press, sent, Do.DELETE)
    await settle(press)
    assert sum(call.method == "deleteMessage" for call in stage.telegram.calls) == 1
    assert (await press.standing(sent)).progress.stale == 0
