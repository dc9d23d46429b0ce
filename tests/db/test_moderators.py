"""Moderators: what they see, many of them at once, and many replies at once."""

import asyncio
import os
from collections import Counter
from typing import Any

import pytest
from sqlalchemy import func, select, update

from db.replying import authors as authors_table
from db.replying import replies
from db.store import duties, pending
from db.store.replies import hash_of
from db.tables import audit as audit_table
from newsroom.replies import SCREEN, Action, Code, Deed, Reply, State, Who
from tests.desk import ReplyDesk

SALMA, NOUR, OMAR = 7_700_123_456, 7_700_654_321, 7_700_777_777


async def test_the_queue_has_the_trusted_first_the_suspect_last_and_the_oldest_between(desk: ReplyDesk) -> None:
    async def wait(user: int, score: float) -> Reply:
        desk.clock.move(minutes=1)
        return await desk.do(await desk.send(user), Action.PASS, SCREEN, flags=({"why": "x"},), score=score)

    suspect, old, new, trusted = await wait(1, 0.95), await wait(2, 0.5), await wait(3, 0.5), await wait(4, 0.8)
    async with desk.database.write() as connection:
        mine = authors_table.c.key == trusted.author_key
        await connection.execute(update(authors_table).where(mine).values(trust=3))
    await desk.do(old, Action.CLAIM, desk.badr)
    async with desk.database.read() as connection:
        everything = await pending.list_queue(connection, desk.clock())
        free = await pending.list_queue(connection, desk.clock(), unclaimed_but_by=desk.amal.name)
        counts = await pending.count(connection)
    assert [reply.id for reply in everything] == [trusted.id, old.id, new.id, suspect.id]
    assert [reply.id for reply in free] == [trusted.id, new.id, suspect.id]
    assert counts == {State.PENDING: 4}


async def test_of_others_those_come_first_that_are_likelier_published_but_nobody_is_held_back_for_long(
    desk: ReplyDesk,
) -> None:
    async def wait(user: int, score: float) -> Reply:
        return await desk.do(await desk.send(user), Action.PASS, SCREEN, flags=(), score=score)

    async def queue() -> list[str]:
        async with desk.database.read() as connection:
            return [reply.id for reply in await pending.list_queue(connection, desk.clock())]

    doubtful = await wait(1, 0.7)
    desk.clock.move(seconds=pending.HELD_BACK.total_seconds() - 60)
    middling, likely = await wait(2, 0.5), await wait(3, 0.2)
    assert await queue() == [likely.id, middling.id, doubtful.id]
    desk.clock.move(seconds=60)
    assert await queue() == [doubtful.id, likely.id, middling.id]


async def test_moderators_find_replies_by_their_words_in_any_spelling_and_see_pens_alone(desk: ReplyDesk) -> None:
    reply = await desk.pending(SALMA, "الإقتصـاد الصّيني ينمو")
    async with desk.database.read() as connection:
        (card,) = await pending.search(connection, "اقتصاد")
        assert await pending.search(connection, "100%") == []
        (again,) = await pending.list_of_author(connection, reply.author_key or "")
        assert await pending.count_of_author(connection, reply.author_key or "") == {State.PENDING: 1}
        assert await pending.count_same(connection, hash_of("الاقتصاد الصيني ينمو!"), desk.clock()) == 1
    assert card == again
    assert str(SALMA) not in str(card)
    assert card.pen_number
    assert 1_000 <= card.pen_number < 10_000


async def test_many_are_done_one_by_one_and_the_rest_is_reported(desk: ReplyDesk) -> None:
    some = [await desk.pending(user, f"رأي {user}") for user in (SALMA, NOUR, OMAR)]
    await desk.do(some[0], Action.APPROVE, desk.badr)
    await desk.do(some[1], Action.CLAIM, desk.badr)
    seen = [(reply.id, reply.version) for reply in some]
    report = await duties.act_on_many(desk.database, seen, Deed(Action.SPAM), desk.amal, desk.clock())
    assert [done.reply.id for done in report.done] == [some[2].id]
    assert [came.reply.id for came in report.overtaken] == [some[0].id]
    assert report.refused[some[1].id].key == "replies.held"


@pytest.mark.parametrize("pressers", [50])
@pytest.mark.parametrize("many", [20, pytest.param(1_000, marks=[pytest.mark.long, pytest.mark.timeout(1800)])])
async def test_fifty_moderators_at_once_make_one_decision_each(desk: ReplyDesk, pressers: int, many: int) -> None:
    waiting = await fill_queue(desk, int(os.environ.get("REPLIES", many)))
    moderators = [desk.acting(9_000_000_000 + number, Who.MODERATOR) for number in range(pressers)]
    deeds = [Deed(Action.APPROVE), Deed(Action.REJECT, code=Code.OFF_TOPIC), Deed(Action.RETURN, code=Code.UNREADABLE)]

    async def press(number: int) -> duties.Report:
        seen = [(reply.id, reply.version) for reply in waiting[number:] + waiting[:number]]
        return await duties.act_on_many(desk.database, seen, deeds[number % 3], moderators[number], desk.clock())

    reports_ = await asyncio.gather(*(press(number) for number in range(pressers)))
    winners = {done.reply.id: (done.change.actor.name, done.change.deed.action) for r in reports_ for done in r.done}
    assert sum(len(report.done) for report in reports_) == len(winners) == len(waiting)
    assert [report.refused for report in reports_] == [{}] * pressers
    losers = [came for report in reports_ for came in report.overtaken]
    assert len(losers) == len(waiting) * (pressers - 1)
    assert [came for came in losers if (came.by, came.action) != winners[came.reply.id]] == []
    await check_decisions(desk, winners)


async def fill_queue(desk: ReplyDesk, many: int) -> list[Reply]:
    """Let so many readers' replies wait."""
    return [await desk.pending(8_000_000_000 + number, f"رأي {number}") for number in range(many)]


async def check_decisions(desk: ReplyDesk, winners: dict[str, Any]) -> None:
    """Make sure that each reply was decided once, and that it is on the audit as it was."""
    async with desk.database.read() as connection:
        decided = select(audit_table).where(audit_table.c.version == 4)
        lines = (await connection.execute(decided)).all()
        beyond = select(func.count()).where(audit_table.c.version > 4)
        assert (await connection.execute(beyond)).scalar_one() == 0
        versions = Counter((await connection.execute(select(replies.c.version))).scalars())
    assert versions == {4: len(winners)}
    assert {line.reply_id: (line.actor, Action(line.action)) for line in lines} == winners
    assert (await desk.verify()).broken == ""
