"""Digests: what is due together for a chat goes by one request, and each row of it has a life of its own."""

from dataclasses import replace
from datetime import timedelta
from itertools import product

import orjson
from sqlalchemy import event, select

from db.showing import digests as digests_table
from db.store import articles, corrections, digests, follows, pushes, sources, staff, subscribers
from db.tables import articles as articles_table
from db.tables import deliveries, outbox
from db.tables import sources as sources_table
from jobs.plan import Planner
from newsroom.digests import ALONE, Entry
from newsroom.outcomes import Came
from newsroom.pushes import Lane, PushState
from newsroom.readers import Rhythm, Schedule
from newsroom.roles import Role
from newsroom.work import Claimed, Rendering, Shape
from tests.scene import Scene
from tests.terms import keep

DIPLOMACY, SPORTS = "s:diplomacy", "s:sports"
DAILY = Schedule(Rhythm.DAILY, "Asia/Riyadh", hour=18)  # 15:00 in UTC; scenes begin at 09:00
REFUSED = "Bad Request: can't parse entities"
NIGHT = Schedule(Rhythm.INSTANT, "Asia/Riyadh", quiet_from=12, quiet_to=18)


async def stories_of(scene: Scene, claimed: Claimed) -> list[int]:
    """Answer what a request brings."""
    assert isinstance(claimed.content, Shape)
    if not claimed.content.digest_id:
        return [claimed.content.story_id]
    async with scene.database.read() as connection:
        return await digests.find(connection, claimed.content.digest_id)


def shown(*stories: int) -> Rendering:
    return Rendering("sendMessage", b"{}", shown=tuple((story, 1) for story in stories))


async def test_what_is_due_together_is_one_request_and_every_row_of_it_arrives(scene: Scene) -> None:
    reader = await scene.reader(1, DIPLOMACY, SPORTS)
    made = [await scene.article(topic) for topic in (DIPLOMACY, SPORTS, DIPLOMACY)]
    (claimed,) = await scene.claim()
    assert await stories_of(scene, claimed) == [1, 2, 3]
    await scene.land(claimed, rendering=shown(1, 2, 3))
    for push_id, story in zip(made, (1, 2, 3), strict=True):
        (row,) = await scene.rows(push_id)
        told = (row.subscriber_id, row.state, row.message_id, row.article_id, row.version)
        assert told == (reader.id, "sent", 77, story, 1)
    assert await scene.claim_later() == []


async def test_one_article_is_no_digest(scene: Scene) -> None:
    await scene.reader(1, DIPLOMACY)
    await scene.article(DIPLOMACY)
    (claimed,) = await scene.claim()
    assert isinstance(claimed.content, Shape)
    assert (claimed.content.digest_id, claimed.content.story_id, claimed.parts) == (0, 1, ())
    assert await scene.one(select(digests_table.c.id)) is None


async def test_a_days_articles_come_at_the_hour_as_one(scene: Scene) -> None:
    await scene.reader(1, DIPLOMACY, schedule=DAILY)
    for _ in range(3):
        await scene.article(DIPLOMACY)
        scene.clock.move(hours=1)
        assert await scene.claim() == []
    scene.clock.move(hours=3, minutes=1)  # 15:01
    (claimed,) = await scene.claim()
    assert await stories_of(scene, claimed) == [1, 2, 3]


async def test_an_outage_is_caught_up_as_one(scene: Scene) -> None:
    await scene.reader(1, DIPLOMACY, schedule=DAILY)
    for _ in range(3):  # days in which nothing is sent
        await scene.article(DIPLOMACY)
        scene.clock.move(days=1)
    (claimed,) = await scene.claim()
    assert await stories_of(scene, claimed) == [1, 2, 3]


async def test_readers_of_the_same_articles_share_one_set(scene: Scene) -> None:
    for chat_id in (1, 2):
        await scene.reader(chat_id, DIPLOMACY)
    await scene.reader(3, DIPLOMACY, SPORTS)
    for topic in (DIPLOMACY, DIPLOMACY, SPORTS):
        await scene.article(topic)
    claimed = {row.chat_id: row for row in await scene.claim()}
    assert claimed[1].content == claimed[2].content != claimed[3].content
    assert [await stories_of(scene, claimed[chat]) for chat in (1, 3)] == [[1, 2], [1, 2, 3]]


async def test_what_is_no_longer_wanted_is_left_out_and_skipped(scene: Scene) -> None:
    reader = await scene.reader(1, DIPLOMACY, SPORTS)
    made = [await scene.article(topic) for topic in (DIPLOMACY, SPORTS, DIPLOMACY)]
    async with scene.database.write() as connection:
        await follows.drop(connection, reader.id, [SPORTS], muted=False)
    (claimed,) = await scene.claim()
    assert await stories_of(scene, claimed) == [1, 3]
    await scene.land(claimed, rendering=shown(1, 3))
    assert [(await scene.states(push_id))[reader.id] for push_id in made] == ["sent", "skipped", "sent"]


async def test_where_one_is_left_it_comes_as_an_article(scene: Scene) -> None:
    reader = await scene.reader(1, DIPLOMACY, SPORTS)
    made = [await scene.article(topic) for topic in (SPORTS, DIPLOMACY)]
    async with scene.database.write() as connection:
        await follows.drop(connection, reader.id, [SPORTS], muted=False)
    (claimed,) = await scene.claim()
    assert isinstance(claimed.content, Shape)
    assert (claimed.content.story_id, claimed.content.digest_id) == (2, 0)
    await scene.land(claimed)
    assert [(await scene.states(push_id))[reader.id] for push_id in made] == ["skipped", "sent"]


async def test_a_paused_and_a_cancelled_push_are_in_no_digest(scene: Scene) -> None:
    await scene.reader(1, DIPLOMACY)
    made = [await scene.article(DIPLOMACY) for _ in range(4)]
    async with scene.database.write() as connection:
        for push_id, state in zip(made, (PushState.PAUSED, PushState.CANCELLED), strict=False):
            await pushes.set_state(connection, push_id, state, [PushState.RUNNING], scene.clock())
    (claimed,) = await scene.claim()
    assert await stories_of(scene, claimed) == [3, 4]


async def test_breaking_news_come_alone_and_first(scene: Scene) -> None:
    await scene.reader(1, DIPLOMACY)
    for lane in (Lane.NEWS, Lane.BREAKING, Lane.NEWS):
        await scene.article(DIPLOMACY, lane=lane)
    (first,) = await scene.claim()
    assert await stories_of(scene, first) == [2]
    await scene.land(first)
    (second,) = await scene.claim_later()
    assert await stories_of(scene, second) == [1, 3]


async def test_a_digest_that_is_refused_comes_article_by_article(scene: Scene) -> None:
    reader = await scene.reader(1, DIPLOMACY)
    made = [await scene.article(DIPLOMACY) for _ in range(2)]
    (claimed,) = await scene.claim()
    await scene.land(claimed, Came.REFUSED, reason=REFUSED, rendering=shown(1, 2))
    assert {row.reason for push_id in made for row in await scene.rows(push_id)} == {ALONE}
    for story in (1, 2):
        (single,) = await scene.claim_later()
        assert await stories_of(scene, single) == [story]
        await scene.land(single)
    assert [(await scene.states(push_id))[reader.id] for push_id in made] == ["sent", "sent"]


async def refuse(scene: Scene, claimed: Claimed) -> None:
    """Let a digest be refused as the fifth was."""
    assert isinstance(claimed.content, Shape)
    async with scene.database.write() as connection:
        await digests.refuse(connection, claimed.content)
        await digests.refuse(connection, claimed.content)


async def test_a_digest_that_is_known_to_be_refused_is_tried_with_nobody_else(scene: Scene) -> None:
    for chat_id in (1, 2):
        await scene.reader(chat_id, DIPLOMACY, SPORTS)
    made = [await scene.article(topic) for topic in (DIPLOMACY, SPORTS, DIPLOMACY)]
    (first,) = await scene.claim(1)
    await refuse(scene, first)
    got = {1: list[int](), 2: list[int]()}
    await scene.land(first, Came.REFUSED, reason=REFUSED, rendering=shown(1, 2, 3))
    for _ in range(4):
        for single in await scene.claim_later():
            got[single.chat_id] += await stories_of(scene, single)
            await scene.land(single)
    assert {chat_id: sorted(stories) for chat_id, stories in got.items()} == {1: [1, 2, 3], 2: [1, 2, 3]}
    assert [set((await scene.states(push_id)).values()) for push_id in made] == [{"sent"}] * 3


async def test_who_sees_a_refused_digest_in_another_look_gets_it_as_one(scene: Scene) -> None:
    await scene.reader(1, DIPLOMACY)
    await scene.reader(2, DIPLOMACY, language="zh")
    await scene.reader(-100, DIPLOMACY, kind="supergroup")
    for _ in range(2):
        await scene.article(DIPLOMACY)
    (first,) = await scene.claim(1)
    await refuse(scene, first)
    await scene.land(first, Came.RETURNED, rendering=shown(1, 2))
    brought = {row.chat_id: await stories_of(scene, row) for row in await scene.claim()}
    assert sorted(map(len, brought.values())) == [1, 2, 2]


async def test_editors_hear_of_a_refused_digest_once_a_day_with_its_text(scene: Scene) -> None:
    for chat_id in (1, 2):
        await scene.reader(chat_id, DIPLOMACY)
    async with scene.database.write() as connection:
        await staff.grant(connection, 1, Role.EDITOR, scene.clock())
    for _ in range(2):
        await scene.article(DIPLOMACY)
    broken = replace(shown(1, 2), body=b'{"text": "<b>broken"}')
    for offset, claimed in enumerate(await scene.claim()):
        await scene.land(claimed, Came.REFUSED, reason=f"{REFUSED} at byte offset {offset}", rendering=broken)
    told = orjson.loads(await scene.one(select(outbox.c.payload)))["text"]
    assert "&lt;b&gt;broken" in told
    assert "parse entities" in told


async def test_what_a_dead_worker_left_goes_again_together(scene: Scene) -> None:
    await scene.reader(1, DIPLOMACY)
    for _ in range(3):
        await scene.article(DIPLOMACY)
    await scene.claim()
    scene.clock.move(seconds=100)
    assert await scene.queue.recover() == 3
    scene.clock.move(seconds=30)
    (again,) = await scene.claim()
    assert await stories_of(scene, again) == [1, 2, 3]


async def test_a_chat_that_is_gone_is_suspended_once_and_none_of_its_rows_is_tried_again(scene: Scene) -> None:
    reader = await scene.reader(1, DIPLOMACY)
    made = [await scene.article(DIPLOMACY) for _ in range(2)]
    (claimed,) = await scene.claim()
    await scene.land(claimed, Came.GONE, reason="Forbidden: bot was blocked by the user", rendering=shown(1, 2))
    assert [(await scene.states(push_id))[reader.id] for push_id in made] == ["failed", "failed"]
    assert await scene.claim_later() == []


async def test_a_correction_edits_the_digest_that_shows_it(scene: Scene) -> None:
    await scene.reader(1, DIPLOMACY)
    for _ in range(2):
        await scene.article(DIPLOMACY)
    (claimed,) = await scene.claim()
    await scene.land(claimed, rendering=shown(1, 2))
    async with scene.database.write() as connection:
        assert await corrections.correct(connection, 2, {"title": "قمة أخرى"}, scene.clock())
    (edit,) = await scene.claim_later()
    assert isinstance(edit.content, Shape)
    assert edit.edit
    assert (edit.edit.message_id, edit.content.is_edit, edit.content.story_id) == (77, True, 2)
    assert await stories_of(scene, edit) == [1, 2]
    await scene.land(edit, rendering=Rendering("editMessageText", b"{}", shown=((1, 1), (2, 2))))
    assert await scene.one(select(deliveries.c.version).where(deliveries.c.article_id == 2)) == 2
    assert await scene.claim_later() == []


async def test_quiet_hours_that_have_begun_meanwhile_hold_what_was_planned_before(scene: Scene) -> None:
    reader = await scene.reader(1, DIPLOMACY)
    await scene.article(DIPLOMACY)
    async with scene.database.write() as connection:
        schedule_id = await subscribers.intern(connection, NIGHT)
        await subscribers.change(connection, reader.id, schedule_id=schedule_id)
    assert await scene.claim() == []
    scene.clock.move(hours=5, minutes=59)
    await scene.article(DIPLOMACY)
    assert await scene.claim() == []
    scene.clock.move(minutes=2)
    (claimed,) = await scene.claim()
    assert await stories_of(scene, claimed) == [1, 2]


async def test_breaking_news_wake_only_those_who_want_them_to(scene: Scene) -> None:
    for chat_id, (rhythm, wakes) in enumerate(product((Rhythm.INSTANT, Rhythm.DAILY), (False, True)), 1):
        await scene.reader(chat_id, DIPLOMACY, schedule=replace(NIGHT, rhythm=rhythm, hour=20, wakes=wakes))
    await scene.publish(DIPLOMACY, lane=Lane.BREAKING)
    await plan_as_it_is_done(scene)
    woken = await scene.claim()
    assert sorted(row.chat_id for row in woken) == [2, 4]
    for row in woken:
        await scene.land(row)
    scene.clock.move(hours=6, minutes=1)  # the quiet hours are over, and no digest is due yet
    assert sorted(row.chat_id for row in await scene.claim()) == [1, 3]


async def test_news_that_are_not_breaking_wake_nobody_and_wait_for_their_digest(scene: Scene) -> None:
    await scene.reader(1, DIPLOMACY, schedule=replace(NIGHT, wakes=True))
    await scene.reader(2, DIPLOMACY, schedule=replace(DAILY, wakes=True))
    await scene.publish(DIPLOMACY)
    await plan_as_it_is_done(scene)
    assert await scene.claim() == []


async def plan_as_it_is_done(scene: Scene) -> None:
    planner = Planner(scene.database, scene.lease)
    while await planner.step():
        pass


async def test_a_pause_holds_and_brings_everything_at_its_end(scene: Scene) -> None:
    reader = await scene.reader(1, DIPLOMACY)
    await scene.article(DIPLOMACY)
    async with scene.database.write() as connection:
        await subscribers.change(connection, reader.id, paused_until=scene.clock() + timedelta(days=3))
    assert await scene.claim() == []
    scene.clock.move(days=2)
    await scene.article(DIPLOMACY)
    assert await scene.claim() == []
    scene.clock.move(days=1)
    (claimed,) = await scene.claim()
    assert await stories_of(scene, claimed) == [1, 2]


async def test_who_wants_no_articles_in_a_language_gets_none(scene: Scene) -> None:
    reader, other = await scene.reader(1, DIPLOMACY), await scene.reader(2, DIPLOMACY)
    async with scene.database.write() as connection:
        await subscribers.change(connection, reader.id, reads=0b00110)  # English and Chinese
    push_id = await scene.article(DIPLOMACY)
    assert list(await scene.states(push_id)) == [other.id]


async def test_topics_of_a_forum_get_digests_of_their_own(scene: Scene) -> None:
    for thread in (0, 17):
        await scene.reader(-100, DIPLOMACY, kind="supergroup", thread=thread)
    for _ in range(2):
        await scene.article(DIPLOMACY)
    threads = []
    while claimed := await scene.claim():
        (row,) = claimed
        assert await stories_of(scene, row) == [1, 2]
        threads.append(row.thread_id)
        await scene.land(row, rendering=shown(1, 2))
        scene.clock.move(seconds=4)
    assert sorted(threads) == [0, 17]


async def test_two_workers_never_take_apart_what_is_due_together(scene: Scene) -> None:
    await scene.reader(1, DIPLOMACY)
    for _ in range(3):
        await scene.article(DIPLOMACY)
    other = await scene.worker()
    (first,) = await scene.claim()
    assert await other.exchange([], 100) == []
    assert len(first.parts) == 3


async def test_a_digest_is_listed_as_its_articles_are_read_one_by_one_by_a_few_statements(scene: Scene) -> None:
    for number, topics in enumerate(((DIPLOMACY, "c:TJ"), ("c:TJ",), (SPORTS, DIPLOMACY)) * 10):
        await scene.article(*topics, title=f"قمة {number}")
    asked: list[str] = []
    async with scene.database.write() as connection:
        await corrections.retract(connection, 3, "الخبر غير دقيق", scene.clock())
        await sources.add(connection, "https://other.example/feed", scene.clock(), "موقع آخر")
        other = select(sources_table.c.id).where(sources_table.c.title == "موقع آخر").scalar_subquery()
        twin = articles_table.update().where(articles_table.c.id == 2)
        await connection.execute(twin.values(story_id=1, source_id=other))
        engine = connection.sync_connection.engine  # type: ignore[union-attr]
        event.listen(engine, "before_cursor_execute", lambda *call: asked.append(call[2]))
        entries = await digests.list_entries(connection, [1, *range(3, 31), 99])
        assert len(asked) == 3
        whole = [await articles.find(connection, number) for number in (1, *range(3, 31))]
        tags = [await articles.list_topics(connection, one.id) for one in whole if one]
    expected = [Entry.of(replace(one, lead="", body=""), its) for one, its in zip(whole, tags, strict=True) if one]
    assert entries == expected
    assert [line.source for line in entries[0].article.others] == ["موقع آخر"]


async def test_old_sets_are_forgotten(scene: Scene) -> None:
    await scene.reader(1, DIPLOMACY)
    for _ in range(2):
        await scene.article(DIPLOMACY)
    await scene.claim()
    async with scene.database.write() as connection:
        assert await keep(connection, digests.TERM, scene.clock()) == 0
        assert await keep(connection, digests.TERM, scene.clock() + digests.KEPT_FOR + timedelta(days=1)) == 1
