"""`/setup`: the owner's first day as a checklist, and what its buttons ask for. The role is looked up at the act.

    📰 source    an address is typed, and goes the way of `/addsource`
    🛡 desk      a group is picked, or none (`seating.py`)
    📢 channel   one is picked: Telegram makes the bot an administrator by that, and it is one of `/channels`
    👥 staff     a role is chosen, then who is to have it (`staffing.py`)
    🧪 test      the newest article comes, as readers get it

A step more is a member of `newsroom.setup.Step` and a deed here. In a group `/setup` asks what it is for.
"""

from collections.abc import Awaitable, Callable, Mapping

from telegram import ChatShared, ReplyKeyboardRemove, Update
from telegram.ext import BaseHandler, CommandHandler, MessageHandler, filters

from bot.articles import write_moment
from bot.callbacks import Act, Press
from bot.handlers import channels, desktop, grouping, staffing
from bot.handlers.auditing import require_admin
from bot.handlers.seating import require_footing, sit_alone, sit_together
from bot.handlers.sources import probe
from bot.handlers.views import site_name
from bot.keyboards import make_button, make_keyboard
from bot.setup import (
    Pick,
    alone_label,
    draw_checklist,
    offer_channel,
    offer_desk,
    stamp,
)
from bot.talk import Below, Talk, echo
from db.store import articles, chats, checklists, prompts, staff, subscribers
from db.store.cards import Spot
from db.wakeup import announce
from locales import LANGUAGES, Html, Label, texts
from newsroom.errors import Refusal
from newsroom.roles import Role
from newsroom.setup import Step
from newsroom.taxonomy import ALL

PROMPT = "setup "  # begins what is waited for, before the step
LOOKED_AT = 5  # of the newest articles, of which the first that stands is the test


async def show(update: Update, talk: Talk) -> None:
    """Bring the checklist; in a group ask what it is for."""
    if not talk.is_private:
        await grouping.ask_here(update, talk)
        return
    await require_admin(talk)
    await bring(talk)


async def is_first(talk: Talk) -> bool:
    """Tell whether an owner is here who never had the checklist."""
    is_owner = talk.is_private and await staff.has_role(talk.connection, talk.user_id, Role.OWNER)
    return is_owner and await checklists.find(talk.connection, talk.chat_id) is None


async def bring(talk: Talk) -> None:
    """Let the checklist stand below, and the one before go."""
    await talk.reader()
    known = await checklists.find(talk.connection, talk.chat_id)
    standing = await checklists.read_standing(talk.connection, talk.chat_id, talk.newsroom.rules)
    screen = draw_checklist(talk.t, standing)
    await checklists.bring(talk.connection, talk.chat_id, talk.next_key, stamp(screen), talk.visit.now)
    talk.say(*screen)
    if known and known.message_id:
        talk.send("deleteMessage", {"message_id": known.message_id})


async def press_setup(talk: Talk, press: Press) -> None:
    """Begin a step."""
    await require_admin(talk)
    if press.screen in DEEDS:
        await DEEDS[press.screen](talk)
    else:
        raise Refusal("button.old")
    announce(talk.connection, "setup")


async def _ask_source(talk: Talk) -> None:
    await _wait_for(talk, Step.SOURCE)
    drop = make_button(talk.t.plain("button.drop"), Act.DROP)
    talk.say(talk.t("setup.ask.source"), make_keyboard([[drop]]))


async def _ask_desk(talk: Talk) -> None:
    if talk.newsroom.rules.chat_id:
        raise Refusal("setup.desk.fixed")
    await _pick(talk, Step.DESK, offer_desk(talk.t))


async def _ask_channel(talk: Talk) -> None:
    await _pick(talk, Step.CHANNEL, offer_channel(talk.t))


async def _ask_staff(talk: Talk) -> None:
    await staffing.offer(talk)


async def _pick(talk: Talk, step: Step, keyboard: Below) -> None:
    await _wait_for(talk, step)
    talk.say(talk.t(f"setup.ask.{step}"), keyboard)


async def _wait_for(talk: Talk, step: Step) -> None:
    await prompts.put(talk.connection, talk.chat_id, talk.user_id, f"{PROMPT}{step}", talk.visit.now)


async def _send_test(talk: Talk) -> None:
    """Let the newest article come as readers get it, or a sample where there is none."""
    newest = await articles.list_latest(talk.connection, ALL, LOOKED_AT)
    number = next((article.id for article in newest if article.retracted is None), None)
    if number is None:
        site = await site_name(talk) or f"@{talk.bot.username}"
        time = Html(write_moment(talk.visit.now, talk.t, talk.newsroom.zone))
        talk.say(talk.t("setup.sample", site=site, time=time))
    else:
        await desktop.show_news(talk, await desktop.find_dossier(talk, str(number)))
    await checklists.note_tested(talk.connection, talk.chat_id, talk.visit.now)


DEEDS: Mapping[str, Callable[[Talk], Awaitable[None]]] = {
    Step.SOURCE: _ask_source,
    Step.DESK: _ask_desk,
    Step.CHANNEL: _ask_channel,
    Step.STAFF: _ask_staff,
    Step.TEST: _send_test,
}


async def take(talk: Talk, waited: str, typed: str) -> None:
    """Take the address that is typed for a step. Raises Refusal for all else."""
    await require_admin(talk)
    if waited.removeprefix(PROMPT) != Step.SOURCE:
        raise Refusal("setup.pick")
    await probe(talk, typed.strip(), adds=True)


async def take_alone(talk: Talk, typed: str) -> bool:
    """Take the button below by which moderators have no group, for however long it has stood; tells whether it is it.

    What it writes is nothing that anybody else would write.
    """
    labels = {alone_label(texts(language)) for language in LANGUAGES}
    if typed.strip() not in labels or not await staff.has_role(talk.connection, talk.user_id, Role.ADMIN):
        return False
    await prompts.end(talk.connection, talk.chat_id, talk.user_id)
    await sit_alone(talk)
    announce(talk.connection, "setup")
    talk.say(talk.t("setup.desk.alone.chosen"), ReplyKeyboardRemove())
    return True


async def take_chat(update: Update, talk: Talk) -> None:
    """Take the group or the channel that was picked."""
    shared = update.message.chat_shared if update.message else None
    pick = PICKED.get(shared.request_id) if shared else None
    if shared is None or pick is None:
        return
    await require_admin(talk)
    told = await pick(talk, shared)
    await prompts.end(talk.connection, talk.chat_id, talk.user_id)
    announce(talk.connection, "setup")
    talk.say(told, ReplyKeyboardRemove())


async def _take_desk(talk: Talk, shared: ChatShared) -> str:
    return await sit_together(talk, Spot(shared.chat_id))


async def _take_channel(talk: Talk, shared: ChatShared) -> str:
    """Let a channel be one of ours: the change of the bot's rights there may have done that already, or comes later."""
    if not require_footing(talk).may_post:
        raise Refusal("setup.channel.mute")
    await chats.greet(talk.connection, shared.chat_id, "channel", talk.visit.now)
    known = await subscribers.find(talk.connection, shared.chat_id)
    if known is None or known.state != "active":
        known = await channels.attach(talk, shared.chat_id, shared.title or "")
    return talk.t("setup.channel.chosen", title=echo(shared.title or ""), number=Label(known.id))


PICKED: Mapping[int, Callable[[Talk, ChatShared], Awaitable[str]]] = {
    Pick.DESK: _take_desk,
    Pick.CHANNEL: _take_channel,
}


HANDLERS: list[BaseHandler[Update, Talk, None]] = [
    CommandHandler("setup", show),
    MessageHandler(filters.StatusUpdate.CHAT_SHARED, take_chat),
]
