"""The audit only grows, and whoever goes around that breaks its chain."""

import asyncio
from typing import Any

import pytest
from sqlalchemy import delete, insert, select, text, update
from sqlalchemy.exc import DBAPIError
from typer.testing import CliRunner

from cli import cli
from db.engine import Database
from db.replying import replies
from db.store import audit as audit_store
from db.store import staff, tombstones
from db.store.staff import Act
from db.tables import audit
from newsroom.replies import Action, Reply, State
from newsroom.roles import Role
from tests.desk import ReplyDesk, set_desk
from tests.fakes import Clock
from tests.terms import keep

SALMA = 7_700_123_456


async def live(desk: ReplyDesk) -> Reply:
    """Leave lines of replies and of other acts."""
    reply = await desk.reject(await desk.pending(SALMA), desk.amal, note="بلا تجريح")
    await desk.published(SALMA + 1)
    async with desk.database.write() as connection:
        for number in range(3):
            await staff.note(connection, Act("5", "grant", str(number), Role.EDITOR), desk.clock())
    return reply


async def tamper(desk: ReplyDesk, statement: Any) -> None:
    """Change lines as one does who owns the database: without the triggers."""
    async with desk.database.write() as connection:
        if desk.database.is_sqlite:
            for name in ("audit_stays", "audit_keeps"):
                await connection.execute(text(f"DROP TRIGGER IF EXISTS {name}"))
        else:
            await connection.execute(text("SET LOCAL session_replication_role = replica"))
        assert (await connection.execute(statement)).rowcount


async def test_a_chain_that_nobody_touched_is_unbroken(desk: ReplyDesk) -> None:
    await live(desk)
    found = await desk.verify()
    assert (found.lines, found.erased, found.older, found.broken) == (4 + 6 + 3, 0, 0, "")


@pytest.mark.parametrize(
    "statement",
    [
        update(audit).values(actor="12"),
        update(audit).values(action="approve"),
        update(audit).values(at=Clock().move(days=1)),
        update(audit).values(hash=None),
        update(audit).values(detail="x"),
        delete(audit),
    ],
    ids=str,
)
async def test_no_line_can_be_changed_or_taken_out(desk: ReplyDesk, statement: Any) -> None:
    await live(desk)
    with pytest.raises(DBAPIError, match="only grows"):
        async with desk.database.write() as connection:
            await connection.execute(statement)
    assert (await desk.verify()).broken == ""


async def test_postgresql_keeps_it_from_being_emptied_at_once(desk: ReplyDesk) -> None:
    if desk.database.is_sqlite:
        return  # it knows no such statement
    await live(desk)
    with pytest.raises(DBAPIError, match="only grows"):
        async with desk.database.write() as connection:
            await connection.execute(text("TRUNCATE audit"))


async def test_two_lines_for_one_version_cannot_be(desk: ReplyDesk) -> None:
    reply = await live(desk)
    line = {"actor": "1", "action": "approve", "subject": reply.id, "reply_id": reply.id, "version": 4}
    with pytest.raises(DBAPIError):
        async with desk.database.write() as connection:
            await connection.execute(insert(audit).values(line | {"at": desk.clock()}))


OF_REPLIES = audit.c.reply_id.is_not(None)


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        (update(audit).where(audit.c.action == "reject").values(action="approve"), "is not what was written"),
        (update(audit).where(audit.c.action == "reject").values(code="legal"), "is not what was written"),
        (update(audit).where(audit.c.action == "reject").values(actor="99"), "is not by whom it was written"),
        (update(audit).where(audit.c.action == "reject").values(detail="غيره"), "does not say what was said"),
        (delete(audit).where(audit.c.action == "pass"), "does not follow the line before it"),
        (delete(audit).where(audit.c.action == "reject"), "what follows it in the life of"),
        (delete(audit).where(OF_REPLIES, audit.c.version == 1), "does not follow the line before it"),
        (delete(audit).where(audit.c.subject == "1"), "names a line that is gone"),
        (update(audit).where(audit.c.subject == "1").values(action="revoke"), "is not what was written"),
        (update(audit).where(audit.c.subject == "1").values(subject="8"), "is not by whom it was written"),
    ],
    ids=str,
)
async def test_whoever_goes_around_the_triggers_breaks_the_chain(desk: ReplyDesk, statement: Any, said: str) -> None:
    await live(desk)
    await tamper(desk, statement)
    assert said in (await desk.verify()).broken


async def test_a_deed_that_is_not_on_the_audit_is_seen(desk: ReplyDesk) -> None:
    reply = await live(desk)
    async with desk.database.write() as connection:
        this = update(replies).where(replies.c.id == reply.id)
        await connection.execute(this.values(state="approved", version=reply.version + 1))
    assert f"in the life of {reply.id}" in (await desk.verify()).broken


async def test_what_is_erased_leaves_the_chain_whole(desk: ReplyDesk) -> None:
    reply = await live(desk)
    await desk.do(reply, Action.ERASE, desk.acting(SALMA))
    found = await desk.verify()
    assert (found.erased, found.broken) == (1, "")
    assert {line.detail for line in await desk.lines(reply)} == {""}
    assert (await desk.see(reply)).state is State.ERASED


async def clear(desk: ReplyDesk) -> list[int]:
    """Let go what is over; answers of how many replies, and how many acts."""
    gone = []
    for term in (tombstones.TERM, audit_store.TERM):
        async with desk.database.write() as connection:
            gone.append(await keep(connection, term, desk.clock()))
    return gone


async def test_what_is_over_goes_and_leaves_the_chain_whole_even_where_nothing_came_since(desk: ReplyDesk) -> None:
    reply = await live(desk)
    await desk.do(reply, Action.ERASE, desk.acting(SALMA))
    desk.clock.move(days=3 * 365)
    assert await clear(desk) == [0, 0]  # not until the month is over
    desk.clock.move(days=31)
    assert await clear(desk) == [1, 2]  # what tells of the first names the third act
    assert await desk.lines(reply) == []
    assert len(await desk.rows(replies)) == 1  # what is public stays, and so does what was done with it
    acts = [line.action for line in await desk.rows(audit) if line.reply_id is None]
    assert acts == ["grant", audit_store.CLEARED, audit_store.CLEARED]
    assert (await desk.verify()).broken == ""


async def test_what_a_younger_line_names_stays_as_long_as_that(desk: ReplyDesk) -> None:
    reply = await live(desk)
    await desk.do(reply, Action.ERASE, desk.acting(SALMA))
    desk.clock.move(days=70)
    async with desk.database.write() as connection:
        await staff.note(connection, Act("5", "grant", "late", Role.EDITOR), desk.clock())
    desk.clock.move(days=3 * 365 - 20)
    assert await clear(desk) == [0, 3]  # the late act names the last line of the reply
    assert (await desk.verify()).broken == ""
    desk.clock.move(days=60)
    assert await clear(desk) == [1, 0]  # and what told of the three names the late act
    assert (await desk.verify()).broken == ""


async def test_who_takes_out_what_is_younger_is_seen(desk: ReplyDesk) -> None:
    await live(desk)
    desk.clock.move(days=3 * 365 - 1)
    await tamper(desk, delete(audit).where(audit.c.subject == "0"))
    assert "names a line that is gone" in (await desk.verify()).broken


async def test_the_command_counts_the_lines_and_says_where_the_chain_breaks(
    sqlite: Database, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = await set_desk(sqlite, clock)
    await live(desk)
    monkeypatch.setenv("DATABASE_URL", sqlite.url.render_as_string())
    said = await run("audit", "verify")
    assert (said.exit_code, said.stdout.splitlines()[-1]) == (0, "Unbroken.")
    assert said.stdout.startswith("13 lines")
    await tamper(desk, update(audit).where(audit.c.action == "reject").values(actor="99"))
    async with sqlite.read() as connection:
        (number,) = (await connection.execute(select(audit.c.id).where(audit.c.action == "reject"))).scalars()
    said = await run("audit", "verify")
    assert said.exit_code == 1
    assert f"Broken: line {number}: is not by whom it was written" in said.stderr


async def run(*words: str) -> Any:
    """Run a command, which has a loop of its own."""
    return await asyncio.to_thread(CliRunner().invoke, cli, words)
