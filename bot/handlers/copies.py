"""Where posts of channels are discussed: the copies that Telegram puts into their groups. They are answered by nobody.

The bot hears of them as an administrator of the group, or with privacy mode off (Bot API, is_automatic_forward).
"""

from telegram import MessageOriginChannel, Update
from telegram.ext import ApplicationHandlerStop, BaseHandler, MessageHandler, filters

from bot.handlers.myreplies import EDITS
from bot.talk import Talk
from db.store import posts, publications
from db.store.posts import Copy


async def note_copy(update: Update, talk: Talk) -> None:
    """Note which message of a group is the copy of which post; what was said of the article before comes below it."""
    message = update.effective_message
    origin = message.forward_origin if message else None
    if message and isinstance(origin, MessageOriginChannel):
        copy = Copy(origin.chat.id, origin.message_id, talk.chat_id, message.message_id)
        await posts.note_copy(talk.connection, copy, talk.visit.now)
        article_id = await posts.find_shown(talk.connection, copy.channel_id, copy.post_id, talk.visit.now)
        if article_id is not None:
            await publications.catch_up(talk.connection, article_id, talk.visit.now)
    raise ApplicationHandlerStop


FIRST: list[BaseHandler[Update, Talk, None]] = [
    MessageHandler(filters.IS_AUTOMATIC_FORWARD & filters.UpdateType.MESSAGE, note_copy),
    *EDITS,
]
