"""Dossiers: what is known of an article at the desk, and how an editor sends it.

    read ─▶ a dossier            how it stands, who has it, who wants it and has not had it
    send ─▶ its push             opened, or once more for whoever has no message of it: nobody gets it twice

A lead goes before readers, in which editors alone have it.
"""

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.sql import ColumnElement

from db.replying import replies
from db.store import AnyRow, articles, deliveries, gate, pending, pushes, rows
from db.store.deliveries import AWAKE
from db.store.pending import WAITING
from db.tables import article_topics, follows, subscribers, versions
from db.tables import articles as articles_table
from db.tables import deliveries as deliveries_table
from newsroom.broadcasts import LEAD
from newsroom.dossiers import BEFORE, Dossier, Sent
from newsroom.pushes import Lane, PushState
from newsroom.readers import language_bit

HAVE = ("sent", "sending", "uncertain")  # may have it


async def read(connection: AsyncConnection, number: int) -> Dossier | None:
    """Answer the dossier of an article; None where there is no such article."""
    article = await gate.find(connection, number)
    if article and article.gate == gate.KEPT:  # what was kept from readers is no part of it any more
        article = await articles.find(connection, number)
    if article is None:
        return None
    is_changed = article.gate == gate.CHANGED
    push = await pushes.find_of_story(connection, number)  # what joined another's story has none of its own
    counts = (push.counts or await deliveries.count_by_state(connection, push.id)) if push else {}
    return Dossier(
        article,
        await articles.words_of(connection, number) if is_changed else None,
        _read_sent(push) if push else None,
        counts,
        await count_left(connection, number, push.id if push else 0),
        await _count_versions(connection, number),
        (await pending.count_public(connection, number), await _count_waiting(connection, number)),
        await _is(connection, number, articles_table.c.archived),
    )


def _read_sent(push: AnyRow) -> Sent:
    state, lane = PushState(push.state), Lane(push.lane)
    return Sent(push.id, state, lane, push.created_at, bool(push.reason), push.counts is not None)


async def count_left(connection: AsyncConnection, story_id: int, push_id: int) -> int:
    """Answer how many ask for a story, by a topic or a keyword, and have no message of it."""
    about = (follows.c.tag == article_topics.c.tag) & (article_topics.c.article_id == story_id)

    def whoever(muted: ColumnElement[bool]) -> ColumnElement[bool]:
        found = select(follows.c.subscriber_id).join(article_topics, about).where(muted)
        return subscribers.c.id.in_(found)

    has = select(deliveries_table.c.subscriber_id).where(
        deliveries_table.c.push_id == push_id, deliveries_table.c.state.in_(HAVE)
    )
    told = await rows(connection, select(articles_table.c.language).where(articles_table.c.id == story_id))
    reads = subscribers.c.reads.op("&")(language_bit(told[0].language if told else "")) != 0
    wanting = select(func.count()).select_from(subscribers).where(AWAKE, reads)
    left = wanting.where(whoever(~follows.c.muted), ~whoever(follows.c.muted), subscribers.c.id.not_in(has))
    return int((await connection.execute(left)).scalar_one())


async def _count_versions(connection: AsyncConnection, number: int) -> int:
    counted = select(func.count()).select_from(versions).where(versions.c.article_id == number)
    return int((await connection.execute(counted)).scalar_one())


async def _count_waiting(connection: AsyncConnection, number: int) -> int:
    waiting = replies.c.state.in_(WAITING) & (replies.c.article_id == number)
    return int((await connection.execute(select(func.count()).select_from(replies).where(waiting))).scalar_one())


async def list_versions(connection: AsyncConnection, number: int, most: int) -> list[AnyRow]:
    """Answer the newest versions of an article, the newest first, one that waits among them."""
    named = versions.c["version", "title", "lead", "body", "seen_at", "gate"]
    found = select(*named).where(versions.c.article_id == number).order_by(versions.c.version.desc()).limit(most)
    return list(await rows(connection, found))


async def send(connection: AsyncConnection, dossier: Dossier, lane: Lane, now: datetime) -> None:
    """Let an article leave for whoever wants it and has not had it, staff first. Whoever calls has locked the desk.

    What waits for a yes gets it by that; breaking news wait for nobody's rhythm.
    """
    if dossier.stand in BEFORE:
        await gate.publish(connection, dossier.number, now, lane, LEAD)
    if dossier.sent:
        await _send_again(connection, dossier.sent, lane, now)
    elif await _is(connection, dossier.number, articles_table.c.story_id == articles_table.c.id):  # it joined none
        await pushes.open_for(
            connection, dossier.number, lane, now, LEAD
        )  # unless at the yes it joined another's story


async def _is(connection: AsyncConnection, number: int, so: ColumnElement[bool]) -> bool:
    return bool(await rows(connection, select(articles_table.c.id).where(articles_table.c.id == number, so)))


async def _send_again(connection: AsyncConnection, sent: Sent, lane: Lane, now: datetime) -> None:
    await pushes.open_again(connection, sent.push_id, lane, now, LEAD)
    await deliveries.queue_missed(connection, sent.push_id, now + LEAD)
    if lane is Lane.BREAKING:
        await deliveries.hurry(connection, sent.push_id, now, now + LEAD)
