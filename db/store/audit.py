"""The audit as a chain: what is written on a line, and whether the lines are as they were written.

    a deed on a reply    ─▶ (reply, version)    its line names the one before it in the life of that reply
    any other act        ─▶ the newest line     its line names the newest that it saw, so none before it can go

A line's hash is over what is never erased, and over the seal: a hash of who, whom and what was said, with a salt. When
somebody is forgotten these go with their salt, and the seal stays; nobody can guess them from it. One chain for all
would order all who write by a lock, or fork: two acts at once may name the same line before them. Triggers refuse any
other change (migration 0010); who goes around them breaks the chain.

After three years lines go, by whole months, and a line that says so comes (migration 0024 lets them). Those of a reply
go with what is left of its row (`tombstones.py`). Of the others, what a younger line names stays: no line that is
younger can lack the one before it, unless somebody took that out.
"""

import secrets
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any

from sqlalchemy import delete, func, insert, select, true, tuple_, update
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.sql import ColumnElement

from db.replying import replies
from db.store import AnyRow, rows
from db.store.terms import Term
from db.tables import audit
from newsroom.moderation import Change
from newsroom.replies import Action

PAGE = 2_000  # lines that are read at once
KEPT_FOR = timedelta(days=3 * 365)
CLEARED = "clear audit"  # what a line says that tells of others which are gone
BETWEEN = "\x1f"
CHAINED = ("reply_id", "version", "revision", "action", "was", "became", "code", "seal", "previous")


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a walk along the chain found; `broken` says where it breaks first, and nothing where it does not."""

    lines: int
    erased: int  # whose content is gone
    older: int  # than the chain
    broken: str = ""


async def note_change(connection: AsyncConnection, change: Change, now: datetime) -> None:
    """Put a deed on a reply on the audit, in its transaction and after its row was changed."""
    after, deed = change.after, change.deed
    line = {
        "actor": change.actor.name,
        "action": str(deed.action),
        "subject": after.id,
        "detail": "" if after.author_key is None else deed.note,
        "reply_id": after.id,
        "version": after.version,
        "revision": after.revision,
        "was": str(change.before.state),
        "became": str(after.state),
        "code": str(deed.code) if deed.code else None,
    }
    this = (audit.c.reply_id == after.id) & (audit.c.version == after.version - 1)
    before = await rows(connection, select(audit.c.hash).where(this))
    await write(connection, line, before[0].hash if before else "", now)


async def note_draft(connection: AsyncConnection, reply_id: str, now: datetime) -> None:
    """Put the beginning of a reply on the audit."""
    line = {"actor": "author", "action": str(Action.DRAFT), "subject": reply_id, "detail": "", "became": "draft"}
    await write(connection, line | {"reply_id": reply_id, "version": 1, "revision": 1}, "", now)


async def find_newest(connection: AsyncConnection, among: ColumnElement[bool] | None = None) -> str:
    """Answer the hash of the newest line, of all or of some."""
    newest = select(audit.c.hash).where(audit.c.hash.is_not(None)).order_by(audit.c.id.desc()).limit(1)
    newest = newest if among is None else newest.where(among)
    return (await connection.execute(newest)).scalar_one_or_none() or ""


async def write(connection: AsyncConnection, line: dict[str, Any], previous: str, now: datetime) -> None:
    """Write a line behind another."""
    salt = secrets.token_hex(16)
    whole = line | {"at": now, "salt": salt, "seal": seal(salt, line), "previous": previous}
    await connection.execute(insert(audit).values(whole | {"hash": chain(whole)}))


async def erase_notes(connection: AsyncConnection, reply_id: str) -> None:
    """Take what moderators said out of the lines of a reply."""
    said = (audit.c.reply_id == reply_id) & (audit.c.detail != "")
    await connection.execute(update(audit).where(said).values(detail="", salt=""))


async def list_for(connection: AsyncConnection, reply_id: str) -> Sequence[AnyRow]:
    """Answer the lines of a reply, the oldest first."""
    return await rows(connection, select(audit).where(audit.c.reply_id == reply_id).order_by(audit.c.version))


async def list_newest(connection: AsyncConnection, actor: str, skipped: int, most: int) -> Sequence[AnyRow]:
    """Answer the newest lines after so many, of one actor if one is named."""
    theirs = select(audit).where(audit.c.actor == actor) if actor else select(audit)
    return await rows(connection, theirs.order_by(audit.c.id.desc()).offset(skipped).limit(most))


def seal(salt: str, line: dict[str, Any]) -> str:
    """Answer the seal of what can be erased."""
    return _hash(salt, *(line[name] for name in ("actor", "subject", "detail")))


def chain(line: dict[str, Any]) -> str:
    """Answer the hash of a line."""
    return _hash(
        line["at"].astimezone(UTC).isoformat(), *("" if line.get(name) is None else line[name] for name in CHAINED)
    )


def _hash(*parts: Any) -> str:
    return sha256(BETWEEN.join(map(str, parts)).encode()).hexdigest()


async def verify(connection: AsyncConnection, now: datetime) -> Verdict:
    """Walk along the whole chain."""
    lines = erased = 0
    faults = []
    before: AnyRow | None = None
    async for line in _walk(connection):
        lines += 1
        erased += not line.salt
        if fault := _find_fault(line, before):
            faults.append((line.id, fault))
        before = line
    faults += await _find_gaps(connection, now)
    older = (await connection.execute(select(func.count()).where(audit.c.hash.is_(None)))).scalar_one()
    broken = "line {}: {}".format(*min(faults)) if faults else ""
    return Verdict(lines, erased, older, broken)


async def _walk(connection: AsyncConnection) -> AsyncIterator[AnyRow]:
    """Yield the lines of acts in their order, then those of replies, each in the order of its life."""
    last = 0
    apart = audit.c.reply_id.is_(None) & audit.c.hash.is_not(None)
    while page := await rows(connection, _page(apart & (audit.c.id > last), audit.c.id)):
        for line in page:
            yield line
        last = page[-1].id
    place = ("", 0)
    key = tuple_(audit.c.reply_id, audit.c.version)
    while page := await rows(connection, _page(key > place, audit.c.reply_id, audit.c.version)):
        for line in page:
            yield line
        place = (page[-1].reply_id, page[-1].version)


def _page(which: ColumnElement[bool], *order: ColumnElement[Any]) -> Any:
    return select(audit).where(which).order_by(*order).limit(PAGE)


def _find_fault(line: AnyRow, before: AnyRow | None) -> str:
    """Say what is wrong with a line; nothing where nothing is."""
    told = dict(line._mapping)  # noqa: SLF001  (the documented way to a row's names)
    if chain(told) != line.hash:
        return "is not what was written"
    if line.salt and seal(line.salt, told) != line.seal:
        return "is not by whom it was written, or does not say what was said"
    if line.reply_id is None:
        return ""
    follows = before is not None and before.reply_id == line.reply_id
    expected = (before.version + 1, before.hash) if follows and before is not None else (1, "")
    return "" if (line.version, line.previous) == expected else "does not follow the line before it"


async def _find_gaps(connection: AsyncConnection, now: datetime) -> list[tuple[int, str]]:
    """Answer where lines are missing: one that another names which is not as old itself, or the last of a reply."""
    named = audit.alias()
    orphan = (
        audit.c.reply_id.is_(None)
        & (audit.c.previous != "")
        & (audit.c.at >= now - KEPT_FOR)
        & ~select(named.c.id).where(named.c.hash == audit.c.previous).exists()
    )
    first = await rows(connection, select(func.min(audit.c.id)).where(orphan))
    last = select(audit.c.reply_id, func.max(audit.c.version).label("version"), func.max(audit.c.id).label("id"))
    ends = last.where(audit.c.reply_id.is_not(None)).group_by(audit.c.reply_id).subquery()
    joined = select(func.coalesce(ends.c.id, 0), replies.c.id).select_from(
        replies.outerjoin(ends, ends.c.reply_id == replies.c.id)
    )
    short = joined.where(func.coalesce(ends.c.version, 0) != replies.c.version).order_by(replies.c.id).limit(1)
    found = [(row[0], "names a line that is gone") for row in first if row[0] is not None]
    return found + [
        (row[0], f"what follows it in the life of {row[1]} is gone") for row in await rows(connection, short)
    ]


def months_ago(now: datetime) -> datetime:
    """Answer before when lines are over: the beginning of a month, so that one line in a month tells of them."""
    return (now - KEPT_FOR).replace(day=1, hour=0, minute=0, second=0, microsecond=0)


def is_named(now: datetime) -> ColumnElement[bool]:
    """Say which lines a younger one names that is not over: an act names whatever line was the newest."""
    young = select(audit.c.previous).where(audit.c.reply_id.is_(None), audit.c.at >= months_ago(now))
    return audit.c.hash.in_(young.where(audit.c.previous.is_not(None)))


async def clear(connection: AsyncConnection, these: ColumnElement[bool], now: datetime) -> None:
    """Take lines out that are over, and say so first; the line that says it names the newest of those that stay."""
    before = months_ago(now)
    line = {"actor": "clock", "action": CLEARED, "subject": f"{before:%Y-%m}", "detail": ""}
    await write(connection, line, await find_newest(connection, these.is_not(true())), now)
    await connection.execute(delete(audit).where(these, audit.c.at < before))


class _Clearing(Term):
    """Takes lines of acts out."""

    async def drop(self, connection: AsyncConnection, found: Sequence[Any], now: datetime) -> None:
        """Take these lines out."""
        await clear(connection, audit.c.id.in_([row.id for row in found]), now)


def _is_over(now: datetime) -> ColumnElement[bool]:
    """Say which lines of acts are over."""
    return audit.c.reply_id.is_(None) & (audit.c.at < months_ago(now)) & (audit.c.hash.is_(None) | ~is_named(now))


TERM = _Clearing(audit, _is_over)
