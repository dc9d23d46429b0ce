"""What all handlers of readers' own replies share: who talks, which reply is meant, how it is shown and written anew.

An author is known by a key. So that nothing kept names account and reply together, a prompt knows a reply by a mark
that the vault makes, and what is told is linked to no row (`Talk.unlink`). Prompts begin with a word of `PROMPTS`.
"""

from dataclasses import dataclass
from typing import Any

from telegram import Message

from bot.articles import name_moment
from bot.callbacks import Act
from bot.keyboards import make_button, make_keyboard
from bot.pens import name_pen
from bot.replies import About, draw_draft, draw_mine, explain, write_consent
from bot.talk import Talk, echo
from db.store import articles, authors, bans, pending, prompts, replies, writing
from db.store.authors import Author
from db.store.pending import Card
from newsroom.bans import may_appeal
from newsroom.errors import Refusal
from newsroom.replies import Action, Actor, Deed, Reply, State, Who

# After them stands the article, the public reply that is answered, or the mark of one's own.
TO_ARTICLE, TO_REPLY, ANEW, PEN = "reply ", "answer ", "revise ", "pen "
PROMPTS = (TO_ARTICLE, TO_REPLY, ANEW, PEN)


@dataclass(frozen=True, slots=True)
class Written:
    """What somebody wrote, and in which message."""

    text: str
    message_id: int
    photo: str = ""  # as Telegram knows the file


def read_written(talk: Talk, message: Message | None) -> Written | None:
    """Answer what a message says: its text, or a photo with the words below it where those are taken; else None."""
    if message is None:
        return None
    if message.text:
        return Written(message.text, message.message_id)
    if talk.newsroom.takes_photos and message.photo and message.caption:
        return Written(message.caption, message.message_id, message.photo[-1].file_id)
    return None


def confide(talk: Talk) -> Actor:
    """Answer the author who talks; what is told from here on is linked to no row. Raises Refusal in a group."""
    talk.unlink()
    if not talk.is_private:
        raise Refusal("reply.private")
    return Actor(Who.AUTHOR, Who.AUTHOR.value, talk.newsroom.vault.author_key(talk.user_id))


async def meet(talk: Talk) -> Author:
    """Answer the author who talks, new where it is the first time."""
    return await authors.meet(talk.connection, talk.newsroom.vault, talk.user_id, talk.chat_id, talk.visit.now)


async def check_welcome(talk: Talk, key: str) -> None:
    """Raise Refusal for an author who may not write now, with until when and why."""
    if ban := await bans.find(talk.connection, key, talk.visit.now):
        until = name_moment(ban.until, talk.t, talk.newsroom.zone)
        told = "reply.banned.appeal" if may_appeal(ban.until, ban.appealed_at, talk.visit.now) else "reply.banned"
        raise Refusal(told, until=until, reason=talk.t.plain(f"reason.{ban.code}"))


async def find_marked(talk: Talk, mark: str) -> Reply:
    """Answer one's own reply by its mark. Raises Refusal where it is no more."""
    mine = await replies.list_by(talk.connection, confide(talk).key)
    found = next((reply for reply in mine if talk.mark(reply.id) == mark), None)
    if found is None:
        raise Refusal("replies.unknown")
    return found


async def find_own(talk: Talk, reply_id: str) -> Reply:
    """Answer one's own reply. Raises Refusal for another's, and where there is none."""
    actor, reply = confide(talk), await replies.get(talk.connection, reply_id)
    if reply.author_key != actor.key:
        raise Refusal("replies.unknown" if reply.author_key is None else "replies.not_yours")
    return reply


async def read(talk: Talk, reply: Reply) -> tuple[Card, About]:
    """Answer a reply with its texts, and what it is about."""
    card = await pending.find_card(talk.connection, reply.id)
    article = await articles.find(talk.connection, reply.article_id)
    if card is None or article is None:
        raise Refusal("replies.unknown")
    line = await writing.find_reason(talk.connection, reply.id)
    return card, About(echo(article.title), *explain(line))


async def show(talk: Talk, reply: Reply, *, in_place: bool = False, below: int = 0) -> None:
    """Show one's own reply: a draft as all will see it, what was sent with where it stands.

    In the place of what was pressed, or as a message of its own, below another if that is still there.
    """
    screen = await (_draw_draft if reply.state is State.DRAFT else _draw_sent)(talk, reply)
    if in_place:
        talk.redraw(*screen)
    else:
        talk.say(*screen, **place_below(below))


async def _draw_draft(talk: Talk, reply: Reply) -> Any:
    card, about = await read(talk, reply)
    parent = await writing.find_public(talk.connection, card.parent_id) if card.parent_id else None
    answered = name_pen(talk.t, parent.signed, parent.pen_number) if parent else ""
    consent = write_consent(talk.t, talk.newsroom.destinations, talk.newsroom.privacy.get("rules", ""))
    return draw_draft(talk.t, card, about, consent, answered)


async def _draw_sent(talk: Talk, reply: Reply) -> Any:
    return draw_mine(talk.t, *await read(talk, reply))


def place_below(message_id: int) -> dict[str, Any]:
    """Answer what puts a message below another, if that is still there."""
    told = {"message_id": message_id, "allow_sending_without_reply": True}
    return {"reply_parameters": told} if message_id else {}


async def ask(talk: Talk, prompt: str, text: str) -> None:
    """Wait for what is typed next."""
    await prompts.put(talk.connection, talk.chat_id, talk.user_id, prompt, talk.visit.now)
    talk.say(text, make_keyboard([[make_button(talk.t.plain("button.drop"), Act.DROP)]]))


async def ask_for_words(talk: Talk, reply: Reply) -> None:
    """Wait for the other words of a reply; editing one's own message does the same."""
    await ask(talk, f"{ANEW}{talk.mark(reply.id)}", talk.t("reply.ask.anew"))


async def revise(talk: Talk, reply: Reply, written: Written) -> None:
    """Write a reply anew: a draft stays one, what was sent is looked at again, and what is public stays until then.

    From now on it is known by this message, so that an edit of it is the next one. Raises Refusal.
    """
    card, _ = await read(talk, reply)
    if written.text.strip() == card.text and written.photo in {"", card.photo}:
        return
    actor, now = confide(talk), talk.visit.now
    deed = Deed(Action.REVISE, text=written.text, photo=written.photo or None)
    await writing.act(talk.connection, reply.id, deed, actor, now)
    source = talk.newsroom.vault.source_key(talk.chat_id, written.message_id)
    await writing.move_source(talk.connection, reply.id, source)
    await show(talk, await replies.get(talk.connection, reply.id), below=written.message_id)
