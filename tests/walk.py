"""A walk: a person who writes and presses what is on the screen, and a record of all that she is shown.

    walk = Walk(live, person, texts("en"))
    await walk.writes("/topics")
    await walk.presses("🌍")
    walk.take()     # what was done and shown since the last time, to be read by an editor

What she sees is checked as it comes: it is within Telegram's limits, and no button is a word alone. A new thing to do
is a verb of Walk. What depends on where and when the test ran is written as it would be on a real site.
"""

import asyncio
import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar
from unicodedata import category
from urllib.parse import quote

from sqlalchemy import exists, or_, select
from syrupy.extensions.amber import AmberSnapshotExtension
from syrupy.location import PyTestLocation
from syrupy.types import SnapshotIndex

from bot.callbacks import Act, Press, decode
from db.tables import inbox, outbox
from locales import Texts
from sandbox import Call, Person
from sandbox.formatting import format_plain
from sandbox.people import press
from sandbox.screen import Button, Shown, VisibleChat, show
from tests.live import Live, StoodClock

SITE = "https://site.example"
LONGEST_TEXT, MOST_ENTITIES = 4096, 100  # UTF-16 units; both Bot API, sendMessage
LONGEST_DATA, MOST_IN_ROW, MOST_BUTTONS, LONGEST_TOAST = 64, 8, 100, 200  # Bot API, InlineKeyboardButton and others
OK = 200
UNIX = re.compile(r'(?<=unix=")\d+')
PATIENCE = 300  # seconds on her clock, tenths on ours
TEN_MINUTES = 600  # seconds
LONGEST = 90  # seconds of ours that an answer may take: it is what is said that matters here, whoever has the processor
ROUNDS = 2  # how often a way is gone before it is known that nothing new is to be found by it
WIDEST_LABEL = 40  # characters that a phone shows of a button which has a row for itself
UNANSWERED = or_(
    exists().where(inbox.c.state.in_(("new", "working"))), exists().where(outbox.c.state.in_(("queued", "sending")))
)


@dataclass(slots=True)
class Walk:
    """A person on her way through everything."""

    WAKES: ClassVar = ("collect", "plan", "deliver")  # the jobs for which time may make something due

    live: Live
    person: Person
    t: Texts
    clock: StoodClock
    place: VisibleChat | None = None  # where she is, if not in her private chat
    shown: dict[int, Shown] = field(default_factory=dict)  # what is on her screen from the bot, by message
    toast: str = ""  # what the last press told in passing
    lines: list[str] = field(default_factory=list)
    _calls: int = 0  # how many of the bot's calls she has seen the effect of
    _queries: set[str] = field(default_factory=set)  # her presses

    @property
    def chat(self) -> VisibleChat:
        """The chat that she looks at."""
        return self.place or self.person

    # What she does

    async def writes(self, text: str) -> None:
        """Write."""
        await self.sends(format_plain(text), text)

    async def sends(self, content: dict[str, Any], told: str) -> None:
        """Send something that is no text."""
        self.notes(told)
        self.person.sends(content)
        await self.is_answered(lambda call: call.chat_id == self.person.id)

    async def presses(self, label: str) -> None:
        """Press the newest button that begins like this; "⚙️" and the label of a key are both fine."""
        for shown in reversed(self.shown.values()):
            if shown.id in self.chat.messages and (button := shown.button(label)):
                await self.presses_button(shown, button)
                return
        raise LookupError(f"there is no button «{label}»\n{self.live.telegram.picture()}")

    async def presses_key(self, key: str, **values: str) -> None:
        """Press the newest button of a key of the catalogue."""
        await self.presses(self.t.plain(key, **values))

    async def presses_button(self, shown: Shown, button: Button) -> list[Call]:
        """Press a button of a message on the screen, see that something comes of it, and answer what the bot did."""
        self.notes(f"[{button.text}]")
        if button.action == "text":
            self.person.writes(button.text)
            return await self.is_answered(lambda call: call.chat_id == self.person.id)
        query = press(self.chat, self.person, shown, button)
        self._queries.add(query)
        did = await self.is_answered(lambda call: call.params.get("callback_query_id") == query)
        seen = [call for call in did if call.status == OK and (call.is_sent or call.method.startswith("edit"))]
        assert self.toast or seen or says_how_it_is(button), f"{button} does nothing\n{self.live.telegram.picture()}"
        return did

    async def picks(self, key: str, *people: Person) -> None:
        """Press the button of the keyboard below that lets people be picked, and pick some."""
        label = self.t.plain(key)
        self.notes(f"[{label}] ← {', '.join(str(one.id) for one in people)}")
        self.person.shares(label, *people)
        await self.is_answered(lambda call: call.chat_id == self.person.id)

    async def comes(self, words: str, **span: float) -> None:
        """Let time pass, a minute if not told otherwise, and wait for a message that holds these words."""
        self.moves(**(span or {"minutes": 1}))
        await self._lives_until(lambda: any(words in message.text for message in self.chat.screen))
        await self.settles()
        self.moves(seconds=-self.clock.seconds() % TEN_MINUTES)  # however long it took, the next begins at one time
        self.looks()

    async def passes(self, statement: Any) -> None:
        """Let a minute pass, and wait until a query answers something."""
        self.moves(minutes=1)
        await self.live.until(statement, LONGEST)

    async def _lives_until(self, is_so: Callable[[], bool]) -> None:
        """Let seconds pass until something is so: what begins to wait meanwhile waits by the same clock."""
        for _ in range(PATIENCE):
            if is_so():
                return
            self.moves(seconds=1)
            await asyncio.sleep(0.1)
        raise TimeoutError(self.live.telegram.picture())

    def moves(self, **span: float) -> None:
        """Let time pass, with what falls due by it."""
        self.live.app.lease.beat_at = self.clock.move(**span)
        for job in self.WAKES:
            self.live.app.database.on_due(job)

    # What she is shown

    async def is_answered(self, begins: Callable[[Call], bool]) -> list[Call]:
        """Wait until all is said that answers an act; answers what the bot did."""
        calls, before = self.live.telegram.calls, self._calls
        await self.live.telegram.until(lambda: any(map(begins, calls[before:])), LONGEST)
        await self.settles()
        return self.looks()

    async def settles(self) -> None:
        """Wait until nothing more is to be said."""
        await self.live.until(select(~UNANSWERED), LONGEST)

    def notes(self, told: str) -> None:
        """Write down what is done."""
        self.lines.append(f"» {told}")

    def looks(self) -> list[Call]:
        """Write down what has changed on the screen; answers what the bot did."""
        calls = self.live.telegram.calls
        new, self._calls, self.toast = calls[self._calls :], len(calls), ""
        changed: dict[int, str] = {}
        for call in new:
            if call.params.get("callback_query_id") in self._queries and "text" in call.params:
                self.toast = call.params["text"]
                assert len(self.toast) <= LONGEST_TOAST
                self.lines.append(f"({self.toast})")
            elif call.chat_id == self.chat.id and call.message_id in self.chat.messages:
                changed[call.message_id] = "~" if call.method.startswith("edit") else ""
        for message_id, mark in self.in_order(changed):
            shown = self.shown[message_id] = show(self.chat.messages[message_id])
            check(shown)
            self.lines.append(self.describes(shown, mark))
        return new

    def in_order(self, changed: dict[int, str]) -> list[tuple[int, str]]:
        """Answer what has changed as it is written down: as it came."""
        return [*changed.items()]

    def describes(self, shown: Shown, mark: str) -> str:
        """Answer a message as it is written down."""
        rows = [" ".join(f"[{button.text}]" for button in row) for row in shown.keyboard]
        links = [f"    {button.text} → {button.url}" for button in shown.buttons if button.url]
        text = "\n".join([f"{mark or '┌'} {describe(shown)}", *(f"    {row}" for row in rows), *links])
        text = UNIX.sub(lambda found: str(int(found[0]) // 60 * 60), text)  # how long a poll took is no matter
        return text.replace(self.live.site.url, SITE).replace(quote(self.live.site.url, safe=""), quote(SITE, safe=""))

    def take(self) -> str:
        """Answer what was done and shown since this was asked last."""
        told = "\n\n".join(self.lines)
        self.lines.clear()
        return told


class ByLanguage(AmberSnapshotExtension):
    """Keeps the snapshots of each language in a file of its own."""

    @classmethod
    def dirname(cls, *, test_location: PyTestLocation) -> str:
        return str(Path(super().dirname(test_location=test_location)) / test_location.basename)

    @classmethod
    def get_file_basename(cls, *, test_location: PyTestLocation, index: SnapshotIndex) -> str:
        del index
        return test_location.snapshot_name_parametrized


def describe(shown: Shown) -> str:
    """Answer what a message says, and what comes with its words."""
    lines = [f"📎 {shown.document}"] if shown.document else ["🖼"] if shown.photo else []
    lines += [f"📊 {shown.poll[0]}", *(f"  ○ {answer}" for answer in shown.poll[1:])] if shown.poll else []
    return "\n".join([*lines, *([shown.html] if shown.html else [])])


def check(shown: Shown) -> None:
    """See that a message is one that Telegram takes and that a person can use."""
    assert shown.text or shown.document or shown.photo or shown.poll
    assert len(shown.text.encode("utf-16-le")) // 2 <= LONGEST_TEXT
    assert len(shown.entities) <= MOST_ENTITIES
    assert len(shown.buttons) <= MOST_BUTTONS
    assert all(len(row) <= MOST_IN_ROW for row in shown.keyboard)
    for button in shown.buttons:
        assert len((button.callback_data or "").encode()) <= LONGEST_DATA
        assert len(button.text) <= WIDEST_LABEL, button.text
        is_language = (read := decode(button.callback_data)) and read.act is Act.SPEAK
        assert is_language or category(button.text[0]) in {"So", "Sm"}, f"{button} begins without its emoji"
        assert any(letter.isalnum() for letter in button.text), f"{button} has no words"


def says_how_it_is(button: Button) -> bool:
    """Tell whether a button shows that what it does is so already, so that nothing changes by it."""
    return bool(re.search(r"^[•✅]|✓$", button.text))


def reads_of(buttons: list[Button]) -> Iterator[tuple[Button, Press]]:
    """Yield the buttons that do something here, with what they say."""
    for button in buttons:
        if read := decode(button.callback_data):
            yield button, read


@dataclass(slots=True)
class Curious:
    """Who presses whatever has not been pressed, as far as it is wanted, and goes on by what was pressed least."""

    wants: Callable[[str], bool]  # of callback data
    pressed: Counter[str] = field(default_factory=Counter)
    rounds: int = ROUNDS

    def choose(self, walk: Walk) -> tuple[Shown, Button] | None:
        """Answer what is to be pressed next; None when everything that is still to be come to has been."""
        open_ways: list[tuple[int, int, Shown, Button]] = []
        for shown in reversed(walk.shown.values()):
            for button, read in reads_of(shown.buttons):
                data = read.encode()
                if not self.pressed[data] and self.wants(data):
                    return shown, button
                if read.act is Act.GO:
                    open_ways.append((self.pressed[data], len(open_ways), shown, button))
        least = min(open_ways, key=lambda way: way[:2])
        return (least[2], least[3]) if least[0] < self.rounds else None

    async def press(self, walk: Walk, shown: Shown, button: Button) -> None:
        """Press a button, and see that something comes of it."""
        self.pressed[str(button.callback_data)] += 1
        await walk.presses_button(shown, button)
        assert walk.toast != walk.t.plain("button.old"), button
