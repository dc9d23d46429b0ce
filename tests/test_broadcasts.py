"""A broadcast leaves by the engine that all leaves by: to its crowd, staff first, each once, stopped at a word."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select, update

from bot.announcer import Announcer
from db.broadcasting import broadcast_cards
from db.store import broadcast_cards as cards
from db.store import broadcasts, chats, pushes, queue, staff
from db.store.topics import Topics
from db.tables import deliveries, outbox
from db.tables import subscribers as people
from jobs.broadcasts import Broadcaster, start
from jobs.plan import Planner
from newsroom.broadcasts import LEAD, WHOEVER, Broadcast, Do, Manner, Phase, Rules, State
from newsroom.crowds import Crowd, Trait
from newsroom.pushes import PushState
from newsroom.readers import Rhythm, Schedule
from newsroom.roles import Role
from sandbox import Fault, FaultKind, Person
from tests.scene import AT_ONCE
from tests.stage import Stage

EDITOR = 50
ECONOMY = "s:economy"
WORDS = {"method": "sendMessage", "params": {"text": "مساء الخير", "entities": []}}
QUIET = Schedule(Rhythm.DAILY, "Asia/Riyadh", quiet_from=11, quiet_to=13)  # it is noon there


@dataclass(frozen=True, slots=True)
class Press:
    """What sends broadcasts, over a stage."""

    stage: Stage
    planner: Planner
    keeper: Broadcaster

    async def make(self, crowd: Crowd | None = None, manner: Manner | None = None, **columns: Any) -> Broadcast:
        """Write a draft."""
        async with self.stage.scene.database.write() as connection:
            contents = columns.pop("contents", {WHOEVER: WORDS})
            number = await broadcasts.add(connection, contents, str(EDITOR), self.stage.scene.clock())
            made = await broadcasts.find(connection, number)
            assert made
            await broadcasts.change(connection, made, crowd=crowd or Crowd(), manner=manner or Manner(), **columns)
        return await self.see(made)

    async def see(self, broadcast: Broadcast) -> Broadcast:
        async with self.stage.scene.database.read() as connection:
            found = await broadcasts.find(connection, broadcast.id)
        assert found
        return found

    async def standing(self, broadcast: Broadcast) -> broadcasts.Standing:
        async with self.stage.scene.database.read() as connection:
            return await broadcasts.read_standing(connection, await self.see(broadcast), self.stage.scene.clock())

    async def send(self, broadcast: Broadcast) -> Broadcast:
        """Start it, and plan it."""
        async with self.stage.scene.database.write() as connection:
            assert await start(connection, broadcast, self.stage.scene.clock())
        await self.plan()
        return await self.see(broadcast)

    async def plan(self) -> None:
        while await self.planner.step():
            pass

    async def set(self, broadcast: Broadcast, state: PushState, *among: PushState) -> bool:
        async with self.stage.scene.database.write() as connection:
            return await pushes.set_state(connection, broadcast.push_id or 0, state, among, self.stage.scene.clock())

    async def pass_lead(self) -> None:
        """Let the time pass in which staff alone have it, and deliver."""
        self.stage.wait(LEAD.total_seconds())
        await self.stage.deliver()

    async def rows(self, broadcast: Broadcast) -> Sequence[Any]:
        return await self.stage.scene.rows(broadcast.push_id or 0)


@pytest.fixture
async def press(stage: Stage) -> Press:
    topics = Topics(stage.scene.database)
    await topics.renew()
    announcer = Announcer(stage.scene.clock, "ar", "Asia/Riyadh", Rules(), topics)
    keeper = Broadcaster(stage.scene.database, announcer, stage.scene.clock)
    return Press(stage, Planner(stage.scene.database, stage.scene.lease), keeper)


async def reader(stage: Stage, number: int, *tags: str, schedule: Schedule = AT_ONCE, language: str = "ar") -> Person:
    person = stage.telegram.person(number, language=language)
    person.writes("/start")
    await stage.scene.reader(number, *tags, language=language, schedule=schedule)
    return person


async def editor(stage: Stage, number: int = EDITOR) -> Person:
    person = await reader(stage, number)
    async with stage.scene.database.write() as connection:
        await staff.grant(connection, number, Role.EDITOR, stage.scene.clock())
    return person


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
