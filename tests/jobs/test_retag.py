"""Retagging: a proposal is tried and shown, one that came into force is told to the articles, and nothing is sent."""

import asyncio
from dataclasses import dataclass, field

import pytest
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from db.store import articles, topics
from db.store.topics import Asker, Proposal, Topics
from db.tables import deliveries, pushes
from jobs.retag import Retagger
from newsroom.amendments import Amendment
from newsroom.retagging import Trial
from newsroom.taxonomy import Taxonomy, shipped_taxonomy
from newsroom.topics import Classifier, find_classifier
from tests.scene import Scene

OWN = {"ar": "الباندا", "en": "Pandas", "zh": "熊猫", "fr": "Pandas"}
PANDAS = Amendment.of({"names": OWN, "words": {"ar": ["باندا"]}})


@dataclass(slots=True)
class Told:
    """Keeps what an editor would be told."""

    trials: list[tuple[Proposal, Amendment, Trial]] = field(default_factory=list)
    retagged: list[int] = field(default_factory=list)

    async def tell_trial(
        self, _connection: AsyncConnection, proposal: Proposal, before: Amendment, trial: Trial, _taxonomy: Taxonomy
    ) -> None:
        self.trials.append((proposal, before, trial))

    async def tell_retagged(
        self, _connection: AsyncConnection, _proposal: Proposal, count: int, _taxonomy: Taxonomy
    ) -> None:
        self.retagged.append(count)


@pytest.fixture(scope="module", autouse=True)
def in_force() -> Classifier:
    """What every test here begins with, kept in use from one to the next: it is a second's work to build."""
    return find_classifier(shipped_taxonomy())


@pytest.fixture
def told() -> Told:
    return Told()


@pytest.fixture
async def retagger(scene: Scene, told: Told) -> Retagger:
    for title in ("بيت جديد للباندا", "خبر آخر", "الباندا تعود"):
        await scene.article("s:economy", title=title)
    return Retagger(scene.database, Topics(scene.database), told)


async def propose(scene: Scene) -> None:
    async with scene.database.write() as connection:
        await topics.propose(connection, "s:pandas", PANDAS, Asker(50, "ar"), scene.clock())


async def apply(scene: Scene) -> None:
    async with scene.database.write() as connection:
        proposal = await topics.find_proposal(connection, 1)
        assert proposal
        assert await topics.advance(connection, proposal, "applied")
        await topics.put(connection, proposal.tag, proposal.said, "50", scene.clock())


async def tags(scene: Scene) -> list[list[str]]:
    async with scene.database.read() as connection:
        return [await articles.list_topics(connection, number) for number in (1, 2, 3)]


async def test_a_proposal_is_tried_and_changes_nothing(scene: Scene, retagger: Retagger, told: Told) -> None:
    before = await tags(scene)
    await propose(scene)
    assert await retagger.step()
    assert not await retagger.step()
    ((proposal, base, trial),) = told.trials
    assert (proposal.tag, base) == ("s:pandas", Amendment())
    assert [article.number for article in trial.gaining] == [3, 1]
    assert await tags(scene) == before


async def test_what_came_into_force_is_told_to_the_articles_and_nothing_is_sent(
    scene: Scene, retagger: Retagger, told: Told
) -> None:
    await scene.reader(1, "s:pandas")
    await propose(scene)
    await retagger.step()
    await apply(scene)
    retagger.topics.look_again()
    assert await retagger.step()
    assert not await retagger.step()
    assert ["s:pandas" in found for found in await tags(scene)] == [True, False, True]
    assert told.retagged == [2]
    assert await scene.one(select(func.count()).select_from(pushes)) == 3
    assert await scene.one(select(func.count()).select_from(deliveries)) == 0


async def test_one_that_is_killed_after_some_articles_goes_on(scene: Scene, retagger: Retagger, told: Told) -> None:
    await propose(scene)
    await retagger.step()
    await apply(scene)
    async with scene.database.write() as connection:
        (_, _, first) = await articles.list_stored(connection, 3)
        said = Topics(scene.database)
        await articles.retag(connection, first, (await said.renew()).classifier.classify(first))
    await retagger.step()
    assert ["s:pandas" in found for found in await tags(scene)] == [True, False, True]


async def test_two_workers_tell_the_editor_once(scene: Scene, retagger: Retagger, told: Told) -> None:
    await propose(scene)
    other = Retagger(scene.database, Topics(scene.database), told)
    await asyncio.gather(retagger.step(), other.step())
    assert len(told.trials) == 1
