"""Crowds as statements: who of all subscribers is in one. The rules are `newsroom/crowds.py`, as plain functions.

    audience(crowd, now)     a condition on `subscribers`, for the count on the card and for the rows of the push alike

Whoever wants nothing of the editors, has stopped, or cannot be reached is in no crowd. A new trait is a line of
`_CONDITIONS`.
"""

from collections.abc import Callable
from datetime import datetime

from sqlalchemy import and_, exists, func, not_, or_, select, true
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.sql import ColumnElement

from db.store.deliveries import AWAKE
from db.tables import chats, deliveries, follows, pushes, schedules, subscribers
from newsroom.crowds import Crowd, Trait, active_since
from newsroom.taxonomy import ALL

Condition = ColumnElement[bool]
WANTS = subscribers.c.announcements


async def count(connection: AsyncConnection, crowd: Crowd, now: datetime) -> int:
    """Answer how many would get a broadcast to a crowd now."""
    counted = select(func.count()).select_from(subscribers).where(audience(crowd, now))
    return int((await connection.execute(counted)).scalar_one())


def audience(crowd: Crowd, now: datetime) -> Condition:
    """Say who of the subscribers is in a crowd."""
    wanted = (_join(crowd, trait, values, now) for trait, values in crowd.wanted.items())
    unwanted = (_say(trait, value, now) for trait, values in crowd.unwanted.items() for value in values)
    has = [_has(crowd.story)] if crowd.story else []
    return and_(true(), AWAKE, WANTS, *has, *wanted, *map(not_, unwanted))


def _has(story_id: int) -> Condition:
    """Say that a message of a story's push is in the chat."""
    push = select(pushes.c.id).where(pushes.c.story_id == story_id).scalar_subquery()
    mine = (deliveries.c.push_id == push) & (deliveries.c.subscriber_id == subscribers.c.id)
    return exists().where(mine, deliveries.c.message_id.is_not(None))


def _join(crowd: Crowd, trait: Trait, values: tuple[str, ...], now: datetime) -> Condition:
    said = [_say(trait, value, now) for value in values]
    return and_(*said) if trait in crowd.both else or_(*said)


def _say(trait: Trait, value: str, now: datetime) -> Condition:
    return _CONDITIONS[trait](value, now)


def _follows(tag: str, _now: datetime) -> Condition:
    mine = follows.c.subscriber_id == subscribers.c.id
    followed = exists().where(mine, follows.c.tag.in_((tag, ALL)), ~follows.c.muted)
    return and_(followed, ~exists().where(mine, follows.c.tag == tag, follows.c.muted))


def _speaks(language: str, _now: datetime) -> Condition:
    return subscribers.c.language == language


def _is_reached(rhythm: str, _now: datetime) -> Condition:
    return exists().where(schedules.c.id == subscribers.c.schedule_id, schedules.c.rhythm == rhythm)


def _is_kind(kind: str, _now: datetime) -> Condition:
    kinds = ("group", "supergroup") if kind == "group" else (kind,)
    return exists().where(chats.c.id == subscribers.c.chat_id, chats.c.kind.in_(kinds))


def _was_alive(days: str, now: datetime) -> Condition:
    return exists().where(chats.c.id == subscribers.c.chat_id, chats.c.alive_at >= active_since(days, now))


_CONDITIONS: dict[Trait, Callable[[str, datetime], Condition]] = {
    Trait.TOPIC: _follows,
    Trait.LANGUAGE: _speaks,
    Trait.RHYTHM: _is_reached,
    Trait.CHAT: _is_kind,
    Trait.ACTIVE: _was_alive,
}
