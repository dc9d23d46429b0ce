"""Bans: who may not write, by key, until when and why; what the banned are told, their appeal, and what was lifted.

A ban ends by itself, and not by /forget. What is to be told stands in the ban itself (`tells`), and goes with being
told: no other row says of whom it is. One that was lifted stays until that was told. What a ban does to the replies of
its author is in `duties.py`.
"""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import datetime

from sqlalchemy import delete, select, update
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.sql import ColumnElement

from db.replying import bans
from db.store import AnyRow, insert_unless_there, rows
from db.store.terms import Term
from db.wakeup import announce
from newsroom.bans import TOLD_FOR, Telling
from newsroom.replies import Code


@dataclass(frozen=True, slots=True)
class Ban:
    """Who may not write: by key, until when, why, and who said so."""

    author_key: str
    until: datetime
    code: Code
    actor: str
    at: datetime
    appealed_at: datetime | None = None
    kept_at: datetime | None = None  # when somebody had looked at the appeal, and let it stand


COLUMNS = [bans.c[field.name] for field in fields(Ban)]


async def ban(connection: AsyncConnection, told: Ban) -> None:
    """Ban an author, or ban him otherwise, and let him be told."""
    values: dict[str, object] = {"until": told.until, "code": str(told.code), "actor": told.actor, "at": told.at}
    values |= {"appealed_at": None, "kept_at": None, "tells": Telling.BANNED.value, "tell_at": told.at}
    await connection.execute(insert_unless_there(connection, bans).values(author_key=told.author_key, **values))
    await connection.execute(update(bans).where(bans.c.author_key == told.author_key).values(values))
    announce(connection, "notices")


async def find(connection: AsyncConnection, key: str, now: datetime) -> Ban | None:
    """Answer an author's ban that holds; None where he may write."""
    found = await rows(connection, select(*COLUMNS).where(bans.c.author_key == key, bans.c.until > now))
    return _read(found[0]) if found else None


async def list_all(connection: AsyncConnection, now: datetime) -> list[Ban]:
    """Answer the bans that hold, the newest first."""
    found = await rows(connection, select(*COLUMNS).where(bans.c.until > now).order_by(bans.c.at.desc()))
    return [_read(row) for row in found]


def _read(row: AnyRow) -> Ban:
    return Ban(**row._asdict() | {"code": Code(row.code)})


async def appeal(connection: AsyncConnection, key: str, now: datetime) -> bool:
    """Note that an author appeals; False where he has before, or is not banned."""
    this = (bans.c.author_key == key) & (bans.c.until > now) & bans.c.appealed_at.is_(None)
    return (await connection.execute(update(bans).where(this).values(appealed_at=now))).rowcount > 0


async def keep(connection: AsyncConnection, key: str, now: datetime) -> bool:
    """Let a ban stand that is appealed; False where somebody has before, or it holds no more."""
    this = (bans.c.author_key == key) & (bans.c.until > now) & bans.c.appealed_at.is_not(None)
    kept = update(bans).where(this, bans.c.kept_at.is_(None))
    return await _tell(connection, (await connection.execute(kept.values(kept_at=now))).rowcount, key, "kept", now)


async def lift(connection: AsyncConnection, key: str, now: datetime) -> bool:
    """End a ban; False where there is none."""
    this = update(bans).where(bans.c.author_key == key, bans.c.until > now)
    return await _tell(connection, (await connection.execute(this.values(until=now))).rowcount, key, "lifted", now)


async def _tell(connection: AsyncConnection, changed: int, key: str, what: str, now: datetime) -> bool:
    if changed:
        telling = update(bans).where(bans.c.author_key == key)
        await connection.execute(telling.values(tells=Telling(what).value, tell_at=now))
        announce(connection, "notices")
    return changed > 0


async def list_due(connection: AsyncConnection, now: datetime, most: int = 50) -> Sequence[AnyRow]:
    """Answer the bans of which an author is to be told now, the oldest first."""
    due = select(bans).where(bans.c.tells.is_not(None), bans.c.tell_at <= now)
    return await rows(connection, due.order_by(bans.c.tell_at).limit(most))


async def settle(connection: AsyncConnection, ban: AnyRow) -> bool:
    """Note that an author was told; False where he was already, or something else is to be told. What is over goes."""
    this = (bans.c.author_key == ban.author_key) & (bans.c.tells == ban.tells) & (bans.c.until == ban.until)
    if ban.tells == Telling.LIFTED.value:
        return (await connection.execute(delete(bans).where(this))).rowcount > 0
    return (await connection.execute(update(bans).where(this).values(tells=None))).rowcount > 0


async def defer(connection: AsyncConnection, key: str, until: datetime) -> None:
    """Let it wait, for the author is not to be woken."""
    await connection.execute(update(bans).where(bans.c.author_key == key).values(tell_at=until))


def _is_over(now: datetime) -> ColumnElement[bool]:
    """Say which bans are over and told, or could not be told."""
    return (bans.c.until <= now) & (bans.c.tells.is_(None) | (bans.c.until <= now - TOLD_FOR))


TERM = Term(bans, _is_over)
