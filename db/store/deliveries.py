"""Deliveries: the rows of pushes, planned by ranges of subscribers, queued again and counted.

How they are claimed is `claims.py`, how they are settled `settled.py`.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import (
    BindParameter,
    CompoundSelect,
    Insert,
    Integer,
    String,
    and_,
    bindparam,
    case,
    exists,
    func,
    insert,
    literal,
    literal_column,
    select,
    union,
    update,
)
from sqlalchemy.dialects import sqlite
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.sql import ColumnElement

from db.columns import RowId, UtcDateTime
from db.store import insert_unless_there, rows, write_new
from db.tables import (
    article_topics,
    articles,
    chats,
    deliveries,
    follows,
    pushes,
    staff,
    subscribers,
)
from db.wakeup import announce
from newsroom.errors import Conflict
from newsroom.outcomes import REFUSED
from newsroom.readers import EVERY_LANGUAGE, language_bit
from newsroom.roles import Role, who_has

BEFORE_READERS = timedelta(seconds=1)
STOPPED = "rendering stopped"  # the reason of what resuming the push queues again
QUEUED = deliveries.c.state == literal_column("'queued'")  # said literally, or the partial index is not used
SENDING = deliveries.c.state == literal_column("'sending'")
SENT = deliveries.c.state == literal_column("'sent'")


def _asks(subscriber_id: ColumnElement[int], story_id: ColumnElement[int]) -> ColumnElement[bool]:
    """Say whether a subscriber follows a topic of a story now, and mutes none."""
    about = and_(
        follows.c.subscriber_id == subscriber_id,
        article_topics.c.tag == follows.c.tag,
        article_topics.c.article_id == story_id,
    )
    return and_(exists().where(about, ~follows.c.muted), ~exists().where(about, follows.c.muted))


@dataclass(frozen=True, slots=True)
class Audience:
    """Whom a push is for: who follows a topic of its story, or a keyword that it has.

    `due` says when the rows of which schedules fall due; `story_id` is given where the story has keywords. `language`
    is the bit of the story's, which a reader may not want.
    """

    push_id: int
    tags: Sequence[str]
    due: Sequence[tuple[datetime, Sequence[int]]]
    story_id: int | None = None
    language: int = EVERY_LANGUAGE


async def find_audience(connection: AsyncConnection, push: Any, times: Mapping[int, datetime]) -> Audience:
    """Answer whom a push is for; `times` says when a row of each schedule falls due."""
    of_story = article_topics.c.article_id == push.story_id
    topics = await rows(connection, select(article_topics.c.tag).where(of_story, article_topics.c.rank >= 0))
    keyed = await rows(connection, select(article_topics.c.tag).where(of_story, article_topics.c.rank < 0).limit(1))
    (story,) = await rows(connection, select(articles.c.language).where(articles.c.id == push.story_id))
    due = defaultdict(list)
    for schedule_id, moment in times.items():
        due[moment].append(schedule_id)
    tags, story_id = [row.tag for row in topics], push.story_id if keyed else None
    return Audience(push.id, tags, sorted(due.items()), story_id, language_bit(story.language))


async def plan_range(connection: AsyncConnection, audience: Audience, lower: int, upper: int) -> None:
    """Write the rows of a push for the subscribers of a range who asked for its story.

    Raises Conflict when a reader asks for a sample at this very moment: the range is planned anew then, around his row.
    """
    if not (audience.tags or audience.story_id) or not audience.due:
        return
    values: dict[str, Any] = {"push": audience.push_id, "lower": lower, "upper": upper, "width": upper - lower + 1}
    values |= {"language": audience.language}
    values |= {"story": audience.story_id} if audience.story_id else {}
    values |= {f"tag_{place}": tag for place, tag in enumerate(audience.tags)}
    for place, (moment, schedule_ids) in enumerate(audience.due):
        values |= {f"due_{place}": moment, f"schedules_{place}": schedule_ids}
    has_keywords = audience.story_id is not None
    statement = _plan(connection.dialect.name, len(audience.tags), len(audience.due), has_keywords=has_keywords)
    try:
        await connection.execute(statement, values)
    except IntegrityError as error:
        raise Conflict("a reader asked for a sample while his range was planned") from error


@cache
def _plan(dialect: str, tags: int, moments: int, *, has_keywords: bool) -> Insert:
    """Answer the statement for so many topics and due times: each table is read by the range, and once.

    However many keywords the story has, they are one scan more.

    Who has a row already is left out as each engine does it quickly: SQLite would keep all rows aside before it wrote
    the first if it read the table that it writes, and PostgreSQL takes half as long again to let conflicts pass.
    """
    names = ["push_id", "subscriber_id", "due_at"]
    named = [bindparam(f"tag_{place}", type_=String) for place in range(tags)]
    asked = _find_asking(named, has_keywords=has_keywords).subquery("asked")
    muted = [follows.c.tag.in_(named), *([_IS_KEYWORD] if has_keywords else [])]
    muting = [select(follows.c.subscriber_id).where(said, follows.c.muted, _FOLLOWED) for said in muted]
    found = (
        select(bindparam("push", type_=RowId), subscribers.c.id, find_due(moments))
        .select_from(asked)
        .join(subscribers, subscribers.c.id == asked.c.subscriber_id)
        .where(AWAKE, _READS, *(subscribers.c.id.not_in(who) for who in muting))
    )
    if dialect == "sqlite":
        return sqlite.insert(deliveries).from_select(names, found).on_conflict_do_nothing()
    known = select(deliveries.c.subscriber_id).where(
        deliveries.c.push_id == bindparam("push"), lies_in_range(deliveries.c.subscriber_id)
    )
    found = found.where(lies_in_range(subscribers.c.id), subscribers.c.id.not_in(known))
    return insert(deliveries).from_select(names, found)


def _find_asking(tags: Sequence[BindParameter[str]], *, has_keywords: bool) -> CompoundSelect[int]:
    """Answer who follows any of the topics. In order, since both engines then merge what they read in order.

    SQLite heeds an order within a statement only where it has a limit, so it has one, which is never reached.
    """
    scans = [select(follows.c.subscriber_id).where(follows.c.tag == tag, ~follows.c.muted, _FOLLOWED) for tag in tags]
    if has_keywords:
        scans.append(select(follows.c.subscriber_id).where(_IS_KEYWORD, ~follows.c.muted, _FOLLOWED).distinct())
    return union(*scans).order_by("subscriber_id").limit(bindparam("width", type_=Integer))


def find_due(moments: int) -> ColumnElement[datetime]:
    """Say when a row falls due: not in a pause, and at the first moment where its schedule is newer than the audience.

    That one, which is now for most readers, is asked first: each further one costs a look into a list.
    """
    due = [bindparam(f"due_{place}", type_=UtcDateTime) for place in range(moments)]
    groups = [bindparam(f"schedules_{place}", expanding=True, type_=RowId) for place in range(moments)]
    kept = [subscribers.c.schedule_id.in_(group) for group in groups]
    planned = case(*zip(kept, due, strict=True), else_=due[0]) if moments > 1 else due[0]
    paused = subscribers.c.paused_until
    return case((paused.is_(None), planned), (paused > planned, paused), else_=planned)


def lies_in_range(column: ColumnElement[int]) -> ColumnElement[bool]:
    """Say that a subscriber's number is in the range that is planned."""
    return column.between(bindparam("lower", type_=RowId), bindparam("upper", type_=RowId))


_FOLLOWED = lies_in_range(follows.c.subscriber_id)
_KEYWORDS = select(article_topics.c.tag).where(
    article_topics.c.article_id == bindparam("story", type_=RowId), article_topics.c.rank < 0
)
_IS_KEYWORD = follows.c.tag.in_(_KEYWORDS)
# Said by what it is not: SQLite would take `= 'active'` for rare, and read everybody by the index of the states.
_READS = subscribers.c.reads.op("&")(bindparam("language", type_=Integer)) != 0
AWAKE = subscribers.c.state.not_in(("stopped", "suspended")) & (subscribers.c.chat_state != "suspended")


EDITORS = select(staff.c.user_id).where(staff.c.role.in_([role.value for role in who_has(Role.EDITOR)]))


async def plan_staff(connection: AsyncConnection, push: Any) -> None:
    """Write the rows of editors who asked for a story, due before all others': they see first what leaves."""
    at = min(push.due_at, push.created_at) - BEFORE_READERS  # what an editor sends falls due to readers a little later
    first = (
        select(literal(push.id), subscribers.c.id, literal(at, UtcDateTime))
        .where(subscribers.c.chat_id.in_(EDITORS), AWAKE)
        .where(_asks(subscribers.c.id, literal(push.story_id)))
    )
    new = insert_unless_there(connection, deliveries)
    await connection.execute(new.from_select(["push_id", "subscriber_id", "due_at"], first))


async def add_one(connection: AsyncConnection, push_id: int, subscriber_id: int, due_at: datetime) -> bool:
    """Write a single row of a push, for whoever asks by himself; False when the subscriber has one already."""
    row = {"push_id": push_id, "subscriber_id": subscriber_id, "due_at": due_at}
    announce(connection, "deliver")
    return await write_new(connection, deliveries, **row) is not None


async def date_again(connection: AsyncConnection, subscriber_id: int, due_at: datetime) -> None:
    """Let all that is queued for a subscriber fall due at another moment, and its pushes be looked at by then."""
    running = select(pushes.c.id).where(pushes.c.state == literal_column("'running'"))
    # By the primary key: the state is asked for in words that no index knows, for far more is queued of each push.
    waits = (deliveries.c.subscriber_id == subscriber_id) & deliveries.c.push_id.in_(running)
    waits &= func.coalesce(deliveries.c.state, "") == "queued"
    dated = update(deliveries).where(waits).values(due_at=due_at).returning(deliveries.c.push_id)
    # In one order everywhere, or two workers wait for each other.
    for push_id in sorted(row.push_id for row in await rows(connection, dated)):
        later = (pushes.c.id == push_id) & (pushes.c.due_at > due_at)
        await connection.execute(update(pushes).where(later).values(due_at=due_at))
    announce(connection, "deliver")


async def comes_or_came(connection: AsyncConnection, push_id: int, subscriber_id: int, since: datetime) -> bool:
    """Tell whether a subscriber's row of a push is on its way, or was settled since then."""
    this = (deliveries.c.push_id == push_id) & (deliveries.c.subscriber_id == subscriber_id)
    fresh = deliveries.c.state.in_(("queued", "sending")) | (deliveries.c.settled_at >= since)
    return bool(await rows(connection, select(deliveries.c.push_id).where(this, fresh)))


async def requeue_refused(connection: AsyncConnection, push_id: int, now: datetime) -> int:
    """Queue again whom Telegram refused a text of a push to, in whatever words, and what was held back for it."""
    of_push = deliveries.c.push_id == push_id
    is_refused = deliveries.c.reason.startswith(REFUSED)
    refused = (deliveries.c.state == "failed") & is_refused
    held = (deliveries.c.state == "skipped") & (deliveries.c.reason == STOPPED)
    again = update(deliveries).where(of_push, held | refused).values(state="queued", reason="", due_at=now)
    unedited = SENT & (is_refused | (deliveries.c.reason == STOPPED))
    edits = update(deliveries).where(of_push, unedited).values(version=0, reason="", due_at=now)
    return sum([(await connection.execute(statement)).rowcount for statement in (again, edits)])


async def take_back(connection: AsyncConnection, push_id: int, since: datetime, now: datetime) -> bool:
    """Believe none of the chats that seemed gone to a push since then: they are awake, their rows queued, edits due.

    Tells whether there were any.
    """
    failed = (deliveries.c.state == "failed") & (deliveries.c.settled_at >= since)
    unedited = SENT & (deliveries.c.claimed_at >= since)
    lately = (deliveries.c.push_id == push_id) & (failed | unedited)
    seemed = (
        select(chats.c.id, deliveries.c.subscriber_id)
        .join(subscribers, subscribers.c.chat_id == chats.c.id)
        .join(deliveries, deliveries.c.subscriber_id == subscribers.c.id)
        .where(lately, chats.c.state == "suspended", chats.c.reason == deliveries.c.reason)
    )
    found = await rows(connection, seemed)
    awake = update(chats).where(chats.c.id.in_([row.id for row in found]))
    await connection.execute(awake.values(state="active", reason=""))
    again = (deliveries.c.push_id == push_id) & deliveries.c.subscriber_id.in_([row.subscriber_id for row in found])
    asked = update(deliveries).values(reason="", due_at=now)
    await connection.execute(asked.where(again, failed).values(state="queued"))
    await connection.execute(asked.where(again, unedited).values(version=0))
    return bool(found)


async def queue_missed(connection: AsyncConnection, push_id: int, due_at: datetime) -> None:
    """Queue again whoever of a push has no message of it, but for those of whom nobody can tell."""
    missed = deliveries.c.state.in_(("failed", "skipped")) & deliveries.c.message_id.is_(None)
    again = update(deliveries).where(deliveries.c.push_id == push_id, missed)
    await connection.execute(again.values(state="queued", reason="", attempts=0, due_at=due_at))


async def hurry(connection: AsyncConnection, push_id: int, now: datetime, due_at: datetime) -> None:
    """Let what is queued of a push fall due then, whatever rhythm it waits for, and to editors now.

    Quiet hours and pauses are seen to at the claim.
    """
    editors = select(subscribers.c.id).where(subscribers.c.chat_id.in_(EDITORS))
    at = case((deliveries.c.subscriber_id.in_(editors), literal(now, UtcDateTime)), else_=literal(due_at, UtcDateTime))
    await connection.execute(update(deliveries).where(deliveries.c.push_id == push_id, QUEUED).values(due_at=at))


async def decide_doubt(
    connection: AsyncConnection, push_id: int, subscriber_id: int, now: datetime, *, repeat: bool
) -> bool:
    """Let a person say what became of a row that nobody could tell about; False when that is settled."""
    doubted = (deliveries.c.push_id == push_id) & (deliveries.c.subscriber_id == subscriber_id)
    doubted &= deliveries.c.state == "uncertain"
    state = {"state": "queued", "due_at": now} if repeat else {"state": "sent"}
    done = await connection.execute(update(deliveries).where(doubted).values(**state, reason="a person decided"))
    announce(connection, "deliver")
    return done.rowcount > 0


async def count_by_state(connection: AsyncConnection, push_id: int) -> dict[str, int]:
    """Answer how many rows of a push there are in each state."""
    counted = select(deliveries.c.state, func.count().label("rows")).where(deliveries.c.push_id == push_id)
    return {row.state: row.rows for row in await rows(connection, counted.group_by(deliveries.c.state))}
