"""Keywords in the store: tags like the topics, which only their followers ever hear of."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

from sqlalchemy import func, insert, select

from db.meanings import keywords as keywords_table
from db.showing import renderings
from db.store import articles, chats, collected, follows, keywords, sources
from db.store.collected import Found, Read
from db.store.sources import Source
from db.tables import article_topics, pushes
from db.tables import follows as follows_table
from newsroom.articles import ParsedArticle
from newsroom.keywords import KeywordIndex, read_keyword, tag_of
from newsroom.topics import Topicality
from tests.scene import Scene

LONG_AGO = timedelta(days=90)
TEA = "في سوق تشنغدو ممرات شاي قديمة"


async def keyword(scene: Scene, said: str) -> str:
    """Let a keyword be known, and answer its tag."""
    async with scene.database.write() as connection:
        since = scene.clock() - LONG_AGO
        return tag_of(await keywords.put(connection, read_keyword(said), since, scene.clock()))


def item(number: int, title: str = TEA, **others: Any) -> ParsedArticle:
    address = f"https://site.example/{number}"
    return replace(ParsedArticle(f"g{number}", address, title, "نص", f"نص {number}", language="ar"), **others)


async def source(scene: Scene) -> Source:
    async with scene.database.write() as connection:
        await sources.add(connection, "https://site.example/feed", scene.clock())
        (found,) = await sources.claim_due(connection, scene.lease.id, (), 9, scene.clock())
    return replace(found, first_contact_at=scene.clock() - timedelta(days=1))


async def store(scene: Scene, origin: Source, *reads: Read) -> Found:
    async with scene.database.write() as connection:
        return await collected.store(connection, origin, reads, scene.clock())


def about(one: ParsedArticle, *subjects: str, **others: Any) -> Read:
    return Read(one, Topicality(list(subjects)), **others)


async def tags_of(scene: Scene, number: int) -> set[str]:
    async with scene.database.read() as connection:
        found = select(article_topics.c.tag).where(article_topics.c.article_id == number)
        return set((await connection.execute(found)).scalars())


async def matched(scene: Scene, push_id: int = 1) -> Sequence[int]:
    return sorted(await scene.states(push_id))


async def test_an_article_that_only_a_keyword_matches_is_for_its_followers_alone(scene: Scene) -> None:
    tea, silk = await keyword(scene, "شاي"), await keyword(scene, "حرير")
    follower = await scene.reader(1, tea)
    await scene.reader(2, silk, "s:sports")
    await scene.reader(3)
    assert await store(scene, await source(scene), about(item(1))) == Found(new=1, pushed=1)
    await scene.plan()
    assert await matched(scene) == [follower.id]


async def test_six_hundred_keywords_of_one_article_are_planned_once_each_and_a_mute_wins(scene: Scene) -> None:
    said = [f"كلمة{number:03}" for number in range(600)]
    async with scene.database.write() as connection:
        rows = [{"phrase": word.replace("ة", "ه"), "said": word, "since": scene.clock()} for word in said]
        await connection.execute(insert(keywords_table), rows)
    tags = [tag_of(number) for number in range(1, 601)]
    one = await scene.reader(1, tags[599])
    both = await scene.reader(2, "s:a", *tags[:20])
    await scene.reader(3, "s:a", tags[5], mutes=[tags[599]])
    await scene.reader(4, tags[5], mutes=["s:a"])
    await scene.reader(5, "s:b")
    topic = await scene.reader(6, "s:a", mutes=["k:601"])
    await store(scene, await source(scene), about(item(1, body=" ".join(said)), "s:a"))
    assert len(await tags_of(scene, 1)) == 602
    await scene.plan()
    assert await matched(scene) == [one.id, both.id, topic.id]
    async with scene.database.write() as connection:
        await connection.execute(pushes.update().values(planned_at=None, cursor=0, state="running"))
    await scene.plan()
    assert await matched(scene) == [one.id, both.id, topic.id]


async def test_a_keyword_that_is_muted_after_planning_holds_the_article_back(scene: Scene) -> None:
    rendering = {"push_id": 1, "language": "ar", "public": False}
    tea = await keyword(scene, "شاي")
    reader = await scene.reader(1, tea)
    other = await scene.reader(2, tea)
    await store(scene, await source(scene), about(item(1)))
    await scene.plan()
    async with scene.database.write() as connection:
        await follows.put(connection, reader.id, [tea], muted=True)
        await connection.execute(insert(renderings), {**rendering, "state": "proven", "at": scene.clock()})
    claimed = {row.row_id: row.refused for row in await scene.claim()}
    assert claimed == {reader.id: "no longer followed", other.id: ""}


async def test_keywords_are_no_topics(scene: Scene) -> None:
    tea = await keyword(scene, "شاي")
    await store(scene, await source(scene), about(item(1), "s:a"))
    assert await tags_of(scene, 1) == {"all", "s:a", tea}
    async with scene.database.read() as connection:
        assert await articles.list_topics(connection, 1) == ["s:a", "all"]
        assert set(await articles.count_topics(connection, scene.clock() - LONG_AGO)) == {"all", "s:a"}
        assert [one.id for one in await articles.list_latest(connection, tea, 5)] == [1]


async def test_a_phrase_is_one_keyword_however_it_is_spelled(scene: Scene) -> None:
    assert await keyword(scene, "الذكاء الاصطناعي") == await keyword(scene, "الذَّكاء  الاصطناعيّ!")
    async with scene.database.read() as connection:
        assert await keywords.list_said(connection, ["k:1", "s:a", "k:2"]) == {"k:1": "الذكاء الاصطناعي"}
        assert await keywords.find(connection, "الذكاء الاصطناعي") == 1
        assert await keywords.find(connection, "الذكاء") is None


async def test_a_new_keyword_is_looked_for_in_the_archive_and_pushes_nothing(scene: Scene) -> None:
    origin = await source(scene)
    await store(scene, origin, about(item(1)), about(item(2, "حرير")), about(item(3, "خبر", body="عن الشاي أيضًا")))
    await scene.plan()
    reader = await scene.reader(1, await keyword(scene, "شاي"))
    async with scene.database.read() as connection:
        assert {one.id for one in await articles.list_latest(connection, "k:1", 5)} == {1, 3}
        assert await follows.newest_wanted(connection, reader.id, scene.clock() - LONG_AGO) == 3
    await scene.plan()
    assert [await matched(scene, push_id) for push_id in (1, 2, 3)] == [[], [], []]


async def test_an_article_that_changes_loses_and_gains_keywords_with_its_words(scene: Scene) -> None:
    origin, tea, silk = await source(scene), await keyword(scene, "شاي"), await keyword(scene, "حرير")
    await store(scene, origin, about(item(1)))
    assert tea in await tags_of(scene, 1)
    assert await store(scene, origin, about(item(1, "معرض حرير"))) == Found(changed=1)
    assert await tags_of(scene, 1) == {"all", silk}


async def test_what_was_followed_after_an_article_was_read_is_found_when_it_is_stored(scene: Scene) -> None:
    origin, tea = await source(scene), await keyword(scene, "شاي")
    read = about(item(1, f"{TEA} وحرير"), keywords=frozenset({1}), newest_keyword=1)
    silk = await keyword(scene, "حرير")
    await store(scene, origin, read)
    assert await tags_of(scene, 1) == {"all", tea, silk}


async def test_an_article_waits_for_whoever_is_following_at_this_moment(scene: Scene) -> None:
    origin = await source(scene)
    async with scene.database.write() as connection:
        await keywords.put(connection, read_keyword("شاي"), scene.clock() - LONG_AGO, scene.clock())
        storing = asyncio.create_task(store(scene, origin, about(item(1))))
        done, _ = await asyncio.wait({storing}, timeout=0.3)
        assert not done
    await storing
    assert await tags_of(scene, 1) == {"all", "k:1"}


async def test_a_keyword_that_is_no_more_marks_nothing_and_is_told(scene: Scene) -> None:
    origin, tea = await source(scene), await keyword(scene, "شاي")
    found = await store(scene, origin, about(item(1), keywords=frozenset({1, 7}), newest_keyword=7))
    assert found == Found(new=1, pushed=1, gone=frozenset({7}))
    assert await tags_of(scene, 1) == {"all", tea}


async def test_what_nobody_follows_or_mutes_is_forgotten_and_its_number_never_given_again(scene: Scene) -> None:
    kept, muted, gone = [await keyword(scene, said) for said in ("شاي", "حرير", "خزف")]
    await scene.reader(1, kept, mutes=[muted])
    await store(scene, await source(scene), about(item(1, "شاي وحرير وخزف")))
    async with scene.database.write() as connection:
        assert await keywords.purge(connection, 0, 2) == 2
        assert await keywords.purge(connection, 2, 2) == 0
    assert await tags_of(scene, 1) == {"all", kept, muted}
    assert await keyword(scene, "خزف") not in {kept, muted, gone}


async def test_an_index_learns_what_is_new_and_nothing_twice(scene: Scene) -> None:
    index = KeywordIndex()
    for known, said in enumerate(("شاي", "حرير", "شاي", "خزف"), 1):
        await keyword(scene, said)
        async with scene.database.read() as connection:
            await keywords.catch_up(connection, index)
        assert len(index) == index.newest == min(known, 2) + (known == 4)
    assert index.find(["شاي وحرير"]) == {1, 2}


async def test_a_group_keeps_its_keywords_when_it_moves(scene: Scene) -> None:
    tea, silk = await keyword(scene, "شاي"), await keyword(scene, "حرير")
    await scene.reader(-5, tea, mutes=[silk], kind="group")
    async with scene.database.write() as connection:
        await chats.migrate(connection, -5, -1005)
    assert await scene.one(select(func.count()).select_from(follows_table)) == 2
    await store(scene, await source(scene), about(item(1)))
    await scene.plan()
    assert len(await matched(scene)) == 1
