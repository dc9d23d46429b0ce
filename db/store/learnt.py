"""What was learnt of decisions: the model by which replies are scored, and the lines that it learns from.

    find, load ─▶ the newest model          store ─▶ the next version, if nobody was first
    list_newest, list_since, count_news ─▶ lines of the audit with the texts that are still kept

No text is in a model, nor whose it was; by the digests of texts a decision is taken back. Ids on the audit are drawn
before they are seen: on PostgreSQL a line may come after a newer one was read, and is learnt when all is learnt anew.
"""

import json
from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import Select, exists, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from db.replying import learnt, replies, revisions
from db.store import AnyRow, insert_unless_there, rows
from db.tables import audit
from newsroom.decisions import LABELS, NEWS, Learnt, Line, choose
from newsroom.replies import Action
from newsroom.scoring import Model

READ_AT_MOST = 20_000  # lines, when all is learnt anew
HEAD = learnt.c["version", "at", "upto", "decisions", "is_own"]


def pack(model: Model) -> bytes:
    """Answer a model as it is kept."""
    return json.dumps(model.dump()).encode()


def unpack(kept: bytes) -> Model:
    """Answer the model that is kept so. ValueError where it is of another form."""
    return Model.load(json.loads(kept))


async def find_version(connection: AsyncConnection) -> int:
    """Answer which version is kept; 0 where there is none."""
    return (await connection.execute(select(learnt.c.version))).scalar_one_or_none() or 0


async def find(connection: AsyncConnection) -> Learnt | None:
    """Answer what is known of the model; None where there is none."""
    found = await rows(connection, select(*HEAD))
    return _read(found[0]) if found else None


async def load(connection: AsyncConnection, *, locked: bool = False) -> tuple[Learnt, bytes] | None:
    """Answer the model as it is kept, with what is known of it; None where there is none. `locked`: to be changed."""
    whole = select(*HEAD, learnt.c.model)
    found = await rows(connection, whole.with_for_update() if locked else whole)
    return (_read(found[0]), found[0].model) if found else None


def _read(row: AnyRow) -> Learnt:
    return Learnt(row.version, row.at, row.upto, row.decisions, bool(row.is_own))


async def store(connection: AsyncConnection, new: Learnt, model: bytes) -> bool:
    """Keep a model as the one after `new.version`; False where there is another by now."""
    values = {"version": new.version + 1, "at": new.at, "upto": new.upto, "decisions": new.decisions}
    values |= {"is_own": int(new.is_own), "model": model}
    if new.version == 0:
        first = insert_unless_there(connection, learnt).values(id=1, **values)
        return (await connection.execute(first)).rowcount > 0
    this = update(learnt).where(learnt.c.version == new.version).values(values)
    return (await connection.execute(this)).rowcount > 0


async def put_off(connection: AsyncConnection, now: datetime) -> None:
    """Note that there is too little to learn yet, so that it is looked at a day later."""
    await connection.execute(update(learnt).values(at=now))


async def find_newest_line(connection: AsyncConnection) -> int:
    """Answer the newest line of the audit; 0 where there is none."""
    return int((await connection.execute(select(func.coalesce(func.max(audit.c.id), 0)))).scalar_one())


async def count_news(connection: AsyncConnection, upto: int) -> int:
    """Answer how many lines came since that are a reason to learn all anew."""
    new = (audit.c.id > upto) & audit.c.action.in_([action.value for action in NEWS])
    return int((await connection.execute(select(func.count()).select_from(audit).where(new))).scalar_one())


async def is_any_erased(connection: AsyncConnection, upto: int) -> bool:
    """Tell whether a reply was erased since."""
    new = (audit.c.id > upto) & (audit.c.action == Action.ERASE.value)
    return bool((await connection.execute(select(exists().where(new)))).scalar_one())


async def list_newest(connection: AsyncConnection) -> list[Line]:
    """Answer decisions and what takes them back, the newest first."""
    return [_read_line(row) for row in await rows(connection, _lines().order_by(audit.c.id.desc()).limit(READ_AT_MOST))]


async def list_since(connection: AsyncConnection, upto: int, most: int) -> list[Line]:
    """Answer those that came since, the oldest first."""
    found = _lines().where(audit.c.id > upto).order_by(audit.c.id).limit(most)
    return [_read_line(row) for row in await rows(connection, found)]


def _lines() -> Select[*tuple[object, ...]]:
    this = (revisions.c.reply_id == audit.c.reply_id) & (revisions.c.revision == audit.c.revision)
    columns = (*audit.c["id", "reply_id", "revision", "action"], revisions.c.text, replies.c.wave_id)
    found = select(*columns).join(revisions, this).join(replies, replies.c.id == audit.c.reply_id)
    return found.where(audit.c.action.in_([action.value for action in LABELS]))


def _read_line(row: AnyRow) -> Line:
    return Line(row.id, row.reply_id, row.revision, Action(row.action), row.text, row.wave_id)


async def forget(connection: AsyncConnection, author_key: str) -> None:
    """Take back what the model learnt of an author's texts, as long as these are there.

    Whoever trains a new one meanwhile may have read them, and is too late: a version more is made in any case.
    """
    theirs = _lines().where(replies.c.author_key == author_key).order_by(audit.c.id.desc())
    examples = choose(_read_line(row) for row in await rows(connection, theirs))
    known = await load(connection, locked=True) if examples else None
    if known is None:
        return
    head, kept = known
    await store(connection, head, unlearn(kept, examples))


def unlearn(kept: bytes, examples: Iterable[tuple[str, int]]) -> bytes:
    """Answer a model as if it had not learnt these last; one of another form as it is."""
    try:
        model = unpack(kept)
    except ValueError:
        return kept
    for text, label in examples:
        model.unlearn(text, label)
    return pack(model)
