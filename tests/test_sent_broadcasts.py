"""What is done to a broadcast that was sent: pinned, written anew, taken back, in each chat once; and what is told."""

from typing import Any

from sqlalchemy import select

from db.store import broadcasts
from db.tables import subscribers as people
from newsroom.broadcasts import FEW, WHOEVER, Broadcast, Do, Manner, Phase
from newsroom.crowds import Crowd
from newsroom.pushes import PushState
from sandbox import Fault, FaultKind
from tests.live import unseen
from tests.press import EDITOR, QUIET, Press, reader
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


async def report(press: Press, broadcast: Broadcast) -> list[str]:
    """Answer the lines of its card that tell how far it is."""
    seen, standing = await press.see(broadcast), await press.standing(broadcast)
    async with press.stage.scene.database.read() as connection:
        drawn = await press.keeper.drawer.render(connection, seen, EDITOR, standing)
    return [unseen(line) for line in drawn["text"].splitlines()[2:]]


async def readers(stage: Stage, number: int = FEW) -> None:
    """Let so many read that their number is told."""
    for chat_id in range(1, number + 1):
        await reader(stage, chat_id)


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
    progress = (await press.standing(sent)).progress
    assert (progress.stale, progress.undone) == (0, 1)
    assert "⚠️ تعذّر تثبيتها عند: أقل من 10" in await report(press, sent)


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
    assert (standing.progress.changed, standing.progress.undone, standing.progress.left) == (1, 0, 1)


async def test_the_report_tells_from_how_many_it_was_taken_back(press: Press, stage: Stage) -> None:
    await readers(stage)
    sent = await press.send(await press.make())
    await press.pass_lead()
    await settle(press)
    await do(press, sent, Do.DELETE)
    assert await report(press, sent) == [
        "✅ وصلت: 10", "🧹 سُحبت من: 0", "🔁 يجري سحبها من: 10", "👥 من أصل 10 مشتركين"
    ]  # fmt: skip
    await settle(press)
    assert await report(press, sent) == ["✅ وصلت: 10", "🧹 سُحبت من: 10", "👥 من أصل 10 مشتركين"]


async def test_nobody_is_left_of_what_is_taken_back_before_it_arrives(press: Press, stage: Stage) -> None:
    await readers(stage)
    sent = await press.send(await press.make())
    await do(press, sent, Do.DELETE)
    await press.pass_lead()
    await settle(press)
    assert await report(press, sent) == [
        "✅ وصلت: 0", "⏹ لم تُرسل إلى: 10", "🧹 سُحبت من: 0", "👥 من أصل 10 مشتركين"
    ]  # fmt: skip


async def test_nobody_is_left_of_what_is_stopped(press: Press, stage: Stage) -> None:
    await readers(stage)
    sent = await press.send(await press.make())
    assert await press.set(sent, PushState.CANCELLED, PushState.RUNNING)
    assert await report(press, sent) == ["✅ وصلت: 0", "⏹ لم تُرسل إلى: 10", "👥 من أصل 10 مشتركين"]


async def test_what_the_reader_deleted_himself_counts_as_taken_back(press: Press, stage: Stage) -> None:
    await reader(stage, 1)
    sent = await press.send(await press.make())
    await press.pass_lead()
    stage.telegram.world.chats[1].messages.clear()
    await do(press, sent, Do.DELETE)
    await settle(press)
    progress = (await press.standing(sent)).progress
    assert (progress.changed, progress.undone) == (1, 0)


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
    progress = (await press.standing(sent)).progress
    assert (progress.stale, progress.changed, progress.undone) == (0, 0, 1)
    assert "⚠️ تعذّر سحبها من: أقل من 10" in await report(press, sent)


async def test_what_is_said_of_an_article_answers_the_message_that_brought_it(press: Press, stage: Stage) -> None:
    person, other = await reader(stage, 1, "s:diplomacy"), await reader(stage, 2, "s:sports")
    await stage.scene.article("s:diplomacy")
    await stage.deliver()
    stage.wait(2)
    sent = await press.send(await press.make(Crowd(story=1), Manner(breaking=True)))
    await press.pass_lead()
    article, said = (shown for shown in person.screen if shown.by_bot)
    assert (said.text, said.reply_to) == ("مساء الخير", article.id)
    assert stage.received(other.id) == 0
    assert (await press.standing(sent)).progress.sent == 1
