"""The photo beside a reply: kept with the revision, carried to another wording, gone with the text."""

from sqlalchemy import select

from db.engine import Database
from db.replying import revisions
from db.store import overseeing, pending, replies, writing
from newsroom.replies import GRACE, SCREEN, Action, Consent, Reply
from tests.desk import PLACES, ReplyDesk, set_desk
from tests.fakes import Clock

SALMA = 7_700_000_101


async def send(desk: ReplyDesk) -> Reply:
    author = await desk.author(SALMA)
    async with desk.database.write() as connection:
        new = replies.Draft(1, author.key, "source", "رأي في الخبر", "ar", photo="file1")
        reply, _ = await replies.draft(connection, new, desk.clock())
    await desk.do(reply, Action.SUBMIT, desk.acting(SALMA), consent=Consent("1", PLACES))
    return await desk.do(reply, Action.PASS, SCREEN, flags=())


async def photos(desk: ReplyDesk) -> list[str]:
    async with desk.database.read() as connection:
        return list((await connection.execute(select(revisions.c.photo).order_by(revisions.c.revision))).scalars())


async def test_another_wording_of_either_side_has_the_photo_that_was_there(database: Database, clock: Clock) -> None:
    desk = await set_desk(database, clock)
    reply = await send(desk)
    await desk.do(reply, Action.CLAIM, desk.amal)
    await desk.do(reply, Action.PROPOSE, desk.amal, text="رأي منقّح في الخبر")
    await desk.do(reply, Action.ACCEPT, desk.acting(SALMA))
    await desk.do(reply, Action.REVISE, desk.acting(SALMA), text="رأي ثالث في الخبر")
    assert await photos(desk) == ["file1"] * 3
    await desk.do(reply, Action.REVISE, desk.acting(SALMA), text="رأي رابع في الخبر", photo="file2")
    assert (await photos(desk))[-1] == "file2"
    await desk.do(reply, Action.ERASE, desk.acting(SALMA))
    assert await photos(desk) == [""] * 4


async def test_the_photo_is_read_with_the_text_that_it_stands_beside(database: Database, clock: Clock) -> None:
    desk = await set_desk(database, clock)
    reply = await desk.do(await send(desk), Action.APPROVE, desk.amal)
    desk.clock.move(seconds=GRACE.total_seconds())
    await desk.advance(reply)
    for errand in await desk.claim():
        await desk.land(errand, message_id=700 + errand.id)
    await desk.do(reply, Action.REVISE, desk.acting(SALMA), text="رأي آخر في الخبر", photo="file2")
    async with desk.database.read() as connection:
        card = await pending.find_card(connection, reply.id)
        public = await writing.find_public(connection, reply.id)
        listed = await overseeing.list_photos(connection, [reply.id])
        assert await overseeing.find_photo(connection, reply.id) == "file2"
    assert card
    assert public
    assert (card.photo, public.photo, listed) == ("file2", "file1", {reply.id: "2"})
