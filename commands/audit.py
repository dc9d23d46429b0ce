"""`qasid audit`: whether the lines of the audit are as they were written."""

import sys
from datetime import UTC, datetime

import typer

from commands.acting import opened, running
from db.store.audit import verify

cli = typer.Typer(no_args_is_help=True, help="Whether the audit is as it was written.")


@cli.callback()
def _several() -> None:
    """Let `verify` be said, though there is no other command yet."""


@cli.command("verify")
@running
async def verify_audit() -> None:
    """Walk along the chain; answers 1 and says where, if it is broken."""
    async with opened() as database, database.read() as connection:
        found = await verify(connection, datetime.now(UTC))
    print(f"{found.lines} lines in the chain, {found.erased} of them erased in part, {found.older} older than it.")
    if found.broken:
        print(f"Broken: {found.broken}.", file=sys.stderr)
        raise typer.Exit(1)
    print("Unbroken.")
