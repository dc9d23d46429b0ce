"""What takes no replies, on both engines; and that nothing is made public there."""

from sqlalchemy import update

from db.store import blocked, closings
from db.store.replies import Done
from db.tables import articles
from newsroom.replies import GRACE, Action, State
from tests.desk import ReplyDesk

SALMA = 7_700_123_456


async def find(desk: ReplyDesk) -> str | None:
    async with desk.database.read() as connection:
        return await closings.find(connection, 1)


async def test_an_article_is_closed_by_its_number_or_by_a_topic_and_opened_again(desk: ReplyDesk) -> None:
    assert await find(desk) is None
    for mark in (closings.mark_of(1), "s:diplomacy"):
        async with desk.database.write() as connection:
            assert await closings.close(connection, mark, desk.clock())
            assert not await closings.close(connection, mark, desk.clock())
        assert await find(desk) == mark
        async with desk.database.write() as connection:
            assert await closings.reopen(connection, mark)
            assert not await closings.reopen(connection, mark)
    assert await find(desk) is None


async def test_another_article_and_another_topic_close_nothing_here(desk: ReplyDesk) -> None:
    async with desk.database.write() as connection:
        for mark in (closings.mark_of(11), "s:sports"):
            await closings.close(connection, mark, desk.clock())
    assert await find(desk) is None


async def test_what_is_approved_for_an_article_that_was_taken_back_is_not_made_public(desk: ReplyDesk) -> None:
    reply = await desk.do(await desk.pending(SALMA), Action.APPROVE, desk.amal)
    async with desk.database.write() as connection:
        await connection.execute(update(articles).where(articles.c.id == 1).values(retracted="خطأ"))
    assert await find(desk) == closings.RETRACTED
    desk.clock.move(seconds=GRACE.total_seconds())
    came = await desk.advance(reply)
    assert isinstance(came, Done)
    assert came.reply.state is State.FAILED
    assert await desk.claim() == []


async def test_what_failed_for_a_closed_topic_is_published_when_it_is_open_again(desk: ReplyDesk) -> None:
    reply = await desk.do(await desk.pending(SALMA), Action.APPROVE, desk.amal)
    async with desk.database.write() as connection:
        await closings.close(connection, "s:diplomacy", desk.clock())
    for state, opens in ((State.FAILED, True), (State.PUBLISHED, False)):
        desk.clock.move(seconds=GRACE.total_seconds())
        await desk.advance(reply)
        assert (await desk.see(reply)).state is state
        if opens:
            async with desk.database.write() as connection:
                await closings.reopen(connection, "s:diplomacy")
            await desk.do(reply, Action.RETRY, desk.badr)


async def test_a_word_is_blocked_once_in_whatever_spelling(desk: ReplyDesk) -> None:
    async with desk.database.write() as connection:
        assert await blocked.block(connection, "أباطرة", desk.clock())
        assert not await blocked.block(connection, "اباطره", desk.clock())
        assert await blocked.block(connection, "عبارة كاملة", desk.clock())
        assert await blocked.list_all(connection) == ["أباطرة", "عبارة كاملة"]
        assert await blocked.count(connection) == 2
        assert await blocked.unblock(connection, "اباطرة")
        assert not await blocked.unblock(connection, "اباطرة")
