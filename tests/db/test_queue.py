"""The queue: what is claimed, in which order, and what becomes of it."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.exc import DBAPIError

from db.store import chats, ended, follows, outbox, pushes, queue, subscribers, workers
from db.store.outbox import Message
from db.store.subscribers import Newcomer
from db.tables import chats as chats_table
from db.tables import deliveries
from db.tables import pushes as pushes_table
from db.tables import subscribers as subscribers_table
from newsroom.outcomes import Came
from newsroom.pushes import LATE_TURN, Lane, PushState
from newsroom.work import Shape
from tests.scene import Scene
from tests.terms import keep

DIPLOMACY, SPORTS, TAJIKISTAN = "s:diplomacy", "s:sports", "c:TJ"


async def test_a_push_reaches_whoever_follows_one_of_its_topics_once(scene: Scene) -> None:
    first = await scene.reader(1, DIPLOMACY, TAJIKISTAN)
    second = await scene.reader(2, "all")
    await scene.reader(3, SPORTS)
    push = await scene.article(DIPLOMACY, TAJIKISTAN)
    assert await scene.states(push) == {first.id: "queued", second.id: "queued"}


async def test_a_mute_wins_over_every_follow(scene: Scene) -> None:
    await scene.reader(1, "all", DIPLOMACY, mutes=[TAJIKISTAN])
    assert await scene.states(await scene.article(DIPLOMACY, TAJIKISTAN)) == {}


async def test_who_joins_later_is_not_in_it(scene: Scene) -> None:
    push = await scene.article(DIPLOMACY)
    await scene.reader(1, DIPLOMACY)
    await scene.plan()
    assert await scene.states(push) == {}


async def test_a_claimed_row_is_sending_before_anything_leaves(scene: Scene) -> None:
    reader = await scene.reader(1, DIPLOMACY)
    push = await scene.article(DIPLOMACY)
    (claimed,) = await scene.claim()
    assert (claimed.chat_id, claimed.content) == (1, Shape(push, 1, "ar", public=False, silent=False))
    assert await scene.states(push) == {reader.id: "sending"}


async def test_two_workers_never_claim_the_same_row(scene: Scene) -> None:
    for chat_id in range(1, 21):
        await scene.reader(chat_id, DIPLOMACY)
    await scene.article(DIPLOMACY)
    other = await scene.worker()
    mine, others = await scene.claim(12), await other.exchange([], 12)
    assert len(mine) == 12
    assert len(others) == 8
    assert not {row.chat_id for row in mine} & {row.chat_id for row in others}


async def test_what_is_sent_keeps_its_message_and_version(scene: Scene) -> None:
    await scene.reader(1, DIPLOMACY)
    push = await scene.article(DIPLOMACY)
    (claimed,) = await scene.claim()
    await scene.land(claimed)
    (row,) = await scene.rows(push)
    assert (row.state, row.message_id, row.attempts, row.doubts) == ("sent", 77, 1, 0)


async def test_a_chat_has_one_live_request_at_a_time_then_a_gap(scene: Scene) -> None:
    await scene.reader(1, DIPLOMACY)
    await scene.article(DIPLOMACY)
    (first,) = await scene.claim()
    await scene.article(DIPLOMACY)
    scene.clock.move(seconds=5)
    assert await scene.claim() == []  # still under way
    await scene.land(first)
    assert await scene.claim() == []  # a second has not passed
    scene.clock.move(seconds=1)
    assert len(await scene.claim()) == 1


async def test_a_groups_forum_topics_share_its_chat(scene: Scene) -> None:
    await scene.reader(-100, DIPLOMACY, kind="supergroup")
    async with scene.database.write() as connection:
        schedule = await subscribers.find_schedule(connection, 1)
        topic = await subscribers.add(connection, Newcomer(-100, 17, "ar", schedule), scene.clock())
        await follows.put(connection, topic.id, [DIPLOMACY], muted=False)
    await scene.article(DIPLOMACY)
    (first,) = await scene.claim()
    await scene.land(first)
    scene.clock.move(seconds=2)
    assert await scene.claim() == []  # a group has three seconds
    scene.clock.move(seconds=1)
    (second,) = await scene.claim()
    assert {first.thread_id, second.thread_id} == {0, 17}


async def test_higher_lanes_are_claimed_first(scene: Scene) -> None:
    for chat_id in (1, 2):
        await scene.reader(chat_id, DIPLOMACY if chat_id == 1 else SPORTS)
    await scene.article(DIPLOMACY, lane=Lane.NEWS)
    breaking = await scene.article(SPORTS, lane=Lane.BREAKING)
    (claimed,) = await scene.claim(1)
    assert isinstance(claimed.content, Shape)
    assert claimed.content.push_id == breaking


async def test_a_single_message_waits_for_the_pushes_of_higher_lanes_and_an_answer_for_none(scene: Scene) -> None:
    for chat_id in range(1, 31):
        await scene.reader(chat_id, DIPLOMACY)
    async with scene.database.write() as connection:
        for chat_id, lane in ((101, Lane.DIGEST), (102, Lane.ANSWER)):
            message = Message(f"m{lane}", "sendMessage", b"{}", chat_id, lane)
            await outbox.add(connection, message, scene.clock())
    await scene.article(DIPLOMACY, lane=Lane.BREAKING)
    first = await scene.claim(2)
    assert (first[0].chat_id, isinstance(first[1].content, Shape)) == (102, True)
    scene.clock.move(minutes=2)
    leaving = [row.chat_id for _ in range(LATE_TURN) for row in await scene.claim(1)]
    assert leaving.index(101) == LATE_TURN - 2  # one turn in so many is for what has waited long


async def test_a_single_message_of_a_low_lane_leaves_when_nothing_is_before_it(scene: Scene) -> None:
    await scene.reader(1, DIPLOMACY)
    async with scene.database.write() as connection:
        await outbox.add(connection, Message("m", "sendMessage", b"{}", 101, Lane.DIGEST), scene.clock())
    await scene.article(DIPLOMACY)
    assert [row.chat_id for row in await scene.claim()] == [1, 101]


async def test_nothing_of_a_paused_push_is_claimed_until_it_is_resumed(scene: Scene) -> None:
    await scene.reader(1, DIPLOMACY)
    push = await scene.article(DIPLOMACY)
    async with scene.database.write() as connection:
        assert await pushes.set_state(connection, push, PushState.PAUSED, [PushState.RUNNING], scene.clock())
    assert await scene.claim() == []
    async with scene.database.write() as connection:
        assert await queue.resume(connection, push, scene.clock())
    assert len(await scene.claim()) == 1


async def test_nothing_is_claimed_after_a_cancel_and_what_is_in_flight_settles(scene: Scene) -> None:
    await scene.reader(1, DIPLOMACY)
    await scene.reader(2, DIPLOMACY)
    push = await scene.article(DIPLOMACY)
    (claimed,) = await scene.claim(1)
    async with scene.database.write() as connection:
        await pushes.set_state(connection, push, PushState.CANCELLED, [PushState.RUNNING], scene.clock())
    await scene.land(claimed)
    assert await scene.claim() == []
    assert sorted((await scene.states(push)).values()) == ["queued", "sent"]


async def test_the_claim_looks_again_whether_a_row_is_wanted(scene: Scene) -> None:
    left, muted, stopped = [await scene.reader(chat_id, DIPLOMACY) for chat_id in (1, 2, 3)]
    push = await scene.article(DIPLOMACY, TAJIKISTAN)
    async with scene.database.write() as connection:
        await follows.drop(connection, left.id, [DIPLOMACY], muted=False)
        await follows.put(connection, muted.id, [TAJIKISTAN], muted=True)
        await subscribers.change(connection, stopped.id, state="stopped")
    claimed = await scene.claim()
    assert {row.chat_id: row.refused for row in claimed} == {
        1: "no longer followed",
        2: "no longer followed",
        3: "subscriber stopped",
    }
    for row in claimed:
        await scene.land(row, Came.UNWANTED, reason=row.refused)
    assert set((await scene.states(push)).values()) == {"skipped"}


async def test_who_is_gone_is_suspended_and_the_rest_of_his_queue_skipped(scene: Scene) -> None:
    await scene.reader(1, DIPLOMACY)
    first = await scene.article(DIPLOMACY)
    (claimed,) = await scene.claim()
    second = await scene.article(DIPLOMACY)
    await scene.land(claimed, Came.GONE, reason="Forbidden: bot was blocked by the user")
    scene.clock.move(seconds=2)
    (again,) = await scene.claim()
    assert again.refused == "chat suspended"
    await scene.land(again, Came.UNWANTED, reason=again.refused)
    states = [*(await scene.states(first)).values(), *(await scene.states(second)).values()]
    assert sorted(states) == ["failed", "skipped"]


async def test_a_sign_of_life_since_the_request_wins_over_its_403(scene: Scene) -> None:
    await scene.reader(1, DIPLOMACY)
    await scene.article(DIPLOMACY)
    (claimed,) = await scene.claim()
    scene.clock.move(seconds=1)
    async with scene.database.write() as connection:
        await chats.greet(connection, 1, "private", scene.clock())
    await scene.land(claimed, Came.GONE, reason="Forbidden: bot was blocked by the user")
    assert await scene.one(select(chats_table.c.state)) == "active"


async def test_a_closed_forum_topic_suspends_only_its_subscriber(scene: Scene) -> None:
    reader = await scene.reader(-100, DIPLOMACY, kind="supergroup", thread=17)
    await scene.article(DIPLOMACY)
    (claimed,) = await scene.claim()
    await scene.land(claimed, Came.CLOSED, reason="Bad Request: TOPIC_CLOSED")
    async with scene.database.read() as connection:
        found = await subscribers.find(connection, -100, 17)
    assert found
    assert (found.id, found.state) == (reader.id, "suspended")
    assert await scene.one(select(chats_table.c.state)) == "active"


async def test_an_answer_that_a_closed_topic_refuses_suspends_nobody(scene: Scene) -> None:
    await scene.reader(-100, DIPLOMACY, kind="supergroup")
    async with scene.database.write() as connection:
        await outbox.add(connection, Message("u1.0", "sendMessage", b"{}", -100, Lane.ANSWER), scene.clock())
    (claimed,) = await scene.claim()
    await scene.land(claimed, Came.CLOSED, reason="Bad Request: TOPIC_CLOSED")
    assert await scene.one(select(subscribers_table.c.state)) == "active"


async def test_what_a_dead_worker_had_in_flight_is_in_doubt_and_repeated_once(scene: Scene) -> None:
    reader = await scene.reader(1, DIPLOMACY)
    push = await scene.article(DIPLOMACY)
    dying = await scene.worker()
    assert len(await dying.exchange([], 5)) == 1
    assert await scene.queue.recover() == 0  # it may still be alive
    scene.clock.move(seconds=11)
    async with scene.database.write() as connection:
        await workers.beat(connection, scene.lease)
        await workers.bury(connection, scene.clock())
    assert await scene.queue.recover() == 1
    (row,) = await scene.rows(push)
    assert (row.subscriber_id, row.state, row.doubts) == (reader.id, "queued", 1)
    scene.clock.move(seconds=3)
    (again,) = await scene.claim()
    assert (again.attempt.doubts, again.doubted_before) == (1, row.due_at)


async def test_a_second_doubt_is_uncertain_and_not_sent_again(scene: Scene) -> None:
    await scene.reader(1, DIPLOMACY)
    push = await scene.article(DIPLOMACY)
    for _ in range(2):
        (claimed,) = await scene.claim()
        await scene.land(claimed, Came.DOUBT)
        scene.clock.move(seconds=5)
    (row,) = await scene.rows(push)
    assert (row.state, row.doubts) == ("uncertain", 2)
    assert await scene.claim() == []


async def test_a_channel_is_never_sent_twice_for_a_doubt(scene: Scene) -> None:
    await scene.reader(-1001, DIPLOMACY, kind="channel")
    push = await scene.article(DIPLOMACY)
    (claimed,) = await scene.claim()
    await scene.land(claimed, Came.DOUBT)
    assert [row.state for row in await scene.rows(push)] == ["uncertain"]


async def test_a_late_answer_is_the_truth_while_nobody_has_taken_the_row(scene: Scene) -> None:
    await scene.reader(1, DIPLOMACY)
    push = await scene.article(DIPLOMACY)
    sleeping = await scene.worker()
    (claimed,) = await sleeping.exchange([], 5)
    scene.clock.move(seconds=11)
    async with scene.database.write() as connection:
        await workers.beat(connection, scene.lease)
        await workers.bury(connection, scene.clock())
    await scene.queue.recover()
    await sleeping.exchange([scene.landed(claimed)], 0)
    (row,) = await scene.rows(push)
    assert (row.state, row.doubts, row.message_id) == ("sent", 1, 77)


async def test_a_late_answer_changes_nothing_once_somebody_has_taken_the_row(scene: Scene) -> None:
    await scene.reader(1, DIPLOMACY)
    push = await scene.article(DIPLOMACY)
    sleeping = await scene.worker()
    (claimed,) = await sleeping.exchange([], 5)
    scene.clock.move(seconds=15)
    async with scene.database.write() as connection:
        await workers.beat(connection, scene.lease)
        await workers.bury(connection, scene.clock())
    await scene.queue.recover()
    scene.clock.move(seconds=5)
    assert len(await scene.claim()) == 1
    await sleeping.exchange([scene.landed(claimed)], 0)
    assert [row.state for row in await scene.rows(push)] == ["sending"]


async def test_a_refused_rendering_stops_in_its_language_alone_and_can_be_resumed(scene: Scene) -> None:
    await scene.reader(1, DIPLOMACY, language="ar")
    await scene.reader(2, DIPLOMACY, language="zh")
    push = await scene.article(DIPLOMACY)
    (first, *_) = [row for row in await scene.claim() if row.chat_id == 2]
    await scene.queue.stop(scene.landed(first, Came.REFUSED, reason="can't parse entities"))
    scene.clock.move(seconds=100)
    await scene.queue.recover()
    scene.clock.move(seconds=10)
    claimed = {row.chat_id: row for row in await scene.claim()}
    assert (claimed[1].refused, claimed[2].refused) == ("", "rendering stopped")
    await scene.land(claimed[1])
    await scene.land(claimed[2], Came.UNWANTED, reason=claimed[2].refused)
    async with scene.database.write() as connection:
        assert await queue.resume(connection, push, scene.clock())
    scene.clock.move(seconds=2)
    assert [row.chat_id for row in await scene.claim()] == [2]


async def test_a_push_is_done_when_every_row_is_settled(scene: Scene) -> None:
    await scene.reader(1, DIPLOMACY)
    await scene.article(DIPLOMACY)
    (claimed,) = await scene.claim()
    await scene.land(claimed)
    scene.clock.move(seconds=2)
    await scene.claim()
    assert await scene.one(select(pushes_table.c.state)) == "done"


async def test_a_settled_push_is_forgotten_after_ninety_days_but_for_its_counts(scene: Scene) -> None:
    await scene.reader(1, DIPLOMACY)
    push = await scene.article(DIPLOMACY)
    (claimed,) = await scene.claim()
    await scene.land(claimed)
    scene.clock.move(seconds=2)
    await scene.claim()
    scene.clock.move(days=91)
    async with scene.database.write() as connection:
        assert [await keep(connection, term, scene.clock()) for term in (ended.ROWS, ended.COUNTS)] == [0, 1]
        assert [await keep(connection, term, scene.clock()) for term in (ended.ROWS, ended.COUNTS)] == [1, 0]
        assert await keep(connection, ended.ROWS, scene.clock()) == 0
    assert await scene.one(select(pushes_table.c.counts).where(pushes_table.c.id == push)) == {"sent": 1}
    assert await scene.one(select(deliveries.c.state)) is None


async def test_a_push_is_counted_whole_and_once_though_it_goes_in_chunks(scene: Scene) -> None:
    for chat_id in (1, 2, 3):
        await scene.reader(chat_id, DIPLOMACY)
    push = await scene.article(DIPLOMACY)
    await scene.queue.exchange([scene.landed(row) for row in await scene.claim()], 0)
    scene.clock.move(seconds=2)
    await scene.claim()
    scene.clock.move(days=91)
    async with scene.database.write() as connection:
        assert await keep(connection, ended.COUNTS, scene.clock()) == 1
        assert [await keep(connection, ended.ROWS, scene.clock(), most=2) for _ in range(3)] == [2, 1, 0]
    assert await scene.one(select(pushes_table.c.counts).where(pushes_table.c.id == push)) == {"sent": 3}


async def test_a_single_message_is_written_once_and_claimed_before_pushes(scene: Scene) -> None:
    await scene.reader(1, DIPLOMACY)
    await scene.reader(2, DIPLOMACY)
    await scene.article(DIPLOMACY, lane=Lane.BREAKING)
    async with scene.database.write() as connection:
        message = Message("key", "sendMessage", b'{"text":"x"}', 2, Lane.MODERATION)
        assert await outbox.add(connection, message, scene.clock())
        assert await outbox.add(connection, message, scene.clock()) is None
    (claimed,) = await scene.claim(1)
    assert claimed.chat_id == 2
    assert not isinstance(claimed.content, Shape)


async def test_an_answer_that_is_too_old_is_not_sent_any_more(scene: Scene) -> None:
    async with scene.database.write() as connection:
        late = scene.clock() + timedelta(minutes=10)
        await outbox.add(connection, Message("u1.0", "sendMessage", b"{}", 5, Lane.ANSWER, late), scene.clock())
    scene.clock.move(minutes=10)
    (claimed,) = await scene.claim()
    assert claimed.refused == "too late"


async def test_what_a_living_worker_lost_track_of_is_in_doubt_after_a_while(scene: Scene) -> None:
    await scene.reader(1, DIPLOMACY)
    push = await scene.article(DIPLOMACY)
    assert len(await scene.claim()) == 1  # and nothing more is heard of it
    scene.lease.beat_at = scene.clock.move(seconds=60)
    assert await scene.queue.recover() == 0
    scene.lease.beat_at = scene.clock.move(seconds=31)
    assert await scene.queue.recover() == 1
    assert [(row.state, row.doubts) for row in await scene.rows(push)] == [("queued", 1)]


async def test_errors_do_not_show_the_values_of_a_statement(scene: Scene) -> None:
    async with scene.database.write() as connection:
        await chats.greet(connection, 1, "private", scene.clock())
    with pytest.raises(DBAPIError) as raised:
        async with scene.database.write() as connection:
            await connection.execute(chats_table.update().values(kind="canary-kind"))
    assert "canary" not in str(raised.value)
