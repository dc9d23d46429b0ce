"""Articles that editors send by hand: whom they reach and when, and that nobody has one twice; on both engines."""

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from db.collecting import errands as errands_table
from db.store import articles as store
from db.store import crowds, dossiers, errands, gate, pushes, staff
from db.store.errands import Deed, Errand
from db.tables import articles, deliveries, follows
from db.tables import pushes as pushes_table
from jobs.plan import Planner
from newsroom.broadcasts import LEAD
from newsroom.crowds import Crowd
from newsroom.dossiers import Dossier, Stand
from newsroom.pushes import Lane, PushState
from newsroom.readers import Rhythm, Schedule
from newsroom.roles import Role
from newsroom.topics import Topicality
from tests.scene import Scene
from tests.terms import keep

EDITOR = 50
DAILY = Schedule(Rhythm.DAILY, "Asia/Riyadh", hour=20)  # it is noon there
ASLEEP = Schedule(Rhythm.DAILY, "Asia/Riyadh", quiet_from=11, quiet_to=13)
WAKES = Schedule(Rhythm.DAILY, "Asia/Riyadh", quiet_from=11, quiet_to=13, wakes=True)


@pytest.fixture
def planner(scene: Scene) -> Planner:
    return Planner(scene.database, scene.lease)


async def plan(planner: Planner) -> None:
    while await planner.step():
        pass


async def see(scene: Scene, number: int = 1) -> Dossier:
    async with scene.database.read() as connection:
        found = await dossiers.read(connection, number)
    assert found
    return found


async def send(scene: Scene, planner: Planner, lane: Lane = Lane.NEWS) -> None:
    dossier = await see(scene)
    async with scene.database.write() as connection:
        await dossiers.send(connection, dossier, lane, scene.clock())
    await plan(planner)


async def hold(scene: Scene) -> None:
    """Let an article wait that nobody was sent."""
    await scene.publish("s:a", proven=False)
    async with scene.database.write() as connection:
        await connection.execute(pushes_table.delete())
        await connection.execute(update(articles).values(gate="held"))


async def due(scene: Scene) -> dict[int, timedelta]:
    """When a row falls due to each chat, from now on."""
    async with scene.database.read() as connection:
        found = await connection.execute(select(deliveries.c.subscriber_id, deliveries.c.due_at))
        return {row.subscriber_id: row.due_at - scene.clock() for row in found}


async def land_all(scene: Scene) -> int:
    """Let all that is due now arrive; answers how many messages that were."""
    landed = 0
    while claimed := await scene.claim_later():
        for row in claimed:
            landed += not row.refused
            await scene.land(row)
    return landed


async def follow_late(scene: Scene, chat_id: int) -> int:
    return (await scene.reader(chat_id, "s:a")).id


async def test_what_waits_gets_its_yes_by_being_sent_and_staff_have_it_first(scene: Scene, planner: Planner) -> None:
    await hold(scene)
    reader, other = await scene.reader(1, "s:a"), await scene.reader(2, "s:b")
    editor = await scene.reader(EDITOR, "s:a")
    async with scene.database.write() as connection:
        await staff.grant(connection, EDITOR, Role.EDITOR, scene.clock())
    assert (await see(scene)).stand is Stand.HELD
    await send(scene, planner)
    fell_due = await due(scene)
    assert set(fell_due) == {reader.id, editor.id}
    assert fell_due[reader.id] == LEAD
    assert fell_due[editor.id] < timedelta()
    assert other.id not in fell_due
    sent = await see(scene)
    assert sent.stand is Stand.RUNNING
    assert sent.is_before_readers(scene.clock())


async def test_nobody_gets_it_before_the_lead_is_over_and_it_can_be_stopped(scene: Scene, planner: Planner) -> None:
    await hold(scene)
    await scene.reader(1, "s:a")
    await send(scene, planner)
    assert await scene.claim() == []
    sent = (await see(scene)).sent
    assert sent
    async with scene.database.write() as connection:
        await pushes.set_state(connection, sent.push_id, PushState.CANCELLED, [PushState.RUNNING], scene.clock())
    scene.clock.move(minutes=5)
    assert await scene.claim() == []
    assert (await see(scene)).stand is Stand.STOPPED


async def test_who_wants_it_and_has_not_had_it_is_counted(scene: Scene) -> None:
    for chat_id in (1, 2, 3):
        await scene.reader(chat_id, "s:a")
    await scene.reader(4, "s:a", mutes=["c:TJ"])
    await scene.reader(5, "s:b")
    await scene.article("s:a", "c:TJ")
    assert (await see(scene)).left == 3
    (first,) = await scene.claim(1)
    await scene.land(first)
    dossier = await see(scene)
    assert (dossier.left, dossier.reached) == (2, 1)


async def test_sent_again_it_reaches_who_follows_since_and_nobody_twice(scene: Scene, planner: Planner) -> None:
    await scene.reader(1, "s:a")
    await scene.article("s:a")
    assert await land_all(scene) == 1
    late = await follow_late(scene, 2)
    assert (await see(scene)).left == 1
    await send(scene, planner)
    scene.clock.move(seconds=LEAD.total_seconds())
    assert await land_all(scene) == 1
    (push,) = {row.push_id for row in await scene.rows(1)}
    assert (await scene.states(push))[late] == "sent"
    assert (await see(scene)).left == 0


async def test_sent_again_by_other_topics_it_reaches_who_follows_these(scene: Scene, planner: Planner) -> None:
    await scene.reader(1, "s:a")
    await scene.article("s:a")
    await plan(planner)
    await land_all(scene)
    other = await scene.reader(2, "s:b")
    async with scene.database.write() as connection:
        await connection.execute(follows.insert().values(subscriber_id=1, tag="s:b", muted=False))
        await store.set_topics(connection, 1, Topicality(["s:b"]))
    await send(scene, planner)
    assert (await due(scene))[other.id] == LEAD


async def test_who_missed_it_is_queued_again_and_who_may_have_it_is_not(scene: Scene, planner: Planner) -> None:
    for chat_id in (1, 2, 3, 4):
        await scene.reader(chat_id, "s:a")
    push = await scene.article("s:a")
    states = {1: ("failed", None), 2: ("skipped", None), 3: ("uncertain", None), 4: ("sent", 77)}
    async with scene.database.write() as connection:
        for subscriber, (state, message) in states.items():
            this = update(deliveries).where(deliveries.c.subscriber_id == subscriber)
            await connection.execute(this.values(state=state, message_id=message))
    await send(scene, planner)
    assert await scene.states(push) == {1: "queued", 2: "queued", 3: "uncertain", 4: "sent"}


async def test_breaking_news_wait_for_no_rhythm_and_for_quiet_hours_unless_these_are_waived(
    scene: Scene, planner: Planner
) -> None:
    daily, asleep = await scene.reader(1, "s:a", schedule=DAILY), await scene.reader(2, "s:a", schedule=ASLEEP)
    woken = await scene.reader(3, "s:a", schedule=WAKES)
    await scene.article("s:a")
    assert min((await due(scene)).values()) > LEAD
    await send(scene, planner, Lane.BREAKING)
    scene.clock.move(seconds=LEAD.total_seconds())
    claimed = {row.row_id for row in await scene.claim()}
    assert claimed == {daily.id, woken.id}
    assert (await due(scene))[asleep.id] > timedelta(minutes=50)


async def test_what_is_opened_as_breaking_news_is_planned_so(scene: Scene, planner: Planner) -> None:
    await hold(scene)
    daily, asleep = await scene.reader(1, "s:a", schedule=DAILY), await scene.reader(2, "s:a", schedule=ASLEEP)
    await send(scene, planner, Lane.BREAKING)
    fell_due = await due(scene)
    assert fell_due[daily.id] == LEAD
    assert fell_due[asleep.id] > LEAD
    assert await scene.one(select(pushes_table.c.lane)) == Lane.BREAKING


async def test_a_lane_is_never_lowered_by_sending_again(scene: Scene, planner: Planner) -> None:
    await scene.reader(1, "s:a")
    await scene.article("s:a", lane=Lane.BREAKING)
    await send(scene, planner, Lane.NEWS)
    assert await scene.one(select(pushes_table.c.lane)) == Lane.BREAKING


async def test_who_has_it_is_a_crowd(scene: Scene) -> None:
    for chat_id in (1, 2):
        await scene.reader(chat_id, "s:a")
    await scene.article("s:a")
    async with scene.database.read() as connection:
        assert await crowds.count(connection, Crowd(story=1), scene.clock()) == 0
        assert await crowds.count(connection, Crowd(story=9), scene.clock()) == 0
    (first,) = await scene.claim(1)
    await scene.land(first)
    async with scene.database.read() as connection:
        assert await crowds.count(connection, Crowd(story=1), scene.clock()) == 1


async def test_other_words_wait_beside_those_that_readers_see(scene: Scene) -> None:
    await scene.article("s:a")
    async with scene.database.write() as connection:
        await gate.propose(connection, 1, {"title": "قمة في دوشنبه"}, scene.clock())
    dossier = await see(scene)
    assert dossier.article.title == "قمة في دوشنبه"
    assert dossier.public
    assert dossier.public.title == "قمة"
    async with scene.database.write() as connection:
        await gate.propose(connection, 1, {"title": "قمة في خجند"}, scene.clock())
        assert await gate.publish(connection, 1, scene.clock())
    assert (await see(scene)).article.title == "قمة في خجند"
    assert await scene.one(select(pushes_table.c.wanted)) == 3


async def test_what_was_left_is_shown_no_more(scene: Scene) -> None:
    await scene.article("s:a")
    async with scene.database.write() as connection:
        await gate.propose(connection, 1, {"title": "قمة في دوشنبه"}, scene.clock())
        assert await gate.refuse(connection, 1)
    dossier = await see(scene)
    assert (dossier.article.title, dossier.public) == ("قمة", None)


async def test_what_waits_is_a_queue_from_the_oldest_on(scene: Scene) -> None:
    for _ in range(4):
        await scene.publish("s:a")
    async with scene.database.write() as connection:
        assert await gate.find_next(connection, 0) is None
        await connection.execute(update(articles).where(articles.c.id.in_((1, 3))).values(gate="held"))
        await gate.propose(connection, 4, {"title": "قمة في دوشنبه"}, scene.clock())
        await connection.execute(update(articles).where(articles.c.id == 3).values(archived=True))
        assert await gate.count_waiting(connection) == 2
        assert [await gate.find_next(connection, after) for after in (0, 1, 4)] == [1, 4, 1]


async def test_an_errand_is_taken_by_one_and_ends_once(scene: Scene) -> None:
    errand = Errand(Deed.PUBLISH, "https://x.example/1", 50, "ar", "50")
    async with scene.database.write() as connection:
        await errands.begin(connection, errand, scene.clock())
        number = await errands.begin(connection, errand, scene.clock())
        taken = await errands.claim(connection, scene.clock())
        assert taken
        assert (taken.id, taken.deed, taken.said) == (number, Deed.PUBLISH, errand.said)
        assert await errands.claim(connection, scene.clock()) is None
        assert not await errands.is_any_due(connection, scene.clock())
        assert await errands.is_any_due(connection, scene.clock() + errands.PATIENCE)
        assert await errands.end(connection, taken)
        assert not await errands.end(connection, taken)


async def test_a_reason_waits_for_its_editor_alone_and_not_for_long(scene: Scene) -> None:
    await scene.publish("s:a")
    errand = Errand(Deed.RETRACT, "خبر غير دقيق", 50, "ar", "50", 1)
    async with scene.database.write() as connection:
        number = await errands.begin(connection, errand, scene.clock())
        assert not await errands.is_any_due(connection, scene.clock())
        assert await errands.find(connection, number, 51, scene.clock()) is None
        found = await errands.find(connection, number, 50, scene.clock())
        assert found
        assert (found.said, found.article_id) == ("خبر غير دقيق", 1)
        assert await errands.find(connection, number, 50, scene.clock() + errands.WAITS) is None
        assert await keep(connection, errands.TERM, scene.clock() + timedelta(days=2)) == 1


async def test_what_is_begun_about_another_page_stands_beside(scene: Scene) -> None:
    async with scene.database.write() as connection:
        for address in ("https://site.example/a", "https://site.example/b", "https://site.example/a"):
            errand = Errand(Deed.PUBLISH, address, 50, "ar", "50")
            await errands.begin(connection, errand, scene.clock())
        begun = (await connection.execute(select(errands_table.c.said).order_by(errands_table.c.id))).scalars().all()
    assert begun == ["https://site.example/b", "https://site.example/a"]
