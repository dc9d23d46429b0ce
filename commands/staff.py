"""`qasid staff`: who may do what."""

from datetime import datetime
from typing import Annotated

import typer
from sqlalchemy.ext.asyncio import AsyncConnection

from commands.acting import change, note, opened, running
from db.store import staff
from newsroom.roles import Role
from settings import SettingsError

cli = typer.Typer(no_args_is_help=True, help="Who may do what.")
UserId = Annotated[int, typer.Argument(help="The numeric Telegram id.")]


@cli.command("grant")
@running
async def grant_role(user: UserId, role: Role) -> None:
    """Give somebody a role."""

    async def act(connection: AsyncConnection, now: datetime) -> bool:
        await note(connection, "grant role", str(user), now, role)
        return await staff.grant(connection, user, role, now)

    await change(act, f"{user} is {role} now.", f"{user} is {role} already.")


@cli.command("revoke")
@running
async def revoke_role(
    user: UserId, role: Annotated[Role | None, typer.Argument(help="All roles if none is named.")] = None
) -> None:
    """Take a role, or all of them; the last owner stays."""

    async def act(connection: AsyncConnection, now: datetime) -> bool:
        owners = [person for person, had in await staff.list_all(connection) if had is Role.OWNER]
        if owners == [user] and role in {None, Role.OWNER}:
            raise SettingsError(f"{user} is the last owner: make somebody else an owner first")
        await note(connection, "revoke role", str(user), now, role or "all")
        return await staff.revoke(connection, user, role) > 0

    await change(act, f"{user} has no longer: {role or 'any role'}.", f"{user} had no such role.")


@cli.command("list")
@running
async def list_staff() -> None:
    """List who has which role."""
    async with opened() as database, database.read() as connection:
        for user, role in await staff.list_all(connection):
            print(f"{user}\t{role}")
