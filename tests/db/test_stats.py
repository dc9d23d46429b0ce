"""The figures of `/stats` against what was counted by hand, on each engine."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import update

from db.store import chats, deliveries, openings, people, stats, subscribers
from db.store.stats import MOST_LOOKED
from db.store.wishes import FIGURES, Wish, ask, claim, end, is_any_due
from db.tables import articles as articles_table
from db.tables import chats as chats_table
from newsroom.readers import Rhythm, Schedule
from newsroom.replies import GRACE, Action, Actor, Code, Reply
from newsroom.stats import Outcome, Span, Stats, period_of
from newsroom.taxonomy import ALL
from newsroom.work import Claimed
from tests.desk import ReplyDesk
from tests.scene import Scene
from tests.terms import keep

ZONE = "Asia/Riyadh"
DAILY = Schedule(Rhythm.DAILY, ZONE)
QUIET = Schedule(Rhythm.INSTANT, ZONE, quiet_from=23, quiet_to=7)


async def read(scene: Scene, span: Span = Span.WEEK) -> Stats:
    async with scene.database.read() as connection:
        return await stats.read(connection, period_of(span, ZONE, scene.clock()))


async def leave(scene: Scene, chat_id: int, way: str) -> None:
    """Let a reader stop, shut us out or be erased."""
    now = scene.clock()
    async with scene.database.write() as connection:
        if way == "stops":
            reader = await subscribers.find(connection, chat_id)
            assert reader
            await subscribers.change(connection, reader.id, state="stopped", left_at=now)
        elif way == "blocks":
            assert await chats.suspend(connection, chat_id, "Forbidden: bot was blocked by the user", now)
        else:
            await people.forget(connection, people.Person(chat_id, f"key{chat_id}"), now)


async def test_readers_are_counted_by_rhythm_and_language(scene: Scene) -> None:
    for chat_id in range(1, 4):
        await scene.reader(chat_id)
    await scene.reader(4, language="fr", schedule=DAILY)
    await scene.reader(-5, language="fr", kind="supergroup")
    found = (await read(scene)).readers
    assert (found.now, found.new) == (5, 5)
    assert dict(found.by_rhythm) == {"instant": 4, "daily": 1}
    assert dict(found.by_language) == {"ar": 3, "fr": 2}


async def test_who_came_before_the_period_is_not_new(scene: Scene) -> None:
    await scene.reader(1)
    scene.clock.move(days=7)
    await scene.reader(2)
    found = {span: (await read(scene, span)).readers for span in Span}
    assert {span: one.new for span, one in found.items()} == {Span.DAY: 1, Span.WEEK: 1, Span.MONTH: 2}
    assert [one.now for one in found.values()] == [2, 2, 2]


@pytest.mark.parametrize("way", ["stops", "blocks", "is erased"])
async def test_who_leaves_is_lost_once_and_in_those_days(scene: Scene, way: str) -> None:
    await scene.reader(1)
    await scene.reader(2)
    scene.clock.move(hours=1)
    await leave(scene, 1, way)
    assert [(one.now, one.lost) for one in [(await read(scene, span)).readers for span in Span]] == [(1, 1)] * 3
    scene.clock.move(days=8)
    assert [(await read(scene, span)).readers.lost for span in Span] == [0, 0, 1]


async def test_who_stops_and_is_then_shut_out_is_lost_once_and_who_returns_is_not(scene: Scene) -> None:
    await scene.reader(1)
    await leave(scene, 1, "stops")
    scene.clock.move(seconds=1)
    await leave(scene, 1, "blocks")
    assert (await read(scene)).readers.lost == 1
    async with scene.database.write() as connection:
        await chats.greet(connection, 1, "private", scene.clock())
        reader = await subscribers.find(connection, 1)
        assert reader
        await subscribers.change(connection, reader.id, state="active")
    found = (await read(scene)).readers
    assert (found.now, found.lost) == (1, 0)


async def test_active_is_who_gave_a_sign_of_life_in_those_days(scene: Scene) -> None:
    """What is older than an hour is kept by its day alone, and still counts."""
    for chat_id, days in ((1, 0), (2, 3), (3, 6), (4, 9)):
        await scene.reader(chat_id)
        at = scene.clock() - timedelta(days=days)
        alive = update(chats_table).where(chats_table.c.id == chat_id)
        async with scene.database.write() as connection:
            await connection.execute(alive.values(alive_at=at))
    assert [(await read(scene, span)).readers.active for span in Span] == [1, 3, 4]
    scene.clock.move(hours=2)
    async with scene.database.write() as connection:
        assert await keep(connection, chats.TERM, scene.clock()) == 4
    assert [(await read(scene, span)).readers.active for span in Span] == [1, 3, 4]


async def test_articles_are_counted_by_topic(scene: Scene) -> None:
    await scene.publish("s:sports")
    scene.clock.move(days=3)
    for tags in (("s:economy", "c:TJ"), ("s:economy",), ("s:sports",)):
        await scene.publish(*tags)
    found = {span: await read(scene, span) for span in Span}
    assert {span: one.articles for span, one in found.items()} == {Span.DAY: 3, Span.WEEK: 4, Span.MONTH: 4}
    assert found[Span.DAY].by_topic["s:economy"] == 2
    assert {tag: found[Span.WEEK].by_topic[tag] for tag in ("s:economy", "s:sports", "c:TJ")} == {
        "s:economy": 2, "s:sports": 2, "c:TJ": 1
    }  # fmt: skip
    assert ALL not in found[Span.DAY].by_topic  # everything has that
    assert [*found[Span.DAY].by_topic.values()] == sorted(found[Span.DAY].by_topic.values(), reverse=True)


async def test_what_readers_do_not_see_is_counted_nowhere(scene: Scene) -> None:
    await scene.publish("s:sports")
    async with scene.database.write() as connection:
        await connection.execute(update(articles_table).values(gate="refused"))
    found = await read(scene)
    assert (found.articles, dict(found.by_topic)) == (0, {})


async def bring(scene: Scene, claimed: Sequence[Claimed], *seconds: float) -> None:
    """Let rows land one after the other, each so many seconds after the one before."""
    for row, after in zip(claimed, seconds, strict=True):
        scene.clock.move(seconds=after)
        await scene.land(row)


async def test_deliveries_are_timed_from_when_we_had_the_article(scene: Scene) -> None:
    for chat_id in (1, 2, 3, 4):
        await scene.reader(chat_id, "s:sports")
    await scene.article("s:sports")
    await bring(scene, await scene.claim(), 1, 1, 1, 7)
    times = (await read(scene)).delivered
    assert times
    assert (times.half, times.most, times.count) == (timedelta(seconds=2), timedelta(seconds=10), 4)


async def test_who_did_not_want_it_at_once_or_came_later_is_not_timed(scene: Scene) -> None:
    await scene.reader(1, "s:sports")
    for chat_id, schedule in ((2, DAILY), (3, QUIET)):
        await scene.reader(chat_id, "s:sports", schedule=schedule)
    paused = await scene.reader(4, "s:sports")
    async with scene.database.write() as connection:
        await subscribers.change(connection, paused.id, paused_until=scene.clock() + timedelta(minutes=5))
    push_id = await scene.article("s:sports")
    scene.clock.move(seconds=2)
    late = await scene.reader(5, "s:sports")
    await add_row(scene, push_id, late.id)
    while claimed := await scene.claim():
        for row in claimed:
            await scene.land(row)
        scene.clock.move(days=2)
    assert sorted({*(await scene.states(push_id)).values()}) == ["sent"]
    times = (await read(scene)).delivered
    assert times
    assert (times.half, times.count) == (timedelta(seconds=2), 1)


async def add_row(scene: Scene, push_id: int, reader_id: int) -> None:
    async with scene.database.write() as connection:
        assert await deliveries.add_one(connection, push_id, reader_id, scene.clock())


async def test_of_many_deliveries_some_are_timed(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    for chat_id in range(1, 9):
        await scene.reader(chat_id, "s:sports")
    await scene.article("s:sports")
    for row in await scene.claim():
        await scene.land(row)
    assert MOST_LOOKED >= 10_000
    counts = []
    for most in (8, 4, 1):
        monkeypatch.setattr(stats, "MOST_LOOKED", most)
        times = (await read(scene)).delivered
        counts.append(times.count if times else 0)
    assert counts == [8, 4, 1]


async def test_openings_are_told_by_day_and_not_where_nobody_counts(scene: Scene) -> None:
    await scene.publish("s:sports")
    today = datetime(2026, 11, 24, tzinfo=UTC).date()
    async with scene.database.write() as connection:
        for days in (0, 0, 1, 6, 7, 91):
            await openings.count(connection, 1, today - timedelta(days=days))
    assert [(await read(scene, span)).opened for span in Span] == [2, 4, 5]
    async with scene.database.read() as connection:
        found = await stats.read(connection, period_of(Span.DAY, ZONE, scene.clock()), counts_openings=False)
    assert found.opened is None
    async with scene.database.write() as connection:
        assert await keep(connection, openings.TERM, scene.clock()) == 1


async def wait(desk: ReplyDesk, who: int, minutes: float) -> Reply:
    reply = await desk.pending(who)
    desk.clock.move(minutes=minutes)
    return reply


async def test_replies_are_counted_by_what_became_of_them_in_the_end(desk: ReplyDesk) -> None:
    one = await wait(desk, 1, 1)
    one = await desk.do(one, Action.APPROVE, desk.amal)
    one = await desk.do(one, Action.UNDO, desk.amal)
    await desk.do(one, Action.APPROVE, desk.badr)
    desk.clock.move(seconds=GRACE.total_seconds())
    await desk.advance(one)
    await desk.reject(await wait(desk, 2, 10), desk.amal)
    await desk.do(await wait(desk, 3, 2), Action.SPAM, desk.badr)
    back = await desk.do(await wait(desk, 4, 4), Action.RETURN, desk.badr, code=Code.UNREADABLE)
    await desk.do(back, Action.WITHDRAW, desk.acting(4))
    await desk.do(await desk.pending(5), Action.WITHDRAW, desk.acting(5))
    await desk.pending(6)
    found = (await read(desk.scene)).replies
    assert dict(found.by_outcome) == {
        Outcome.PUBLISHED: 1, Outcome.REJECTED: 1, Outcome.SPAM: 1, Outcome.WITHDRAWN: 2
    }  # fmt: skip
    assert found.waiting == 1
    assert found.decided
    assert found.decided.count == 5  # approved twice, rejected, spam, returned
    assert (found.decided.half, found.decided.most) == (timedelta(minutes=2), timedelta(minutes=10))


async def test_a_vote_that_is_not_the_last_is_no_decision(desk: ReplyDesk) -> None:
    reply = await wait(desk, 1, 3)
    reply = await vote(desk, reply, desk.amal)
    assert (await read(desk.scene)).replies.decided is None
    desk.clock.move(minutes=2)
    await vote(desk, reply, desk.badr)
    times = (await read(desk.scene)).replies.decided
    assert times
    assert (times.half, times.count) == (timedelta(minutes=5), 1)


async def vote(desk: ReplyDesk, reply: Reply, who: Actor) -> Reply:
    await desk.act(reply, Action.APPROVE, who, quorum=2)
    return await desk.see(reply)


async def test_figures_stay_when_what_they_count_is_erased(desk: ReplyDesk) -> None:
    await desk.reject(await wait(desk, 1, 6), desk.amal)
    async with desk.database.write() as connection:
        await people.forget(connection, people.Person(1, desk.vault.author_key(1)), desk.clock())
    found = (await read(desk.scene)).replies
    assert dict(found.by_outcome) == {Outcome.REJECTED: 1}
    assert found.decided
    assert found.decided.half == timedelta(minutes=6)


async def test_a_wish_is_claimed_by_its_job_alone_and_asked_once(scene: Scene) -> None:
    wanted = Wish(7, "ar", what="week", message_id=12)
    async with scene.database.write() as connection:
        assert await ask(connection, wanted, scene.clock())
        assert not await ask(connection, wanted, scene.clock())
        assert await ask(connection, Wish(7, "ar", what="day", message_id=12), scene.clock())
        assert await ask(connection, Wish(7, "ar"), scene.clock())
        assert [one.what for one in await claim(connection, scene.clock())] == ["backup"]
        taken = await claim(connection, scene.clock(), FIGURES)
        assert sorted((one.what, one.message_id) for one in taken) == [("day", 12), ("week", 12)]
        assert not await is_any_due(connection, scene.clock(), FIGURES)
        assert await is_any_due(connection, scene.clock() + timedelta(minutes=2), FIGURES)  # its worker is dead
        assert await end(connection, taken[0])
        assert not await end(connection, taken[0])
