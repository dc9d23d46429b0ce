"""Waking: who is told of rows that fell due, when, and how often."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import aclosing, asynccontextmanager, suppress
from typing import Any

import pytest
from sqlalchemy import text

from db.engine import Database
from db.store import inbox, outbox, pushes, queue
from db.store.inbox import Received
from db.store.outbox import Message
from db.wakeup import JOBS, SILENCE, Job, announce, hear
from newsroom.errors import StoreError
from newsroom.outcomes import Came
from newsroom.pushes import Lane
from tests.scene import Scene

MESSAGE = Message("u1.0", "sendMessage", b"{}", 5, Lane.ANSWER)


def listen_to(database: Database) -> list[str]:
    woken: list[str] = []
    database.on_due = woken.append
    return woken


async def test_a_job_is_woken_once_and_only_when_its_transaction_has_committed(database: Database) -> None:
    woken = listen_to(database)
    async with database.write() as connection:
        announce(connection, "plan")
        announce(connection, "plan")
        assert woken == []
    assert woken == ["plan"]


async def test_what_is_undone_wakes_nobody_then_or_later(database: Database) -> None:
    woken = listen_to(database)
    with suppress(KeyError):
        async with database.write() as connection:
            announce(connection, "plan")
            raise KeyError
    async with database.write() as connection:
        await connection.execute(text("SELECT 1"))
    assert woken == []


async def test_each_step_of_a_push_wakes_the_job_of_the_next(scene: Scene) -> None:
    woken = listen_to(scene.database)
    await scene.reader(1, "s:sports")
    push = await scene.article("s:sports")
    assert woken == ["plan", "deliver"]
    woken.clear()
    async with scene.database.write() as connection:
        assert await queue.resume(connection, push, scene.clock())
        assert not await queue.resume(connection, push + 1, scene.clock())
    assert sorted(woken) == ["deliver", "plan"]
    woken.clear()
    async with scene.database.write() as connection:
        await queue.want_version(connection, 1, 2, scene.clock())
    assert woken == ["deliver"]


async def test_a_push_that_is_there_already_wakes_nobody(scene: Scene) -> None:
    await scene.article("s:sports")
    woken = listen_to(scene.database)
    async with scene.database.write() as connection:
        await pushes.open_for(connection, 1, Lane.NEWS, scene.clock())
    assert woken == []


async def test_a_message_wakes_delivery_unless_its_writer_sends_it_himself(scene: Scene) -> None:
    woken = listen_to(scene.database)
    async with scene.database.write() as connection:
        await outbox.add(connection, MESSAGE, scene.clock(), scene.lease.id)
    assert woken == []
    async with scene.database.write() as connection:
        await outbox.add(connection, Message("u2.0", "sendMessage", b"{}", 5, Lane.ANSWER), scene.clock())
        await outbox.add(connection, Message("u2.1", "sendMessage", b"{}", 5, Lane.ANSWER), scene.clock())
    assert woken == ["deliver"]


@pytest.mark.parametrize(("wait", "told"), [(0, ["deliver"]), (30, [])])
async def test_an_answer_that_did_not_get_through_wakes_delivery_if_it_may_leave_now(
    scene: Scene, wait: float, told: list[str]
) -> None:
    async with scene.database.write() as connection:
        await outbox.add(connection, MESSAGE, scene.clock())
    (claimed,) = await scene.claim()
    woken = listen_to(scene.database)
    await scene.queue.settle_answers([scene.landed(claimed, Came.RETURNED, retry_after=wait)])
    assert woken == told


async def test_an_update_wakes_whoever_handles_them_and_one_that_is_known_does_not(scene: Scene) -> None:
    woken = listen_to(scene.database)
    for _ in range(2):
        async with scene.database.write() as connection:
            await inbox.store(connection, [Received(1, 7, b"{}")], scene.clock())
    assert woken == ["inbox"]


@asynccontextmanager
async def ear(database: Database, silence: float = SILENCE) -> AsyncIterator[tuple[Any, AsyncIterator[str]]]:
    """Open a connection that listens, and what it hears from now on."""
    async with database.open_apart() as connection, aclosing(hear(connection, database.name, silence)) as heard:
        assert [await anext(heard) for _ in JOBS] == list(JOBS)
        yield connection, heard


async def ask_of(connection: Any, database: Database, what: str) -> tuple[Any, ...]:
    """Ask the server about a connection."""
    asked = f"SELECT {what} FROM pg_stat_activity WHERE pid = {connection.get_server_pid()}"  # noqa: S608  (our words)
    async with database.read() as reading:
        return tuple((await reading.execute(text(asked))).one())


@asynccontextmanager
async def process_beside(database: Database) -> AsyncIterator[Database]:
    other = Database(database.url.render_as_string())
    yield other
    await other.close()


async def test_another_process_hears_of_a_commit_once_for_each_job(postgres: Database) -> None:
    async with process_beside(postgres) as other, ear(postgres) as (_, heard):
        with suppress(KeyError):
            async with other.write() as connection:
                announce(connection, "inbox")
                raise KeyError
        said: list[list[Job]] = [["deliver", "plan", "plan"], ["inbox"]]
        for jobs in said:
            async with other.write() as connection:
                for job in jobs:
                    announce(connection, job)
        assert sorted([await anext(heard), await anext(heard)]) == ["deliver", "plan"]
        assert await anext(heard) == "inbox"


async def test_a_process_does_not_hear_itself(postgres: Database) -> None:
    async with process_beside(postgres) as other, ear(postgres) as (_, heard):
        for database in (postgres, other):
            async with database.write() as connection:
                announce(connection, "plan" if database is postgres else "deliver")
        assert await anext(heard) == "deliver"


async def test_an_ear_is_in_no_transaction_that_patience_could_end(postgres: Database) -> None:
    async with ear(postgres) as (listening, _):
        assert await ask_of(listening, postgres, "state, xact_start") == ("idle", None)


async def test_an_ear_is_asked_now_and_then_whether_it_still_hears(postgres: Database) -> None:
    async with process_beside(postgres) as other, ear(postgres, silence=0.001) as (listening, heard):
        waiting = asyncio.ensure_future(anext(heard))
        async with asyncio.timeout(5):
            while await ask_of(listening, postgres, "query") != ("SELECT 1",):
                pass
        async with other.write() as connection:
            announce(connection, "plan")
        assert await waiting == "plan"


async def test_an_ear_that_was_cut_off_says_so(postgres: Database) -> None:
    async with ear(postgres) as (listening, heard):
        await ask_of(listening, postgres, "pg_terminate_backend(pid)")
        with pytest.raises(StoreError, match="cut"):
            await anext(heard)
