"""One's own replies: where each stands, and what its author may do about it, for as long as it is there.

    /myreplies ─▶ 💬 one ─▶ ✏️ write anew · 🧹 withdraw, asked once · ✅ accept · ⚖️ appeal · 🔁 once more
               ─▶ until when and why one may not write, and ⚖️ against that

A message that somebody edits in Telegram is its reply written anew. Buttons carry the version that they were drawn of:
where it is another by now, a yes to a proposal shows how things are. A withdrawal holds whatever was done meanwhile.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace

from telegram import Update
from telegram.ext import ApplicationHandlerStop, BaseHandler, CommandHandler, MessageHandler, filters

from bot.callbacks import Act, Press
from bot.handlers.authoring import (
    Written,
    ask_for_words,
    confide,
    find_own,
    read,
    read_written,
    revise,
    show,
)
from bot.handlers.desking import docket_of
from bot.handlers.reading import look_of
from bot.handlers.replying import BY_COMMAND
from bot.keyboards import make_button, make_keyboard, pages_row
from bot.notices import CONTEST, contest_button, renew_counts, write_ban
from bot.replies import draw_withdrawal, write_own_line
from bot.talk import Talk, echo
from db.store import articles, bans, pending, writing
from db.store.replies import Overtaken
from newsroom.bans import may_appeal
from newsroom.errors import Refusal
from newsroom.replies import Action, Deed, Reply, State

PAGE, MOST = 5, 100  # replies on a page, and in all


async def list_own(_update: Update, talk: Talk) -> None:
    """List one's own replies, the newest first."""
    await show_list(talk)


async def show_list(talk: Talk, page: int = 0, *, in_place: bool = False) -> None:
    """Show a page of one's own replies, or the first where there is no such page."""
    cards = await pending.list_of_author(talk.connection, confide(talk).key, MOST)
    page = page if page * PAGE < len(cards) else 0
    begin = page * PAGE
    shown = list(enumerate(cards[begin : begin + PAGE], begin + 1))
    found = await articles.list_numbered(talk.connection, [card.reply.article_id for _, card in shown])
    titles = {article.id: echo(article.title) for article in found}
    lines = [write_own_line(talk.t, number, card, titles.get(card.reply.article_id, "")) for number, card in shown]
    ban = await bans.find(talk.connection, confide(talk).key, talk.visit.now)
    head = [write_ban(talk.t, ban, talk.newsroom.zone)] if ban else []
    text = "\n\n".join([*head, talk.t("reply.mine" if cards else "reply.mine.none"), *lines])
    contest = [contest_button(talk.t)] if ban and may_appeal(ban.until, ban.appealed_at, talk.visit.now) else []
    numbers = [
        make_button(f"💬 {talk.t.number(number)}", Act.MINE, card.reply.id, "show", card.reply.version)
        for number, card in shown
    ]
    turn = pages_row(talk.t, Press(Act.MINE, screen="list", page=page), max(1, -(-len(cards) // PAGE)))
    (talk.redraw if in_place else talk.say)(text, make_keyboard([numbers, turn, contest]))


async def press_mine(talk: Talk, press: Press) -> None:
    """Show one's own replies, or do with one of them what the button says; what comes too late only shows it."""
    if press.screen == "list":
        await show_list(talk, press.page, in_place=True)
        return
    if press.screen == CONTEST:
        await contest_ban(talk)
        return
    reply = await find_own(talk, press.what)
    deed = DEEDS.get(press.screen)
    if deed is None or talk.visit.is_late:
        await show(talk, reply, in_place=True)
    else:
        await deed(talk, reply, press.page)


async def contest_ban(talk: Talk) -> None:
    """Appeal against a ban: moderators are asked, and who banned decides on it only where there is nobody else."""
    key, now = confide(talk).key, talk.visit.now
    is_new = not talk.visit.is_late and await bans.appeal(talk.connection, key, now)
    if is_new and (ban := await bans.find(talk.connection, key, now)):
        await docket_of(talk).ask_about_ban(talk.connection, ban)
        talk.nod(talk.t.plain("ban.appealed"), alert=True)
    await show_list(talk, in_place=True)


async def ask_to_withdraw(talk: Talk, reply: Reply, _seen: int) -> None:
    """Ask whether a reply is to be withdrawn, for it is for good."""
    card, _ = await read(talk, reply)
    talk.redraw(*draw_withdrawal(talk.t, card))


async def withdraw(talk: Talk, reply: Reply, _seen: int) -> None:
    """Withdraw a reply, whatever has become of it meanwhile."""
    if reply.state in {State.WITHDRAWN, State.REMOVING, State.REMOVED}:
        await show(talk, reply, in_place=True)
        return
    came = await writing.act(talk.connection, reply.id, Deed(Action.WITHDRAW), confide(talk), talk.visit.now)
    if reply.public_revision is not None:
        cause = f"{reply.id}:{came.reply.version}"
        await renew_counts(talk.connection, reply.article_id, cause, look_of(talk), talk.visit.now)
    await show(talk, came.reply, in_place=True)


async def change(talk: Talk, reply: Reply, _seen: int) -> None:
    """Ask for other words."""
    await ask_for_words(talk, reply)


def guarded(action: Action) -> Callable[[Talk, Reply, int], Awaitable[None]]:
    """Answer what does an action on the version that the button was drawn of."""

    async def do(talk: Talk, reply: Reply, seen: int) -> None:
        actor, quorum = confide(talk), talk.newsroom.rules.quorum
        now = talk.visit.now
        came = await writing.act(talk.connection, reply.id, Deed(action), actor, now, seen=seen, quorum=quorum)
        if isinstance(came, Overtaken):
            talk.nod(talk.t.plain("reply.changed"))
        await show(talk, came.reply, in_place=True)

    return do


DEEDS: Mapping[str, Callable[[Talk, Reply, int], Awaitable[None]]] = {
    "edit": change,
    "withdraw": ask_to_withdraw,
    "withdrawn": withdraw,
    "accept": guarded(Action.ACCEPT),
    "appeal": guarded(Action.APPEAL),
    "reopen": guarded(Action.REOPEN),
}


async def follow_edit(update: Update, talk: Talk) -> None:
    """Take a message that was edited for its reply written anew, or for the command that it has become.

    Any other edit changes nothing. Nor does one without a date, which no person made (Bot API, edited_message).
    """
    message = update.edited_message
    written = read_written(talk, message)
    if not talk.is_private or message is None or written is None:
        raise ApplicationHandlerStop
    source = talk.newsroom.vault.source_key(talk.chat_id, message.message_id)
    reply = await writing.find_by_source(talk.connection, source)
    if reply:
        await _renew(talk, reply, written)
    elif talk.command and message.edit_date:
        return  # to the handlers of commands
    raise ApplicationHandlerStop


async def _renew(talk: Talk, reply: Reply, written: Written) -> None:
    text = written.text
    text = BY_COMMAND.sub("", text, count=1) if text.startswith("/") else text
    try:
        await revise(talk, reply, replace(written, text=text))
    except Refusal as refusal:
        raise Refusal("reply.edit_late") if refusal.key == "replies.not_now" else refusal from None


EDITS: list[BaseHandler[Update, Talk, None]] = [MessageHandler(filters.UpdateType.EDITED_MESSAGE, follow_edit)]
HANDLERS: list[BaseHandler[Update, Talk, None]] = [
    CommandHandler("myreplies", list_own),
]
