"""A broadcast leaves by the engine that all leaves by: to its crowd, staff first, each once, stopped at a word.

What is done to one that was sent is in `test_sent_broadcasts.py`.
"""

from dataclasses import replace
from datetime import timedelta

from sqlalchemy import func, select, update

from db.broadcasting import broadcast_cards
from db.store import broadcast_cards as cards
from db.store import broadcasts, chats, queue
from db.tables import deliveries, outbox
from db.tables import subscribers as people
from jobs.broadcasts import start
from newsroom.broadcasts import LEAD, WHOEVER, Manner, Phase, Same, State
from newsroom.crowds import Crowd, Trait
from newsroom.progress import Cause
from newsroom.pushes import PushState
from newsroom.readers import Rhythm, Schedule
from sandbox import Fault, FaultKind
from tests.press import ECONOMY, EDITOR, QUIET, WORDS, Press, editor, reader
from tests.stage import Stage


async def test_whoever_wants_it_gets_it_and_nobody_else(press: Press, stage: Stage) -> None:
    for number in range(1, 6):
        await reader(stage, number)
    async with stage.scene.database.write() as connection:
        for number, column in ((2, {"announcements": False}), (3, {"state": "stopped"})):
            await connection.execute(update(people).where(people.c.chat_id == number).values(column))
        await chats.suspend(connection, 4, "blocked", stage.scene.clock())
    sent = await press.send(await press.make())
    await press.pass_lead()
    assert [stage.received(number) for number in range(1, 6)] == [1, 0, 0, 0, 1]
    assert stage.shown(1) == ["مساء الخير"]
    assert sent.expected == 2
    assert (await press.standing(sent)).progress.sent == 2


async def test_who_turned_it_off_after_it_was_planned_is_passed_over(press: Press, stage: Stage) -> None:
    await reader(stage, 1)
    sent = await press.send(await press.make())
    async with stage.scene.database.write() as connection:
        await connection.execute(update(people).values(announcements=False))
    await press.pass_lead()
    assert stage.received(1) == 0
    assert [row.state for row in await press.rows(sent)] == ["skipped"]


async def test_staff_have_it_first_whoever_it_is_for(press: Press, stage: Stage) -> None:
    await editor(stage)
    await reader(stage, 1, ECONOMY)
    await press.send(await press.make(Crowd({Trait.TOPIC: (ECONOMY,)})))
    await stage.deliver()
    assert (stage.received(EDITOR), stage.received(1)) == (1, 0)
    stage.wait(LEAD.total_seconds() - 1)
    await stage.deliver()
    assert stage.received(1) == 0
    await press.pass_lead()
    assert (stage.received(EDITOR), stage.received(1)) == (1, 1)


async def test_what_telegram_refuses_to_staff_is_held_before_readers_get_it(press: Press, stage: Stage) -> None:
    boss = await editor(stage)
    await reader(stage, 1)
    sent = await press.send(await press.make())
    async with stage.scene.database.write() as connection:
        await cards.begin(connection, (sent.id, boss.id), stage.scene.clock())
    refusal = Fault(FaultKind.ERROR, method="sendMessage", status=400, description="Bad Request: no", times=1)
    stage.telegram.faults.add(refusal)
    await stage.deliver()
    await press.keeper.step()
    await press.pass_lead()
    assert stage.received(1) == 0
    assert (await press.standing(sent)).phase is Phase.HELD


async def test_a_rhythm_counts_for_nothing_and_quiet_hours_do(press: Press, stage: Stage) -> None:
    await reader(stage, 1, schedule=Schedule(Rhythm.WEEKLY, "Asia/Riyadh"))
    await reader(stage, 2, schedule=QUIET)
    sent = await press.send(await press.make())
    await press.pass_lead()
    assert (stage.received(1), stage.received(2)) == (1, 0)
    assert (await press.standing(sent)).progress.later == 1
    stage.wait(3_700)
    await stage.deliver()
    assert stage.received(2) == 1


async def test_breaking_words_wake_those_who_let_themselves_be_woken(press: Press, stage: Stage) -> None:
    await reader(stage, 1, schedule=replace(QUIET, wakes=True))
    await reader(stage, 2, schedule=QUIET)
    await press.send(await press.make(manner=Manner(breaking=True)))
    await press.pass_lead()
    assert (stage.received(1), stage.received(2)) == (1, 0)


async def test_it_comes_alone_beside_news(press: Press, stage: Stage) -> None:
    await reader(stage, 1, ECONOMY)
    await stage.scene.article(ECONOMY, title="خبر")
    await press.send(await press.make())
    stage.wait(LEAD.total_seconds())
    for _ in range(3):
        await stage.deliver()
        stage.wait(4)
    assert len(stage.shown(1)) == 2
    assert "مساء الخير" in stage.shown(1)


async def test_its_manner_is_in_what_arrives(press: Press, stage: Stage) -> None:
    person = await reader(stage, 1)
    links = (("اقرأ", "https://site.example/a"), ("شارك", "https://site.example/b"))
    await press.send(await press.make(manner=Manner(silent=True, protected=True, buttons=links)))
    await press.pass_lead()
    assert person.last
    assert (person.last.silent, person.last.protected) == (True, True)
    assert [(button.text, button.url) for button in person.last.buttons] == list(links)


async def test_each_reads_it_in_the_language_that_has_words_of_its_own(press: Press, stage: Stage) -> None:
    await reader(stage, 1)
    await reader(stage, 2, language="en")
    english = {"method": "sendMessage", "params": {"text": "Good evening", "entities": []}}
    await press.send(await press.make(contents={WHOEVER: WORDS, "en": english}))
    await press.pass_lead()
    assert (stage.shown(1), stage.shown(2)) == (["مساء الخير"], ["Good evening"])


async def test_what_is_in_doubt_is_not_repeated(press: Press, stage: Stage) -> None:
    await reader(stage, 1)
    stage.telegram.faults.add(Fault(FaultKind.RESET, method="sendMessage", times=1))
    sent = await press.send(await press.make())
    for _ in range(3):
        await press.pass_lead()
    assert [(row.state, row.doubts) for row in await press.rows(sent)] == [("uncertain", 1)]
    assert (await press.standing(sent)).progress.uncertain == 1


async def test_what_a_dead_worker_had_is_in_doubt_and_all_others_get_it_once(press: Press, stage: Stage) -> None:
    for number in range(1, 31):
        await reader(stage, number)
    sent = await press.send(await press.make())
    stage.wait(LEAD.total_seconds())
    for row in await stage.scene.claim(1):  # of an untried wording one leaves at first
        await stage.scene.land(row, rendering=await stage.delivery.renderer.render(row.content))  # type: ignore[arg-type]
    lost = await stage.scene.claim(10)
    assert len(lost) == 10
    stage.wait(91)
    await stage.scene.queue.recover()
    for _ in range(3):
        stage.wait(4)
        await stage.deliver()
    told = (await press.standing(sent)).progress
    assert (told.sent, told.uncertain, told.left) == (20, 10, 0)
    in_doubt = {row.chat_id for row in lost}
    assert {number: stage.received(number) for number in in_doubt} == dict.fromkeys(in_doubt, 0)
    assert sum(stage.received(number) for number in range(1, 31)) == 19


async def test_paused_it_rests_and_resumed_it_goes_on(press: Press, stage: Stage) -> None:
    for number in range(1, 4):
        await reader(stage, number)
    sent = await press.send(await press.make())
    assert await press.set(sent, PushState.PAUSED, PushState.RUNNING)
    await press.pass_lead()
    assert sum(map(stage.received, range(1, 4))) == 0
    assert (await press.standing(sent)).phase is Phase.PAUSED
    async with stage.scene.database.write() as connection:
        assert await queue.resume(connection, sent.push_id or 0, stage.scene.clock())
    for _ in range(3):
        await press.pass_lead()
    assert [stage.received(number) for number in range(1, 4)] == [1, 1, 1]
    assert (await press.standing(sent)).phase is Phase.DONE


async def test_stopped_nothing_more_is_claimed_and_what_is_not_planned_never_is(press: Press, stage: Stage) -> None:
    for number in range(1, 4):
        await reader(stage, number)
    draft = await press.make()
    async with stage.scene.database.write() as connection:
        await start(connection, draft, stage.scene.clock())
    sent = await press.see(draft)
    assert await press.set(sent, PushState.CANCELLED, PushState.RUNNING, PushState.PAUSED)
    await press.plan()
    await press.pass_lead()
    assert await press.rows(sent) == []
    assert not await press.set(sent, PushState.RUNNING, PushState.PAUSED)
    standing = await press.standing(sent)
    assert (standing.phase, standing.progress.sent, standing.progress.left) == (Phase.STOPPED, 0, 3)


async def test_what_is_scheduled_leaves_at_its_hour(press: Press, stage: Stage) -> None:
    await reader(stage, 1)
    hour = stage.scene.clock() + timedelta(hours=2)
    made = await press.make(state=State.SCHEDULED, due_at=hour)
    await press.keeper.step()
    assert (await press.see(made)).state is State.SCHEDULED
    stage.wait(7_200)
    await press.keeper.step()
    await press.plan()
    await press.pass_lead()
    assert stage.received(1) == 1
    assert (await press.see(made)).state is State.STARTED


async def test_what_could_not_leave_at_its_hour_waits_for_a_person(press: Press, stage: Stage) -> None:
    await reader(stage, 1)
    made = await press.make(state=State.SCHEDULED, due_at=stage.scene.clock())
    stage.wait(3_700)
    await press.keeper.step()
    assert (await press.see(made)).state is State.DRAFT
    assert (await press.see(made)).due_at is None


async def test_it_is_started_once(press: Press, stage: Stage) -> None:
    await reader(stage, 1)
    made = await press.make()
    async with stage.scene.database.write() as connection:
        assert await start(connection, made, stage.scene.clock())
        assert not await start(connection, made, stage.scene.clock())
    assert await stage.scene.one(select(func.count()).select_from(deliveries)) == 0
    await press.plan()
    assert await stage.scene.one(select(func.count()).select_from(deliveries)) == 1


async def test_a_card_is_kept_as_things_stand_and_at_rest_at_the_end(press: Press, stage: Stage) -> None:
    boss = await editor(stage)
    for number in range(1, 13):
        await reader(stage, number)
    made = await press.make()
    async with stage.scene.database.write() as connection:
        await press.keeper.drawer.show(connection, made, [boss.id])
    for _ in range(3):
        await stage.deliver()
        stage.wait(2)
    preview, card = stage.shown(boss.id)
    assert preview == "مساء الخير"
    assert "مسودة" in card
    await press.send(made)
    for _ in range(12):
        stage.wait(3)
        await stage.deliver()
        await press.keeper.step()
    assert "اكتملت" in stage.shown(boss.id)[1]
    assert "13" in stage.shown(boss.id)[1]
    assert await stage.scene.one(select(broadcast_cards.c.shown)) == cards.OVER
    written = await stage.scene.one(select(func.count()).select_from(outbox))
    for _ in range(3):
        stage.wait(3)
        await press.keeper.step()
    assert await stage.scene.one(select(func.count()).select_from(outbox)) == written


async def test_counts_of_a_few_are_told_to_nobody(press: Press, stage: Stage) -> None:
    await reader(stage, 1)
    sent = await press.send(await press.make())
    await press.pass_lead()
    async with stage.scene.database.read() as connection:
        sight = await press.keeper.drawer.see(connection, sent, EDITOR)  # type: ignore[attr-defined]
        payload = await press.keeper.drawer.render(connection, sent, EDITOR, sight.standing)
    assert "أقل من 10" in payload["text"]
    assert "وصلت: 1" not in payload["text"]


async def test_the_same_is_found_that_has_left_and_that_is_to_leave(press: Press, stage: Stage) -> None:
    await reader(stage, 1)
    left = await press.send(await press.make())
    due_at = stage.scene.clock() + timedelta(hours=2)
    waits = await press.make(state=State.SCHEDULED, due_at=due_at)
    draft = await press.make()
    async with stage.scene.database.read() as connection:
        found = await broadcasts.list_same(connection, draft)
    assert left.started_at
    assert found == [Same(waits.id, due_at, has_left=False), Same(left.id, left.started_at)]


async def test_a_template_is_what_has_a_name_and_was_not_thrown_away(press: Press) -> None:
    await press.make()
    older, gone, newer = [await press.make(manner=Manner(name=name)) for name in ("تحية", "وداع", "موجز")]
    async with press.stage.scene.database.write() as connection:
        assert await broadcasts.change(connection, gone, state=State.DROPPED)
        found = await broadcasts.list_templates(connection, 8)
    assert [(one.id, one.manner.name) for one in found] == [(newer.id, "موجز"), (older.id, "تحية")]


async def test_chats_that_take_no_photos_lose_the_photo_alone_and_stop_it_for_nobody(
    press: Press, stage: Stage
) -> None:
    boss = await reader(stage, 1)
    boss.shows()
    (size,) = stage.telegram.world.chats[1].messages[max(stage.telegram.world.chats[1].messages)].content["photo"]
    for number in range(2, 10):
        await reader(stage, number)
    told = "Bad Request: not enough rights to send photos to the chat"
    stage.telegram.faults.add(Fault(FaultKind.ERROR, method="sendPhoto", status=400, description=told, times=7))
    photo = {"method": "sendPhoto", "params": {"photo": size["file_id"]}}
    sent = await press.send(await press.make(contents={WHOEVER: photo}))
    await press.pass_lead()
    assert sum(stage.received(number) for number in range(1, 10)) == 2
    progress = (await press.standing(sent)).progress
    assert (progress.sent, dict(progress.failed)) == (2, {Cause.BARRED: 7})
    await press.send(await press.make())
    await press.pass_lead()
    assert sum(stage.received(number) for number in range(1, 10)) == 2 + 9
