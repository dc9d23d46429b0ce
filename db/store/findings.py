"""Findings as the last look left them, for `/status` to tell: a handler asks nobody.

The rival is noted by whoever is told of it while he polls, and stays as long as that goes on. The look itself is a row
among them that is none of them: by it is known when somebody looked last, also where nothing was found.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from db.operating import findings
from db.store import rows
from newsroom.findings import Finding, Level

RIVAL = Finding("rival", Level.FAULT)
LOOK = "look"
LASTS = timedelta(minutes=2)  # a poll that is refused is tried again within seconds


async def replace(connection: AsyncConnection, found: Sequence[Finding], now: datetime) -> list[Finding]:
    """Keep what is found in the place of what was; answers what is new. What was there keeps its beginning."""
    stays = (findings.c.name == RIVAL.name) & (findings.c.seen_at > now - LASTS)
    kept = [LOOK, *(one.key for one in found)]
    await connection.execute(delete(findings).where(findings.c.key.not_in(kept), ~stays))
    await _keep(connection, LOOK, {"name": LOOK, "level": 0, "told": {}}, now)
    return [one for one in found if await note(connection, one, now)]


async def note(connection: AsyncConnection, one: Finding, now: datetime) -> bool:
    """Keep a finding; tells whether it is new."""
    row = {"name": one.name, "level": int(one.level), "told": dict(one.values)}
    return await _keep(connection, one.key, row, now)


async def _keep(connection: AsyncConnection, key: str, row: dict[str, Any], now: datetime) -> bool:
    seen = update(findings).where(findings.c.key == key).values(**row, seen_at=now)
    if (await connection.execute(seen)).rowcount:
        return False
    await connection.execute(insert(findings).values(key=key, **row, since=now, seen_at=now))
    return True


async def read(connection: AsyncConnection) -> list[Finding]:
    """Answer what was found last, the worst first."""
    found = select(findings).where(findings.c.name != LOOK)
    found = found.order_by(findings.c.level.desc(), findings.c.since, findings.c.key)
    return [Finding(row.name, Level(row.level), row.told) for row in await rows(connection, found)]


async def find_look(connection: AsyncConnection) -> datetime | None:
    """Answer when somebody looked last; None where nobody has yet."""
    look = select(findings.c.seen_at).where(findings.c.key == LOOK)
    return next((row.seen_at for row in await rows(connection, look)), None)


async def has_rival(connection: AsyncConnection, now: datetime) -> bool:
    """Tell whether somebody else asks Telegram for our updates, as far as whoever polls was told lately."""
    lately = select(findings.c.key).where(findings.c.name == RIVAL.name, findings.c.seen_at > now - LASTS)
    return bool(await rows(connection, lately))
