"""What else a day of a newsroom leaves behind: by editors, moderators and the site, a few rows whatever its readers.

A new table gets its rows here, or in `bench/year.py` where they come by readers, articles and replies; one that has no
growth stands in IDLE, with the reason.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Table, func, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from db.broadcasting import broadcast_cards, broadcasts
from db.collecting import errands
from db.commenting import comments, threads
from db.moderating import cards
from db.operating import erasures, invitations
from db.replying import bans, replies, reports, waves
from db.showing import copies, digests, openings, quotes

IDLE: Mapping[str, str] = {
    **dict.fromkeys(("seals", "learnt", "choices"), "one row"),
    **dict.fromkeys(("staff", "checklists"), "a row for each of the staff"),
    **dict.fromkeys(("closings", "blocked_words", "topics", "filings"), "what the staff say, by hand, and keep"),
    **dict.fromkeys(("probes", "proposals", "wishes"), "a row goes when what was asked for is done"),
    "findings": "replaced at each look",
    "hubs": "a row for each source that names one",
    "keywords": "a row for each that is followed by somebody",
    "watches": "the job `watches` drops a row after some minutes",
}
GONE = {"prompts", "invitations"}  # written each day, and over before it ends
Left = Iterator[tuple[Table, Mapping[str, Any]]]


async def leave(connection: AsyncConnection, number: int, now: datetime) -> None:
    """Write what a day leaves behind, whose newest article has this number."""
    digest_id = (await connection.execute(select(func.max(digests.c.id)))).scalar_one()
    reply_id = (await connection.execute(select(replies.c.id).order_by(replies.c.created_at.desc()).limit(1))).scalar()
    for table, row in (*_of_editors(number, now), *_of_moderators(reply_id, number, now), *_of_the_site(number, now)):
        await connection.execute(insert(table).values(**row))
    if reply_id:
        await connection.execute(insert(quotes).values(digest_id=digest_id, reply_id=reply_id))


def _of_editors(number: int, now: datetime) -> Left:
    """Yield a broadcast that was never sent, what was begun about an article, and a link for one of the staff."""
    said: dict[str, Any] = {"contents": {}, "crowd": {}, "manner": {}}
    yield broadcasts, {"id": number, "actor": "5", "mark": str(number), "created_at": now, **said}
    yield broadcast_cards, {"broadcast_id": number, "chat_id": 5, "drawn_at": now}
    whose = {"chat_id": 5, "language": "ar", "actor": "5"}
    yield errands, {"deed": "retract", "article_id": number, "said": "", "begun_at": now, **whose}
    yield invitations, {"hash": str(number), "role": "editor", "until": now + timedelta(hours=1)}


def _of_moderators(reply_id: str | None, number: int, now: datetime) -> Left:
    """Yield a card, a wave, a report, a ban, and that somebody was forgotten."""
    yield cards, {"chat_id": 5, "kind": "reply", "reply_id": reply_id, "state": "closed", "touched_at": now}
    yield waves, {"kind": "same", "since": now, "touched_at": now}
    yield bans, {"author_key": f"b{number}", "until": now + timedelta(days=7), "code": "spam", "actor": "5", "at": now}
    yield erasures, {"key": f"e{number}", "at": now}
    if reply_id:
        yield reports, {"reply_id": reply_id, "author_key": f"r{number}", "counts": 1, "at": now}


def _of_the_site(number: int, now: datetime) -> Left:
    """Yield a comment, the copy of a post in a channel, and that an article was opened."""
    yield threads, {"article_id": number, "post_id": number}
    yield comments, {"article_id": number, "remote_id": number, "text": "تعليق " * 20, "said_at": now}
    yield copies, {"channel_id": -1, "post_id": number, "chat_id": -2, "message_id": number, "seen_at": now}
    yield openings, {"article_id": number, "day": now.date().isoformat(), "times": 1}
