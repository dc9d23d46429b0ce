"""Errands: what an editor has begun about one article, which ends by another's doing or by a yes of his.

    publish, reread     a page is to be read by the clock's people, for a handler never waits for a site
    retract             the reason why an article is to be taken back, until its editor says yes

Begun anew for the same address or the same article, it takes the place of what its editor began before.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from db.collecting import errands
from db.store import AnyRow, rows
from db.store.terms import Term
from db.wakeup import announce

PATIENCE = timedelta(minutes=5)  # that a page may take; then its worker is taken for dead, and it is read anew
WAITS = timedelta(minutes=15)  # for the yes of whoever began it, as prompts do
KEPT_FOR = timedelta(days=1)


class Deed(StrEnum):
    """What is begun."""

    PUBLISH = "publish"  # read a page, and let it wait as an article
    REREAD = "reread"  # read the page of an article again, and let what it says now wait
    RETRACT = "retract"  # take an article back


@dataclass(frozen=True, slots=True)
class Errand:
    """What was begun, by whom, and where he is told how it went; `said` is an address, or a reason."""

    deed: Deed
    said: str
    chat_id: int
    language: str
    actor: str
    article_id: int | None = None
    id: int = 0


NAMES = ("deed", "said", "chat_id", "language", "actor", "article_id")


async def begin(connection: AsyncConnection, errand: Errand, now: datetime) -> int:
    """Begin an errand, and answer its number."""
    same = (errands.c.chat_id == errand.chat_id) & (errands.c.deed == errand.deed.value)
    about = errands.c.article_id == errand.article_id if errand.article_id else errands.c.said == errand.said
    await connection.execute(delete(errands).where(same, about))
    row = {name: getattr(errand, name) for name in NAMES} | {"deed": errand.deed.value, "begun_at": now}
    row |= {"due_at": None if errand.deed is Deed.RETRACT else now}
    announce(connection, "probe")
    return int((await connection.execute(insert(errands).values(row).returning(errands.c.id))).scalar_one())


async def is_any_due(connection: AsyncConnection, now: datetime) -> bool:
    """Tell whether a claim would find something."""
    return bool(await rows(connection, select(errands.c.id).where(errands.c.due_at <= now).limit(1)))


async def claim(connection: AsyncConnection, now: datetime) -> Errand | None:
    """Take the errand whose page is due first; nobody else takes it while there is patience with it."""
    due = select(errands.c.id).where(errands.c.due_at <= now).order_by(errands.c.due_at).limit(1)
    first = due.with_for_update(skip_locked=True).cte("due")
    taken = update(errands).where(errands.c.id.in_(select(first.c.id))).values(due_at=now + PATIENCE)
    named = [errands.c[name] for name in (*NAMES, "id")]
    return next((_read(row) for row in await rows(connection, taken.returning(*named))), None)


async def find(connection: AsyncConnection, number: int, chat_id: int, now: datetime) -> Errand | None:
    """Answer what somebody began lately; None where it is over, or another's."""
    this = (errands.c.id == number) & (errands.c.chat_id == chat_id) & (errands.c.begun_at > now - WAITS)
    found = await rows(connection, select(*(errands.c[name] for name in (*NAMES, "id"))).where(this))
    return _read(found[0]) if found else None


def _read(row: AnyRow) -> Errand:
    deed, *told = row
    return Errand(Deed(deed), *told)


async def end(connection: AsyncConnection, errand: Errand) -> bool:
    """Forget an errand that is done; False where that was done already."""
    return (await connection.execute(delete(errands).where(errands.c.id == errand.id))).rowcount > 0


TERM = Term(errands, lambda now: errands.c.begun_at < now - KEPT_FOR)
