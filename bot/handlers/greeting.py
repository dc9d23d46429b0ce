"""Before every act: the chat is known and awake, who talks is found, and what was asked before is over."""

from telegram import Update

from bot.callbacks import Act
from bot.talk import Talk
from db.store import chats, prompts

LEFT = {"kicked", "left"}


async def greet(update: Update, talk: Talk) -> None:
    """Note a sign of life. That somebody blocks or removes the bot is none."""
    talk.visit.talk = talk
    change = update.my_chat_member
    if update.effective_chat and not (change and change.new_chat_member.status in LEFT):
        await chats.greet(talk.connection, talk.chat_id, update.effective_chat.type, talk.visit.now)
    await talk.recall()
    if update.edited_message is None and _turns_to_something_else(talk):
        await prompts.end(talk.connection, talk.chat_id, talk.user_id)


def _turns_to_something_else(talk: Talk) -> bool:
    """Tell whether a person does something that is no answer to a prompt, and not its end either."""
    return talk.command not in {"", "cancel"} or (talk.press is not None and talk.press.act is not Act.DROP)
