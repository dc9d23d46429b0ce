"""Replies in channels: answers to the article's post, sent once, changed and taken back; in doubt a person is asked."""

from collections.abc import AsyncIterator

import pytest

from db.engine import Database
from db.store import corrections, posts, publications
from db.store.posts import Copy
from newsroom.replies import Reply, State
from sandbox import Fault, FaultKind
from tests.fakes import Clock
from tests.jobs.plaza import CHANNEL, GROUP, Plaza, open_plaza

SALMA, TEXT = 7_700_123_456, "النفق خطوة جيدة"
HOURS = 3600


@pytest.fixture
async def plaza(database: Database, clock: Clock) -> AsyncIterator[Plaza]:
    async with open_plaza(database, clock) as opened:
        yield opened


async def test_a_reply_answers_the_articles_post_is_changed_there_and_deleted(plaza: Plaza) -> None:
    reply = await plaza.publishes(SALMA, TEXT)
    await plaza.settles()
    (shown,) = plaza.in_channel()
    assert TEXT in shown
    assert "قلم " in shown
    await plaza.revises(reply, SALMA, "النفق خطوة متأخرة")
    assert TEXT in plaza.in_channel()[0]
    await plaza.settles()
    (shown,) = plaza.in_channel()
    assert "النفق خطوة متأخرة" in shown
    await plaza.withdraws(reply, SALMA)
    await plaza.settles()
    assert plaza.in_channel() == []
    assert (await plaza.desk.see(reply)).state is State.REMOVED


async def test_nothing_is_posted_below_what_was_taken_back(plaza: Plaza) -> None:
    reply = await plaza.publishes(SALMA, TEXT)
    async with plaza.desk.database.write() as connection:
        await corrections.retract(connection, 1, "", plaza.desk.clock())
    await plaza.settles()
    place = await plaza.place(reply)
    assert (place.state, place.reason, place.shown) == ("failed", "the article was taken back", None)
    assert (await plaza.desk.see(reply)).state is State.PUBLISHED


async def test_where_sharing_was_switched_off_nothing_new_is_posted_and_what_is_there_is_taken_back(
    plaza: Plaza,
) -> None:
    reply = await plaza.publishes(SALMA, TEXT)
    await plaza.settles()
    plaza.poster.is_on = False
    late = await plaza.publishes(SALMA + 1, "كلام جاء بعدها")
    await plaza.withdraws(reply, SALMA)
    await plaza.settles()
    assert plaza.in_channel() == []
    assert (await plaza.place(late)).state == "failed"


async def test_what_is_withdrawn_before_it_left_never_leaves(plaza: Plaza) -> None:
    reply = await plaza.publishes(SALMA, TEXT)
    await plaza.sharer.step()
    await plaza.withdraws(reply, SALMA)
    await plaza.settles()
    assert plaza.in_channel() == []
    assert not any(TEXT in str(call.params) for call in plaza.stage.telegram.calls)
    assert (await plaza.desk.see(reply)).state is State.REMOVED


async def lose_answer(plaza: Plaza) -> Reply:
    """Let a reply be posted, and no answer come back."""
    plaza.stage.telegram.faults.add(Fault(FaultKind.RESET, method="sendMessage", chat_id=CHANNEL))
    reply = await plaza.publishes(SALMA, TEXT)
    await plaza.settles()
    await plaza.settles()
    return reply


async def decide(plaza: Plaza, reply: Reply, *, sent: bool) -> None:
    place = await plaza.place(reply)
    async with plaza.desk.database.write() as connection:
        assert await publications.decide(connection, place.id, plaza.desk.clock(), sent=sent)


async def test_a_post_in_doubt_is_never_repeated_by_itself_and_moderators_are_asked(plaza: Plaza) -> None:
    reply = await lose_answer(plaza)
    assert len(plaza.in_channel()) == 1
    assert (await plaza.place(reply)).state == "uncertain"
    (asked,) = plaza.group.screen
    assert reply.id in asked.text
    assert TEXT not in asked.text
    assert [button.text[0] for button in asked.buttons] == ["✅", "🔁"]
    await decide(plaza, reply, sent=False)
    await plaza.settles()
    assert len(plaza.in_channel()) == 2


async def test_what_a_person_said_is_there_is_taken_away_by_a_person(plaza: Plaza) -> None:
    reply = await lose_answer(plaza)
    await decide(plaza, reply, sent=True)
    await plaza.withdraws(reply, SALMA)
    await plaza.settles()
    assert len(plaza.in_channel()) == 1
    assert "باليد" in plaza.group.screen[-1].text
    place = await plaza.place(reply)
    async with plaza.desk.database.write() as connection:
        assert await publications.clear(connection, place.id, plaza.desk.clock()) == reply.id
        assert await publications.clear(connection, place.id, plaza.desk.clock()) is None
    assert (await plaza.place(reply)).state == "settled"


async def test_where_nothing_can_be_deleted_any_more_a_line_says_that_it_is_gone(plaza: Plaza) -> None:
    reply = await plaza.publishes(SALMA, TEXT)
    await plaza.settles()
    plaza.stage.wait(50 * HOURS)
    await plaza.withdraws(reply, SALMA)
    await plaza.settles()
    (shown,) = plaza.in_channel()
    assert TEXT not in shown
    assert "سُحب" in shown
    assert (await plaza.desk.see(reply)).state is State.REMOVED


async def test_what_could_not_be_taken_back_is_tried_again_until_it_is(plaza: Plaza) -> None:
    reply = await plaza.publishes(SALMA, TEXT)
    await plaza.settles()
    words = "Bad Request: message can't be deleted"
    refusal = Fault(FaultKind.ERROR, method="deleteMessage", chat_id=CHANNEL, status=400, description=words)
    plaza.stage.telegram.faults.add(refusal)
    await plaza.withdraws(reply, SALMA)
    await plaza.settles()
    assert (await plaza.desk.see(reply)).state is State.REMOVING
    plaza.stage.wait(60)
    await plaza.settles()
    assert (await plaza.desk.see(reply)).state is State.REMOVED
    assert "سُحب" in plaza.in_channel()[0]


async def test_a_question_that_stays_open_is_asked_again(plaza: Plaza) -> None:
    reply = await lose_answer(plaza)
    assert len(plaza.group.screen) == 1
    for hours, asked in ((3, 1), (2, 2), (5, 2), (8, 3)):
        plaza.stage.wait(hours * HOURS)
        await plaza.settles()
        assert len(plaza.group.screen) == asked
    await plaza.withdraws(reply, SALMA)  # now it matters more
    await plaza.settles()
    assert len(plaza.group.screen) == 4
    await decide(plaza, reply, sent=True)
    await plaza.settles()
    assert "باليد" in plaza.group.screen[-1].text


def refuse(plaza: Plaza, method: str, words: str) -> None:
    fault = Fault(FaultKind.ERROR, method=method, chat_id=CHANNEL, status=400, description=f"Bad Request: {words}")
    plaza.stage.telegram.faults.add(fault)


async def test_what_telegram_does_not_take_back_moderators_delete_by_hand(plaza: Plaza) -> None:
    reply = await plaza.publishes(SALMA, TEXT)
    await plaza.settles()
    place = await plaza.place(reply)
    for method in ("deleteMessage", "editMessageText", "editMessageText"):
        refuse(plaza, method, "message can't be changed")
    await plaza.withdraws(reply, SALMA)
    for minutes in (0, 1, 10):
        assert plaza.group.screen == []
        plaza.stage.wait(minutes * 60)
        await plaza.settles()
    (asked,) = plaza.group.screen
    assert f"https://t.me/c/1000000055/{place.message_id}" in asked.text
    assert TEXT not in asked.text
    async with plaza.desk.database.write() as connection:
        await publications.clear(connection, place.id, plaza.desk.clock())
    assert (await plaza.place(reply)).state == "settled"


async def test_moderators_hear_once_a_day_of_what_a_channel_refuses(plaza: Plaza) -> None:
    for user_id in (SALMA, SALMA + 1):
        refuse(plaza, "sendMessage", "message to be replied not found")
        reply = await plaza.publishes(user_id, TEXT)
        await plaza.settles()
        assert (await plaza.place(reply)).state == "failed"
    (told,) = plaza.group.screen
    assert "message to be replied not found" in told.text
    assert TEXT not in told.text
    assert plaza.in_channel() == []


async def test_a_channel_that_posts_the_article_later_gets_what_was_said_before(plaza: Plaza) -> None:
    await plaza.stage.scene.publish("s:diplomacy")  # and no channel has it yet
    reply = await plaza.publishes(SALMA, TEXT, article=2)
    gone = await plaza.publishes(SALMA + 1, "سُحب هذا الكلام", article=2)
    await plaza.withdraws(gone, SALMA + 1)
    await plaza.settles()
    assert await plaza.place(reply) is None
    await plaza.stage.scene.plan()
    await plaza.settles()
    assert [(await plaza.place(reply)).state, await plaza.place(gone)] == ["settled", None]
    (shown,) = [one for one in plaza.channel.screen if one.reply_to]
    assert TEXT in shown.text


async def test_where_a_post_is_discussed_is_learnt_later_and_what_was_said_before_comes_there(plaza: Plaza) -> None:
    reply = await plaza.publishes(SALMA, TEXT, places=(("bot", ""), ("channel", publications.COMMENTS)))
    assert await plaza.place(reply) is None
    now = plaza.desk.clock()
    async with plaza.desk.database.write() as connection:
        assert await posts.find_shown(connection, CHANNEL, plaza.post + 1, now) is None
        assert await posts.find_shown(connection, CHANNEL, plaza.post, now) == 1
        await posts.note_copy(connection, Copy(CHANNEL, plaza.post, GROUP, 5), now)
        await publications.catch_up(connection, 1, now)
    place = await plaza.place(reply)
    assert (place.target, place.wanted, place.state) == (str(GROUP), 1, "queued")


async def test_two_workers_post_once(plaza: Plaza) -> None:
    await plaza.publishes(SALMA, TEXT)
    await plaza.sharer.step()
    await plaza.sharer.step()
    await plaza.settles()
    assert len(plaza.in_channel()) == 1
