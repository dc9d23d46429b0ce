"""How the database is opened, and who may write when.

SQLite: one writer connection behind a gate that lets people's transactions pass before bulk ones, and readers apart.
`BEGIN IMMEDIATE` only for the writer: a transaction that reads first and writes later would otherwise fail under load.
`synchronous=FULL`, since an update that Telegram was told of must survive the power cut.
PostgreSQL: one pool; the gate is open, and no wait for another worker is without an end.
On both, a transaction that announced jobs wakes their workers when it has committed (`db/wakeup.py`).
On both, errors do not show the values of a statement: they may be a reader's.

Measured: a planner on a second SQLite connection made a person's write wait 130 ms at the median; behind the gate,
15 ms at the 99th percentile.
"""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, nullcontext
from typing import Any
from uuid import uuid4

from sqlalchemy import event
from sqlalchemy.engine import make_url
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine
from sqlalchemy.pool import AsyncAdaptedQueuePool, ConnectionPoolEntry

from db import wakeup
from db.sqlite import make_driver

READERS = 4
QUIET, LONGEST_QUIET = 0.005, 0.05  # seconds
LONGEST_STATEMENT = 30.0  # seconds until PostgreSQL is taken for gone
# How long PostgreSQL lets a worker that froze in the middle of a transaction hold the others up.
PATIENCE = {"idle_in_transaction_session_timeout": "10s", "lock_timeout": "5s"}
BUSY_TIMEOUT = "busy_timeout=10000"
PRAGMAS = ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "secure_delete=ON", BUSY_TIMEOUT)
FLUSHES, BETWEEN_FLUSHES = 20, 0.05  # times that the log is tried to be emptied, and seconds between them


class Gate:
    """A lock with two queues: people are let through before bulk work. Waiting is first come, first served in each.

    Answering a person takes two transactions, so after one bulk work waits for QUIET, that the other meets none of it.
    """

    def __init__(self) -> None:
        self._held = False
        self._quiet_until = 0.0  # by the loop's clock
        self._people: Turns = deque()
        self._bulk: Turns = deque()

    @asynccontextmanager
    async def passing(self, *, urgent: bool) -> AsyncIterator[None]:
        """Hold the gate for the time of the block."""
        await self._enter(self._people if urgent else self._bulk)
        try:
            yield
        finally:
            if urgent:
                self._quiet_until = asyncio.get_running_loop().time() + QUIET
            self._leave()

    async def _enter(self, queue: "Turns") -> None:
        loop = asyncio.get_running_loop()
        turn = loop.create_future()
        queue.append((turn, loop.time() + LONGEST_QUIET))
        self._admit()
        try:
            await turn
        except asyncio.CancelledError:
            if turn.done() and not turn.cancelled():
                self._leave()  # it had just become our turn: pass it on
            raise

    def _leave(self) -> None:
        self._held = False
        self._admit()

    def _admit(self) -> None:
        """Let the next one in, if it may be now; if it is to wait for the quiet to end, look again then."""
        loop = asyncio.get_running_loop()
        for queue in (self._people, self._bulk):
            while queue and queue[0][0].done():
                queue.popleft()  # gave up waiting
            if self._held or not queue:
                continue
            turn, latest = queue[0]
            wait = min(self._quiet_until, latest) - loop.time() if queue is self._bulk else 0
            if wait > 0:
                loop.call_later(wait, self._admit)
                return
            queue.popleft()
            self._held = True
            turn.set_result(None)


Turns = deque[tuple[asyncio.Future[None], float]]  # each with the time until which it waits for quiet at most


class Database:
    """The open database. `write` and `read` are transactions; a write commits when its block ends without an error.

    `on_due` is called with each job that a committed transaction of this process announced.
    """

    def __init__(self, url: str) -> None:
        self.name = uuid4().hex  # by which a process knows its own notifications
        self.on_due: Callable[[str], None] = lambda _: None
        self.url = make_url(url)
        self.is_sqlite = self.url.get_backend_name() == "sqlite"
        self._gate = Gate()
        if self.is_sqlite:
            self._writer, self._reader = _open_sqlite(self.url, write=True), _open_sqlite(self.url, write=False)
        else:
            self._writer = self._reader = create_async_engine(
                self.url,
                pool_size=8,
                max_overflow=8,
                pool_pre_ping=True,
                hide_parameters=True,
                connect_args={"command_timeout": LONGEST_STATEMENT, "server_settings": PATIENCE},
            )

    @asynccontextmanager
    async def write(self, *, urgent: bool = False) -> AsyncIterator[AsyncConnection]:
        """Open a writing transaction; `urgent` when a person waits for it. Keep bulk ones under ten milliseconds."""
        gate = self._gate.passing(urgent=urgent) if self.is_sqlite else nullcontext()
        async with gate, self._writer.begin() as connection:
            announced = wakeup.collect(connection)
            yield connection
            if not self.is_sqlite:
                await wakeup.notify(connection, announced, self.name)
        for job in announced:
            self.on_due(job)

    @asynccontextmanager
    async def read(self) -> AsyncIterator[AsyncConnection]:
        """Open a reading transaction: one moment's view, which no writer waits for."""
        async with self._reader.connect() as connection:
            yield connection

    @asynccontextmanager
    async def snapshot(self) -> AsyncIterator[AsyncConnection]:
        """Open a reading transaction of one moment's view, however many statements read it."""
        async with self._reader.connect() as connection:
            if not self.is_sqlite:  # there a transaction is one
                view = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
                await connection.execution_options(**view)
            yield connection

    @asynccontextmanager
    async def open_apart(self) -> AsyncIterator[Any]:
        """Open a connection of the driver's own, beside the pool and in no transaction, and close it at the end."""
        async with self._writer.connect() as connection:
            pooled = await connection.get_raw_connection()
            driver = pooled.driver_connection
            pooled.detach()
            yield driver

    async def flush(self) -> bool:
        """Empty SQLite's log into its file, so that what was erased stands in neither; tells whether that is done.

        Whoever reads at that moment holds it up, so it is tried for a second. PostgreSQL sees to its log by itself.
        """
        for _ in range(FLUSHES if self.is_sqlite else 0):
            if await self._empty_log():
                return True
            await asyncio.sleep(BETWEEN_FLUSHES)
        return not self.is_sqlite

    async def _empty_log(self) -> bool:
        """Empty the log without waiting for readers, since everybody who writes would wait with us."""
        async with self._gate.passing(urgent=False), self._writer.connect() as connection:
            driver: Any = (await connection.get_raw_connection()).driver_connection
            await driver.execute_fetchall("PRAGMA busy_timeout=0")
            try:
                ((is_held, _pages, _done),) = await driver.execute_fetchall("PRAGMA wal_checkpoint(TRUNCATE)")
            finally:
                await driver.execute_fetchall(f"PRAGMA {BUSY_TIMEOUT}")
        return not is_held

    async def close(self) -> None:
        """Close every connection; closing twice does no harm."""
        await self._writer.dispose()
        if self._reader is not self._writer:
            await self._reader.dispose()


def _open_sqlite(url: Any, *, write: bool) -> AsyncEngine:
    engine = create_async_engine(
        url,
        module=make_driver(),
        poolclass=AsyncAdaptedQueuePool,
        pool_size=1 if write else READERS,
        max_overflow=0,
        pool_timeout=60,
        hide_parameters=True,
    )

    @event.listens_for(engine.sync_engine, "connect")
    def configure(connection: Any, _record: ConnectionPoolEntry) -> None:
        connection.isolation_level = None  # we say BEGIN ourselves, below
        cursor = connection.cursor()
        for pragma in (*PRAGMAS, *(() if write else ("query_only=ON",))):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine.sync_engine, "begin")
    def begin(connection: Any) -> None:
        how = "BEGIN IMMEDIATE" if write else "BEGIN"
        connection.connection.dbapi_connection.run_async(lambda driver: driver.execute(how))

    return engine
