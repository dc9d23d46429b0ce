"""Digests: what else is due for the chats of a claim goes by the same request; sets of articles that came together.

    rows of a claim ─▶ others of their subscribers that are due, of running pushes ─▶ one set for each ─▶ marked
                                                         Telegram refuses the set as a text ─▶ each row alone

The rules are in `newsroom/digests.py`. A set is kept once for all who got it: its pages are turned by its number, and
what an edit must show again is told by it.
"""

import hashlib
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import Update, and_, bindparam, func, literal, select, update
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.sql import Select

from db.columns import UtcDateTime
from db.showing import digests
from db.store import insert_unless_there, rows
from db.store.articles import TOPICAL, select_articles, select_twins
from db.store.claims import read_row, select_rows
from db.store.lists import is_listed, list_of, list_values, listed
from db.store.terms import Term
from db.tables import article_topics, articles, deliveries, pushes
from newsroom.articles import Article, Byline
from newsroom.digests import ALONE, Entry
from newsroom.pushes import RunningPush
from newsroom.work import Claimed, Shape, Standing

KEPT_FOR = timedelta(days=180)  # longer than deliveries, whose edits ask for it
Stories = tuple[int, ...]


async def gather(
    connection: AsyncConnection, claimed: Sequence[Claimed], others: Mapping[int, RunningPush], now: datetime
) -> list[Claimed]:
    """Answer the rows of a claim, each with whatever else is due for its subscriber; `others` are pushes, by number.

    The chats of the claim are locked, so nobody else is at these rows.
    """
    open_to_others = {row.row_id: row for row in claimed if not row.alone}
    found = await _find(connection, list(open_to_others.values()), others, now) if others and open_to_others else []
    if not found:
        return list(claimed)
    parts: dict[int, list[Claimed]] = {}
    for row in found:
        parts.setdefault(row.row_id, [open_to_others[row.row_id]]).append(row)
    sets = {subscriber_id: stories for subscriber_id, rows in parts.items() if len(stories := _stories_of(rows)) > 1}
    known = await _intern(connection, set(sets.values()), now)
    refused = [who for who, stories in sets.items() if _name(parts[who][0].content) in known[stories].refused]
    await _part(connection, [row for who in refused for row in parts.pop(who)[1:]])
    ids = {who: known[sets[who]].id for who in sets.keys() & parts.keys()}
    await _mark(connection, [row for rows in parts.values() for row in rows], ids)
    return [_join(parts.get(row.row_id, [row]), ids.get(row.row_id, 0)) for row in claimed]


async def _find(
    connection: AsyncConnection, claimed: Sequence[Claimed], others: Mapping[int, RunningPush], now: datetime
) -> list[Claimed]:
    worker_id = claimed[0].worker_id
    values = {"now": now, "pushes": list(others)} | listed(connection, [row.row_id for row in claimed])
    found = await rows(connection, _due_too(connection.dialect.name), values)
    known: dict[int, dict[tuple[Any, ...], Any]] = defaultdict(dict)
    told = [read_row(row, others[row.push_id], worker_id, now, known[row.push_id]) for row in found]
    return [row for row in told if not row.alone]


@cache
def _due_too(dialect: str) -> Select[*tuple[Any, ...]]:
    """Answer the query for rows that are due for the listed subscribers.

    By the primary key, so the state is asked for in words that no index knows: all that is due of a push is far more.
    """
    now = bindparam("now", type_=UtcDateTime)
    due = and_(func.coalesce(deliveries.c.state, "") == "queued", func.coalesce(deliveries.c.due_at, now) <= now)
    among = deliveries.c.push_id.in_(bindparam("pushes", expanding=True))
    return (
        select_rows(pushes.c.story_id)
        .join(pushes, pushes.c.id == deliveries.c.push_id)
        .add_columns(deliveries.c.push_id)
        .where(among, is_listed(dialect, deliveries.c.subscriber_id), due)
        .order_by(deliveries.c.push_id)
        .with_for_update(of=deliveries, skip_locked=True)
    )


def _stories_of(parts: Iterable[Claimed]) -> Stories:
    """Answer the stories of the rows that are still wanted."""
    return tuple(
        sorted(part.content.story_id for part in parts if isinstance(part.content, Shape) and not part.refused)
    )


@dataclass(frozen=True, slots=True)
class Kept:
    """A set of stories as it is kept."""

    id: int
    refused: Collection[str]  # the looks in which Telegram refuses it


async def _intern(connection: AsyncConnection, sets: Collection[Stories], now: datetime) -> dict[Stories, Kept]:
    """Answer each set of stories as kept; new ones in one order, or two workers would wait for each other."""
    hashes = {_hash(stories): stories for stories in sorted(sets)}
    known = await _read(connection, hashes)
    if new := [key for key in hashes if key not in known]:
        rows_of = [{"hash": key, "stories": list(hashes[key]), "made_at": now} for key in new]
        await connection.execute(insert_unless_there(connection, digests), rows_of)
        known |= await _read(connection, new)
    return {stories: known[key] for key, stories in hashes.items()}


async def _read(connection: AsyncConnection, hashes: Collection[str]) -> dict[str, Kept]:
    if not hashes:
        return {}
    kept = select(*digests.c["hash", "id", "refused"]).where(digests.c.hash.in_(list(hashes)))
    return {row.hash: Kept(row.id, row.refused.split()) for row in await rows(connection, kept)}


def _hash(stories: Stories) -> str:
    return hashlib.blake2b(",".join(map(str, stories)).encode(), digest_size=16).hexdigest()


async def _mark(connection: AsyncConnection, parts: Sequence[Claimed], ids: Mapping[int, int]) -> None:
    """Mark rows as sending, of the digest by which each is shown."""
    if not parts:
        return
    listed_rows = list_values(
        connection,
        push_id=[part.content.push_id if isinstance(part.content, Shape) else 0 for part in parts],
        id=[part.row_id for part in parts],
        digest_id=[None if part.refused else ids.get(part.row_id) for part in parts],
    )
    whose = {"worker": parts[0].worker_id, "claimed": parts[0].claimed_at}
    await connection.execute(_mark_listed(connection.dialect.name), whose | listed_rows)


@cache
def _mark_listed(dialect: str) -> Update:
    told = list_of(dialect, "push_id", "id", "digest_id")
    these = and_(deliveries.c.push_id == told.c.push_id, deliveries.c.subscriber_id == told.c.id)
    values = {
        "state": "sending",
        "worker_id": bindparam("worker"),
        "claimed_at": bindparam("claimed", type_=UtcDateTime),
        "digest_id": told.c.digest_id,
    }
    return update(deliveries).where(these).values(values)


async def _part(connection: AsyncConnection, apart: Sequence[Claimed]) -> None:
    """Let rows wait for a request of their own, now that Telegram refuses what would bring them together."""
    if not apart:
        return
    of_push = [row.content.push_id for row in apart if isinstance(row.content, Shape)]
    listed_rows = list_values(connection, push_id=of_push, id=[row.row_id for row in apart])
    await connection.execute(_part_listed(connection.dialect.name), listed_rows)


@cache
def _part_listed(dialect: str) -> Update:
    told = list_of(dialect, "push_id", "id")
    these = and_(deliveries.c.push_id == told.c.push_id, deliveries.c.subscriber_id == told.c.id)
    return update(deliveries).where(these).values(reason=ALONE)


def _join(parts: Sequence[Claimed], digest_id: int) -> Claimed:
    """Answer the one request that brings these rows: of a digest, of the only one that is wanted, or of none."""
    if len(parts) == 1:
        return parts[0]
    first = next((part for part in parts if not part.refused), parts[0])
    if digest_id and isinstance(first.content, Shape):
        look = replace(first.content, push_id=0, story_id=0, wanted=0, digest_id=digest_id)
        first = replace(first, content=look, standing=Standing.PROVEN)
    return replace(first, parts=tuple(parts))


async def refuse(connection: AsyncConnection, shape: Shape) -> None:
    """Bring nobody else this set in one message that looks like this."""
    name = _name(shape)
    news = (digests.c.id == shape.digest_id) & ~digests.c.refused.contains(name)
    await connection.execute(update(digests).where(news).values(refused=digests.c.refused + f" {name}"))


def _name(look: Any) -> str:
    """Answer what tells the looks of a set apart."""
    return f"{look.language}:{int(look.public)}"


async def find(connection: AsyncConnection, digest_id: int) -> list[int]:
    """Answer the stories of a digest; none where it is forgotten."""
    found = await rows(connection, select(digests.c.stories).where(digests.c.id == digest_id))
    return list(found[0].stories) if found else []


async def list_entries(connection: AsyncConnection, stories: Sequence[int]) -> list[Entry]:
    """Answer the articles of a digest as it lists them, without leads and bodies: three statements for any number."""
    dialect, values = connection.dialect.name, listed(connection, stories)
    others: dict[int, list[Byline]] = defaultdict(list)
    for row in await rows(connection, _others(dialect), values):
        others[row.story_id].append(Byline(row.title, row.label))
    topics: dict[int, list[str]] = defaultdict(list)
    for row in await rows(connection, _topics(dialect), values):
        topics[row.article_id].append(row.tag)
    found = [Article(*row) for row in await rows(connection, _in_brief(dialect), values)]
    return [Entry.of(replace(one, others=one.list_others(others[one.story_id])), topics[one.id]) for one in found]


@cache
def _in_brief(dialect: str) -> Select[*tuple[Any, ...]]:
    whole = select_articles()
    columns = (literal("") if column.name in {"lead", "body"} else column for column in whole.selected_columns)
    return whole.with_only_columns(*columns).where(is_listed(dialect, articles.c.id)).order_by(articles.c.id)


@cache
def _others(dialect: str) -> Select[*tuple[Any, ...]]:
    twins = select_twins().add_columns(articles.c.story_id)
    return twins.where(is_listed(dialect, articles.c.story_id)).order_by(articles.c.id)


@cache
def _topics(dialect: str) -> Select[*tuple[Any, ...]]:
    found = select(*article_topics.c["article_id", "tag"]).where(TOPICAL)
    return found.where(is_listed(dialect, article_topics.c.article_id)).order_by(article_topics.c.rank)


TERM = Term(digests, lambda now: digests.c.made_at < now - KEPT_FOR)  # what they quote goes with them
