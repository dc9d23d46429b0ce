"""`qasid staff`: who may do what. Whoever is given a role, or loses one, is told by the bot that runs."""

from datetime import datetime
from typing import Annotated

import typer
from sqlalchemy.ext.asyncio import AsyncConnection

from commands.acting import change, opened, running
from db.store import staff
from db.store.staff import Act
from locales import texts
from newsroom.roles import Role
from opening import make_roster
from settings import read_settings

cli = typer.Typer(no_args_is_help=True, help="Who may do what.")
UserId = Annotated[int, typer.Argument(help="The numeric Telegram id.")]
CLI = "cli"


@cli.command("grant")
@running
async def grant_role(user: UserId, role: Role) -> None:
    """Give somebody a role."""

    async def act(connection: AsyncConnection, now: datetime) -> bool:
        roster = make_roster(read_settings(), lambda: now)
        return await roster.grant(connection, user, role, Act(CLI, "grant role", str(user), role))

    t, told = texts("en"), {"who": str(user), "role": role.value}
    await change(act, t.plain("staff.given", **told), t.plain("staff.had", **told))


@cli.command("revoke")
@running
async def revoke_role(
    user: UserId, role: Annotated[Role | None, typer.Argument(help="All roles if none is named.")] = None
) -> None:
    """Take a role, or all of them; the last owner stays."""

    async def act(connection: AsyncConnection, now: datetime) -> bool:
        roster = make_roster(read_settings(), lambda: now)
        return bool(await roster.revoke(connection, user, role, Act(CLI, "revoke role", str(user), role or "all")))

    t, who = texts("en"), str(user)
    await change(act, t.plain("staff.taken", who=who, roles=role or "any role"), t.plain("staff.none", who=who))


@cli.command("list")
@running
async def list_staff() -> None:
    """List who has which role."""
    async with opened() as database, database.read() as connection:
        for user, role in await staff.list_all(connection):
            print(f"{user}\t{role}")
