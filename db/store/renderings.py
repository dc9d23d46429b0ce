"""Renderings on trial: until one chat has taken a rendering of a push, one row at a time leaves with it.

    (untried) ─▶ trial ─▶ proven          and untried again when what came back says nothing good of it
                      any ─▶ stopped      Telegram refuses it; a newer version of the story, or a person, lifts it

So a text that Telegram refuses is refused to one chat after another and never to thousands, and a rendering that is
fine loses one round trip.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import and_, delete, exists, select, update
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.sql import ColumnElement

from db.store import HOLD, AnyRow, rows, write_new
from db.tables import pushes, renderings
from newsroom.outcomes import Came
from newsroom.work import Claimed, Landed, Shape, Standing

PROVEN = exists().where(renderings.c.push_id == pushes.c.id, renderings.c.state == Standing.PROVEN.value)
ON_TRIAL = exists().where(renderings.c.push_id == pushes.c.id, renderings.c.state == Standing.TRIAL.value)


async def admit(connection: AsyncConnection, claimed: Sequence[Claimed]) -> tuple[list[Claimed], list[Claimed]]:
    """Answer which rows may leave and which must wait: the first of an untried rendering leaves as its trial."""
    leaving, waiting = [], []
    for row in claimed:
        if row.refused or row.standing is Standing.PROVEN:
            leaving.append(row)
        elif await (_begin if row.standing is Standing.UNTRIED else _begin_again)(connection, row):
            leaving.append(replace(row, standing=Standing.TRIAL))
        else:
            waiting.append(row)
    return leaving, waiting


async def _begin(connection: AsyncConnection, row: Claimed) -> bool:
    values = {"state": Standing.TRIAL.value, "at": row.claimed_at}
    return await write_new(connection, renderings, **_key(row.content), **values) is not None


async def _begin_again(connection: AsyncConnection, row: Claimed) -> bool:
    """Try anew what nobody can be trying any more: the row of the trial is another rendering's by now, or gone."""
    left = _is(row.content) & (renderings.c.state == Standing.TRIAL.value) & (renderings.c.at < row.claimed_at - HOLD)
    return (await connection.execute(update(renderings).where(left).values(at=row.claimed_at))).rowcount > 0


async def conclude(connection: AsyncConnection, landed: Sequence[Landed]) -> None:
    """Say what trials showed: whoever took it has proven it, and anything else leaves it untried."""
    for land in landed:
        if land.claimed.standing is not Standing.TRIAL:
            continue
        this = and_(_is(land.claimed.content), renderings.c.state == Standing.TRIAL.value)
        this &= renderings.c.at == land.claimed.claimed_at
        if land.outcome.came is Came.OK:
            await connection.execute(update(renderings).where(this).values(state=Standing.PROVEN.value))
        else:
            await connection.execute(delete(renderings).where(this))


async def stop(connection: AsyncConnection, shape: Shape, reason: str, now: datetime) -> bool:
    """Let nobody else be tried with a rendering; tells whether that is news."""
    values = {"state": Standing.STOPPED.value, "reason": reason, "at": now}
    if await write_new(connection, renderings, **_key(shape), **values):
        return True
    others = _is(shape) & (renderings.c.state != Standing.STOPPED.value)
    return (await connection.execute(update(renderings).where(others).values(values))).rowcount > 0


async def list_stopped(connection: AsyncConnection, push_id: int) -> Sequence[AnyRow]:
    """Answer the renderings of a push that Telegram refuses."""
    these = (renderings.c.push_id == push_id) & (renderings.c.state == Standing.STOPPED.value)
    return await rows(connection, select(renderings).where(these))


async def forget(connection: AsyncConnection, push_id: int) -> None:
    """Let every rendering of a push be tried anew."""
    await connection.execute(delete(renderings).where(renderings.c.push_id == push_id))


def _key(content: Any) -> dict[str, Any]:
    return {"push_id": content.push_id, "language": content.language, "public": content.public}


def _is(content: Any) -> ColumnElement[bool]:
    return and_(*(renderings.c[name] == value for name, value in _key(content).items()))
