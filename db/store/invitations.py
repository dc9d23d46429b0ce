"""Invitations: one-time links by which somebody gets a role; kept as hashes, for whoever reads must not use them.

The start prints one to become owner as long as nobody is; staff make the others, and each is worth what its maker may
give when it is taken.
"""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

from sqlalchemy import delete, func, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from db.operating import invitations
from db.store import AnyRow, rows
from db.store.terms import Term
from newsroom.roles import Role

START = ""  # who made what the start prints
GOOD_FOR = timedelta(hours=1)  # of the start's; it stands in the log
LINKS_GOOD_FOR = timedelta(hours=24)
LENGTH = 24  # bytes; as text, with what stands before it, less than the 64 characters of a payload
HANDLE = 16  # letters of a hash that tell invitations apart, and open none


@dataclass(frozen=True, slots=True)
class Invitation:
    """An invitation as it is kept: by its handle, never by what opens it."""

    handle: str
    role: Role
    until: datetime
    actor: str


async def make(connection: AsyncConnection, role: Role, now: datetime, actor: str = START) -> str:
    """Make an invitation to a role; answers what the link ends with. Of the start's the newest alone is good."""
    over = invitations.c.until <= now
    if actor == START:
        over |= invitations.c.actor == START
    await connection.execute(delete(invitations).where(over))
    token = secrets.token_urlsafe(LENGTH)
    told = {"hash": _hash(token), "role": role.value, "actor": actor}
    until = now + (GOOD_FOR if actor == START else LINKS_GOOD_FOR)
    await connection.execute(insert(invitations).values(**told, until=until))
    return token


async def find(connection: AsyncConnection, token: str, now: datetime) -> Invitation | None:
    """Answer the invitation that a link opens; None where it is none, or no longer."""
    this = select(invitations).where(invitations.c.hash == _hash(token), invitations.c.until > now)
    return next((_read(row) for row in await rows(connection, this)), None)


async def take(connection: AsyncConnection, token: str, now: datetime) -> Invitation | None:
    """Use up an invitation; None where it is none, or no longer."""
    this = (invitations.c.hash == _hash(token)) & (invitations.c.until > now)
    taken = await rows(connection, delete(invitations).where(this).returning(*invitations.c))
    return next(map(_read, taken), None)


async def list_open(connection: AsyncConnection, now: datetime) -> list[Invitation]:
    """Answer the invitations of the staff that can still be used, the first to end first."""
    made = (invitations.c.until > now) & (invitations.c.actor != START)
    found = select(invitations).where(made).order_by(invitations.c.until, invitations.c.hash)
    return [_read(row) for row in await rows(connection, found)]


async def take_back(connection: AsyncConnection, handle: str) -> Invitation | None:
    """Let an invitation of the staff open nothing; None where it was used, or is over."""
    this = (func.substr(invitations.c.hash, 1, HANDLE) == handle) & (invitations.c.actor != START)
    gone = await rows(connection, delete(invitations).where(this).returning(*invitations.c))
    return next(map(_read, gone), None)


async def drop_of(connection: AsyncConnection, actor: str) -> None:
    """Let nothing that somebody made be of use."""
    await connection.execute(delete(invitations).where(invitations.c.actor == actor))


def handle_of(token: str) -> str:
    """Answer what an invitation is known by to whoever may not use it."""
    return _hash(token)[:HANDLE]


def _read(row: AnyRow) -> Invitation:
    return Invitation(row.hash[:HANDLE], Role(row.role), row.until, row.actor)


def _hash(token: str) -> str:
    return sha256(token.encode()).hexdigest()


TERM = Term(invitations, lambda now: invitations.c.until <= now)
