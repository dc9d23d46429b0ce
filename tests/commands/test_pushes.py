"""`qasid pushes`: listed, paused, resumed, cancelled and sent once from the command line, each act on record."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime

import pytest
from sqlalchemy import select
from typer.testing import CliRunner, Result

from cli import cli
from db.engine import Database
from db.tables import audit
from db.tables import pushes as pushes_table
from newsroom.outcomes import Came
from tests.scene import Scene

Run = Callable[..., Awaitable[Result]]
DIPLOMACY = "s:diplomacy"


@pytest.fixture
def run(database: Database, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run a command of `qasid pushes` on the database."""
    monkeypatch.setenv("DATABASE_URL", database.url.render_as_string(hide_password=False))

    async def invoke(*words: str) -> Result:
        return await asyncio.to_thread(CliRunner().invoke, cli, ["pushes", *words])

    return invoke


@pytest.fixture
async def push(scene: Scene) -> int:
    """A push to two readers."""
    for chat_id in (1, 2):
        await scene.reader(chat_id, DIPLOMACY)
    return await scene.article(DIPLOMACY)


async def test_pushes_are_listed_with_how_far_they_are(scene: Scene, run: Run, push: int) -> None:
    await scene.article("s:sports")
    first, _ = await scene.claim()
    await scene.land(first)
    lines = (await run("list")).output.splitlines()
    assert lines == ["2\tarticle 2\tdone\tnobody", f"{push}\tarticle 1\trunning\t1 sending, 1 sent"]
    assert len((await run("list", "--limit", "1")).output.splitlines()) == 1


async def test_a_paused_push_sends_nothing_until_it_is_resumed(scene: Scene, run: Run, push: int) -> None:
    assert (await run("pause", str(push))).output == f"Push {push} is paused.\n"
    assert await scene.claim() == []
    assert "\tpaused\t2 queued" in (await run("list")).output
    assert (await run("resume", str(push))).output == f"Push {push} goes on.\n"
    scene.clock.moment = datetime.now(UTC)  # as the command line has it
    assert len(await scene.claim()) == 1  # its rendering is tried anew on one reader


async def test_a_cancelled_push_never_goes_on(scene: Scene, run: Run, push: int) -> None:
    assert (await run("cancel", str(push))).output == f"Push {push} is cancelled.\n"
    refused = await run("resume", str(push))
    assert refused.exit_code != 0
    assert await scene.claim() == []


async def test_what_is_sent_once_is_not_repeated_when_in_doubt(scene: Scene, run: Run, push: int) -> None:
    assert (await run("once", str(push))).output == f"Nothing of push {push} is repeated.\n"
    first, second = await scene.claim()
    await scene.land(first, Came.DOUBT, reason="no answer")
    await scene.land(second)
    assert sorted((await scene.states(push)).values()) == ["sent", "uncertain"]


@pytest.mark.parametrize("act", ["pause", "resume", "cancel", "once"])
async def test_a_push_that_is_not_there_is_said_so_and_changes_nothing(
    scene: Scene, run: Run, push: int, act: str
) -> None:
    told = await run(act, "99")
    assert (told.exit_code != 0, "No push 99" in told.output) == (True, True)
    assert await scene.one(select(pushes_table.c.state).where(pushes_table.c.id == push)) == "running"


async def test_acts_are_on_record(scene: Scene, run: Run, push: int) -> None:
    for act in ("pause", "resume", "once", "cancel"):
        await run(act, str(push))
    async with scene.database.read() as connection:
        acts = (await connection.execute(select(audit.c.action).order_by(audit.c.id))).scalars().all()
    assert acts == ["pause push", "resume push", "send push once", "cancel push"]
