"""What editors say of topics is kept in versions, the newest is in force, and every process finds it."""

import asyncio

import numpy as np

from db.engine import Database
from db.store import articles, topics
from db.store.articles import Place
from db.store.topics import Asker, Topics
from newsroom.amendments import Amendment
from newsroom.articles import ParsedArticle
from newsroom.semantic import Semantics
from newsroom.topics import Topicality
from tests.fakes import Clock
from tests.scene import Scene
from tests.terms import keep

FIRST = Amendment.of({"words": {"ar": ["صكوك خضراء"]}})
SECOND = Amendment.of({"words": {"en": ["green sukuk"]}, "without": {"ar": ["بنوك"]}, "names": {"ar": "المال"}})
TAG = "s:economy"


async def say(database: Database, clock: Clock, *said: Amendment, tag: str = TAG) -> None:
    for amendment in said:
        async with database.write() as connection:
            await topics.put(connection, tag, amendment, "50", clock.move(seconds=1))


async def test_the_newest_version_is_in_force_and_the_older_ones_are_kept(database: Database, clock: Clock) -> None:
    await say(database, clock, FIRST, SECOND)
    await say(database, clock, FIRST, tag="c:TJ")
    async with database.read() as connection:
        assert await topics.list_in_force(connection) == {"c:TJ": FIRST, TAG: SECOND}
        versions = await topics.list_versions(connection, TAG, 10)
        assert [(one.version, one.said, one.actor) for one in versions] == [(2, SECOND, "50"), (1, FIRST, "50")]
        assert versions[0].changed_at > versions[1].changed_at
        assert await topics.find_version(connection, TAG, 1) == FIRST
        assert await topics.find_version(connection, TAG, 0) == Amendment()
        assert await topics.find_version(connection, TAG, 3) is None


async def test_topics_are_as_they_were_last_said(database: Database, clock: Clock) -> None:
    held = Topics(database)
    assert (await held.renew()).taxonomy.name(TAG, "ar") == "الاقتصاد والمال"
    await say(database, clock, FIRST, SECOND)
    held.look_again()
    edition = await held.renew()
    assert edition.taxonomy.name(TAG, "ar") == "المال"
    assert edition.directory.find("المال")[0].tag == TAG
    assert "green sukuk" in edition.taxonomy.topics[TAG].words["en"]


async def test_words_that_are_tried_are_weighed_beside_likeness_as_those_in_force_are(database: Database) -> None:
    semantics = Semantics(lambda texts: np.ones((len(texts), 2), np.float32), [(TAG, "an example")])
    held = Topics(database, semantics=semantics)
    await held.renew()
    assert held.classifier_of({}).semantics is held.classifier_of({TAG: FIRST}).semantics is semantics


async def test_nothing_is_built_anew_where_nothing_was_said(database: Database) -> None:
    held = Topics(database)
    edition = await held.renew()
    held.look_again()
    assert await held.renew() is edition


async def test_another_process_finds_it_without_being_told(database: Database, clock: Clock) -> None:
    other = Database(database.url.render_as_string(hide_password=False))
    try:
        held = Topics(other)
        before = await held.renew()
        await say(database, clock, SECOND)
        async with asyncio.timeout(10):
            while (await held.renew()) is before:  # noqa: ASYNC110  (within a second, and nobody tells us)
                await asyncio.sleep(0.05)
    finally:
        await other.close()


async def test_what_is_said_is_announced_when_it_is_committed(database: Database, clock: Clock) -> None:
    woken: list[str] = []
    database.on_due = woken.append
    await say(database, clock, FIRST)
    assert woken == ["topics"]


async def test_a_proposal_is_decided_on_once(database: Database, clock: Clock) -> None:
    async with database.write() as connection:
        number = await topics.propose(connection, TAG, SECOND, Asker(50, "ar"), clock())
    async with database.write() as connection:
        proposal = await topics.find_proposal(connection, number)
        assert proposal
        assert (proposal.tag, proposal.base, proposal.said, proposal.chat_id) == (TAG, 0, SECOND, 50)
        assert await topics.list_open(connection) == [proposal]
        assert await topics.advance(connection, proposal, "shown")
        assert not await topics.advance(connection, proposal, "shown")
        assert not await topics.end(connection, proposal)
        assert await topics.list_open(connection) == []
    async with database.write() as connection:
        assert await keep(connection, topics.TERM, clock.move(hours=23)) == 0
        assert await keep(connection, topics.TERM, clock.move(hours=2)) == 1


async def test_articles_are_read_with_their_categories_and_told_anew_in_the_version_that_was_read(scene: Scene) -> None:
    await scene.article("s:economy", title="أول")
    item = ParsedArticle("x", "https://site.example/x", "ثان", language="ar", categories=("رأي",))
    async with scene.database.write() as connection:
        await articles.add(connection, item, Place(1, archived=False), scene.clock())
        second, first = await articles.list_stored(connection, 5)
        assert (second.number, second.title, second.categories) == (2, "ثان", ("رأي",))
        assert (first.number, first.categories) == (1, ())
        assert await articles.retag(connection, second, Topicality(["s:economy"]))
        assert await articles.list_topics(connection, 2) == ["s:economy", "all"]
        await articles.rewrite(connection, 2, scene.clock(), title="ثان مصحح")
        assert not await articles.retag(connection, second, Topicality([]))
