"""Invitations: one-time links by which somebody gets a role; kept as hashes, for whoever reads must not use them."""

import secrets
from datetime import datetime, timedelta
from hashlib import sha256

from sqlalchemy import delete, insert
from sqlalchemy.ext.asyncio import AsyncConnection

from db.operating import invitations
from db.store.terms import Term
from newsroom.roles import Role

GOOD_FOR = timedelta(hours=1)
LENGTH = 24  # bytes; as text, with what stands before it, less than the 64 characters of a payload


async def make(connection: AsyncConnection, role: Role, now: datetime) -> str:
    """Make an invitation to a role, and void those before; answers what the link ends with."""
    await connection.execute(delete(invitations).where(invitations.c.role == role.value))
    token = secrets.token_urlsafe(LENGTH)
    await connection.execute(insert(invitations).values(hash=_hash(token), role=role.value, until=now + GOOD_FOR))
    return token


async def take(connection: AsyncConnection, token: str, role: Role, now: datetime) -> bool:
    """Use up an invitation to a role; False where it is none, or no longer."""
    this = (invitations.c.hash == _hash(token)) & (invitations.c.role == role.value) & (invitations.c.until > now)
    return (await connection.execute(delete(invitations).where(this))).rowcount > 0


def _hash(token: str) -> str:
    return sha256(token.encode()).hexdigest()


TERM = Term(invitations, lambda now: invitations.c.until < now)
