"""The figures of `/stats`: counted over the tables as they are, when somebody asks, and kept nowhere.

How long deliveries took is looked up for some of them where there are many: of the readers who want news at once, every
n-th, so that it is never more than MOST_LOOKED rows, by their keys. What a figure means is `newsroom/stats.py`.
"""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import and_, func, literal_column, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.sql import ColumnElement

from db.operating import erasures
from db.replying import replies as replies_table
from db.store import AnyRow, articles, openings, rows
from db.store.deliveries import AWAKE, SENT
from db.tables import article_topics, audit, chats, deliveries, pushes, schedules, subscribers
from db.tables import articles as articles_table
from newsroom.readers import Rhythm
from newsroom.replies import QUEUE, State
from newsroom.stats import DECIDES, OUTCOMES, WAITS_FROM, Outcome, Period, Readers, Replies, Stats, Times, measure
from newsroom.taxonomy import ALL

MOST_LOOKED = 10_000  # deliveries, and decisions, whose times are looked at


async def read(connection: AsyncConnection, period: Period, *, counts_openings: bool = True) -> Stats:
    """Answer the figures of a period."""
    return Stats(
        period,
        await _read_readers(connection, period),
        await _count_articles(connection, period),
        await _count_topics(connection, period),
        await _time_deliveries(connection, period),
        await openings.total(connection, period.first) if counts_openings else None,
        await _read_replies(connection, period),
    )


async def _count(connection: AsyncConnection, source: Any, *which: ColumnElement[bool]) -> int:
    found = select(func.count()).select_from(source).where(*which)
    return int((await connection.execute(found)).scalar_one())


async def _read_readers(connection: AsyncConnection, period: Period) -> Readers:
    with_chat = subscribers.join(chats, chats.c.id == subscribers.c.chat_id)
    left = or_(
        and_(subscribers.c.state == "stopped", subscribers.c.left_at >= period.start),
        and_(subscribers.c.state != "stopped", chats.c.state == "suspended", chats.c.left_at >= period.start),
    )
    erased = await _count(connection, erasures, erasures.c.at >= period.start)
    return Readers(
        now=await _count(connection, subscribers, AWAKE),
        new=await _count(connection, subscribers, AWAKE, subscribers.c.since >= period.start),
        active=await _count(connection, with_chat, AWAKE, chats.c.alive_at >= period.alive_from),
        lost=erased + await _count(connection, with_chat, left),
        by_rhythm=await _group(connection, schedules.c.rhythm),
        by_language=await _group(connection, subscribers.c.language),
    )


async def _group(connection: AsyncConnection, column: ColumnElement[str]) -> dict[str, int]:
    """Answer how many readers have each value, the commonest first."""
    number = func.count()
    source = subscribers.join(schedules, schedules.c.id == subscribers.c.schedule_id)
    counted = select(column, number).select_from(source).where(AWAKE).group_by(column)
    return {row[0]: row[1] for row in await rows(connection, counted.order_by(number.desc(), column))}


async def _count_articles(connection: AsyncConnection, period: Period) -> int:
    appeared = articles_table.c.appeared_at >= period.start
    return await _count(connection, articles_table, appeared, articles_table.c.gate.is_(None))


async def _count_topics(connection: AsyncConnection, period: Period) -> dict[str, int]:
    """Answer how many of the articles that readers may see each topic has, the commonest first."""
    these = article_topics.join(articles_table, articles_table.c.id == article_topics.c.article_id)
    tag, number = article_topics.c.tag.concat(literal_column("''")).label("tag"), func.count()  # as in count_topics
    seen = (article_topics.c.appeared_at >= period.start, articles.TOPICAL, tag != ALL, articles_table.c.gate.is_(None))
    counted = select(tag, number).select_from(these).where(*seen).group_by(tag).order_by(number.desc(), tag)
    return {row[0]: row[1] for row in await rows(connection, counted)}


async def _time_deliveries(connection: AsyncConnection, period: Period) -> Times | None:
    """Measure how soon those had an article who want it at once, at any hour, and were there when it came.

    Where it is sent again, it comes at that moment for whoever had missed it; who had it before is not measured, nor
    are staff, who have it first.
    """
    opened = select(pushes.c.id, pushes.c.created_at).where(
        pushes.c.story_id.is_not(None), pushes.c.created_at >= period.start
    )
    newest = opened.order_by(pushes.c.id.desc()).limit(MOST_LOOKED)
    begun = {row.id: row.created_at for row in await rows(connection, newest)}
    readers = {row.id: row.since for row in await _choose_readers(connection, period, len(begun))}
    these = deliveries.c.push_id.in_(begun) & deliveries.c.subscriber_id.in_(readers)
    arrived = select(*deliveries.c["push_id", "subscriber_id", "settled_at"]).where(these, SENT)
    found = await rows(connection, arrived) if begun and readers else []
    return measure(
        row.settled_at - begun[row.push_id]
        for row in found
        if readers[row.subscriber_id] <= begun[row.push_id] <= row.settled_at
    )


async def _choose_readers(connection: AsyncConnection, period: Period, times: int) -> Sequence[AnyRow]:
    """Answer the readers who want news at once, or so many that looking at each `times` is not too much."""
    at_once = and_(
        schedules.c.id == subscribers.c.schedule_id,
        schedules.c.rhythm == Rhythm.INSTANT.value,
        schedules.c.quiet_from == schedules.c.quiet_to,
    )
    unpaused = or_(subscribers.c.paused_until.is_(None), subscribers.c.paused_until <= period.start)
    which = and_(at_once, unpaused, AWAKE)
    many = await _count(connection, subscribers.join(schedules, at_once), which)
    each = max(1, -(-many * times // MOST_LOOKED))
    chosen = select(*subscribers.c["id", "since"]).join(schedules, at_once).where(which, subscribers.c.id % each == 0)
    return await rows(connection, chosen.limit(MOST_LOOKED))


async def _read_replies(connection: AsyncConnection, period: Period) -> Replies:
    queued = replies_table.c.state.in_([str(state) for state in QUEUE])
    return Replies(
        await _count_outcomes(connection, period),
        await _count(connection, replies_table, queued),
        await _time_decisions(connection, period),
    )


async def _count_outcomes(connection: AsyncConnection, period: Period) -> dict[Outcome, int]:
    """Answer what became of replies, by the last thing of OUTCOMES that was done with each in the period."""
    last = func.row_number().over(partition_by=audit.c.reply_id, order_by=audit.c.version.desc())
    telling = audit.c.action.in_([str(action) for action in OUTCOMES])
    deeds = select(audit.c.action, last.label("place")).where(*_deeds(period), telling).subquery()
    counted = select(deeds.c.action, func.count()).where(deeds.c.place == 1).group_by(deeds.c.action)
    found = {row[0]: row[1] for row in await rows(connection, counted)}
    return {outcome: found[str(action)] for action, outcome in OUTCOMES.items() if outcome and str(action) in found}


async def _time_decisions(connection: AsyncConnection, period: Period) -> Times | None:
    """Measure how long replies waited until somebody decided on them."""
    before = audit.alias()
    waits = before.c.action.in_([str(action) for action in WAITS_FROM])
    since = select(func.max(before.c.at)).where(
        before.c.reply_id == audit.c.reply_id, before.c.version < audit.c.version, waits
    )
    decides = audit.c.action.in_([str(action) for action in DECIDES])
    is_last_vote = (audit.c.action != "approve") | (audit.c.became == str(State.APPROVED))
    decided = select(audit.c.at, since.scalar_subquery().label("since")).where(*_deeds(period), decides, is_last_vote)
    found = await rows(connection, decided.order_by(audit.c.at.desc()).limit(MOST_LOOKED))
    return measure(row.at - row.since for row in found if row.since)


def _deeds(period: Period) -> tuple[ColumnElement[bool], ...]:
    return audit.c.reply_id.is_not(None), audit.c.at >= period.start
