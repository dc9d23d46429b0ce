"""`/audit`: what was done in the newsroom, by whom and when; for admins, in private, by a role looked up at the act.

    /audit      the newest lines, a page at a time
    /audit 3    those of the third member of the staff, as this list and the moderators' cards number them

Whether the lines are as they were written is for `qasid audit verify` to say. An act is told by its text `act.…`, one
on a reply by `done.…`, and one that has no text by its name.
"""

from collections.abc import Mapping

from telegram import Update
from telegram.ext import BaseHandler, CommandHandler

from bot.articles import write_moment
from bot.callbacks import Act, Press
from bot.cards import MACHINES
from bot.handlers.deciding import require_role
from bot.keyboards import make_keyboard, pages_row
from bot.talk import Talk, echo
from bot.view import Screen
from db.store import AnyRow, audit, overseeing
from locales import Html, Label, Texts
from newsroom.cutting import shorten
from newsroom.errors import Refusal
from newsroom.roles import Role
from newsroom.text import read_number

SHOWN = 10
DETAIL = 120  # characters


async def show_audit(_update: Update, talk: Talk) -> None:
    """List the newest acts, or those of one member of the staff."""
    await require_admin(talk)
    talk.say(*await _draw(talk, await _find_actor(talk), 0))


async def turn_audit(talk: Talk, press: Press) -> None:
    """Turn the page."""
    await require_admin(talk)
    talk.redraw(*await _draw(talk, press.what, press.page))


async def require_admin(talk: Talk) -> None:
    """Raise Refusal for whoever is no admin, and in a group."""
    await require_role(talk, Role.ADMIN)
    if not talk.is_private:
        raise Refusal("staff.private")


async def _find_actor(talk: Talk) -> str:
    """Answer whose acts are asked for: nobody's in particular where nothing is said."""
    if not talk.argument:
        return ""
    number = read_number(talk.argument)
    numbers = await overseeing.number_staff(talk.connection)
    found = [actor for actor, known in numbers.items() if known == number]
    if not found:
        raise Refusal("audit.unknown", number=echo(talk.argument))
    return found[0]


async def _draw(talk: Talk, actor: str, page: int) -> Screen:
    found = await audit.list_newest(talk.connection, actor, page * SHOWN, SHOWN + 1)
    numbers = await overseeing.number_staff(talk.connection)
    lines = [_write(talk, row, numbers) for row in found[:SHOWN]] or [talk.t("audit.nothing")]
    pages = page + (2 if len(found) > SHOWN else 1)
    keyboard = make_keyboard([pages_row(talk.t, Press(Act.AUDIT, actor, page=page), pages)])
    return "\n\n".join([talk.t("audit"), *lines]), keyboard


def _write(talk: Talk, row: AnyRow, numbers: Mapping[str, int]) -> str:
    t = talk.t
    when = Html(write_moment(row.at, t, talk.newsroom.zone))
    line = t("audit.line", what=_name_act(t, row), who=_link_actor(t, row.actor, numbers), time=when)
    detail = ", ".join(filter(None, (row.code or "", row.detail)))
    told = " · ".join(filter(None, (row.subject, shorten(detail, DETAIL))))
    return f"{line}\n{t('list.item', name=told)}" if told else line


def _name_act(t: Texts, row: AnyRow) -> str:
    key = f"done.{row.action}" if row.reply_id else f"act.{row.action.replace(' ', '-')}"
    return t.plain(key) if t.knows(key) else str(row.action)


def _link_actor(t: Texts, actor: str, numbers: Mapping[str, int]) -> Html:
    """Answer who did something; the number of a member of the staff leads to his profile."""
    if actor in numbers:
        return Html(f'<a href="tg://user?id={actor}">{t("audit.staff", number=Label(numbers[actor]))}</a>')
    if actor == "author":
        return Html(t("who.author"))
    key = "who.machine" if actor in MACHINES else f"audit.by.{actor}"
    return Html(t(key if t.knows(key) else "audit.gone"))


HANDLERS: list[BaseHandler[Update, Talk, None]] = [
    CommandHandler("audit", show_audit),
]
