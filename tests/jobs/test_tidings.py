"""Those who follow a discussion: told once, together, not at night; and what is gone is gone from their messages."""

from collections.abc import AsyncIterator

import pytest

from db.engine import Database
from db.replying import author_chats
from db.store import chats, subscribers
from db.store.subscribers import Newcomer
from db.tables import outbox
from newsroom.readers import Rhythm, Schedule
from newsroom.replies import State
from sandbox import Fault, FaultKind
from tests.fakes import Clock
from tests.jobs.plaza import Plaza, open_plaza

SALMA, NOOR, HADI, RIM = 7_700_123_456, 7_700_123_457, 7_700_123_458, 7_700_123_459
TEXT = "النفق خطوة جيدة"
MINUTES = 60


@pytest.fixture
async def plaza(database: Database, clock: Clock) -> AsyncIterator[Plaza]:
    async with open_plaza(database, clock) as opened:
        yield opened


def heard(plaza: Plaza, user_id: int) -> list[str]:
    """Answer what somebody was told of discussions."""
    return plaza.stage.shown(user_id)


async def test_a_follower_is_told_and_what_is_withdrawn_leaves_a_line(plaza: Plaza) -> None:
    await plaza.follows(NOOR)
    reply = await plaza.publishes(SALMA, TEXT)
    await plaza.settles()
    (told,) = heard(plaza, NOOR)
    assert "رد جديد على «" in told
    assert TEXT in told
    await plaza.withdraws(reply, SALMA)
    await plaza.settles()
    (told,) = heard(plaza, NOOR)
    assert TEXT not in told
    assert "سُحب" in told
    assert await plaza.tidings() == []
    plaza.stage.wait(2 * MINUTES)
    await plaza.settles()
    assert (await plaza.desk.see(reply)).state is State.REMOVED


async def test_an_edit_is_shown_in_the_message_that_is_there(plaza: Plaza) -> None:
    await plaza.follows(NOOR)
    reply = await plaza.publishes(SALMA, TEXT)
    await plaza.settles()
    await plaza.revises(reply, SALMA, "النفق خطوة متأخرة")
    await plaza.settles()
    (told,) = heard(plaza, NOOR)
    assert "النفق خطوة متأخرة" in told


async def test_ones_own_and_what_is_muted_is_not_told(plaza: Plaza) -> None:
    await plaza.follows(SALMA)
    await plaza.follows(NOOR, muted=True)
    await plaza.publishes(SALMA, TEXT)
    await plaza.settles()
    assert heard(plaza, SALMA) == heard(plaza, NOOR) == []


async def test_whoever_is_answered_is_told_so_unless_he_muted_it(plaza: Plaza) -> None:
    plaza.stage.telegram.person(SALMA).writes("/start")
    parent = await plaza.publishes(SALMA, TEXT)
    await plaza.publishes(NOOR, "وأنا معك", parent)
    await plaza.settles()
    (told,) = heard(plaza, SALMA)
    assert "جواب على ردّكم" in told
    assert "وأنا معك" in told
    author = await plaza.desk.author(SALMA)
    await plaza.follows_as(author.key, muted=True)
    await plaza.publishes(HADI, "ولست معك", parent)
    await plaza.settles()
    assert len(heard(plaza, SALMA)) == 1


async def test_several_at_once_are_one_message_and_the_rest_is_a_number(plaza: Plaza) -> None:
    await plaza.follows(NOOR)
    for number in range(7):
        await plaza.publishes(SALMA + 10 + number, f"رأي رقم {number} في ذلك")
    await plaza.settles()
    (told,) = heard(plaza, NOOR)
    assert "7 ردود جديدة" in told
    assert "رأي رقم 4" in told
    assert "رأي رقم 5" not in told


async def test_more_comes_together_when_the_last_message_has_rested(plaza: Plaza) -> None:
    await plaza.follows(NOOR)
    first = await plaza.publishes(SALMA, TEXT)
    await plaza.settles()
    await plaza.publishes(HADI, "رأي ثان في ذلك")
    await plaza.publishes(RIM, "رأي ثالث في ذلك")
    await plaza.settles()
    assert len(heard(plaza, NOOR)) == 1
    plaza.stage.wait(15 * MINUTES)
    await plaza.settles()
    assert len(heard(plaza, NOOR)) == 2
    assert "ردّان جديدان" in heard(plaza, NOOR)[1]
    await plaza.withdraws(first, SALMA)
    await plaza.settles()
    assert "سُحب" in heard(plaza, NOOR)[0]
    assert "رأي ثان" in heard(plaza, NOOR)[1]


async def test_of_two_in_a_message_the_one_that_is_gone_goes(plaza: Plaza) -> None:
    await plaza.follows(NOOR)
    gone = await plaza.publishes(SALMA, TEXT)
    await plaza.publishes(HADI, "رأي ثان في ذلك")
    await plaza.settles()
    await plaza.withdraws(gone, SALMA)
    await plaza.settles()
    (told,) = heard(plaza, NOOR)
    assert TEXT not in told
    assert "رأي ثان" in told
    assert [row.shown for row in await plaza.tidings()] == [1]


async def test_what_is_withdrawn_before_it_left_is_never_told(plaza: Plaza) -> None:
    await plaza.follows(NOOR)
    reply = await plaza.publishes(SALMA, TEXT)
    await plaza.crier.step()
    await plaza.withdraws(reply, SALMA)
    await plaza.settles()
    assert heard(plaza, NOOR) == []
    assert await plaza.tidings() == []


async def test_nobody_is_woken(plaza: Plaza) -> None:
    await plaza.follows(NOOR)
    now = plaza.desk.clock()
    async with plaza.desk.database.write() as connection:
        await chats.greet(connection, NOOR, "private", now)
        quiet = Schedule(Rhythm.INSTANT, "Asia/Riyadh", quiet_from=11, quiet_to=14)  # it is noon there
        await subscribers.add(connection, Newcomer(NOOR, 0, "ar", quiet), now)
    await plaza.publishes(SALMA, TEXT)
    await plaza.settles()
    assert heard(plaza, NOOR) == []
    plaza.stage.wait(130 * MINUTES)
    await plaza.settles()
    assert len(heard(plaza, NOOR)) == 1


async def test_what_nobody_can_tell_of_counts_as_told(plaza: Plaza) -> None:
    await plaza.follows(NOOR)
    plaza.stage.telegram.faults.add(Fault(FaultKind.RESET, method="sendMessage", chat_id=NOOR))
    await plaza.publishes(SALMA, TEXT)
    await plaza.settles()
    await plaza.settles()
    assert len(heard(plaza, NOOR)) == 1
    assert await plaza.tidings() == []


async def test_no_row_says_to_whom_it_goes(plaza: Plaza) -> None:
    await plaza.follows(NOOR)
    await plaza.publishes(SALMA, TEXT)
    await plaza.settles()
    rows = [row for row in await plaza.desk.rows(outbox) if row.dedup_key.startswith("tidings:")]
    assert [(row.chat_id, bytes(row.payload)) for row in rows] == [(None, b"")]
    assert not any(str(NOOR) in str(row) for row in [*rows, *await plaza.tidings()])


async def test_whom_the_vault_cannot_reach_is_forgotten(plaza: Plaza) -> None:
    await plaza.follows(NOOR)
    async with plaza.desk.database.write() as connection:
        await connection.execute(author_chats.delete())
    reply = await plaza.publishes(SALMA, TEXT)
    await plaza.settles()
    assert await plaza.tidings() == []
    assert (await plaza.desk.see(reply)).state is State.PUBLISHED
