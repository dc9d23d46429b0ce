"""Renderings on trial: until one chat has taken a rendering of a push, one row at a time leaves with it.

    (untried) ─▶ trial ─▶ proven          and untried again when what came back says nothing good of it
                   │▲
                   ▼│   refused           by whoever was last, and nobody has taken it: the next is asked
                      any ─▶ stopped      Telegram refuses it; a newer version of the story, or a person, lifts it

So a text that Telegram refuses is refused to one chat after another and never to thousands, and a rendering that is
fine loses one round trip. Whatever was refused keeps a reason, also when others took it: a mend looks for its rows.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import and_, case, delete, exists, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.sql import ColumnElement

from db.showing import renderings
from db.store import HOLD, rows, write_new
from db.tables import pushes
from newsroom.outcomes import Came
from newsroom.work import Claimed, Landed, Refusal, Shape, Standing

Wording = tuple[int, str, bool]  # push, language, and whether it is for groups and channels
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
    """Try anew what was refused, or what nobody can be trying any more: the row of the trial is gone by now."""
    given_up = (renderings.c.state == Standing.TRIAL.value) & (renderings.c.at < row.claimed_at - HOLD)
    left = _is(row.content) & (given_up | (renderings.c.state == Standing.REFUSED.value))
    anew = update(renderings).where(left).values(state=Standing.TRIAL.value, at=row.claimed_at)
    return (await connection.execute(anew)).rowcount > 0


async def conclude(connection: AsyncConnection, landed: Sequence[Landed]) -> None:
    """Say what trials showed: whoever took it has proven it, and what says nothing leaves it as it was before.

    A refusal is noted, whoever told it.
    """
    for land in landed:
        if land.outcome.came is Came.REFUSED and isinstance(land.claimed.content, Shape):
            await _note_refusal(connection, land, land.claimed.content)
        elif land.claimed.standing is Standing.TRIAL:
            await _conclude_trial(connection, land)


async def _note_refusal(connection: AsyncConnection, land: Landed, shape: Shape) -> None:
    """Keep why a text was refused, and the first such text until editors are told; what others took stays proven."""
    reason, body = land.outcome.reason, land.rendering.body if land.rendering else b""
    at = land.claimed.claimed_at
    values = {"state": Standing.REFUSED.value, "reason": reason, "body": body, "at": at}
    if await write_new(connection, renderings, **_key(shape), **values):
        return
    state = case((_is_trial(at), Standing.REFUSED.value), else_=renderings.c.state)
    noted = update(renderings).where(_is(shape), renderings.c.state != Standing.STOPPED.value)
    await connection.execute(noted.values(state=state, reason=reason, body=func.coalesce(renderings.c.body, body)))


async def _conclude_trial(connection: AsyncConnection, land: Landed) -> None:
    this = and_(_is(land.claimed.content), _is_trial(land.claimed.claimed_at))
    if land.outcome.came is Came.OK:
        await connection.execute(update(renderings).where(this).values(state=Standing.PROVEN.value))
        return
    await connection.execute(delete(renderings).where(this, renderings.c.reason == ""))
    await connection.execute(update(renderings).where(this).values(state=Standing.REFUSED.value))


async def stop(connection: AsyncConnection, shape: Shape, reason: str, now: datetime) -> bool:
    """Let nobody else be tried with a rendering; tells whether that is news."""
    values = {"state": Standing.STOPPED.value, "reason": reason, "at": now}
    if await write_new(connection, renderings, **_key(shape), **values):
        return True
    others = _is(shape) & (renderings.c.state != Standing.STOPPED.value)
    return (await connection.execute(update(renderings).where(others).values(values))).rowcount > 0


async def find_stopped(connection: AsyncConnection, push_ids: Iterable[int]) -> set[Wording]:
    """Answer which wordings of pushes are stopped now."""
    stopped = renderings.c.push_id.in_(push_ids) & (renderings.c.state == Standing.STOPPED.value)
    return {name(row) for row in await rows(connection, select(renderings).where(stopped))}


async def is_any_refused(connection: AsyncConnection, push_id: int) -> bool:
    """Tell whether Telegram refused any rendering of a push, to whomever."""
    these = (renderings.c.push_id == push_id) & (renderings.c.reason != "")
    return bool(await rows(connection, select(renderings.c.push_id).where(these).limit(1)))


async def take_untold(connection: AsyncConnection, push_id: int, story_id: int) -> list[Refusal]:
    """Answer what Telegram refused of a push to all who were asked, each once; nobody who tries it is waited for."""
    refused = (renderings.c.push_id == push_id) & (renderings.c.state == Standing.REFUSED.value)
    untold = select(renderings).where(refused, renderings.c.body != b"")
    found = await rows(connection, untold.with_for_update(skip_locked=True))
    for row in found:
        await connection.execute(update(renderings).where(_is(row)).values(body=b""))
    return [Refusal(push_id, story_id, row.language, row.public, row.reason, row.body) for row in found]


async def forget(connection: AsyncConnection, push_id: int) -> None:
    """Let every rendering of a push be tried anew."""
    await connection.execute(delete(renderings).where(renderings.c.push_id == push_id))


def name(content: Any) -> Wording:
    """Answer which wording a rendering is of."""
    return content.push_id, content.language, content.public


def _key(content: Any) -> dict[str, Any]:
    return {"push_id": content.push_id, "language": content.language, "public": content.public}


def _is_trial(since: datetime) -> ColumnElement[bool]:
    return and_(renderings.c.state == Standing.TRIAL.value, renderings.c.at == since)


def _is(content: Any) -> ColumnElement[bool]:
    return and_(*(renderings.c[name] == value for name, value in _key(content).items()))
