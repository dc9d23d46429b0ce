"""Replies on the site: brought there once whatever breaks, changed and taken away, and nothing of their writer."""

from collections.abc import AsyncIterator

import pytest
from sqlalchemy import update

from db.commenting import comments
from db.store import comments as store
from db.store import pending, publications
from db.tables import articles
from newsroom.comments import NOWHERE, mail_of
from newsroom.replies import SCREEN, Action, State
from tests.commented import PASSWORD, open_commented
from tests.desk import ReplyDesk
from tests.siteroom import Room, open_room

SALMA, NASIR = 7_700_123_456, 7_700_654_321
SAYS = "رأيي أن <النفق> خطوة & نصف\nوأكثر"
ON_SITE = "رأيي أن &lt;النفق&gt; خطوة &amp; نصف\nوأكثر"


@pytest.fixture
async def room(desk: ReplyDesk) -> AsyncIterator[Room]:
    async with open_room(desk) as opened:
        yield opened


async def test_an_approved_reply_is_a_comment_under_its_pen_name_and_nothing_of_its_writer_leaves(room: Room) -> None:
    reply = await room.publish(SALMA, SAYS)
    (comment,) = room.site.comments.values()
    pen = (await room.desk.author(SALMA)).pen_number
    assert (comment.post, comment.parent, comment.status) == (41, 0, "approved")
    assert (comment.name, comment.content) == (f"قلم {pen}", ON_SITE)
    assert comment.mail == f"{reply.id}@{NOWHERE}"
    place = await room.place(reply)
    assert (place.state, place.shown, place.remote_id) == ("settled", 1, str(comment.id))
    key = room.desk.vault.author_key(SALMA)
    assert [said for said in room.site.heard if str(SALMA) in said or key in said or "author_ip" in said] == []
    assert await room.commenter.step() is False
    assert room.changes() == ["POST"]


async def test_an_answer_stands_below_the_comment_that_it_answers(room: Room) -> None:
    parent = await room.publish(SALMA, SAYS)
    await room.approve(await room.pending(NASIR, "جواب", parent))
    first, second = room.site.comments.values()
    assert second.parent == first.id


async def test_an_answer_waits_for_the_comment_that_it_answers(room: Room) -> None:
    room.site.breaks = ["503"]
    parent = await room.publish(SALMA, SAYS)
    await room.approve(await room.pending(NASIR, "جواب", parent))
    assert room.site.comments == {}
    for _ in range(2):
        await room.later()
    first, second = room.site.comments.values()
    assert second.parent == first.id


async def test_an_answer_to_what_never_comes_there_stands_alone(room: Room) -> None:
    parent = await room.desk.published(SALMA, SAYS)
    await room.approve(await room.pending(NASIR, "جواب", parent))
    assert [one.parent for one in room.site.comments.values()] == [0]


@pytest.mark.parametrize("ending", ["unheard", "unanswered", "500", "503"])
async def test_whatever_breaks_it_is_there_once(room: Room, ending: str) -> None:
    room.site.breaks = [ending]
    reply = await room.publish(SALMA, SAYS)
    assert (await room.place(reply)).state == "uncertain"
    await room.later()
    (number,) = room.site.comments
    assert (await room.place(reply)).remote_id == str(number)


async def test_what_a_dead_worker_had_brought_is_found_and_made_as_it_is_wanted(room: Room) -> None:
    reply = await room.start(await room.pending(SALMA, SAYS))
    async with room.desk.database.write() as connection:
        others = await publications.claim(connection, "w1", room.desk.clock())
        assert [errand.destination for errand in others] == ["readers"]  # the site is asked what it has
        assert await store.claim(connection, room.site.url, "dead", room.desk.clock(), 5)
    number = room.site.says("ما وصل قبل الموت")
    room.site.comments[number].mail = mail_of(reply.id)
    await room.commenter.step()
    assert [one.content for one in room.site.comments.values()] == [ON_SITE]
    assert (await room.place(reply)).remote_id == str(number)


async def test_withdrawn_in_doubt_it_does_not_stay_there(room: Room) -> None:
    room.site.breaks = ["unanswered"]
    reply = await room.publish(SALMA, SAYS)
    assert len(room.site.comments) == 1
    await room.desk.do(reply, Action.WITHDRAW, room.desk.acting(SALMA))
    await room.later()
    assert room.site.comments == {}
    assert (await room.desk.see(reply)).state is State.REMOVED


async def test_withdrawn_in_doubt_while_the_site_is_down_it_is_not_taken_for_gone(room: Room) -> None:
    room.site.breaks = ["unanswered"]
    reply = await room.publish(SALMA, SAYS)
    await room.desk.do(reply, Action.WITHDRAW, room.desk.acting(SALMA))
    room.site.breaks = ["500"]
    await room.later()
    assert (await room.desk.see(reply)).state is State.REMOVING
    await room.later()
    assert room.site.comments == {}
    assert (await room.desk.see(reply)).state is State.REMOVED


async def test_what_is_withdrawn_or_erased_leaves_nothing_there_not_even_in_the_trash(room: Room) -> None:
    first, second = await room.publish(SALMA, "رأي أول"), await room.publish(NASIR, "رأي ثان")
    await room.desk.do(first, Action.WITHDRAW, room.desk.acting(SALMA))
    await room.desk.do(second, Action.ERASE, room.desk.acting(NASIR))
    await room.commenter.step()
    assert room.site.comments == {}
    assert (await room.desk.see(first)).state is State.REMOVED
    assert (await room.place(second)).remote_id is None


async def test_an_edit_changes_the_comment_that_is_there_when_it_is_approved(room: Room) -> None:
    reply = await room.publish(SALMA, SAYS)
    await room.desk.do(reply, Action.REVISE, room.desk.acting(SALMA), text="غيّرت رأيي")
    await room.commenter.step()
    assert [one.content for one in room.site.comments.values()] == [ON_SITE]
    await room.desk.do(reply, Action.PASS, SCREEN)
    await room.approve(reply)
    assert [one.content for one in room.site.comments.values()] == ["غيّرت رأيي"]
    assert room.changes() == ["POST", "POST"]


async def test_what_the_site_s_editors_took_away_is_not_brought_again(room: Room) -> None:
    reply = await room.publish(SALMA, SAYS)
    room.site.comments.clear()
    await room.desk.do(reply, Action.REVISE, room.desk.acting(SALMA), text="غيّرت رأيي")
    await room.desk.do(reply, Action.PASS, SCREEN)
    await room.approve(reply)
    assert room.site.comments == {}
    assert (await room.place(reply)).state == "failed"
    assert (await room.desk.see(reply)).state is State.PUBLISHED


async def test_a_post_that_takes_no_comments_keeps_the_reply_in_the_bot(room: Room) -> None:
    room.site.closed = {41}
    reply = await room.publish(SALMA, SAYS)
    place = await room.place(reply)
    assert (place.state, place.reason) == ("failed", "HTTP 403 rest_comment_closed")
    assert reply.state is State.PUBLISHED


async def test_credentials_that_the_site_refuses_are_tried_again_and_the_reply_waits(room: Room) -> None:
    room.site.password = "another"
    reply = await room.publish(SALMA, SAYS)
    place = await room.place(reply)
    assert (place.state, place.reason) == ("queued", "HTTP 401 incorrect_password")
    room.site.password = PASSWORD
    await room.later()
    assert (await room.place(reply)).state == "settled"


async def test_while_the_site_is_repaired_no_article_is_taken_for_gone(room: Room) -> None:
    room.site.mends = True
    reply = await room.publish(SALMA, SAYS)
    room.site.mends = False
    await room.later()
    assert (await room.place(reply)).state == "settled"
    assert len(room.site.comments) == 1


async def test_a_post_that_is_hidden_meanwhile_keeps_what_was_in_doubt_waiting(room: Room) -> None:
    room.site.breaks = ["unanswered"]
    reply = await room.publish(SALMA, SAYS)
    await room.desk.do(reply, Action.WITHDRAW, room.desk.acting(SALMA))
    room.site.gone = {41}
    await room.later()
    assert (await room.desk.see(reply)).state is State.REMOVING
    room.site.gone = set()
    await room.later()
    assert room.site.comments == {}


async def test_an_article_of_another_site_has_no_comments_there(room: Room) -> None:
    async with room.desk.database.write() as connection:
        await connection.execute(update(articles).values(url="https://other.example/1"))
    reply = await room.publish(SALMA, SAYS)
    assert (await room.place(reply)).state == "failed"
    assert room.site.asked == []


async def test_a_guid_that_names_another_post_misleads_nobody(room: Room) -> None:
    async with room.desk.database.write() as connection:
        await connection.execute(update(articles).values(guid=f"{room.site.url}/?p=42"))
    await room.publish(SALMA, SAYS)
    assert [one.post for one in room.site.comments.values()] == [41]


async def test_the_password_is_shown_to_the_site_alone_wherever_it_leads(room: Room) -> None:
    async with open_commented() as other:
        room.site.breaks = [f"{other.url}/wp-json/wp/v2/comments"]
        reply = await room.publish(SALMA, SAYS)
        assert other.asked == []
    assert (await room.place(reply)).reason == "HTTP 301"
    assert all("Authorization" not in said for said in room.site.heard if "/posts" in said)


async def test_the_copy_of_a_reply_counts_once_and_its_text_is_not_kept_again(room: Room) -> None:
    await room.publish(SALMA, SAYS)
    async with room.desk.database.read() as connection:
        assert await pending.count_public(connection, 1) == 1
    (row,) = await room.desk.rows(comments)
    assert (row.ours, row.text, row.name) == (True, "", "")
