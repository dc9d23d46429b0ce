"""A scene: a database with readers, articles and a worker, made in the words of the field."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import product
from typing import Any

from sqlalchemy import insert, select

from bot.desk import Desk
from db.engine import Database
from db.showing import renderings
from db.store import articles, chats, deliveries, follows, pacing, pushes, sources, subscribers, workers
from db.store.articles import Place
from db.store.queue import DeliveryQueue
from db.store.subscribers import Newcomer, Subscriber
from db.store.workers import WorkerLease
from db.tables import deliveries as deliveries_table
from locales import LANGUAGES
from newsroom.articles import ParsedArticle
from newsroom.digests import spread
from newsroom.outcomes import Came, Outcome, decide_outcome
from newsroom.pacing import Pace
from newsroom.pushes import Lane
from newsroom.readers import Rhythm, Schedule, next_delivery
from newsroom.topics import Topicality
from newsroom.work import Claimed, Landed, Rendering
from tests.fakes import Clock

BOT_ID = 123456
RATE = 1000.0
AT_ONCE = Schedule(Rhythm.INSTANT, "Asia/Riyadh")


@dataclass(slots=True)
class Scene:
    """A newsroom at work; `clock` stands still until a test moves it."""

    database: Database
    clock: Clock
    lease: WorkerLease
    queue: DeliveryQueue
    _articles: int = 0
    others: list[DeliveryQueue] = field(default_factory=list)

    async def reader(  # noqa: PLR0913  (what a reader is)
        self,
        chat_id: int,
        *tags: str,
        mutes: Sequence[str] = (),
        language: str = "ar",
        kind: str = "private",
        thread: int = 0,
        schedule: Schedule = AT_ONCE,
    ) -> Subscriber:
        """Let a chat follow topics."""
        async with self.database.write() as connection:
            await chats.greet(connection, chat_id, kind, self.clock())
            reader = await subscribers.add(connection, Newcomer(chat_id, thread, language, schedule), self.clock())
            await follows.put(connection, reader.id, tags, muted=False)
            await follows.put(connection, reader.id, mutes, muted=True)
        return reader

    async def article(self, *tags: str, lane: Lane = Lane.NEWS, title: str = "قمة", proven: bool = True) -> int:
        """Publish an article about topics, plan its push, and answer the push's id; its renderings need no trial."""
        push_id = await self.publish(*tags, lane=lane, title=title, proven=proven)
        await self.plan()
        return push_id

    async def publish(self, *tags: str, lane: Lane = Lane.NEWS, title: str = "قمة", proven: bool = True) -> int:
        """Publish an article whose push is to be planned."""
        self._articles += 1
        number = self._articles
        async with self.database.write() as connection:
            await sources.add(connection, "https://site.example/feed", self.clock())
            item = ParsedArticle(
                f"g{number}", f"https://site.example/{number}", title, "نص", f"نص {number}", language="ar"
            )
            stored = await articles.add(connection, item, Place(1, archived=False), self.clock())
            subjects = [tag for tag in tags if tag.startswith("s:")]
            places = [tag for tag in tags if tag.startswith("c:")]
            await articles.set_topics(connection, stored.id, Topicality(subjects, places))
            push_id = await pushes.open_for(connection, stored.story_id, lane, self.clock())
            if proven:
                await connection.execute(insert(renderings), [*self._proven(push_id)])
        return push_id

    def _proven(self, push_id: int) -> Iterator[dict[str, Any]]:
        for language, public in product(LANGUAGES, (False, True)):
            key = {"push_id": push_id, "language": language, "public": public}
            yield {**key, "state": "proven", "at": self.clock()}

    async def plan(self) -> None:
        """Plan every push to its end."""
        async with self.database.write() as connection:
            while push := await pushes.lock_unplanned(connection):
                known = await subscribers.list_schedules(connection)
                is_breaking = push.lane == Lane.BREAKING
                times = {
                    key: next_delivery(schedule, self.clock(), is_breaking=is_breaking)
                    for key, schedule in known.items()
                }
                await deliveries.plan_staff(connection, push)
                audience = await deliveries.find_audience(connection, push, times)
                await deliveries.plan_range(connection, audience, 1, push.upper)
                await pushes.advance(connection, push.id, push.upper, self.clock(), planned=True)

    async def claim(self, want: int = 100) -> list[Claimed]:
        """Claim up to `want` rows."""
        return await self.queue.exchange([], want)

    async def claim_later(self) -> list[Claimed]:
        """Claim when every chat may be sent to again."""
        self.clock.move(seconds=4)
        return await self.claim()

    async def land(
        self, claimed: Claimed, came: Came = Came.OK, rendering: Rendering | None = None, **facts: Any
    ) -> None:
        """Let an answer come back and settle it, for each row that went by the request."""
        outcome = self.landed(claimed, came, **facts).outcome
        await self.queue.exchange(spread(claimed, outcome, rendering, self.clock()), 0)

    def landed(self, claimed: Claimed, came: Came = Came.OK, **facts: Any) -> Landed:
        """Answer what came back for a row."""
        outcome = Outcome(came, **({"message_id": 77} if came is Came.OK else {}) | facts)
        return Landed(claimed, outcome, decide_outcome(claimed.attempt, outcome, self.clock()))

    async def worker(self) -> DeliveryQueue:
        """Let another worker come to work."""
        async with self.database.write() as connection:
            lease = await workers.enrol(connection, "jobs", self.clock, alone=False)
        return DeliveryQueue(self.database, lease, RATE, Desk(self.clock, "ar"))

    async def states(self, push_id: int) -> dict[int, str]:
        """Answer the state of each row of a push by subscriber."""
        return {row.subscriber_id: row.state for row in await self.rows(push_id)}

    async def rows(self, push_id: int) -> Sequence[Any]:
        """Answer the rows of a push."""
        async with self.database.read() as connection:
            found = select(deliveries_table).where(deliveries_table.c.push_id == push_id)
            return (await connection.execute(found.order_by(deliveries_table.c.subscriber_id))).all()

    async def pace(self) -> Pace:
        """Answer how fast the token may send."""
        async with self.database.read() as connection:
            pace = await pacing.load(connection)
        assert pace
        return pace

    async def one(self, statement: Any) -> Any:
        """Answer the single value of a query."""
        async with self.database.read() as connection:
            return (await connection.execute(statement)).scalar_one_or_none()


async def set_scene(database: Database, clock: Clock) -> Scene:
    """Open a newsroom on an empty database."""
    async with database.write() as connection:
        await articles.open_desk(connection)
        await pacing.claim_bot(connection, BOT_ID, clock())
        lease = await workers.enrol(connection, "all", clock, alone=True)
    return Scene(database, clock, lease, DeliveryQueue(database, lease, RATE, Desk(clock, "ar")))
