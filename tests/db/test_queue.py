"""The queue: planning, claiming, settling, on both engines."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from db.engine import Database
from db.store import articles, chats, deliveries, follows, pacing, pushes, subscribers, workers, sources
from db.store.queue import DeliveryQueue
from db.tables import deliveries as table
from newsroom.articles import ParsedArticle
from newsroom.pushes import Lane
from newsroom.readers import Rhythm, Schedule
from newsroom.topics import Topicality
from tests.conftest import Clock


async def test_smoke(database: Database, clock: Clock) -> None:
    now = clock()
    async with database.write() as c:
        await articles.open_desk(c)
        await pacing.claim_bot(c, 7, now)
        lease = await workers.enrol(c, "all", clock, alone=True)
        await sources.add(c, "http://x/feed", now)
        src = (await sources.claim_due(c, lease.id, 5, now))[0]
        item = ParsedArticle(guid="g", url="http://x/1", title="t", lead="l", body="b", language="ar")
        art = await articles.add(c, item, src.id, now, archived=False)
        await articles.set_topics(c, art.id, Topicality(subjects=["s:diplomacy"], places=["c:TJ"]))
        for n in range(1, 6):
            await chats.greet(c, n, "private", now)
            s = await subscribers.add(c, n, 0, "ar", Schedule(Rhythm.INSTANT, "Asia/Riyadh"), now)
            await follows.put(c, s.id, ["s:diplomacy", "c:TJ"] if n < 5 else ["s:sports"], muted=False)
        push = await pushes.open_for(c, art.story_id, Lane.NEWS, now)
        row = await pushes.claim_unplanned(c, lease.id)
        await deliveries.plan_range(c, row, row.upper, {k: now for k in await subscribers.list_schedules(c)})
        assert await deliveries.count_by_state(c, push) == {"queued": 4}
        await pushes.advance(c, push, row.upper, now, planned=True)
    q = DeliveryQueue(database, lease, 28)
    got = await q.exchange([], 3)
    assert len(got) == 3
    got += await q.exchange([], 3)
    assert len(got) == 4
    clock.move(seconds=20)
    async with database.write() as c:
        await workers.bury(c, clock())
    assert await q.recover() == 4
