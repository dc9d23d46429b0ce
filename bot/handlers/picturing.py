"""A photo with words below it, where `REPLY_PHOTOS` lets it be a reply: taken for what the words alone would be.

What is kept is by what name Telegram knows the file for this bot, and nothing else of the message. Telegram has taken
out of a photo what a camera writes into it; a picture that is sent as a file, where that is still in it, is not taken.
"""

from telegram import Update

from bot.handlers import replying
from bot.handlers.authoring import ANEW, TO_ARTICLE, TO_REPLY, read_written
from bot.talk import Talk
from db.store import prompts
from newsroom.errors import Refusal

PROMPTS = (TO_ARTICLE, TO_REPLY, ANEW)  # what a photo may answer


async def take(update: Update, talk: Talk) -> bool:
    """Take a photo for a reply: as the answer to a prompt, or as one to an article's message, which is asked about.

    Tells whether it was one. The other photos of an album have no words, and are passed over.
    """
    message = update.effective_message
    written = read_written(talk, message)
    waited = await prompts.find(talk.connection, talk.chat_id, talk.user_id, talk.visit.now) or ""
    if written is None and message is not None and message.media_group_id and not waited:
        return True
    if waited.startswith(PROMPTS):
        if written is None:
            raise Refusal("reply.photo.words")
        await replying.take_answer(talk, waited, written)
        await prompts.end(talk.connection, talk.chat_id, talk.user_id)
        return True
    is_answer = replying.find_answered(talk.answered) is not None
    return is_answer and written is not None and await replying.ask_whether(talk, written.text, is_name=True)
