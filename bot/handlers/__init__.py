"""What people do, an act for each function, a module for each kind of act.

A handler is named for the act. It reads and writes through `talk.connection` and answers through `talk`; it never
calls Telegram. What cannot be done is a `Refusal`. A new command is a function here, a line of its module's `HANDLERS`,
a line of `bot/menus.py` if a menu shows it, and its texts; a module is a line of `all_handlers`.
"""

from telegram import Update
from telegram.ext import BaseHandler, TypeHandler

from bot.handlers import (
    auditing,
    broadcasting,
    channels,
    choosing,
    closing,
    composing,
    copies,
    correcting,
    data,
    deciding,
    discussing,
    dispatching,
    dossiers,
    figures,
    filing,
    following,
    membership,
    myreplies,
    operating,
    preferences,
    pushing,
    queueing,
    reading,
    replying,
    searching,
    setup,
    sources,
    staffing,
    starting,
    topicwords,
    wordings,
    words,
)
from bot.handlers.greeting import greet
from bot.talk import Talk


def all_handlers() -> dict[int, list[BaseHandler[Update, Talk, None]]]:
    """Answer the handlers by group: who is there, what is no act or was edited, which mostly ends it, then the acts."""
    acts = [
        *myreplies.HANDLERS,
        *membership.HANDLERS,
        *starting.HANDLERS,
        *setup.HANDLERS,
        *data.HANDLERS,
        *choosing.HANDLERS,
        *preferences.HANDLERS,
        *following.HANDLERS,
        *reading.HANDLERS,
        *dossiers.HANDLERS,
        *dispatching.HANDLERS,
        *correcting.HANDLERS,
        *replying.HANDLERS,
        *discussing.HANDLERS,
        *searching.HANDLERS,
        *deciding.HANDLERS,
        *topicwords.HANDLERS,
        *filing.HANDLERS,
        *sources.HANDLERS,
        *channels.HANDLERS,
        *composing.HANDLERS,
        *broadcasting.HANDLERS,
        *pushing.HANDLERS,
        *queueing.HANDLERS,
        *closing.HANDLERS,
        *auditing.HANDLERS,
        *figures.HANDLERS,
        *operating.HANDLERS,
        *staffing.HANDLERS,
        *wordings.HANDLERS,
        *words.HANDLERS,
    ]
    return {-1: [TypeHandler(Update, greet)], 0: copies.FIRST, 1: acts}
