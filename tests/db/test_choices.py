"""What is chosen in the running bot: where moderators sit, and the checklists of those who set it up."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import insert, select

from db.engine import Database
from db.moderating import cards
from db.store import chats, checklists, choices, staff
from db.store.cards import Spot
from db.tables import sources, subscribers
from newsroom.cards import Rules
from newsroom.roles import Role
from newsroom.setup import Desk, Standing
from tests.fakes import Clock
from tests.scene import set_scene

GROUP, OTHER = -1001, -1002
OWNER, EDITOR = 11, 12


async def choose(database: Database, spot: Spot) -> set[str]:
    """Choose a desk; answers whom that wakes."""
    woken: set[str] = set()
    database.on_due = woken.add
    async with database.write() as connection:
        await choices.choose_desk(connection, spot)
    return woken


async def find(database: Database, rules: Rules | None = None) -> Spot | None:
    async with database.read() as connection:
        return await choices.find_desk(connection, rules or Rules())


async def test_nobody_chose_and_each_sits_alone(database: Database) -> None:
    assert await find(database) is None
    async with database.read() as connection:
        assert await choices.find_chosen(connection) is None


async def test_what_is_chosen_last_holds_and_wakes_whoever_shows_it(database: Database) -> None:
    assert {"cards", "setup"} <= await choose(database, Spot(GROUP, 17))
    assert await find(database) == Spot(GROUP, 17)
    await choose(database, Spot(OTHER))
    assert await find(database) == Spot(OTHER)
    await choose(database, choices.ALONE)
    assert await find(database) is None
    async with database.read() as connection:
        assert await choices.find_chosen(connection) == choices.ALONE


async def test_a_setting_wins(database: Database) -> None:
    await choose(database, Spot(GROUP))
    assert await find(database, Rules(OTHER, 5)) == Spot(OTHER, 5)


async def test_the_desk_moves_with_its_group_and_what_stood_there_is_told_by_its_number_no_more(
    database: Database, clock: Clock
) -> None:
    await choose(database, Spot(GROUP))
    async with database.write() as connection:
        await chats.greet(connection, GROUP, "group", clock())
        for message_id in (7, None):
            row = {"chat_id": GROUP, "kind": "counter", "message_id": message_id, "touched_at": clock()}
            await connection.execute(insert(cards).values(row))
        await chats.migrate(connection, GROUP, OTHER)
    assert await find(database) == Spot(OTHER)
    async with database.read() as connection:
        assert (await connection.execute(select(cards.c.state))).scalars().all() == ["lost"]


async def standing(database: Database, rules: Rules | None = None) -> Standing:
    async with database.read() as connection:
        return await checklists.read_standing(connection, OWNER, rules or Rules())


async def test_what_is_done_elsewhere_counts(database: Database, clock: Clock) -> None:
    assert await standing(database) == Standing()
    async with database.write() as connection:
        for url, met, state in (("a", clock(), "active"), ("b", None, "active"), ("c", clock(), "paused")):
            row = {"url": url, "first_contact_at": met, "state": state, "due_at": clock(), "added_at": clock()}
            await connection.execute(insert(sources).values(row))
        for user_id, role in ((OWNER, Role.OWNER), (EDITOR, Role.EDITOR), (EDITOR, Role.LEAD)):
            await staff.grant(connection, user_id, role, clock())
    told = Standing(sources=1, unread=1, staff=1)
    assert await standing(database) == told
    assert await standing(database, Rules(GROUP)) == replace(told, desk=Desk.SET)
    await choose(database, choices.ALONE)
    assert await standing(database) == replace(told, desk=Desk.ALONE)
    await choose(database, Spot(GROUP))
    assert await standing(database) == replace(told, desk=Desk.GROUP)


async def test_a_channel_counts_while_the_bot_may_post_there(database: Database, clock: Clock) -> None:
    scene = await set_scene(database, clock)
    reader = await scene.reader(GROUP, kind="channel")
    found = await standing(database)
    assert (found.channels, found.silent) == (1, 1)
    async with database.write() as connection:
        this = subscribers.c.id == reader.id
        await connection.execute(subscribers.update().where(this).values(state="suspended"))
    assert (await standing(database)).channels == 0


async def test_a_checklist_is_kept_up_to_date_for_whoever_may_set_up_and_a_month(
    database: Database, clock: Clock
) -> None:
    async with database.write() as connection:
        await staff.grant(connection, OWNER, Role.OWNER, clock())
        for chat_id in (OWNER, EDITOR):
            await checklists.bring(connection, chat_id, f"u{chat_id}", "as it was", clock())
    async with database.read() as connection:
        assert [one.chat_id for one in await checklists.list_open(connection, clock())] == [OWNER]
        assert await checklists.list_open(connection, clock() + timedelta(days=31)) == []


async def test_of_two_who_draw_a_checklist_anew_one_does(database: Database, clock: Clock) -> None:
    async with database.write() as connection:
        await checklists.bring(connection, OWNER, "u1", "before", clock())
        seen = await checklists.find(connection, OWNER)
        assert seen
        assert await checklists.note_drawn(connection, seen, "k1", "after", clock())
        assert not await checklists.note_drawn(connection, seen, "k2", "after", clock())


@pytest.mark.parametrize("times", [1, 2])
async def test_a_checklist_that_is_brought_again_keeps_that_the_test_was_sent(
    database: Database, clock: Clock, times: int
) -> None:
    async with database.write() as connection:
        await checklists.bring(connection, OWNER, "u1", "x", clock())
        await checklists.note_tested(connection, OWNER, clock())
        for number in range(times):
            await checklists.bring(connection, OWNER, f"u2.{number}", "x", clock())
    assert (await standing(database)).tested
