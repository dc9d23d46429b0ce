"""Writing a reply, to an article or to a public reply, as a draft that its author sees as all will see it.

    💬 · /reply N · ?start=r_N ─▶ what is typed next ─┐
    /reply N text · «is this a reply to …?» 💬 ───────┴▶ draft ─▶ 📨 sent · ✏️ · 🎭 · ✖️

In private alone. Only the text is taken, without what Telegram hangs on it, and a photo where `REPLY_PHOTOS` lets it
(`picturing.py`). What has been sent is in `myreplies.py`, what all can read in `discussing.py`.
"""

import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta

from telegram import Message, Update
from telegram.ext import BaseHandler, CommandHandler

from bot.articles import reply_button, reply_link
from bot.callbacks import Act, Press
from bot.handlers import searching
from bot.handlers.authoring import (
    ANEW,
    PEN,
    PROMPTS,
    TO_ARTICLE,
    TO_REPLY,
    Written,
    ask,
    ask_for_words,
    check_welcome,
    confide,
    find_marked,
    meet,
    place_below,
    read,
    read_written,
    revise,
    show,
)
from bot.handlers.reading import find_article
from bot.handlers.views import site_name
from bot.keyboards import make_button, make_keyboard, make_link
from bot.notices import write_received
from bot.pens import name_pen
from bot.replies import CONSENT, ways
from bot.talk import Talk, echo
from db.store import articles, authors, blocked, closings, pending, prompts, replies, writing
from db.store.replies import Draft, Overtaken
from locales import Label
from newsroom import pens
from newsroom.articles import Article
from newsroom.errors import Refusal
from newsroom.names import has_quotes
from newsroom.replies import LONGEST, SHORTEST, Action, Consent, Deed, Reply, State
from newsroom.text import HAN, read_number, words

FEWEST_WORDS, LETTERS_OF_WORD = 5, 2  # of what may be a reply; Chinese is written without spaces
LATELY = timedelta(days=1)  # after an article in which such words may be a reply to it
LIMITS = {"least": SHORTEST, "most": LONGEST}  # characters of a reply
NAMED = re.compile(r"/article_(\d{1,9})")
BY_COMMAND = re.compile(r"/reply(?:@\w+)?\s+(?:\d+\s+)?")


@dataclass(frozen=True, slots=True)
class Target:
    """What a reply is to: an article, or a public reply to it."""

    article_id: int
    parent_id: str | None = None


async def reply_to(_update: Update, talk: Talk) -> None:
    """Write a reply by command: with its text at once, or asked for it."""
    number, said = _read_command(talk)
    if not talk.is_private:
        await _point_to_private(talk, number)
    elif number is None:
        raise Refusal("reply.how")
    elif said:
        await draft(talk, Target(number), Written(said, talk.message_id))
    else:
        await ask_for_reply(talk, str(number))


def _read_command(talk: Talk) -> tuple[int | None, str]:
    """Answer which article a command means, by number or by the message that it answers, and the text of a reply."""
    first, rest = (*talk.argument.split(maxsplit=1), "", "")[:2]
    number, answered = read_number(first), find_answered(talk.answered)
    return (answered, talk.argument) if answered and number != answered else (number, rest)


async def _point_to_private(talk: Talk, number: int | None) -> None:
    """Show a group the way to where replies are written."""
    if number is None:
        raise Refusal("reply.private")
    article = await find_article(talk, str(number))
    link = make_link(talk.t.plain("button.reply"), reply_link(talk.bot.username, article.id))
    talk.say(talk.t("reply.here", title=echo(article.title)), make_keyboard([[link]]))


async def press_reply(talk: Talk, press: Press) -> None:
    """Ask for a reply to the article that was pressed, whose button says anew how many there are."""
    await ask_for_reply(talk, press.what)
    number = int(press.what)
    count = await pending.count_public(talk.connection, number)
    (button,) = reply_button(number, talk.t, public=False, bot="", replies=count)
    talk.relabel(button.text)


async def ask_for_reply(talk: Talk, number: str) -> None:
    """Wait for the text of a reply to an article."""
    actor, article = confide(talk), await find_open(talk, number)
    await check_welcome(talk, actor.key)
    await ask(talk, f"{TO_ARTICLE}{article.id}", talk.t("reply.ask", title=echo(article.title), **LIMITS))


async def ask_for_answer(talk: Talk, parent_id: str) -> None:
    """Wait for the text of an answer to a public reply."""
    actor, parent = confide(talk), await writing.find_public(talk.connection, parent_id)
    if parent is None:
        raise Refusal("reply.gone")
    await find_open(talk, str(parent.article_id))
    await check_welcome(talk, actor.key)
    pen = name_pen(talk.t, parent.signed, parent.pen_number)
    await ask(talk, f"{TO_REPLY}{parent.id}", talk.t("reply.ask.answer", pen=pen, **LIMITS))


async def find_open(talk: Talk, number: str) -> Article:
    """Answer an article that may be replied to. Raises Refusal where it was taken back or closed, or there is none."""
    article = await find_article(talk, number)
    if (mark := await closings.find(talk.connection, article.id)) is not None:
        raise closed_by(talk, article, mark)
    return article


def closed_by(talk: Talk, article: Article, mark: str) -> Refusal:
    """Answer why an article takes no replies."""
    if mark == closings.RETRACTED:
        return Refusal("reply.closed", number=Label(article.id))
    if mark in talk.taxonomy.topics:
        return Refusal("reply.closed.topic", topic=talk.taxonomy.name(mark, talk.t.language))
    return Refusal("reply.closed.article", number=Label(article.id))


async def take_answer(talk: Talk, waited: str, written: Written) -> None:
    """Take what was written for what a prompt waits for; the prompt stays where it cannot be taken."""
    kind = next(kind for kind in PROMPTS if waited.startswith(kind))
    what = waited.removeprefix(kind)
    if kind == TO_ARTICLE:
        await draft(talk, Target(int(what)), written)
    elif kind == TO_REPLY:
        await answer(talk, what, written)
    elif kind == ANEW:
        await revise(talk, await find_marked(talk, what), written)
    elif kind == PEN:
        await rename(talk, await find_marked(talk, what), written.text)


async def answer(talk: Talk, parent_id: str, written: Written) -> None:
    """Write an answer to a public reply; where that is public no longer, it becomes one to the article."""
    parent = await replies.get(talk.connection, parent_id)
    await draft(talk, Target(parent.article_id, parent.id if parent.public_revision else None), written)


async def draft(talk: Talk, target: Target, written: Written, *, in_place: bool = False) -> None:
    """Begin a reply, and show it as it will look. The same message again is the same reply."""
    actor, article = confide(talk), await find_open(talk, str(target.article_id))
    await check_welcome(talk, actor.key)
    author = await meet(talk)
    source = talk.newsroom.vault.source_key(talk.chat_id, written.message_id)
    new = Draft(article.id, author.key, source, written.text, talk.t.language, target.parent_id, written.photo)
    reply, _ = await replies.draft(talk.connection, new, talk.visit.now)
    await show(talk, reply, in_place=in_place, below=written.message_id)


def find_answered(message: Message | None) -> int | None:
    """Answer the article of a message of ours; None where it shows none, or several."""
    is_ours = message is not None and message.from_user is not None and message.from_user.is_bot
    named = {int(number) for number in NAMED.findall(message.text or "")} if message and is_ours else set()
    return named.pop() if len(named) == 1 else None


async def ask_whether(talk: Talk, typed: str, *, is_name: bool) -> bool:
    """Ask whether words are a reply to an article: to the one whose message they answer, or to one that came lately.

    Tells whether they may be one. `is_name` says that they are the name of a topic, so only the first is likely.
    """
    number = find_answered(talk.answered)
    if number is None and not is_name and not has_quotes(typed) and _count_words(typed) >= FEWEST_WORDS:
        since = talk.visit.now - LATELY
        number = await writing.find_newest_sent(talk.connection, talk.subscriber.id, since) if talk.subscriber else None
    article = await articles.find(talk.connection, number) if number else None
    if article is None or article.gate is not None or article.retracted is not None:
        return False
    ways_on = [
        make_button(talk.t.plain(key), Act.TAKE, str(article.id), what)
        for key, what in (("button.reply.this", "reply"), ("button.search", "search"))
    ]
    question = talk.t("reply.is_it", title=echo(article.title))
    talk.say(question, make_keyboard([ways_on]), **place_below(talk.message_id))
    return True


def _count_words(said: str) -> int:
    return max(len(words(said)), len(HAN.findall(said)) // LETTERS_OF_WORD)


async def press_taken(talk: Talk, press: Press) -> None:
    """Take what was typed above for a reply, or look for it. Raises Refusal where it was deleted."""
    written = read_written(talk, talk.answered)
    if written is None:
        raise Refusal("reply.deleted")
    if press.screen == "search":
        await searching.show_hits(talk, written.text)
    else:
        await draft(talk, Target((await find_open(talk, press.what)).id), written, in_place=True)


async def press_draft(talk: Talk, press: Press) -> None:
    """Send a draft, ask for other words or a name, drop it; what was sent already shows where it stands."""
    actor, reply = confide(talk), await replies.get(talk.connection, press.what)
    if reply.state is State.ERASED:
        await _write_again(talk, reply)
        return
    if reply.author_key != actor.key:
        raise Refusal("replies.not_yours")
    if reply.state is not State.DRAFT:
        await show(talk, reply, in_place=True)
    elif talk.visit.is_late or press.page != reply.version or press.screen not in DEEDS:
        talk.nod(talk.t.plain("reply.changed"))
        await show(talk, reply, in_place=True)
    else:
        await DEEDS[press.screen](talk, reply)


async def _write_again(talk: Talk, reply: Reply) -> None:
    """Begin anew a draft that was not sent in time: what was typed is still there, above."""
    written = read_written(talk, talk.answered)
    if written is None:
        raise Refusal("reply.lapsed")
    talk.nod(talk.t.plain("reply.again"))
    written = replace(written, text=BY_COMMAND.sub("", written.text, count=1))
    await draft(talk, Target(reply.article_id), written, in_place=True)


async def send(talk: Talk, reply: Reply) -> None:
    """Send a draft to the moderators; its author learns under which reference and at which place it waits."""
    actor = confide(talk)
    await find_open(talk, str(reply.article_id))
    if await writing.has_said(talk.connection, reply):
        raise Refusal("reply.repeated")
    deed = Deed(Action.SUBMIT, consent=Consent(CONSENT, talk.newsroom.destinations))
    came = await writing.act(talk.connection, reply.id, deed, actor, talk.visit.now, seen=reply.version)
    if isinstance(came, Overtaken):
        await show(talk, came.reply, in_place=True)
        return
    card, about = await read(talk, came.reply)
    ahead = await writing.count_ahead(talk.connection, came.reply)
    talk.redraw(write_received(talk.t, card, about, ahead), make_keyboard(ways(talk.t, card)))


async def ask_for_name(talk: Talk, reply: Reply) -> None:
    """Wait for a name to sign by, or take the number."""
    author = await meet(talk)
    await prompts.put(talk.connection, talk.chat_id, talk.user_id, f"{PEN}{talk.mark(reply.id)}", talk.visit.now)
    number = make_button(f"🎭 {name_pen(talk.t, '', author.pen_number)}", Act.DRAFT, reply.id, "number", reply.version)
    drop_it = make_button(talk.t.plain("button.drop"), Act.DROP)
    now = name_pen(talk.t, author.pen, author.pen_number)
    told = talk.t("reply.ask.pen", now=now, least=pens.SHORTEST, most=pens.LONGEST)
    talk.say(told, make_keyboard([[number] if author.pen else [], [drop_it]]))


async def sign_by_number(talk: Talk, reply: Reply) -> None:
    """Sign a draft by the number again."""
    await rename(talk, reply, "")


async def rename(talk: Talk, reply: Reply, name: str) -> None:
    """Sign a draft, and what is written from now on, by another name; what is public keeps its own."""
    actor, now = confide(talk), talk.visit.now
    reserved = {*talk.newsroom.site_name.values(), await site_name(talk), *await blocked.list_all(talk.connection)}
    await authors.choose_pen(talk.connection, actor.key, name, now, reserved)
    if reply.state is State.DRAFT:
        deed = Deed(Action.REVISE, text=await writing.find_text(talk.connection, reply))
        await writing.act(talk.connection, reply.id, deed, actor, now)
        reply = await replies.get(talk.connection, reply.id)
    await show(talk, reply)


async def drop(talk: Talk, reply: Reply) -> None:
    """Drop a draft: nothing of it stays."""
    await writing.act(talk.connection, reply.id, Deed(Action.DROP), confide(talk), talk.visit.now, seen=reply.version)
    talk.redraw(talk.t("reply.dropped"))


DEEDS: Mapping[str, Callable[[Talk, Reply], Awaitable[None]]] = {
    "send": send,
    "edit": ask_for_words,
    "name": ask_for_name,
    "number": sign_by_number,
    "drop": drop,
}

HANDLERS: list[BaseHandler[Update, Talk, None]] = [CommandHandler("reply", reply_to)]
