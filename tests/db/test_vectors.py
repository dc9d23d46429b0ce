"""Twins in two languages: one story, pushed once, where the vectors say so, within three days."""

from dataclasses import replace
from datetime import timedelta

import pytest
from numpy import array, float16
from sqlalchemy import func, select

from db.meanings import vectors as vectors_table
from db.store import articles, collected, vectors
from db.store.collected import Found
from db.tables import articles as articles_table
from tests.db.test_collected import FEED, OTHER_FEED, about, item, source
from tests.scene import Scene
from tests.terms import keep

THIS, NEARLY, OTHER = ([1.0, 0.0], [0.9, 0.43], [0.0, 1.0])


async def store(scene: Scene, feed: str, number: int, language: str, vector: list[float]) -> Found:
    (read,) = about(item(number, language=language))
    read = replace(read, vector=array(vector, float16).tobytes())
    origin = await source(scene, feed)
    async with scene.database.write() as connection:
        return await collected.store(connection, origin, [read], scene.clock())


async def stories(scene: Scene) -> list[int]:
    async with scene.database.read() as connection:
        found = select(articles_table.c.story_id).order_by(articles_table.c.id)
        return list((await connection.execute(found)).scalars())


@pytest.fixture
async def told(scene: Scene) -> None:
    assert await store(scene, FEED, 1, "ar", THIS) == Found(new=1, pushed=1)


@pytest.mark.usefixtures("told")
async def test_the_same_in_another_language_is_one_story_and_pushed_once(scene: Scene) -> None:
    assert await store(scene, OTHER_FEED, 2, "en", NEARLY) == Found(new=1)
    assert await stories(scene) == [1, 1]


@pytest.mark.usefixtures("told")
@pytest.mark.parametrize(("language", "vector"), [("en", OTHER), ("ar", NEARLY)])
async def test_what_says_something_else_or_says_it_in_the_same_language_is_another_story(
    scene: Scene, language: str, vector: list[float]
) -> None:
    assert await store(scene, OTHER_FEED, 2, language, vector) == Found(new=1, pushed=1)
    assert await stories(scene) == [1, 2]


@pytest.mark.usefixtures("told")
async def test_what_comes_four_days_later_is_another_story(scene: Scene) -> None:
    scene.clock.move(days=4)
    assert await store(scene, OTHER_FEED, 2, "en", THIS) == Found(new=1, pushed=1)


@pytest.mark.usefixtures("told")
async def test_nothing_is_joined_with_what_was_taken_back(scene: Scene) -> None:
    async with scene.database.write() as connection:
        await articles.retract(connection, 1, "wrong")
    assert await store(scene, OTHER_FEED, 2, "en", THIS) == Found(new=1, pushed=1)


@pytest.mark.usefixtures("told")
async def test_vectors_are_forgotten_when_nothing_is_compared_with_them_any_more(scene: Scene) -> None:
    for days, kept in ((0, 1), (4, 0)):
        async with scene.database.write() as connection:
            await keep(connection, vectors.TERM, scene.clock() + timedelta(days=days))
        assert await scene.one(select(func.count()).select_from(vectors_table)) == kept
