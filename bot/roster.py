"""The roster: whoever is given a role, or whose role is taken, is told, and has another menu of commands at once.

    an act of an admin, a link, the terminal ─▶ staff, audit, a message and a menu to him: one transaction

Whether it may be done is asked before (`newsroom/roles.py`). Another thing that goes with a role is a line here.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import uuid4

import orjson
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.docket import write
from bot.menus import write_menu
from bot.staff import draw_granted, draw_revoked
from bot.tongue import speak_to
from bot.view import Screen
from db.store import invitations, outbox, staff
from db.store.outbox import Message
from db.store.staff import Act
from newsroom.pushes import Lane
from newsroom.roles import Role, list_given


@dataclass(frozen=True, slots=True)
class Roster:
    """Gives and takes roles."""

    now: Callable[[], datetime]
    language: str

    async def grant(
        self, connection: AsyncConnection, user_id: int, role: Role, act: Act, *, tells: bool = True
    ) -> bool:
        """Give a role, and put the act on the audit; False when the person has it."""
        if not await staff.grant(connection, user_id, role, self.now()):
            return False
        await staff.note(connection, act, self.now())
        if tells:
            t = await speak_to(connection, user_id, self.language)
            await self._tell(connection, user_id, draw_granted(t, [role]))
        await self.set_menu(connection, user_id)
        return True

    async def revoke(self, connection: AsyncConnection, user_id: int, role: Role | None, act: Act) -> list[Role]:
        """Take a role or all of them, and put the act on the audit; answers those that there were.

        The links go with the right to make them. Raises Refusal for what the last owner is.
        """
        taken = await staff.revoke(connection, user_id, role)
        if not taken:
            return []
        await staff.note(connection, act, self.now())
        left = await staff.list_roles(connection, user_id)
        if not list_given(left):
            await invitations.drop_of(connection, str(user_id))
        t = await speak_to(connection, user_id, self.language)
        await self._tell(connection, user_id, draw_revoked(t, taken, left))
        await self.set_menu(connection, user_id)
        return taken

    async def set_menu(self, connection: AsyncConnection, user_id: int) -> None:
        """Let somebody's menu be that of his roles, if he has ever written to the bot."""
        if not await staff.is_reachable(connection, user_id):
            return
        roles: Sequence[Role] = await staff.list_roles(connection, user_id)
        method, payload = write_menu(await speak_to(connection, user_id, self.language), user_id, roles)
        message = Message(staff.menu_key(user_id), method, orjson.dumps(payload), None, Lane.MODERATION)
        await outbox.add_anew(connection, message, self.now())

    async def set_menus(self, connection: AsyncConnection) -> None:
        """Let the menus of all staff be those of this version."""
        for user_id in await staff.list_ids(connection, list(Role)):
            await self.set_menu(connection, user_id)

    async def _tell(self, connection: AsyncConnection, user_id: int, screen: Screen) -> None:
        if await staff.is_reachable(connection, user_id):
            payload = orjson.dumps(write(screen))
            message = Message(f"role:{uuid4().hex}", "sendMessage", payload, user_id, Lane.MODERATION)
            await outbox.add(connection, message, self.now())
