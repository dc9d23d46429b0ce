"""People: all that is kept on a person or a group, in one table of places, so that what is told is what is erased.

    /mydata ─▶ read      the rows of every place, and of what these refer to
    /forget ─▶ forget    the rows of every place go, in one transaction; of what stays, the name of who did it goes

A person has a chat, and a key as an author of replies (`db/vault.py`), under which he is known there alone. His replies
are erased through their gate, so that copies elsewhere are taken back; a ban that runs stays under the key.

A table that says of whom a row is gets a line in `_places` or `_mentions`; tests/db/test_people.py finds one that was
forgotten. Whose a handled update was is not kept at all (`inbox.py`).
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import String, Table, and_, cast, delete, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.sql import ColumnElement

from db.broadcasting import broadcast_cards, broadcasts
from db.collecting import errands, probes, watches
from db.meanings import filings, keywords, proposals, topics
from db.moderating import cards
from db.operating import checklists, choices, invitations, wishes
from db.operating import erasures as erasures_table
from db.replying import (
    author_chats,
    authors,
    bans,
    discussions,
    notices,
    pens,
    publications,
    replies,
    reports,
    revisions,
    tidings,
    votes,
    waves,
)
from db.showing import copies
from db.store import erasures, rows
from db.store import keywords as keywords_store
from db.store import learnt as learnt_store
from db.store import pacing as pacing_store
from db.store import replies as replies_store
from db.store import waves as waves_store
from db.store.staff import menu_key
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
from newsroom.replies import Action, Actor, Deed, State, Who

ERASED = "erased"  # who did something, when that was somebody who is forgotten
VEILED = ("audit", "author_chats", "bans", "broadcasts", "pacing", "replies", "revisions")
NAMES = {"actor", "asked_by", "claimed_by", "decided_by", "rejected_by", "made_by"}
CHAINING = {"salt", "seal", "previous", "hash"}  # from salt and seal, whoever tries all numbers learns who acted
Which = Mapping[Table, ColumnElement[bool]]
Kept = dict[str, list[dict[str, Any]]]


@dataclass(frozen=True, slots=True)
class Person:
    """Whom it is about: the chat, a person's or a group's, and the key as an author."""

    chat_id: int
    key: str

    @property
    def number(self) -> str:
        """The chat as the audit names it."""
        return str(self.chat_id)


async def read(connection: AsyncConnection, person: Person) -> Kept:
    """Answer all that is kept on a chat and on its person, row by row as it stands, by the table's name.

    Whoever else is named in such a row is left out, and so is what would let somebody find out who that is.
    """
    ids = await _list_subscribers(connection, person.chat_id)
    tags = await _list_tags(connection, ids)
    places = {**_places(person, ids), **_mentions(person), **_referred(person, tags)}
    kept = {str(table.name): await _read_rows(connection, table, which) for table, which in places.items()}
    return kept | {name: [_veil(row, person) for row in kept[name]] for name in VEILED}


def _veil(row: dict[str, Any], person: Person) -> dict[str, Any]:
    """Leave out of a row who else is in it; a chat that is sealed is told as the letters that it is."""
    others: dict[str, Any] = {
        name: None for name in NAMES & row.keys() if row[name] not in {person.number, Who.AUTHOR.value}
    }
    others |= dict.fromkeys(row.keys() & CHAINING)
    if row.get("author_key") not in {None, person.key}:
        others["author_key"] = None
    if "flood_chat" in row:
        floods = {chat: told for chat, told in (row["answer_floods"] or {}).items() if chat == person.number}
        mine = row["flood_chat"] if row["flood_chat"] == person.chat_id else None
        others |= {"flood_chat": mine, "answer_floods": floods}
    return row | others | ({"sealed": row["sealed"].hex()} if "sealed" in row else {})


async def _read_rows(connection: AsyncConnection, table: Table, which: ColumnElement[bool]) -> list[dict[str, Any]]:
    found = await connection.execute(select(table).where(which).order_by(*table.primary_key.columns))
    return [{str(name): value for name, value in row.items()} for row in found.mappings()]


async def read_stories(connection: AsyncConnection, push_ids: Collection[int]) -> dict[int, int]:
    """Answer the number of the story of each push."""
    found = select(pushes.c.id, pushes.c.story_id).where(pushes.c.id.in_(push_ids), pushes.c.story_id.is_not(None))
    return {row.id: row.story_id for row in await rows(connection, found)}


async def forget(connection: AsyncConnection, person: Person, now: datetime) -> None:
    """Erase all that is kept on a chat and on its person, whose roles are no more; twice is once.

    Only the key is kept, on the list of those whom no backup may bring back.

    What is in flight meanwhile finds no row to settle. Updates that wait are what the person does afterwards.
    """
    ids = await _list_subscribers(connection, person.chat_id)
    tags = await _list_tags(connection, ids)
    await learnt_store.forget(connection, person.key)
    await _erase_replies(connection, person, now)
    for table, which in _places(person, ids).items():
        if table is not inbox:
            await connection.execute(delete(table).where(which if table is not bans else which & (bans.c.until <= now)))
    await keywords_store.forget(connection, tags)
    await _unname(connection, person)
    await erasures.note(connection, person.key, now)
    await pacing_store.forget(connection, person.chat_id)  # last: everybody wants its row


async def _erase_replies(connection: AsyncConnection, person: Person, now: datetime) -> None:
    """Erase what a person wrote; the rows stay and say nothing."""
    author = Actor(Who.AUTHOR, Who.AUTHOR.value, person.key)
    for reply in await replies_store.list_by(connection, person.key):
        if reply.state is not State.ERASED:
            await replies_store.act(connection, reply.id, Deed(Action.ERASE), author, now)


async def _unname(connection: AsyncConnection, person: Person) -> None:
    """Take a person's number out of what stays."""
    number = person.number
    named_in = ((filings, "actor"), (topics, "actor"), (bans, "actor"), (revisions, "made_by"))
    for table, column in (*named_in, (broadcasts, "actor"), (broadcasts, "asked_by")):
        await connection.execute(update(table).where(table.c[column] == number).values({column: ERASED}))
    for column in ("actor", "subject"):
        named = update(audit).where(audit.c[column] == number)
        await connection.execute(named.values({column: ERASED, "salt": ""}))
    for column in ("claimed_by", "decided_by", "rejected_by"):
        await connection.execute(update(replies).where(replies.c[column] == number).values({column: ERASED}))
    await connection.execute(update(proposals).where(proposals.c.chat_id == person.chat_id).values(chat_id=None))
    await waves_store.drop_verdicts(connection, number)


async def _list_subscribers(connection: AsyncConnection, chat_id: int) -> list[int]:
    found = await rows(connection, select(subscribers.c.id).where(subscribers.c.chat_id == chat_id))
    return [row.id for row in found]


async def _list_tags(connection: AsyncConnection, ids: Sequence[int]) -> list[str]:
    found = await rows(connection, select(follows.c.tag).where(follows.c.subscriber_id.in_(ids)).distinct())
    return [row.tag for row in found]


def _places(person: Person, ids: Sequence[int]) -> Which:
    """Say which rows are a chat's or its person's; those that refer to others stand before them.

    Deliveries are looked for push by push, as no index goes by subscriber.
    """
    chat_id, number, key = person.chat_id, person.number, person.key
    mine = select(replies.c.id).where(replies.c.author_key == key)
    return {
        deliveries: and_(deliveries.c.push_id.in_(select(pushes.c.id)), deliveries.c.subscriber_id.in_(ids)),
        follows: follows.c.subscriber_id.in_(ids),
        subscribers: subscribers.c.chat_id == chat_id,
        prompts: or_(prompts.c.chat_id == chat_id, prompts.c.user_id == chat_id),
        outbox: or_(outbox.c.chat_id == chat_id, outbox.c.dedup_key == menu_key(chat_id)),
        inbox: and_(inbox.c.chat_id == chat_id, inbox.c.state.in_(("new", "working"))),
        wishes: wishes.c.chat_id == chat_id,
        checklists: checklists.c.chat_id == chat_id,
        choices: choices.c.chat_id == chat_id,
        probes: or_(probes.c.chat_id == chat_id, probes.c.actor == number),
        errands: or_(errands.c.chat_id == chat_id, errands.c.actor == number),
        watches: watches.c.chat_id == chat_id,
        staff: staff.c.user_id == chat_id,
        invitations: invitations.c.actor == number,
        votes: votes.c.actor == number,
        reports: reports.c.author_key == key,
        tidings: tidings.c.author_key == key,
        discussions: discussions.c.author_key == key,
        notices: notices.c.reply_id.in_(mine),
        publications: publications.c.reply_id.in_(mine),
        revisions: revisions.c.reply_id.in_(mine),
        replies: replies.c.author_key == key,
        pens: pens.c.author_key == key,
        author_chats: author_chats.c.author_key == key,
        authors: authors.c.key == key,
        bans: or_(bans.c.author_key == key, bans.c.actor == number),  # of him, and by him
        cards: cards.c.chat_id == chat_id,
        copies: or_(copies.c.chat_id == chat_id, copies.c.channel_id == chat_id),
        broadcast_cards: broadcast_cards.c.chat_id == chat_id,
        chats: chats.c.id == chat_id,
    }


def _mentions(person: Person) -> Which:
    """Say which rows are the newsroom's, and name who did it or was told."""
    number, chat_id = person.number, person.chat_id
    mine = select(replies.c.id).where(replies.c.author_key == person.key)
    return {
        audit: or_(audit.c.actor == number, audit.c.subject == number, audit.c.reply_id.in_(mine)),
        broadcasts: or_(broadcasts.c.actor == number, broadcasts.c.asked_by == number),
        filings: filings.c.actor == number,
        topics: topics.c.actor == number,
        proposals: proposals.c.chat_id == chat_id,
        waves: waves.c.decided_by == number,
        erasures_table: erasures_table.c.key == person.key,
        pacing: or_(pacing.c.flood_chat == chat_id, cast(pacing.c.answer_floods, String).contains(f'"{number}"')),
    }


def _referred(person: Person, tags: Sequence[str]) -> Which:
    """Say which rows others have in common with a chat."""
    mine = select(subscribers.c.schedule_id).where(subscribers.c.chat_id == person.chat_id)
    numbers = [int(tag.removeprefix(PREFIX)) for tag in tags if is_keyword(tag)]
    return {schedules: schedules.c.id.in_(mine), keywords: keywords.c.id.in_(numbers)}
