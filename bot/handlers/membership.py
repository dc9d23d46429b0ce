"""Coming and going: blocked, unblocked, added, removed, allowed to write again, and groups that move to another id."""

from telegram import Update
from telegram.ext import BaseHandler, ChatMemberHandler, MessageHandler, filters

from bot.handlers import channels, grouping
from bot.handlers.greeting import LEFT
from bot.talk import Talk
from db.store import chats, subscribers


async def note_change(update: Update, talk: Talk) -> None:
    """Let a chat that shut us out rest, with everything that it prefers; who comes back was greeted already.

    Any other change may be the right to write that was missing. A channel is the editors' (`channels.py`).
    """
    change = update.my_chat_member
    if change and change.chat.type == "channel":
        await channels.note_rights(talk, change)
    elif change and change.new_chat_member.status in LEFT:
        await chats.suspend(talk.connection, talk.chat_id, change.new_chat_member.status, talk.visit.now)
    else:
        await subscribers.wake(talk.connection, talk.chat_id)
        if change:
            await grouping.ask_whoever_came(talk, change)


async def reopen_topic(_update: Update, talk: Talk) -> None:
    """Let a forum topic that was closed get news again."""
    await subscribers.wake(talk.connection, talk.chat_id, talk.thread_id)


async def move_group(update: Update, talk: Talk) -> None:
    """Follow a group to its new id; both ids tell of it, in either order."""
    message = update.effective_message
    if message and message.migrate_to_chat_id:
        await chats.migrate(talk.connection, talk.chat_id, message.migrate_to_chat_id)
    elif message and message.migrate_from_chat_id:
        await chats.migrate(talk.connection, message.migrate_from_chat_id, talk.chat_id)


HANDLERS: list[BaseHandler[Update, Talk, None]] = [
    ChatMemberHandler(note_change, ChatMemberHandler.MY_CHAT_MEMBER),
    MessageHandler(filters.StatusUpdate.MIGRATE, move_group),
    MessageHandler(filters.StatusUpdate.FORUM_TOPIC_REOPENED, reopen_topic),
]
