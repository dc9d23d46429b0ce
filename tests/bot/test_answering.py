"""Answers: they leave at once, in their order, and only while they are this worker's."""

import orjson
import pytest
from sqlalchemy import select

from app import CONNECTIONS
from bot.answering import Answerer
from bot.inbox import AT_ONCE
from bot.talk import Answer, address_inside
from db.store import workers
from db.tables import outbox
from newsroom.delivery import LARGEST_WINDOW
from newsroom.outcomes import Came, Outcome
from newsroom.work import Claimed, Rendering
from tests.scene import Scene


class Out:
    """A way out that remembers."""

    def __init__(self) -> None:
        self.sent: list[int] = []
        self.said: list[str] = []
        self.told = 0.0  # seconds, of a 429

    async def send(self, claimed: Claimed, rendering: Rendering, within: float | None = None) -> Outcome:
        del within
        self.sent.append(claimed.chat_id)
        self.said.append(orjson.loads(rendering.body)["text"])
        return Outcome(Came.OK, message_id=1) if not self.told else Outcome(Came.LATER, retry_after=self.told)

    async def probe(self) -> bool:
        raise NotImplementedError


async def write(scene: Scene, answerer: Answerer, chat_id: int = 5) -> list[Claimed]:
    async with scene.database.write() as connection:
        answers = [Answer("sendMessage", {"text": text}, chat_id) for text in ("one", "two")]
        return await answerer.write(connection, chat_id, answers, scene.clock())


async def states(scene: Scene) -> list[str]:
    async with scene.database.read() as connection:
        return list((await connection.execute(select(outbox.c.state).order_by(outbox.c.id))).scalars())


async def test_answers_leave_and_are_settled(scene: Scene) -> None:
    answerer = Answerer(scene.queue, out := Out(), scene.lease)
    await answerer.send(await write(scene, answerer))
    assert (out.sent, await states(scene)) == ([5, 5], ["sent", "sent"])


async def test_a_stale_lease_starts_no_answer_and_gives_it_back(scene: Scene) -> None:
    answerer = Answerer(scene.queue, out := Out(), scene.lease)
    written = await write(scene, answerer)
    scene.clock.move(seconds=7)
    await answerer.send(written)
    assert (out.sent, await states(scene)) == ([], ["queued", "queued"])


async def test_answers_of_an_id_that_others_took_for_dead_are_not_sent(scene: Scene) -> None:
    answerer = Answerer(scene.queue, out := Out(), scene.lease)
    written = await write(scene, answerer)
    scene.clock.move(seconds=11)
    async with scene.database.write() as connection:
        await workers.bury(connection, scene.clock())
        assert not await workers.beat(connection, scene.lease)
    await answerer.send(written)
    assert out.sent == []


async def test_after_429s_to_three_chats_other_answers_wait_and_then_leave(scene: Scene) -> None:
    answerer = Answerer(scene.queue, out := Out(), scene.lease)
    out.told = 30
    for chat_id in (5, 6, 7):
        await answerer.send(await write(scene, answerer, chat_id))
    assert out.sent == [5, 6, 7]
    out.told = 0
    await answerer.send(await write(scene, answerer, 8))
    assert out.sent == [5, 6, 7]
    again = Answerer(await scene.worker(), out, scene.lease)  # another process, or this one after a restart
    await again.send(await write(scene, again, 9))
    assert out.sent == [5, 6, 7]
    scene.lease.beat_at = scene.clock.move(seconds=31)
    await answerer.send(await write(scene, answerer, 10))
    assert out.sent == [5, 6, 7, 10, 10]


def text_of(row: Claimed) -> str:
    assert isinstance(row.content, Rendering)
    return str(orjson.loads(row.content.body)["text"])


async def say(scene: Scene, answerer: Answerer, text: str, chat_id: int = 5, method: str = "sendMessage") -> None:
    """Handle an update that is answered with a text, and a press where it is of one."""
    async with scene.database.write() as connection:
        answers = [Answer(method, {"text": text}, chat_id if method == "sendMessage" else 0)]
        written = await answerer.write(connection, sum(text.encode()), answers, scene.clock())
    await answerer.send(written)


@pytest.fixture
async def talk(scene: Scene) -> tuple[Answerer, Out]:
    """Answers to chats 5 and 6, which are known."""
    for chat_id in (5, 6):
        await scene.reader(chat_id)
    return Answerer(scene.queue, out := Out(), scene.lease), out


async def test_a_chat_that_was_told_to_wait_gets_no_answer_before_and_then_all_in_order(
    scene: Scene, talk: tuple[Answerer, Out]
) -> None:
    answerer, out = talk
    out.told = 60
    await say(scene, answerer, "first")
    out.told = 0
    for seconds, text in ((1, "second"), (58, "third")):  # far from the end of the wait, and just before it
        scene.lease.beat_at = scene.clock.move(seconds=seconds)
        await say(scene, answerer, text)
    assert out.said == ["first"]
    await say(scene, answerer, "to somebody else", 6)
    assert out.said == ["first", "to somebody else"]
    leaving = []
    for _ in range(3):
        scene.lease.beat_at = scene.clock.move(seconds=1)
        (row,) = await scene.claim()
        leaving.append(text_of(row))
        await scene.land(row)
    assert leaving == ["first", "second", "third"]


async def test_a_new_answer_does_not_overtake_those_whose_wait_is_over(
    scene: Scene, talk: tuple[Answerer, Out]
) -> None:
    answerer, out = talk
    out.told = 60
    await say(scene, answerer, "first")
    await say(scene, answerer, "second")
    out.told = 0
    scene.lease.beat_at = scene.clock.move(seconds=61)
    await say(scene, answerer, "third")
    assert out.said == ["first", "first", "second", "third"]
    assert await states(scene) == ["sent"] * 3


async def test_a_chat_that_was_told_to_wait_by_a_429_to_news_gets_no_answer_either(
    scene: Scene, talk: tuple[Answerer, Out]
) -> None:
    answerer, out = talk
    await scene.reader(7, "s:diplomacy")
    await scene.article("s:diplomacy")
    (row,) = await scene.claim()
    await scene.land(row, Came.LATER, retry_after=60)
    await say(scene, answerer, "first", 7)
    assert (out.said, await states(scene)) == ([], ["queued"])


async def test_a_press_is_answered_at_once_whatever_its_chat_was_told(scene: Scene, talk: tuple[Answerer, Out]) -> None:
    answerer, out = talk
    out.told = 60
    async with scene.database.write() as connection:
        shown = Answer("editMessageText", {"text": "screen"}, 5)
        toast = Answer("answerCallbackQuery", {"text": "toast"}, 0)
        written = await answerer.write(connection, 1, [shown, toast], scene.clock())
    await answerer.send(written)
    await say(scene, answerer, "another", method="answerCallbackQuery")
    assert out.said == ["screen", "toast", "another"]


async def test_what_answers_a_query_alone_waits_as_a_429_told_and_then_leaves(
    scene: Scene, talk: tuple[Answerer, Out]
) -> None:
    answerer, out = talk
    out.told = 30
    await say(scene, answerer, "results", method="answerInlineQuery")
    scene.lease.beat_at = scene.clock.move(seconds=29)
    assert (await scene.claim(), await states(scene)) == ([], ["queued"])
    scene.lease.beat_at = scene.clock.move(seconds=1)
    (row,) = await scene.claim()
    await scene.land(row)
    assert (text_of(row), row.attempt.attempts, await states(scene)) == ("results", 0, ["sent"])


async def test_429s_to_three_answers_that_reach_no_chat_let_all_answers_wait(
    scene: Scene, talk: tuple[Answerer, Out]
) -> None:
    answerer, out = talk
    out.told = 30
    for text in ("a", "b", "c"):
        await say(scene, answerer, text, method="answerInlineQuery")
    out.told = 0
    await say(scene, answerer, "another", method="answerInlineQuery")
    await say(scene, answerer, "to a person")
    assert (out.said, await states(scene)) == (["a", "b", "c"], ["queued"] * 5)


async def test_429s_to_what_is_addressed_in_its_text_alone_let_nobody_else_wait(
    scene: Scene, talk: tuple[Answerer, Out]
) -> None:
    answerer, out = talk
    out.told = 30
    for number in range(1, 4):
        async with scene.database.write() as connection:
            inside = address_inside(Answer("sendMessage", {"text": str(number)}, 5))
            written = await answerer.write(connection, number, [inside], scene.clock())
        await answerer.send(written)
    out.told = 0
    await say(scene, answerer, "to somebody else", 6)
    assert out.said == ["1", "2", "3", "to somebody else"]
    pace = await scene.pace()
    assert (pace.paused_until, pace.flood_chat, pace.answer_floods) == (scene.clock(), None, None)


async def test_while_all_answers_wait_none_leaves_early_because_its_chat_was_told_less(
    scene: Scene, talk: tuple[Answerer, Out]
) -> None:
    answerer, out = talk
    await scene.reader(7)
    for chat_id, seconds in ((5, 30), (6, 3), (7, 3)):
        out.told = seconds
        await say(scene, answerer, str(chat_id), chat_id)
        scene.lease.beat_at = scene.clock.move(seconds=1.5)  # so far apart that bulk goes on
    scene.lease.beat_at = scene.clock.move(seconds=20)
    assert await scene.claim() == []
    scene.lease.beat_at = scene.clock.move(seconds=10)
    assert sorted(map(text_of, await scene.claim())) == ["5", "6", "7"]


async def test_a_message_just_before_makes_no_answer_wait(scene: Scene, talk: tuple[Answerer, Out]) -> None:
    answerer, out = talk
    await say(scene, answerer, "first")
    await say(scene, answerer, "second")
    assert out.said == ["first", "second"]


async def test_a_flood_that_another_process_met_is_known_within_a_second(scene: Scene) -> None:
    answerer = Answerer(scene.queue, hit := Out(), scene.lease)
    other = Answerer(await scene.worker(), out := Out(), scene.lease)
    await other.send(await write(scene, other, 8))
    hit.told = 30
    for chat_id in (5, 6, 7):
        await answerer.send(await write(scene, answerer, chat_id))
    scene.clock.move(seconds=1.1)
    await other.send(await write(scene, other, 9))
    assert out.sent == [8, 8]


def test_all_that_may_be_under_way_at_once_has_a_connection() -> None:
    assert CONNECTIONS > LARGEST_WINDOW + AT_ONCE
