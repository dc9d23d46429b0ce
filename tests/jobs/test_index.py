"""The job that fills the index: in small steps, each of them whole, and none where there is nothing to do."""

from sqlalchemy import select

from db.meanings import indexing
from jobs.index import CHUNK, Indexer
from newsroom.search import analyser
from tests.archive import ARTICLES, ask, store
from tests.scene import Scene


async def test_the_newest_are_indexed_first_a_few_at_a_time(scene: Scene) -> None:
    async with scene.database.write() as connection:
        await store(connection, ARTICLES[:50])
    indexer = Indexer(scene.database)
    assert await indexer.step()
    assert await indexer.step()
    assert await scene.one(select(indexing.c.below)) == 51 - CHUNK
    async with scene.database.read() as connection:
        assert await ask(connection, "كوبا") == [39]
        assert await ask(connection, "لبنان") == []


async def test_it_ends_and_then_writes_nothing(scene: Scene) -> None:
    async with scene.database.write() as connection:
        await store(connection, ARTICLES[:3])
    indexer = Indexer(scene.database)
    steps = 0
    while await indexer.step():
        steps += 1
    assert steps < 3
    assert await scene.one(select(indexing.c.analyser)) == analyser()
    assert not await indexer.step()
