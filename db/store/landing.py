"""What landed is settled: what became of rows is written, and what it means for their chats, pushes and renderings.

    what counts ─▶ rows ─▶ pushes woken ─▶ replies follow posts ─▶ chats freed ─▶ trials concluded
      ─▶ chats suspended or moved

All in the transaction of whoever settles: the delivery loop, the answers to people, and recovery after a crash.
"""

from collections.abc import Container, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Protocol

from sqlalchemy.ext.asyncio import AsyncConnection

from db.store import cards, chats, outbox, publications, pushes, renderings, settled, subscribers
from db.store.deliveries import STOPPED
from db.store.pushes import PushStanding
from newsroom.outcomes import Came, DeliveryState, Outcome, decide_outcome
from newsroom.pacing import chat_gap
from newsroom.watch import HELD_BACK
from newsroom.work import Claimed, Landed, Refusal, Shape, Standing

NOT_SENT = frozenset({Came.RETURNED, Came.UNWANTED})  # outcomes after which a chat need not rest
TELLING_OF_CHATS = frozenset({Came.GONE, Came.CLOSED, Came.MOVED})
LOST = frozenset({Came.GONE, Came.CLOSED})  # outcomes after which we cannot write in a chat
OUTDATED = "an older version was refused"


class Desk(Protocol):
    """Those who must know, told in the transaction of what they must know: `bot/desk.py`."""

    async def tell_stopped(self, connection: AsyncConnection, land: Landed) -> None:
        """Tell the editors which text Telegram refuses, and why."""

    async def tell_refused(self, connection: AsyncConnection, refusal: Refusal) -> None:
        """Tell the editors which text Telegram refuses to the few who were to get it, and why."""

    async def tell_digest(self, connection: AsyncConnection, land: Landed) -> None:
        """Tell the editors which digest Telegram refuses, and why; its readers get the articles of it one by one."""

    async def tell_held(self, connection: AsyncConnection, push_id: int, story_id: int) -> None:
        """Tell the editors that a push waits for them, since too many chats seemed gone."""

    async def tell_lost(self, connection: AsyncConnection, chat_id: int, reason: str) -> None:
        """Tell the editors that nothing can be written any more in a channel, or where moderators sit together."""

    async def ask_doubt(self, connection: AsyncConnection, claimed: Claimed) -> None:
        """Ask the editors whether a channel has what nobody could tell that it has."""


async def settle(
    connection: AsyncConnection, landed: Sequence[Landed], desk: Desk, now: datetime, *, held: bool = True
) -> None:
    """Write what became of rows, and what it means for their chats; answers to people did not hold theirs."""
    answered, landed = landed, await _disbelieve(connection, landed, now)
    await _write(connection, landed, now)
    for article_id in {land.rendering.article_id for land in landed if land.rendering and _is_post(land)}:
        await publications.catch_up(connection, article_id, now)
    times = [
        (land.claimed.chat_id, _free_again(land, now), land.claimed.claimed_at if held else None)
        for land in answered
        if land.claimed.chat_id and not land.rides
    ]
    await chats.free(connection, times)
    await renderings.conclude(connection, landed)
    for land in landed:
        if land.outcome.came in TELLING_OF_CHATS:
            await _follow(connection, land)
        if land.outcome.came in LOST and not land.rides and await _is_ours(connection, land.claimed):
            await desk.tell_lost(connection, land.claimed.chat_id, land.outcome.reason)
        if land.verdict.state is DeliveryState.UNCERTAIN and land.claimed.chat_kind == "channel":
            await desk.ask_doubt(connection, land.claimed)
        if land.whole and land.whole.outcome.came is Came.REFUSED:
            await desk.tell_digest(connection, land.whole)


def _is_post(land: Landed) -> bool:
    """Tell whether a channel has a new post of an article."""
    return land.claimed.chat_kind == "channel" and land.verdict.state is DeliveryState.SENT and not land.claimed.edit


async def _disbelieve(connection: AsyncConnection, landed: Sequence[Landed], now: datetime) -> Sequence[Landed]:
    """Queue again what says nothing that counts: see `is_void`, and what a stopped wording kept back that is mended.

    All their pushes are locked first: whoever mends or holds one meanwhile finds what is written here, or is seen.
    """
    if not any(map(_may_be_void, landed)):
        return landed
    push_ids = {_push_of(land) for land in landed}
    standings = await pushes.read_standings(connection, push_ids)
    stopped = await renderings.find_stopped(connection, push_ids)
    return [_believe(land, standings, stopped, now) for land in landed]


def _may_be_void(land: Landed) -> bool:
    return _push_of(land) > 0 and (land.outcome.came in {Came.GONE, Came.REFUSED} or land.claimed.refused == STOPPED)


def _believe(
    land: Landed, standings: Mapping[int, PushStanding], stopped: Container[renderings.Wording], now: datetime
) -> Landed:
    standing = standings.get(_push_of(land))
    if standing and is_void(land, standing):
        return _returned(land.claimed, HELD_BACK if standing.is_held else OUTDATED, now, now)
    if land.claimed.refused == STOPPED and renderings.name(land.claimed.content) not in stopped:
        return _returned(land.claimed, OUTDATED, now, now)
    return land


def is_void(land: Landed, push: PushStanding) -> bool:
    """Tell whether an outcome does not count: of a chat, as its push is held; of a text, as a newer one is wanted."""
    if land.outcome.came is Came.GONE:
        return push.is_held
    return land.outcome.came is Came.REFUSED and land.rendering is not None and _asked(land) < push.wanted


def _asked(land: Landed) -> int:
    """Answer which version was the newest when a text was sent: of a broadcast, that of its push as it was claimed."""
    shape, edit = land.claimed.content, land.claimed.edit
    if isinstance(shape, Shape) and not (shape.story_id or shape.digest_id):
        return edit.wanted if edit else shape.wanted
    return land.rendering.version if land.rendering else 0


async def _write(connection: AsyncConnection, landed: Sequence[Landed], now: datetime) -> None:
    """Write rows, and let their pushes be looked at when that is of use."""
    await _write_rows(connection, landed, now)
    times: dict[int, datetime] = {}
    shown: set[tuple[int, int]] = set()
    for land in landed:
        if not isinstance(land.claimed.content, Shape):
            continue
        if land.verdict.state is DeliveryState.SENT and (version := settled.shown_version(land)) is not None:
            shown.add((_push_of(land), version))
        due_at = now if land.claimed.standing is Standing.TRIAL else land.verdict.due_at
        if due_at and not land.claimed.edit:
            times[_push_of(land)] = min(due_at, times.get(_push_of(land), due_at))
    await pushes.wake(connection, times)
    await pushes.note_stale(connection, shown, now)


async def _write_rows(connection: AsyncConnection, landed: Sequence[Landed], now: datetime) -> None:
    of_pushes = [land for land in landed if isinstance(land.claimed.content, Shape)]
    await settled.settle(connection, of_pushes, now)
    await outbox.settle(connection, [land for land in landed if not isinstance(land.claimed.content, Shape)], now)


async def put_back(connection: AsyncConnection, claimed: Sequence[Claimed], due_at: datetime, now: datetime) -> None:
    """Queue rows again, to fall due then; not their pushes, which others hold who wait for the pacing row."""
    if not claimed:
        return
    back = [_returned(row, "", due_at, now) for one in claimed for row in one.rows]
    await _write_rows(connection, back, now)
    await renderings.conclude(connection, back)


def _returned(row: Claimed, reason: str, due_at: datetime, now: datetime) -> Landed:
    returned = Outcome(Came.RETURNED, reason, retry_after=(due_at - now).total_seconds())
    return Landed(row, returned, decide_outcome(row.attempt, returned, now))


def _push_of(land: Landed) -> int:
    return land.claimed.content.push_id if isinstance(land.claimed.content, Shape) else 0


def _free_again(land: Landed, now: datetime) -> datetime:
    if land.outcome.came in NOT_SENT:
        return now
    wait = timedelta(seconds=land.outcome.retry_after) if land.outcome.came is Came.LATER else timedelta()
    is_long = land.rendering is not None and land.rendering.is_long
    return now + max(chat_gap(land.claimed.chat_kind, is_long=is_long), wait)


async def _is_ours(connection: AsyncConnection, claimed: Claimed) -> bool:
    """Tell whether a chat is the newsroom's own: a channel, or where moderators sit together."""
    return claimed.chat_kind == "channel" or (
        claimed.chat_id < 0 and await cards.is_any_in(connection, claimed.chat_id)
    )


async def _follow(connection: AsyncConnection, land: Landed) -> None:
    """Do what an outcome means for its chat."""
    claimed, outcome = land.claimed, land.outcome
    if outcome.came is Came.GONE:
        await chats.suspend(connection, claimed.chat_id, outcome.reason, claimed.claimed_at)
    elif outcome.came is Came.CLOSED and isinstance(claimed.content, Shape):  # an answer is to nobody's subscription
        await subscribers.suspend(connection, claimed.chat_id, claimed.thread_id, outcome.reason)
    elif outcome.came is Came.MOVED and outcome.new_chat_id:
        await chats.migrate(connection, claimed.chat_id, outcome.new_chat_id)
