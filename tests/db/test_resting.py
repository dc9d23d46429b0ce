"""What a restore lets rest: nothing leaves by itself that may have been sent since the backup, and people are asked."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from db import resting
from db.engine import Database
from db.replying import notices
from db.resting import Held
from db.store import outbox, publications
from db.store.outbox import Message
from db.tables import deliveries, pushes, sources
from db.tables import outbox as box
from newsroom.broadcasts import Phase, State
from newsroom.pushes import Lane
from newsroom.replies import SCREEN, Action, Consent
from tests.desk import ReplyDesk
from tests.fakes import Clock
from tests.jobs.plaza import PLACES, Plaza, open_plaza
from tests.press import Press
from tests.scene import Scene

SALMA, NOOR, TEXT = 7_700_123_456, 7_700_123_457, "النفق خطوة جيدة"
HOUR = timedelta(hours=1)


@pytest.fixture
async def plaza(database: Database, clock: Clock) -> AsyncIterator[Plaza]:
    async with open_plaza(database, clock) as opened:
        yield opened


async def hold(scene: Scene) -> Held:
    async with scene.database.write() as connection:
        return await resting.hold(connection, scene.clock())


async def test_pushes_wait_and_what_sources_hold_is_archive(desk: ReplyDesk) -> None:
    await desk.scene.reader(1, "s:diplomacy")
    await desk.scene.article("s:diplomacy")
    async with desk.database.write() as connection:
        await connection.execute(update(sources).values(first_contact_at=desk.clock()))
    assert (await hold(desk.scene)).pushes == len(await desk.rows(pushes)) > 0
    assert await desk.scene.claim() == []
    assert [row.state for row in await desk.rows(deliveries)] == ["queued"]
    assert [row.first_contact_at for row in await desk.rows(sources)] == [None]


async def test_scheduled_broadcasts_are_drafts_again(press: Press) -> None:
    scene = press.stage.scene
    await scene.reader(1, "s:economy")
    now = scene.clock()
    passed = await press.make(state=State.SCHEDULED, due_at=now - HOUR / 2)
    later = await press.make(state=State.SCHEDULED, due_at=now + HOUR)
    assert (await hold(scene)).broadcasts == 2
    press.stage.wait(2 * HOUR.total_seconds())
    await press.keeper.step()
    for broadcast, due_at in ((passed, None), (later, now + HOUR)):
        seen = await press.see(broadcast)
        assert (seen.state, seen.due_at, seen.version) == (State.DRAFT, due_at, broadcast.version + 1)
        assert (await press.standing(broadcast)).phase is Phase.DRAFT


async def test_single_messages_stay_unsent_and_changes_of_messages_go_on(scene: Scene) -> None:
    await scene.reader(1, "s:economy")
    async with scene.database.write() as connection:
        for method in ("sendMessage", "copyMessage", "editMessageText", "deleteMessage"):
            await outbox.add(connection, Message(method, method, b"{}", 1, Lane.MODERATION), scene.clock())
    assert (await hold(scene)).messages == 2
    async with scene.database.write() as connection:
        found = await connection.execute(select(box.c.method, box.c.state).where(box.c.state != "skipped"))
    assert {row.method: row.state for row in found.all()} == {
        "sendMessage": "uncertain",
        "copyMessage": "uncertain",
        "editMessageText": "queued",
        "deleteMessage": "queued",
    }


@pytest.mark.parametrize("begun", [False, True])
async def test_of_replies_that_were_to_be_posted_moderators_are_asked(plaza: Plaza, begun: bool) -> None:  # noqa: FBT001
    reply = await plaza.publishes(SALMA, TEXT)
    if begun:
        await plaza.sharer.step()
    await hold(plaza.desk.scene)
    await plaza.settles()
    assert plaza.in_channel() == []
    place = await plaza.place(reply)
    assert place.state == "uncertain"
    assert reply.id in plaza.group.screen[-1].text
    async with plaza.desk.database.write() as connection:
        assert await publications.decide(connection, place.id, plaza.desk.clock(), sent=False)
    await plaza.settles()
    assert len(plaza.in_channel()) == 1


async def test_an_approval_just_before_the_backup_is_not_posted_either(plaza: Plaza) -> None:
    desk = plaza.desk
    reply = await desk.draft(SALMA, TEXT)
    reply = await desk.do(reply, Action.SUBMIT, desk.acting(SALMA), consent=Consent("1", PLACES))
    reply = await desk.do(await desk.do(reply, Action.PASS, SCREEN), Action.APPROVE, desk.amal)
    plaza.stage.wait(HOUR.total_seconds())
    assert (await hold(desk.scene)).posts == 1
    await desk.advance(reply)
    await plaza.settles()
    assert plaza.in_channel() == []
    assert (await desk.verify()).broken == ""


async def test_what_readers_were_to_hear_of_replies_counts_as_told(plaza: Plaza) -> None:
    await plaza.follows(NOOR)
    before = plaza.stage.shown(NOOR)
    await plaza.publishes(SALMA, TEXT)
    await hold(plaza.desk.scene)
    await plaza.settles()
    assert plaza.stage.shown(NOOR) == before
    assert all(row.told_at for row in await plaza.desk.rows(notices))
