"""Milestones: what a reader follows and what has come so far, as the tour of the demo counts it."""

from db.store import milestones
from tests.desk import ReplyDesk
from tests.scene import Scene

SALMA, NOUR, HUDA = 7_700_123_456, 7_700_123_457, 7_700_123_458


async def read(world: Scene | ReplyDesk, chat_id: int = 1) -> dict[str, int]:
    async with world.database.read() as connection:
        return {name: count for name, count in (await milestones.read(connection, chat_id)).items() if count}


async def test_what_is_followed_is_told_and_what_is_muted_is_not(scene: Scene) -> None:
    await scene.reader(1, "s:sports", "s:economy", mutes=["s:culture"])
    await scene.reader(2, "s:diplomacy")
    async with scene.database.read() as connection:
        assert sorted(await milestones.list_followed(connection, 1)) == ["s:economy", "s:sports"]
        assert await milestones.list_followed(connection, 3) == []


async def test_an_article_counts_for_its_reader_when_it_has_arrived(scene: Scene) -> None:
    await scene.reader(1, "s:sports")
    await scene.reader(2, "s:economy")
    await scene.article("s:sports")
    (claimed,) = await scene.claim()
    assert await read(scene) == {}
    await scene.land(claimed)
    assert await read(scene) == {"articles": 1}
    assert await read(scene, chat_id=2) == {}


async def test_a_reply_counts_with_each_step_that_it_takes(desk: ReplyDesk) -> None:
    await desk.reject(await desk.pending(SALMA), desk.amal)
    assert await read(desk) == {"submitted": 1, "decided": 1}
    await desk.published(NOUR)
    await desk.pending(HUDA)
    assert await read(desk) == {"submitted": 3, "decided": 2, "published": 1}
