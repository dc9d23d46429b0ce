"""Backups, on each engine and from one to the other: nothing that was acknowledged is lost, and nobody comes back."""

import asyncio
import os
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import orjson
import pytest
from sqlalchemy import func, insert, inspect, null, select, text, update

from db import backups
from db.engine import Database
from db.load import load
from db.migrate import migrate
from db.operating import erasures
from db.replacing import replaced
from db.replying import author_chats, authors, replies
from db.schema import Schema, check_schema, revisions
from db.sealed import SealedWriter, read_lines
from db.store import inbox as inbox_store
from db.store import people, staff
from db.store.inbox import Received
from db.store.people import Person
from db.store.staff import Act
from db.tables import audit, chats, inbox, metadata, sources
from db.vault import Vault, match
from newsroom.backups import name_backup
from newsroom.errors import StoreError
from tests.conftest import new_postgres_database
from tests.desk import SECRET, ReplyDesk, set_desk
from tests.fakes import Clock
from tests.test_migrations import fill, read_all

VAULT = Vault(SECRET)
NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)
LEFT_OUT = {"findings", "invitations", "workers", "indexing", "author_chats"}
New = Callable[..., Awaitable[Database]]


@pytest.fixture
async def new(database: Database, request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[New]:
    """Makes an empty database, where a backup is put back: on the same engine if no other is said."""
    made: list[Database] = []

    async def make(engine: str = "") -> Database:
        if (engine or database.url.get_backend_name()) == "sqlite":
            path = tmp_path / f"new{len(made)}.db"
            shutil.copy(request.getfixturevalue("sqlite_template"), path)
            url = f"sqlite+aiosqlite:///{path}"
        else:
            url = await new_postgres_database(request.getfixturevalue("postgres_server"))
        made.append(Database(url))
        return made[-1]

    yield make
    for one in made:
        await one.close()


@pytest.mark.parametrize("engine", ["sqlite", "postgresql"])
async def test_every_row_comes_back_on_either_engine(database: Database, new: New, engine: str, tmp_path: Path) -> None:
    before = await fill(database)
    made = await backups.make(database, VAULT, tmp_path / "kept", NOW, with_authors=True)
    other = await new(engine)
    done = await backups.restore(tmp_path / "kept" / made.name, VAULT, other)
    after = await read_all(other)
    told = {name: rows for name, rows in before.items() if name not in LEFT_OUT - {"author_chats"}}
    assert {name: after[name] for name in told} == told
    assert done.about.counts == {name: len(rows) for name, rows in told.items()}
    assert await check_schema(other) is Schema.CURRENT


async def test_nothing_is_no_null_and_what_comes_after_is_numbered_on(
    database: Database, new: New, tmp_path: Path
) -> None:
    row = {"due_at": NOW, "added_at": NOW}
    async with database.write() as connection:
        await connection.execute(insert(sources).values(url="a", topics=None, **row))
        await connection.execute(insert(sources).values(url="b", topics=null(), **row))
    made = await backups.make(database, VAULT, tmp_path / "kept", NOW)
    other = await new()
    await backups.restore(tmp_path / "kept" / made.name, VAULT, other)
    async with other.write() as connection:
        await connection.execute(insert(sources).values(url="c", topics=null(), **row))
        found = (await connection.execute(text("SELECT id, topics IS NULL FROM sources ORDER BY id"))).all()
    assert [tuple(row) for row in found] == [(1, False), (2, True), (3, True)]


async def test_the_chain_of_the_audit_holds_and_replies_refer_to_each_other(
    database: Database, clock: Clock, tmp_path: Path, new: New
) -> None:
    desk = await set_desk(database, clock)
    first = await desk.published(7_700_000_101, "رأي أول")
    for number in range(5):  # their ids are drawn: an answer may stand before what it answers
        await desk.published(7_700_000_102 + number, f"جواب {number}")
    async with database.write() as connection:
        await connection.execute(update(replies).where(replies.c.id != first.id).values(parent_id=first.id))
    made = await backups.make(database, VAULT, tmp_path / "kept", NOW)
    other = await new()
    await backups.restore(tmp_path / "kept" / made.name, VAULT, other)
    again = ReplyDesk(desk.scene)
    again.scene.database = other
    assert (await again.verify()).broken == ""
    async with other.read() as connection:
        assert (await connection.execute(select(func.count()).where(replies.c.parent_id == first.id))).scalar_one() == 5


async def test_it_has_neither_the_secret_nor_who_wrote_what(desk: ReplyDesk, tmp_path: Path) -> None:
    async with desk.database.write() as connection:
        await match(connection, VAULT, NOW)
    await desk.published(7_700_000_101, "رأي")
    made = await backups.make(desk.database, VAULT, tmp_path, NOW)
    lines = list(read_lines(tmp_path / made.name, VAULT.backups))
    tables = {told["table"] for line in lines if "table" in (told := orjson.loads(line))}
    assert {"authors", "replies", "revisions", "seals"} <= tables
    assert not tables & {"author_chats", "workers", "fulltext"}
    assert SECRET.encode() not in b"\n".join(lines)
    assert "رأي".encode() in b"\n".join(lines)
    assert "رأي".encode() not in (tmp_path / made.name).read_bytes()
    with_them = await backups.make(desk.database, VAULT, tmp_path, NOW + timedelta(seconds=1), with_authors=True)
    assert any(b'"author_chats"' in line for line in read_lines(tmp_path / with_them.name, VAULT.backups))


async def test_an_author_is_met_again_when_he_writes(desk: ReplyDesk, new: New, tmp_path: Path) -> None:
    author = await desk.author(7_700_000_101)
    made = await backups.make(desk.database, VAULT, tmp_path / "kept", NOW)
    other = await new()
    await backups.restore(tmp_path / "kept" / made.name, VAULT, other)
    desk.scene.database = other
    assert await desk.rows(author_chats) == []
    assert await desk.author(7_700_000_101) == author
    assert len(await desk.rows(author_chats)) == len(await desk.rows(authors)) == 1


async def test_whoever_asked_to_be_forgotten_since_is_forgotten_again(
    desk: ReplyDesk, new: New, tmp_path: Path
) -> None:
    folder, mine, other_one = tmp_path / "kept", 7_700_000_101, 7_700_000_102
    for chat_id in (mine, other_one):
        await desk.scene.reader(chat_id, "s:diplomacy")
        await desk.author(chat_id)
    made = await backups.make(desk.database, VAULT, folder, desk.clock())
    desk.clock.move(hours=1)
    async with desk.database.write() as connection:
        await people.forget(connection, Person(mine, VAULT.author_key(mine)), desk.clock())
    await backups.write_erasures(desk.database, VAULT, folder)
    restored = await new()
    done = await backups.restore(folder / made.name, VAULT, restored)
    assert done.forgotten == 1
    desk.scene.database = restored
    assert {row.id for row in await desk.rows(chats)} == {other_one}
    assert {row.key for row in await desk.rows(authors)} == {VAULT.author_key(other_one)}
    assert [row.key for row in await desk.rows(erasures)] == [VAULT.author_key(mine)]


@pytest.mark.parametrize("kept_in", ["", "kept", "both"])
async def test_a_backup_that_was_copied_alone_brings_nobody_back(
    desk: ReplyDesk, new: New, tmp_path: Path, kept_in: str
) -> None:
    mine, folder, elsewhere = 7_700_000_101, tmp_path / "kept", tmp_path / "elsewhere"
    await desk.scene.reader(mine, "s:diplomacy")
    made = await backups.make(desk.database, VAULT, folder, desk.clock())
    elsewhere.mkdir()
    (folder / made.name).rename(elsewhere / made.name)
    if kept_in == "both":
        await backups.write_erasures(desk.database, VAULT, elsewhere)  # an older one, without him
    async with desk.database.write() as connection:
        await people.forget(connection, Person(mine, VAULT.author_key(mine)), desk.clock.move(hours=1))
    if kept_in:
        await backups.write_erasures(desk.database, VAULT, folder)
    done = await backups.restore(elsewhere / made.name, VAULT, await new(), folder)
    assert (done.forgotten, done.is_listed) == ((1, True) if kept_in else (0, False))


async def test_whoever_came_back_before_the_backup_stays(desk: ReplyDesk, new: New, tmp_path: Path) -> None:
    mine = 7_700_000_101
    async with desk.database.write() as connection:
        await people.forget(connection, Person(mine, VAULT.author_key(mine)), desk.clock())
    await desk.scene.reader(mine, "s:diplomacy")
    await backups.write_erasures(desk.database, VAULT, tmp_path / "kept")
    made = await backups.make(desk.database, VAULT, tmp_path / "kept", desk.clock.move(hours=1))
    restored = await new()
    assert (await backups.restore(tmp_path / "kept" / made.name, VAULT, restored)).forgotten == 0


async def test_the_list_forgets_nobody_whom_an_older_database_does_not_know(desk: ReplyDesk, tmp_path: Path) -> None:
    for chat_id in (1, 2):
        async with desk.database.write() as connection:
            await people.forget(connection, Person(chat_id, VAULT.author_key(chat_id)), desk.clock())
            if chat_id == 2:
                await connection.execute(erasures.delete().where(erasures.c.key == VAULT.author_key(1)))
        await backups.write_erasures(desk.database, VAULT, tmp_path)
    assert set(backups.read_erasures(VAULT, tmp_path)) == {VAULT.author_key(1), VAULT.author_key(2)}


@dataclass(slots=True)
class Crowd:
    """Four who write all the time, each transaction an update and its line of the audit."""

    database: Database
    told: set[int] = field(default_factory=set)  # what was acknowledged
    stop: asyncio.Event = field(default_factory=asyncio.Event)
    busy: asyncio.Event = field(default_factory=asyncio.Event)

    async def write(self, lane: int) -> None:
        number = lane
        while not self.stop.is_set():
            async with self.database.write(urgent=True) as connection:
                await inbox_store.store(connection, [Received(number, lane, b"x" * 200)], NOW)
                await staff.note(connection, Act("cli", "take", str(number)), NOW)
            self.told.add(number)
            number += 4
            if len(self.told) > 50:
                self.busy.set()


async def test_a_backup_under_load_loses_nothing_that_was_acknowledged_before(
    database: Database, new: New, tmp_path: Path
) -> None:
    crowd, old = Crowd(database), range(-3_000, 0)
    async with database.write() as connection:
        row = {"chat_id": 1, "received_at": NOW, "due_at": NOW}
        await connection.execute(insert(inbox), [{"update_id": number, **row} for number in old])
    async with asyncio.TaskGroup() as group:
        for lane in range(4):
            group.create_task(crowd.write(lane))
        await crowd.busy.wait()
        before = set(crowd.told)
        made = await backups.make(database, VAULT, tmp_path / "kept")
        after = set(crowd.told)
        crowd.stop.set()
    assert len(after) > len(before), "nobody wrote meanwhile: that was no load"
    restored = await new()
    await backups.restore(tmp_path / "kept" / made.name, VAULT, restored)
    async with restored.read() as connection:
        updates = {row.update_id for row in (await connection.execute(select(inbox.c.update_id))).all()}
        noted = {int(row.subject) for row in (await connection.execute(select(audit.c.subject))).all()}
    assert set(old) | before <= updates
    assert noted == {number for number in updates if number >= 0}  # no half of a transaction


async def test_a_backup_that_fails_leaves_nothing(database: Database, tmp_path: Path) -> None:
    async with database.write() as connection:
        await connection.execute(text("ALTER TABLE alembic_version RENAME TO mislaid"))
    with pytest.raises(Exception, match="alembic_version"):
        await backups.make(database, VAULT, tmp_path, NOW)
    assert not [name for name in os.listdir(tmp_path) if not name.startswith("qasid.db")]  # noqa: PTH208  (not the test's)


async def test_it_is_put_back_by_a_later_version(database: Database, new: New, tmp_path: Path) -> None:
    before = revisions()[-2]
    await migrate(database.url, before)
    async with database.write() as connection:
        await connection.execute(insert(chats).values(id=7, kind="private", alive_at=NOW, free_at=NOW))
    made = await backups.make(database, VAULT, tmp_path / "kept", NOW)
    other = await new()
    done = await backups.restore(tmp_path / "kept" / made.name, VAULT, other)
    assert done.about.revision == before
    assert await check_schema(other) is Schema.CURRENT
    async with other.read() as connection:
        assert (await connection.execute(select(chats.c.id))).scalar_one() == 7


async def test_one_of_a_newer_version_is_refused(database: Database, new: New, tmp_path: Path) -> None:
    async with database.write() as connection:
        await connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    made = await backups.make(database, VAULT, tmp_path / "kept", NOW)
    with pytest.raises(StoreError, match="newer"):
        await backups.restore(tmp_path / "kept" / made.name, VAULT, await new())


async def test_one_that_ends_too_early_leaves_an_empty_database(new: New, database: Database, tmp_path: Path) -> None:
    await fill(database)
    made = await backups.make(database, VAULT, tmp_path / "kept", NOW)
    *lines, _end = read_lines(tmp_path / "kept" / made.name, VAULT.backups)
    other = await new()
    with pytest.raises(StoreError, match="not whole"):
        await load(iter(lines), other.url)
    async with other.read() as connection:
        names = await connection.run_sync(lambda sync: inspect(sync).get_table_names())
        counts = [(await connection.execute(select(func.count()).select_from(table))).scalar_one()
                  for table in metadata.sorted_tables if table.name in names]  # fmt: skip
    assert sum(counts) <= 1  # what a migration begins a table with


async def test_a_full_database_is_left_alone_unless_it_is_to_be_replaced(database: Database, tmp_path: Path) -> None:
    await fill(database)
    made = await backups.make(database, VAULT, tmp_path / "kept", NOW)
    async with database.write() as connection:
        await connection.execute(insert(chats).values(id=99, kind="private", alive_at=NOW, free_at=NOW))
        await connection.execute(text("DELETE FROM workers"))
    with pytest.raises(StoreError, match="--replace"):
        async with replaced(database, replace=False):
            pytest.fail("it was opened")
    async with replaced(database, replace=True) as filled:
        await backups.restore(tmp_path / "kept" / made.name, VAULT, filled)
    again = Database(database.url.render_as_string(hide_password=False))
    async with again.read() as connection:
        assert [row.id for row in (await connection.execute(select(chats.c.id))).all()] == [1]
    await again.close()


async def test_what_a_failed_restore_would_have_replaced_is_untouched(sqlite: Database, tmp_path: Path) -> None:
    await fill(sqlite)
    with pytest.raises(StoreError, match="No such file"):
        async with replaced(sqlite, replace=True) as filled:
            await backups.restore(tmp_path / "nothing", VAULT, filled)
    async with sqlite.read() as connection:
        assert [row.id for row in (await connection.execute(select(chats.c.id))).all()] == [1]
    assert not [name for name in os.listdir(tmp_path) if "restoring" in name]  # noqa: PTH208


async def test_a_database_at_work_is_not_replaced(postgres: Database, clock: Clock) -> None:
    desk = await set_desk(postgres, clock)
    desk.scene.lease.beat_at = datetime.now(UTC)
    async with postgres.write() as connection:
        await connection.execute(text("UPDATE workers SET beat_at = clock_timestamp()"))
    with pytest.raises(StoreError, match="stop it first"):
        async with replaced(postgres, replace=True):
            pytest.fail("it was opened")


def test_old_ones_go_and_others_files_stay(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("mine")
    for days in range(60):
        file = SealedWriter(tmp_path / name_backup(NOW - timedelta(days=days)), VAULT.backups)
        file.finish()
    gone = backups.thin_out(tmp_path, NOW)
    assert len(gone) + len(backups.list_backups(tmp_path)) == 60
    assert len(backups.list_backups(tmp_path)) < 15
    assert (tmp_path / "notes.txt").exists()
