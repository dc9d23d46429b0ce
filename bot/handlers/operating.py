"""What admins ask of the program itself, in private, by a role looked up at the act.

/backup   a backup is made by the job of that name, and whoever asked is told its name, size and moment
"""

from telegram import Update
from telegram.ext import BaseHandler, CommandHandler

from bot.handlers.auditing import require_admin
from bot.talk import Talk
from db.store import staff, wishes
from db.store.wishes import Wish


async def ask_backup(_update: Update, talk: Talk) -> None:
    """Have a backup made."""
    await require_admin(talk)
    is_new = await wishes.ask(talk.connection, Wish(talk.chat_id, talk.t.language), talk.visit.now)
    if is_new:
        await staff.note(talk.connection, staff.Act(str(talk.user_id), "back up", ""), talk.visit.now)
    talk.say(talk.t("backup.asked"))


HANDLERS: list[BaseHandler[Update, Talk, None]] = [
    CommandHandler("backup", ask_backup),
]
