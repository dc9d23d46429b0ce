"""Where a backup is put back: into an empty database that nobody uses, or in the place of a full one.

SQLite: a new file is filled beside, and takes the old one's place when it is whole; the old one stays, under the name
that says when. PostgreSQL: the tables are dropped first, for there is no beside; a failure leaves an empty database.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import text

from db.engine import Database
from db.lock import USED, ProcessLock
from db.migrate import migrate
from db.schema import Schema, check_schema
from db.store.workers import DEAD_AFTER
from newsroom.errors import StoreError

FULL = "the database is not empty: say --replace to put the backup in its place"
BESIDE = ("", "-wal", "-shm")  # the files of a SQLite database


@asynccontextmanager
async def replaced(target: Database, *, replace: bool) -> AsyncIterator[Database]:
    """Answer the database to fill; when the block ends without an error it is the target. Raises StoreError."""
    is_full = await _is_full(target)
    if is_full and not replace:
        raise StoreError(FULL)
    if not target.is_sqlite:
        await _refuse_used(target)
        await migrate(target.url, "base")
        yield target
        return
    path = Path(str(target.url.database))
    beside = path.with_name(f"{path.name}.restoring")
    with ProcessLock(str(path), USED):
        _delete(beside)
        filled = Database(str(target.url.set(database=str(beside))))
        try:
            yield filled
            await filled.flush()
        except BaseException:
            await filled.close()
            _delete(beside)
            raise
        await filled.close()
        await target.close()
        if is_full:
            _move(path, path.with_name(f"{path.name}.before-{datetime.now(UTC):%Y%m%dT%H%M%S}Z"))
        else:
            _delete(path)
        _move(beside, path)


async def _is_full(database: Database) -> bool:
    """Tell whether somebody has begun with a database; to one that was only migrated nobody has."""
    if await check_schema(database) is Schema.EMPTY:
        return False
    async with database.read() as connection:
        return bool((await connection.execute(text("SELECT count(*) FROM desk"))).scalar_one())


async def _refuse_used(database: Database) -> None:
    if await check_schema(database) is Schema.EMPTY:
        return
    async with database.read() as connection:
        asked = text("SELECT count(*) FROM workers WHERE beat_at > clock_timestamp() - CAST(:dead AS interval)")
        if (await connection.execute(asked, {"dead": DEAD_AFTER})).scalar_one():
            raise StoreError(USED)


def _move(old: Path, new: Path) -> None:
    for end in BESIDE:
        part = old.with_name(old.name + end)
        if part.exists():
            part.replace(new.with_name(new.name + end))


def _delete(path: Path) -> None:
    for end in BESIDE:
        path.with_name(path.name + end).unlink(missing_ok=True)
