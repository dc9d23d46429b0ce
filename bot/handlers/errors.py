"""What went wrong, for people: a refusal is told; anything else is the inbox's, which tries again."""

from telegram import Update

from bot.talk import Talk, current_visit
from newsroom.errors import Refusal


async def tell(update: object, talk: Talk) -> None:
    """Tell a refusal, or leave the failure to the inbox: python-telegram-bot would take the update for handled."""
    error, visit = talk.error, current_visit.get()
    if not isinstance(error, Refusal):
        visit.failure = visit.failure or error  # PostgreSQL refuses all that follows the first, and says only that
        return
    talk = visit.talk or talk  # the one that knows who is talking
    if isinstance(update, Update) and update.callback_query:
        talk.nod(talk.t.plain(error.key, **error.values), alert=True)
    else:
        talk.refuse(talk.t(error.key, **error.values))
