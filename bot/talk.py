"""The talk: one update being answered, with all that a handler needs, inside one transaction.

A handler reads and writes through `talk.connection` and says what it has to say; nothing leaves before the transaction
has committed, and what it said is then on record. So a handler never waits for Telegram, and a crash repeats nothing.
"""

from collections.abc import Sequence
from contextvars import ContextVar
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, Self

from sqlalchemy.ext.asyncio import AsyncConnection
from telegram import (
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    Message,
    ReplyKeyboardMarkup,
    ReplyKeyboardRemove,
    Update,
)
from telegram.ext import Application, CallbackContext, ExtBot

from bot.callbacks import Press, decode
from bot.uploads import make_file
from db.store import articles, subscribers
from db.store.subscribers import Newcomer, Subscriber
from db.store.topics import Topics
from db.vault import Vault
from locales import Texts, choose_language, texts
from newsroom.broadcasts import Rules as Broadcasting
from newsroom.cards import Rules
from newsroom.cutting import shorten
from newsroom.errors import Refusal
from newsroom.footing import Footing
from newsroom.names import Directory
from newsroom.openings import Openings
from newsroom.readers import Rhythm, Schedule
from newsroom.taxonomy import Taxonomy

Keyboard = InlineKeyboardMarkup | None
Below = ReplyKeyboardMarkup | ReplyKeyboardRemove  # the keyboard below what is written, or its end
LATELY = timedelta(days=90)
SHOWN = timedelta(days=30)
KEPT = timedelta(minutes=1)
LONGEST_ECHO = 60  # characters
MARK = 16  # characters


@dataclass(slots=True)
class Busyness:
    """How many articles each topic had lately; counted anew when it is older than KEPT."""

    counts: dict[str, int] = field(default_factory=dict)  # of the days that keep a topic in the picker
    shown: dict[str, int] = field(default_factory=dict)  # of those that its button tells
    counted_at: datetime | None = None

    async def read(self, connection: AsyncConnection, now: datetime) -> tuple[dict[str, int], dict[str, int]]:
        """Answer the counts of 90 days and of 30."""
        if self.counted_at is None or now - self.counted_at > KEPT:
            self.counts = await articles.count_topics(connection, now - LATELY)
            self.shown = await articles.count_topics(connection, now - SHOWN)
            self.counted_at = now
        return self.counts, self.shown


@dataclass(frozen=True, slots=True)
class Newsroom:
    """What all talks share: the settings that readers see, and the topics."""

    topics: Topics
    site_name: dict[str, str]  # by language; empty where the first source's title stands for it
    site_host: str
    language: str
    zone: str
    privacy: dict[str, str]  # who answers for the data, and where its policy and the rules of discussion are
    vault: Vault  # makes keys of authors
    destinations: tuple[tuple[str, str], ...] = (("bot", ""),)  # where replies are made public, the first above all
    broadcasting: Broadcasting = Broadcasting()  # noqa: RUF009  (frozen)
    is_rich: bool = False  # whether long articles may come as rich messages
    takes_photos: bool = False  # whether a reply may have a photo beside its words
    openings: Openings | None = None  # makes counted links, where the operator wants them
    rules: Rules = Rules()  # noqa: RUF009  (frozen)
    busyness: Busyness = field(default_factory=Busyness)

    @property
    def taxonomy(self) -> Taxonomy:
        """The topics in force."""
        return self.topics.edition.taxonomy

    @property
    def directory(self) -> Directory:
        """What people call them."""
        return self.topics.edition.directory


@dataclass(frozen=True, slots=True)
class Answer:
    """One request that answers a person; `chat_id` is 0 for what is addressed by the query alone."""

    method: str
    payload: dict[str, Any]
    chat_id: int
    key: str = ""  # by which its outbox row is known to whoever asks what became of it
    rich: dict[str, Any] | None = None  # parameters of sendRichMessage, tried first where the server knows it


@dataclass(slots=True)
class Visit:
    """What the inbox knows of the update that it handles, and what the handler leaves behind."""

    connection: AsyncConnection
    newsroom: Newsroom
    now: datetime
    may_set: bool  # may change what this chat gets
    is_late: bool  # the press is so old that it must not do anything
    footing: Footing | None = None  # how the bot stands in the chat that was picked; none where that is not known
    is_unlinked: bool = False  # no row may say to whom the answers go: they tell of what somebody wrote
    answers: list[Answer] = field(default_factory=list)
    forgotten: int = 0  # the chat of which nothing is to be kept, in memory either
    failure: BaseException | None = None
    talk: "Talk | None" = None


current_visit: ContextVar[Visit] = ContextVar("current_visit")


class Talk(CallbackContext[ExtBot[Any], dict[Any, Any], dict[Any, Any], dict[Any, Any]]):
    """python-telegram-bot's context, with the visit in it."""

    visit: Visit
    update_id: int
    chat_id: int
    thread_id: int
    user_id: int
    is_private: bool
    command: str  # the word after the slash, nothing where there is no slash
    argument: str  # what was said after it, its lines kept
    press: Press | None
    pressed_text: str  # what stands on the message whose button was pressed; nothing where it is too old to be told
    message_id: int  # of what was written, 0 for a press
    album: str  # of which what was written is one message, each of them an update
    answered: Message | None  # what was written or pressed is an answer to this
    t: Texts
    subscriber: Subscriber | None
    sets_channel: bool  # whether that is a channel, and the one who talks an editor who sets it
    _pressed: int  # the message whose button was pressed
    _shown: InlineKeyboardMarkup | None  # all its buttons
    _query_id: str

    @classmethod
    def from_update(cls, update: object, application: "Application[Any, Any, Any, Any, Any, Any]") -> Self:
        """Make the talk of an update that the inbox is handling."""
        talk = super().from_update(update, application)
        talk.visit = current_visit.get()
        if isinstance(update, Update):
            talk.read(update)
        return talk

    def read(self, update: Update) -> None:
        """Find out where the update comes from and what it says."""
        chat, user, message = update.effective_chat, update.effective_user, update.effective_message
        self.update_id = update.update_id
        self.chat_id = chat.id if chat else 0
        self.is_private = bool(chat and chat.type == "private")
        self.user_id = user.id if user else 0
        self.thread_id = (message.message_thread_id or 0) if message and message.is_topic_message else 0
        self.command, self.argument = _split_command(message.text if message and message.text else "")
        query = update.callback_query
        self.press = decode(query.data) if query else None
        self._query_id = query.id if query else ""
        pressed = message if query and isinstance(message, Message) else None
        self._pressed, self.pressed_text = (pressed.message_id, pressed.text or "") if pressed else (0, "")
        self._shown = pressed.reply_markup if pressed else None
        self.message_id = message.message_id if message and not query else 0
        self.album = (isinstance(message, Message) and not query and message.media_group_id) or ""
        self.answered = message.reply_to_message if isinstance(message, Message) else None
        is_alone = self.is_private or update.inline_query is not None
        spoken = choose_language(user.language_code if user and is_alone else None, self.newsroom.language)
        self.t = texts(spoken)
        self.subscriber, self.sets_channel = None, False

    @property
    def newsroom(self) -> Newsroom:
        """What all talks share."""
        return self.visit.newsroom

    @property
    def taxonomy(self) -> Taxonomy:
        """The topics."""
        return self.visit.newsroom.taxonomy

    @property
    def pressed(self) -> int:
        """The message whose button was pressed, 0 where there is none that can be changed."""
        return self._pressed

    @property
    def connection(self) -> AsyncConnection:
        """The transaction of this update."""
        return self.visit.connection

    @property
    def next_key(self) -> str:
        """The key of the outbox row of what is said next; the answer to a press goes before all that is said."""
        return f"u{self.update_id}.{len(self.visit.answers) + bool(self._query_id)}"

    def mark(self, what: str) -> str:
        """Answer what stands for something beside whoever talks: the vault alone can make it, or tell what it is of."""
        return self.newsroom.vault.source_key(self.user_id, int.from_bytes(what.encode()))[:MARK]

    async def recall(self) -> None:
        """Find out who is talking; called before the handler."""
        self.subscriber = await subscribers.find(self.connection, self.chat_id, self.thread_id)
        if self.subscriber:
            self.t = texts(self.subscriber.language, self.subscriber.digits)

    def turn_to(self, channel: Subscriber) -> None:
        """Let all that is chosen from now on be a channel's; the caller has found out that an editor talks."""
        self.subscriber, self.sets_channel = channel, True

    def require_right(self) -> None:
        """Raise Refusal where this person may not decide what the chat gets."""
        if not self.visit.may_set:
            raise Refusal("groups.admins")

    async def reader(self) -> Subscriber:
        """Answer the subscriber who talks, a new one if need be, or the channel that this is about.

        Raises Refusal where this person may not decide. One whom Telegram had shut us out of is awake again; one who
        stopped stays so until `resume`.
        """
        self.require_right()
        if self.subscriber is None:
            schedule = Schedule(Rhythm.INSTANT, self.newsroom.zone)
            newcomer = Newcomer(self.chat_id, self.thread_id, self.t.language, schedule)
            self.subscriber = await subscribers.add(self.connection, newcomer, self.visit.now)
        elif self.subscriber.state == "suspended":
            await self.change(state="active", reason="")
        return self.subscriber

    async def resume(self) -> bool:
        """Let a subscriber who had stopped get news again; tells whether it had."""
        reader = await self.reader()
        if reader.state != "stopped":
            return False
        await self.change(state="active", reason="")
        return True

    async def change(self, **columns: Any) -> None:
        """Change what the subscriber prefers who talks, or whom this is about."""
        reader = self.subscriber or await self.reader()
        await subscribers.change(self.connection, reader.id, **columns)
        self.subscriber = await subscribers.find(self.connection, reader.chat_id, reader.thread_id)
        if self.subscriber and not self.sets_channel:
            self.t = texts(self.subscriber.language, self.subscriber.digits)

    def say(self, text: str, keyboard: Keyboard | Below = None, **options: Any) -> None:
        """Answer with a message; the text is HTML."""
        payload = {"text": text, "parse_mode": "HTML", **_markup(keyboard), **options, **self._thread()}
        payload.setdefault("link_preview_options", {"is_disabled": True})
        self.visit.answers.append(Answer("sendMessage", payload, self.chat_id))

    def refuse(self, text: str) -> None:
        """Answer why what was written is not taken; of an album once, though each of its messages comes by itself."""
        self.say(text)
        if self.album:
            self.name_last(f"album.{self.album}")

    def send(self, method: str, payload: dict[str, Any], key: str = "") -> None:
        """Answer with a request that is ready but for its chat; `key` names its outbox row."""
        self.visit.answers.append(Answer(method, {**payload, **self._thread()}, self.chat_id, key))

    def send_to(self, chat_id: int, method: str, payload: dict[str, Any]) -> None:
        """Answer with a request to another chat, or to none."""
        self.visit.answers.append(Answer(method, payload, chat_id))

    def name_last(self, key: str) -> None:
        """Let the outbox row of what was said last be known by this key."""
        self.visit.answers[-1] = replace(self.visit.answers[-1], key=key)

    def enrich(self, rich: dict[str, Any], keyboard: Keyboard) -> None:
        """Let what was said last come as a rich message where the server takes it."""
        payload = {"rich_message": rich, **_markup(keyboard), **self._thread()}
        self.visit.answers[-1] = replace(self.visit.answers[-1], rich=payload)

    def _thread(self) -> dict[str, Any]:
        return {"message_thread_id": self.thread_id} if self.thread_id else {}

    def redraw(self, text: str, keyboard: Keyboard = None, **options: Any) -> None:
        """Answer a press by changing the message that it was on; without such a message, by a new one."""
        if not self._pressed:
            self.say(text, keyboard, **options)
            return
        payload = {"text": text, "parse_mode": "HTML", "message_id": self._pressed, **_markup(keyboard), **options}
        payload.setdefault("link_preview_options", {"is_disabled": True})
        self.visit.answers.append(Answer("editMessageText", payload, self.chat_id))

    def relabel(self, label: str) -> None:
        """Let the button that was pressed say something else, and the message stay as it is."""
        rows = [[_relabel(button, self.press, label) for button in row] for row in _rows(self._shown)]
        if self._shown and InlineKeyboardMarkup(rows) != self._shown:
            payload = {"message_id": self._pressed, "reply_markup": InlineKeyboardMarkup(rows).to_dict()}
            self.visit.answers.append(Answer("editMessageReplyMarkup", payload, self.chat_id))

    def show_photo(self, photo: str) -> None:
        """Answer with a photo that Telegram has, as a copy: without a word, and with nothing of who sent it."""
        self.visit.answers.append(Answer("sendPhoto", {"photo": photo, **self._thread()}, self.chat_id))

    def send_file(self, name: str, text: str, caption: str) -> None:
        """Answer with a text as a file; the caption is HTML."""
        payload = {"document": make_file(name, text), "caption": caption, "parse_mode": "HTML"}
        self.visit.answers.append(Answer("sendDocument", payload, self.chat_id))

    def part(self) -> None:
        """Let nothing be kept of this chat after this update: even what is said here is addressed in its text alone.

        That text is forgotten when it has arrived; a row with the chat's number would stay for two days.
        """
        self.subscriber, self.visit.forgotten = None, self.chat_id
        self.unlink()

    def unlink(self) -> None:
        """Let no row say to whom it goes what is answered to this update: only its text does, until it has arrived.

        The time of such a row would tell who wrote the reply that came at that time.
        """
        self.visit.is_unlinked = True

    def nod(self, text: str = "", *, alert: bool = False) -> None:
        """Let the pressed button stop waiting, with a short plain text if there is something to say."""
        if self._query_id:
            payload = {"callback_query_id": self._query_id} | ({"text": text, "show_alert": alert} if text else {})
            self.visit.answers.insert(0, Answer("answerCallbackQuery", payload, 0))
            self._query_id = ""


def address_inside(answer: Answer) -> Answer:
    """Answer the same, addressed in its text alone."""
    return (
        replace(answer, payload=answer.payload | {"chat_id": answer.chat_id}, chat_id=0) if answer.chat_id else answer
    )


def _rows(keyboard: Keyboard) -> Sequence[Sequence[InlineKeyboardButton]]:
    return keyboard.inline_keyboard if keyboard else ()


def _relabel(button: InlineKeyboardButton, press: Press | None, label: str) -> InlineKeyboardButton:
    is_it = press is not None and button.callback_data == press.encode()
    return InlineKeyboardButton(label, callback_data=button.callback_data) if is_it else button


def echo(said: str) -> str:
    """Answer a name or a title as it is said back: in short."""
    return shorten(said, LONGEST_ECHO)


def _split_command(text: str) -> tuple[str, str]:
    """Answer the command of a text and what stands after it."""
    if not text.startswith("/"):
        return "", ""
    command, *rest = text.split(maxsplit=1)
    return command[1:].partition("@")[0].lower(), rest[0].strip() if rest else ""


def _markup(keyboard: Keyboard | Below) -> dict[str, Any]:
    return {"reply_markup": keyboard.to_dict()} if keyboard else {}
