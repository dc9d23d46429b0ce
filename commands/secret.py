"""`qasid secret`: what is to be done when the secret of pen names is lost."""

from datetime import UTC, datetime
from typing import Annotated

import typer

from commands.acting import note, opened, running
from db.vault import renew
from opening import read_vault
from settings import read_settings

cli = typer.Typer(no_args_is_help=True, help="The secret that makes pen names of authors.")


@cli.callback()
def _several() -> None:
    """Let `renew` be said, though there is no other command yet."""


@cli.command("renew")
@running
async def renew_secret(
    lost: Annotated[bool, typer.Option("--lost", help="Say that the old one is lost for ever.", prompt=True)],
) -> None:
    """Begin anew with the secret that is there: nobody who wrote so far is known or reached any more."""
    if not lost:
        print("Nothing is changed.")
        return
    now = datetime.now(UTC)
    async with opened(may_be_behind=True) as database:  # no upgrade is backed up without the secret
        vault = read_vault(read_settings(), database, may_make=True)
        async with database.write(urgent=True) as connection:
            await renew(connection, vault, now)
            await note(connection, "renew secret", "pen names", now)
    print("All who come are new from now on.")
