"""`qasid backup` and `qasid restore`: made while the bot runs, put back while it does not."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from commands.acting import note, opened, running
from db import backups, resting
from db.backups import Restored
from db.engine import Database
from db.replacing import replaced
from db.resting import Held
from newsroom.backups import Backup
from opening import find_backups, find_vault, read_vault
from settings import read_settings

SECONDS = (("d", 86_400), ("h", 3_600), ("min", 60))


def register(cli: typer.Typer) -> None:
    """Take the commands up."""
    cli.command("backup")(back_up)
    cli.command("restore")(restore)


@running
async def back_up(
    *,
    with_authors: Annotated[
        bool, typer.Option("--with-authors", help="Also where authors of replies are reached, which is sealed.")
    ] = False,
    show: Annotated[bool, typer.Option("--list", help="Only list the backups that there are.")] = False,
) -> None:
    """Make a backup, encrypted, beside a running bot; answers its name, size and age."""
    settings = read_settings()
    async with opened(may_be_behind=True) as database:  # before an upgrade it is made of what the older version wrote
        folder = find_backups(settings, database)
        if not show:
            vault = await find_vault(settings, database)
            made = await backups.make(database, vault, folder, with_authors=with_authors)
            print(f"Made: {folder / made.name}\t{describe(made)}")
            return
    for backup in backups.list_backups(folder):
        print(f"{folder / backup.name}\t{describe(backup)}")


def describe(backup: Backup) -> str:
    """Say how large and how old a backup is."""
    age = max(0.0, (datetime.now(UTC) - backup.made_at).total_seconds())
    told = next((f"{age // seconds:.0f} {unit}" for unit, seconds in SECONDS if age >= seconds), "0 min")
    return f"{max(1, backup.size // 1000):,} kB\t{told} old"


@running
async def restore(
    file: Annotated[Path, typer.Argument(help="A backup: its path, or its name in BACKUP_DIR.")],
    *,
    replace: Annotated[bool, typer.Option("--replace", help="Put it in the place of what the database holds.")] = False,
    hold: Annotated[
        bool, typer.Option("--hold", help="Send nothing by itself of what may have been sent since the backup.")
    ] = False,
) -> None:
    """Put a backup into the database, which must be empty and used by nobody."""
    settings = read_settings()
    target = Database(settings.database_url)
    try:
        vault, folder = read_vault(settings, target), find_backups(settings, target)
        path = file if file.exists() else folder / file.name
        async with replaced(target, replace=replace) as database:
            done = await backups.restore(path, vault, database, folder)
            now = datetime.now(UTC)
            async with database.write() as connection:
                held = await resting.hold(connection, now) if hold else None
                await note(connection, "restore", path.name, now)
    finally:
        await target.close()
    tell(done, held)


def tell(done: Restored, held: Held | None) -> None:
    """Say what was restored, and what is to be done about what rests."""
    rows = sum(done.about.counts.values())
    print(f"Restored: {rows:,} rows in {len(done.about.counts)} tables, as of {done.about.made_at:%Y-%m-%d %H:%M} UTC.")
    if done.forgotten:
        print(f"{done.forgotten} who had asked to be forgotten since were forgotten again.")
    if not done.is_listed:
        print("No list `erasures` is beside the backup or in BACKUP_DIR: whoever asked to be forgotten since is back.")
    if held:
        print(f"{held.pushes} pushes wait for `qasid pushes resume`; what sources hold now is archive.")
        print(f"{held.broadcasts} scheduled broadcasts are drafts again, {held.messages} single messages stay unsent.")
        print(f"{held.posts} replies are perhaps in their channels: moderators are asked.")
