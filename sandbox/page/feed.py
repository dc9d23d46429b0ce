"""What changes, told to whoever listens: first all that there is, then each change, in order.

    snapshot · person · chat · message · gone · alert · answered · panel

Whoever was away begins with a snapshot again, so nothing is lost between. A change is found by comparing what was told
with what is: contents and keyboards are never changed in place, so that a glance at each message is enough.
"""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from typing import Any

from sandbox.page.panel import Panel
from sandbox.page.views import Preview, view_chat, view_message, view_person
from sandbox.people import Person
from sandbox.screen import VisibleChat
from sandbox.server import Sandbox
from sandbox.world import Json, Message

SHOWN = 300  # newest messages of a chat that the page holds
REST = 0.05  # seconds between two looks, in which changes are gathered
IDLE = 0.5  # seconds after which figures are looked at, whatever happens
MOST_WAITING = 5000  # events; whoever is further behind begins anew

Event = tuple[str, Json]


@dataclass(slots=True, eq=False)
class Listener:
    """One open page."""

    events: asyncio.Queue[Event | None] = field(default_factory=asyncio.Queue)

    def tell(self, event: Event) -> None:
        """Give it an event; None, which ends it, when it does not keep up."""
        self.events.put_nowait(None if self.events.qsize() >= MOST_WAITING else event)


@dataclass(slots=True, eq=False)
class Feed:
    """Finds what changes in the chats of a sandbox, and tells those who listen."""

    telegram: Sandbox
    panes: list[tuple[int, int]]  # the person and the chat of each phone that the page begins with
    preview: Preview
    panel: Panel | None = None
    listeners: list[Listener] = field(default_factory=list)
    asked: set[str] = field(default_factory=set)  # the queries that people wait for
    _told: dict[str, Json] = field(default_factory=dict)
    _messages: dict[int, dict[int, tuple[Any, ...]]] = field(default_factory=dict)
    _alerts: dict[int, int] = field(default_factory=dict)
    _stirred: asyncio.Event = field(default_factory=asyncio.Event)

    @contextmanager
    def listen(self) -> Iterator[Listener]:
        """Answer what hears everything from now on, beginning with a snapshot."""
        self.look()
        listener = Listener()
        listener.tell(("snapshot", self._snapshot()))
        self.listeners.append(listener)
        try:
            yield listener
        finally:
            self.listeners.remove(listener)

    def stir(self) -> None:
        """Say that something may have changed."""
        self._stirred.set()

    async def run(self) -> None:
        """Look whenever something may have changed, until cancelled."""
        while True:
            try:
                async with asyncio.timeout(IDLE):
                    await self._stirred.wait()
            except TimeoutError:
                pass
            self._stirred.clear()
            if self.listeners:
                self.look()
            await asyncio.sleep(REST)

    def look(self) -> None:
        """Tell what changed since the last look."""
        for event in [*self._find_changes()]:
            for listener in self.listeners:
                listener.tell(event)

    def _find_changes(self) -> Iterator[Event]:
        for chat in self._chats():
            if isinstance(chat, Person):
                yield from self._note(f"person {chat.id}", "person", view_person(chat))
                yield from self._find_alerts(chat)
            yield from self._note(f"chat {chat.id}", "chat", view_chat(chat, self.telegram.clock()))
            yield from self._find_messages(chat)
        yield from self._find_answers()
        if self.panel:
            yield from self._note("panel", "panel", self._view_panel(self.panel))

    def _note(self, key: str, kind: str, view: Json) -> Iterator[Event]:
        if self._told.get(key) != view:
            self._told[key] = view
            yield kind, view

    def _find_messages(self, chat: VisibleChat) -> Iterator[Event]:
        known = self._messages.setdefault(chat.id, {})
        now = {message.id: _glance(message) for message in _newest(chat)}
        for number in known.keys() - chat.messages.keys():
            yield "gone", {"chat": chat.id, "id": number}
        for number, glance in now.items():
            if not _is_same(known.get(number), glance):
                message = view_message(chat.messages[number], self.preview)
                yield "message", {"chat": chat.id, "message": message}
        self._messages[chat.id] = now

    def _find_alerts(self, person: Person) -> Iterator[Event]:
        for text in person.alerts[self._alerts.get(person.id, 0) :]:
            yield "alert", {"person": person.id, "text": text}
        self._alerts[person.id] = len(person.alerts)

    def _find_answers(self) -> Iterator[Event]:
        answered = self.asked - self.telegram.world.queries.keys()
        self.asked -= answered
        yield from (("answered", {"query": query}) for query in sorted(answered))

    def _snapshot(self) -> Json:
        chats = self._chats()
        now = self.telegram.clock()
        return {
            "bot": {**self.telegram.world.bot, "about": self._describe_bot()},
            "panes": [{"person": person, "chat": chat} for person, chat in self.panes],
            "people": [view_person(chat) for chat in chats if isinstance(chat, Person)],
            "chats": [view_chat(chat, now) for chat in chats],
            "messages": {chat.id: [view_message(one, self.preview) for one in _newest(chat)] for chat in chats},
            "panel": self._told.get("panel"),
        }

    def _describe_bot(self) -> Json:
        """Answer what the bot says of itself before anybody starts it, by language."""
        texts = self.telegram.world.profile.texts
        return {language: text for (kind, language), text in texts.items() if kind == "description"}

    def _view_panel(self, panel: Panel) -> Json:
        return {
            "controls": [asdict(control) for control in panel.controls()],
            "figures": [asdict(figure) for figure in panel.figures()],
            "tour": [asdict(step) for step in panel.tour()],
        }

    def _chats(self) -> list[VisibleChat]:
        return [chat for chat in self.telegram.world.chats.values() if isinstance(chat, VisibleChat)]


def _newest(chat: VisibleChat) -> list[Message]:
    return list(chat.messages.values())[-SHOWN:]


def _glance(message: Message) -> tuple[Any, ...]:
    return message.content, message.markup, message.edited_at, message.reactions


def _is_same(known: tuple[Any, ...] | None, now: tuple[Any, ...]) -> bool:
    """Tell whether these are the very same things, without a look into them."""
    return known is not None and all(one is other for one, other in zip(known, now, strict=True))
