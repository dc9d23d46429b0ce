"""«Readers say» in digests: chosen once for a set, the same for all who get it, and gone when the reply is."""

from collections.abc import AsyncIterator

import pytest

from db.engine import Database
from jobs.quotes import Corrector
from newsroom.replies import Reply
from newsroom.work import Shape
from sandbox import Person
from tests.fakes import Clock
from tests.jobs.plaza import Plaza, open_plaza
from tests.live import unseen

SALMA, NOOR = 7_700_123_456, 7_700_123_457
TEXT, OTHER = "النفق خطوة جيدة", "رأي آخر في ذلك"


@pytest.fixture
async def plaza(database: Database, clock: Clock) -> AsyncIterator[Plaza]:
    async with open_plaza(database, clock) as opened:
        yield opened


async def corrects(plaza: Plaza) -> None:
    """Let digests be corrected, those that were on their way too."""
    corrector = Corrector(plaza.desk.database, plaza.desk.clock)
    for _ in range(2):
        await corrector.step()
        await plaza.settles()
        plaza.stage.wait(30)


async def publish(plaza: Plaza, user_id: int, text: str, article: int = 2) -> Reply:
    return await plaza.publishes(user_id, text, article=article)


async def digest(plaza: Plaza) -> Person:
    """Let a reader get two articles as one message, to the first of which somebody has replied."""
    reader = await plaza.stage.reader(5, "s:sports")
    for title in ("نفق تحت الجبل", "بطولة كرة الطاولة"):
        await plaza.desk.scene.publish("s:sports", title=title)
    return reader


async def deliver(plaza: Plaza) -> str:
    await plaza.desk.scene.plan()
    await plaza.stage.deliver()
    (shown,) = plaza.stage.shown(5)
    return unseen(shown)


async def test_a_digest_brings_what_readers_say_and_an_edit_takes_it_out(plaza: Plaza) -> None:
    await digest(plaza)
    reply = await publish(plaza, SALMA, TEXT)
    told = await deliver(plaza)
    assert "قال القراء" in told
    assert TEXT in told
    assert "/replies_2" in told
    await plaza.revises(reply, SALMA, OTHER)
    await corrects(plaza)
    assert OTHER in unseen(plaza.stage.shown(5)[0])
    await plaza.withdraws(reply, SALMA)
    await corrects(plaza)
    (told,) = map(unseen, plaza.stage.shown(5))
    assert OTHER not in told
    assert "قال القراء" not in told
    assert (await plaza.desk.see(reply)).state == "removed"


async def test_a_set_is_rendered_once_however_many_replies_come_meanwhile(plaza: Plaza) -> None:
    await digest(plaza)
    await publish(plaza, SALMA, TEXT)
    await deliver(plaza)
    renderer, shape = plaza.stage.delivery.renderer, Shape(0, 0, "ar", public=False, silent=False, digest_id=1)
    first = await renderer.render(shape)
    size = renderer.shelf.size  # type: ignore[attr-defined]
    await publish(plaza, NOOR, OTHER)
    plaza.stage.wait(2)  # what was read is taken for unchanged for a moment
    assert await renderer.render(shape) == first
    assert renderer.shelf.size == size  # type: ignore[attr-defined]


async def test_posts_and_sets_without_replies_quote_nobody(plaza: Plaza) -> None:
    await digest(plaza)
    assert "قال القراء" not in await deliver(plaza)
    await publish(plaza, SALMA, TEXT)
    plaza.stage.wait(2)
    renderer = plaza.stage.delivery.renderer
    for public in (True, False):  # of a set that had none when it was first rendered
        rendering = await renderer.render(Shape(0, 0, "ar", public=public, silent=False, digest_id=1))
        assert TEXT not in rendering.body.decode()
