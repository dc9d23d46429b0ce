"""A group and a channel, walked through in all four languages: by who may set them, and by who may not.

What each chat shows is written down in `__snapshots__/test_walk_groups/`, as that of `test_walk.py` is. A new screen
or answer of a group, or of a channel's settings, is a line of a section below.
"""

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from syrupy.assertion import SnapshotAssertion

from locales import LANGUAGES
from newsroom.roles import Role
from sandbox import Channel, Group, Person
from tests.company import Company, Seat, open_company
from tests.reader import OLD, SAID, TAXONOMY, articles
from tests.walk import ByLanguage

GROUP, CHANNEL = -1001000000055, -1001000000066
TOPIC = 9  # of the forum


@dataclass(slots=True)
class Cast:
    """Who is there."""

    company: Company
    group: Group
    channel: Channel
    room: Seat  # in the group
    editor: Seat
    chief: Person  # administers the group
    guest: Person

    def name(self, tag: str) -> str:
        return TAXONOMY.name(tag, self.company.t.language)

    def chief_acts(self, **where: int | bool) -> None:
        self.room.turns_to("administrator", self.chief, **where)  # type: ignore[arg-type]

    def guest_acts(self) -> None:
        self.room.turns_to("member", self.guest)


@pytest.fixture(params=LANGUAGES)
async def cast(request: pytest.FixtureRequest, tmp_path: Path, sqlite_template: Path) -> AsyncIterator[Cast]:
    """A group with the bot, and a channel without it."""
    async with open_company(request.param, tmp_path, sqlite_template) as company:
        chief, guest, editor = (company.person(number) for number in (1, 2, 3))
        group = company.live.telegram.group(GROUP, title="Readers", forum=True)
        group.admits(chief, admin=True)
        group.admits(guest)
        group.adds_bot(by=chief)
        channel = company.live.telegram.channel(CHANNEL, title="Kites")
        room = company.seat("administrator", chief, group, "group")
        seat = company.seat("editor", editor)
        company.seat("channel", editor, channel)
        yield Cast(company, group, channel, room, seat, chief, guest)


async def a_group_begins(cast: Cast) -> None:
    room = cast.room
    for command in ("/help", "/settings@sample_bot", "/follow", "/topics"):
        await room.writes(command)
    await room.presses(f"➕ {cast.name('s:science-space')}")
    await room.presses_key("button.regions")
    await room.presses(f"🌍 {cast.name('r:central-asia')}")
    await room.presses(f"➕ {cast.name('c:TJ')}")
    await room.presses_key("button.onward")
    await room.presses_key("button.silent")
    await room.writes("/following")
    await room.presses(f"✅ {cast.name('c:TJ')}")


async def a_member_is_refused(cast: Cast) -> None:
    room, t = cast.room, cast.company.t
    cast.guest_acts()
    for command in ("/settings", "/topics", f"/follow {cast.name('s:trade')}", "/following", "/pause", "/start"):
        await room.writes(command)
        assert room.chat.last
        assert room.chat.last.text == t.plain("groups.admins")
    await room.presses(f"✅ {cast.name('s:science-space')}")
    assert room.toast == t.plain("groups.admins")
    for command in ("/forget", "/mydata", "/myreplies", "/reply", "/queue", "/channels", "/privacy", "/cancel"):
        await room.writes(command)


async def a_member_reads(cast: Cast) -> None:
    room = cast.room
    await room.writes("/latest")
    await room.presses_key("button.next")
    await room.writes("/article 2")
    await room.writes("/search")
    await room.writes(f"/search {SAID[cast.company.t.language].wanted}")
    await room.writes("/reply 2")
    await room.writes("/replies 2")


async def the_chief_sets(cast: Cast) -> None:
    room, t = cast.room, cast.company.t
    cast.chief_acts()
    await room.writes("/settings")
    await room.presses_key("button.way")
    await room.presses_key("button.daily")
    await room.writes(f"/timezone {SAID[t.language].city}")
    await room.writes("/timezone")
    await room.writes(f"/mute {cast.name('s:health')}")
    await room.writes("/pause 3d")
    await room.presses_key("button.resume")
    await room.presses_key("button.way")
    await room.presses_key("button.at_once")


async def an_anonymous_administrator_sets(cast: Cast) -> None:
    cast.chief_acts(anonymous=True)
    await cast.room.writes("/settings")
    await cast.room.writes(f"/follow {cast.name('s:trade')}")


async def a_topic_of_the_forum_sets_its_own(cast: Cast) -> None:
    thread = cast.group.opens_topic("Kites", cast.chief)
    cast.chief_acts(thread=thread)
    room = cast.room
    await room.writes("/following")
    assert room.chat.last
    assert "/follow" in room.chat.last.text  # plain words are not heard here
    await room.writes(f"/follow {cast.name('s:culture')}")
    await room.writes("/settings")
    cast.room.turns_to("member", cast.guest, thread=thread)
    await room.writes("/settings")


async def news_come(cast: Cast) -> None:
    cast.chief_acts()
    await cast.room.writes(f"/follow {cast.name('all')}")
    article = articles(cast.company.t.language)[OLD]
    cast.company.live.site.publish(article)
    await cast.room.comes(article.title)


async def the_chief_presses_everything(cast: Cast) -> None:
    for command in ("/start", "/settings"):
        await cast.room.writes(command)
    assert await cast.room.presses_everything() > 10


async def a_group_is_forgotten(cast: Cast) -> None:
    room = cast.room
    await room.writes("/forget")
    cast.guest_acts()
    await room.presses_key("button.forget.no")
    cast.chief_acts()
    await room.presses_key("button.forget.no")
    await room.writes("/forget")
    await room.presses_key("button.forget.yes")
    await room.writes("/following")


async def an_editor_brings_a_channel_in(cast: Cast) -> None:
    editor = cast.editor
    await editor.writes("/channels")
    await cast.company.grant(editor.person, Role.EDITOR)
    await editor.writes("/channels")
    cast.channel.promotes_bot(by=cast.guest)
    await editor.comes(str(CHANNEL))
    cast.channel.promotes_bot(by=editor.person)
    await editor.comes("Kites")


async def the_editor_sets_it(cast: Cast) -> None:
    editor, t = cast.editor, cast.company.t
    await editor.presses_key("button.topics")
    await editor.presses(f"➕ {cast.name('s:trade')}")
    await editor.presses_key("button.everything")
    await editor.presses_key("button.settings")
    for key in ("button.way", "button.weekly", "button.hour", "button.back", "button.way", "button.at_once"):
        await editor.presses_key(key)
    await editor.writes("/channels")
    await editor.presses("📢")
    for key in ("button.zone", "button.back", "button.pause", "button.pause.week"):
        await editor.presses_key(key)
    await editor.writes("/channels")
    await editor.presses("📢")
    await editor.presses_key("button.resume")
    await editor.writes("/channels 99")
    article = articles(t.language)[OLD + 1]
    cast.company.live.site.publish(article)
    await cast.company.seats[2].comes(article.title)


async def the_editor_presses_everything(cast: Cast) -> None:
    await cast.editor.writes("/channels")
    await cast.editor.presses("📢")
    assert await cast.editor.presses_everything() > 10


async def the_channel_is_lost(cast: Cast) -> None:
    cast.channel.removes_bot(by=cast.editor.person)
    await cast.editor.comes("kicked")
    await cast.editor.writes("/channels")


SECTIONS: list[Callable[[Cast], Awaitable[None]]] = [
    a_group_begins,
    a_member_is_refused,
    a_member_reads,
    the_chief_sets,
    an_anonymous_administrator_sets,
    a_topic_of_the_forum_sets_its_own,
    news_come,
    the_chief_presses_everything,
    a_group_is_forgotten,
    an_editor_brings_a_channel_in,
    the_editor_sets_it,
    the_editor_presses_everything,
    the_channel_is_lost,
]


async def test_a_group_and_a_channel_are_gone_through(cast: Cast, snapshot: SnapshotAssertion) -> None:
    kept = snapshot.use_extension(ByLanguage)
    for number, section in enumerate(SECTIONS, 1):
        await section(cast)
        assert cast.company.take() == kept(name=f"{number:02} {section.__name__}")
