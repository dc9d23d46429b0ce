"""Staff and the audit of what they did."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncConnection

from db.store import audit, rows, write_new
from db.tables import chats, staff
from newsroom.errors import Refusal
from newsroom.roles import Role, who_has


async def grant(connection: AsyncConnection, user_id: int, role: Role, now: datetime) -> bool:
    """Give a role; False when the person has it."""
    return await write_new(connection, staff, user_id=user_id, role=role.value, granted_at=now) is not None


async def revoke(connection: AsyncConnection, user_id: int, role: Role | None = None) -> list[Role]:
    """Take a role, or all of them; answers those that there were. Raises Refusal for what the last owner is."""
    if role in {None, Role.OWNER} and await _lock_owners(connection) == [user_id]:
        raise Refusal("staff.last", user=str(user_id))
    these = staff.c.user_id == user_id
    if role:
        these &= staff.c.role == role.value
    return [Role(row.role) for row in await rows(connection, delete(staff).where(these).returning(staff.c.role))]


async def _lock_owners(connection: AsyncConnection) -> list[int]:
    """Answer the owners, none of whom comes or goes until this act is done: two who take from each other leave one."""
    owners = select(staff.c.user_id).where(staff.c.role == Role.OWNER.value).order_by(staff.c.user_id)
    return [row.user_id for row in await rows(connection, owners.with_for_update())]


async def list_all(connection: AsyncConnection) -> list[tuple[int, Role]]:
    """Answer who has which role."""
    found = await rows(connection, select(staff.c.user_id, staff.c.role).order_by(staff.c.user_id, staff.c.role))
    return [(row.user_id, Role(row.role)) for row in found]


async def has_role(connection: AsyncConnection, user_id: int, role: Role) -> bool:
    """Tell whether a person has a role, or one that includes it."""
    wanted = staff.c.role.in_([having.value for having in who_has(role)])
    return bool(await rows(connection, select(staff.c.user_id).where(staff.c.user_id == user_id, wanted)))


async def list_roles(connection: AsyncConnection, user_id: int) -> list[Role]:
    """Answer the roles of one person."""
    found = await rows(connection, select(staff.c.role).where(staff.c.user_id == user_id).order_by(staff.c.role))
    return [Role(row.role) for row in found]


async def list_ids(connection: AsyncConnection, roles: Sequence[Role]) -> list[int]:
    """Answer who of the staff has any of these roles."""
    wanted = staff.c.role.in_([role.value for role in roles])
    found = select(staff.c.user_id).where(wanted).distinct().order_by(staff.c.user_id)
    return [row.user_id for row in await rows(connection, found)]


async def list_reachable(connection: AsyncConnection, roles: Sequence[Role]) -> list[int]:
    """Answer the private chats of staff with any of these roles, as far as they have written to the bot."""
    wanted = staff.c.role.in_([role.value for role in roles])
    found = select(chats.c.id).join(staff, staff.c.user_id == chats.c.id).where(wanted, chats.c.state == "active")
    return [row.id for row in await rows(connection, found.distinct())]


async def is_reachable(connection: AsyncConnection, user_id: int) -> bool:
    """Tell whether somebody has written to the bot and can be written to."""
    this = (chats.c.id == user_id) & (chats.c.state == "active")
    return bool(await rows(connection, select(chats.c.id).where(this)))


def menu_key(user_id: int) -> str:
    """Answer by which key the outbox knows what writes somebody's menu of commands."""
    return f"menu:{user_id}"


@dataclass(frozen=True, slots=True)
class Act:
    """What somebody did: `actor` is a member of the staff by id, or what acts without one (`cli`, `settings`)."""

    actor: str
    action: str
    subject: str
    detail: str = ""


async def note(connection: AsyncConnection, act: Act, now: datetime) -> None:
    """Put an act on the audit, in the transaction of the act."""
    await audit.write(connection, asdict(act), await audit.find_newest(connection), now)
