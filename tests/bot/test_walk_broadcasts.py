"""An editor's broadcasts, walked through in all four languages by typing and pressing what is on the screen alone.

What the editor, a second one and a reader are shown is written down beside one another in
`__snapshots__/test_walk_broadcasts/`, a file for each language, to be read by an editor. A new screen or answer of
broadcasts is a line of a section below.
"""

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import pytest
from syrupy.assertion import SnapshotAssertion

from locales import LANGUAGES
from newsroom.broadcasts import LEAD, LONGEST_NAME
from tests.bot.bureau import Bureau, Editor, open_bureau
from tests.walk import ByLanguage

READERS = 12
LEAD_SECONDS = LEAD.total_seconds()


class Said(NamedTuple):
    """What an editor of a language writes."""

    words: str
    better: str
    moment: str
    no_moment: str
    link: str
    topic: str
    no_topic: str
    template: str  # its name


SAID = {
    "ar": Said(
        "مساء الخير من غرفة التحرير", "مساء النور من غرفة التحرير", "غدا 9:00", "قريبا", "📰 اقرأ المزيد", "مصر",
        "قيقي", "تحية المساء",
    ),
    "en": Said(
        "Good evening from the newsroom", "Good night from the newsroom", "tomorrow at 9:00", "soon", "📰 Read more",
        "Egypt", "qqq", "Evening greeting",
    ),
    "zh": Said(
        "编辑部祝大家晚上好", "编辑部祝大家晚安", "明天9点", "很快", "📰 阅读更多", "埃及", "哦哦哦", "晚间问候",
    ),
    "fr": Said(
        "Bonsoir de la rédaction", "Bonne nuit de la rédaction", "demain 9h", "bientôt", "📰 En savoir plus", "Égypte",
        "qqq", "Mot du soir",
    ),
}  # fmt: skip


@dataclass(slots=True)
class Cast:
    """Who is there."""

    bureau: Bureau
    editor: Editor
    second: Editor

    @property
    def said(self) -> Said:
        return SAID[self.bureau.t.language]


@pytest.fixture(params=LANGUAGES)
async def cast(request: pytest.FixtureRequest, tmp_path: Path, sqlite_template: Path) -> AsyncIterator[Cast]:
    """A newsroom of one of the languages, in which a second editor must agree to what goes to all."""
    above = str(READERS - 1)
    opened = open_bureau(request.param, tmp_path, sqlite_template, READERS, broadcast_approval_above=above)
    async with opened as (bureau, editor, second):
        yield Cast(bureau, editor, second)


async def is_drafted(cast: Cast) -> None:
    editor = cast.editor
    await editor.writes("/broadcasts")
    await editor.writes("/broadcast")
    await editor.writes(cast.said.words)


async def its_readers_are_chosen(cast: Cast) -> None:
    editor, t = cast.editor, cast.bureau.t
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
    await editor.writes(cast.said.no_topic)
    await editor.writes(cast.said.topic)
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
    await editor.writes(cast.said.link)
    await editor.writes(f"{cast.said.link} https://site.example/a")
    await editor.presses_key("button.cast.how")
    await editor.presses_key("button.cast.nolinks")
    await editor.presses_key("button.cast.langs")
    await editor.presses("➕ 中文" if cast.bureau.t.language != "zh" else "➕ English")
    await editor.writes(cast.said.better)
    await editor.presses_key("button.cast.langs")
    await editor.presses("✅")
    await editor.presses_key("button.back")
    await editor.presses_key("button.cast.test")
    await editor.presses_key("button.cast.edit")
    await editor.writes(cast.said.words)


async def its_hour_is_chosen(cast: Cast) -> None:
    editor = cast.editor
    await editor.presses_key("button.cast.when")
    await editor.presses_key("button.cast.in.60")
    await editor.presses_key("button.cast.when")
    await editor.presses_key("button.cast.type")
    await editor.writes(cast.said.no_moment)
    await editor.writes(cast.said.moment)
    await editor.presses_key("button.cast.schedule")
    await editor.presses_key("button.drop")
    await editor.presses_key("button.cast.when")
    await editor.presses_key("button.cast.now")


async def a_second_editor_agrees(cast: Cast) -> None:
    editor, second = cast.editor, cast.second
    await editor.presses_key("button.cast.send")
    await editor.presses_key("button.cast.sure")
    await second.presses_key("button.cast.refuse")
    await editor.presses_key("button.cast.send")
    await editor.presses_key("button.cast.sure")
    await second.presses_key("button.cast.approve")


async def it_is_paused_resumed_and_comes_to_its_end(cast: Cast) -> None:
    await cast.second.presses_key("button.cast.pause")
    await cast.editor.presses_key("button.resume")
    await cast.bureau.passes(seconds=LEAD_SECONDS)


async def agrees(cast: Cast, key: str) -> None:
    """Let an editor say yes to a correction, and a second one what is on a button."""
    await cast.editor.presses_key("button.cast.right")
    await cast.second.presses_key(key)


async def it_is_corrected_and_taken_back(cast: Cast) -> None:
    editor = cast.editor
    for say_no in (editor.presses_key("button.drop"), agrees(cast, "button.cast.refuse")):
        await editor.presses_key("button.cast.amend")
        await editor.writes(cast.said.better)
        await say_no
    await editor.presses_key("button.cast.amend")
    await editor.writes(cast.said.better)
    await agrees(cast, "button.cast.approve")
    await editor.presses_key("button.cast.withdraw")
    await editor.presses_key("button.cast.withdrawn")


async def one_like_it_leaves_at_its_hour(cast: Cast) -> None:
    editor = cast.editor
    await editor.presses_key("button.cast.copy")
    await editor.presses_key("button.cast.when")
    await editor.presses_key("button.cast.in.15")
    await editor.presses_key("button.cast.schedule")
    await editor.presses_key("button.cast.sure")
    await cast.second.presses_key("button.cast.approve")
    await editor.writes(f"/broadcast {cast.said.better}")
    await editor.presses_key("button.cast.send")  # the same is scheduled for then
    await editor.presses_key("button.cast.drop")
    await cast.bureau.passes(minutes=15)
    await cast.bureau.passes(seconds=LEAD_SECONDS)


async def another_is_stopped_and_a_third_thrown_away(cast: Cast) -> None:
    editor, second = cast.editor, cast.second
    await editor.writes(f"/broadcast {cast.said.words}")
    await editor.presses_key("button.cast.send")
    await editor.presses_key("button.cast.sure")
    await second.presses_key("button.cast.approve")
    await second.presses_key("button.cancel")
    await editor.writes(f"/broadcast {cast.said.better}")
    await editor.presses_key("button.cast.send")  # the same was just sent
    await editor.presses_key("button.cast.drop")
    await editor.writes("/broadcasts")
    await editor.writes("/broadcasts 99")


async def a_template_is_kept_and_used(cast: Cast) -> None:
    editor = cast.editor
    await editor.writes("/broadcasts 2")
    await editor.presses_key("button.cast.name")
    await editor.writes("x" * (LONGEST_NAME + 1))
    await editor.writes(cast.said.template)
    await editor.writes("/broadcast")
    await editor.presses_key("button.cast.template", name=cast.said.template)
    await editor.presses_key("button.cast.drop")
    await editor.presses_key("button.cast.unname")


async def words_of_a_language_are_corrected(cast: Cast) -> None:
    editor = cast.editor
    await editor.writes(f"/broadcast {cast.said.words} 2")  # the same would have to wait
    await editor.presses_key("button.cast.langs")
    await editor.presses("➕ 中文" if cast.bureau.t.language != "zh" else "➕ English")
    await editor.writes(cast.said.better)
    await editor.presses_key("button.cast.send")
    await editor.presses_key("button.cast.sure")
    await cast.second.presses_key("button.cast.approve")
    await cast.bureau.passes(seconds=LEAD_SECONDS)
    await editor.presses_key("button.cast.amend")
    await editor.presses_key("button.cast.whose", language=cast.bureau.t.plain("broadcast.rest"))
    await editor.writes(cast.said.template)
    await agrees(cast, "button.cast.approve")


SECTIONS: list[Callable[[Cast], Awaitable[None]]] = [
    is_drafted,
    its_readers_are_chosen,
    how_it_arrives_is_chosen,
    its_hour_is_chosen,
    a_second_editor_agrees,
    it_is_paused_resumed_and_comes_to_its_end,
    it_is_corrected_and_taken_back,
    one_like_it_leaves_at_its_hour,
    another_is_stopped_and_a_third_thrown_away,
    a_template_is_kept_and_used,
    words_of_a_language_are_corrected,
]


async def test_broadcasts_are_gone_through(cast: Cast, snapshot: SnapshotAssertion) -> None:
    ours = snapshot.use_extension(ByLanguage)
    for section in SECTIONS:
        await section(cast)
        assert cast.bureau.take() == ours(name=section.__name__)
