"""Backing up: the daily backup, those that admins ask for, what is too old among them, and whom none may bring back.

Of several processes that share a folder one does it at a time; with folders of their own each has its own backups. When
the last one was made the folder tells, so no stop forgets it.
"""

import asyncio
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Protocol

import structlog
from sqlalchemy.ext.asyncio import AsyncConnection

from db import backups
from db.engine import Database
from db.lock import ProcessLock
from db.store import erasures, wishes
from db.store.wishes import Wish
from db.store.workers import WorkerLease
from db.vault import Vault, find_beginning
from newsroom.backups import Backup, is_due
from newsroom.errors import StoreError

log = structlog.get_logger()

BUSY = "another process is making one ({path} is locked)"
State = tuple[int, datetime | None]


class Teller(Protocol):
    """Who tells an admin what became of a backup."""

    async def tell_backup(self, connection: AsyncConnection, wish: Wish, backup: Backup | None) -> None:
        """Tell that it is made, or that it could not be."""


@dataclass(slots=True)
class BackupMaker:
    """Makes backups for one worker; `zone` says when its day is."""

    database: Database
    vault: Vault
    folder: Path
    lease: WorkerLease
    zone: str
    teller: Teller
    _listed: State | None = None  # who was to be forgotten when the list was written last

    async def step(self) -> bool:
        """Make what is due; there is never more to do at once."""
        async with self.database.read() as connection:
            asked = await wishes.is_any_due(connection, self.lease.now())
            listed = await erasures.find_state(connection)
            begun_at = await find_beginning(connection)
        if listed[0] and listed != self._listed:
            if aside := await backups.write_erasures(self.database, self.vault, self.folder):
                log.error("a list of erasures does not open, and another is begun", aside=aside)
            self._listed = listed
        if asked:
            await self._grant()
        elif begun_at and self._is_due(begun_at):
            await self._make()
        return False

    def _is_due(self, begun_at: datetime) -> bool:
        newest = next((backup.made_at for backup in backups.list_backups(self.folder)), None)
        return is_due(newest, begun_at, self.lease.now(), self.zone)

    async def _grant(self) -> None:
        async with self.database.write() as connection:
            claimed = await wishes.claim(connection, self.lease.now())
        if not claimed:
            return
        made = await self._make()
        async with self.database.write() as connection:
            for wish in claimed:
                if await wishes.end(connection, wish):
                    await self.teller.tell_backup(connection, wish, made)

    async def _make(self) -> Backup | None:
        """Make a backup and thin out the older ones; None where the folder would not have it, or another is at it."""
        try:
            await asyncio.to_thread(self.folder.mkdir, mode=0o700, parents=True, exist_ok=True)
            with ProcessLock(str(self.folder / "making"), BUSY):
                made = await backups.make(self.database, self.vault, self.folder, self.lease.now())
                gone = await asyncio.to_thread(backups.thin_out, self.folder, self.lease.now())
        except (OSError, StoreError) as error:
            log.error("no backup was made", reason=str(error), remedy="see to BACKUP_DIR")  # noqa: TRY400
            return None
        log.info("backed up", name=made.name, size=made.size, older_gone=len(gone))
        return made
