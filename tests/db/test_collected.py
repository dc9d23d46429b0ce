"""What a poll brought: numbers, versions, twins and pushes, written at once."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from sqlalchemy import func, select

from db.store import articles, collected, sources
from db.store.collected import Found, Read
from db.store.sources import Source
from db.tables import articles as articles_table
from db.tables import pushes, versions
from newsroom.articles import ParsedArticle
from newsroom.topics import Reason, Topicality
from tests.scene import Scene

FEED, OTHER_FEED = "https://site.example/feed", "https://other.example/feed"


def item(number: int, **others: Any) -> ParsedArticle:
    address = f"https://site.example/{number}"
    plain = ParsedArticle(f"g{number}", address, f"عنوان {number}", "نص", f"نص {number}", language="ar")
    return replace(plain, **others)


def about(*items: ParsedArticle) -> list[Read]:
    return [Read(one, Topicality(["s:diplomacy"], why={"s:diplomacy": [Reason("قمة", "title", 9)]})) for one in items]


async def source(scene: Scene, url: str = FEED, *, met: bool = True) -> Source:
    async with scene.database.write() as connection:
        await sources.add(connection, url, scene.clock())
        found = {one.url: one for one in await sources.claim_due(connection, scene.lease.id, (), 9, scene.clock())}[url]
    return replace(found, first_contact_at=scene.clock() - timedelta(days=1)) if met else found


async def store(scene: Scene, origin: Source, *items: ParsedArticle) -> Found:
    async with scene.database.write() as connection:
        return await collected.store(connection, origin, about(*items), scene.clock())


async def count(scene: Scene, table: object) -> int:
    return int(await scene.one(select(func.count()).select_from(table)))  # type: ignore[arg-type]


async def test_new_articles_are_numbered_from_one_without_gaps_and_pushed(scene: Scene) -> None:
    found = await store(scene, await source(scene), item(1), item(2), item(3))
    assert found == Found(new=3, pushed=3)
    async with scene.database.read() as connection:
        stored = [await articles.find(connection, number) for number in (1, 2, 3)]
    assert [one.title for one in stored if one] == ["عنوان 1", "عنوان 2", "عنوان 3"]


async def test_what_stood_in_the_feed_at_first_contact_is_archive(scene: Scene) -> None:
    assert await store(scene, await source(scene, met=False), item(1), item(2)) == Found(new=2)
    assert await count(scene, pushes) == 0


async def test_the_same_poll_again_brings_nothing(scene: Scene) -> None:
    origin = await source(scene)
    await store(scene, origin, item(1))
    assert await store(scene, origin, item(1), item(1)) == Found()


async def test_other_words_are_a_new_version_and_no_new_push(scene: Scene) -> None:
    origin = await source(scene)
    await store(scene, origin, item(1))
    assert await store(scene, origin, item(1, body="نص مصحح")) == Found(changed=1)
    async with scene.database.read() as connection:
        stored = await articles.find(connection, 1)
    assert stored
    assert (stored.version, stored.body) == (2, "نص مصحح")
    assert (await count(scene, versions), await count(scene, pushes)) == (2, 1)


async def test_a_twin_from_another_source_joins_the_story_and_is_not_pushed(scene: Scene) -> None:
    await store(scene, await source(scene), item(1))
    twin = item(1, guid="x", url="https://other.example/9")
    assert await store(scene, await source(scene, OTHER_FEED), twin) == Found(new=1)
    assert await scene.one(select(articles_table.c.story_id).where(articles_table.c.id == 2)) == 1
    assert await count(scene, pushes) == 1


async def test_an_item_that_a_feed_lists_twice_is_one_article(scene: Scene) -> None:
    assert (await store(scene, await source(scene), item(1), item(1, guid="again"))).new == 1


async def test_the_second_of_two_items_is_judged_by_what_the_first_wrote(scene: Scene) -> None:
    origin = await source(scene)
    await store(scene, origin, item(1))
    assert (await store(scene, origin, item(1, body="ثانٍ"), item(1, body="ثالث"), item(1, body="ثالث"))).changed == 2
    assert await scene.one(select(articles_table.c.version)) == 3


async def test_only_what_is_new_or_changed_is_chosen_for_reading(scene: Scene) -> None:
    origin = await source(scene)
    await store(scene, origin, item(1), item(2))
    async with scene.database.read() as connection:
        chosen = await collected.choose_unknown(connection, origin, [item(1), item(2, title="آخر"), item(3)])
    assert [one.guid for one in chosen] == ["g2", "g3"]


async def test_why_an_article_is_about_a_topic_is_kept(scene: Scene) -> None:
    await store(scene, await source(scene), item(1))
    async with scene.database.read() as connection:
        assert sorted(await articles.list_topics(connection, 1)) == ["all", "s:diplomacy"]
        assert await articles.count_topics(connection, scene.clock() - timedelta(days=1)) == {
            "all": 1,
            "s:diplomacy": 1,
        }


async def test_the_newest_are_listed_by_topic_one_of_each_story(scene: Scene) -> None:
    origin = await source(scene)
    await store(scene, origin, *(item(number) for number in range(1, 5)))
    await store(scene, await source(scene, OTHER_FEED), item(4, guid="x", url="https://other.example/9"))
    async with scene.database.read() as connection:
        newest = await articles.list_latest(connection, "s:diplomacy", 2)
        older = await articles.list_latest(connection, "s:diplomacy", 2, offset=2)
        none = await articles.list_latest(connection, "s:sports", 2)
    assert [[one.id for one in page] for page in (newest, older, none)] == [[4, 3], [2, 1], []]


async def test_a_source_that_was_removed_begins_anew_when_it_is_added_again(scene: Scene) -> None:
    await store(scene, await source(scene), item(1))
    async with scene.database.write() as connection:
        assert not await sources.revive(connection, FEED, scene.clock())
        assert await sources.remove(connection, FEED)
        assert not await sources.add(connection, FEED, scene.clock())
        assert await sources.revive(connection, FEED, scene.clock())
        (again,) = await sources.claim_due(connection, scene.lease.id, (), 9, scene.clock())
    assert (again.url, again.first_contact_at, again.etag, again.seen) == (FEED, None, None, None)
