"""What an editor sends besides words, and to how many, walked through in all four languages.

Photos, an album, a poll, a file; whom Telegram refuses and how fast it goes; what it refuses to the staff; what costs
Stars; and a number of readers that is typed and that a second editor agrees to. It is all written down in
`__snapshots__/test_walk_sending/`, a file for each language, to be read by an editor.
"""

import re
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from syrupy.assertion import SnapshotAssertion

from locales import LANGUAGES
from newsroom.broadcasts import LEAD, TYPED_ABOVE
from newsroom.progress import RECENT
from sandbox import Fault, FaultKind
from tests.bot.bureau import Bureau, Editor, open_bureau
from tests.bot.casting import PHOTO, many_come, poll_of
from tests.walk import ByLanguage

pytestmark = pytest.mark.timeout(900)
READERS, LATE = 16, 8  # and the number of the one who gets it late
NUMBER = re.compile(r"\d[\d,.\s]*\d")
FILE = {"file_id": "file-1", "file_unique_id": "f1", "file_name": "report.pdf", "mime_type": "application/pdf"}
# What Telegram says of some readers: the number of each, the status, the words.
REFUSED = (
    (5, 403, "Forbidden: bot was blocked by the user"),
    (6, 403, "Forbidden: user is deactivated"),
    (7, 400, "Bad Request: not enough rights to send photos to the chat"),
    (9, 400, "Bad Request: not enough rights to send messages to the chat"),
)


class Said(NamedTuple):
    """What an editor of a language writes."""

    words: str
    better: str
    question: str
    answers: tuple[str, str]


SAID = {
    "ar": Said(
        "صورة اليوم: سور الصين العظيم", "صورة الأسبوع: سور الصين العظيم", "أين يُقام المعرض؟", ("بكين", "شنغهاي"),
    ),
    "en": Said("Picture of the day: the Wall", "Picture of the week", "Where is the fair?", ("Beijing", "Shanghai")),
    "zh": Said("今日图片：长城", "本周图片：长城", "展会在哪里举行？", ("北京", "上海")),
    "fr": Said(
        "L’image du jour : la Muraille", "L’image de la semaine", "Où a lieu la foire ?", ("Pékin", "Shanghai"),
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

    def fails(self, user_id: int, method: str, status: int, description: str) -> None:
        """Let Telegram refuse what is sent to somebody."""
        fault = Fault(FaultKind.ERROR, method=method, chat_id=user_id, status=status, description=description)
        self.bureau.live.telegram.faults.add(fault)

    async def drafts(self, content: dict[str, Any], told: str) -> None:
        """Let the editor send a broadcast that is no text."""
        await self.editor.writes("/broadcast")
        await self.editor.sends(content, told)

    async def leaves(self) -> None:
        """Let the editor say yes to what is drafted."""
        await self.editor.presses_key("button.cast.send")
        await self.editor.presses_key("button.cast.sure")


@pytest.fixture(params=LANGUAGES)
async def cast(request: pytest.FixtureRequest, tmp_path: Path, sqlite_template: Path) -> AsyncIterator[Cast]:
    """A newsroom of one of the languages, which pays for haste, and where a second editor agrees to very many."""
    settings = {"broadcast_approval_above": str(TYPED_ABOVE), "broadcast_paid": "true"}
    opened = open_bureau(request.param, tmp_path, sqlite_template, READERS, **settings)
    async with opened as (bureau, editor, second):
        yield Cast(bureau, editor, second)


async def a_photo_is_sent_and_some_are_refused(cast: Cast) -> None:
    editor = cast.editor
    await cast.drafts({"photo": PHOTO, "caption": cast.said.words}, "🖼")
    await editor.presses_key("button.cast.edit")
    await editor.writes(cast.said.better)
    for user_id, status, description in REFUSED:
        cast.fails(user_id, "sendPhoto", status, description)
    flood = Fault(FaultKind.FLOOD, method="sendPhoto", chat_id=LATE, retry_after=round(LEAD.total_seconds()))
    cast.bureau.live.telegram.faults.add(flood)
    await cast.leaves()
    await editor.presses_key("button.cast.pause")
    await cast.bureau.passes(seconds=(LEAD + RECENT).total_seconds())
    await editor.presses_key("button.resume")
    await cast.bureau.passes(minutes=1)


async def an_album_is_tried(cast: Cast) -> None:
    editor = cast.editor
    await editor.writes("/broadcast")
    for words in ({"caption": cast.said.words}, {}):
        editor.notes("🖼")
        editor.person.sends({"photo": PHOTO, "media_group_id": "7", **words})
    await cast.bureau.passes(seconds=2)
    await editor.presses_key("button.cast.how")
    await editor.presses_key("button.back")
    await editor.presses_key("button.cast.test.me")
    await editor.presses_key("button.cast.drop")


async def a_file_is_tried(cast: Cast) -> None:
    editor = cast.editor
    await cast.drafts({"dice": {"emoji": "🎲", "value": 1}}, "🎲")
    await editor.sends({"document": FILE, "caption": cast.said.words}, "📎")
    await editor.presses_key("button.cast.drop")


async def a_poll_is_refused_to_the_staff(cast: Cast) -> None:
    editor = cast.editor
    for is_anonymous in (False, True):
        await cast.drafts(poll_of(cast.said.question, *cast.said.answers, is_anonymous=is_anonymous), "📊")
        if not is_anonymous:
            await editor.presses_key("button.cast.drop")
    cast.fails(cast.second.person.id, "sendPoll", 400, "Bad Request: POLL_OPTION_INVALID")
    await cast.leaves()
    await cast.bureau.passes(seconds=LEAD.total_seconds())
    await editor.presses_key("button.cancel")


async def very_many_are_meant(cast: Cast) -> None:
    editor = cast.editor
    await many_come(cast.bureau.live, TYPED_ABOVE)
    await editor.writes(f"/broadcast {cast.said.words}")
    await cast.leaves()
    asked = max(NUMBER.findall(editor.newest().text), key=len)
    await editor.writes(str(READERS))
    await editor.writes(asked)
    await cast.second.presses_key("button.cast.approve")
    await editor.presses_key("button.cancel")
    await editor.presses_key("button.cast.amend")
    await editor.writes(cast.said.better)
    await editor.presses_key("button.cast.right")
    await editor.writes(asked)
    await cast.second.presses_key("button.cast.approve")


SECTIONS: list[Callable[[Cast], Awaitable[None]]] = [
    a_photo_is_sent_and_some_are_refused,
    an_album_is_tried,
    a_file_is_tried,
    a_poll_is_refused_to_the_staff,
    very_many_are_meant,
]


async def test_what_is_sent_besides_words_is_gone_through(cast: Cast, snapshot: SnapshotAssertion) -> None:
    ours = snapshot.use_extension(ByLanguage)
    for section in SECTIONS:
        await section(cast)
        assert cast.bureau.take() == ours(name=section.__name__)
