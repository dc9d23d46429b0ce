"""An editor's broadcasts, walked through in all four languages by typing and pressing what is on the screen alone.

What the editor, a second one and a reader are shown is in `__snapshots__/test_walk_broadcasts/`, a file for each
language, to be read by an editor. A new screen or answer of broadcasts is a line of a section below.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from sqlalchemy import select
from syrupy.assertion import SnapshotAssertion

from db.store import chats, follows, staff, subscribers
from db.store.subscribers import Newcomer
from locales import LANGUAGES, texts
from newsroom.readers import Rhythm, Schedule
from newsroom.roles import Role
from tests.live import Live, StoodClock
from tests.reader import open_newsroom
from tests.walk import UNANSWERED, ByLanguage, Walk

READERS = 12
PATIENCE, SECOND = 1_000, 20  # turns of waiting, and after how many of them a second passes
TEN_MINUTES = 600  # seconds


class Said(NamedTuple):
    """What an editor of a language writes."""

    words: str
    better: str
    moment: str
    no_moment: str
    link: str
    topic: str
    no_topic: str


SAID = {
    "ar": Said(
        "مساء الخير من غرفة التحرير", "مساء النور من غرفة التحرير", "غدا 9:00", "قريبا", "📰 اقرأ المزيد", "مصر",
        "قيقي",
    ),
    "en": Said(
        "Good evening from the newsroom", "Good night from the newsroom", "tomorrow at 9:00", "soon", "📰 Read more",
        "Egypt", "qqq",
    ),
    "zh": Said("编辑部祝大家晚上好", "编辑部祝大家晚安", "明天9点", "很快", "📰 阅读更多", "埃及", "哦哦哦"),
    "fr": Said(
        "Bonsoir de la rédaction", "Bonne nuit de la rédaction", "demain 9h", "bientôt", "📰 En savoir plus", "Égypte",
        "qqq",
    ),
}  # fmt: skip


class Editor(Walk):
    """An editor on her way, with what she says."""

    @property
    def said(self) -> Said:
        return SAID[self.t.language]

    def moves(self, **span: float) -> None:
        super().moves(**span)
        self.live.app.database.on_due("broadcasts")

    async def settles(self) -> None:
        """Wait until nothing more is to be said; what waits for its chat's next second gets it."""
        for turn in range(PATIENCE):
            if await self.live.ask(select(~UNANSWERED)):
                return
            await asyncio.sleep(0.02)
            if turn % SECOND == SECOND - 1:
                self.moves(seconds=1)
        raise TimeoutError(self.live.telegram.picture())

    async def until(self, key: str) -> None:
        """Let time pass until a card says how it stands."""
        words = self.t.plain(f"broadcast.phase.{key}")
        for _ in range(200):
            self.moves(seconds=3)
            await asyncio.sleep(0.05)
            if any(words in shown.text for shown in self.person.screen if shown.by_bot):
                break
        await self.settles()
        self.looks()


@dataclass(slots=True)
class Cast:
    """Who is there."""

    editor: Editor
    second: Editor
    reader: Editor


@pytest.fixture(params=LANGUAGES)
async def cast(request: pytest.FixtureRequest, tmp_path: Path, sqlite_template: Path) -> AsyncIterator[Cast]:
    """A newsroom of one of the languages, with a dozen readers and two editors."""
    language = request.param
    settings: dict[str, Any] = {"broadcast_approval_above": 11}
    async with open_newsroom(language, tmp_path, sqlite_template, **settings) as (live, clock):
        people = [await come(live, number, language, clock) for number in range(1, READERS + 1)]
        async with live.app.database.write() as connection:
            for editor in people[:2]:
                await staff.grant(connection, editor.person.id, Role.EDITOR, clock())
        yield Cast(people[0], people[1], people[2])


async def come(live: Live, number: int, language: str, clock: StoodClock) -> Editor:
    """Let somebody write to the bot and follow something, and answer who that is."""
    person = live.telegram.person(number, first_name="Amal", language=language)
    async with live.app.database.write() as connection:
        await chats.greet(connection, number, "private", clock())
        newcomer = Newcomer(number, 0, language, Schedule(Rhythm.INSTANT, "Asia/Riyadh"))
        reader = await subscribers.add(connection, newcomer, clock())
        await follows.put(connection, reader.id, ["s:economy"], muted=False)
    walk = Editor(live, person, texts(language), clock)
    await walk.writes("/rules")
    walk.take()
    return walk


async def is_drafted(cast: Cast) -> None:
    cast.editor.moves(seconds=-cast.editor.clock.seconds() % TEN_MINUTES)  # however long it took to come
    editor = cast.editor
    await editor.writes("/broadcasts")
    await editor.writes("/broadcast")
    await editor.writes(editor.said.words)


async def its_readers_are_chosen(cast: Cast) -> None:
    editor, t = cast.editor, cast.editor.t
    await editor.presses_key("button.cast.who")
    await editor.presses_key("button.crowd.language")
    await editor.presses("➕ English" if t.language != "en" else "➕ 中文")
    await editor.presses("✅")
    await editor.presses("🚫")
    await editor.presses_key("button.back")
    for trait in ("rhythm", "chat", "active"):
        await editor.presses_key(f"button.crowd.{trait}")
        await editor.presses("➕")
        await editor.presses_key("button.back")
    await editor.presses_key("button.crowd.everybody")
    await editor.presses_key("button.crowd.topic")
    await editor.presses("➕")
    await editor.presses_key("button.crowd.find")
    await editor.writes(editor.said.no_topic)
    await editor.writes(editor.said.topic)
    await editor.presses_key("button.cast.who")
    await editor.presses_key("button.crowd.topic")
    await editor.presses_key("button.crowd.all")
    await editor.presses_key("button.crowd.any")
    await editor.presses_key("button.back")
    await editor.presses_key("button.crowd.everybody")
    await editor.presses_key("button.back")


async def how_it_arrives_is_chosen(cast: Cast) -> None:
    editor = cast.editor
    await editor.presses_key("button.cast.how")
    for _ in range(4):
        await editor.presses("➕")
    await editor.presses("✅")
    await editor.presses_key("button.cast.links")
    await editor.writes(editor.said.link)
    await editor.writes(f"{editor.said.link} https://site.example/a")
    await editor.presses_key("button.cast.how")
    await editor.presses_key("button.cast.nolinks")
    await editor.presses_key("button.cast.langs")
    await editor.presses("➕ 中文" if editor.t.language != "zh" else "➕ English")
    await editor.writes(editor.said.better)
    await editor.presses_key("button.cast.langs")
    await editor.presses("✅")
    await editor.presses_key("button.back")
    await editor.presses_key("button.cast.test")
    await editor.presses_key("button.cast.edit")
    await editor.writes(editor.said.words)


async def its_hour_is_chosen(cast: Cast) -> None:
    editor = cast.editor
    await editor.presses_key("button.cast.when")
    await editor.presses_key("button.cast.in.60")
    await editor.presses_key("button.cast.when")
    await editor.presses_key("button.cast.type")
    await editor.writes(editor.said.no_moment)
    await editor.writes(editor.said.moment)
    await editor.presses_key("button.cast.schedule")
    await editor.presses_key("button.drop")
    await editor.presses_key("button.cast.when")
    await editor.presses_key("button.cast.now")


async def a_second_editor_agrees(cast: Cast) -> None:
    editor, second = cast.editor, cast.second
    await editor.presses_key("button.cast.send")
    await editor.presses_key("button.cast.sure")
    second.looks()
    await second.presses_key("button.cast.refuse")
    await editor.presses_key("button.cast.preview")
    await editor.presses_key("button.cast.send")
    await editor.presses_key("button.cast.sure")
    second.looks()
    await second.presses_key("button.cast.approve")


async def it_is_paused_resumed_and_comes_to_its_end(cast: Cast) -> None:
    editor, second = cast.editor, cast.second
    await second.presses_key("button.cast.pause")
    await second.presses_key("button.resume")
    await editor.until("done")
    await second.until("done")
    cast.reader.looks()


async def it_is_corrected_and_taken_back(cast: Cast) -> None:
    editor = cast.editor
    editor.moves(seconds=-editor.clock.seconds() % TEN_MINUTES)  # however long it took to come to its end
    await editor.presses_key("button.cast.amend")
    await editor.writes(editor.said.better)
    await editor.until("done")
    cast.reader.looks()
    await editor.presses_key("button.cast.withdraw")
    await editor.presses_key("button.cast.withdrawn")
    await editor.until("withdrawn")


async def another_is_stopped_and_a_third_thrown_away(cast: Cast) -> None:
    editor, second = cast.editor, cast.second
    editor.moves(seconds=-editor.clock.seconds() % TEN_MINUTES)
    await editor.presses_key("button.cast.copy")
    await editor.presses_key("button.cast.send")
    await editor.presses_key("button.cast.sure")
    second.looks()
    await second.presses_key("button.cast.approve")
    await second.presses_key("button.cancel")
    await editor.writes(f"/broadcast {editor.said.better}")
    await editor.presses_key("button.cast.send")  # the same was just sent
    await editor.presses_key("button.cast.drop")
    await editor.writes("/broadcasts")
    await editor.writes("/broadcasts 99")


SECTIONS: list[Callable[[Cast], Awaitable[None]]] = [
    is_drafted,
    its_readers_are_chosen,
    how_it_arrives_is_chosen,
    its_hour_is_chosen,
    a_second_editor_agrees,
    it_is_paused_resumed_and_comes_to_its_end,
    it_is_corrected_and_taken_back,
    another_is_stopped_and_a_third_thrown_away,
]


async def test_broadcasts_are_gone_through(cast: Cast, snapshot: SnapshotAssertion) -> None:
    ours = snapshot.use_extension(ByLanguage)
    for section in SECTIONS:
        await section(cast)
        shown = {name: getattr(cast, name).take() for name in ("editor", "second", "reader")}
        told = "\n\n".join(f"═ {name}\n\n{text}" for name, text in shown.items() if text)
        assert told == ours(name=section.__name__)
