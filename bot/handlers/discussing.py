"""What all can read: the published replies of an article, each whole, answered and reported.

    /replies N ─┬▶ 💬 one ─▶ ↩️ answer · 🚩 report, or 🧹 for its author; 📖 for a comment that was written on the site
                └▶ 🔔 to be told of what comes, 🔕 not to be

In a group they are listed, and the way to more is the link of 💬. Whoever reports is known by a key like an author's.
"""

import re

from telegram import Update
from telegram.ext import BaseHandler, CommandHandler, MessageHandler, filters

from bot.articles import reply_button, write_command, write_moment
from bot.callbacks import Act, Press
from bot.handlers.reading import find_article, look_of
from bot.handlers.replying import ask_for_answer, closed_by, find_answered
from bot.handlers.sharing import hear, is_hearing, mute
from bot.keyboards import Row, make_button, make_keyboard, pages_row
from bot.notices import renew_counts
from bot.replies import EXCERPT, comment_buttons, public_buttons, write_comment, write_public
from bot.talk import Talk, echo
from db.store import bans, closings, comments, pending, reports, writing
from db.store.comments import SiteComment
from db.store.writing import PublicReply
from locales import Html
from newsroom.errors import Refusal
from newsroom.replies import SCREEN, Action, Deed
from newsroom.reports import LIMITS, REPORTS_TO_HIDE, counts_report
from newsroom.text import read_number
from newsroom.waiting import HOUR, next_allowed

PAGE = 5
ON_SITE = "site"  # the screen of a comment of the site's own; which one are the article and its number there
BY_NUMBER = re.compile(r"^/replies_(\d{1,9})(?:@\w+)?$")


async def read_replies(update: Update, talk: Talk) -> None:
    """List the replies of an article, by its number or by the message that is answered."""
    text = update.effective_message.text if update.effective_message else ""
    joined = BY_NUMBER.match(text or "")
    answered = find_answered(talk.answered)
    await show_replies(talk, joined[1] if joined else talk.argument or str(answered or ""), in_place=False)


async def turn_replies(talk: Talk, press: Press) -> None:
    """Turn the page of the replies of an article."""
    await show_replies(talk, press.what, press.page)


async def show_replies(talk: Talk, number: str, page: int = 0, *, in_place: bool = True) -> None:
    """Show a page of the replies of an article, or the first where there is no such page."""
    article = await find_article(talk, number)
    count = await pending.count_public(talk.connection, article.id)
    page = page if page * PAGE < count else 0
    shown = await comments.list_shown(talk.connection, article.id, PAGE, page * PAGE)
    await comments.look_soon(talk.connection, article.id, talk.visit.now)
    parts = [_write(talk, reply, EXCERPT) for reply in shown]
    title = echo(article.title)
    head = talk.t.count("reply.public.list", count, title=title) if count else talk.t("reply.public.none", title=title)
    button = reply_button(article.id, talk.t, public=not talk.is_private, bot=talk.bot.username, replies=0)
    mark = await closings.find(talk.connection, article.id)
    why = closed_by(talk, article, mark) if mark else None
    foot = [f"🔒 {talk.t(why.key, **why.values)}"] if why else []
    rows = [
        _numbers(talk, shown, page * PAGE + 1) if talk.is_private else [],
        pages_row(talk.t, Press(Act.REPLIES, str(article.id), page=page), -(-count // PAGE)),
        [*(button if why is None else []), *await _hear_button(talk, article.id, page)],
    ]
    (talk.redraw if in_place else talk.say)("\n\n".join([head, *parts, *foot]), make_keyboard(rows))


async def _hear_button(talk: Talk, number: int, page: int) -> Row:
    """Answer what changes whether the one who talks is told of new replies; in a group nobody is."""
    if not talk.is_private:
        return []
    talk.unlink()  # no row may say to whom it goes that tells who takes part
    way = "off" if await is_hearing(talk, number) else "on"
    return [make_button(talk.t.plain(f"button.hear.{way}"), Act.HEAR, str(number), way, page)]


async def press_hear(talk: Talk, press: Press) -> None:
    """Follow a discussion, or hear nothing of it: in the list, or at a message that told of a reply."""
    talk.unlink()
    if press.screen == "mute":
        await mute(talk, press)
        return
    if not talk.visit.is_late and press.screen in {"on", "off"}:
        await hear(talk, (await find_article(talk, press.what)).id, muted=press.screen == "off")
    await show_replies(talk, press.what, press.page)


def _numbers(talk: Talk, shown: list[PublicReply | SiteComment], first: int) -> Row:
    """Answer a button for each of them, which opens it."""
    return [
        make_button(f"💬 {talk.t.number(number)}", Act.PUBLIC, *_name(one)) for number, one in enumerate(shown, first)
    ]


def _name(one: PublicReply | SiteComment) -> tuple[str, str]:
    return (f"{one.article_id}.{one.id}", ON_SITE) if isinstance(one, SiteComment) else (one.id, "show")


def _write(talk: Talk, one: PublicReply | SiteComment, most: int = 0) -> str:
    if isinstance(one, SiteComment):
        return write_comment(talk.t, one, write_moment(one.said_at, talk.t, talk.newsroom.zone), most)
    return write_public(talk.t, one, write_moment(one.published_at, talk.t, talk.newsroom.zone), most)


async def press_public(talk: Talk, press: Press) -> None:
    """Show a public reply, ask for an answer to it, or report it."""
    talk.unlink()
    if press.screen == ON_SITE:
        await _show_comment(talk, press.what)
        return
    reply = await writing.find_public(talk.connection, press.what)
    if reply is None:
        raise Refusal("reply.gone")
    if press.screen == "answer":
        await ask_for_answer(talk, reply.id)
    elif press.screen == "report":
        await report(talk, reply)
    else:
        article = await find_article(talk, str(reply.article_id))
        own = reply.author_key == talk.newsroom.vault.author_key(talk.user_id)
        whole = f"{_write(talk, reply)}\n\n{talk.t('reply.public.of', article=Html(write_command(article)))}"
        talk.say(whole, make_keyboard(public_buttons(talk.t, reply, own=own)))
        if reply.photo:
            talk.show_photo(reply.photo)


async def _show_comment(talk: Talk, what: str) -> None:
    """Show a comment of the site's own whole, and the way to it."""
    article_id, number = (read_number(part) for part in (*what.split(".", 1), "")[:2])
    comment = await comments.find_shown(talk.connection, article_id, number) if article_id and number else None
    if comment is None:
        raise Refusal("reply.gone")
    article = await find_article(talk, str(comment.article_id))
    whole = f"{_write(talk, comment)}\n\n{talk.t('reply.public.of', article=Html(write_command(article)))}"
    talk.say(whole, make_keyboard(comment_buttons(talk.t, comment)))


async def report(talk: Talk, reply: PublicReply) -> None:
    """Note that a reader reports a reply; where so many did that it counts, moderators look at it again.

    Of somebody who may not write himself it is noted, and counts for nothing. Raises Refusal for too many in a day.
    """
    key, now = talk.newsroom.vault.author_key(talk.user_id), talk.visit.now
    if reply.author_key == key:
        raise Refusal("reply.report_own")
    await _check_pace(talk, reply, key)
    since = await writing.find_since(talk.connection, talk.user_id)
    is_banned = await bans.find(talk.connection, key, now) is not None
    counts = since is not None and counts_report(since, now) and not is_banned
    await reports.add(talk.connection, reply.id, key, now, counts=counts)
    if await reports.count(talk.connection, reply.id, now) >= REPORTS_TO_HIDE:
        await _hide(talk, reply)
    talk.nod(talk.t.plain("reply.reported"), alert=True)


async def _check_pace(talk: Talk, reply: PublicReply, key: str) -> None:
    """Raise Refusal for a reader who reports more than one may, with when it is possible again."""
    made = await reports.list_made(talk.connection, key, talk.visit.now)
    wait = next_allowed([*made.values()], talk.visit.now, LIMITS) - talk.visit.now
    if wait and reply.id not in made:
        raise Refusal("reply.report_often", most=max(most for most, _ in LIMITS), hours=-(-wait // HOUR))


async def _hide(talk: Talk, reply: PublicReply) -> None:
    """Let moderators look again, unless they have done so lately."""
    try:
        came = await writing.act(talk.connection, reply.id, Deed(Action.HIDE), SCREEN, talk.visit.now)
    except Refusal:
        return
    cause = f"{reply.id}:{came.reply.version}"
    await renew_counts(talk.connection, reply.article_id, cause, look_of(talk), talk.visit.now)


HANDLERS: list[BaseHandler[Update, Talk, None]] = [
    CommandHandler("replies", read_replies),
    MessageHandler(filters.Regex(BY_NUMBER), read_replies),
]
