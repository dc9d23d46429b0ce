"""Deliveries that came back: settled in batches, as `newsroom/outcomes.py` decided.

What is said of many rows is said in one statement, as in `claims.py`. Rows that end in another way than `sent` are few,
and are written one by one.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import JSON, Integer, and_, bindparam, exists, or_, update
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.sql import ColumnElement, Update

from db.columns import UtcDateTime
from db.store import UNSETTLED, each, life_values, settling
from db.store.deliveries import SENT
from db.store.lists import list_of, list_values
from db.tables import deliveries, subscribers
from newsroom.outcomes import Came
from newsroom.work import Landed, Shape


async def settle(connection: AsyncConnection, landed: Iterable[Landed], now: datetime) -> None:
    """Write what became of rows. A late answer settles a row that nobody has taken since: it is the truth."""
    arrived: dict[tuple[Any, ...], list[Landed]] = defaultdict(list)
    edits, others = [], []
    for land in landed:
        if land.claimed.edit:
            edits.append(land)
        elif land.outcome.came is Came.OK and land.rendering and not land.outcome.album:
            arrived[_batch(land)].append(land)
        else:
            others.append(land)
    for batch in arrived.values():
        await _settle_arrived(connection, batch, now)
    await each(connection, _settle_one(), (_values(land, now) for land in others))
    await each(connection, _note_album(), (_album_values(land) for land in others if land.outcome.album))
    await each(connection, _settle_edit(), (_edit_values(land, now) for land in edits))
    await _leave_moved(connection, [land for batch in arrived.values() for land in batch if _may_have_moved(land)])


@cache
def _settle_one() -> Update:
    shown: dict[str, Any] = {"article_id": bindparam("new_article_id"), "version": bindparam("new_version")}
    return update(deliveries).where(_mine()).values(settling(deliveries) | shown)


@cache
def _settle_edit() -> Update:
    names = ("state", "due_at", "attempts", "reason", "version")
    return update(deliveries).where(_edited()).values({name: bindparam(f"new_{name}") for name in names})


@cache
def _note_album() -> Update:
    return update(deliveries).where(_this(), SENT).values(album=bindparam("messages", type_=JSON))


def _album_values(land: Landed) -> dict[str, Any]:
    return {"push": _push_of(land), "row": land.claimed.row_id, "messages": list(land.outcome.album)}


def _may_have_moved(land: Landed) -> bool:
    return land.claimed.chat_kind == "group"  # the only kind that moves


async def _leave_moved(connection: AsyncConnection, landed: Iterable[Landed]) -> None:
    """Forget the places of messages that groups got as they moved: `chats.migrate` says why."""
    places = ({"push": _push_of(land), "row": land.claimed.row_id, "chat": land.claimed.chat_id} for land in landed)
    await each(connection, _forget_place(), places)


@cache
def _forget_place() -> Update:
    there = and_(subscribers.c.id == deliveries.c.subscriber_id, subscribers.c.chat_id == bindparam("chat"))
    arrived = and_(_this(), SENT)
    return update(deliveries).where(arrived, ~exists().where(there)).values(message_id=None)


def _batch(land: Landed) -> tuple[Any, ...]:
    """Answer what rows have in common that are settled by one statement."""
    claimed, shown = land.claimed, land.rendering
    return (claimed.worker_id, claimed.claimed_at, (shown and shown.article_id) or None, shown and shown.version)


async def _settle_arrived(connection: AsyncConnection, landed: Sequence[Landed], now: datetime) -> None:
    """Settle by one statement. The push is in the list too: SQLite then goes by the list, and not by the whole push."""
    worker_id, claimed_at, article_id, version = _batch(landed[0])
    listed = list_values(
        connection,
        push_id=[_push_of(land) for land in landed],
        id=[land.claimed.row_id for land in landed],
        message_id=[land.outcome.message_id for land in landed],
        attempts=[land.verdict.attempts for land in landed],
    )
    common = {"worker": worker_id, "claimed": claimed_at, "now": now, "article": article_id, "shown": version}
    await connection.execute(_arrive(connection.dialect.name), common | listed)


@cache
def _arrive(dialect: str) -> Update:
    """Answer the statement that says of the listed rows that they arrived."""
    told = list_of(dialect, "push_id", "id", "message_id", "attempts")
    now = bindparam("now", type_=UtcDateTime)
    ours = and_(
        deliveries.c.push_id == told.c.push_id,
        deliveries.c.subscriber_id == told.c.id,
        deliveries.c.worker_id == bindparam("worker"),
        deliveries.c.claimed_at == bindparam("claimed", type_=UtcDateTime),
        deliveries.c.state.in_(UNSETTLED),
    )
    values = {
        "state": "sent",
        "due_at": now,
        "settled_at": now,
        "attempts": told.c.attempts,
        "message_id": told.c.message_id,
        "reason": "",
        "article_id": bindparam("article"),
        "version": bindparam("shown"),
    }
    return update(deliveries).where(ours).values(values)


def _mine() -> ColumnElement[bool]:
    return and_(
        _this(),
        deliveries.c.worker_id == bindparam("worker"),
        deliveries.c.claimed_at == bindparam("claimed", type_=UtcDateTime),
        deliveries.c.state.in_(UNSETTLED),
    )


def _this() -> ColumnElement[bool]:
    return and_(deliveries.c.push_id == bindparam("push"), deliveries.c.subscriber_id == bindparam("row"))


def _edited() -> ColumnElement[bool]:
    """Say which rows an edit settles: ours, and those whose message it may have set back, so late was its answer."""
    newer = deliveries.c.version > bindparam("new_version", type_=Integer)
    return or_(_mine(), and_(_this(), SENT, deliveries.c.message_id == bindparam("message"), newer))


def _edit_values(land: Landed, now: datetime) -> dict[str, Any]:
    values, edit = _values(land, now), land.claimed.edit
    for name in ("new_doubts", "new_message_id", "new_settled_at", "new_article_id"):
        del values[name]
    return values | {"message": edit and edit.message_id}


def shown_version(land: Landed) -> int | None:
    """Answer which version a message shows after an answer; an edit that is done with, however, shows what it would."""
    edit, rendering = land.claimed.edit, land.rendering
    if edit and land.verdict.due_at:
        return edit.shown
    if rendering:
        return rendering.version
    return edit.wanted if edit else None


def _values(land: Landed, now: datetime) -> dict[str, Any]:
    return {
        "push": _push_of(land),
        "row": land.claimed.row_id,
        "new_article_id": (land.rendering.article_id or None) if land.rendering else None,
        "new_version": shown_version(land),
        **life_values(land, now),
    }


def _push_of(land: Landed) -> int:
    return land.claimed.content.push_id if isinstance(land.claimed.content, Shape) else 0
