"""What a group is for: asked in private of whoever of the staff brings the bot there, or writes `/setup` in it.

    🛡 moderators sit there (admins)   🗞 it gets news   🚪 the bot leaves      nobody else is asked anything

In a forum `/setup` is about the topic in which it is written. What a group gets its own administrators choose there.
"""

import hmac
import html
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace

from telegram import ChatMemberUpdated, Update

from bot.callbacks import Press
from bot.desk import Desk
from bot.grouping import Question, read_place, write_spot
from bot.handlers.deciding import require_role
from bot.handlers.greeting import LEFT
from bot.handlers.seating import require_group, sit_together
from bot.handlers.views import look
from bot.screens import draw
from bot.talk import Talk, echo
from db.store import chats, choices, follows, prompts, staff, subscribers
from db.store.cards import Spot
from db.store.subscribers import Newcomer, Subscriber
from locales import texts
from newsroom.errors import Refusal
from newsroom.readers import Rhythm, Schedule
from newsroom.roles import Role

GROUPS = {"group", "supergroup"}
PICKING = "setup desk"  # who picks a group for moderators says by that what it is for


async def ask_whoever_came(talk: Talk, change: ChatMemberUpdated) -> None:
    """Ask whoever of the staff has brought the bot into a group; a person who never wrote to it cannot be asked."""
    is_new = change.old_chat_member.status in LEFT and change.new_chat_member.status not in LEFT
    if change.chat.type not in GROUPS or not is_new:
        return
    picks = await prompts.find(talk.connection, talk.user_id, talk.user_id, talk.visit.now) == PICKING
    if not picks and not await _is_desk(talk, talk.chat_id):
        await _ask(talk, Spot(talk.chat_id), change.chat.title or "")


async def ask_here(update: Update, talk: Talk) -> None:
    """Ask an admin what this group is for, or this topic of it."""
    await require_role(talk, Role.ADMIN)
    title = (update.effective_chat.title if update.effective_chat else None) or ""
    if not await _ask(talk, Spot(talk.chat_id, talk.thread_id), title):
        raise Refusal("group.unreachable")
    talk.say(talk.t("group.privately"))


async def _ask(talk: Talk, spot: Spot, title: str) -> bool:
    """Put the question on its way; False where there is nobody of the staff to be asked."""
    if talk.user_id not in await staff.list_reachable(talk.connection, list(Role)):
        return False
    may_desk = await staff.has_role(talk.connection, talk.user_id, Role.ADMIN)
    desk = Desk(lambda: talk.visit.now, talk.newsroom.language)
    question = Question(spot, echo(title), talk.mark(write_spot(spot)), may_desk)
    await desk.ask_purpose(talk.connection, talk.user_id, question)
    return True


async def press_group(talk: Talk, press: Press) -> None:
    """Do with a group what whoever of the staff was asked about it says that it is for."""
    if not await staff.list_roles(talk.connection, talk.user_id):
        raise Refusal("staff.only")
    spot, deed = _read_asked(talk, press), DEEDS.get(press.screen)
    if deed is None or spot is None or talk.visit.is_late or not talk.is_private:
        raise Refusal("button.old")
    told = await deed(talk, spot)
    talk.redraw("\n\n".join(filter(None, (html.escape(talk.pressed_text, quote=False), told))))


def _read_asked(talk: Talk, press: Press) -> Spot | None:
    """Answer the place that a button is about; None where it is not whoever presses it who was asked about that."""
    spot, mark = read_place(press.what) or (None, "")
    return spot if spot and hmac.compare_digest(talk.mark(write_spot(spot)), mark) else None


async def _be_desk(talk: Talk, spot: Spot) -> str:
    await require_role(talk, Role.ADMIN)
    return await sit_together(talk, spot)


async def _get_news(talk: Talk, spot: Spot) -> str:
    """Let a group get news: nothing as yet, for its administrators choose there what."""
    if not require_group(talk).may_write:
        raise Refusal("setup.desk.mute")
    await chats.greet(talk.connection, spot.chat_id, "supergroup", talk.visit.now)
    group = await subscribers.find(talk.connection, spot.chat_id, spot.thread_id) or await _subscribe(talk, spot)
    await subscribers.wake(talk.connection, spot.chat_id, spot.thread_id)
    await _note(talk, "subscribe group", spot)
    await _show_topics(talk, group)
    return talk.t("group.news")


async def _subscribe(talk: Talk, spot: Spot) -> Subscriber:
    schedule = Schedule(Rhythm.INSTANT, talk.newsroom.zone)
    newcomer = Newcomer(spot.chat_id, spot.thread_id, talk.newsroom.language, schedule)
    return await subscribers.add(talk.connection, newcomer, talk.visit.now)


async def _show_topics(talk: Talk, group: Subscriber) -> None:
    """Show the topics in the group, to be chosen by its administrators."""
    chosen = await follows.list_of(talk.connection, group.id)
    view = replace(await look(talk), t=texts(group.language, group.digits), follows=chosen, is_private=False)
    text, keyboard = draw("subjects", replace(view, paused_until=None, stopped=False, keywords={}))
    markup = {"reply_markup": keyboard.to_dict()} if keyboard else {}
    thread = {"message_thread_id": group.thread_id} if group.thread_id else {}
    talk.send_to(group.chat_id, "sendMessage", {"text": text, "parse_mode": "HTML", **markup, **thread})


async def _leave(talk: Talk, spot: Spot) -> str:
    """Leave a group, unless moderators sit there: they are to sit elsewhere first."""
    if await _is_desk(talk, spot.chat_id):
        raise Refusal("group.is_desk")
    require_group(talk)
    talk.send_to(spot.chat_id, "leaveChat", {})
    await _note(talk, "leave group", spot)
    return talk.t("group.left")


async def _is_desk(talk: Talk, chat_id: int) -> bool:
    desk = await choices.find_desk(talk.connection, talk.newsroom.rules)
    return desk is not None and desk.chat_id == chat_id


async def _note(talk: Talk, deed: str, spot: Spot) -> None:
    await staff.note(talk.connection, staff.Act(str(talk.user_id), deed, str(spot.chat_id)), talk.visit.now)


DEEDS: Mapping[str, Callable[[Talk, Spot], Awaitable[str]]] = {"desk": _be_desk, "news": _get_news, "leave": _leave}
