"""Renderings on trial: what Telegram refuses is refused to few, what it takes goes to all, what is mended goes on."""

from dataclasses import replace

import orjson
import pytest
from sqlalchemy import select

from db.store import corrections, queue, staff, subscribers
from db.tables import outbox, renderings
from newsroom.outcomes import Came
from newsroom.roles import Role
from newsroom.work import Claimed, Landed, Rendering, Shape
from tests.scene import Scene

DIPLOMACY = "s:diplomacy"
REASON = "Bad Request: can't parse entities: Unclosed start tag at byte offset 3"


async def readers(scene: Scene, count: int, language: str = "ar", *, first: int = 1) -> None:
    for chat_id in range(first, first + count):
        await scene.reader(chat_id, DIPLOMACY, language=language)


def languages(claimed: list[Claimed]) -> list[str]:
    return sorted(row.content.language for row in claimed if isinstance(row.content, Shape))


async def test_one_row_of_each_rendering_leaves_first_and_the_rest_when_it_is_taken(scene: Scene) -> None:
    await readers(scene, 5)
    await readers(scene, 2, "zh", first=11)
    await scene.reader(-100, DIPLOMACY, kind="supergroup")
    await scene.article(DIPLOMACY, proven=False)
    trials = await scene.claim()
    assert sorted((row.chat_id < 0, languages([row])) for row in trials) == [
        (False, ["ar"]),
        (False, ["zh"]),
        (True, ["ar"]),
    ]
    assert await scene.claim() == []
    arabic = next(row for row in trials if row.chat_id == 1)
    await scene.land(arabic)
    assert languages(await scene.claim()) == ["ar"] * 4


async def test_another_workers_trial_is_waited_for(scene: Scene) -> None:
    await readers(scene, 3)
    await scene.article(DIPLOMACY, proven=False)
    other = await scene.worker()
    assert len(await scene.claim()) == 1
    assert await other.exchange([], 10) == []


@pytest.mark.parametrize("came", [Came.AGAIN, Came.LATER, Came.GONE, Came.DOUBT, Came.RETURNED, Came.REFUSED])
async def test_a_trial_that_says_nothing_good_is_followed_by_another(scene: Scene, came: Came) -> None:
    await readers(scene, 3)
    await scene.article(DIPLOMACY, proven=False)
    (first,) = await scene.claim()
    await scene.land(first, came, reason="x", retry_after=60.0)
    (second,) = await scene.claim()
    assert second.chat_id != first.chat_id


async def test_the_trial_of_a_worker_that_died_is_made_again(scene: Scene) -> None:
    await readers(scene, 3)
    await scene.article(DIPLOMACY, proven=False)
    await scene.claim()
    scene.clock.move(seconds=91)
    assert await scene.queue.recover() == 1
    assert len(await scene.claim()) == 1


async def test_a_trial_whose_row_has_become_another_renderings_is_made_again(scene: Scene) -> None:
    await readers(scene, 3)
    await scene.article(DIPLOMACY, proven=False)
    (trial,) = await scene.claim()
    async with scene.database.write() as connection:
        await subscribers.change(connection, trial.row_id, language="zh")
    scene.clock.move(seconds=89)
    assert await scene.claim() == []
    scene.clock.move(seconds=2)
    assert await scene.queue.recover() == 1  # its worker has lost track of it
    assert languages(await scene.claim()) == ["ar"]
    assert await scene.claim() == []


async def test_staff_who_follow_it_get_an_article_first(scene: Scene) -> None:
    await readers(scene, 5)
    async with scene.database.write() as connection:
        await staff.grant(connection, 4, Role.EDITOR, scene.clock())
    await scene.article(DIPLOMACY, proven=False)
    (first,) = await scene.claim()
    assert first.chat_id == 4


async def stop_it(scene: Scene) -> int:
    """Let five chats refuse an article, the editor's among them; answer its push."""
    async with scene.database.write() as connection:
        await staff.grant(connection, 1, Role.EDITOR, scene.clock())
    push = await scene.article(DIPLOMACY, proven=False)
    refusals: list[Landed] = []
    while len(refusals) < 5:
        (trial,) = await scene.claim()
        refusals.append(scene.landed(trial, Came.REFUSED, reason=REASON))
        await scene.queue.exchange(refusals[-1:], 0)
    await scene.queue.stop(refusals[-1])
    return push


async def drain(scene: Scene) -> list[int]:
    """Settle what is claimed until nothing is; answer the chats that got something."""
    got = []
    for _ in range(10):
        scene.clock.move(seconds=2)
        for row in await scene.claim():
            await scene.land(row, Came.UNWANTED if row.refused else Came.OK, reason=row.refused)
            got += [] if row.refused or not isinstance(row.content, Shape) else [row.chat_id]
    return got


async def test_a_mended_article_goes_to_everybody_once(scene: Scene) -> None:
    await readers(scene, 8)
    await stop_it(scene)
    assert await drain(scene) == []
    async with scene.database.write() as connection:
        assert await corrections.correct(connection, 1, {"title": "عنوان سليم"}, scene.clock())
    assert sorted(await drain(scene)) == list(range(1, 9))


async def test_who_has_it_already_does_not_get_it_again_when_it_is_resumed(scene: Scene) -> None:
    await readers(scene, 3)
    push = await scene.article(DIPLOMACY)
    claimed = await scene.claim()
    await scene.land(claimed[0])
    refused = scene.landed(claimed[1], Came.REFUSED, reason=REASON)
    await scene.queue.exchange([refused], 0)
    await scene.queue.stop(refused)
    await scene.land(claimed[2], Came.RETURNED)
    assert await drain(scene) == []
    async with scene.database.write() as connection:
        assert await queue.resume(connection, push, scene.clock())
    assert sorted(await drain(scene)) == [2, 3]


async def test_editors_are_told_the_reason_and_the_place_once(scene: Scene) -> None:
    await readers(scene, 6)
    await stop_it(scene)
    found = await scene.one(select(outbox.c.payload).where(outbox.c.chat_id == 1))
    told = orjson.loads(found)
    assert "can't parse entities" in told["text"].replace("&#x27;", "'")
    assert [button["text"][0] for row in told["reply_markup"]["inline_keyboard"] for button in row] == ["▶", "⏹"]
    assert await scene.one(select(renderings.c.state)) == "stopped"


async def test_a_refusal_of_the_version_before_the_correction_costs_nobody_his_article(scene: Scene) -> None:
    await readers(scene, 1)
    await scene.article(DIPLOMACY, proven=False)
    (trial,) = await scene.claim()
    async with scene.database.write() as connection:
        assert await corrections.correct(connection, 1, {"title": "عنوان سليم"}, scene.clock())
    old = Rendering("sendMessage", b"{}", 1, 1)
    refused = replace(scene.landed(trial, Came.REFUSED, reason=REASON), rendering=old)
    await scene.queue.exchange([refused], 0)
    await scene.queue.stop(refused)
    assert await drain(scene) == [1]
