"""`/pushes`: editors see what is on its way, and pause, resume and cancel it; nobody else may."""

import pytest
from sqlalchemy import insert, select, update

from db.tables import audit, pushes
from newsroom.pushes import PushState
from sandbox import Person
from tests.live import Live


@pytest.fixture
async def push(live: Live) -> int:
    """A push of the first article, which nothing moves by itself."""
    now = live.app.clock()
    row = {"story_id": 1, "lane": 3, "state": "paused", "due_at": now, "created_at": now}
    async with live.app.database.write() as connection:
        made = await connection.execute(insert(pushes).values(row).returning(pushes.c.id))
    return int(made.scalar_one())


async def state(live: Live, push: int) -> str:
    return str(await live.ask(select(pushes.c.state).where(pushes.c.id == push)))


async def test_they_are_listed_and_one_is_cancelled_by_its_button(live: Live, editor: Person, push: int) -> None:
    assert f"⏸ {push} · الخبر 1" in await live.says(editor, "/pushes")
    assert "متوقف مؤقتًا" in await live.presses(editor, f"📦 الإرسال {push}")
    assert "لا يُعاد منه" in await live.presses(editor, "☝️")
    assert "أُلغي" in await live.presses(editor, "⏹")
    assert await state(live, push) == "cancelled"
    await live.presses(editor, "📦 كل")
    async with live.app.database.read() as connection:
        acts = (await connection.execute(select(audit.c.action).order_by(audit.c.id))).scalars().all()
    assert acts == ["send push once", "cancel push"]


async def test_one_is_resumed_by_a_word(live: Live, editor: Person, push: int) -> None:
    await live.says(editor, f"/pushes {push} resume")
    assert await state(live, push) in {PushState.RUNNING, PushState.DONE}
    async with live.app.database.write() as connection:
        await connection.execute(update(pushes).values(state="cancelled"))
    assert "بُتّ في هذا" in await live.says(editor, f"/pushes {push} pause")


@pytest.mark.parametrize(("said", "answer"), [("99", "ليس هناك إرسال"), ("{push} stop", "pause, resume, cancel, once")])
async def test_what_cannot_be_done_says_what_can(live: Live, editor: Person, push: int, said: str, answer: str) -> None:
    assert answer in await live.says(editor, f"/pushes {said.format(push=push)}")


async def test_readers_may_not(live: Live, amal: Person, push: int) -> None:
    assert "لفريق التحرير" in await live.says(amal, f"/pushes {push} cancel")
    assert await state(live, push) == "paused"
