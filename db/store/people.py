"""People: all that is kept on a person or a group, in one table of places, so that what is told is what is erased.

    /mydata ─▶ read      the rows of every place, and of what these refer to
    /forget ─▶ forget    the rows of every place go, in one transaction; of what stays, the name of who did it goes

A table that says of whom a row is gets a line in `_places` or `_mentions`; tests/db/test_people.py finds one that was
forgotten. Whose a handled update was is not kept at all (`inbox.py`).
"""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import String, Table, and_, cast, delete, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.sql import ColumnElement

from db.collecting import probes
from db.meanings import filings, keywords, proposals, topics
from db.store import keywords as keywords_store
from db.store import pacing as pacing_store
from db.store import rows
from db.tables import (
    audit,
    chats,
    deliveries,
    follows,
    inbox,
    outbox,
    prompts,
    pushes,
    schedules,
    staff,
    subscribers,
)
from db.working import pacing
from newsroom.keywords import PREFIX, is_keyword

ERASED = "erased"  # who did something, when that was somebody who is forgotten
Which = Mapping[Table, ColumnElement[bool]]
Kept = dict[str, list[dict[str, Any]]]


async def read(connection: AsyncConnection, chat_id: int) -> Kept:
    """Answer all that is kept on a chat and on its person, row by row as it stands, by the table's name.

    Whoever else is named in such a row is left out.
    """
    ids = await _list_subscribers(connection, chat_id)
    tags = await _list_tags(connection, ids)
    places = {**_places(chat_id, ids), **_mentions(chat_id), **_referred(chat_id, tags)}
    kept = {str(table.name): await _read_rows(connection, table, which) for table, which in places.items()}
    number = str(chat_id)
    for act in kept["audit"]:
        act["actor"] = act["actor"] if act["actor"] == number else None
    for row in kept["pacing"]:
        row["flood_chat"] = row["flood_chat"] if row["flood_chat"] == chat_id else None
        row["answer_floods"] = {chat: told for chat, told in (row["answer_floods"] or {}).items() if chat == number}
    return kept


async def _read_rows(connection: AsyncConnection, table: Table, which: ColumnElement[bool]) -> list[dict[str, Any]]:
    found = await connection.execute(select(table).where(which).order_by(*table.primary_key.columns))
    return [{str(name): value for name, value in row.items()} for row in found.mappings()]


async def read_stories(connection: AsyncConnection, push_ids: Collection[int]) -> dict[int, int]:
    """Answer the number of the story of each push."""
    found = select(pushes.c.id, pushes.c.story_id).where(pushes.c.id.in_(push_ids))
    return {row.id: row.story_id for row in await rows(connection, found)}


async def forget(connection: AsyncConnection, chat_id: int) -> None:
    """Erase all that is kept on a chat and on its person, whose roles are no more; twice is once.

    What is in flight meanwhile finds no row to settle. Updates that wait are what the person does afterwards.
    """
    ids = await _list_subscribers(connection, chat_id)
    tags = await _list_tags(connection, ids)
    for table, which in _places(chat_id, ids).items():
        if table is not inbox:
            await connection.execute(delete(table).where(which))
    await keywords_store.forget(connection, tags)
    for table in (audit, filings, topics):
        await connection.execute(update(table).where(table.c.actor == str(chat_id)).values(actor=ERASED))
    await connection.execute(update(audit).where(audit.c.subject == str(chat_id)).values(subject=ERASED))
    await connection.execute(update(proposals).where(proposals.c.chat_id == chat_id).values(chat_id=None))
    await pacing_store.forget(connection, chat_id)  # last: everybody wants its row


async def _list_subscribers(connection: AsyncConnection, chat_id: int) -> list[int]:
    found = await rows(connection, select(subscribers.c.id).where(subscribers.c.chat_id == chat_id))
    return [row.id for row in found]


async def _list_tags(connection: AsyncConnection, ids: Sequence[int]) -> list[str]:
    found = await rows(connection, select(follows.c.tag).where(follows.c.subscriber_id.in_(ids)).distinct())
    return [row.tag for row in found]


def _places(chat_id: int, ids: Sequence[int]) -> Which:
    """Say which rows are a chat's or its person's; those that refer to others stand before them.

    Deliveries are looked for push by push, as no index goes by subscriber.
    """
    return {
        deliveries: and_(deliveries.c.push_id.in_(select(pushes.c.id)), deliveries.c.subscriber_id.in_(ids)),
        follows: follows.c.subscriber_id.in_(ids),
        subscribers: subscribers.c.chat_id == chat_id,
        prompts: or_(prompts.c.chat_id == chat_id, prompts.c.user_id == chat_id),
        outbox: outbox.c.chat_id == chat_id,
        inbox: and_(inbox.c.chat_id == chat_id, inbox.c.state.in_(("new", "working"))),
        probes: or_(probes.c.chat_id == chat_id, probes.c.actor == str(chat_id)),
        staff: staff.c.user_id == chat_id,
        chats: chats.c.id == chat_id,
    }


def _mentions(chat_id: int) -> Which:
    """Say which rows are the newsroom's, and name who did it or was told."""
    number = str(chat_id)
    return {
        audit: or_(audit.c.actor == number, audit.c.subject == number),
        filings: filings.c.actor == number,
        topics: topics.c.actor == number,
        proposals: proposals.c.chat_id == chat_id,
        pacing: or_(pacing.c.flood_chat == chat_id, cast(pacing.c.answer_floods, String).contains(f'"{number}"')),
    }


def _referred(chat_id: int, tags: Sequence[str]) -> Which:
    """Say which rows others have in common with a chat."""
    mine = select(subscribers.c.schedule_id).where(subscribers.c.chat_id == chat_id)
    numbers = [int(tag.removeprefix(PREFIX)) for tag in tags if is_keyword(tag)]
    return {schedules: schedules.c.id.in_(mine), keywords: keywords.c.id.in_(numbers)}
