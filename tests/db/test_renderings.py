"""Renderings on trial: what Telegram refuses is refused to few, what it takes goes to all, what is mended goes on."""

from dataclasses import replace

import orjson
import pytest
from sqlalchemy import select

from db.showing import renderings
from db.store import corrections, queue, staff, subscribers
from db.store.deliveries import STOPPED
from db.tables import outbox
from newsroom.outcomes import Came
from newsroom.readers import Rhythm, Schedule
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


async def claim_one(scene: Scene) -> Claimed:
    """Claim the only row of a push that may leave now; what editors are told leaves beside it."""
    (claimed,) = (row for row in await scene.claim() if isinstance(row.content, Shape))
    return claimed


async def refuse(scene: Scene, count: int, body: bytes = b'{"text": "<b>broken"}') -> None:
    """Let so many chats refuse what they are sent, one after another."""
    for _ in range(count):
        claimed = await claim_one(scene)
        shown = claimed.edit.wanted if claimed.edit else 1
        await scene.land(claimed, Came.REFUSED, Rendering("sendMessage", body, 1, shown), reason=REASON)


async def tell(scene: Scene) -> list[str]:
    """Answer what the editor in chat 90 was told."""
    async with scene.database.read() as connection:
        found = await connection.execute(select(outbox.c.payload).where(outbox.c.chat_id == 90).order_by(outbox.c.id))
    return [orjson.loads(payload)["text"] for payload in found.scalars() if payload]


@pytest.fixture
async def editor(scene: Scene) -> None:
    """An editor, who follows nothing."""
    await scene.reader(90)
    async with scene.database.write() as connection:
        await staff.grant(connection, 90, Role.EDITOR, scene.clock())


@pytest.mark.usefixtures("editor")
async def test_editors_hear_when_all_of_a_few_refuse_and_a_correction_reaches_them(scene: Scene) -> None:
    await readers(scene, 3)
    push = await scene.article(DIPLOMACY, proven=False)
    await refuse(scene, 2)
    assert await tell(scene) == []  # the third is still to be asked
    await refuse(scene, 1)
    assert await scene.claim_later() == []
    (told,) = await tell(scene)
    assert "broken" in told
    assert "parse entities" in told
    assert set((await scene.states(push)).values()) == {"failed"}
    async with scene.database.write() as connection:
        assert await corrections.correct(connection, 1, {"title": "عنوان سليم"}, scene.clock())
    assert sorted(await drain(scene)) == [1, 2, 3]


@pytest.mark.usefixtures("editor")
async def test_whoever_is_due_next_week_does_not_keep_editors_waiting(scene: Scene) -> None:
    await readers(scene, 1)
    await scene.reader(2, DIPLOMACY, schedule=Schedule(Rhythm.WEEKLY, "Asia/Riyadh", hour=10, weekday=5))
    await scene.article(DIPLOMACY, proven=False)
    await refuse(scene, 1)
    assert await scene.claim_later() == []
    assert len(await tell(scene)) == 1
    scene.clock.move(days=8)
    await refuse(scene, 1)
    assert await scene.claim_later() == []
    assert len(await tell(scene)) == 1  # of one version once


@pytest.mark.usefixtures("editor")
async def test_editors_hear_nothing_where_the_next_one_takes_it_and_a_mend_reaches_the_odd_chat(scene: Scene) -> None:
    await readers(scene, 3)
    push = await scene.article(DIPLOMACY, proven=False)
    await refuse(scene, 1)
    assert len(await drain(scene)) == 2
    assert await tell(scene) == []
    async with scene.database.write() as connection:
        assert await queue.resume(connection, push, scene.clock())
    assert len(await drain(scene)) == 1


@pytest.mark.usefixtures("editor")
async def test_editors_hear_of_a_refused_correction_of_the_only_message(scene: Scene) -> None:
    await readers(scene, 1)
    await scene.article(DIPLOMACY)
    (claimed,) = await scene.claim()
    await scene.land(claimed, rendering=Rendering("sendMessage", b"{}", 1, 1))
    async with scene.database.write() as connection:
        assert await corrections.correct(connection, 1, {"title": "عنوان مكسور"}, scene.clock())
    scene.clock.move(seconds=4)
    await refuse(scene, 1)
    assert await scene.claim_later() == []
    assert len(await tell(scene)) == 1


@pytest.mark.usefixtures("editor")
async def test_whoever_resumes_what_is_still_broken_hears_again(scene: Scene) -> None:
    await readers(scene, 2)
    push = await scene.article(DIPLOMACY, proven=False)
    for times in (1, 2):
        await refuse(scene, 2)
        assert await scene.claim_later() == []
        assert len(await tell(scene)) == times
        async with scene.database.write() as connection:
            assert await queue.resume(connection, push, scene.clock())


async def test_whoever_stops_it_again_after_a_resume_hears_again(scene: Scene) -> None:
    await readers(scene, 6)
    push = await stop_it(scene)
    async with scene.database.write() as connection:
        assert await queue.resume(connection, push, scene.clock())
    scene.clock.move(seconds=4)
    refused = scene.landed(await claim_one(scene), Came.REFUSED, reason=REASON)
    await scene.queue.exchange([refused], 0)
    for _ in range(2):
        await scene.queue.stop(refused)
    async with scene.database.read() as connection:
        found = await connection.execute(select(outbox.c.id).where(outbox.c.dedup_key.startswith("stopped:")))
    assert len(found.all()) == 2


async def test_whoever_refused_in_other_words_than_the_last_gets_the_mended_text_too(scene: Scene) -> None:
    await readers(scene, 4)
    await scene.article(DIPLOMACY)
    claimed = await scene.claim()
    refusals = [
        scene.landed(row, Came.REFUSED, reason=f"Bad Request: {word}")
        for row, word in zip(claimed, ("this", "that", "what", "else"), strict=True)
    ]
    await scene.queue.exchange(refusals, 0)
    await scene.queue.stop(refusals[-1])
    async with scene.database.write() as connection:
        assert await corrections.correct(connection, 1, {"title": "عنوان سليم"}, scene.clock())
    assert sorted(await drain(scene)) == [1, 2, 3, 4]


async def test_who_is_gone_is_not_tried_again_by_a_mend(scene: Scene) -> None:
    await readers(scene, 2)
    push = await scene.article(DIPLOMACY, proven=False)
    (gone,) = await scene.claim()
    await scene.land(gone, Came.GONE, reason="Forbidden: bot was blocked by the user")
    await refuse(scene, 1)
    async with scene.database.write() as connection:
        assert await queue.resume(connection, push, scene.clock())
    assert await drain(scene) == [3 - gone.chat_id]
    assert sorted((await scene.states(push)).values()) == ["failed", "sent"]


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


@pytest.mark.parametrize("deed", ["correct", "resume"])
async def test_who_is_being_left_out_as_the_text_is_mended_gets_it(scene: Scene, deed: str) -> None:
    await readers(scene, 8)
    push = await stop_it(scene)
    scene.clock.move(seconds=4)
    claimed = await scene.claim()
    assert sum(row.refused == STOPPED for row in claimed) == 3
    async with scene.database.write() as connection:
        if deed == "correct":
            assert await corrections.correct(connection, 1, {"title": "عنوان سليم"}, scene.clock())
        else:
            assert await queue.resume(connection, push, scene.clock())
    for row in claimed:
        await scene.land(row, Came.UNWANTED if row.refused else Came.OK, reason=row.refused)
    assert sorted(await drain(scene)) == list(range(1, 9))
