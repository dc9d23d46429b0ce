"""`qasid staff`: roles given and taken at the terminal, on record, and told by the bot to whoever has them."""

import asyncio
from collections.abc import Awaitable, Callable

import orjson
import pytest
from sqlalchemy import select
from typer.testing import CliRunner, Result

from cli import cli
from db.engine import Database
from db.store import chats
from db.tables import audit, outbox
from newsroom.errors import Refusal
from tests.scene import Scene

Run = Callable[..., Awaitable[Result]]
AMAL, BADR = 7_700_000_001, 7_700_000_002


@pytest.fixture
def run(database: Database, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run a command of `qasid staff` on the database."""
    monkeypatch.setenv("DATABASE_URL", database.url.render_as_string(hide_password=False))

    async def invoke(*words: str) -> Result:
        return await asyncio.to_thread(CliRunner().invoke, cli, ["staff", *words])

    return invoke


async def test_roles_are_given_listed_and_taken(scene: Scene, run: Run) -> None:
    assert (await run("grant", str(AMAL), "owner")).output == f"✅ {AMAL} has the role owner now.\n"
    assert (await run("grant", str(AMAL), "owner")).exit_code == 1
    await run("grant", str(BADR), "editor")
    assert (await run("list")).output == f"{AMAL}\towner\n{BADR}\teditor\n"
    assert "no longer has: editor" in (await run("revoke", str(BADR), "editor")).output
    told = await run("revoke", str(AMAL))
    assert isinstance(told.exception, Refusal)
    assert (await run("list")).output == f"{AMAL}\towner\n"
    async with scene.database.read() as connection:
        acts = (await connection.execute(select(audit.c.action, audit.c.detail).order_by(audit.c.id))).all()
    assert acts == [("grant role", "owner"), ("grant role", "editor"), ("revoke role", "editor")]


async def test_whoever_has_written_to_the_bot_is_told_and_has_the_menu(scene: Scene, run: Run) -> None:
    async with scene.database.write() as connection:
        await chats.greet(connection, AMAL, "private", scene.clock())
    await run("grant", str(AMAL), "editor")
    async with scene.database.read() as connection:
        told = (await connection.execute(select(outbox.c.method, outbox.c.payload).order_by(outbox.c.id))).all()
    assert [row.method for row in told] == ["sendMessage", "setMyCommands"]
    menu = orjson.loads(told[1].payload)
    assert menu["scope"] == {"type": "chat", "chat_id": AMAL}
    assert "sources" in {command["command"] for command in menu["commands"]}
