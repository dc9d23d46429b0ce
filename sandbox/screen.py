"""A chat as a person sees it: messages with their buttons, and a readable picture of them for failing tests."""

import html
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from sandbox.keyboards import ACTIONS, PICKING
from sandbox.rich import plain
from sandbox.world import Chat, Message

UNSEEN = re.compile("[\ufe0f\u200e\u200f\u061c\u2066-\u2069]")  # emoji and direction marks: nobody sees them in a label
TAGS = {
    "bold": "b",
    "italic": "i",
    "underline": "u",
    "strikethrough": "s",
    "spoiler": "tg-spoiler",
    "code": "code",
    "pre": "pre",
    "blockquote": "blockquote",
    "expandable_blockquote": "blockquote",
    "text_link": "a",
    "text_mention": "a",
    "date_time": "tg-time",
    "custom_emoji": "tg-emoji",
}
ATTRIBUTES = {"url": "href", "unix_time": "unix", "date_time_format": "format", "custom_emoji_id": "emoji-id"}


@dataclass(frozen=True, slots=True)
class Button:
    """A button: under a message, or ("text") of the keyboard below, which writes its text."""

    text: str
    action: str = "text"  # the field of the InlineKeyboardButton that says what it does
    callback_data: str | None = None
    url: str | None = None
    request: dict[str, Any] | None = field(
        default=None, hash=False
    )  # what a button of the keyboard below lets a person pick

    def __str__(self) -> str:
        return f"[{self.text} → {self.url}]" if self.url else f"[{self.text}]"


@dataclass(frozen=True, slots=True)
class Shown:
    """A message on the screen: `entities` and `preview` as the Bot API writes them, times in unix seconds."""

    id: int
    by_bot: bool
    sender: str
    text: str
    entities: list[dict[str, Any]]
    keyboard: tuple[tuple[Button, ...], ...]
    at: float
    edited_at: float | None
    reply_to: int | None
    thread: int | None
    silent: bool
    protected: bool
    preview: dict[str, Any]
    document: str = ""  # the name of a file that came with it
    photo: str = ""  # the file_id of one
    poll: tuple[str, ...] = ()  # its question and what may be answered

    @property
    def html(self) -> str:
        """Answer the text with its entities as HTML."""
        return write_html(self.text, self.entities)

    @property
    def buttons(self) -> list[Button]:
        """Answer all buttons in order."""
        return [button for row in self.keyboard for button in row]

    def button(self, label: str) -> Button | None:
        """Answer the first button whose text starts with `label`; what is unseen in a label does not count."""
        wanted = UNSEEN.sub("", label)
        return next((button for button in self.buttons if UNSEEN.sub("", button.text).startswith(wanted)), None)

    def __str__(self) -> str:
        who = "bot" if self.by_bot else self.sender
        rows = "".join(f"\n      {' '.join(map(str, row))}" for row in self.keyboard)
        file = f"[{self.document or self.photo}] " if self.document or self.photo else ""
        return f"  #{self.id} {who}: {file}{self.text}{rows}"


class VisibleChat(Chat):
    """A chat that can be looked at."""

    __slots__ = ()

    @property
    def screen(self) -> list[Shown]:
        """Answer the messages, oldest first, without those that only say what happened."""
        return [show(message) for message in self.messages.values() if not message.is_service]

    @property
    def last(self) -> Shown | None:
        """Answer the newest message of the bot."""
        return next((show(message) for message in reversed(self.messages.values()) if message.by_bot), None)


def show(message: Message) -> Shown:
    """Answer a message as it is seen."""
    content, sender = message.content, message.sender or message.sender_chat or {}
    return Shown(
        id=message.id,
        by_bot=message.by_bot,
        sender=sender.get("first_name") or sender.get("title", ""),
        text=content.get("text") or content.get("caption") or plain(content.get("rich_message", "")),
        entities=content.get("entities") or content.get("caption_entities", []),
        keyboard=_read_keyboard(message.markup or {}),
        at=message.at,
        edited_at=message.edited_at,
        reply_to=message.reply_to,
        thread=message.thread,
        silent=message.silent,
        protected=message.protected,
        preview=content.get("link_preview_options", {}),
        document=content.get("document", {}).get("file_name", ""),
        photo=content.get("photo", [{}])[-1].get("file_id", ""),
        poll=_read_poll(content.get("poll")),
    )


def find_button(chat: Chat, label: str, message_id: int | None = None) -> tuple[Shown, Button]:
    """Answer the button and its message: the given one, or the newest that has such a button."""
    messages = reversed(chat.messages.values()) if message_id is None else (chat.messages[message_id],)
    for message in messages:
        if message.markup and (button := (shown := show(message)).button(label)):
            return shown, button
    raise LookupError(f"there is no button «{label}» on the screen:\n{picture(chat)}")


def picture(chat: Chat, last: int = 12) -> str:
    """Answer the last messages of a chat as text."""
    shown = [show(message) for message in chat.messages.values() if not message.is_service][-last:]
    return "\n".join([f"── {chat}", *(map(str, shown) if shown else ["  (nothing)"])])


def write_html(text: str, entities: Iterable[dict[str, Any]]) -> str:
    """Answer text and entities as Telegram's HTML; entities that Telegram finds by itself need no tag."""
    encoded = text.encode("utf-16-le")
    opening: dict[int, list[str]] = {}
    closing: dict[int, list[str]] = {}
    for entity in entities:
        if tags := _tags(entity):
            opening.setdefault(entity["offset"], []).append(tags[0])
            closing.setdefault(entity["offset"] + entity["length"], []).insert(0, tags[1])
    edges = sorted({0, *opening, *closing, len(encoded) // 2})
    return "".join(_pieces(encoded, edges, opening, closing))


def _pieces(
    encoded: bytes, edges: list[int], opening: dict[int, list[str]], closing: dict[int, list[str]]
) -> Iterator[str]:
    for edge, after in zip(edges, [*edges[1:], edges[-1]], strict=True):
        yield from closing.get(edge, ())
        yield from opening.get(edge, ())
        yield html.escape(encoded[2 * edge : 2 * after].decode("utf-16-le"), quote=False)


def _tags(entity: dict[str, Any]) -> tuple[str, str] | None:
    """Answer the start tag and the end tag of an entity."""
    kind = entity["type"]
    if kind == "pre" and "language" in entity:
        return f'<pre><code class="language-{entity["language"]}">', "</code></pre>"
    if kind not in TAGS:
        return None
    tag, attributes = TAGS[kind], "".join(_attributes(entity))
    return f"<{tag}{attributes}>", f"</{tag}>"


def _attributes(entity: dict[str, Any]) -> Iterator[str]:
    if entity["type"] == "expandable_blockquote":
        yield " expandable"
    if "user" in entity:
        yield f' href="tg://user?id={entity["user"]["id"]}"'
    for name, attribute in ATTRIBUTES.items():
        if name in entity:
            yield f' {attribute}="{html.escape(str(entity[name]))}"'


def _read_poll(poll: dict[str, Any] | None) -> tuple[str, ...]:
    return (poll["question"], *(option["text"] for option in poll["options"])) if poll else ()


def _read_keyboard(markup: dict[str, Any]) -> tuple[tuple[Button, ...], ...]:
    rows = markup.get("inline_keyboard") or markup.get("keyboard") or ()
    return tuple(tuple(map(_read_button, row)) for row in rows)


def _read_button(button: dict[str, Any]) -> Button:
    action = next((name for name in (*ACTIONS, *PICKING) if name in button), "text")
    request = button[action] if action in PICKING else None
    return Button(button["text"], action, button.get("callback_data"), button.get("url"), request)
