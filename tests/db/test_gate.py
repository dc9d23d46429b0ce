"""What waits for an editor, what is corrected and withdrawn, which news are one story: as rows, on both engines."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from numpy import array, float16
from sqlalchemy import func, select

from db.meanings import sketches
from db.store import articles, collected, corrections, gate, search, sources
from db.store import sketches as sketches_store
from db.store.collected import Found, Read
from db.store.search import Scope
from db.store.sources import Source
from db.tables import articles as articles_table
from db.tables import pushes
from newsroom.articles import Article, ParsedArticle
from newsroom.changes import Wording
from newsroom.search import parse_query
from newsroom.sketches import sketch
from newsroom.topics import Reason, Topicality
from tests.scene import Scene
from tests.terms import keep

BRIDGE = Wording(
    "شركة صينية تسلم جسر سيديو في السنغال",
    "سلمت شركة «جيانخه» الثلاثاء جسرا طوله 1460 مترا فوق نهر كازامانس.",
    "بلغت الكلفة 92 مليون دولار. وشارك في البناء 750 عاملا محليا طوال 34 شهرا.",
)
AGAIN = Wording(
    "السنغال تتسلم رسميا جسرا بنته شركة صينية",
    "تسلمت السلطات الثلاثاء جسر سيديو الذي بنته «جيانخه» الصينية بكلفة ٩٢ مليون دولار.",
    "يبلغ طول الجسر ١٬٤٦٠ مترا، وعمل فيه ٧٥٠ من أبناء كازامانس.",
)

OTHER = BRIDGE._replace(title="جسر سيديو في السنغال مغلق بعد حريق")


def read(guid: str, words: Wording = BRIDGE, **more: Any) -> Read:
    item = ParsedArticle(guid, f"https://{guid}.example/1", *words, language="ar", **more)
    topicality = Topicality(["s:economy"], why={"s:economy": [Reason("جسر", "title", 9)]})
    return Read(item, topicality, sketch=sketch(words, topicality.zones))


async def source(scene: Scene, name: str, **policy: Any) -> Source:
    """A source that was met yesterday, with what is said of it."""
    url = f"https://{name}.example/feed"
    async with scene.database.write() as connection:
        await sources.add(connection, url, scene.clock(), title=name)
        await sources.change(connection, url, **policy or {"gate": "auto"})
        found = {one.url: one for one in await sources.claim_due(connection, scene.lease.id, (), 9, scene.clock())}[url]
        await sources.settle(connection, found, due_at=scene.clock() + timedelta(days=1))
    return replace(found, first_contact_at=scene.clock() - timedelta(days=1))


async def store(scene: Scene, origin: Source, *reads: Read) -> Found:
    async with scene.database.write() as connection:
        return await collected.store(connection, origin, reads, scene.clock())


async def count(scene: Scene, table: object) -> int:
    return int(await scene.one(select(func.count()).select_from(table)))  # type: ignore[arg-type]


async def column(scene: Scene, name: str, number: int) -> Any:
    return await scene.one(select(articles_table.c[name]).where(articles_table.c.id == number))


async def publish(scene: Scene, number: int = 1) -> None:
    async with scene.database.write() as connection:
        assert await gate.publish(connection, number, scene.clock())


async def through(scene: Scene) -> Source:
    """A gated source with an article that an editor let through."""
    await open_index(scene)
    origin = await source(scene, "a", gate="held")
    await store(scene, origin, read("a"))
    await publish(scene)
    scene.clock.move(minutes=5)
    return origin


async def shown(scene: Scene, number: int) -> Article:
    """An article as readers see it."""
    async with scene.database.read() as connection:
        found = await articles.find(connection, number)
    assert found
    return found


async def decided(scene: Scene) -> Article:
    """The article as editors decide on it."""
    async with scene.database.read() as connection:
        found = await gate.find(connection, 1)
    assert found
    return found


async def open_index(scene: Scene) -> None:
    async with scene.database.write() as connection:
        await search.index_more(connection, 9)


async def is_found(scene: Scene, words: str) -> bool:
    async with scene.database.read() as connection:
        return bool(await search.find(connection, parse_query(words, {}), Scope(), 9))


async def test_what_comes_through_a_gate_waits_and_no_reader_finds_it(scene: Scene) -> None:
    await open_index(scene)
    assert await store(scene, await source(scene, "a", gate="held"), read("a")) == Found(new=1, held=(1,))
    async with scene.database.read() as connection:
        assert await articles.list_latest(connection, "s:economy", 9) == []
    assert not await is_found(scene, "جسر")
    assert await count(scene, pushes) == 0


async def test_a_yes_pushes_it_once(scene: Scene) -> None:
    await store(scene, await source(scene, "a", gate="held"), read("a"))
    async with scene.database.write() as connection:
        assert await gate.publish(connection, 1, scene.clock())
        assert not await gate.publish(connection, 1, scene.clock())
        assert not await gate.refuse(connection, 1)
    assert await count(scene, pushes) == 1
    assert await column(scene, "gate", 1) is None


async def test_a_no_is_said_once_and_may_be_thought_over(scene: Scene) -> None:
    await store(scene, await source(scene, "a", gate="held"), read("a"))
    async with scene.database.write() as connection:
        assert await gate.refuse(connection, 1)
        assert not await gate.refuse(connection, 1)
        assert await gate.publish(connection, 1, scene.clock())
    assert await count(scene, pushes) == 1


async def test_what_changes_while_it_waits_is_asked_about_anew(scene: Scene) -> None:
    origin = await source(scene, "a", gate="held")
    await store(scene, origin, read("a"))
    found = await store(scene, origin, read("a", BRIDGE._replace(title="جسر آخر تماما")))
    assert found == Found(changed=1, held=(1,))


@pytest.mark.parametrize("words", [BRIDGE, AGAIN])
async def test_what_another_told_while_it_waited_is_pushed_to_nobody_twice(scene: Scene, words: Wording) -> None:
    await store(scene, await source(scene, "a", gate="held"), read("a"))
    assert (await store(scene, await source(scene, "b"), read("b", words))).pushed == 1
    await publish(scene)
    assert await column(scene, "story_id", 1) == 2
    assert await count(scene, pushes) == 1


async def test_what_another_told_in_another_language_while_it_waited_is_the_same_too(scene: Scene) -> None:
    meant = array([1.0, 0.0], float16).tobytes()
    await store(scene, await source(scene, "a", gate="held"), replace(read("a"), vector=meant))
    foreign = replace(read("b", Wording("A bridge", "It was handed over.", "")), vector=meant)
    foreign = replace(foreign, item=foreign.item.filled(language="en"))
    await store(scene, await source(scene, "b"), foreign)
    await publish(scene)
    assert await column(scene, "story_id", 1) == 2


@pytest.mark.parametrize("words", [BRIDGE, AGAIN])
async def test_what_joins_a_story_waits_too_and_nobody_is_told_who_brings_it(scene: Scene, words: Wording) -> None:
    await store(scene, await source(scene, "b"), read("b"))
    held = await source(scene, "a", gate="held")
    assert await store(scene, held, read("a", words)) == Found(new=1, held=(2,))
    assert await column(scene, "gate", 2) == "held"
    assert (await shown(scene, 1)).others == ()
    await publish(scene, 2)
    assert (await shown(scene, 1)).others == (("a", ""),)
    assert await count(scene, pushes) == 1


async def test_what_joined_a_story_that_was_taken_back_is_one_of_its_own_when_it_may_pass(scene: Scene) -> None:
    await store(scene, await source(scene, "b"), read("b"))
    await store(scene, await source(scene, "a", gate="held"), read("a", AGAIN))
    async with scene.database.write() as connection:
        await corrections.retract(connection, 1, "خطأ", scene.clock())
    await publish(scene, 2)
    assert await column(scene, "story_id", 2) == 2
    assert await count(scene, pushes) == 2


async def test_what_was_taken_back_while_it_waited_does_not_pass(scene: Scene) -> None:
    await store(scene, await source(scene, "a", gate="held"), read("a"))
    async with scene.database.write() as connection:
        await corrections.retract(connection, 1, "خطأ", scene.clock())
        assert not await gate.publish(connection, 1, scene.clock())
    assert await count(scene, pushes) == 0


@pytest.mark.parametrize(("is_first", "asked"), [(True, ()), (False, (1,))])
async def test_archive_waits_too_and_rings_nobody_after_a_yes(
    scene: Scene, asked: tuple[int, ...], *, is_first: bool
) -> None:
    origin = await source(scene, "a", gate="held")
    origin = replace(origin, first_contact_at=None) if is_first else origin
    old = read("a", published_at=scene.clock() - timedelta(days=9))
    assert await store(scene, origin, old) == Found(new=1, held=asked)
    async with scene.database.read() as connection:
        assert await articles.list_latest(connection, "s:economy", 9) == []
    await publish(scene)
    async with scene.database.read() as connection:
        assert [one.id for one in await articles.list_latest(connection, "s:economy", 9)] == [1]
    assert await count(scene, pushes) == 0


async def test_a_change_behind_a_gate_waits_and_readers_keep_what_they_have(scene: Scene) -> None:
    origin = await through(scene)
    assert await store(scene, origin, read("a", OTHER)) == Found(changed=1, held=(1,))
    assert (await shown(scene, 1)).title == BRIDGE.title
    assert await scene.one(select(pushes.c.wanted)) == 1
    assert (await decided(scene)).title == OTHER.title
    assert [await is_found(scene, words) for words in ("جسر سيديو", "مغلق")] == [True, False]


async def test_a_yes_to_a_change_corrects_what_readers_have(scene: Scene) -> None:
    await store(scene, await through(scene), read("a", OTHER))
    await publish(scene)
    story = await shown(scene, 1)
    assert (story.title, story.version, story.corrected_at) == (OTHER.title, 2, scene.clock())
    assert await scene.one(select(pushes.c.wanted)) == 2
    assert [await is_found(scene, words) for words in ("مغلق", "صينية")] == [True, False]
    async with scene.database.write() as connection:
        assert not await gate.publish(connection, 1, scene.clock())


async def test_a_no_to_a_change_is_said_once_and_may_be_thought_over(scene: Scene) -> None:
    await store(scene, await through(scene), read("a", OTHER))
    async with scene.database.write() as connection:
        assert await gate.refuse(connection, 1)
        assert not await gate.refuse(connection, 1)
    assert (await decided(scene)).gate == gate.KEPT
    await publish(scene)
    assert (await shown(scene, 1)).title == OTHER.title


async def test_what_the_source_took_back_of_a_change_waits_no_longer(scene: Scene) -> None:
    origin = await through(scene)
    await store(scene, origin, read("a", OTHER))
    assert await store(scene, origin, read("a")) == Found(changed=1)
    assert (await decided(scene)).gate is None
    assert (await shown(scene, 1)).corrected_at is None


async def test_a_change_waits_on_beyond_what_editors_write_meanwhile(scene: Scene) -> None:
    await store(scene, await through(scene), read("a", OTHER))
    async with scene.database.write() as connection:
        assert await corrections.correct(connection, 1, {"title": "عنوان المحرر"}, scene.clock())
        await gate.rewrite(connection, 1, {"lead": "مقدمة المحرر"}, scene.clock())
    assert (await shown(scene, 1)).title == "عنوان المحرر"
    waits = await decided(scene)
    assert (waits.title, waits.lead, waits.gate) == (OTHER.title, "مقدمة المحرر", gate.CHANGED)
    await publish(scene)
    assert await scene.one(select(pushes.c.wanted)) == (await shown(scene, 1)).version == waits.version


async def test_a_slip_of_the_pen_behind_a_gate_asks_nobody(scene: Scene) -> None:
    origin = await through(scene)
    slip = BRIDGE._replace(title=BRIDGE.title.replace("السنغال", "السنغل"))
    assert await store(scene, origin, read("a", slip)) == Found(changed=1)
    assert (await shown(scene, 1)).title == slip.title


async def test_the_same_news_in_other_words_is_one_story_that_names_both(scene: Scene) -> None:
    await store(scene, await source(scene, "a", label="وكالة رسمية"), read("a"))
    assert await store(scene, await source(scene, "b"), read("b", AGAIN)) == Found(new=1)
    async with scene.database.read() as connection:
        story = await articles.find(connection, 1)
    assert story
    assert (story.source, story.label, story.others) == ("a", "وكالة رسمية", (("b", ""),))
    assert await count(scene, pushes) == 1


async def test_one_source_that_tells_it_again_tells_two(scene: Scene) -> None:
    origin = await source(scene, "a")
    assert (await store(scene, origin, read("a"), read("a2", AGAIN))).pushed == 2


async def test_three_days_later_it_is_another_story(scene: Scene) -> None:
    await store(scene, await source(scene, "a"), read("a"))
    scene.clock.move(hours=73)
    assert (await store(scene, await source(scene, "b"), read("b", AGAIN))).pushed == 1


async def test_what_nothing_is_compared_with_any_more_is_forgotten(scene: Scene) -> None:
    await store(scene, await source(scene, "a"), read("a"))
    assert await count(scene, sketches) > 5
    scene.clock.move(hours=73)
    async with scene.database.write() as connection:
        assert await keep(connection, sketches_store.TERM, scene.clock()) > 5
    assert await count(scene, sketches) == 0


async def test_archive_is_no_story_that_news_could_join(scene: Scene) -> None:
    archive = replace(await source(scene, "a"), first_contact_at=None)
    await store(scene, archive, read("a"))
    assert (await store(scene, await source(scene, "b"), read("b", AGAIN))).pushed == 1


@pytest.mark.parametrize(("wrong", "is_corrected"), [("غينيا", True), ("السنغل", False)])
async def test_a_slip_of_the_pen_is_a_version_and_no_correction(
    scene: Scene, wrong: str, *, is_corrected: bool
) -> None:
    origin = await source(scene, "a")
    await store(scene, origin, read("a", BRIDGE._replace(title=BRIDGE.title.replace("السنغال", wrong))))
    scene.clock.move(minutes=5)
    assert (await store(scene, origin, read("a"))).changed == 1
    assert (await column(scene, "corrected_at", 1) is not None) is is_corrected
    assert await scene.one(select(pushes.c.wanted)) == (2 if is_corrected else 1)


async def test_an_article_that_moved_is_known_by_its_new_address(scene: Scene) -> None:
    origin = await source(scene, "a")
    await store(scene, origin, read("a"))
    moved = read("a", BRIDGE._replace(title="عنوان آخر تماما"))
    moved = replace(moved, item=replace(moved.item, url="https://a.example/moved"))
    await store(scene, origin, moved)
    assert await column(scene, "canonical_url", 1) == "https://a.example/moved"


async def test_what_comes_within_a_quiet_period_goes_out_at_its_end(scene: Scene) -> None:
    origin = await source(scene, "a", quiet=600)
    scene.clock.move(seconds=90)
    await store(scene, origin, read("a"))
    scene.clock.move(seconds=60)
    await store(scene, origin, read("a2", Wording("خبر آخر", "نص آخر", "")))
    async with scene.database.read() as connection:
        due = {row.due_at for row in await connection.execute(select(pushes.c.due_at))}
    assert due == {scene.clock.move(seconds=600 - 150)}


async def test_what_is_usual_of_a_source_is_said_of_all_that_it_brings(scene: Scene) -> None:
    await store(scene, await source(scene, "a", topics=["s:health"]), read("a"))
    async with scene.database.read() as connection:
        assert (await articles.list_topics(connection, 1))[:2] == ["s:economy", "s:health"]
        assert (await articles.list_reasons(connection, 1))["s:health"][0].zone == "source"


async def test_a_withdrawal_is_noted_once_and_followed_once(scene: Scene) -> None:
    origin = await source(scene, "a")
    await store(scene, origin, read("a", published_at=scene.clock()))
    async with scene.database.write() as connection:
        assert not await gate.follow_withdrawal(connection, 1, scene.clock())
        (ours,) = await gate.list_recent(connection, origin.id, scene.clock() - timedelta(days=1))
        assert await gate.note_withdrawn(connection, ours.number, scene.clock())
        assert not await gate.note_withdrawn(connection, 1, scene.clock())
        assert await gate.list_recent(connection, origin.id, scene.clock() - timedelta(days=1)) == []
        assert await gate.follow_withdrawal(connection, 1, scene.clock())
        assert not await gate.follow_withdrawal(connection, 1, scene.clock())
    assert await column(scene, "retracted", 1) == ""


async def test_what_an_editor_took_back_is_not_asked_about(scene: Scene) -> None:
    await store(scene, await source(scene, "a"), read("a", published_at=scene.clock()))
    async with scene.database.write() as connection:
        await corrections.retract(connection, 1, "خطأ", scene.clock())
        assert not await gate.note_withdrawn(connection, 1, scene.clock())


async def bring(scene: Scene, words: Wording, url: str) -> tuple[int, bool]:
    """Let an editor bring an article by its address."""
    item = ParsedArticle(url, url, *words, language="ar")
    brought = Read(item, Topicality(["s:economy"]), sketch=sketch(words, {}))
    async with scene.database.write() as connection:
        origin = await sources.find_of_page(connection, url, scene.clock())
        return await collected.store_held(connection, origin, brought, scene.clock())


async def test_what_an_editor_brings_waits_whatever_its_source_and_is_kept_once(scene: Scene) -> None:
    origin = await source(scene, "a", label="وكالة", topics=["c:SN"])
    assert await bring(scene, BRIDGE, "https://www.a.example/bridge") == (1, True)
    assert await bring(scene, BRIDGE, "https://a.example/bridge/?utm_source=x") == (1, False)
    assert await column(scene, "gate", 1) == "held"
    assert await column(scene, "source_id", 1) == origin.id
    async with scene.database.read() as connection:
        assert "c:SN" in await articles.list_topics(connection, 1)
        assert await articles.find_by_address(connection, "https://a.example/bridge") == 1
    assert await count(scene, pushes) == 0


async def test_a_page_of_nobody_s_makes_a_source_that_is_not_polled(scene: Scene) -> None:
    await bring(scene, BRIDGE, "https://www.b.example:8443/news/bridge")
    async with scene.database.read() as connection:
        (made,) = await sources.list_all(connection)
    assert (made.url, made.title, made.state) == ("https://www.b.example:8443/", "b.example:8443", "paused")
    async with scene.database.write() as connection:
        assert await sources.claim_due(connection, scene.lease.id, (), 9, scene.clock() + timedelta(days=9)) == []


async def test_what_an_editor_brings_joins_the_story_that_another_source_told(scene: Scene) -> None:
    await store(scene, await source(scene, "a"), read("a"))
    assert await bring(scene, AGAIN, "https://b.example/bridge") == (2, True)
    await publish(scene, 2)
    assert await column(scene, "story_id", 2) == 1
    assert await count(scene, pushes) == 1
