"""Answers: they leave at once, in their order, and only while they are this worker's."""

from sqlalchemy import select

from app import CONNECTIONS
from bot.answering import Answerer
from bot.inbox import AT_ONCE
from bot.talk import Answer
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
        self.told = 0.0  # seconds, of a 429

    async def send(self, claimed: Claimed, rendering: Rendering, within: float | None = None) -> Outcome:
        del rendering, within
        self.sent.append(claimed.chat_id)
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


def test_all_that_may_be_under_way_at_once_has_a_connection() -> None:
    assert CONNECTIONS > LARGEST_WINDOW + AT_ONCE
