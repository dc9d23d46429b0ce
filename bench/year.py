"""A year of a newsroom: all that people and sources leave behind, day by day, and the jobs that forget it again.

    each day: articles to a tenth of the readers, corrected · updates and answers · replies, decided and told of
              · what else is left (`bench/leavings.py`) ─▶ purge, what is due

Rows are written as the program leaves them, many at once; what is forgotten is forgotten by the very jobs. Time is
virtual. It prints the room that each table takes after half a year and after the whole: what is bounded has not grown,
but for what is kept for a year and longer; and for how long the jobs held the writer at most, for that others wait.
"""

import asyncio
import re
import sys
import tempfile
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import Insert, func, insert, literal, select, text, update
from sqlalchemy.engine import make_url
from sqlalchemy.ext.asyncio import AsyncConnection

from bench.leavings import leave
from bench.sizes import FIRST_ID, Newsroom
from db.engine import Database
from db.meanings import sketches, vectors
from db.migrate import migrate
from db.replying import notices, pens, tidings
from db.showing import digests, renderings
from db.store import articles, authors, discussions, duties, pushes, replies, search, write_new
from db.store.articles import Place
from db.store.replies import Draft
from db.tables import articles as articles_table
from db.tables import deliveries, inbox, outbox, prompts, versions
from db.tables import pushes as pushes_table
from db.tables import subscribers as subscribers_table
from db.vault import Vault
from jobs.purge import Purger
from newsroom.articles import ParsedArticle
from newsroom.pushes import Lane
from newsroom.replies import SCREEN, Action, Actor, Code, Consent, Deed, Who
from newsroom.topics import Topicality

READERS, DAYS = 50_000, 365
ARTICLES = 20  # a day
SHARE = 10  # one reader in so many gets an article
ACTIVE = 50  # one in so many writes or presses something each day
REPLIES = 4  # a day, of which every second is refused
BODY = "نص الخبر وتفاصيله كما نشرها الموقع. " * 80
GROWING = {"articles", "versions", "article_topics", "fulltext", "pushes", "replies", "revisions", "audit"}
GROWING |= {"votes", "publications", "discussions", "tidings"}  # with the replies, or for a year
GROWING |= {"threads", "comments", "pens"}  # the archive's, and one for each author
MARKS = 50  # by which an article is known


@dataclass(frozen=True, slots=True)
class Room:
    """The rows and bytes of a table, with its indexes."""

    rows: int
    size: int


Rooms = Mapping[str, Room]


class Year(Newsroom):
    """A newsroom whose days pass."""

    vault = Vault("a secret of this bench alone")
    number = 0
    longest = 0.0  # seconds for which the writer was held to forget

    async def live(self, readers: int, days: int) -> tuple[Rooms, Rooms]:
        """Live through the days and answer the room that tables took at half time, and at the end."""
        await self.open(readers)
        self.purger = Purger(self.database, self.queue.lease)
        async with self.database.write() as connection:
            while await search.index_more(connection, ARTICLES):
                """Nothing is there yet; from now on articles are found by their words as they come."""
        half: Rooms = {}
        for day in range(days):
            await self.pass_day(readers)
            if day == days // 2:
                half = await self.measure()
        return half, await self.measure()

    async def pass_day(self, readers: int) -> None:
        """Write what a day leaves behind, then let the jobs forget what is old."""
        for _ in range(ARTICLES):
            await self._publish()
        async with self.database.write() as connection:
            await self._talk(connection, max(1, readers // ACTIVE))
        for number in range(REPLIES):
            await self._reply(number)
        async with self.database.write() as connection:
            await leave(connection, self.number, self.moment)
        self.moment += timedelta(days=1)
        self.queue.lease.beat_at = datetime.max.replace(tzinfo=UTC)
        while await self.purger.step():
            self.longest = max(self.longest, self.purger.held)
        await self._advance()

    async def _publish(self) -> None:
        self.number += 1
        address = f"https://site.example/{self.number}"
        item = ParsedArticle(f"g{self.number}", address, f"خبر {self.number}", "موجزه", BODY, language="ar")
        async with self.database.write() as connection:
            stored = await articles.add(connection, item, Place(1, archived=False), self.moment)
            await articles.set_topics(connection, stored.id, Topicality(["s:diplomacy"], ["c:TJ"]))
            push_id = await pushes.open_for(connection, stored.story_id, Lane.NEWS, self.moment)
            await self._leave(connection, stored.id, push_id)
            ended = update(pushes_table).where(pushes_table.c.id == push_id)
            await connection.execute(ended.values(state="done", planned_at=self.moment, done_at=self.moment))
            await connection.execute(self._deliver(push_id, stored.id))

    async def _leave(self, connection: AsyncConnection, article_id: int, push_id: int) -> None:
        """Leave behind what an article does, corrected twice, beside what is delivered of it."""
        now = self.moment
        words = {"title": "خبر", "lead": "موجزه", "body": BODY, "author": "", "image": "", "seen_at": now}
        again = [{"article_id": article_id, "version": version, **words} for version in (2, 3)]
        await connection.execute(insert(versions), again)
        await connection.execute(update(articles_table).where(articles_table.c.id == article_id).values(version=3))
        await connection.execute(insert(vectors).values(article_id=article_id, vector=bytes(512), at=now))
        marks = [{"mark": article_id * MARKS + number, "article_id": article_id, "at": now} for number in range(MARKS)]
        await connection.execute(insert(sketches), marks)
        proven = {"language": "ar", "public": False, "state": "proven", "at": now}
        await connection.execute(insert(renderings).values(push_id=push_id, **proven))
        await connection.execute(insert(digests).values(hash=str(article_id), stories=[article_id], made_at=now))

    def _deliver(self, push_id: int, article_id: int) -> Insert:
        names = ["push_id", "subscriber_id", "state", "due_at", "worker_id", "claimed_at", "settled_at", "message_id",
                 "article_id", "version"]  # fmt: skip
        mine, now = subscribers_table.c.id, literal(self.moment, deliveries.c.due_at.type)
        row = (literal(push_id), mine, literal("sent"), now, literal("w" * 32), now, now, mine + 1_000_000,
               literal(article_id), literal(1))  # fmt: skip
        chosen = select(*row).where(mine % SHARE == article_id % SHARE)
        return insert(deliveries).from_select(names, chosen)

    async def _talk(self, connection: AsyncConnection, people: int) -> None:
        first = int((self.moment - datetime(2026, 1, 1, tzinfo=UTC)).total_seconds()) * 1_000
        when = {"due_at": self.moment, "tries": 1}
        said = [
            {"update_id": first + number, "chat_id": 0, "state": "handled", "received_at": self.moment, **when}
            for number in range(people)
        ]
        await connection.execute(insert(inbox), said)
        life = {"state": "sent", "due_at": self.moment, "created_at": self.moment, "settled_at": self.moment}
        answer = {"lane": int(Lane.ANSWER), "method": "sendMessage", "payload": b"", **life}
        answers = [
            {"dedup_key": f"{first}:{number}", "chat_id": FIRST_ID + number, **answer} for number in range(people)
        ]
        await connection.execute(insert(outbox), answers)
        waits = {"command": "search", "until": self.moment + timedelta(minutes=15)}
        asked = [{"chat_id": FIRST_ID + 1 + number, "user_id": 1, **waits} for number in range(people)]
        await connection.execute(insert(prompts), asked)

    async def _reply(self, number: int) -> None:
        person = FIRST_ID + 1 + (self.number + number) % 1_000
        moderator = Actor(Who.MODERATOR, "5", self.vault.author_key(5))
        async with self.database.write() as connection:
            author = await authors.meet(connection, self.vault, person, person, self.moment)
            by = Actor(Who.AUTHOR, "author", author.key)
            await write_new(
                connection, pens, folded=author.key, author_key=author.key, name="قلم", chosen_at=self.moment
            )
            source = self.vault.source_key(person, self.number * REPLIES + number)
            draft = Draft(self.number, author.key, source, f"رأي {self.number} {number} " * 20, "ar")
            reply, _ = await replies.draft(connection, draft, self.moment)
            await replies.act(
                connection, reply.id, Deed(Action.SUBMIT, consent=Consent("1", (("bot", ""),))), by, self.moment
            )
            await replies.act(connection, reply.id, Deed(Action.PASS, flags=()), SCREEN, self.moment)
            deed = Deed(Action.REJECT, code=Code.INSULT) if number % 2 else Deed(Action.APPROVE)
            await replies.act(connection, reply.id, deed, moderator, self.moment)
            await discussions.begin(connection, self.number, author.key)
            told = {"reply_id": reply.id, "author_key": author.key, "article_id": self.number, "answers": False}
            await connection.execute(insert(tidings).values(told_at=self.moment, message_id=1, shown=1, **told))
            untold = update(notices).where(notices.c.told_at.is_(None))
            await connection.execute(untold.values(told_at=self.moment))

    async def _advance(self) -> None:
        """Let what falls due for replies happen: publishing, erasing."""
        async with self.database.read() as connection:
            due = [reply.id for reply in await duties.list_due(connection, self.moment, 10_000)]
        for reply_id in due:
            async with self.database.write() as connection:
                await duties.advance(connection, reply_id, self.moment)

    async def measure(self) -> Rooms:
        """Answer the room of each table; SQLite's with its indexes, where it can tell."""
        async with self.database.read() as connection:
            named = "SELECT name, tbl_name FROM sqlite_master WHERE rootpage > 0"
            owner = {row.name: row.tbl_name for row in (await connection.execute(text(named))).all()}
            pages = (await connection.execute(text("SELECT name, sum(pgsize) AS size FROM dbstat GROUP BY name"))).all()
            sizes: dict[str, int] = {}
            for row in pages:
                table = re.sub(r"^(fulltext)_\w+", r"\1", owner.get(row.name, row.name))  # it is several of SQLite's
                sizes[table] = sizes.get(table, 0) + int(row.size)
            ours = [name for name in sizes if not name.startswith(("sqlite_", "alembic_"))]
            counts = {name: await self._count(connection, name) for name in ours}
        return {name: Room(count, sizes[name]) for name, count in counts.items()}

    async def _count(self, connection: AsyncConnection, name: str) -> int:
        counted = select(func.count()).select_from(text(f'"{name}"'))
        return int((await connection.execute(counted)).scalar_one())


async def measure(folder: Path, readers: int, days: int) -> tuple[Rooms, Rooms, float]:
    """Live through the days on SQLite; answers the rooms, and for how long the writer was held at most."""
    url = f"sqlite+aiosqlite:///{folder / 'year.db'}"
    await migrate(make_url(url))
    year = Year(Database(url))
    try:
        return *await year.live(readers, days), year.longest
    finally:
        await year.database.close()


def run(readers: str = "", days: str = "") -> None:
    """Print the room of each table after half the time and at its end."""
    count, length, began = int(readers or READERS), int(days or DAYS), time.monotonic()
    with tempfile.TemporaryDirectory(prefix="qasid-bench-") as folder:
        half, whole, longest = asyncio.run(measure(Path(folder), count, length))
    print(f"{count:,} readers, {length} days, {ARTICLES} articles a day to one reader in {SHARE}, SQLite")
    print(f"{'table':<16}{'rows, half':>14}{'rows, end':>14}{'MB, half':>10}{'MB, end':>10}")
    for name, room in sorted(whole.items(), key=lambda item: -item[1].size):
        if room.rows:
            before = half.get(name, Room(0, 0))
            sizes = f"{before.size / 1e6:>10.1f}{room.size / 1e6:>10.1f}"
            print(f"{name:<16}{before.rows:>14,}{room.rows:>14,}{sizes}  {'grows' if name in GROWING else 'bounded'}")
    print(f"all: {sum(room.size for room in whole.values()) / 1e6:,.0f} MB; {time.monotonic() - began:,.0f} s")
    print(f"the writer was held for {longest * 1_000:.0f} ms at most to forget something")


if __name__ == "__main__":
    run(*sys.argv[1:])
