"""Chats: suspended and woken, and groups that move to another id, whatever tells of it first."""

import pytest
from sqlalchemy import select

from db.store import chats, corrections, queue, subscribers
from db.tables import chats as chats_table
from db.tables import deliveries, follows
from db.tables import subscribers as subscribers_table
from newsroom.outcomes import Came
from newsroom.work import Rendering
from tests.scene import Scene
from tests.terms import keep

OLD, NEW = -55, -10055
DIPLOMACY = "s:diplomacy"


async def test_a_sign_of_life_wakes_a_suspended_chat(scene: Scene) -> None:
    await scene.reader(1, DIPLOMACY)
    async with scene.database.write() as connection:
        assert await chats.suspend(connection, 1, "blocked", scene.clock())
        assert await chats.greet(connection, 1, "private", scene.clock())
        assert not await chats.greet(connection, 1, "private", scene.clock())
    assert await scene.one(select(chats_table.c.reason)) == ""


async def test_after_an_hour_the_day_of_a_sign_of_life_is_kept_alone(scene: Scene) -> None:
    await scene.reader(1, DIPLOMACY)
    day = scene.clock().replace(hour=0, minute=0)
    times = select(chats_table.c.alive_at, chats_table.c.free_at).where(chats_table.c.id == 1)
    for minutes, blurred in ((59, 0), (2, 1), (5, 0)):
        scene.clock.move(minutes=minutes)
        async with scene.database.write() as connection:
            assert await keep(connection, chats.TERM, scene.clock()) == blurred
    async with scene.database.write() as connection:
        assert [*(await connection.execute(times)).one()] == [day, day]
        assert not await chats.greet(connection, 1, "private", scene.clock())
        assert not await chats.suspend(connection, 1, "blocked", scene.clock.move(seconds=-1))


async def test_a_subscriber_shows_the_state_of_its_chat(scene: Scene) -> None:
    reader = await scene.reader(1, DIPLOMACY)
    shown = select(subscribers_table.c.chat_state).where(subscribers_table.c.id == reader.id)
    async with scene.database.write() as connection:
        await chats.suspend(connection, 1, "blocked", scene.clock())
    assert await scene.one(shown) == "suspended"
    async with scene.database.write() as connection:
        await chats.greet(connection, 1, "private", scene.clock())
    assert await scene.one(shown) == "active"


async def test_a_subscriber_that_moves_shows_the_state_of_its_new_chat(scene: Scene) -> None:
    reader = await scene.reader(OLD, DIPLOMACY, kind="group")
    async with scene.database.write() as connection:
        await chats.suspend(connection, OLD, "kicked", scene.clock())
        await chats.greet(connection, NEW, "supergroup", scene.clock())
        await chats.migrate(connection, OLD, NEW)
    shown = select(subscribers_table.c.chat_state).where(subscribers_table.c.id == reader.id)
    assert await scene.one(shown) == "active"


async def test_who_never_wrote_is_no_chat(scene: Scene) -> None:
    async with scene.database.write() as connection:
        assert not await chats.suspend(connection, 404, "blocked", scene.clock())
    assert await scene.one(select(chats_table.c.id)) is None


async def test_a_group_keeps_its_subscriber_when_it_moves(scene: Scene) -> None:
    reader = await scene.reader(OLD, DIPLOMACY, kind="group")
    push = await scene.article(DIPLOMACY)
    (claimed,) = await scene.claim()
    await scene.land(claimed, Came.MOVED, new_chat_id=NEW)
    scene.clock.move(seconds=5)
    (again,) = await scene.claim()
    assert (again.chat_id, again.row_id) == (NEW, reader.id)
    assert await scene.states(push) == {reader.id: "sending"}


async def test_moving_twice_changes_nothing(scene: Scene) -> None:
    await scene.reader(OLD, DIPLOMACY, kind="group")
    for _ in range(2):
        async with scene.database.write() as connection:
            await chats.migrate(connection, OLD, NEW)
    async with scene.database.read() as connection:
        assert await subscribers.find(connection, NEW)
        assert await subscribers.find(connection, OLD) is None


@pytest.mark.parametrize("old_first", [True, False])
@pytest.mark.parametrize("sent_to", [OLD, NEW, None])
async def test_where_both_ids_have_rows_the_older_consent_wins_and_nothing_is_sent_twice(
    scene: Scene, sent_to: int | None, *, old_first: bool
) -> None:
    first, second = (OLD, NEW) if old_first else (NEW, OLD)
    elder = await scene.reader(first, DIPLOMACY, kind="supergroup")
    scene.clock.move(days=1)
    await scene.reader(second, DIPLOMACY, kind="supergroup")
    push = await scene.article(DIPLOMACY)
    for claimed in await scene.claim():
        came = Came.OK if claimed.chat_id == sent_to else Came.RETURNED
        await scene.land(claimed, came)
    async with scene.database.write() as connection:
        await chats.migrate(connection, OLD, NEW)
    scene.clock.move(seconds=5)
    left = await scene.claim()
    (row,) = await scene.rows(push)
    assert row.subscriber_id == elder.id
    assert len(left) == (0 if sent_to else 1)
    assert row.state == ("sent" if sent_to else "sending")
    async with scene.database.read() as connection:
        found = await subscribers.find(connection, NEW)
    assert found
    assert found.id == elder.id


async def test_a_row_that_only_the_younger_had_goes_to_the_elder(scene: Scene) -> None:
    elder = await scene.reader(OLD, "s:sports", kind="group")
    scene.clock.move(days=1)
    await scene.reader(NEW, DIPLOMACY, kind="supergroup")
    push = await scene.article(DIPLOMACY)
    async with scene.database.write() as connection:
        await chats.migrate(connection, OLD, NEW)
    assert list(await scene.states(push)) == [elder.id]
    assert await scene.one(select(deliveries.c.state)) == "queued"


@pytest.mark.parametrize("old_first", [True, False])
@pytest.mark.parametrize("flying", [OLD, NEW])
@pytest.mark.parametrize("came", [Came.OK, Came.LATER])
async def test_a_row_under_way_while_its_group_moves_is_settled_and_neither_lost_nor_repeated(
    scene: Scene, flying: int, came: Came, *, old_first: bool
) -> None:
    first, second = (OLD, NEW) if old_first else (NEW, OLD)
    elder = await scene.reader(first, DIPLOMACY, kind="supergroup", language="fr")
    async with scene.database.write() as connection:
        await subscribers.change(connection, elder.id, reads=3)
    scene.clock.move(days=1)
    await scene.reader(second, DIPLOMACY, kind="supergroup", language="en")
    push = await scene.article(DIPLOMACY)
    claimed = {row.chat_id: row for row in await scene.claim()}
    await scene.land(claimed.pop(NEW if flying == OLD else OLD), Came.AGAIN, reason="500")
    async with scene.database.write() as connection:
        await chats.migrate(connection, OLD, NEW)
    await scene.land(claimed[flying], came)
    scene.clock.move(minutes=2)
    left = await scene.claim()
    assert [row.chat_id for row in left] == ([] if came is Came.OK else [NEW])
    assert [(row.state, row.doubts) for row in await scene.rows(push)] == [("sending" if left else "sent", 0)]
    async with scene.database.read() as connection:
        found = await subscribers.find(connection, NEW)
    assert found
    assert (found.language, found.reads) == ("fr", 3)  # the older consent


async def test_what_only_the_elder_follows_is_what_the_moved_group_follows(scene: Scene) -> None:
    await scene.reader(OLD, "s:sports", kind="group")
    scene.clock.move(days=1)
    younger = await scene.reader(NEW, DIPLOMACY, kind="supergroup")
    await scene.article(DIPLOMACY)
    await scene.claim()
    async with scene.database.write() as connection:
        await chats.migrate(connection, OLD, NEW)
    assert await scene.one(select(follows.c.tag).where(follows.c.subscriber_id == younger.id)) == "s:sports"


async def test_a_group_moves_later_when_both_of_its_ids_have_a_request_under_way(scene: Scene) -> None:
    for chat_id in (OLD, NEW):
        await scene.reader(chat_id, DIPLOMACY, kind="supergroup")
    await scene.article(DIPLOMACY)
    to_old, to_new = sorted(await scene.claim(), key=lambda row: row.chat_id == NEW)
    async with scene.database.write() as connection:
        await chats.migrate(connection, OLD, NEW)
        assert await subscribers.find(connection, OLD)
    await scene.land(to_new)
    await scene.land(to_old, Came.MOVED, new_chat_id=NEW)
    scene.clock.move(seconds=5)
    assert await scene.claim() == []
    async with scene.database.read() as connection:
        assert await subscribers.find(connection, OLD) is None


async def two_groups(scene: Scene) -> int:
    """Publish an article to a group whose people have chosen it under both of its ids; answer its push."""
    await scene.reader(OLD, DIPLOMACY, kind="group")
    scene.clock.move(days=1)
    await scene.reader(NEW, DIPLOMACY, kind="supergroup")
    return await scene.article(DIPLOMACY)


async def move(scene: Scene) -> None:
    async with scene.database.write() as connection:
        await chats.migrate(connection, OLD, NEW)
    scene.clock.move(seconds=5)


async def test_what_one_id_was_sent_is_not_sent_again_where_it_was_refused_to_the_other(scene: Scene) -> None:
    push = await two_groups(scene)
    to_old, to_new = sorted(await scene.claim(), key=lambda row: row.chat_id == NEW)
    await scene.land(to_new)
    await scene.land(to_old, Came.REFUSED, reason="can't parse entities")
    await scene.queue.stop(scene.landed(to_old, Came.REFUSED, reason="can't parse entities"))
    await move(scene)
    async with scene.database.write() as connection:
        assert await queue.resume(connection, push, scene.clock())
    assert await scene.claim() == []
    assert [row.state for row in await scene.rows(push)] == ["sent"]


async def test_a_doubt_of_either_id_stays_on_record(scene: Scene) -> None:
    push = await two_groups(scene)
    for row in await scene.claim():
        await scene.land(row, Came.DOUBT if row.chat_id == NEW else Came.RETURNED, reason="no answer")
    await move(scene)
    assert [(row.state, row.doubts) for row in await scene.rows(push)] == [("queued", 1)]


async def test_what_comes_back_to_one_id_is_not_sent_again_where_the_other_has_had_it(scene: Scene) -> None:
    push = await two_groups(scene)
    to_old, to_new = sorted(await scene.claim(), key=lambda row: row.chat_id == NEW)
    await scene.land(to_new)
    await move(scene)  # while the request to the old id is under way
    await scene.land(to_old, Came.MOVED, new_chat_id=NEW)
    scene.clock.move(seconds=5)
    assert await scene.claim() == []
    assert [row.state for row in await scene.rows(push)] == ["sent"]


async def test_a_group_that_rests_still_rests_under_its_new_id(scene: Scene) -> None:
    await scene.reader(OLD, DIPLOMACY, kind="group")
    async with scene.database.write() as connection:
        await chats.suspend(connection, OLD, "kicked", scene.clock())
    await move(scene)
    assert await scene.one(select(chats_table.c.state)) == "suspended"


@pytest.mark.parametrize("is_late", [True, False])
async def test_what_stands_in_the_old_group_is_not_edited_in_the_new_one(scene: Scene, *, is_late: bool) -> None:
    await scene.reader(OLD, DIPLOMACY, kind="group")
    push = await scene.article(DIPLOMACY)
    (row,) = await scene.claim()
    if is_late:
        await move(scene)
    await scene.land(row, rendering=Rendering("sendMessage", b"{}", 1, 1))
    await move(scene)
    async with scene.database.write() as connection:
        assert await corrections.correct(connection, 1, {"title": "أخرى"}, scene.clock())
    assert await scene.claim() == []
    assert [(row.state, row.message_id) for row in await scene.rows(push)] == [("sent", None)]


async def test_an_edit_under_way_in_the_old_group_ends_with_its_move(scene: Scene) -> None:
    await scene.reader(OLD, DIPLOMACY, kind="group")
    push = await scene.article(DIPLOMACY)
    (row,) = await scene.claim()
    await scene.land(row, rendering=Rendering("sendMessage", b"{}", 1, 1))
    async with scene.database.write() as connection:
        assert await corrections.correct(connection, 1, {"title": "أخرى"}, scene.clock())
    scene.clock.move(seconds=5)
    (edit,) = await scene.claim()
    await move(scene)
    await scene.land(edit, Came.LATER, retry_after=1)
    scene.clock.move(seconds=5)
    assert await scene.claim() == []
    assert [(row.state, row.message_id) for row in await scene.rows(push)] == [("sent", None)]
