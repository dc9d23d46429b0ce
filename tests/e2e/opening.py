"""How a crew begins: a database full of readers, a Telegram that takes its time, and articles on their way to all."""

import asyncio
import gc
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import asyncpg
from sqlalchemy import false, insert, literal, select
from sqlalchemy.engine import make_url

from db.engine import Database
from db.migrate import migrate
from db.tables import chats, follows, schedules, subscribers
from sandbox import Fault, FaultKind, Sandbox
from sandbox.site import SampleSite
from tests.conftest import new_postgres_database
from tests.e2e.crew import Ask, Crew
from tests.e2e.evidence import Lookout
from tests.e2e.process import Process, process_in
from tests.sandbox.oracle import check_with_aiogram

RATE = 50  # messages a second
WORKERS = 4  # on PostgreSQL


async def prepare(url: str, readers: int) -> None:
    """Make a database whose readers all follow everything."""
    await migrate(make_url(url))
    now, numbers = datetime.now(UTC), range(1, readers + 1)
    database = Database(url)
    async with database.write() as connection:
        # The numbers are the database's own: PostgreSQL would not know which are taken.
        await connection.execute(insert(schedules).values(rhythm="instant", zone="Asia/Riyadh", silent=False))
        rows = [{"id": number, "kind": "private", "alive_at": now, "free_at": now} for number in numbers]
        await connection.execute(insert(chats), rows)
        same = {"schedule_id": 1, "language": "ar", "since": now}
        await connection.execute(insert(subscribers), [{"chat_id": number, **same} for number in numbers])
        everything = select(subscribers.c.id, literal("all"), false())
        await connection.execute(insert(follows).from_select(["subscriber_id", "tag", "muted"], everything))
    await database.close()


@asynccontextmanager
async def slow_telegram(readers: int) -> AsyncIterator[Sandbox]:
    """Open a Telegram to which all readers have written, and which mostly takes 50 ms and sometimes half a second."""
    async with Sandbox(limits=None) as telegram:
        telegram.checks.append(check_with_aiogram)
        for number in range(1, readers + 1):
            telegram.person(number).writes("/help")
        for update in telegram.world.updates.waiting():  # it made their chats; nobody has to answer it
            telegram.world.updates.forget(update.id)
        for seconds, chance in ((0.5, 0.05), (0.05, 1)):
            slow = Fault(FaultKind.SLOW, method="sendMessage", seconds=seconds, chance=chance, times=None)
            telegram.faults.add(slow)
        gc.collect()
        gc.freeze()  # a search through all these readers would make many messages arrive at one moment
        try:
            yield telegram
        finally:
            gc.unfreeze()
    assert telegram.problems == []


@asynccontextmanager
async def asking(process: Process) -> AsyncIterator[Ask]:
    """Answer how a process's database is asked; SQLite's is opened anew each time, as long as nobody holds it."""
    url = process.environment["DATABASE_URL"]
    if url.startswith("postgresql"):
        connection = await asyncpg.connect(url.replace("+asyncpg", ""))
        try:
            yield connection.fetch
        finally:
            await connection.close()
    else:

        async def ask(query: str) -> Sequence[Sequence[Any]]:
            return await asyncio.to_thread(process.ask, query)

        yield ask


def settings_for(telegram: Sandbox, site: SampleSite, **others: str) -> dict[str, str]:
    return {
        "BOT_TOKEN": telegram.token,
        "TELEGRAM_API_URL": telegram.url,
        "SOURCES": site.feed_url,
        "POLL_SECONDS": "1",
        "ALLOW_PRIVATE_SOURCES": "true",
        "WEB_PORT": "0",
        "SEND_RATE": str(RATE),
        "PSEUDONYM_SECRET": "the same for every process",
        **others,
    }


@asynccontextmanager
async def crew_at_work(
    folder: Path, readers: int, articles: int = 1, postgres: str = ""
) -> AsyncIterator[tuple[Crew, Lookout]]:
    """Let one process on SQLite, or several on PostgreSQL, begin to bring all readers what was published."""
    async with AsyncExitStack() as stack:
        telegram = await stack.enter_async_context(slow_telegram(readers))
        site = await stack.enter_async_context(SampleSite())
        site.publish()  # what is there at first contact is archive
        settings = settings_for(telegram, site, ROLES="jobs")
        if postgres:
            settings["DATABASE_URL"] = await new_postgres_database(postgres)
        folders = [folder / f"worker{number}" for number in range(WORKERS if postgres else 1)]
        for own in folders:
            own.mkdir()
        processes = [stack.enter_context(process_in(own, **settings)) for own in folders]
        await prepare(processes[0].environment["DATABASE_URL"], readers)
        crew = Crew(processes, await stack.enter_async_context(asking(processes[0])))
        lookout = Lookout(telegram)
        await stack.enter_async_context(lookout.watching())
        for number in range(len(processes)):
            await crew.start(number)
        await crew.until("SELECT 1 FROM sources WHERE first_contact_at IS NOT NULL")
        for _ in range(articles):
            site.publish()
        begun = f"SELECT 1 FROM (SELECT count(*) AS many FROM pushes) AS told WHERE many = {articles}"
        await crew.until(begun, timeout=90)  # or those who die have nothing to do yet
        yield crew, lookout
