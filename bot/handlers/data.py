"""What is kept on a person: told, sent as files, erased; and the rules of discussion.

    /forget ─▶ what goes, and ✅ / ✖️ ─▶ ✅: erased in this very transaction ─▶ one last message

A group's administrators may have the group forgotten. A file is sent in private alone, for in a group all would see it.
"""

from datetime import timedelta

from telegram import InlineKeyboardMarkup, Update
from telegram.ext import BaseHandler, CommandHandler

from bot.callbacks import Act, Press
from bot.datafile import Owner, write_json, write_text
from bot.handlers.views import look, site_name
from bot.keyboards import make_button, make_keyboard
from bot.talk import Talk
from db.store import inbox, outbox, people, pushes, staff
from locales import Html
from newsroom.errors import Refusal
from newsroom.replies import State
from newsroom.waiting import LASTS

YES, NO = "yes", "no"


async def show_privacy(_update: Update, talk: Talk) -> None:
    """Tell what is kept, for how long, and who answers for it."""
    told = talk.newsroom.privacy
    hours = max(inbox.KEPT_FOR, outbox.KEPT_FOR) // timedelta(hours=1)
    days = pushes.KEPT_FOR // timedelta(days=1)
    see = Html(talk.t("privacy.see" if talk.is_private else "privacy.see.group"))
    text = talk.t("privacy.text", site=await site_name(talk), hours=hours, days=days, see=see)
    text += "\n\n" + talk.t("privacy.replies", withdrawn=_days(State.WITHDRAWN), rejected=_days(State.REJECTED))
    if told.get("controller"):
        text += "\n\n" + talk.t("privacy.controller", controller=told["controller"])
    if told.get("url"):
        text += "\n\n" + talk.t("privacy.more", url=Html(told["url"]))
    data = [make_button(talk.t.plain("button.mydata"), Act.MYDATA)] if talk.is_private else []
    erase = [make_button(talk.t.plain("button.forget"), Act.FORGET)]
    talk.say(text, make_keyboard([data, erase]))


def _days(state: State) -> int:
    """Answer how many days a reply is kept that is in a state which ends it."""
    return LASTS[state][0] // timedelta(days=1)


async def show_rules(_update: Update, talk: Talk) -> None:
    """Tell the rules of discussion."""
    text = talk.t("rules.text")
    if url := talk.newsroom.privacy.get("rules"):
        text += "\n\n" + talk.t("rules.more", url=Html(url))
    talk.say(text)


async def send_data(_update: Update, talk: Talk) -> None:
    """Send all that is kept."""
    await _send_files(talk)


async def press_data(talk: Talk, _press: Press) -> None:
    """Send it by a button."""
    await _send_files(talk)


async def _send_files(talk: Talk) -> None:
    """Send all that is kept on a person: a file to be read, and the same for programs."""
    if not talk.is_private:
        raise Refusal("mydata.group")
    kept, now = await people.read(talk.connection, _person(talk)), talk.visit.now
    stories = await people.read_stories(talk.connection, {row["push_id"] for row in kept["deliveries"]})
    owner = Owner(await look(talk), talk.newsroom.zone, stories, now)
    talk.send_file("data.txt", write_text(kept, owner), talk.t("mydata.caption"))
    talk.send_file("data.json", write_json(kept, now), talk.t("mydata.caption_json"))


async def ask_to_forget(_update: Update, talk: Talk) -> None:
    """Say what would be erased, and ask."""
    talk.require_right()
    await _refuse_staff(talk)
    talk.say(*_question(talk))


async def press_forget(talk: Talk, press: Press) -> None:
    """Ask, erase, or leave everything as it is; a press that comes too late only asks again."""
    await _refuse_staff(talk)
    if press.what == NO:
        talk.redraw(talk.t("forget.kept"))
    elif press.what != YES:
        talk.say(*_question(talk))
    elif talk.visit.is_late:
        talk.redraw(*_question(talk))
    else:
        await people.forget(talk.connection, _person(talk), talk.visit.now)
        talk.redraw(talk.t("forget.done"))
        talk.part()


def _person(talk: Talk) -> people.Person:
    return people.Person(talk.chat_id, talk.newsroom.vault.author_key(talk.chat_id))


def _question(talk: Talk) -> tuple[str, InlineKeyboardMarkup | None]:
    yes = make_button(talk.t.plain("button.forget.yes"), Act.FORGET, YES)
    no = make_button(talk.t.plain("button.forget.no"), Act.FORGET, NO)
    return talk.t("forget.ask" if talk.is_private else "forget.ask_group"), make_keyboard([[yes], [no]])


async def _refuse_staff(talk: Talk) -> None:
    """Raise Refusal for whoever has a role: the newsroom must know whom it lets decide, and reach him."""
    roles = await staff.list_roles(talk.connection, talk.chat_id)
    if roles:
        raise Refusal("forget.staff", roles=talk.t.plain("list.comma").join(roles))


HANDLERS: list[BaseHandler[Update, Talk, None]] = [
    CommandHandler("privacy", show_privacy),
    CommandHandler("rules", show_rules),
    CommandHandler("mydata", send_data),
    CommandHandler("forget", ask_to_forget),
]
