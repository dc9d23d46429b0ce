"""What editors and admins do at the desk, walked through in all four languages by typing and pressing what is there.

Sources, words of topics, pushes and the staff, written down in `__snapshots__/test_walk_desk/`, a file for each
language, to be read by an editor. A new screen of theirs is a line of a section below.
"""

import re
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from html import escape
from pathlib import Path

import pytest
from sqlalchemy import exists, insert, select
from syrupy.assertion import SnapshotAssertion

from bot.sources import call
from db.meanings import proposals
from db.store import chats
from db.tables import pushes
from locales import LANGUAGES, texts
from newsroom.roles import Role
from newsroom.watch import HELD_BACK
from tests.bot.bureau import Bureau, Editor
from tests.company import make_keeper, no_waiting
from tests.live import Live
from tests.reader import OLD, SAID, TAXONOMY, articles, open_newsroom
from tests.walk import LONGEST, ByLanguage
from tests.written import WrittenSite, open_site, rss

OWNER, OTHER, HIRED = 7_700_000_001, 7_700_000_002, 7_700_000_003
DAY = 86_400  # seconds
TOKEN = re.compile(r"(?<=staff_)[\w-]{20,}|\b[0-9a-f]{16}\b")  # of a link, and by what it is on record
BANKS = '["s:economy"]\nen = ["golden carat"]\n'
TRIES = select(~exists().where(proposals.c.state.in_(("new", "applied"))))


@dataclass(slots=True)
class Desk:
    """Who sits there, and a site that is no source."""

    bureau: Bureau
    owner: Editor
    other: Editor
    site: WrittenSite

    @property
    def live(self) -> Live:
        return self.owner.live

    async def sends_file(self, name: str, content: str) -> None:
        """Let the owner send a file, and wait for what comes of it."""
        before = self.owner.person.last
        self.owner.person.sends_file(name, content.encode())
        await self.live.telegram.until(lambda: self.owner.person.last != before, LONGEST)
        await self.owner.settles()
        self.owner.looks()

    async def is_tried(self) -> None:
        """Wait until what is said of a topic has been tried, and what came of it is told."""
        await self.live.until(TRIES, timeout=LONGEST)
        await self.owner.settles()
        self.owner.looks()

    def writes_feed(self) -> None:
        """Let the other site have a feed, of two articles."""
        titles = (escape(story.title) for story in articles(self.bureau.t.language)[OLD : OLD + 2])
        items = (f"<guid>{at}</guid><title>{title}</title>" for at, title in enumerate(titles, 1))
        named = escape(SAID[self.bureau.t.language].site)
        self.site.write("/rss", rss(*items).replace("<title>موقع</title>", f"<title>{named} 2</title>", 1))
        self.site.write("/", '<link rel="alternate" type="application/rss+xml" href="/rss">')

    def take(self) -> str:
        """Answer what was done and shown, addresses as they would be."""
        told = TOKEN.sub("…", self.bureau.take())
        return told.replace(self.site.url, "https://other.example").replace(self.site.url[7:], "other.example")


@pytest.fixture(params=LANGUAGES)
async def desk(request: pytest.FixtureRequest, tmp_path: Path, sqlite_template: Path) -> AsyncIterator[Desk]:
    """A newsroom of one of the languages, with an owner and somebody without a role."""
    language = request.param
    with no_waiting():
        newsroom = open_newsroom(language, tmp_path, sqlite_template, poll_seconds=str(DAY))
        async with open_site() as site, newsroom as (live, clock):
            bureau = Bureau(live, texts(language), clock, make_keeper(live))
            desk = Desk(bureau, bureau.editor("owner", OWNER), bureau.editor("other", OTHER), site)
            for seat in bureau.seats:
                async with live.app.database.write() as connection:
                    await chats.greet(connection, seat.person.id, "private", clock())
                await seat.writes("/rules")
            await bureau.grant(desk.owner.person, Role.OWNER)
            bureau.take()
            yield desk


async def sources_are_gone_through(desk: Desk) -> None:
    walk = desk.owner
    await walk.writes("/sources")
    await walk.presses_key("button.source.open", number="1")
    for side, value in (("gate", "held"), ("quiet", "30"), ("text", "whole"), ("withdrawals", "follow")):
        await walk.presses(f"⚙️ {walk.t.plain(f'sources.side.{side}')}")
        await walk.presses(f"➕ {call(walk.t, side, value)}")
        await walk.presses_key("button.back")
    await walk.presses(f"⚙️ {walk.t.plain('sources.side.label')}")
    await walk.presses_key("button.source.ask")
    await walk.writes("x" * 60)
    await walk.writes("Agency")
    await walk.presses_key("button.pause")
    await walk.presses_key("button.resume")
    await walk.presses_key("button.source.check")
    await walk.presses_key("button.source.sure")
    await walk.presses_key("button.drop")
    await walk.writes("/sources export")
    await walk.writes("/sources import")
    await walk.writes("?")
    await desk.sends_file("a.opml", "no list")
    await walk.writes("/sources 1 remove")
    await walk.presses_key("button.source.remove")
    await walk.presses_key("button.source.list")
    await walk.writes("/sources 99")
    await sources_are_added(desk)


async def sources_are_added(desk: Desk) -> None:
    walk, url = desk.owner, desk.site.url
    desk.writes_feed()
    for said in ("/addsource", f"/addsource {url}/nothing", f"/sources check {url}", f"/addsource {url}"):
        await walk.writes(said)
    await walk.writes(f"/addsource {url}/rss")
    topics = walk.t.plain("list.comma").join(TAXONOMY.name(tag, walk.t.language) for tag in ("s:economy", "c:EG"))
    for said in (f"topics {topics}", "quiet 15", "language fr", "gate maybe", "quiet ?", "topics ?", "jump", "check"):
        await walk.writes(f"/sources 2 {said}")
    await walk.writes("/sources 1")
    await walk.presses_key("button.source.again")


async def words_of_topics_are_gone_through(desk: Desk) -> None:
    walk = desk.owner
    await walk.writes("/topicwords")
    await walk.presses_key("button.words.export")
    await walk.presses_key("button.words.load")
    await desk.sends_file("a.toml", BANKS)
    await desk.is_tried()
    await walk.presses_key("button.apply")
    await desk.is_tried()
    await walk.writes("/topicwords economy")
    await walk.presses_key("button.words.history")
    await walk.writes("/topicwords explain Banks and bonds in Kazakhstan")
    await walk.writes("/topicwords restore economy")
    await walk.writes("/topicwords load")
    await desk.sends_file("a.toml", "words = 5")
    await words_of_a_topic_are_typed(desk)
    await an_article_is_filed_otherwise(desk)


async def words_of_a_topic_are_typed(desk: Desk) -> None:
    walk = desk.owner
    for name, end in (("economy", "button.drop"), (TAXONOMY.name("s:economy", walk.t.language), "button.apply")):
        await walk.writes(f"/topicwords {name} + silver carat ~ copper - growth rate")
        await desk.is_tried()
        await walk.presses_key(end)
        await desk.is_tried()
    await walk.writes("/topicwords economy")
    await walk.presses_key("button.restore", version="1")
    await desk.is_tried()
    await walk.presses_key("button.apply")
    await desk.is_tried()
    await walk.writes("/topicwords")
    for said in ("economy - no such word", "economy + ?", "qqq + word", SAID[walk.t.language].shared):
        await walk.writes(f"/topicwords {said}")


async def an_article_is_filed_otherwise(desk: Desk) -> None:
    walk = desk.owner
    name = TAXONOMY.name("s:health", walk.t.language)
    for said in ("", "1", f"1 + {name}", f"1 - {name}", "1 = 2", "1 + qqq", "99"):
        await walk.writes(f"/topicsof {said}")
    await walk.presses_key("button.as_found")


async def pushes_are_gone_through(desk: Desk) -> None:
    walk, now = desk.owner, desk.owner.clock()
    await walk.writes("/pushes")
    held = {"story_id": 1, "lane": 3, "state": "paused", "reason": HELD_BACK, "due_at": now, "created_at": now}
    later = now + timedelta(hours=1)
    runs = held | {"story_id": 2, "state": "running", "reason": "", "due_at": later, "planned_at": now}
    async with desk.live.app.database.write() as connection:
        await connection.execute(insert(pushes).values([held | {"planned_at": now}, runs]))
    await walk.writes("/pushes")
    number, other = [str(await desk.live.ask(select(pushes.c.id).where(pushes.c.story_id == of))) for of in (1, 2)]
    await walk.presses_key("button.push.open", number=number)
    await walk.presses_key("button.push.once")
    await walk.presses_key("button.cancel")
    await walk.presses_key("button.push.list")
    await walk.presses_key("button.push.open", number=other)
    await walk.presses_key("button.pause")
    await walk.presses_key("button.resume")
    for deed in ("pause", "resume", "once", "cancel", "resume", "jump"):
        await walk.writes(f"/pushes {other} {deed}")
    await walk.writes("/pushes 99")


async def the_staff_is_gone_through(desk: Desk) -> None:
    owner, other, t = desk.owner, desk.other, desk.owner.t
    await owner.writes("/grant")
    for role in Role:
        await owner.presses_key("button.staff.give", role=t.plain(f"role.name.{role}"))
        await owner.presses_key("button.staff.list")
        await owner.presses_key("button.staff.grant")
    await owner.writes("/grant editor")
    await owner.writes("Amal")
    await owner.writes(str(HIRED))
    await owner.presses_key("button.staff.yes")
    await owner.presses_key("button.staff.give", role=t.plain("role.name.lead"))
    await owner.presses_key("button.drop")
    await owner.presses_key("button.staff.take", role=t.plain("role.name.editor"))
    await owner.presses_key("button.staff.yes")
    await owner.writes("/grant moderator")
    await owner.presses_key("button.staff.choose")
    await owner.presses_key("button.drop")
    await owner.writes("/grant moderator")
    link = await makes_link(desk)
    await other.writes(link)
    await other.presses_key("button.staff.accept")
    await other.writes(link)
    await owner.writes("/staff")
    await owner.presses_key("button.staff.open", number="2")
    await owner.writes(f"/revoke {OTHER}")
    other.looks()
    await a_link_is_declined_and_taken_back(desk)
    await somebody_is_chosen(desk)
    for said in (f"/revoke {OWNER}", "/grant boss", "/staff 9", f"/revoke {HIRED}"):
        await owner.writes(said)


async def makes_link(desk: Desk) -> str:
    """Let the owner make a link for the role that was asked for; answers what whoever opens it writes."""
    await desk.owner.presses_key("button.staff.link")
    link = next(word for word in str(desk.owner.person.last).split() if "start=staff_" in word)
    return f"/start {link.partition('start=')[2]}"


async def a_link_is_declined_and_taken_back(desk: Desk) -> None:
    owner, other = desk.owner, desk.other
    await owner.writes("/grant editor")
    link = await makes_link(desk)
    await other.writes(link)
    await other.presses_key("button.staff.decline")
    await owner.writes("/staff")
    await owner.presses_key("button.staff.unlink", role=owner.t.plain("role.name.editor"))
    await other.writes(link)


async def somebody_is_chosen(desk: Desk) -> None:
    owner, other = desk.owner, desk.other
    for end in ("button.drop", "button.staff.yes"):
        await owner.writes("/grant editor")
        await owner.presses_key("button.staff.choose")
        await owner.picks("button.staff.choose", other.person)
        await owner.presses_key(end)
    other.looks()
    await owner.writes("/audit")


SECTIONS: list[Callable[[Desk], Awaitable[None]]] = [
    pushes_are_gone_through,
    words_of_topics_are_gone_through,
    the_staff_is_gone_through,
    sources_are_gone_through,
]


@pytest.mark.parametrize("section", SECTIONS, ids=lambda section: section.__name__)
async def test_the_desk_is_gone_through(
    desk: Desk, section: Callable[[Desk], Awaitable[None]], snapshot: SnapshotAssertion
) -> None:
    await section(desk)
    told = desk.take()
    assert "{" not in told  # every place in a text is filled
    assert told == snapshot.use_extension(ByLanguage)(name=section.__name__)
