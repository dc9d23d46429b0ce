"""Bans on both engines: what authors are told, their appeal, and what comes back when a ban is lifted."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy.ext.asyncio import AsyncConnection

from db.replying import bans as bans_table
from db.store import bans, duties, waves
from db.store.bans import Ban
from newsroom.bans import TOLD_FOR, Telling
from newsroom.replies import SCREEN, Action, Code, State
from newsroom.waves import Joining, WaveKind
from tests.desk import ReplyDesk
from tests.terms import keep

SALMA = 7_700_123_456


async def in_one(desk: ReplyDesk, do: Callable[[AsyncConnection], Awaitable[Any]]) -> Any:
    async with desk.database.write() as connection:
        return await do(connection)


async def banned(desk: ReplyDesk, days: int = 7) -> str:
    """Ban somebody who has a reply in the queue; answers the key."""
    reply = await desk.pending(SALMA)
    now, key = desk.clock(), reply.author_key or ""
    told = Ban(key, now + timedelta(days=days), Code.INSULT, desk.amal.name, now)
    await in_one(desk, lambda connection: duties.ban(connection, told, desk.amal))
    return key


async def due(desk: ReplyDesk) -> list[Any]:
    return list(await in_one(desk, lambda connection: bans.list_due(connection, desk.clock())))


async def test_a_ban_is_told_once(desk: ReplyDesk) -> None:
    await banned(desk)
    (ban,) = await due(desk)
    assert (ban.tells, ban.code) == (Telling.BANNED, Code.INSULT)
    assert await in_one(desk, lambda connection: bans.settle(connection, ban))
    assert not await in_one(desk, lambda connection: bans.settle(connection, ban))
    assert await due(desk) == []


async def test_what_waits_for_the_morning_is_told_then(desk: ReplyDesk) -> None:
    key = await banned(desk)
    morning = desk.clock() + timedelta(hours=8)
    await in_one(desk, lambda connection: bans.defer(connection, key, morning))
    assert await due(desk) == []
    desk.clock.move(hours=8)
    assert len(await due(desk)) == 1


async def test_an_appeal_comes_once_and_is_decided_once(desk: ReplyDesk) -> None:
    key = await banned(desk)
    assert not await in_one(desk, lambda connection: bans.keep(connection, key, desk.clock()))
    assert await in_one(desk, lambda connection: bans.appeal(connection, key, desk.clock()))
    assert not await in_one(desk, lambda connection: bans.appeal(connection, key, desk.clock()))
    assert await in_one(desk, lambda connection: bans.keep(connection, key, desk.clock()))
    assert not await in_one(desk, lambda connection: bans.keep(connection, key, desk.clock()))
    assert [ban.tells for ban in await due(desk)] == [Telling.KEPT]


async def test_a_ban_that_is_over_takes_no_appeal(desk: ReplyDesk) -> None:
    key = await banned(desk, days=1)
    desk.clock.move(days=1)
    assert not await in_one(desk, lambda connection: bans.appeal(connection, key, desk.clock()))
    assert not await in_one(desk, lambda connection: bans.lift(connection, key, desk.clock()))


async def test_what_was_set_apart_comes_back_when_a_ban_is_lifted_and_that_is_told(desk: ReplyDesk) -> None:
    key = await banned(desk)
    moved = await in_one(desk, lambda connection: duties.lift(connection, key, desk.badr, desk.clock()))
    assert [done.reply.state for done in moved] == [State.PENDING]
    assert await in_one(desk, lambda connection: bans.list_all(connection, desk.clock())) == []
    assert await in_one(desk, lambda connection: duties.lift(connection, key, desk.badr, desk.clock())) is None
    (ban,) = await due(desk)
    assert ban.tells == Telling.LIFTED
    assert await in_one(desk, lambda connection: bans.settle(connection, ban))
    assert await desk.rows(bans_table) == []


async def test_what_is_in_a_wave_is_decided_on_with_that_and_not_with_a_ban(desk: ReplyDesk) -> None:
    held = await desk.do(await desk.pending(SALMA), Action.QUARANTINE, SCREEN)
    desk.rest()
    free = await desk.do(await desk.pending(SALMA), Action.QUARANTINE, SCREEN)
    desk.rest()
    async with desk.database.write() as connection:
        for reply in (held, free):
            await waves.join(connection, reply, Joining(WaveKind.CROWD, None, (), 20), desk.clock())
    await desk.do(free, Action.RESTORE, desk.badr)
    key = await banned(desk)
    assert [wave.count for wave in await in_one(desk, waves.list_living)] == [1]
    moved = await in_one(desk, lambda connection: duties.lift(connection, key, desk.badr, desk.clock()))
    assert free.id in {done.reply.id for done in moved}
    assert (await desk.see(held)).state is State.QUARANTINED


async def test_who_is_banned_anew_is_told_anew_and_may_appeal_again(desk: ReplyDesk) -> None:
    key = await banned(desk)
    await in_one(desk, lambda connection: bans.appeal(connection, key, desk.clock()))
    now = desk.clock.move(hours=1)
    told = Ban(key, now + timedelta(days=30), Code.LEGAL, desk.badr.name, now)
    await in_one(desk, lambda connection: bans.ban(connection, told))
    (ban,) = await due(desk)
    assert (ban.tells, ban.appealed_at) == (Telling.BANNED, None)


@pytest.mark.parametrize("is_told", [True, False])
async def test_what_is_over_is_forgotten_when_it_was_told_or_cannot_be(desk: ReplyDesk, *, is_told: bool) -> None:
    await banned(desk, days=1)
    if is_told:
        (ban,) = await due(desk)
        await in_one(desk, lambda connection: bans.settle(connection, ban))
    desk.clock.move(days=1)
    assert await in_one(desk, lambda connection: keep(connection, bans.TERM, desk.clock())) == is_told
    desk.clock.move(seconds=TOLD_FOR.total_seconds())
    await in_one(desk, lambda connection: keep(connection, bans.TERM, desk.clock()))
    assert await desk.rows(bans_table) == []
