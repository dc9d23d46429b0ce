"""Before every act: the chat is known and awake, and who talks is found."""

from telegram import Update

from bot.talk import Talk
from db.store import chats

LEFT = {"kicked", "left"}


async def greet(update: Update, talk: Talk) -> None:
    """Note a sign of life. That somebody blocks or removes the bot is none."""
    talk.visit.talk = talk
    change = update.my_chat_member
    if update.effective_chat and not (change and change.new_chat_member.status in LEFT):
        await chats.greet(talk.connection, talk.chat_id, update.effective_chat.type, talk.visit.now)
    await talk.recall()
