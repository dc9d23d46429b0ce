"""The index of the archive: the hits that are known, alike on both engines, whatever becomes of an article."""

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select, text, update

from db.meanings import indexing
from db.store import articles, corrections, search
from db.store.articles import Place
from jobs.index import Indexer
from newsroom.articles import ParsedArticle
from tests.archive import ARTICLES, QUERIES, ask, store
from tests.scene import Scene

NO_INDEX_YET = 60  # articles that were there before the index was


async def index(scene: Scene) -> None:
    indexer = Indexer(scene.database, chunk=7)
    while await indexer.step():
        pass


@pytest.fixture
async def archive(scene: Scene) -> Scene:
    """The sample archive: half of it was there before the index, half of it is indexed as it comes."""
    async with scene.database.write() as connection:
        await store(connection, ARTICLES[:NO_INDEX_YET])
    await index(scene)
    async with scene.database.write() as connection:
        await store(connection, ARTICLES[NO_INDEX_YET:])
    return scene


async def found(scene: Scene, said: str, limit: int = 100) -> list[int]:
    async with scene.database.read() as connection:
        return await ask(connection, said, limit)


async def test_every_query_finds_what_it_must_in_its_order(archive: Scene) -> None:
    answers = {row["query"]: await found(archive, row["query"]) for row in QUERIES}
    assert answers == {row["query"]: row["hits"] for row in QUERIES}
    assert len(QUERIES) >= 40


@pytest.mark.thorough
@pytest.mark.parametrize("limit", [1, 2, 3, 4, 6])
async def test_the_first_hits_are_the_first_of_all(archive: Scene, limit: int) -> None:
    assert await found(archive, "بكين", limit) == [41, 32, 31, 20, 7, 2][:limit]
    assert await found(archive, "شركة", limit) == [23, 4, 43, 31, 27, 25][:limit]


async def test_what_is_corrected_is_found_by_its_new_words_alone(archive: Scene) -> None:
    async with archive.database.write() as connection:
        assert await corrections.correct(connection, 39, {"title": "هافانا تشتري توربينات"}, archive.clock())
    assert await found(archive, "توربينات") == [39]
    assert await found(archive, "ألواح") == [39]  # its text still says so
    assert await found(archive, "كوبا الشمسية") == []


async def test_a_new_version_of_its_source_takes_the_place_of_the_old_one(archive: Scene) -> None:
    item = ParsedArticle("20", "https://site.example/20", "زيارة إلى شنغهاي", "نص", "نص آخر", language="ar")
    async with archive.database.write() as connection:
        (known,) = await articles.find_known(connection, 1, [item])
        await articles.add_version(connection, known, item, archive.clock())
    assert await found(archive, "لبنان") == []
    assert 20 in await found(archive, "شنغهاي")


async def test_what_is_taken_back_is_not_found(archive: Scene) -> None:
    async with archive.database.write() as connection:
        assert await corrections.retract(connection, 39, "خطأ", archive.clock())
    assert await found(archive, "كوبا") == []


async def test_what_was_corrected_before_it_was_indexed_is_found_by_its_new_words(scene: Scene) -> None:
    async with scene.database.write() as connection:
        await store(connection, ARTICLES[:40])
    await Indexer(scene.database).step()  # begun, and nothing is in it yet
    async with scene.database.write() as connection:
        await corrections.correct(connection, 39, {"title": "هافانا"}, scene.clock())
        await corrections.correct(connection, 39, {"title": "سانتياغو"}, scene.clock())
    await index(scene)
    assert await found(scene, "سانتياغو") == [39]
    assert await found(scene, "هافانا") == []


async def test_a_twin_is_found_as_the_first_of_its_story(archive: Scene) -> None:
    row = ARTICLES[38]
    twin = ParsedArticle("x", "https://other.example/39", row["title"], row["lead"], row["body"], language="ar")
    async with archive.database.write() as connection:
        await articles.add(connection, twin, Place(1, archived=True, story_id=39), archive.clock())
    assert await found(archive, "كوبا") == [39]


async def test_indexing_goes_on_where_it_stopped_and_twice_is_once(scene: Scene) -> None:
    async with scene.database.write() as connection:
        await store(connection, ARTICLES[:40])
    for _ in range(3):
        await Indexer(scene.database, chunk=7).step()
    assert await scene.one(select(indexing.c.below)) == 41 - 14
    assert await found(scene, "كوبا") == [39]
    assert await found(scene, "لبنان") == []
    await index(scene)
    assert not await Indexer(scene.database).step()
    assert await found(scene, "لبنان") == [20]
    assert len(await found(scene, "الصين")) == len(set(await found(scene, "الصين")))


async def test_an_index_of_another_analyser_is_made_anew(archive: Scene) -> None:
    async with archive.database.write() as connection:
        await connection.execute(update(indexing).values(analyser="0"))
        await corrections.correct(connection, 39, {"title": "هافانا"}, archive.clock())
    await index(archive)
    assert await found(archive, "هافانا") == [39]
    assert await found(archive, "لبنان") == [20]


async def test_the_index_is_made_anew_on_demand(archive: Scene) -> None:
    async with archive.database.write() as connection:
        await search.make_anew(connection)
    await index(archive)
    assert await found(archive, "لبنان") == [20]


async def test_an_empty_archive_has_an_index_with_nothing_in_it(scene: Scene) -> None:
    await index(scene)
    assert await found(scene, "لبنان") == []


async def test_what_a_title_and_a_text_say_together_is_no_phrase(archive: Scene) -> None:
    assert await found(archive, '"صينية الألواح"') == []
    assert await found(archive, "صينية الألواح") == [39]


async def test_a_word_that_is_there_very_often_is_found_alike_on_both_engines(archive: Scene) -> None:
    item = ParsedArticle("y", "https://site.example/y", "تكرار", "", "نهر " * 400 + "جاف", language="ar")
    async with archive.database.write() as connection:
        await articles.add(connection, item, Place(1, archived=True), archive.clock())
    assert await found(archive, "نهر جاف") == [121]
    assert await found(archive, '"نهر نهر"') == [121]
    assert await found(archive, '"نهر جاف"') == []


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(
    said=st.text(max_size=40)
    | st.lists(st.sampled_from(["الصين", "-بكين", "茶", "#TJ", "\"'", "5:", "*", "AND", "NOT", "(", ")", "economy"]))
)
async def test_whatever_is_typed_both_engines_can_be_asked(archive: Scene, said: Any) -> None:
    hits = await found(archive, said if isinstance(said, str) else " ".join(said))
    assert len(hits) == len(set(hits))


async def test_the_index_of_sqlite_is_sound(archive: Scene) -> None:
    if archive.database.is_sqlite:
        async with archive.database.write() as connection:
            await corrections.correct(connection, 39, {"title": "هافانا"}, archive.clock())
            await connection.execute(text("INSERT INTO fulltext (fulltext) VALUES ('integrity-check')"))
