"""Probes: what editors ask of an address or a file, answered by the clock's people: a handler never waits for a site.

A file is one that an editor sent: a list of sources (`opml`), or what is said of topics (`topics`).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from db.collecting import probes
from db.store import rows
from db.store.collected import Read
from db.wakeup import announce

ADDRESS, OPML, TOPICS = "address", "opml", "topics"
PATIENCE = timedelta(minutes=5)  # that a probe may take; then its worker is taken for dead, and it is done anew


@dataclass(frozen=True, slots=True)
class Probe:
    """What an editor asks of an address; `adds` where it is to be collected, if it can be read. Of a file, its id."""

    url: str
    adds: bool
    chat_id: int
    language: str
    actor: str
    id: int = 0
    kind: str = ADDRESS


@dataclass(frozen=True, slots=True)
class Reading:
    """What is read at an address now; `is_new` where it is collected from now on, `is_page` where it is one article."""

    title: str
    url: str
    reads: Sequence[Read]
    is_new: bool = False
    is_page: bool = False
    kind: str = ""  # by the name of a member of `newsroom.reading.Kind`


async def ask(connection: AsyncConnection, probe: Probe, now: datetime) -> None:
    """Ask; whoever asked is told by a message."""
    asked = {name: getattr(probe, name) for name in ("kind", "url", "adds", "chat_id", "language", "actor")}
    await connection.execute(insert(probes).values(**asked, due_at=now))
    announce(connection, "probe")


async def is_any_due(connection: AsyncConnection, now: datetime) -> bool:
    """Tell whether a claim would find something."""
    return bool(await rows(connection, select(probes.c.id).where(probes.c.due_at <= now).limit(1)))


async def claim(connection: AsyncConnection, now: datetime) -> Probe | None:
    """Take the probe that is due first; nobody else takes it while there is patience with it."""
    due = select(probes.c.id).where(probes.c.due_at <= now).order_by(probes.c.due_at).limit(1)
    first = due.with_for_update(skip_locked=True).cte("due")
    taken = update(probes).where(probes.c.id.in_(select(first.c.id))).values(due_at=now + PATIENCE)
    named = [probes.c[name] for name in Probe.__slots__]
    return next((Probe(*row) for row in await rows(connection, taken.returning(*named))), None)


async def end(connection: AsyncConnection, probe: Probe) -> bool:
    """Forget a probe that was answered; False where another worker has answered it."""
    return (await connection.execute(delete(probes).where(probes.c.id == probe.id))).rowcount > 0
