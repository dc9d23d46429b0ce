"""What editors and admins do at the desk, walked through in all four languages by typing and pressing what is there.

Sources, words of topics, pushes and the staff, written down in `__snapshots__/test_walk_desk/`, a file for each
language, to be read by an editor. A new screen of theirs is a line of a section below.
"""

import re
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import insert, select
from syrupy.assertion import SnapshotAssertion

from bot.sources import call
from db.store import chats
from db.tables import pushes
from locales import LANGUAGES, texts
from newsroom.roles import Role
from tests.bot.bureau import Bureau, Editor
from tests.company import make_keeper, no_waiting
from tests.live import Live
from tests.reader import open_newsroom
from tests.walk import ByLanguage

OWNER, OTHER, HIRED = 7_700_000_001, 7_700_000_002, 7_700_000_003
DAY = 86_400  # seconds
TOKEN = re.compile(r"staff_[\w-]{20,}")
BANKS = '["s:economy"]\nen = ["golden carat"]\n'


@dataclass(slots=True)
class Desk:
    """Who sits there."""

    bureau: Bureau
    owner: Editor
    other: Editor

    @property
    def live(self) -> Live:
        return self.owner.live

    async def sends_file(self, name: str, content: str) -> None:
        """Let the owner send a file, and wait for what comes of it."""
        before = self.owner.person.last
        self.owner.person.sends_file(name, content.encode())
        await self.live.telegram.until(lambda: self.owner.person.last != before)
        await self.owner.settles()
        self.owner.looks()


@pytest.fixture(params=LANGUAGES)
async def desk(request: pytest.FixtureRequest, tmp_path: Path, sqlite_template: Path) -> AsyncIterator[Desk]:
    """A newsroom of one of the languages, with an owner and somebody without a role."""
    language = request.param
    with no_waiting():
        async with open_newsroom(language, tmp_path, sqlite_template, poll_seconds=str(DAY)) as (live, clock):
            bureau = Bureau(live, texts(language), clock, make_keeper(live))
            desk = Desk(bureau, bureau.editor("owner", OWNER), bureau.editor("other", OTHER))
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


async def words_of_topics_are_gone_through(desk: Desk) -> None:
    walk = desk.owner
    await walk.writes("/topicwords")
    await walk.presses_key("button.words.export")
    await walk.presses_key("button.words.load")
    await desk.sends_file("a.toml", BANKS)
    await desk.live.telegram.until(lambda: walk.person.last and walk.person.last.button("✅"), timeout=30)
    walk.looks()
    await walk.presses_key("button.apply")
    await walk.writes("/topicwords economy")
    await walk.presses_key("button.words.history")
    await walk.writes("/topicwords explain Banks and bonds in Kazakhstan")
    await walk.writes("/topicwords restore economy")
    await walk.writes("/topicwords load")
    await desk.sends_file("a.toml", "words = 5")


async def pushes_are_gone_through(desk: Desk) -> None:
    walk, now = desk.owner, desk.owner.clock()
    await walk.writes("/pushes")
    row = {"story_id": 1, "lane": 3, "state": "paused", "reason": "20 gone", "due_at": now, "created_at": now}
    async with desk.live.app.database.write() as connection:
        await connection.execute(insert(pushes).values(row))
    await walk.writes("/pushes")
    number = str(await desk.live.ask(select(pushes.c.id)))
    await walk.presses_key("button.push.open", number=number)
    await walk.presses_key("button.push.once")
    await walk.presses_key("button.cancel")
    await walk.presses_key("button.push.list")
    await walk.writes(f"/pushes {number} jump")
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
    await owner.presses_key("button.staff.link")
    link = next(word for word in str(owner.person.last).split() if "start=staff_" in word)
    await other.writes(f"/start {link.partition('start=')[2]}")
    await other.presses_key("button.staff.accept")
    await other.writes(f"/start {link.partition('start=')[2]}")
    await owner.writes("/staff")
    await owner.presses_key("button.staff.open", number="2")
    await owner.writes(f"/revoke {OTHER}")
    other.looks()
    for said in (f"/revoke {OWNER}", "/grant boss", "/staff 9", f"/revoke {HIRED}"):
        await owner.writes(said)


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
    told = TOKEN.sub("staff_…", desk.bureau.take())
    assert "{" not in told  # every place in a text is filled
    assert told == snapshot.use_extension(ByLanguage)(name=section.__name__)
