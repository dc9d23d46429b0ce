"""`/channels`: editors bring the bot into channels, and set from their private chats what is posted there.

    an editor lets the bot post ─▶ a subscriber that follows nothing ─▶ the editor is told, with the way to the topics
    somebody else does          ─▶ nothing is posted, and the editors are told
    the right is taken away     ─▶ the channel rests with all that it prefers, until an editor gives it back
    an editor takes the bot out ─▶ the same, on purpose: the look at the whole finds no fault in it

    /channels                    all of them
    /channels 12                 the settings of one

A button that sets a channel carries its number (`bot/callbacks.py`); the role is looked up at every press.
"""

from telegram import ChatMember, ChatMemberAdministrator, ChatMemberUpdated, Update
from telegram.ext import BaseHandler, CommandHandler

from bot.callbacks import OF_CHANNELS, Press
from bot.channels import draw_channels
from bot.desk import Desk
from bot.handlers.greeting import LEFT
from bot.handlers.topicwords import require_editor
from bot.handlers.views import look
from bot.screens import draw
from bot.talk import Talk, echo
from db.store import chats, follows, staff, subscribers
from db.store.subscribers import Newcomer, Subscriber
from newsroom.errors import Refusal
from newsroom.readers import Rhythm, Schedule
from newsroom.roles import Role
from newsroom.text import read_number


async def list_or_open(_update: Update, talk: Talk) -> None:
    """List the channels, or show the settings of one."""
    await require_editor(talk)
    if not talk.argument:
        talk.say(*draw_channels(talk.t, await subscribers.list_channels(talk.connection), talk.visit.now))
        return
    talk.turn_to(await _find(talk, read_number(talk.argument) or 0))
    talk.say(*draw("settings", await look(talk)))


async def turn_to(talk: Talk, press: Press) -> None:
    """Let a press be about the channel that it carries.

    Raises Refusal for whoever is no editor, for what is no channel, and for what cannot be done for one.
    """
    await require_editor(talk)
    if press.act not in OF_CHANNELS:
        raise Refusal("button.old")
    talk.turn_to(await _find(talk, press.whose))


async def _find(talk: Talk, number: int) -> Subscriber:
    channel = await subscribers.find_channel(talk.connection, number)
    if channel is None:
        raise Refusal("channels.unknown")
    return channel


async def note_change(talk: Talk, press: Press) -> None:
    """Put on record what an editor chose for a channel; whoever chooses wants it to be posted, so it is awake."""
    if talk.subscriber:
        await subscribers.wake(talk.connection, talk.subscriber.chat_id)
        act = staff.Act(str(talk.user_id), f"{press.act} channel", str(talk.subscriber.chat_id), press.what)
        await staff.note(talk.connection, act, talk.visit.now)


async def note_rights(talk: Talk, change: ChatMemberUpdated) -> None:
    """Bring a channel in where an editor lets the bot post there, and let it rest where nobody does any more."""
    could, can = may_post(change.old_chat_member), may_post(change.new_chat_member)
    if could and not can and talk.subscriber:
        await _desk(talk).tell_lost(talk.connection, talk.chat_id, change.new_chat_member.status)
    is_editor = await staff.has_role(talk.connection, talk.user_id, Role.EDITOR)
    if not can and is_editor and change.new_chat_member.status in LEFT:
        await subscribers.let_go(talk.connection, talk.chat_id)
    if not can:
        await _rest(talk, change.new_chat_member.status)
        await chats.suspend(talk.connection, talk.chat_id, change.new_chat_member.status, talk.visit.now)
    elif is_editor:
        await _attach(talk, change.chat.title or "", is_new=not could)
    elif not could:
        await _rest(talk, subscribers.STRANGER)
        await _desk(talk).tell_stranger(talk.connection, talk.chat_id)


def may_post(member: ChatMember) -> bool:
    """Tell whether the bot may post in a channel, being there what it says."""
    return isinstance(member, ChatMemberAdministrator) and bool(member.can_post_messages)


async def _rest(talk: Talk, reason: str) -> None:
    """Let nothing be posted until an editor lets it; the chat alone would wake at its next sign of life."""
    await subscribers.suspend(talk.connection, talk.chat_id, 0, reason)


async def _attach(talk: Talk, title: str, *, is_new: bool) -> None:
    """Make a channel known or awake, and tell the editor unless it was both."""
    if is_new or talk.subscriber is None or talk.subscriber.state != "active":
        await attach(talk, talk.chat_id, title)


async def attach(talk: Talk, chat_id: int, title: str) -> Subscriber:
    """Make a channel known and awake, and tell the editor who talks what to do next; answers it."""
    await subscribers.wake(talk.connection, chat_id)
    channel = await subscribers.find(talk.connection, chat_id)
    channel = channel or await subscribers.add(talk.connection, _newcomer(talk, chat_id), talk.visit.now)
    act = staff.Act(str(talk.user_id), "attach channel", str(chat_id))
    await staff.note(talk.connection, act, talk.visit.now)
    chosen = bool(await follows.list_of(talk.connection, channel.id))
    await _desk(talk).tell_attached(talk.connection, talk.user_id, channel, echo(title), follows=chosen)
    return channel


def _newcomer(talk: Talk, chat_id: int) -> Newcomer:
    schedule = Schedule(Rhythm.INSTANT, talk.newsroom.zone)
    return Newcomer(chat_id, 0, talk.newsroom.language, schedule)


def _desk(talk: Talk) -> Desk:
    return Desk(lambda: talk.visit.now, talk.newsroom.language)


HANDLERS: list[BaseHandler[Update, Talk, None]] = [
    CommandHandler("channels", list_or_open),
]
