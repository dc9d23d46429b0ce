"""Stories that more than one source tells: who has the message sees both named, as long as that costs little."""

from dataclasses import replace

import pytest
from sqlalchemy import insert, select

from db.store import gate
from db.store.sketches import MOST_OF_MARK
from db.tables import articles as articles_table
from db.tables import deliveries, pushes
from newsroom.changes import Wording
from newsroom.stories import MOST_NAMED, MOST_RENAMED
from newsroom.work import Rendering
from tests.db.test_gate import AGAIN, column, read, shown, source, store
from tests.scene import Scene

LATER = Wording(AGAIN.title, AGAIN.lead, AGAIN.body + " وحضر الحفل جمهور.")


async def told(scene: Scene, *, sends: bool = True) -> None:
    """News of one source that a reader has."""
    await scene.reader(1, "s:economy")
    await store(scene, await source(scene, "a"), read("a"))
    await scene.plan()
    if sends:
        (row,) = await scene.claim_later()
        await scene.land(row, rendering=Rendering("sendMessage", b"", 1, 1))


async def tell_too(scene: Scene, name: str = "b") -> None:
    await store(scene, await source(scene, name), read(name, AGAIN))


async def wanted(scene: Scene) -> int:
    return int(await scene.one(select(pushes.c.wanted)))


async def send_to(scene: Scene, count: int) -> None:
    """Let more readers have the message."""
    row = {"push_id": 1, "state": "sent", "due_at": scene.clock(), "article_id": 1, "version": 1}
    async with scene.database.write() as connection:
        await connection.execute(insert(deliveries), [row | {"subscriber_id": 1000 + one} for one in range(count)])


async def test_what_was_sent_lately_is_edited_to_name_both_and_is_no_correction(scene: Scene) -> None:
    await told(scene)
    before = await shown(scene, 1)
    await tell_too(scene)
    (row,) = await scene.claim_later()
    assert row.edit
    assert (row.edit.shown, row.edit.wanted) == (1, 2)
    story = await shown(scene, 1)
    assert (story.title, story.lead, story.body) == (before.title, before.lead, before.body)
    assert (story.others, story.corrected_at) == ((("b", ""),), None)


async def test_where_nothing_was_sent_nothing_is_edited(scene: Scene) -> None:
    await told(scene, sends=False)
    await tell_too(scene)
    assert await wanted(scene) == 1


async def test_what_is_just_leaving_is_edited_when_it_has_arrived(scene: Scene) -> None:
    await told(scene, sends=False)
    (row,) = await scene.claim_later()
    await tell_too(scene)
    await scene.land(row, rendering=Rendering("sendMessage", b"", 1, 1))
    (again,) = await scene.claim_later()
    assert again.edit


async def test_an_hour_later_only_what_is_sent_from_then_on_names_both(scene: Scene) -> None:
    await told(scene)
    scene.clock.move(hours=1)
    await tell_too(scene)
    assert await wanted(scene) == 1
    assert (await shown(scene, 1)).others == (("b", ""),)


async def test_a_crowd_is_not_edited_for_a_name(scene: Scene) -> None:
    await told(scene)
    await send_to(scene, MOST_RENAMED)
    await tell_too(scene)
    assert await wanted(scene) == 1


async def test_a_few_less_than_a_crowd_are(scene: Scene) -> None:
    await told(scene)
    await send_to(scene, MOST_RENAMED - 1)
    await tell_too(scene)
    assert await wanted(scene) == 2


async def test_who_tells_it_again_is_named_already(scene: Scene) -> None:
    await told(scene)
    await store(scene, await source(scene, "b"), read("b", AGAIN), read("b2", LATER))
    assert await column(scene, "story_id", 3) == 1
    assert await wanted(scene) == 2


async def test_nothing_is_edited_for_more_names_than_are_shown(scene: Scene) -> None:
    await told(scene)
    for number in range(MOST_NAMED + 1):
        await tell_too(scene, f"other{number}")
    assert len((await shown(scene, 1)).others) == MOST_NAMED + 1
    assert await wanted(scene) == MOST_NAMED


async def test_who_waits_for_a_yes_is_named_after_it(scene: Scene) -> None:
    await told(scene)
    await store(scene, await source(scene, "b", gate="held"), read("b", AGAIN))
    assert await wanted(scene) == 1
    async with scene.database.write() as connection:
        assert await gate.publish(connection, 2, scene.clock())
    assert await wanted(scene) == 2


async def test_a_story_that_was_stopped_stays_as_it_is(scene: Scene) -> None:
    await told(scene)
    async with scene.database.write() as connection:
        await connection.execute(pushes.update().values(state="cancelled"))
    await tell_too(scene)
    assert await scene.one(select(articles_table.c.story_id).where(articles_table.c.id == 2)) == 1
    assert await wanted(scene) == 1


@pytest.mark.parametrize(("left", "tellers"), [(2, 1), (0, 0)])
async def test_what_is_in_many_texts_of_these_days_leads_to_the_newest_of_them_alone(
    scene: Scene, left: int, tellers: int
) -> None:
    """So the marks that all have are not counted through for each article; those that are left find it."""
    first, again = read("a"), read("b", AGAIN)
    assert first.sketch
    assert again.sketch
    shared = sorted({*first.sketch.marks} & {*again.sketch.marks})
    await store(scene, await source(scene, "a"), first)
    fillers = [read(f"c{number}", Wording(f"{number}", f"{number}", "")) for number in range(MOST_OF_MARK)]
    common = tuple(shared[left:])
    await store(
        scene,
        await source(scene, "c"),
        *(replace(one, sketch=replace(one.sketch, marks=common)) for one in fillers if one.sketch),
    )
    await store(scene, await source(scene, "b"), again)
    assert len((await shown(scene, 1)).others) == tellers
