"""Authors of replies: a key, a pen, and where notices reach them; who may not write is in `bans.py`.

Whoever comes is known by the key that the vault makes of his id; the chat is sealed and opened for notices alone. The
number of a pen is drawn, so that it tells nobody who came when.
"""

import random
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from db.replying import author_chats, authors, notices, pens, replies
from db.store import AnyRow, rows, write_new
from db.store.terms import Term
from db.vault import Vault
from db.wakeup import announce
from newsroom.errors import Conflict, Refusal
from newsroom.pens import MOST_PENS, check_pen, key_of, numbers, tidy
from newsroom.replies import Notice

TOLD_KEPT_FOR = timedelta(days=90)  # that an author was told, so that he is not again
DRAWS = 20
DRAW = random.SystemRandom()


@dataclass(frozen=True, slots=True)
class Author:
    """Who writes, as far as anybody is told."""

    key: str
    pen_number: int
    pen: str  # his own name; nothing where he signs by the number
    trust: int


async def meet(connection: AsyncConnection, vault: Vault, user_id: int, chat_id: int, now: datetime) -> Author:
    """Answer the author that a person is, new where it is his first time; where he is reached is kept sealed."""
    key = vault.author_key(user_id)
    known = await find(connection, key)
    if known is None:
        known = await _enrol(connection, key, now)
    sealed = {"author_key": key, "sealed": vault.seal(key, chat_id)}
    await write_new(connection, author_chats, **sealed)
    return known


async def _enrol(connection: AsyncConnection, key: str, now: datetime) -> Author:
    taken = (await connection.execute(select(func.count()).select_from(authors))).scalar_one()
    for _ in range(DRAWS):
        number = DRAW.choice(numbers(taken))
        await write_new(connection, authors, key=key, pen_number=number, since=now)
        if known := await find(connection, key):  # another worker may have met him at this moment
            return known
    raise Conflict("no pen's number was free")


async def find(connection: AsyncConnection, key: str) -> Author | None:
    """Answer an author; None where nobody has the key."""
    found = await rows(connection, select(*authors.c["key", "pen_number", "pen", "trust"]).where(authors.c.key == key))
    return Author(*found[0]) if found else None


async def choose_pen(
    connection: AsyncConnection, key: str, name: str, now: datetime, reserved: Collection[str] = ()
) -> str:
    """Let an author sign what he writes from now on by a name of his own, or by his number where it is empty.

    Answers the name as it is kept. Raises Refusal for one that cannot be, or is somebody else's. What he has once used
    stays his. Choosing twice changes nothing.
    """
    name = tidy(name)
    if name:
        if fault := check_pen(name, reserved):
            raise fault
        await _take_pen(connection, key, name, now)
    await connection.execute(update(authors).where(authors.c.key == key).values(pen=name))
    return name


async def find_by_pen(connection: AsyncConnection, name: str) -> str | None:
    """Answer the key of the author whose own name, now or before, this is; None where it is nobody's."""
    found = await rows(connection, select(pens.c.author_key).where(pens.c.folded == key_of(name)))
    return str(found[0].author_key) if found else None


async def _take_pen(connection: AsyncConnection, key: str, name: str, now: datetime) -> None:
    """Make a name an author's."""
    folded = key_of(name)
    theirs = await rows(connection, select(pens.c.folded).where(pens.c.author_key == key))
    if folded not in {row.folded for row in theirs} and len(theirs) >= MOST_PENS:
        raise Refusal("pens.too_many", most=MOST_PENS)
    await write_new(connection, pens, folded=folded, author_key=key, name=name, chosen_at=now)
    (whose,) = await rows(connection, select(pens.c.author_key).where(pens.c.folded == folded))
    if whose.author_key != key:
        raise Refusal("pens.taken")


async def open_chat(connection: AsyncConnection, vault: Vault, key: str) -> int | None:
    """Answer the chat where an author is reached, for a notice and for nothing else; None where he is forgotten."""
    found = await rows(connection, select(author_chats.c.sealed).where(author_chats.c.author_key == key))
    return vault.open(key, found[0].sealed) if found else None


async def list_notices(connection: AsyncConnection, now: datetime, most: int = 50) -> Sequence[AnyRow]:
    """Answer what authors are to be told: `reply_id`, `version`, `what` and `author_key`, the oldest first.

    Why and what a moderator wrote stands on the line of the audit with that version.
    """
    due = notices.c.told_at.is_(None) & (notices.c.due_at <= now)
    found = select(notices, replies.c.author_key).join(replies, replies.c.id == notices.c.reply_id).where(due)
    return await rows(connection, found.order_by(notices.c.due_at, notices.c.version).limit(most))


async def tell(connection: AsyncConnection, reply_id: str, version: int, what: Notice, now: datetime) -> bool:
    """Note that an author was told; False where he was already."""
    this = (notices.c.reply_id == reply_id) & (notices.c.version == version) & (notices.c.what == str(what))
    told = update(notices).where(this, notices.c.told_at.is_(None)).values(told_at=now)
    return (await connection.execute(told)).rowcount > 0


async def defer(connection: AsyncConnection, reply_id: str, version: int, what: Notice, until: datetime) -> None:
    """Let a notice wait, for its author is not to be woken."""
    this = (notices.c.reply_id == reply_id) & (notices.c.version == version) & (notices.c.what == str(what))
    await connection.execute(update(notices).where(this).values(due_at=until))


async def hasten(connection: AsyncConnection, reply_id: str, what: Notice, now: datetime) -> None:
    """Let an author be told now of what was to wait."""
    waits = (notices.c.reply_id == reply_id) & (notices.c.what == str(what)) & notices.c.told_at.is_(None)
    later = update(notices).where(waits, notices.c.due_at > now)
    if (await connection.execute(later.values(due_at=now))).rowcount:
        announce(connection, "notices")


NOTICES_TERM = Term(notices, lambda now: notices.c.told_at < now - TOLD_KEPT_FOR)
