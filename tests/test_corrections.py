"""What was sent is corrected in place: the messages that show an older version are edited, once and quietly."""

from dataclasses import replace

import pytest
from sqlalchemy import select

from db.store import corrections
from db.tables import pushes
from newsroom.outcomes import Came
from newsroom.pushes import Lane
from sandbox import Fault, FaultKind
from tests.stage import Stage

DIPLOMACY, SPORTS = "s:diplomacy", "s:sports"
BETTER = "قمة في دوشنبه"


async def correct(stage: Stage, title: str = BETTER, number: int = 1) -> None:
    async with stage.scene.database.write() as connection:
        assert await corrections.correct(connection, number, {"title": title}, stage.scene.clock())


async def retract(stage: Stage, reason: str = "الخبر غير دقيق", number: int = 1) -> None:
    async with stage.scene.database.write() as connection:
        assert await corrections.retract(connection, number, reason, stage.scene.clock())


async def deliver(stage: Stage, rounds: int = 4) -> None:
    for _ in range(rounds):
        stage.wait(4)
        await stage.deliver()


async def test_who_has_an_article_sees_its_correction_in_its_place(stage: Stage) -> None:
    for chat_id in (1, 2):
        await stage.reader(chat_id, DIPLOMACY)
    push = await stage.scene.article(DIPLOMACY)
    await stage.deliver()
    await correct(stage)
    await deliver(stage)
    for chat_id in (1, 2):
        (text,) = stage.shown(chat_id)
        assert BETTER in text
    assert [(row.state, row.version, row.attempts) for row in await stage.scene.rows(push)] == [("sent", 2, 1)] * 2
    assert await stage.scene.one(select(pushes.c.edits_at)) is None


async def test_corrections_coalesce(stage: Stage) -> None:
    await stage.reader(1, DIPLOMACY)
    await stage.scene.article(DIPLOMACY)
    await stage.deliver()
    for title in ("أول", "ثان", BETTER):
        await correct(stage, title)
    await deliver(stage)
    assert sum(call.method == "editMessageText" for call in stage.telegram.calls) == 1
    assert BETTER in stage.shown(1)[0]


async def test_who_did_not_have_it_yet_gets_the_newest_version_alone(stage: Stage) -> None:
    await stage.reader(1, DIPLOMACY)
    await stage.scene.article(DIPLOMACY)
    await correct(stage)
    await deliver(stage)
    (text,) = stage.shown(1)
    assert BETTER in text
    assert not any(call.method == "editMessageText" for call in stage.telegram.calls)


async def test_an_answer_that_comes_after_the_correction_is_corrected_too(stage: Stage) -> None:
    await stage.reader(1, DIPLOMACY)
    push = await stage.scene.article(DIPLOMACY)
    (claimed,) = await stage.scene.claim()
    await correct(stage)
    await deliver(stage, 2)
    rendering = await stage.delivery.renderer.render(claimed.content)  # type: ignore[arg-type]

    old = replace(rendering, version=1)
    await stage.scene.land(claimed, rendering=old)
    assert await stage.scene.one(select(pushes.c.edits_at)) is not None
    (edit,) = await stage.scene.claim_later()
    assert edit.edit is not None
    assert (await stage.scene.rows(push))[0].state == "sending"


async def test_a_retraction_stops_the_push_and_says_why_where_it_was_sent(stage: Stage) -> None:
    for chat_id in (1, 2):
        await stage.reader(chat_id, DIPLOMACY)
    push = await stage.scene.article(DIPLOMACY)
    (first,) = await stage.scene.claim(1)
    rendering = await stage.delivery.renderer.render(first.content)  # type: ignore[arg-type]
    outcome = await stage.delivery.sender.send(first, rendering)
    await stage.scene.land(first, rendering=rendering, message_id=outcome.message_id)
    await retract(stage)
    await deliver(stage)
    (text,) = stage.shown(first.chat_id)
    assert "سُحب هذا الخبر" in text
    assert "الخبر غير دقيق" in text
    assert stage.shown(3 - first.chat_id) == []
    assert sorted((await stage.scene.states(push)).values()) == ["queued", "sent"]


async def test_an_edit_without_an_answer_is_simply_made_again(stage: Stage) -> None:
    await stage.reader(1, DIPLOMACY)
    push = await stage.scene.article(DIPLOMACY)
    await stage.deliver()
    stage.telegram.faults.add(Fault(FaultKind.RESET, method="editMessageText", times=1))
    await correct(stage)
    await deliver(stage)
    (row,) = await stage.scene.rows(push)
    assert (row.state, row.version, row.doubts) == ("sent", 2, 0)
    assert BETTER in stage.shown(1)[0]


@pytest.mark.parametrize(
    ("status", "told"),
    [
        (400, "Bad Request: message to edit not found"),
        (403, "Forbidden: bot was blocked by the user"),
        (400, "Bad Request: something nobody has heard of"),
    ],
)
async def test_what_cannot_be_edited_stays_sent_and_is_not_tried_for_ever(stage: Stage, status: int, told: str) -> None:
    await stage.reader(1, DIPLOMACY)
    push = await stage.scene.article(DIPLOMACY)
    await stage.deliver()
    fault = Fault(FaultKind.ERROR, method="editMessageText", status=status, description=told, times=None)
    stage.telegram.faults.add(fault)
    await correct(stage)
    await deliver(stage, 6)
    assert (await stage.scene.rows(push))[0].state == "sent"
    assert sum(call.method == "editMessageText" for call in stage.telegram.calls) == 1
    assert await stage.scene.one(select(pushes.c.edits_at)) is None


async def test_an_edit_of_a_dead_worker_is_made_by_another(stage: Stage) -> None:
    await stage.reader(1, DIPLOMACY)
    push = await stage.scene.article(DIPLOMACY)
    await stage.deliver()
    await correct(stage)
    (claimed,) = await stage.scene.claim_later()
    assert claimed.edit
    stage.wait(91)
    await stage.scene.queue.recover()
    assert (await stage.scene.rows(push))[0].state == "sent"
    await deliver(stage)
    assert BETTER in stage.shown(1)[0]


async def test_edits_go_before_news_and_keep_a_groups_pace(stage: Stage) -> None:
    await stage.scene.reader(-100, DIPLOMACY, SPORTS, kind="supergroup")
    await stage.scene.article(DIPLOMACY)
    (first,) = await stage.scene.claim()
    await stage.scene.land(first, rendering=await stage.delivery.renderer.render(first.content))  # type: ignore[arg-type]
    await stage.scene.article(SPORTS, lane=Lane.NEWS)
    await correct(stage)
    assert await stage.scene.claim() == []
    stage.wait(3)
    (second,) = await stage.scene.claim()
    assert second.edit
    await stage.scene.land(second, Came.OK)
    stage.wait(2)
    assert await stage.scene.claim() == []
    stage.wait(1)
    assert [row.edit for row in await stage.scene.claim()] == [None]
