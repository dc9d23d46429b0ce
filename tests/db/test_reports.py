"""Reports on both engines: which count, that they hide, and that groundless ones weigh less, whoever made them."""

import pytest

from db.replying import reports as reports_table
from db.store import reports
from newsroom.errors import Refusal
from newsroom.replies import GRACE, SCREEN, Action, Reply, State
from newsroom.reports import MOST_GROUNDLESS, REMEMBERED_FOR, REPORTS_TO_HIDE
from tests.desk import ReplyDesk

SALMA = 7_700_123_456
BRIGADE = ("a", "b", "c")


async def report(desk: ReplyDesk, reply: Reply, key: str, *, counts: bool = True) -> int:
    async with desk.database.write() as connection:
        await reports.add(connection, reply.id, key, desk.clock(), counts=counts)
    return await count(desk, reply)


async def count(desk: ReplyDesk, reply: Reply) -> int:
    async with desk.database.read() as connection:
        return await reports.count(connection, reply.id, desk.clock())


async def hide(desk: ReplyDesk, reply: Reply) -> Reply:
    """Let readers report a reply until it is hidden and taken back."""
    desk.rest()
    assert [await report(desk, reply, key) for key in BRIGADE][-1] == REPORTS_TO_HIDE
    hidden = await desk.do(reply, Action.HIDE, SCREEN)
    for errand in await desk.claim():
        await desk.land(errand)
    return hidden


async def let_stand(desk: ReplyDesk, reply: Reply) -> Reply:
    """Let a moderator find nothing wrong with what was hidden."""
    await desk.do(await hide(desk, reply), Action.APPROVE, desk.badr)
    desk.clock.move(seconds=GRACE.total_seconds())
    await desk.advance(reply)
    for errand in await desk.claim():
        await desk.land(errand, message_id=900)
    restored = await desk.see(reply)
    assert restored.state is State.PUBLISHED
    return restored


async def test_reports_that_count_hide_a_reply_until_a_moderator_has_looked(desk: ReplyDesk) -> None:
    reply = await desk.published(SALMA)
    desk.rest()
    counted = [await report(desk, reply, key, counts=key != "x") for key in ("x", "a", "b", "b")]
    assert counted == [0, 1, 2, 2]
    restored = await let_stand(desk, reply)
    with pytest.raises(Refusal):
        await desk.act(restored, Action.HIDE, SCREEN)
    desk.rest()
    assert await report(desk, reply, "e") == 1


async def test_reports_count_though_an_approval_of_an_edit_was_undone(desk: ReplyDesk) -> None:
    reply = await desk.published(SALMA)
    desk.rest()
    await desk.do(reply, Action.REVISE, desk.acting(SALMA), text="رأي آخر في الخبر")
    await desk.do(reply, Action.PASS, SCREEN, flags=())
    await desk.do(reply, Action.APPROVE, desk.badr)
    await desk.do(reply, Action.UNDO, desk.badr)
    assert await report(desk, reply, "a") == 1


async def test_what_a_brigade_reports_without_ground_hides_nothing_more_for_a_while(desk: ReplyDesk) -> None:
    for _ in range(MOST_GROUNDLESS):
        await let_stand(desk, await desk.published(SALMA))
    reply = await desk.published(SALMA)
    desk.rest()
    assert [await report(desk, reply, key) for key in (*BRIGADE, "other")] == [0, 0, 0, 1]
    desk.clock.move(days=REMEMBERED_FOR.days)
    assert await count(desk, reply) == len(BRIGADE) + 1


@pytest.mark.parametrize("ends", ["rejected", "written anew"])
async def test_reports_on_which_something_was_done_had_their_ground(desk: ReplyDesk, ends: str) -> None:
    for _ in range(MOST_GROUNDLESS):
        hidden = await hide(desk, await desk.published(SALMA))
        if ends == "rejected":
            await desk.reject(hidden, desk.badr)
        else:
            desk.rest()
            await desk.do(hidden, Action.REVISE, desk.acting(SALMA), text="رأي بلا ما بُلّغ عنه")
            await desk.do(hidden, Action.PASS, SCREEN, flags=())
            await desk.do(hidden, Action.APPROVE, desk.badr)
            desk.clock.move(seconds=GRACE.total_seconds())
            await desk.advance(hidden)
    reply = await desk.published(SALMA)
    desk.rest()
    assert await report(desk, reply, BRIGADE[0]) == 1


async def test_what_a_reader_reported_within_a_day_is_known(desk: ReplyDesk) -> None:
    reply = await desk.published(SALMA)
    await report(desk, reply, "a")
    async with desk.database.read() as connection:
        assert [*await reports.list_made(connection, "a", desk.clock())] == [reply.id]
        assert await reports.list_made(connection, "b", desk.clock()) == {}
        desk.clock.move(days=1)
        assert await reports.list_made(connection, "a", desk.clock()) == {}
    assert {row.author_key for row in await desk.rows(reports_table)} == {"a"}
