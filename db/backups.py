"""Backups: made while everybody works on, listed, thinned out, and put back.

    make      a snapshot ─▶ lines (`db/dump.py`) ─▶ a sealed file (`db/sealed.py`), named by its moment
    restore   the file ─▶ an empty database (`db/load.py`) ─▶ whoever asked to be forgotten since is forgotten again

The folder holds besides the list of those who asked, renewed as soon as somebody does: a database that is lost does not
take with it whom a backup must not bring back. What is sealed opens with the secret of the database, which is in no
backup, so a folder of backups alone tells nothing. A list that does not open is put aside, and another begun.
"""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import orjson
from sqlalchemy import select

from db.dump import dump
from db.engine import Database
from db.load import About, load
from db.sealed import SealedWriter, UnreadableError, read_lines
from db.store import erasures, people, rows
from db.store.people import Person
from db.tables import chats
from db.vault import Vault, check, find_fingerprint
from newsroom.backups import Backup, choose_old, name_backup, read_name

ERASURES = "erasures"  # the name of the list
ASIDE = f"{ERASURES}.*.aside"  # those of lists that do not open


@dataclass(frozen=True, slots=True)
class Restored:
    """What a restore brought back, how many were forgotten again, and whether there was any list of them."""

    about: About
    forgotten: int
    is_listed: bool


async def make(
    database: Database, vault: Vault, folder: Path, now: datetime | None = None, *, with_authors: bool = False
) -> Backup:
    """Make a backup of what has been committed by now, and answer it. Raises StoreError for another's secret."""
    now = now or datetime.now(UTC)
    name = name_backup(now)
    async with database.snapshot() as connection:
        check(vault, await find_fingerprint(connection))
        await _write(folder / name, vault, dump(connection, now, with_authors=with_authors))
    return Backup(name, now.replace(microsecond=0), (folder / name).stat().st_size)


async def _write(path: Path, vault: Vault, lines: AsyncIterator[bytes]) -> None:
    """Write a sealed file; the disk is waited for in a thread."""
    await asyncio.to_thread(path.parent.mkdir, mode=0o700, parents=True, exist_ok=True)
    file = await asyncio.to_thread(SealedWriter, path, vault.backups)
    try:
        async for line in lines:
            await asyncio.to_thread(file.write, line)
        await asyncio.to_thread(file.finish)
    except BaseException:
        file.abandon()
        raise


def list_backups(folder: Path) -> list[Backup]:
    """Answer the backups of a folder, the newest first."""
    named = [(read_name(path.name), path) for path in (folder.iterdir() if folder.is_dir() else ())]
    found = [Backup(path.name, made_at, path.stat().st_size) for made_at, path in named if made_at]
    return sorted(found, key=lambda backup: backup.made_at, reverse=True)


def thin_out(folder: Path, now: datetime) -> list[Backup]:
    """Delete the backups that are not to be kept any more, and answer them."""
    old = choose_old(list_backups(folder), now)
    for backup in old:
        (folder / backup.name).unlink(missing_ok=True)
    return old


async def write_erasures(database: Database, vault: Vault, folder: Path) -> str:
    """Renew the list of those who asked to be forgotten; who is on the old one stays on it.

    Answers under which name an old one was put aside because it does not open; else an empty word.
    """
    known, aside = {}, ""
    try:
        known = read_erasures(vault, folder)
    except UnreadableError:
        aside = _put_aside(folder / ERASURES).name
    async with database.read() as connection:
        told = known | await erasures.read(connection)

    async def lines() -> AsyncIterator[bytes]:
        for one in told.items():
            yield orjson.dumps(one)

    await _write(folder / ERASURES, vault, lines())
    return aside


def _put_aside(path: Path) -> Path:
    """Rename a list by the time at which it was written, by which the backups beside it are found."""
    written_at = datetime.fromtimestamp(path.stat().st_mtime, UTC)
    return path.rename(path.with_name(f"{path.name}.{written_at:%Y%m%dT%H%M%S%fZ}.aside"))


def list_aside(folder: Path) -> list[str]:
    """Answer the names of the lists of a folder that were put aside."""
    return sorted(path.name for path in folder.glob(ASIDE))


def read_erasures(vault: Vault, folder: Path) -> dict[str, datetime]:
    """Answer the list of a folder; nobody where there is none."""
    path = folder / ERASURES
    lines = map(orjson.loads, read_lines(path, vault.backups)) if path.exists() else ()
    return {key: datetime.fromisoformat(at) for key, at in lines}


async def restore(path: Path, vault: Vault, database: Database, *folders: Path) -> Restored:
    """Fill an empty database with a backup, but for those who asked to be forgotten since it was made.

    Who they are is told by the list beside it, and by those of more folders: a backup may have been copied alone.
    """
    listed = _find_lists(path.parent, *folders)
    lists = [read_erasures(vault, folder) for folder in listed]  # before anything is changed
    about = await load(read_lines(path, vault.backups), database.url)
    async with database.write() as connection:
        for one in lists:
            await erasures.merge(connection, one)
        told = await erasures.read(connection)
        everybody = [row.id for row in await rows(connection, select(chats.c.id))]
    since = {key for key, at in told.items() if at > about.made_at}
    again = [Person(chat_id, key) for chat_id in everybody if (key := vault.author_key(chat_id)) in since]
    for person in again:
        async with database.write() as connection:
            await people.forget(connection, person, told[person.key])
    await database.flush()
    return Restored(about, len(again), bool(listed))


def _find_lists(*folders: Path) -> list[Path]:
    """Answer which of these folders have a list."""
    return [folder for folder in dict.fromkeys(folders) if (folder / ERASURES).exists()]
