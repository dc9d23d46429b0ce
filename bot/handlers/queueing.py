"""The moderators' commands: /queue, /find, /bans; and what owners are asked about whoever pressed without a role.

They are answered in private and in the moderators' group, and nowhere else.
"""

from telegram import Update
from telegram.ext import BaseHandler, CommandHandler

from bot.articles import write_moment
from bot.callbacks import Act, Press
from bot.cards import EXCERPT, MARKS, link_actor, name_pen
from bot.handlers.deciding import require_role
from bot.handlers.desking import docket_of, list_queue, require_moderator, spot_of
from bot.keyboards import Row, in_columns, make_button, make_keyboard
from bot.talk import Talk
from bot.view import Screen
from db.store import authors, cards, overseeing, pending, staff
from db.store.authors import Ban
from locales import Html, Label
from newsroom.cards import handle
from newsroom.cutting import shorten
from newsroom.direction import direct, is_rtl
from newsroom.errors import Refusal
from newsroom.replies import QUEUE, State
from newsroom.roles import Role
from newsroom.text import read_number

MOST_FOUND = 10
MOST_BANS = 20
FEWEST_LETTERS = 2


async def show_queue(_update: Update, talk: Talk) -> None:
    """Say how many wait, and show cards anew: in private the next one, in the group those that are open there."""
    actor = await require_moderator(talk)
    counts = await pending.count(talk.connection)
    waiting = sum(counts.get(state, 0) for state in QUEUE)
    text, keyboard = await docket_of(talk).draw_count(talk.connection, talk.t, waiting)
    apart = counts.get(State.QUARANTINED, 0)
    talk.say(f"{text}\n{talk.t('queue.apart', count=apart)}" if apart else text, keyboard)
    await cards.close(talk.connection, spot_of(talk))
    if talk.is_private and (queue := await list_queue(talk, actor, 1)):
        await cards.want(talk.connection, spot_of(talk), queue[0].id, talk.visit.now)


async def find(update: Update, talk: Talk) -> None:
    """Show replies with these words, or of the pen with this number; the list goes after an hour."""
    await require_moderator(talk)
    said = talk.argument
    if len(said) < FEWEST_LETTERS:
        raise Refusal("found.how")
    found = await _find(talk, said)
    if not found:
        talk.say(talk.t("found.nothing"))
        return
    t = talk.t
    lines = [_write_hit(talk, number, hit) for number, hit in enumerate(found, 1)]
    buttons = in_columns(
        make_button(f"📄 {t.number(number)}", Act.CARD, hit.reply.id, "open", hit.reply.version)
        for number, hit in enumerate(found, 1)
    )
    talk.say("\n\n".join([t("found"), *lines]), make_keyboard(buttons))
    listed, request = [hit.reply.id for hit in found], f"u{update.update_id}.0"
    await cards.keep_list(talk.connection, spot_of(talk), listed, talk.visit.now, request)


async def _find(talk: Talk, said: str) -> list[pending.Card]:
    number = read_number(said)
    key = await overseeing.find_author(talk.connection, number) if number else None
    if key:
        wrote = await pending.list_of_author(talk.connection, key, MOST_FOUND)
        return [one for one in wrote if one.reply.state is not State.DRAFT]
    return await pending.search(talk.connection, said, MOST_FOUND)


def _write_hit(talk: Talk, number: int, hit: pending.Card) -> str:
    t, state = talk.t, hit.reply.state
    told = f"{MARKS.get(state, '🕓')} {t(f'card.state.{state}')} · {t('list.item', name=name_pen(t, hit))}"
    head = f"{t.number(number)}. {told}"
    return f"{direct(head, rtl=is_rtl(t.language))}\n{t('list.item', name=shorten(hit.text, EXCERPT))}"


async def show_bans(_update: Update, talk: Talk) -> None:
    """List the bans that hold, with a way to end each."""
    await require_moderator(talk)
    talk.say(*await _draw_bans(talk))


async def press_bans(talk: Talk, press: Press) -> None:
    """End a ban, and list those that are left. Who ended it first changes nothing for the second."""
    actor = await require_moderator(talk)
    bans = await authors.list_bans(talk.connection, talk.visit.now)
    these = [ban for ban in bans if handle(ban.author_key) == press.what]
    for ban in these if not talk.visit.is_late else ():
        await authors.lift(talk.connection, ban.author_key)
        await staff.note(talk.connection, staff.Act(actor.name, "lift ban", press.what), talk.visit.now)
    talk.nod(talk.t.plain("bans.lifted" if these else "desk.settled"))
    if await cards.find_message(talk.connection, talk.chat_id, talk.pressed) is None:  # a card has no such button
        talk.redraw(*await _draw_bans(talk))


async def _draw_bans(talk: Talk) -> Screen:
    t, bans = talk.t, (await authors.list_bans(talk.connection, talk.visit.now))[:MOST_BANS]
    if not bans:
        return t("bans.nothing"), None
    numbers = await overseeing.number_staff(talk.connection)
    lines: list[str] = []
    rows: list[Row] = []
    for ban in bans:
        pen = await _name(talk, ban)
        until = Html(write_moment(ban.until, t, talk.newsroom.zone))
        who, reason = link_actor(t, ban.actor, numbers), t.plain(f"reason.{ban.code}")
        lines.append(t("bans.line", pen=pen, until=until, reason=reason, who=who))
        rows.append([make_button(t.plain("button.lift", pen=pen), Act.BANS, handle(ban.author_key))])
    return "\n\n".join([t("bans"), *lines]), make_keyboard(rows)


async def _name(talk: Talk, ban: Ban) -> str:
    number = await overseeing.find_pen(talk.connection, ban.author_key)
    return talk.t.plain("pens.number", number=Label(number)) if number else talk.t.plain("card.pen.gone")


async def press_role(talk: Talk, press: Press) -> None:
    """Make somebody a moderator who pressed without a role, or leave it; giving twice is once."""
    await require_role(talk, Role.OWNER)
    user_id, t = read_number(press.what), talk.t
    if user_id is None or talk.visit.is_late or press.screen not in {"give", "leave"}:
        raise Refusal("desk.settled")
    if press.screen == "give" and await staff.grant(talk.connection, user_id, Role.MODERATOR, talk.visit.now):
        act = staff.Act(str(talk.user_id), "grant role", str(user_id), Role.MODERATOR.value)
        await staff.note(talk.connection, act, talk.visit.now)
    talk.redraw(t("role.given" if press.screen == "give" else "role.left"))


HANDLERS: list[BaseHandler[Update, Talk, None]] = [
    CommandHandler("queue", show_queue),
    CommandHandler("find", find),
    CommandHandler("bans", show_bans),
]
