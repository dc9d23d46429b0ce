"""The moderators' commands: /queue, /find, /bans; and what owners are asked about whoever pressed without a role.

They are answered in private and in the moderators' group, and nowhere else.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace

from telegram import Update
from telegram.ext import BaseHandler, CommandHandler

from bot.callbacks import Act, Press
from bot.cards import EXCERPT, MARKS, name_pen
from bot.docket import ban_buttons, is_contested, write_ban
from bot.handlers.deciding import require_role, roster_of
from bot.handlers.desking import docket_of, list_queue, require_moderator, spot_of
from bot.keyboards import in_columns, make_button, make_keyboard
from bot.talk import Talk
from bot.view import Screen
from db.store import authors, bans, cards, duties, overseeing, pending, staff
from db.store.bans import Ban
from locales import Label
from newsroom.bans import may_keep
from newsroom.cards import handle
from newsroom.cutting import shorten
from newsroom.direction import direct, is_rtl
from newsroom.errors import Refusal
from newsroom.replies import Actor, State
from newsroom.roles import Role, read_person, who_has
from newsroom.text import read_number

MOST_FOUND = 10
MOST_BANS = 20
FEWEST_LETTERS = 2
ABOUT_ONE = {"lift", "keep"}  # the buttons of a message that asks about one ban; the others are those of the list


async def show_queue(_update: Update, talk: Talk) -> None:
    """Say how many wait, and show cards anew: in private the next one, in the group those that are open there."""
    actor = await require_moderator(talk)
    counts = await pending.count(talk.connection)
    waiting = await overseeing.count_waiting(talk.connection)
    text, keyboard = await docket_of(talk).draw_count(talk.connection, talk.t, waiting)
    apart = counts.get(State.QUARANTINED, 0)
    talk.say(f"{text}\n{talk.t('queue.apart', count=apart)}" if apart else text, keyboard)
    await cards.close(talk.connection, await spot_of(talk))
    if talk.is_private and (queue := await list_queue(talk, actor, 1)):
        await cards.want(talk.connection, await spot_of(talk), queue[0].id, talk.visit.now)


async def find(_update: Update, talk: Talk) -> None:
    """Show replies with these words, or of the pen with this number or name; the list goes after an hour."""
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
    listed = [hit.reply.id for hit in found]
    await cards.keep_list(talk.connection, await spot_of(talk), listed, talk.visit.now, talk.next_key)
    talk.say("\n\n".join([t("found"), *lines]), make_keyboard(buttons))


async def _find(talk: Talk, said: str) -> list[pending.Card]:
    """Answer what the pen of this number or name wrote, and what has the words of a name besides."""
    number, connection = read_number(said), talk.connection
    key = await (overseeing.find_author(connection, number) if number else authors.find_by_pen(connection, said))
    wrote = await pending.list_of_author(connection, key, MOST_FOUND) if key else []
    sent = {one.reply.id: one for one in wrote if one.reply.state is not State.DRAFT}
    held = await pending.search(connection, said, MOST_FOUND) if not (number and key) else []
    return [*(sent | {one.reply.id: one for one in held}).values()][:MOST_FOUND]


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
    """End a ban, or let one stand that is appealed; then list those that are left, or say what came of the appeal.

    Who decided first changes nothing for the second.
    """
    actor = await require_moderator(talk)
    listed = await bans.list_all(talk.connection, talk.visit.now)
    ban = next((ban for ban in listed if handle(ban.author_key) == press.what), None)
    deed = DEEDS.get(press.screen)
    if ban and deed and not talk.visit.is_late:
        if ban.author_key == actor.key:
            raise Refusal("bans.own")
        await deed(talk, actor, ban)
    else:
        talk.nod(talk.t.plain("desk.settled"))
    if await cards.find_message(talk.connection, talk.chat_id, talk.pressed):  # a card has no such button
        return
    is_one = press.screen in ABOUT_ONE
    talk.redraw(*(await _draw_decided(talk, ban) if ban and is_one else await _draw_bans(talk)))


async def _lift(talk: Talk, actor: Actor, ban: Ban) -> None:
    """End a ban; what was set apart comes back into the queue."""
    moved = await duties.lift(talk.connection, ban.author_key, actor, talk.visit.now)
    if moved is None:
        talk.nod(talk.t.plain("desk.settled"))
        return
    await staff.note(talk.connection, staff.Act(actor.name, "lift ban", handle(ban.author_key)), talk.visit.now)
    talk.nod(talk.t.plain("bans.lifted", moved=len(moved)))


async def _keep(talk: Talk, actor: Actor, ban: Ban) -> None:
    """Let a ban stand that is appealed; somebody else than who banned says so, where there is somebody else."""
    if not may_keep(ban.actor, actor.name, len(await staff.list_ids(talk.connection, who_has(Role.MODERATOR)))):
        raise Refusal("bans.another")
    if await bans.keep(talk.connection, ban.author_key, talk.visit.now):
        await staff.note(talk.connection, staff.Act(actor.name, "keep ban", handle(ban.author_key)), talk.visit.now)
        talk.nod(talk.t.plain("bans.stays"))
    else:
        talk.nod(talk.t.plain("desk.settled"))


DEEDS: Mapping[str, Callable[[Talk, Actor, Ban], Awaitable[None]]] = {
    "": _lift,
    "stay": _keep,
    "lift": _lift,
    "keep": _keep,
}


async def _draw_decided(talk: Talk, before: Ban) -> Screen:
    """Show how it stands with a ban that was appealed."""
    listed = await bans.list_all(talk.connection, talk.visit.now)
    ban = next((ban for ban in listed if ban.author_key == before.author_key), None)
    shown = ban or replace(before, appealed_at=None)
    line = await write_ban(talk.connection, talk.t, shown, talk.newsroom.zone)
    if ban is None:
        return f"{talk.t('bans.over')}\n{line}", None
    return line, make_keyboard([ban_buttons(talk.t, ban)] if is_contested(ban) else [])


async def _draw_bans(talk: Talk) -> Screen:
    t, listed = talk.t, (await bans.list_all(talk.connection, talk.visit.now))[:MOST_BANS]
    if not listed:
        return t("bans.nothing"), None
    lines = [await write_ban(talk.connection, t, ban, talk.newsroom.zone) for ban in listed]
    rows = [ban_buttons(t, ban, await _name(talk, ban)) for ban in listed]
    return "\n\n".join([t("bans"), *lines]), make_keyboard(rows)


async def _name(talk: Talk, ban: Ban) -> str:
    number = await overseeing.find_pen(talk.connection, ban.author_key)
    return talk.t.plain("pens.number", number=Label(number)) if number else talk.t.plain("card.pen.gone")


async def press_role(talk: Talk, press: Press) -> None:
    """Make somebody a moderator who pressed without a role, or leave it; giving twice is once."""
    await require_role(talk, Role.OWNER)
    user_id, t = read_person(press.what), talk.t
    if user_id is None or talk.visit.is_late or press.screen not in {"give", "leave"}:
        raise Refusal("desk.settled")
    if press.screen == "give":
        act = staff.Act(str(talk.user_id), "grant role", str(user_id), Role.MODERATOR.value)
        await roster_of(talk).grant(talk.connection, user_id, Role.MODERATOR, act)
    talk.redraw(t("role.given" if press.screen == "give" else "role.left"))


HANDLERS: list[BaseHandler[Update, Talk, None]] = [
    CommandHandler("queue", show_queue),
    CommandHandler("find", find),
    CommandHandler("bans", show_bans),
]
