"""Readers over a simulated year with outages: each article they should get is in one message, in time, when awake.

The real planner, queue and stores; made up by a seed are the readers (rhythms, zones, quiet hours, topics), the
articles and the outages. Time goes from one thing that falls due to the next.
"""

import os
import random
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import pairwise

import pytest
from sqlalchemy import func, select

from db.store import digests
from db.tables import pushes
from jobs.plan import Planner
from newsroom.digests import spread
from newsroom.outcomes import Came, Outcome
from newsroom.readers import GRACE, Rhythm, Schedule, next_delivery, next_waking
from newsroom.work import Claimed, Landed, Rendering, Shape
from tests.scene import Scene

TOPICS = [f"s:{name}" for name in "abcdefghijkl"]
ZONES = [
    "Asia/Riyadh", "Africa/Cairo", "Asia/Shanghai", "Europe/Paris", "Asia/Beirut", "Africa/Casablanca",
    "Asia/Kathmandu", "America/New_York", "Australia/Lord_Howe", "America/Santiago", "Pacific/Auckland", "UTC",
]  # fmt: skip
ON_TIME = timedelta(minutes=2)  # a thousand messages leave in a second of it; a chat's next one waits for a second
ARTICLES = int(os.environ.get("YEAR_ARTICLES", "150"))  # each falls due at some three hundred moments


@dataclass(slots=True)
class Reader:
    """A reader, and what came to him when."""

    chat_id: int
    topics: frozenset[str]
    schedule: Schedule
    messages: list[tuple[datetime, list[int]]] = field(default_factory=list)


@dataclass(slots=True)
class Year:
    """What is made up, and what came of it."""

    scene: Scene
    planner: Planner
    chance: random.Random
    readers: dict[int, Reader] = field(default_factory=dict)
    published: dict[int, tuple[datetime, frozenset[str]]] = field(default_factory=dict)  # stories: when and about what
    outages: list[tuple[datetime, datetime]] = field(default_factory=list)

    async def enrol(self, count: int) -> None:
        """Let readers come."""
        for chat_id in range(1, count + 1):
            topics = frozenset(self.chance.sample(TOPICS, self.chance.randint(1, 3)))
            reader = Reader(chat_id, topics, self._draw_schedule())
            self.readers[chat_id] = reader
            await self.scene.reader(chat_id, *topics, schedule=reader.schedule)

    def _draw_schedule(self) -> Schedule:
        chance = self.chance
        begin, end = (chance.randrange(24), chance.randrange(24)) if chance.random() < 0.4 else (0, 0)
        rhythm, zone = chance.choice(list(Rhythm)), chance.choice(ZONES)
        hour, weekday = chance.randrange(24), chance.randrange(7)
        return Schedule(rhythm, zone, hour=hour, weekday=weekday, quiet_from=begin, quiet_to=end)

    def after_outages(self, moment: datetime) -> datetime:
        """Answer the first moment from this one at which the newsroom runs."""
        return max([moment, *(end for begin, end in self.outages if begin <= moment < end)])

    def up_and_awake(self, reader: Reader, due_at: datetime) -> datetime:
        """Answer the first moment from this one at which the newsroom runs and the reader may be reached."""
        while (later := self._later(reader, due_at)) != due_at:
            due_at = later
        return due_at

    def _later(self, reader: Reader, moment: datetime) -> datetime:
        up = self.after_outages(moment)
        return next_waking(reader.schedule, up) or up

    async def run(self, articles: Sequence[datetime]) -> None:
        """Publish articles at these times, and go on until nothing is due any more."""
        waiting = sorted(map(self.after_outages, articles))
        while (moment := await self._next(waiting)) is not None:
            self.scene.clock.moment = max(self.after_outages(moment), self.scene.clock())
            while waiting and waiting[0] <= self.scene.clock():
                waiting.pop(0)
                await self._publish()
            while await self.planner.step():
                pass
            await self._deliver()

    async def _next(self, waiting: Sequence[datetime]) -> datetime | None:
        due = await self.scene.one(select(func.min(pushes.c.due_at)).where(pushes.c.state == "running"))
        return min([*waiting[:1], *([due] if due else [])], default=None)

    async def _publish(self) -> None:
        topics = self.chance.sample(TOPICS, self.chance.randint(1, 2))
        await self.scene.publish(*topics)
        self.published[len(self.published) + 1] = (self.scene.clock(), frozenset(topics))

    async def _deliver(self) -> None:
        landed: list[Landed] = []
        while (claimed := await self.scene.queue.exchange(landed, 512)) or landed:
            landed = [land for row in claimed for land in await self._send(row)]

    async def _send(self, row: Claimed) -> list[Landed]:
        assert isinstance(row.content, Shape)
        assert not row.refused
        stories = [row.content.story_id]
        if row.content.digest_id:
            async with self.scene.database.read() as connection:
                stories = await digests.find(connection, row.content.digest_id)
        now = self.scene.clock()
        self.readers[row.chat_id].messages.append((now, stories))
        rendering = Rendering("sendMessage", b"{}", shown=tuple((story, 1) for story in stories))
        return spread(row, Outcome(Came.OK, message_id=1), rendering, now)

    def expected(self, reader: Reader) -> Iterator[tuple[int, datetime]]:
        """Answer the stories that a reader should get, with when each falls due."""
        for story, (moment, topics) in self.published.items():
            if topics & reader.topics:
                yield story, next_delivery(reader.schedule, moment)


SIZES = [
    pytest.param(40, 15, 40, marks=pytest.mark.thorough),
    pytest.param(1000, 365, ARTICLES, marks=[pytest.mark.long, pytest.mark.timeout(3600)]),
]


@pytest.mark.parametrize(("readers", "days", "articles"), SIZES)
async def test_each_article_is_in_one_message_in_time_and_outside_quiet_hours(
    scene: Scene, readers: int, days: int, articles: int
) -> None:
    chance = random.Random(20261128)  # noqa: S311  (no secret)
    year = Year(scene, Planner(scene.database, scene.lease), chance)
    await year.enrol(readers)
    begin = scene.clock()
    for _ in range(max(2, int(days / 30))):
        outage = begin + timedelta(days=days * chance.random())
        year.outages.append((outage, outage + timedelta(hours=chance.choice([0.2, 1, 6, 40]))))
    await year.run([begin + timedelta(days=days * chance.random()) for _ in range(articles)])
    assert len(year.published) == articles
    for reader in year.readers.values():
        look_at(year, reader)
    sizes = Counter(len(stories) > 1 for reader in year.readers.values() for _, stories in reader.messages)
    print(f"{readers} readers, {days} days: {sizes[True]} digests, {sizes[False]} single articles")  # noqa: T201


def look_at(year: Year, reader: Reader) -> None:
    arrived: dict[int, list[datetime]] = defaultdict(list)
    for moment, stories in reader.messages:
        assert next_waking(reader.schedule, moment) is None, "it came in quiet hours"
        for story in stories:
            arrived[story].append(moment)
    expected = dict(year.expected(reader))
    assert sorted(arrived) == sorted(expected)
    for story, due_at in expected.items():
        (moment,) = arrived[story]
        assert due_at <= moment <= year.up_and_awake(reader, due_at) + ON_TIME, (reader.schedule, due_at, moment)
    if reader.schedule.rhythm is not Rhythm.INSTANT:
        for (first, _), (second, _) in pairwise(reader.messages):
            assert second >= next_delivery(reader.schedule, first - GRACE), "two digests in one window"
