"""The engine: who may write when, and what an open database promises."""

import asyncio
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from sqlalchemy import insert, select, text
from sqlalchemy.exc import DBAPIError, StatementError

from db.clock import DatabaseClock
from db.engine import Database, Gate
from db.lock import ProcessLock
from db.tables import audit
from newsroom.errors import StoreError

ROW = {"actor": "cli", "action": "x", "subject": "y"}


async def test_people_pass_the_gate_before_bulk() -> None:
    gate, order = Gate(), list[str]()

    async def pass_gate(name: str, *, urgent: bool) -> None:
        async with gate.passing(urgent=urgent):
            order.append(name)

    async with gate.passing(urgent=False):
        waiting = [
            asyncio.create_task(pass_gate(name, urgent=name.startswith("person")))
            for name in ("bulk 1", "person 1", "bulk 2", "person 2")
        ]
        await asyncio.sleep(0)
    await asyncio.gather(*waiting)
    assert order == ["person 1", "person 2", "bulk 1", "bulk 2"]


async def test_bulk_lets_a_person_come_a_second_time_but_not_for_ever() -> None:
    gate, order = Gate(), list[str]()

    async def pass_gate(name: str, *, urgent: bool) -> None:
        async with gate.passing(urgent=urgent):
            order.append(name)

    await pass_gate("person", urgent=True)
    bulk = asyncio.create_task(pass_gate("bulk", urgent=False))
    await asyncio.sleep(0)
    await pass_gate("person", urgent=True)
    assert order == ["person", "person"]
    async with asyncio.timeout(1):
        while not bulk.done():
            await pass_gate("person", urgent=True)
            await asyncio.sleep(0)
    assert "bulk" in order


async def test_who_gives_up_waiting_does_not_close_the_gate() -> None:
    gate = Gate()
    async with gate.passing(urgent=True):
        impatient = asyncio.create_task(gate.passing(urgent=True).__aenter__())
        await asyncio.sleep(0)
        impatient.cancel()
        await asyncio.gather(impatient, return_exceptions=True)
    async with asyncio.timeout(1), gate.passing(urgent=False):
        pass


async def test_who_gives_up_at_the_moment_of_his_turn_passes_it_on() -> None:
    gate = Gate()
    holder = gate.passing(urgent=True)
    await holder.__aenter__()
    impatient = asyncio.create_task(gate.passing(urgent=True).__aenter__())
    await asyncio.sleep(0)
    await holder.__aexit__(None, None, None)
    impatient.cancel()
    await asyncio.gather(impatient, return_exceptions=True)
    async with asyncio.timeout(1), gate.passing(urgent=False):
        pass


async def test_a_moment_without_a_zone_is_refused(database: Database) -> None:
    with pytest.raises(StatementError, match="zone"):
        async with database.write() as connection:
            await connection.execute(insert(audit).values(**ROW, at=datetime(2026, 11, 24)))  # noqa: DTZ001


async def test_moments_come_back_in_utc(database: Database) -> None:
    riyadh = timezone(timedelta(hours=3))
    async with database.write() as connection:
        await connection.execute(insert(audit).values(**ROW, at=datetime(2026, 11, 24, 12, tzinfo=riyadh)))
        moment = (await connection.execute(select(audit.c.at))).scalar_one()
    assert (moment, moment.tzinfo) == (datetime(2026, 11, 24, 9, tzinfo=UTC), UTC)


async def test_a_write_that_fails_leaves_nothing(database: Database) -> None:
    async def fail() -> None:
        async with database.write() as connection:
            await connection.execute(insert(audit).values(**ROW, at=datetime.now(UTC)))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await fail()
    async with database.read() as connection:
        assert (await connection.execute(select(audit))).all() == []


async def test_sqlite_survives_the_power_cut_and_erases_what_it_deletes(sqlite: Database) -> None:
    async with sqlite.write() as connection:
        pragmas = [
            (await connection.execute(text(f"PRAGMA {name}"))).scalar_one()
            for name in ("synchronous", "journal_mode", "foreign_keys", "secure_delete")
        ]
    assert pragmas == [2, "wal", 1, 1]


async def test_a_reader_of_sqlite_cannot_write_and_is_not_held_up(sqlite: Database) -> None:
    async with sqlite.write() as writing:
        await writing.execute(insert(audit).values(**ROW, at=datetime.now(UTC)))
        async with asyncio.timeout(1), sqlite.read() as reading:
            assert (await reading.execute(select(audit))).all() == []
    with pytest.raises(DBAPIError, match="readonly"):
        async with sqlite.read() as reading:
            await reading.execute(insert(audit).values(**ROW, at=datetime.now(UTC)))


async def test_no_wait_for_postgresql_is_without_an_end(postgres_server: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("db.engine.LONGEST_STATEMENT", 0.2)
    database = Database(postgres_server.format(name="postgres"))
    async with database.read() as connection:
        shown = [
            (await connection.execute(text(f"SHOW {name}"))).scalar_one()
            for name in ("lock_timeout", "idle_in_transaction_session_timeout")
        ]
        with pytest.raises(TimeoutError):
            await connection.execute(text("SELECT pg_sleep(60)"))
    assert shown == ["5s", "10s"]
    async with database.read() as connection:
        assert (await connection.execute(text("SELECT 1"))).scalar_one() == 1
    await database.close()


def test_a_second_process_on_a_sqlite_database_is_refused(tmp_path: Path) -> None:
    database = str(tmp_path / "qasid.db")
    with ProcessLock(database), pytest.raises(StoreError, match="another Qasid"), ProcessLock(database):
        pass
    with ProcessLock(database):
        pass


async def test_the_clock_is_the_databases(database: Database) -> None:
    clock = DatabaseClock()
    await clock.set_by(database)
    assert abs(clock() - datetime.now(UTC)) < timedelta(seconds=5)
    assert clock() <= clock()
