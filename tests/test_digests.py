"""Digests as readers get them: one message by topic, edited when one of its articles is, for each kind of chat."""

from dataclasses import dataclass, replace

import orjson

from db.store import corrections, staff
from newsroom.delivery import Renderer
from newsroom.outcomes import Came
from newsroom.pacing import LONG
from newsroom.pushes import Lane
from newsroom.roles import Role
from newsroom.watch import EQUAL_REFUSALS
from newsroom.work import Rendering, Shape
from sandbox import Fault, FaultKind
from tests.live import unseen
from tests.stage import Stage

DIPLOMACY, SPORTS = "s:diplomacy", "s:sports"


@dataclass(slots=True)
class BreaksDigests:
    """Writes digests that Telegram refuses, and articles as they should be."""

    inner: Renderer

    async def render(self, shape: Shape) -> Rendering:
        """Answer what is written, with a tag that nobody closes."""
        rendering = await self.inner.render(shape)
        told = orjson.loads(rendering.body)
        broken = orjson.dumps(told | {"text": f"{told['text']}<b>"})
        return replace(rendering, body=broken) if shape.digest_id else rendering


async def test_a_burst_is_one_message_by_topic_with_a_number_for_each(stage: Stage) -> None:
    await stage.reader(1, DIPLOMACY, SPORTS)
    for topic, title in ((DIPLOMACY, "قمة"), (SPORTS, "مباراة"), (DIPLOMACY, "لقاء")):
        stage.wait(1)
        await stage.scene.article(topic, title=title)
    await stage.deliver()
    (text,) = map(unseen, stage.shown(1))
    assert text.startswith("🗞 3 أخبار\n\nالسياسة الخارجية\n1. لقاء\n")
    assert "\n2. قمة\n" in text
    assert "\n\nالرياضة\n3. مباراة\n" in text
    assert "/article_2" in text


async def test_a_long_digest_has_pages_and_a_button_for_each_article_of_the_first(stage: Stage) -> None:
    person = await stage.reader(1, DIPLOMACY)
    for number in range(12):
        await stage.scene.article(DIPLOMACY, title=f"خبر {number}")
    await stage.deliver()
    assert person.last
    labels = [button.text for row in person.last.keyboard for button in row]
    assert labels == [*(f"📖 {number}" for number in range(1, 11)), "➡️ التالي"]
    assert "صفحة 1 من 2" in unseen(person.last.text)


async def test_a_group_gets_no_buttons_of_numbers(stage: Stage) -> None:
    stage.telegram.group(-1001, title="قراء").adds_bot(by=stage.telegram.person(5))
    await stage.scene.reader(-1001, DIPLOMACY, kind="supergroup")
    for _ in range(2):
        await stage.scene.article(DIPLOMACY)
    await stage.deliver()
    chat = stage.telegram.world.chats[-1001]
    (shown,) = (message for message in chat.screen if message.by_bot)  # type: ignore[attr-defined]
    assert unseen(shown.text).startswith("🗞 خبران")
    assert shown.buttons == []


async def test_a_correction_and_a_retraction_are_seen_in_the_digest_that_had_them(stage: Stage) -> None:
    await stage.reader(1, DIPLOMACY)
    for title in ("قمة", "لقاء"):
        await stage.scene.article(DIPLOMACY, title=title)
    await stage.deliver()
    async with stage.scene.database.write() as connection:
        assert await corrections.correct(connection, 1, {"title": "قمة في دوشنبه"}, stage.scene.clock())
        assert await corrections.retract(connection, 2, "الخبر غير دقيق", stage.scene.clock())
    for _ in range(4):
        stage.wait(4)
        await stage.deliver()
    (text,) = map(unseen, stage.shown(1))
    assert "قمة في دوشنبه" in text
    assert "🚫 سُحب" in text
    assert text.startswith("🗞 خبران")


async def test_a_refused_digest_brings_its_articles_one_by_one(stage: Stage) -> None:
    await stage.reader(1, DIPLOMACY)
    for title in ("قمة", "لقاء"):
        await stage.scene.article(DIPLOMACY, title=title)
    refused = Fault(FaultKind.ERROR, method="sendMessage", status=400, description="Bad Request: can't parse entities")
    stage.telegram.faults.add(refused)
    for _ in range(4):
        await stage.deliver()
        stage.wait(2)
    assert [unseen(text).partition("\n")[0] for text in stage.shown(1)] == ["قمة", "لقاء"]


async def test_a_digest_that_telegram_refuses_is_tried_on_few_and_nobody_loses_an_article(stage: Stage) -> None:
    for chat_id in range(1, 41):
        await stage.scene.reader(chat_id, DIPLOMACY)
        stage.telegram.person(chat_id).writes("/start")
    await stage.reader(90)
    async with stage.scene.database.write() as connection:
        await staff.grant(connection, 90, Role.EDITOR, stage.scene.clock())
    for title in ("قمة", "لقاء"):
        await stage.scene.article(DIPLOMACY, title=title)
    stage.delivery.renderer = BreaksDigests(stage.delivery.renderer)
    stage.delivery.rate = 1  # the smallest window, so that not all are under way at once
    for _ in range(6):
        await stage.deliver()
        stage.wait(4)
    assert [stage.received(chat_id) for chat_id in range(1, 41)] == [2] * 40
    tried = [call for call in stage.telegram.calls if "🗞" in str(call.params.get("text"))]
    assert EQUAL_REFUSALS <= len(tried) < EQUAL_REFUSALS + 2 * stage.delivery.window
    (told,) = stage.shown(90)
    assert "parse entities" in told


async def test_a_digest_counts_once_and_a_chat_that_is_gone_once(stage: Stage) -> None:
    person = await stage.reader(1, DIPLOMACY)
    for _ in range(12):
        await stage.scene.article(DIPLOMACY, lane=Lane.NEWS)
    person.blocks()
    await stage.deliver()
    assert stage.meter.counted[f"sends/{Came.GONE}"] == 1
    assert {state for push in range(1, 13) for state in (await stage.scene.states(push)).values()} == {"failed"}


async def test_what_is_long_is_told_by_its_letters(stage: Stage) -> None:
    """Telegram is patient with a chat by the length of a text, and Arabic takes two bytes for a letter."""
    await stage.scene.reader(1, DIPLOMACY)
    for title in ("خ" * (LONG // 3), "خ" * LONG):
        await stage.scene.article(DIPLOMACY, title=title)
    shapes = [Shape(story, story, "ar", public=False, silent=False) for story in (1, 2)]
    assert [(await stage.delivery.renderer.render(shape)).is_long for shape in shapes] == [False, True]
