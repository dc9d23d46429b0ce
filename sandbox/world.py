"""All that Telegram knows: the bot, the chats and their messages, what was pressed and is not answered yet.

`people.py`, `groups.py` and `channels.py` are the kinds of chats, and what people do in them; `methods/` is what the
bot does. Times are unix seconds of the injected clock.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import count
from random import Random
from typing import Any

from sandbox.errors import ApiError, bad_request
from sandbox.keyboards import Markup, is_inline
from sandbox.profile import Profile
from sandbox.updates import Updates
from sandbox.webhook import Webhook
from sandbox.wire import write_json, write_once

FILES = ("photo", "video", "animation", "document", "audio", "voice")
WITH_FILE = frozenset(FILES)
# The field that holds what was sent; a new kind of content: its field here.
CONTENTS = {"text", "rich_message", "poll", *FILES}
REVOCABLE = 48 * 3600  # seconds in which a bot can delete a message (Bot API, deleteMessage)
QUERY_LIFETIME = 150.0  # seconds in which a press can be answered

Json = dict[str, Any]


@dataclass(slots=True, eq=False, kw_only=True)
class Message:
    """A message. `content` holds the fields of its kind: text and entities, or what a service message says."""

    chat: "Chat"
    id: int
    at: float
    content: Json
    by_bot: bool = False
    sender: Json | None = None
    sender_chat: Json | None = None
    markup: Markup | None = None
    reply_to: int | None = None
    thread: int | None = None
    origin: Json | None = None
    via_bot: Json | None = None
    silent: bool = False
    protected: bool = False
    edited_at: float | None = None
    voters: frozenset[int] = frozenset()  # of a poll
    reactions: tuple[tuple[int, str], ...] = ()  # who gave which
    automatic: bool = False  # the copy of a post in the group where it is discussed

    @property
    def is_service(self) -> bool:
        """Tell whether it only says what happened in the chat."""
        return not CONTENTS & self.content.keys()

    def as_json(self, *, with_reply: bool = True) -> Json:
        """Answer the Message of the Bot API; a message that it replies to comes without its own reply."""
        return self._frame(with_reply=with_reply) | self._buttons() | self.content

    def write(self) -> str:
        """Answer the same as JSON; contents and keyboards, which many messages share, are written once."""
        parts = [write_json(self._frame(with_reply=True)), write_once(self.content)]
        parts += [f'{{"reply_markup":{write_once(self.markup)}}}'] if self._buttons() else []
        return f"{{{','.join(part[1:-1] for part in parts)}}}"

    def _frame(self, *, with_reply: bool) -> Json:
        """Answer all that is not its content."""
        replied = self._replied() if with_reply else None
        given = {
            "from": self.sender,
            "sender_chat": self.sender_chat,
            "edit_date": self.edited_at and int(self.edited_at),
            "message_thread_id": self.thread,
            "is_topic_message": self.thread and True,
            "forward_origin": self.origin,
            "is_automatic_forward": self.automatic,
            "via_bot": self.via_bot,
            "reply_to_message": replied and replied.as_json(with_reply=False),
            "has_protected_content": self.protected,
        }
        own = {"message_id": self.id, "chat": self.chat.as_json(), "date": int(self.at)}
        return own | {name: value for name, value in given.items() if value}

    def _buttons(self) -> Json:
        return {"reply_markup": self.markup} if self.markup and is_inline(self.markup) else {}

    def _replied(self) -> "Message | None":
        """Answer what it replies to; in a forum topic without a reply, that is the first message of the topic."""
        replied = self.reply_to or self.thread
        return self.chat.messages.get(replied) if replied and replied != self.id else None


@dataclass(frozen=True, slots=True)
class Query:
    """What waits for an answer until some moment: a press of a button, or an inline query; `show` shows it."""

    kind: str
    until: float
    show: Callable[[Any], None]


@dataclass(slots=True, kw_only=True)
class World:
    """Telegram as one bot sees it."""

    clock: Callable[[], float]
    random: Random
    bot: Json
    updates: Updates
    webhook: Webhook
    privacy: bool = True
    profile: Profile = field(default_factory=Profile)
    chats: "dict[int, Chat]" = field(default_factory=dict)
    names: "dict[str, Chat]" = field(default_factory=dict)
    queries: dict[str, Query] = field(default_factory=dict)
    files: dict[str, tuple[str, Any]] = field(default_factory=dict)  # by file id: its kind, and it as content
    contents: dict[str, bytes] = field(default_factory=dict)  # by file id, what is in those that were uploaded
    private_ids: "count[int]" = field(default_factory=lambda: count(1))

    def add(self, chat: "Chat") -> None:
        """Let Telegram know a chat."""
        if chat.id in self.chats:
            raise ValueError(f"there is a chat {chat.id} already")
        self.chats[chat.id] = chat
        if chat.username:
            self.names[chat.username.lower()] = chat

    def resolve(self, chat_id: int | str) -> "Chat | None":
        """Answer the chat by its id, which may be text, or by its @username."""
        if isinstance(chat_id, str) and not chat_id.removeprefix("-").isdecimal():
            return self.names.get(chat_id.removeprefix("@").lower())
        return self.chats.get(int(chat_id))

    def find(self, chat_id: int | str) -> "Chat":
        """Answer the chat that is meant, or refuse."""
        found = self.resolve(chat_id)
        if found is None:
            raise bad_request("chat not found")
        return found

    def ask(self, kind: str, show: Callable[[Any], None], lifetime: float = QUERY_LIFETIME) -> str:
        """Keep a query until it is answered; answer its id."""
        query_id = str(self.random.randrange(10**17, 10**18))
        self.queries[query_id] = Query(kind, self.clock() + lifetime, show)
        return query_id

    def answer(self, query_id: str, answer: object, kind: str) -> None:
        """Show the answer of a query, if it says something; each can be answered once and in time."""
        query = self.queries.get(query_id)
        if query is None or query.kind != kind or self.clock() > query.until:
            raise bad_request("query is too old and response timeout expired or query ID is invalid")
        del self.queries[query_id]
        if answer:
            query.show(answer)


class Chat(ABC):
    """A chat, whatever its kind: an id, and messages by their ids."""

    kind: str
    __slots__ = ("id", "messages", "pinned", "typing_until", "username", "world")

    def __init__(self, world: World, chat_id: int, username: str | None = None) -> None:
        self.world = world
        self.id = chat_id
        self.username = username
        self.messages: dict[int, Message] = {}
        self.pinned: tuple[int, ...] = ()
        self.typing_until = 0.0  # until when the bot is shown to be at work on something here
        world.add(self)

    @abstractmethod
    def as_json(self) -> Json:
        """Answer the Chat of the Bot API."""

    @abstractmethod
    def members(self) -> list[Json]:
        """Answer the ChatMember of everyone in it, the bot too."""

    @abstractmethod
    def check_access(self) -> None:
        """Refuse unless the bot may do anything here at all."""

    @abstractmethod
    def refuse_deletion(self, message: Message) -> ApiError | None:
        """Answer why the bot cannot delete the message, None if it can."""

    @property
    def is_bot_told_all(self) -> bool:
        """Tell whether the bot hears what is told to administrators alone; in a private chat it does."""
        return True

    def check_sending(self) -> None:
        """Refuse unless the bot may send and edit here."""
        self.check_access()

    def check_rights(self, right: str) -> None:
        """Refuse what needs a right of an administrator; nobody needs one in a private chat."""
        del right

    def check_thread(self, thread: int | None) -> int | None:
        """Answer the forum topic that is meant, None where there are none: Telegram ignores it there."""
        del thread
        return None

    def is_picked(self, by: Json, asked: Json) -> Json:
        """Let somebody pick this chat by a button that asks for one; answers the ChatShared of the Bot API."""
        del by, asked
        raise LookupError(f"{self} is no group and no channel")

    def bot_identity(self) -> Json:
        """Answer as whom the bot writes here: arguments of Message."""
        return {"sender": self.world.bot}

    def next_id(self) -> int:
        """Answer an id for a message: private chats and basic groups of a bot share one row of ids."""
        return next(self.world.private_ids)

    def add_message(self, content: Json, **fields: Any) -> Message:
        """Add a message; answers it."""
        message = Message(chat=self, id=self.next_id(), at=self.world.clock(), content=content, **fields)
        self.messages[message.id] = message
        self.typing_until = 0.0 if message.by_bot else self.typing_until
        if not WITH_FILE.isdisjoint(content):
            kind = next(kind for kind in FILES if kind in content)  # an animation is a document, too
            file = content[kind]
            sizes = file if isinstance(file, list) else [file]
            self.world.files |= {size["file_id"]: (kind, file) for size in sizes}
        return message

    def message(self, message_id: int, what: str) -> Message:
        """Answer a message; `what` is its name when there is none."""
        found = self.messages.get(message_id)
        if found is None:
            raise bad_request(f"{what} not found")
        return found
