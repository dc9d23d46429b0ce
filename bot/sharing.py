"""How replies look where they go beyond the list of their article: in channels, and in messages to those who follow.

    a post       💬 pen, whom it answers, the text                     answers the article's post      💬
    a message    new replies to an article, each short, or an answer   🔕
    a question   about a post in doubt, to moderators                  ✅ it is there · 🔁 send again
                 about one that Telegram does not take back            ✅ deleted by hand

A pen signs; nothing here knows who wrote. What is gone leaves a line without a word of it.
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection
from telegram import InlineKeyboardMarkup

from bot.articles import Look, reply_button, write_command, write_moment
from bot.callbacks import Act
from bot.docket import Docket, write
from bot.keyboards import make_button, make_keyboard
from bot.notices import link_of, renew_counts
from bot.pens import name_pen
from bot.replies import write_public, write_text
from bot.talk import echo
from db.store import articles, posts, subscribers, writing
from db.store.publications import Errand
from db.store.writing import PublicReply
from locales import Html, Label, Texts, texts
from newsroom.articles import Article
from newsroom.direction import hold
from newsroom.sharing import Task, should_delete

EXCERPT = 500  # characters of each reply in a message


@dataclass(slots=True)
class Poster:
    """Writes posts in channels, and asks moderators about those that nobody can tell about."""

    now: Callable[[], datetime]
    look: Callable[[], Awaitable[Look]]
    docket: Docket
    is_on: bool = True  # whether anything new is posted: what is there is changed and taken back all the same

    async def draw(self, connection: AsyncConnection, errand: Errand) -> tuple[str, dict[str, Any]]:
        """Answer the method and the parameters, but for the chat, that do an errand.

        Raises LookupError where what it is about is not there.
        """
        chat_id, there = int(errand.target), {"message_id": errand.message_id}
        if errand.task is Task.TAKE_BACK:
            if should_delete(errand.settled_at, errand.attempts, self.now()):
                return "deleteMessage", there
            t = await self.docket.speak_to(connection, chat_id)
            return "editMessageText", write((t("reply.shared.gone"), None)) | there
        post = await posts.find_post(connection, errand.article_id, chat_id)
        t = texts(post.language, post.digits) if post else await self.docket.speak_to(connection, chat_id)
        screen = write(await self._draw_post(connection, t, errand))
        if errand.task is Task.CHANGE:
            return "editMessageText", screen | there
        if post is None:
            raise LookupError("the article's post is not there")
        if not self.is_on:
            raise LookupError("nothing is shared in channels any more")
        return "sendMessage", screen | {"reply_parameters": {"message_id": post.message_id}} | SILENT

    async def _draw_post(self, connection: AsyncConnection, t: Texts, errand: Errand) -> Any:
        article = await articles.find(connection, errand.article_id)
        if article is None or article.retracted is not None:
            raise LookupError("the article was taken back")
        parent = await writing.find_public(connection, errand.parent_id) if errand.parent_id else None
        button = reply_button(article.id, t, public=True, bot=(await self.look()).bot, replies=0)
        return draw_post(t, errand, parent), make_keyboard([button])

    async def ask(self, connection: AsyncConnection, errand: Errand) -> None:
        """Ask moderators whether a post arrived, or to take away by hand what the bot cannot."""
        key = f"{errand.key}:{self.now().timestamp():.0f}"
        await self.docket.write_to_all(connection, key, lambda t: draw_doubt(t, errand))

    async def tell(self, connection: AsyncConnection, errand: Errand, reason: str) -> None:
        """Tell moderators that an errand was refused for good; of each channel once a day."""
        key = f"share:refused:{errand.target}:{self.now():%Y-%m-%d}"
        told = {"reason": reason} | _name(errand)
        await self.docket.write_to_all(connection, key, lambda t: (t("share.refused", **told), None))


SILENT = {"disable_notification": True}  # readers of a channel came for its news


def draw_post(t: Texts, errand: Errand, parent: PublicReply | None) -> str:
    """Answer a reply as a channel shows it."""
    pen = name_pen(t, errand.signed, errand.pen_number)
    other = name_pen(t, parent.signed, parent.pen_number) if parent else ""
    head = t("reply.public.answer", pen=pen, other=other) if parent else t("reply.public", pen=pen)
    return f"💬 {head}\n{write_text(errand.text)}"


def draw_doubt(t: Texts, errand: Errand) -> tuple[str, InlineKeyboardMarkup | None]:
    """Answer what moderators are asked about a post, without a word of it: that would outlive the reply."""
    number, is_new = str(errand.id), errand.task is Task.SHOW
    if is_new or errand.message_id is None:
        text = t(f"share.doubt.{'new' if is_new else 'old'}", **_name(errand))
    else:
        text = "\n".join([t("share.doubt.kept", **_name(errand)), link_of(errand)])
    ways = ("arrived", "again") if is_new else ("gone",)
    return text, make_keyboard([[make_button(t.plain(f"button.{way}"), Act.SHARED, number, way) for way in ways]])


def _name(errand: Errand) -> dict[str, Any]:
    """Answer by what moderators know a post: its reply's reference, the article, the channel."""
    return {"reference": Html(errand.reply_id), "chat": Html(errand.target), "number": Label(errand.article_id)}


@dataclass(slots=True)
class Teller:
    """Writes to those who follow a discussion."""

    now: Callable[[], datetime]
    look: Callable[[], Awaitable[Look]]
    language: str
    zone: str

    async def write(
        self, connection: AsyncConnection, chat_id: int, told: Sequence[tuple[PublicReply, bool]], *, more: int
    ) -> dict[str, Any]:
        """Answer a message that tells of replies to an article, each with whether it answers the reader.

        `more` are published besides; where none is left, it says that there was something.
        """
        reader = await subscribers.find(connection, chat_id)
        t = texts(reader.language, reader.digits) if reader else texts(self.language)
        article = await articles.find(connection, told[0][0].article_id) if told else None
        if article is None:
            return write((t("reply.shared.gone"), None))
        return write(draw_tidings(t, article, told, more, self.zone))

    async def renew_counts(self, connection: AsyncConnection, article_id: int, cause: str) -> None:
        """Let the posts of an article say how many replies it has; the same cause twice is once."""
        await renew_counts(connection, article_id, cause, await self.look(), self.now())


def draw_tidings(
    t: Texts, article: Article, told: Sequence[tuple[PublicReply, bool]], more: int, zone: str
) -> tuple[str, InlineKeyboardMarkup | None]:
    """Answer what a follower is told, and the way to hear nothing more of it."""
    title = echo(article.title)
    is_answer = len(told) == 1 and told[0][1]
    head = t("tidings.answer", title=title) if is_answer else t.count("tidings.new", len(told) + more, title=title)
    parts = [write_public(t, reply, write_moment(reply.published_at, t, zone), EXCERPT) for reply, _ in told]
    ways = f"{hold(f'/replies_{article.id}')} · {write_command(article)}"
    only = told[0][0].id if len(told) == 1 else ""
    answer = [make_button(t.plain("button.public.answer"), Act.PUBLIC, only, "answer")] if only else []
    mute = make_button(t.plain("button.hear.off"), Act.HEAR, str(article.id), "mute")
    return "\n\n".join([head, *parts, ways]), make_keyboard([[*answer, mute]])
