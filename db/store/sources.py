"""Sources: claimed when due, settled with what was read of them in one transaction (`collected.py`)."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy import Integer, bindparam, case, delete, literal_column, select, update
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.sql import ColumnElement

from db.collecting import hubs
from db.store import AnyRow, rows, write_new
from db.tables import articles, sources
from db.wakeup import announce
from newsroom.opml import Outline
from newsroom.reasons import Reason
from newsroom.websub import poll_at

ACTIVE = sources.c.state == literal_column("'active'")


@dataclass(frozen=True, slots=True)
class Source:
    """What polling needs of a source."""

    id: int
    url: str
    title: str
    etag: str | None
    last_modified: str | None
    since: str | None  # as `ParsedFeed.since` was last
    seen: bytes | None  # and `ParsedFeed.seen`
    first_contact_at: datetime | None
    changed_at: datetime | None
    failures: int
    ailing_since: datetime | None
    added_at: datetime
    polled_at: datetime | None
    due_at: datetime
    gate: str = "auto"
    quiet: int = 0  # seconds
    language: str = ""
    withdrawals: str = "ask"
    topics: list[str] | None = None  # that whatever it brings has
    ttl: int = 0  # as `ParsedFeed.ttl` was last
    pages: dict[str, int] | None = None  # that are still to be read (`newsroom/teasers.py`)


COLUMNS: list[ColumnElement[Any]] = [sources.c[name] for name in Source.__slots__]
# Of the polls of thousands of sources the statements are a good part, so they are built once. What is free is due, and
# nobody polls it: a claim of ours without a poll was left by a fault.
FREE = (
    ACTIVE
    & (sources.c.due_at <= bindparam("now"))
    & (sources.c.worker_id.is_(None) | (sources.c.worker_id == bindparam("worker")))
    & sources.c.id.not_in(bindparam("polled", expanding=True))
)
FIRST_FREE = select(sources.c.id).where(FREE).limit(1)
NEXT_FREE = select(sources.c.id).where(FREE).order_by(sources.c.due_at).limit(bindparam("most", type_=Integer))
CLAIMED = (
    update(sources)
    .where(sources.c.id.in_(select(NEXT_FREE.with_for_update(skip_locked=True).cte("due").c.id)))
    .values(worker_id=bindparam("worker"))
    .returning(*COLUMNS)
)
PLANNED = case(
    (sources.c.due_at != bindparam("claimed_due_at"), sources.c.due_at),
    else_=bindparam("planned", type_=sources.c.due_at.type),
)
SETTLED = update(sources).where(sources.c.id == bindparam("source")).values(worker_id=None, due_at=PLANNED)


async def add(connection: AsyncConnection, url: str, now: datetime, title: str = "") -> bool:
    """Add a source to be polled at once; False when it is known already. Without a title it is what it calls itself."""
    return await write_new(connection, sources, url=url, title=title, due_at=now, added_at=now) is not None


async def add_all(connection: AsyncConnection, listed: Sequence[Outline], now: datetime) -> list[Outline]:
    """Add the sources of a list; answers those that were not known, for those that were stay as they are."""
    return [one for one in listed if await add(connection, one.url, now, one.title)]


async def list_collected(connection: AsyncConnection) -> list[Outline]:
    """Answer the list of the sources that are collected, or would be if they were not paused."""
    return [Outline(row.url, row.title) for row in await list_all(connection) if row.state != "gone"]


async def revive(connection: AsyncConnection, url: str, now: datetime) -> bool:
    """Begin anew with a source that was removed or paused: what is in it now is archive. False when it is active."""
    anew = dict.fromkeys(("first_contact_at", "etag", "last_modified", "since", "seen"))
    ended = (sources.c.url == url) & ~ACTIVE
    done = await connection.execute(update(sources).where(ended).values(state="active", due_at=now, failures=0, **anew))
    return done.rowcount > 0


async def is_any_due(connection: AsyncConnection, worker_id: str, polled: Collection[int], now: datetime) -> bool:
    """Tell whether a claim would find something; asked before it, so that nothing due writes nothing."""
    return bool(await rows(connection, FIRST_FREE, _about(worker_id, polled, now)))


async def claim_due(
    connection: AsyncConnection, worker_id: str, polled: Collection[int], limit: int, now: datetime
) -> list[Source]:
    """Take sources whose poll is due and that nobody polls, the longest due first; `polled` are this worker's."""
    claimed = await rows(connection, CLAIMED, _about(worker_id, polled, now) | {"most": limit})
    return sorted((Source(*row) for row in claimed), key=lambda source: source.due_at)


def _about(worker_id: str, polled: Collection[int], now: datetime) -> dict[str, Any]:
    return {"worker": worker_id, "polled": list(polled), "now": now}


async def hurry(connection: AsyncConnection, source_id: int, now: datetime) -> None:
    """Let a source be polled as soon as may be, also when it is polled just now: that poll may have come too early."""
    polled_at = (await connection.execute(select(sources.c.polled_at).where(sources.c.id == source_id))).scalar()
    at = poll_at(polled_at, now)
    waits = (sources.c.id == source_id) & ACTIVE & ((sources.c.due_at > at) | sources.c.worker_id.is_not(None))
    await connection.execute(update(sources).where(waits).values(due_at=at))
    announce(connection, "collect")


async def settle(connection: AsyncConnection, source: Source, *, due_at: datetime, **columns: Any) -> None:
    """Write what a poll found out, and let the source be polled again; at once when it was hurried meanwhile."""
    told = {"source": source.id, "claimed_due_at": source.due_at, "planned": due_at}
    await connection.execute(SETTLED, told | columns)


async def find_pages(connection: AsyncConnection, source_id: int) -> dict[str, int]:
    """Answer whose pages of a source are still to be read, and let nobody change that until the transaction ends."""
    found = select(sources.c.pages).where(sources.c.id == source_id).with_for_update()
    return (await connection.execute(found)).scalar_one() or {}


async def note_pages(connection: AsyncConnection, source_id: int, pages: dict[str, int]) -> None:
    """Say whose pages of a source are still to be read."""
    await connection.execute(update(sources).where(sources.c.id == source_id).values(pages=pages or None))


async def list_all(connection: AsyncConnection) -> Sequence[AnyRow]:
    """Answer every source whole, in the order in which they were added."""
    return await rows(connection, select(sources).order_by(sources.c.id))


async def find(connection: AsyncConnection, source_id: int) -> AnyRow | None:
    """Answer a source whole, by its number."""
    return next(iter(await rows(connection, select(sources).where(sources.c.id == source_id))), None)


async def find_at(connection: AsyncConnection, url: str) -> AnyRow | None:
    """Answer a source whole, by its address."""
    return next(iter(await rows(connection, select(sources).where(sources.c.url == url))), None)


async def find_of_page(connection: AsyncConnection, url: str, now: datetime) -> AnyRow:
    """Answer the source that a page belongs to: one on its host; or a new one that is not polled, named by its host."""
    parts = urlsplit(url)
    host, found = name_host(url), await list_all(connection)
    on_host = [row for row in found if name_host(row.url) == host]
    if on_host:
        return next((row for row in on_host if row.state == "active"), on_host[0])
    origin = f"{parts.scheme}://{parts.netloc}/"
    await add(connection, origin, now, title=host)
    await set_state(connection, origin, "paused", now)
    made = await find_at(connection, origin)
    assert made is not None  # noqa: S101  (written above)
    return made


def name_host(url: str) -> str:
    """Answer the host of an address, as people say it."""
    return urlsplit(url).netloc.rpartition("@")[2].lower().removeprefix("www.")


async def change(connection: AsyncConnection, url: str, **policy: Any) -> bool:
    """Say something of a source (`newsroom/policy.py`): of what it brings from now on. Tells whether it is known."""
    return (await connection.execute(update(sources).where(sources.c.url == url).values(policy))).rowcount > 0


async def set_state(connection: AsyncConnection, url: str, state: str, now: datetime) -> bool:
    """Pause a source, or poll it again from now; tells whether it is known."""
    changed = update(sources).where(sources.c.url == url).values(state=state, due_at=now)
    return (await connection.execute(changed)).rowcount > 0


async def move(connection: AsyncConnection, source_id: int, url: str) -> Reason | None:
    """Let a source be read at another address; where that is a source already, this one ends, with a reason."""
    is_known = await rows(connection, select(sources.c.id).where(sources.c.url == url, sources.c.id != source_id))
    reason = Reason("known", url=url) if is_known else None
    here = {"state": "gone", "last_error": reason} if reason else {"url": url}
    await connection.execute(update(sources).where(sources.c.id == source_id).values(here))
    return reason


async def remove(connection: AsyncConnection, url: str) -> bool:
    """Forget a source that has brought nothing; one whose articles are kept is only ended. False when unknown.

    Its hub is forgotten either way, and told so when it calls.
    """
    found = (await connection.execute(select(sources.c.id).where(sources.c.url == url))).scalar_one_or_none()
    if found is None:
        return False
    await connection.execute(delete(hubs).where(hubs.c.source_id == found))
    if await rows(connection, select(articles.c.id).where(articles.c.source_id == found).limit(1)):
        await connection.execute(update(sources).where(sources.c.id == found).values(state="gone"))
    else:
        await connection.execute(delete(sources).where(sources.c.id == found))
    return True


async def first_title(connection: AsyncConnection) -> str:
    """Answer what the first source calls itself, or nothing while none has been read."""
    found = select(sources.c.title).where(sources.c.title != "").order_by(sources.c.id).limit(1)
    return (await connection.execute(found)).scalar_one_or_none() or ""
