"""What editors file articles under holds for every later version and wording, and feeds likeness."""

import numpy as np

from db.store import articles, corrections, filings
from db.store.topics import Topics
from newsroom.filing import UNFILED, Filing
from newsroom.semantic import Semantics
from newsroom.topics import Topicality
from tests.scene import Scene

HEALTH = Filing(("s:health",), ("s:economy",))


async def refile(scene: Scene, number: int, filing: Filing) -> None:
    async with scene.database.write() as connection:
        by = ("50", scene.clock.move(seconds=1))
        await corrections.refile(connection, number, filing, Topicality(["s:economy"]), by)


async def tags(scene: Scene, number: int) -> list[str]:
    async with scene.database.read() as connection:
        return await articles.list_topics(connection, number)


async def test_a_filing_stands_over_what_is_found_later(scene: Scene) -> None:
    await scene.article("s:economy", title="أول")
    await refile(scene, 1, HEALTH)
    assert await tags(scene, 1) == ["s:health", "all"]
    async with scene.database.write() as connection:
        await articles.set_topics(connection, 1, Topicality(["s:economy", "s:sports"]))
    assert await tags(scene, 1) == ["s:health", "s:sports", "all"]


async def test_the_newest_filing_holds_and_may_be_none(scene: Scene) -> None:
    await scene.article("s:economy", title="أول")
    await scene.article("s:economy", title="ثان")
    await refile(scene, 1, HEALTH)
    await refile(scene, 1, UNFILED)
    await refile(scene, 2, HEALTH)
    async with scene.database.read() as connection:
        assert await filings.find(connection, [1, 2, 3]) == {1: UNFILED, 2: HEALTH}
        assert await filings.find_one(connection, 3) == UNFILED
        assert await filings.count(connection) == 3
    assert await tags(scene, 1) == ["s:economy", "all"]


async def test_an_article_is_read_with_its_filing(scene: Scene) -> None:
    await scene.article("s:economy", title="أول")
    await refile(scene, 1, HEALTH)
    async with scene.database.read() as connection:
        (stored,) = await articles.list_stored(connection, 5)
        assert stored.filing == HEALTH
        assert await articles.find_stored(connection, 1) == stored
        assert await articles.find_stored(connection, 2) is None


def encode(texts: list[str]) -> "np.typing.NDArray[np.float32]":
    """Tell texts apart by whether they speak of the sea."""
    return np.array([[1.0, 0.0] if "بحر" in text else [0.0, 1.0] for text in texts], np.float32)


async def test_what_editors_filed_is_an_example_of_its_subject(scene: Scene) -> None:
    await scene.article("s:economy", title="رجال البحر")
    held = Topics(scene.database, semantics=Semantics(encode, [("s:economy", "سوق"), ("s:sports", "ملعب")]))
    before = (await held.renew()).classifier.semantics
    assert before
    assert "s:culture" not in [one.tag for one in before.weigh("حكايات بحر قديم")]
    await refile(scene, 1, Filing(("s:culture", "c:EG")))
    held.look_again()
    after = (await held.renew()).classifier.semantics
    assert after
    nearest = after.weigh("حكايات بحر قديم")[0]
    assert nearest.tag == "s:culture"
    assert nearest.examples[0].startswith("رجال البحر")


async def test_without_likeness_a_filing_makes_no_new_edition(scene: Scene) -> None:
    await scene.article("s:economy", title="أول")
    held = Topics(scene.database)
    edition = await held.renew()
    await refile(scene, 1, HEALTH)
    held.look_again()
    assert await held.renew() is edition
