"""What the author of a reply is told of it, and the counts that posts show: both leave as messages of the outbox.

A notice has a text `reply.told.…` and the buttons of what may be done now. The row of such a message says neither to
whom it goes nor of which reply it tells, or it would be known for two days who wrote what: the chat stands in its text,
which goes when it has arrived, and its key is made by the vault.
"""

import html
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import orjson
from sqlalchemy.ext.asyncio import AsyncConnection
from telegram import InlineKeyboardButton

from bot.articles import Look, article_buttons, write_command, write_moment
from bot.callbacks import Act
from bot.keyboards import Row, make_button, make_keyboard
from bot.pens import name_pen
from bot.replies import About, comment_link, explain, mine_button, ways, write_proposal, write_reason, write_text
from bot.talk import echo
from bot.view import Screen
from db.store import articles, outbox, pending, posts, subscribers, writing
from db.store.outbox import Message
from db.store.pending import Card
from db.store.publications import SITE
from db.vault import Vault
from locales import Html, Texts, texts
from newsroom.articles import Article
from newsroom.bans import Telling, may_appeal
from newsroom.cutting import shorten
from newsroom.direction import hold
from newsroom.pushes import Lane
from newsroom.replies import APPEAL_WITHIN, Action, Notice, State

KEPT_FOR = timedelta(days=2)  # what cannot be told so long is not told any more: /myreplies says how things stand
MOST_POSTS = 100  # groups and channels in which a count is renewed
CONTEST = "contest"  # the screen of a press that appeals against a ban
EXCERPT = 200  # characters by which a reply is known again
POST = "https://t.me/c/{}/{}"  # a message of a channel, for those who are in it
CHANNELS = "-100"  # begins the id of a channel


@dataclass(frozen=True, slots=True)
class Told:
    """What a notice is written from."""

    what: Notice
    card: Card
    article: Article
    about: About
    ahead: int = 0  # how many wait before it
    again: bool = False  # it had been public, and is looked at once more
    links: Sequence[str] = ()
    comment: str = ""  # its address on the site


@dataclass(slots=True)
class Herald:
    """Tells authors, and renews what posts say of how many replies there are."""

    now: Callable[[], datetime]
    vault: Vault
    look: Callable[[], Awaitable[Look]]
    language: str

    async def tell(self, connection: AsyncConnection, chat_id: int, notice: Any) -> bool:
        """Put a notice on its way (`reply_id`, `version`, `what`); False where there is nothing to tell of any more."""
        card = await pending.find_card(connection, notice.reply_id)
        article = await articles.find(connection, card.reply.article_id) if card else None
        if card is None or article is None:
            return False
        reader = await subscribers.find(connection, chat_id)
        t = texts(reader.language, reader.digits) if reader else texts(card.language or self.language)
        told = await gather(connection, card, article, notice)
        key = self._key(chat_id, f"{notice.reply_id}{notice.version}{notice.what}")
        await self._put(connection, key, chat_id, draw_notice(t, told))
        return True

    async def tell_ban(self, connection: AsyncConnection, chat_id: int, ban: Any) -> None:
        """Put on its way what an author is told of a ban."""
        reader = await subscribers.find(connection, chat_id)
        t = texts(reader.language, reader.digits) if reader else texts(self.language)
        key = self._key(chat_id, f"{ban.tells}{ban.tell_at.timestamp()}")
        await self._put(connection, key, chat_id, draw_ban(t, ban, self.now(), (await self.look()).zone))

    async def _put(self, connection: AsyncConnection, key: str, chat_id: int, screen: Screen) -> None:
        text, keyboard = screen
        payload: dict[str, Any] = {"text": text, "parse_mode": "HTML", "chat_id": chat_id}
        payload |= {"link_preview_options": {"is_disabled": True}}
        payload |= {"reply_markup": keyboard.to_dict()} if keyboard else {}
        message = Message(key, "sendMessage", orjson.dumps(payload), None, Lane.MODERATION, self.now() + KEPT_FOR)
        await outbox.add(connection, message, self.now())

    def sign(self, signed: str, number: int | None) -> str:
        """Answer by what name a reply is signed where nobody has chosen a language: on the site."""
        return name_pen(texts(self.language), signed, number)

    def _key(self, chat_id: int, what: str) -> str:
        return "notice:" + self.vault.source_key(chat_id, int.from_bytes(what.encode()))

    async def renew_counts(self, connection: AsyncConnection, article_id: int, cause: str) -> None:
        """Let the posts of an article say how many replies it has; the same cause twice is once."""
        await renew_counts(connection, article_id, cause, await self.look(), self.now())


async def renew_counts(connection: AsyncConnection, article_id: int, cause: str, look: Look, now: datetime) -> None:
    """Let the posts of an article in groups and channels say how many replies it has; the same cause twice is once.

    A private message says it anew when it is pressed.
    """
    article = await articles.find(connection, article_id)
    replies = await pending.count_public(connection, article_id)
    for post in await posts.list_posts(connection, article_id, MOST_POSTS) if article else []:
        t = texts(post.language, post.digits)
        rows = (
            article_buttons(article, t, public=True, bot=look.bot, replies=replies, openings=look.openings)
            if article
            else []
        )
        if keyboard := make_keyboard(rows):
            payload = {"message_id": post.message_id, "reply_markup": keyboard.to_dict()}
            key = f"count:{post.chat_id}:{post.message_id}:{cause}"
            body, late = orjson.dumps(payload), now + KEPT_FOR
            await outbox.add(
                connection, Message(key, "editMessageReplyMarkup", body, post.chat_id, Lane.DIGEST, late), now
            )


async def gather(connection: AsyncConnection, card: Card, article: Article, notice: Any) -> Told:
    """Answer what a notice tells."""
    what = Notice(notice.what)
    line = await writing.find_reason(connection, card.reply.id, notice.version)
    about = About(echo(article.title), *explain(line))
    ahead = await writing.count_ahead(connection, card.reply) if what is Notice.RECEIVED else 0
    again = line is not None and line.action == Action.HIDE.value
    places = await writing.list_places(connection, card.reply.id) if what is Notice.PUBLISHED else []
    links = [link_of(place) for place in places if place.message_id and place.target.startswith(CHANNELS)]
    on_site = (comment_link(article.url, place.remote_id) for place in places if place.destination == SITE)
    return Told(what, card, article, about, ahead, again, links, next(on_site, ""))


def link_of(place: Any) -> str:
    """Answer the address of a post in a channel."""
    return POST.format(place.target.removeprefix(CHANNELS), place.message_id)


def draw_notice(t: Texts, told: Told) -> Screen:
    """Answer a notice with what its author may do about it."""
    return WRITERS[told.what](t, told), make_keyboard(_ways(t, told))


def _ways(t: Texts, told: Told) -> list[Row]:
    if told.what is Notice.PUBLISHED:
        return [[mine_button(t, told.card.reply, "withdraw")]]
    return ways(t, told.card)


def draw_ban(t: Texts, ban: Any, now: datetime, zone: str) -> Screen:
    """Answer what an author is told of a ban, and the way to an appeal where there is one."""
    text = write_ban(t, ban, zone, Telling(ban.tells))
    if ban.tells != Telling.BANNED.value or not may_appeal(ban.until, ban.appealed_at, now):
        return text, None
    return f"{text}\n\n{t('ban.told.appeal')}", make_keyboard([[contest_button(t)]])


def write_ban(t: Texts, ban: Any, zone: str, telling: Telling = Telling.BANNED) -> str:
    """Answer what there is to say of a ban: until when and why."""
    until, reason = Html(write_moment(ban.until, t, zone)), t.plain(f"reason.{ban.code}")
    return t(f"ban.told.{telling}", until=until, reason=reason)


def contest_button(t: Texts) -> InlineKeyboardButton:
    """Answer the button of an appeal against a ban."""
    return make_button(t.plain("button.ban.appeal"), Act.MINE, screen=CONTEST)


def write_received(t: Texts, card: Card, about: About, ahead: int) -> str:
    """Answer that a reply has come, under which reference, and how many wait before it."""
    return t("reply.told.received", title=about.title, reference=Html(card.reply.id), place=ahead + 1)


def _write_proposed(t: Texts, told: Told) -> str:
    note = t("reply.note", note=told.about.note) if told.about.note else ""
    head = t("reply.told.proposed", title=told.about.title)
    return "\n\n".join(filter(None, (head, write_proposal(told.card), note)))


def _write_refusal(key: str) -> Callable[[Texts, Told], str]:
    """Answer the writer of a notice that says why."""

    def write(t: Texts, told: Told) -> str:
        known = write_text(shorten(told.card.text, EXCERPT))
        stays = told.what is Notice.REJECTED and told.card.reply.state is State.PUBLISHED
        head = t("reply.told.rejected.edit" if stays else key, title=told.about.title)
        reply = told.card.reply
        may_appeal = told.what is Notice.REJECTED and reply.state is State.REJECTED and reply.appealed_at is None
        days = t("reply.told.appeal", days=APPEAL_WITHIN // timedelta(days=1)) if may_appeal else ""
        return "\n\n".join(filter(None, (head, known, write_reason(t, told.about), days)))

    return write


def _write_published(t: Texts, told: Told) -> str:
    pen = name_pen(t, told.card.signed, told.card.pen_number)
    lines = [t("reply.told.published", title=told.about.title, pen=pen)]
    lines.append(f"{hold(f'/replies_{told.article.id}')} · {write_command(told.article)}")
    lines += [f'<a href="{html.escape(told.comment)}">{t("button.public.site")}</a>'] if told.comment else []
    return "\n".join([*lines, *told.links])


def _write_waiting(t: Texts, told: Told) -> str:
    key = "reply.told.again" if told.again else "reply.told.waiting"
    return t(key, title=told.about.title, reference=Html(told.card.reply.id))


def _write_expired(t: Texts, told: Told) -> str:
    stays = told.card.reply.state is State.PUBLISHED
    return t("reply.told.expired.edit" if stays else "reply.told.expired", title=told.about.title)


WRITERS: dict[Notice, Callable[[Texts, Told], str]] = {
    Notice.RECEIVED: lambda t, told: write_received(t, told.card, told.about, told.ahead),
    Notice.PROPOSED: _write_proposed,
    Notice.RETURNED: _write_refusal("reply.told.returned"),
    Notice.REJECTED: _write_refusal("reply.told.rejected"),
    Notice.PUBLISHED: _write_published,
    Notice.WAITING: _write_waiting,
    Notice.EXPIRED: _write_expired,
    Notice.REMOVED: _write_refusal("reply.told.removed"),
}
