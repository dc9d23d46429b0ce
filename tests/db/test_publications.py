"""Where replies are public: what is wanted there comes to be, whatever happens on the way."""

from datetime import timedelta

from db.replying import notices
from db.store import authors, duties, publications, writing
from db.store.replies import Done
from newsroom.replies import SCREEN, Action, Notice, State
from tests.desk import CHANNEL, ReplyDesk

SALMA = 7_700_123_456


async def test_a_reply_goes_only_where_its_author_agreed(desk: ReplyDesk) -> None:
    approved = await desk.do(await desk.pending(SALMA, places=(("bot", ""),)), Action.APPROVE, desk.amal)
    desk.rest()
    done = await desk.advance(approved)
    assert isinstance(done, Done)
    assert done.reply.state is State.PUBLISHED
    assert await desk.claim() == []
    assert set(await desk.places(approved)) == {"bot", "readers"}


async def test_where_no_channel_has_the_article_there_is_nowhere_to_go(desk: ReplyDesk) -> None:
    every = (("bot", ""), ("channel", ""))
    approved = await desk.do(await desk.pending(SALMA, places=every), Action.APPROVE, desk.amal)
    desk.rest()
    await desk.advance(approved)
    assert set(await desk.places(approved)) == {"bot", "readers"}


async def test_an_edit_of_a_public_reply_is_shown_when_it_is_approved_in_the_message_that_is_there(
    desk: ReplyDesk,
) -> None:
    reply = await desk.published(SALMA, "أول")
    revised = await desk.do(reply, Action.REVISE, desk.acting(SALMA), text="ثان")
    assert await desk.claim() == []
    async with desk.database.read() as connection:
        public = await writing.find_public(connection, reply.id)
    assert public
    assert public.text == "أول"
    await desk.do(revised, Action.PASS, SCREEN)
    await desk.do(revised, Action.APPROVE, desk.badr)
    desk.rest()
    await desk.advance(reply)
    (errand,) = await desk.claim()
    assert (errand.text, errand.revision, errand.shown) == ("ثان", 2, 1)
    assert errand.message_id
    await desk.land(errand)
    assert (await desk.places(reply))["channel"].shown == 2


async def test_what_is_withdrawn_on_its_way_is_taken_back_when_it_has_landed(desk: ReplyDesk) -> None:
    approved = await desk.do(await desk.pending(SALMA, places=(CHANNEL,)), Action.APPROVE, desk.amal)
    desk.rest()
    await desk.advance(approved)
    (sent,) = await desk.claim()
    await desk.do(approved, Action.WITHDRAW, desk.acting(SALMA))
    assert await desk.claim() == []
    await desk.land(sent, message_id=77)
    (back,) = await desk.claim()
    assert (back.revision, back.message_id) == (None, 77)
    await desk.land(back)
    assert (await desk.see(approved)).state is State.REMOVED


async def test_what_is_withdrawn_before_it_left_never_leaves(desk: ReplyDesk) -> None:
    approved = await desk.do(await desk.pending(SALMA), Action.APPROVE, desk.amal)
    await desk.do(approved, Action.WITHDRAW, desk.acting(SALMA), seen=None)
    desk.rest()
    assert await desk.advance(approved) is None
    assert await desk.claim() == []


async def test_a_worker_that_died_leaves_doubt_which_a_person_ends(desk: ReplyDesk) -> None:
    approved = await desk.do(await desk.pending(SALMA, places=(CHANNEL,)), Action.APPROVE, desk.amal)
    desk.rest()
    await desk.advance(approved)
    (lost,) = await desk.claim("dead")
    async with desk.database.write() as connection:
        assert await publications.recover(connection, ["w1"]) == [approved.id]
    assert await desk.claim() == []
    async with desk.database.write() as connection:
        assert await publications.decide(connection, lost.id, desk.clock(), sent=False) == approved.id
        assert await publications.decide(connection, lost.id, desk.clock(), sent=False) is None
    (again,) = await desk.claim()
    await desk.land(again, message_id=78)
    assert (await desk.see(approved)).state is State.PUBLISHED


async def test_a_place_that_will_not_take_it_asks_a_moderator(desk: ReplyDesk) -> None:
    approved = await desk.do(await desk.pending(SALMA, places=(CHANNEL,)), Action.APPROVE, desk.amal)
    desk.rest()
    await desk.advance(approved)
    (errand,) = await desk.claim()
    async with desk.database.write() as connection:
        await publications.fail(connection, errand, "chat not found", desk.clock())
        await duties.progress(connection, approved.id, desk.clock())
    failed = await desk.see(approved)
    assert failed.state is State.FAILED
    await desk.do(failed, Action.RETRY, desk.badr)
    desk.rest()
    await desk.advance(failed)
    (errand,) = await desk.claim()
    await desk.land(errand, message_id=79)
    assert (await desk.see(approved)).state is State.PUBLISHED


async def test_an_author_is_told_where_a_reply_is_as_soon_as_it_is_there(desk: ReplyDesk) -> None:
    reply = await desk.do(await desk.pending(SALMA), Action.APPROVE, desk.amal)
    desk.rest()
    await desk.advance(reply)
    (told,) = [row for row in await desk.rows(notices) if row.what == Notice.PUBLISHED]
    now = desk.clock()
    async with desk.database.write() as connection:
        await authors.defer(connection, reply.id, told.version, Notice.PUBLISHED, now + timedelta(minutes=1))
    (errand,) = await desk.claim()
    await desk.land(errand, message_id=77)
    (told,) = [row for row in await desk.rows(notices) if row.what == Notice.PUBLISHED]
    assert told.due_at == now
