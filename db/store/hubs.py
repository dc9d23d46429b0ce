"""Hubs: who tells when a source has something new (WebSub), one for each source that names one.

A claim says at once when the hub is asked again if it does not verify; so a worker that dies costs that wait.
What writes a hub and its source writes the hub first, so that no two transactions wait for each other in a ring.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from secrets import token_urlsafe
from typing import Any

from sqlalchemy import bindparam, delete, select, update
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.sql import ColumnElement

from db.collecting import hubs
from db.store import AnyRow, each, rows, write_new
from db.store.sources import ACTIVE, hurry
from db.tables import sources
from db.wakeup import announce
from newsroom.items import HubLinks
from newsroom.websub import ask_again

KEY_BYTES = 32  # of chance, in a token and in a secret


@dataclass(frozen=True, slots=True)
class Hub:
    """A hub of a source; whoever prints it does not print what only the hub may know."""

    source_id: int
    hub: str
    topic: str
    token: str = field(repr=False)
    secret: str = field(repr=False)
    state: str
    until: datetime | None
    failures: int  # times in a row that it was asked and did not verify


COLUMNS: list[ColumnElement[Any]] = [hubs.c[name] for name in Hub.__slots__]
OF_ACTIVE = hubs.c.source_id.in_(select(sources.c.id).where(ACTIVE))


async def find(connection: AsyncConnection, source_id: int) -> Hub | None:
    """Answer the hub of a source."""
    return await _find_one(connection, hubs.c.source_id == source_id)


async def find_called(connection: AsyncConnection, token: str) -> Hub | None:
    """Answer whose hub calls at an address; none when its source is collected no longer."""
    return await _find_one(connection, (hubs.c.token == token) & OF_ACTIVE)


async def _find_one(connection: AsyncConnection, wanted: ColumnElement[bool]) -> Hub | None:
    found = await rows(connection, select(*COLUMNS).where(wanted))
    return Hub(*found[0]) if found else None


async def list_all(connection: AsyncConnection) -> Sequence[AnyRow]:
    """Answer every hub whole."""
    return await rows(connection, select(hubs))


async def name(connection: AsyncConnection, source_id: int, links: HubLinks, now: datetime) -> Hub | None:
    """Keep what a source names, to be asked at once where it is new, or nothing; answers it where it is the same."""
    known = await find(connection, source_id)
    if known and HubLinks(known.hub, known.topic) == links:
        return known
    if known:
        await connection.execute(delete(hubs).where(hubs.c.source_id == source_id))
    if links.hub:
        keys = {"token": token_urlsafe(KEY_BYTES), "secret": token_urlsafe(KEY_BYTES)}
        told = {"source_id": source_id, "hub": links.hub, "topic": links.topic, "due_at": now}
        await write_new(connection, hubs, **told, **keys)
        announce(connection, "websub")
    return None


async def is_any_due(connection: AsyncConnection, now: datetime) -> bool:
    """Tell whether a claim would find or forget something; asked before it, so that nothing due writes nothing."""
    return bool(await rows(connection, select(hubs.c.source_id).where((hubs.c.due_at <= now) | ~OF_ACTIVE).limit(1)))


async def claim_due(connection: AsyncConnection, limit: int, now: datetime) -> list[Hub]:
    """Take hubs that are to be asked now, and forget those whose source is collected no longer."""
    await connection.execute(delete(hubs).where(~OF_ACTIVE))
    found = select(*COLUMNS).where(hubs.c.due_at <= now).order_by(hubs.c.due_at).limit(limit)
    due = [Hub(*row) for row in await rows(connection, found.with_for_update(skip_locked=True))]
    taken = update(hubs).where(hubs.c.source_id == bindparam("of"))
    asked = taken.values(
        state=bindparam("new_state"), due_at=bindparam("new_due_at"), failures=bindparam("new_failures")
    )
    await each(connection, asked, ({"of": hub.source_id, **_ask(hub, now)} for hub in due))
    return due


def _ask(hub: Hub, now: datetime) -> dict[str, Any]:
    """Answer what a hub's row says while it is asked; a live one goes on telling meanwhile."""
    state = "live" if hub.state == "live" else "asked"
    return {"new_state": state, "new_due_at": ask_again(hub.failures, now), "new_failures": hub.failures + 1}


async def note_failure(connection: AsyncConnection, hub: Hub, reason: str) -> None:
    """Note why a hub could not be asked, unless it has verified all the same."""
    unverified = (hubs.c.token == hub.token) & (hubs.c.failures > 0)
    await connection.execute(update(hubs).where(unverified).values(last_error=reason))


async def note_verified(connection: AsyncConnection, hub: Hub, until: datetime, due_at: datetime) -> None:
    """Note until when a hub tells, and when it is asked for more."""
    told = {"until": until, "due_at": due_at, "failures": 0, "last_error": ""}
    await connection.execute(update(hubs).where(hubs.c.token == hub.token).values(told))


async def refuse(connection: AsyncConnection, hub: Hub, reason: str, due_at: datetime) -> None:
    """Rely on a hub no longer, and ask it again later."""
    told = {"state": "refused", "until": None, "due_at": due_at, "last_error": reason}
    await connection.execute(update(hubs).where(hubs.c.token == hub.token).values(told))


async def note_told(connection: AsyncConnection, hub: Hub, now: datetime) -> None:
    """Note that a hub has told of something: it is live from now on, and its source is due."""
    asked = (hubs.c.token == hub.token) & (hubs.c.state == "asked")
    await connection.execute(update(hubs).where(asked).values(state="live"))
    await hurry(connection, hub.source_id, now)
