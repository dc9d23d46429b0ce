"""What readers say on the site itself: read back, kept as long as it stands there, and counted once."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from db.commenting import comments, threads
from db.store import comments as store
from db.store import pending
from db.store.comments import SiteComment
from db.tables import articles, sources
from jobs.threads import SHUT_FOR, ThreadReader
from jobs.wordpress import Account
from newsroom.comments import LONGEST_TEXT, RHYTHM
from newsroom.replies import Action
from tests.desk import ReplyDesk
from tests.siteroom import Room, open_room

SALMA = 7_700_123_456
SAYS = "رأي في الخبر"
SOON = RHYTHM[0][1]


@dataclass(slots=True)
class Counts:
    """Keeps which articles' posts would say another number."""

    renewed: list[int] = field(default_factory=list)

    async def renew_counts(self, connection: object, article_id: int, cause: str) -> None:
        """Keep the article."""
        del connection, cause
        self.renewed.append(article_id)


@dataclass(slots=True)
class Reading:
    """A room that reads the site's comments back."""

    room: Room
    reader: ThreadReader
    counts: Counts

    async def read(self, after: timedelta = SOON) -> None:
        """Ask for what is due after a while."""
        self.room.desk.clock.move(seconds=after.total_seconds())
        self.room.site.now = self.room.desk.clock()
        while await self.reader.step():
            pass

    async def look(self) -> None:
        """Let somebody look at the replies, some time after they were read."""
        self.room.desk.clock.move(seconds=SOON.total_seconds())
        async with self.room.desk.database.write() as connection:
            await store.look_soon(connection, 1, self.room.desk.clock())
        await self.read(timedelta(seconds=1))

    async def count(self) -> int:
        async with self.room.desk.database.read() as connection:
            return await pending.count_public(connection, 1)

    async def shown(self) -> list[Any]:
        async with self.room.desk.database.read() as connection:
            return list(await store.list_shown(connection, 1, 20))

    async def due_in(self) -> timedelta:
        async with self.room.desk.database.read() as connection:
            due: datetime = (await connection.execute(select(threads.c.due_at))).scalar_one()
        return due - self.room.desk.clock()


@pytest.fixture
async def reading(desk: ReplyDesk) -> AsyncIterator[Reading]:
    async with open_room(desk) as room:
        counts, account = Counts(), Account(room.site.url)
        reader = ThreadReader(desk.database, room.commenter.fetcher, account, counts, desk.clock)
        yield Reading(room, reader, counts)


async def test_comments_of_the_site_stand_beside_replies_in_the_order_of_time_and_are_counted(reading: Reading) -> None:
    first = reading.room.site.says("تعليق من الموقع", "سلمى")
    await reading.read()
    reply = await reading.room.publish(SALMA, SAYS)
    reading.room.desk.rest()
    reading.room.site.now = reading.room.desk.clock()
    ours = next(number for number in reading.room.site.comments if number != first)
    reading.room.site.says("<b>جواب</b> على قلم", "ناصر", parent=ours)
    reading.room.site.says("جواب على سلمى", "", parent=first)
    await reading.read()
    one, two, three, four = await reading.shown()
    assert isinstance(one, SiteComment)
    assert (one.name, one.text, one.url) == ("سلمى", "تعليق من الموقع", f"{reading.room.site.url}/41/")
    assert two.id == reply.id
    assert (three.text, three.parent_signed, three.parent_number) == ("جواب على قلم", "", two.pen_number)
    assert (four.name, four.parent_signed) == ("", "سلمى")
    assert await reading.count() == len(reading.room.site.public) == 4
    assert reading.counts.renewed == [1, 1]


async def test_pages_hold_both_kinds(reading: Reading) -> None:
    for number in range(3):
        reading.room.site.says(f"تعليق {number}")
    await reading.read()
    await reading.room.publish(SALMA, SAYS)
    async with reading.room.desk.database.read() as connection:
        pages = [await store.list_shown(connection, 1, 2, skip) for skip in (0, 2)]
    assert [len(page) for page in pages] == [2, 2]
    assert not isinstance(pages[1][1], SiteComment)


async def test_ours_that_came_back_are_not_counted_twice_even_before_we_know_their_number(reading: Reading) -> None:
    reading.room.site.breaks = ["unanswered"]
    await reading.room.publish(SALMA, SAYS)
    reading.room.site.says("تعليق من الموقع")
    await reading.read()
    assert await reading.count() == 1
    await reading.room.later()
    await reading.read()
    assert await reading.count() == len(reading.room.site.public) == 2
    assert reading.counts.renewed == [1]


async def test_what_a_cache_still_shows_of_a_withdrawn_reply_does_not_come_back(reading: Reading) -> None:
    reply = await reading.room.publish(SALMA, SAYS)
    stale = dict(reading.room.site.comments)
    await reading.room.desk.do(reply, Action.WITHDRAW, reading.room.desk.acting(SALMA))
    await reading.room.commenter.step()
    assert reading.room.site.comments == {}
    reading.room.site.comments |= stale
    await reading.read()
    assert await reading.count() == 0
    assert await reading.shown() == []


@pytest.mark.parametrize("state", ["hold", "spam", "trash"])
async def test_what_is_changed_or_removed_on_the_site_is_so_here(reading: Reading, state: str) -> None:
    kept, gone = reading.room.site.says("تعليق يبقى"), reading.room.site.says("تعليق يذهب")
    await reading.read()
    reading.room.site.comments[gone].status = state
    reading.room.site.comments[kept].content = "تعليق منقّح"
    await reading.read()
    assert [one.text for one in await reading.shown()] == ["تعليق منقّح"]
    assert [row.remote_id for row in await reading.room.desk.rows(comments)] == [kept]
    assert await reading.count() == len(reading.room.site.public) == 1
    assert reading.counts.renewed == [1, 1]


async def test_an_article_that_takes_no_more_comments_keeps_those_that_it_has(reading: Reading) -> None:
    reading.room.site.says("تعليق")
    reading.room.site.closed = {41}
    reply = await reading.room.publish(SALMA, SAYS)
    await reading.read()
    assert (await reading.room.place(reply)).state == "failed"  # it is in Telegram alone
    assert await reading.count() == len(reading.room.site.public) + 1 == 2


async def test_of_an_article_that_the_site_hides_nothing_is_shown(reading: Reading) -> None:
    reading.room.site.says("تعليق")
    await reading.read()
    reading.room.site.gone = {41}
    await reading.read()
    assert await reading.count() == 0
    assert await reading.room.desk.rows(comments) == []
    assert reading.counts.renewed == [1, 1]
    reading.room.site.gone = set()
    await reading.look()
    assert await reading.count() == 1


async def test_a_site_that_shuts_its_api_takes_nothing_away(reading: Reading) -> None:
    reading.room.site.says("تعليق")
    await reading.read()
    reading.room.site.shut = True
    await reading.read()
    assert await reading.count() == 1
    assert await reading.due_in() == SHUT_FOR


async def test_while_the_site_refuses_our_account_its_own_comments_are_read(reading: Reading) -> None:
    reading.room.site.password = "another"
    await reading.room.publish(SALMA, SAYS)
    reading.room.site.says("تعليق من الموقع")
    await reading.read()
    assert await reading.count() == 2
    assert await reading.due_in() == SOON


async def test_ours_that_is_found_there_counts_once_though_it_cannot_be_changed(reading: Reading) -> None:
    room = reading.room
    room.site.breaks = ["unanswered", "403"]
    await room.publish(SALMA, SAYS)
    await room.later()
    await reading.read()
    assert len(room.site.public) == 1
    assert await reading.count() == 1


async def test_nothing_has_changed_is_a_304(reading: Reading) -> None:
    reading.room.site.says("تعليق")
    await reading.read()
    await reading.read()
    assert await reading.count() == 1
    assert reading.counts.renewed == [1]
    assert "If-None-Match" in reading.room.site.heard[-1]


async def test_what_waits_for_the_site_s_editors_is_not_read_nor_anybody_s_address(reading: Reading) -> None:
    reading.room.site.comments[reading.room.site.says("معلّق")].status = "hold"
    await reading.read()
    assert await reading.shown() == []
    assert all("Authorization" not in said for said in reading.room.site.heard)
    assert all("email" not in asked for asked in reading.room.site.asked)


async def test_a_long_thread_is_read_to_its_end_and_then_by_what_is_newer(reading: Reading) -> None:
    for number in range(150):
        reading.room.site.now += timedelta(seconds=1)
        reading.room.site.says(f"تعليق {number}")
    await reading.read()
    assert await reading.count() == 150
    reading.room.site.says("تعليق جديد")
    asked = len(reading.room.site.asked)
    await reading.read()
    assert await reading.count() == 151
    (only,) = reading.room.site.asked[asked:]
    assert "after=" in only
    reading.room.site.comments.pop(101)
    await reading.read()
    assert await reading.count() == 151  # what is gone is seen when all is asked for
    await reading.read(timedelta(hours=7))
    assert await reading.count() == 150


@pytest.mark.parametrize(("age", "wait"), [(timedelta(hours=1), SOON), (timedelta(days=1), timedelta(hours=1))])
async def test_the_older_an_article_the_seldomer_it_is_asked_for(
    reading: Reading, age: timedelta, wait: timedelta
) -> None:
    async with reading.room.desk.database.write() as connection:
        await connection.execute(update(articles).values(appeared_at=reading.room.desk.clock() - age))
    await reading.read(timedelta())
    assert await reading.due_in() == wait


async def test_an_old_article_is_asked_for_when_somebody_looks(reading: Reading) -> None:
    desk = reading.room.desk
    async with desk.database.write() as connection:
        await connection.execute(update(articles).values(appeared_at=desk.clock() - timedelta(days=400)))
    await reading.read()
    assert reading.room.site.asked == []
    reading.room.site.says("تعليق قديم")
    for _ in range(2):
        async with desk.database.write() as connection:
            await store.look_soon(connection, 1, desk.clock())
        await reading.read(timedelta(seconds=1))
    assert await reading.count() == 1
    assert sum("/comments" in asked for asked in reading.room.site.asked) == 1


async def test_a_site_that_fails_is_asked_again_and_what_was_read_stays(reading: Reading) -> None:
    reading.room.site.says("تعليق")
    await reading.read()
    reading.reader.account = Account("http://127.0.0.1:9")
    async with reading.room.desk.database.write() as connection:
        await connection.execute(update(sources).values(url="http://127.0.0.1:9/wp-json/wp/v2/posts"))
    await reading.read()
    assert await reading.count() == 1
    assert await reading.due_in() > SOON


async def test_what_is_written_there_is_kept_as_text_within_bounds(reading: Reading) -> None:
    reading.room.site.says('<a href="https://x.example">رابط</a> <script>alert(1)</script>', "<i>اسم</i> &amp; لقب")
    reading.room.site.says("كلمة " * LONGEST_TEXT)
    reading.room.site.says("<img src=x>")
    await reading.read()
    one, two, three = await reading.shown()
    assert (one.name, one.text) == ("اسم & لقب", "رابط")
    assert len(two.text) <= LONGEST_TEXT
    assert three.text == "…"


async def test_a_site_without_an_api_among_its_sources_is_left_alone(reading: Reading) -> None:
    async with reading.room.desk.database.write() as connection:
        await connection.execute(update(sources).values(url=f"{reading.room.site.url}/feed/"))
    await reading.read()
    assert reading.room.site.asked == []


async def test_a_site_without_pretty_links_is_asked_too(reading: Reading) -> None:
    async with reading.room.desk.database.write() as connection:
        plain = f"{reading.room.site.url}/index.php?rest_route=/wp/v2/posts"
        await connection.execute(update(sources).values(url=plain))
    reading.room.site.says("تعليق")
    await reading.read()
    assert await reading.count() == 1
