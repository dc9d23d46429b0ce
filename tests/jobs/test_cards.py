"""The job that keeps cards: a group hears no oftener than Telegram allows, however much is decided."""

from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest
from sqlalchemy import select

from bot.docket import Docket
from db.engine import Database
from db.moderating import cards
from db.store import choices
from db.store.cards import Spot
from jobs.cards import CardKeeper
from jobs.replies import Overseer
from newsroom.cards import Rules
from newsroom.replies import Action, Reply, State
from sandbox import Group
from tests.desk import MODERATORS, ReplyDesk, set_desk
from tests.fakes import Clock
from tests.live import unseen
from tests.stage import Stage, open_stage

GROUP, OTHER, FIRST_AUTHOR, OWNER = -1001000000077, -1001000000078, 7_700_200_000, 900
PER_MINUTE = 20


@dataclass(slots=True)
class Room:
    """A moderators' group on a clock that stands still."""

    desk: ReplyDesk
    stage: Stage
    group: Group
    keeper: CardKeeper
    overseer: Overseer
    heard: list[int]  # how many requests about the group there were in each second

    async def second(self) -> None:
        """Let a second pass, with all that is due in it."""
        before = self._count()
        await self.overseer.step()
        await self.keeper.step()
        await self.stage.deliver()
        self.heard.append(self._count() - before)
        self.stage.wait(1)

    def _count(self) -> int:
        return sum(call.chat_id == GROUP for call in self.stage.telegram.calls)

    def most_in_a_minute(self) -> int:
        return max(sum(self.heard[start : start + 60]) for start in range(len(self.heard)))

    async def open_cards(self) -> list[str]:
        """Answer the replies whose cards are open."""
        async with self.desk.database.read() as connection:
            is_open = (cards.c.state == "open") & (cards.c.kind == "card") & cards.c.message_id.is_not(None)
            return list((await connection.execute(select(cards.c.reply_id).where(is_open))).scalars())


@pytest.fixture
async def room(database: Database, clock: Clock) -> AsyncIterator[Room]:
    desk = await set_desk(database, clock)
    async with open_stage(desk.scene) as stage:
        owner = stage.telegram.person(OWNER)
        group = stage.telegram.group(GROUP, title="الإشراف", kind="supergroup")
        group.adds_bot(by=owner)
        rules = Rules(GROUP)
        docket = Docket(clock, "ar", "Asia/Riyadh", rules)
        keeper = CardKeeper(database, docket, desk.vault, rules, clock)
        yield Room(desk, stage, group, keeper, Overseer(database, docket, clock), [])


@pytest.mark.thorough
async def test_a_group_hears_twenty_times_a_minute_at_most_with_thirty_that_wait(room: Room) -> None:
    waiting: dict[str, Reply] = {}
    for number in range(30):
        reply = await room.desk.pending(FIRST_AUTHOR + number, f"رأي رقم {number} في الخبر")
        waiting[reply.id] = reply
    for second in range(400):
        await room.second()
        if second % 5 == 4 and (shown := [one for one in await room.open_cards() if one in waiting]):
            await room.desk.do(waiting.pop(shown[0]), Action.APPROVE, room.desk.amal)
        assert len([one for one in await room.open_cards() if one in waiting]) <= 5
    assert waiting == {}
    assert room.most_in_a_minute() <= PER_MINUTE
    assert await room.open_cards() == []
    assert [one.text for one in room.group.screen if "رأي رقم" in one.text] == []


async def test_where_nothing_changes_nothing_is_sent(room: Room) -> None:
    await room.desk.pending(FIRST_AUTHOR)
    for _ in range(5):
        await room.second()
    assert sum(room.heard) == 1
    for _ in range(60):
        await room.second()
    assert sum(room.heard) == 1


async def test_what_changes_often_is_told_once(room: Room) -> None:
    reply = await room.desk.pending(FIRST_AUTHOR)
    await room.second()
    for action in (Action.CLAIM, Action.RELEASE, Action.CLAIM, Action.RELEASE, Action.CLAIM):
        await room.desk.do(reply, action, room.desk.amal)
    for _ in range(8):
        await room.second()
    assert sum(room.heard) == 2
    assert "ينظر فيه" in room.group.screen[-1].text


async def test_a_group_that_cannot_be_written_to_is_left_alone_for_a_while(room: Room) -> None:
    reply = await room.desk.pending(FIRST_AUTHOR)
    room.group.removes_bot(by=room.stage.telegram.person(OWNER + 1))
    for _ in range(60):
        await room.second()
    assert sum(room.heard) == 1
    assert (await room.desk.see(reply)).state is State.PENDING


async def test_two_workers_send_a_card_once(room: Room) -> None:
    await room.desk.pending(FIRST_AUTHOR)
    other = CardKeeper(room.desk.database, room.keeper.drawer, room.desk.vault, room.keeper.rules, room.keeper.now)
    for _ in range(10):
        await other.step()
        await room.second()
    assert sum(room.heard) == 1


async def moves_to(room: Room, spot: Spot) -> None:
    """Let moderators sit elsewhere, as staff chose it in the running bot."""
    room.keeper.rules = room.keeper.drawer.rules = Rules()  # type: ignore[attr-defined]
    async with room.desk.database.write() as connection:
        await choices.choose_desk(connection, spot)


@pytest.mark.thorough
async def test_where_moderators_sat_all_is_closed_and_where_they_sit_now_cards_come(room: Room) -> None:
    for number in range(7):
        await room.desk.pending(FIRST_AUTHOR + number, f"رأي رقم {number} في الخبر")
    for _ in range(60):
        await room.second()
    assert len(await room.open_cards()) == 5
    assert [one for one in room.group.screen if "ينتظر القرار: 7" in unseen(one.text)]
    other = room.stage.telegram.group(OTHER, title="غيرها", kind="supergroup")
    other.adds_bot(by=room.stage.telegram.person(OWNER + 2))
    await moves_to(room, Spot(OTHER))
    for _ in range(90):
        await room.second()
    assert [one.text for one in room.group.screen if "رأي رقم" in one.text] == []
    assert "الإشراف في مكان آخر" in str([one.text for one in room.group.screen])
    assert len([one for one in other.screen if "رأي رقم" in one.text]) == 5
    before = sum(room.heard)
    for _ in range(30):
        await room.second()
    assert sum(room.heard) == before


async def test_where_nobody_sits_together_any_more_cards_come_to_each(room: Room) -> None:
    moderator = room.stage.telegram.person(MODERATORS[0], language="ar")
    moderator.writes("/start")
    await room.desk.scene.reader(moderator.id)
    await room.desk.pending(FIRST_AUTHOR)
    for _ in range(5):
        await room.second()
    await moves_to(room, choices.ALONE)
    for _ in range(20):
        await room.second()
    assert [one.text for one in room.group.screen if one.button("✅")] == []
    assert moderator.last
    assert moderator.last.button("✅")


async def test_another_topic_of_the_same_group_is_another_place(room: Room) -> None:
    room.group.forum = True
    thread = room.group.opens_topic("الردود", room.stage.telegram.person(OWNER + 3))
    await room.desk.pending(FIRST_AUTHOR)
    for _ in range(5):
        await room.second()
    await moves_to(room, Spot(GROUP, thread))
    for _ in range(30):
        await room.second()
    shown = [one for one in room.group.screen if one.button("✅")]
    assert [one.thread for one in shown] == [thread]
