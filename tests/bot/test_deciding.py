"""What staff decide by buttons: the role is looked up when they press, and the second presser sees what holds."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from db.showing import renderings
from db.store import chats, deliveries, pushes, staff, subscribers
from db.store.subscribers import Newcomer
from db.tables import audit, outbox
from db.tables import deliveries as deliveries_table
from db.tables import pushes as pushes_table
from newsroom.outcomes import Attempt
from newsroom.pushes import Lane
from newsroom.readers import Rhythm, Schedule
from newsroom.roles import Role
from newsroom.work import Claimed, Shape
from sandbox import Person
from tests.live import Live


async def grant(live: Live, person: Person, role: Role) -> None:
    async with live.app.database.write() as connection:
        await staff.grant(connection, person.id, role, live.app.clock())


async def hold_push(live: Live) -> int:
    """Let a push be held since too many chats seemed gone."""
    async with live.app.database.write() as connection:
        push = await pushes.open_empty(connection, 1, Lane.NEWS, live.app.clock())
    assert push
    await live.app.queue.hold_back([push])
    return push


async def test_a_held_push_goes_on_by_a_press_and_the_act_is_on_record(live: Live, editor: Person) -> None:
    push = await hold_push(live)
    await live.hears_of(editor, "توقّف إرسال الخبر")
    assert "مستمر" in await live.presses(editor, "▶️")
    assert await live.ask(select(pushes_table.c.gone_expected).where(pushes_table.c.id == push))
    assert await live.ask(select(audit.c.action).where(audit.c.actor == "50")) == "resume push"


async def test_a_held_push_is_ended_by_a_press(live: Live, editor: Person) -> None:
    push = await hold_push(live)
    await live.hears_of(editor, "توقّف إرسال الخبر")
    assert "أُلغي" in await live.presses(editor, "⏹")
    assert await live.ask(select(pushes_table.c.state).where(pushes_table.c.id == push)) == "cancelled"


async def test_whoever_lost_the_role_meanwhile_decides_nothing(live: Live, editor: Person) -> None:
    push = await hold_push(live)
    await live.hears_of(editor, "توقّف إرسال الخبر")
    async with live.app.database.write() as connection:
        await staff.revoke(connection, editor.id)
    assert "لفريق التحرير" in await live.is_alerted(editor, "▶️")
    assert await live.ask(select(pushes_table.c.state).where(pushes_table.c.id == push)) == "paused"


async def doubt_channel(live: Live) -> Claimed:
    """Let nobody know whether a channel got an article."""
    now = live.app.clock()
    async with live.app.database.write() as connection:
        push = await pushes.open_empty(connection, 1, Lane.NEWS, now)
        assert push
        await chats.greet(connection, -1009, "channel", now)
        newcomer = Newcomer(-1009, 0, "ar", Schedule(Rhythm.INSTANT, "Asia/Riyadh"))
        channel = await subscribers.add(connection, newcomer, now)
        await deliveries.add_one(connection, push, channel.id, now)
        uncertain = deliveries_table.update().values(state="uncertain", doubts=1)
        await connection.execute(uncertain)
        shape = Shape(push, 1, "ar", public=True, silent=False)
        claimed = Claimed(channel.id, -1009, "channel", 0, "w", now, now, Attempt(0, 0), shape)
        await live.app.queue.desk.ask_doubt(connection, claimed)
    return claimed


@pytest.mark.parametrize(("label", "state"), [("✅", {"sent"}), ("🔁", {"queued", "sending", "sent", "skipped"})])
async def test_a_person_says_what_became_of_a_message_to_a_channel(
    live: Live, editor: Person, label: str, state: set[str]
) -> None:
    await doubt_channel(live)
    await live.hears_of(editor, "هل ظهر في القناة")
    assert "القناة" in await live.presses(editor, label)
    assert await live.ask(select(deliveries_table.c.state)) in state
    assert await live.ask(select(deliveries_table.c.doubts)) == 1


async def test_what_was_settled_is_not_decided_twice(live: Live, editor: Person) -> None:
    await doubt_channel(live)
    await live.hears_of(editor, "هل ظهر في القناة")
    async with live.app.database.write() as connection:
        await connection.execute(deliveries_table.update().values(state="sent"))
    assert "من قبل" in await live.is_alerted(editor, "🔁")


async def test_status_says_what_waits_and_what_is_in_doubt(live: Live, editor: Person) -> None:
    await grant(live, editor, Role.ADMIN)
    await doubt_channel(live)
    said = await live.says(editor, "/status")
    assert "الإرسال يعمل" in said
    assert "لا يُعرف هل وصلت: 1" in said


async def test_status_says_which_single_messages_are_in_doubt(live: Live, editor: Person) -> None:
    await grant(live, editor, Role.ADMIN)
    now = live.app.clock()
    single = {"lane": Lane.ANSWER, "method": "sendMessage", "payload": b"{}", "created_at": now, "doubts": 1}
    queued = {"dedup_key": "x1", "state": "queued", "due_at": now + timedelta(hours=1)}
    uncertain = {"dedup_key": "x2", "state": "uncertain", "due_at": now, "settled_at": now}
    async with live.app.database.write() as connection:
        for row in (queued, uncertain):
            await connection.execute(outbox.insert().values(single | row))
    said = await live.says(editor, "/status")
    assert "يُعاد إرسالها بعد شك: 1" in said
    assert "خلال الساعة الأخيرة: 1" in said


async def test_status_counts_refused_wordings_and_says_what_mends_them(live: Live, editor: Person) -> None:
    await grant(live, editor, Role.ADMIN)
    assert "تصحيح الخبر" not in await live.says(editor, "/status")
    async with live.app.database.write() as connection:
        push = await pushes.open_empty(connection, 1, Lane.NEWS, live.app.clock())
        shape = {"push_id": push, "language": "zh", "public": False, "at": live.app.clock()}
        await connection.execute(renderings.insert().values(shape | {"state": "refused", "reason": "Bad Request"}))
    said = await live.says(editor, "/status")
    assert "كانت ستصله حتى الآن: 1" in said
    assert "تصحيح الخبر يعيد الإرسال من تلقاء نفسه" in said


async def test_status_is_for_admins(live: Live, amal: Person) -> None:
    assert "لفريق التحرير" in await live.says(amal, "/status")
