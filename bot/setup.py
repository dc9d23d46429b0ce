"""The checklist of whoever sets the bot up: five steps, each with a mark and a button; and what its buttons lead to.

    ➕ not done   ✅ done, however it came          the message is drawn anew as things change (`jobs/setup.py`)

What is done by a step is in `bot/handlers/setup.py`. A step more is a member of `newsroom.setup.Step` and its texts.
"""

from dataclasses import dataclass
from enum import IntEnum
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection
from telegram import (
    ChatAdministratorRights,
    InlineKeyboardButton,
    KeyboardButton,
    KeyboardButtonRequestChat,
    ReplyKeyboardMarkup,
)

from bot.callbacks import Act
from bot.docket import Docket, write
from bot.keyboards import in_columns, make_button, make_keyboard
from bot.view import CHOSEN, NOT_CHOSEN, Screen
from db.store import checklists
from locales import Html, Texts
from newsroom.cards import handle
from newsroom.setup import Standing, Step, is_all_done, is_done

# What the bot must be able to do in a channel: post, change and take back.
IN_CHANNEL = frozenset({"can_manage_chat", "can_post_messages", "can_edit_messages", "can_delete_messages"})
# And where moderators sit: a photo goes with its reply, for which a bot needs the right once it is two days old.
IN_DESK = frozenset({"can_manage_chat", "can_delete_messages"})
# Whoever picks must be able to give these; the bot's are to be among the person's (Bot API, KeyboardButtonRequestChat).
TO_GIVE = frozenset({"can_invite_users", "can_promote_members"})
EVERYWHERE = (
    "is_anonymous", "can_manage_chat", "can_delete_messages", "can_manage_video_chats", "can_restrict_members",
    "can_promote_members", "can_change_info", "can_invite_users", "can_post_stories", "can_edit_stories",
    "can_delete_stories",
)  # fmt: skip
LATER = {"can_send_welcome_messages": False}  # python-telegram-bot does not know it yet, and it is asked for


class Pick(IntEnum):
    """What is picked by a button of the keyboard below: its number comes back with what was picked."""

    DESK = 901
    CHANNEL = 902


@dataclass(frozen=True, slots=True)
class Guide:
    """Draws checklists."""

    docket: Docket

    async def render(self, connection: AsyncConnection, chat_id: int) -> tuple[dict[str, Any], str]:
        """Answer what a checklist should show now, as the Bot API takes it, and what tells whether it does."""
        t = await self.docket.speak_to(connection, chat_id)
        screen = draw_checklist(t, await checklists.read_standing(connection, chat_id, self.docket.rules))
        return write(screen), stamp(screen)


def stamp(screen: Screen) -> str:
    """Answer what tells a checklist from one that shows something else."""
    text, keyboard = screen
    return handle(f"{text}{keyboard.to_json() if keyboard else ''}")


def draw_checklist(t: Texts, standing: Standing) -> Screen:
    """The five steps, and how it stands with each."""
    lines = [f"{_mark(step, standing)} {_tell(t, step, standing)}" for step in Step]
    end = t("setup.done" if is_all_done(standing) else "setup.how")
    buttons = in_columns(_button(t, step, standing) for step in Step)
    return "\n\n".join([t("setup.title"), "\n".join(lines), end]), make_keyboard(buttons)


def _button(t: Texts, step: Step, standing: Standing) -> InlineKeyboardButton:
    label = f"{_mark(step, standing)} {t.plain(f'setup.step.{step}')}"
    return make_button(label, Act.SETUP, screen=step)


def _mark(step: Step, standing: Standing) -> str:
    return CHOSEN if is_done(step, standing) else NOT_CHOSEN


def _tell(t: Texts, step: Step, standing: Standing) -> str:
    """Say how it stands with a step: what is there, or what it is for."""
    name = Html(f"<b>{t(f'setup.step.{step}')}</b>")
    return t("setup.line", step=name, told=Html(_DETAILS[step](t, standing)))


def _tell_source(t: Texts, standing: Standing) -> str:
    if not standing.sources:
        return t("setup.source.unread" if standing.unread else "setup.source.none")
    return t.count("setup.source", standing.sources)


def _tell_desk(t: Texts, standing: Standing) -> str:
    return t(f"setup.desk.{standing.desk}")


def _tell_channel(t: Texts, standing: Standing) -> str:
    if not standing.channels:
        return t("setup.channel.none")
    told = t.count("setup.channel", standing.channels)
    return f"{told} {t('setup.channel.silent')}" if standing.silent else told


def _tell_staff(t: Texts, standing: Standing) -> str:
    return t.count("setup.staff", standing.staff) if standing.staff else t("setup.staff.none")


def _tell_test(t: Texts, standing: Standing) -> str:
    return t("setup.test.sent" if standing.tested else "setup.test.none")


_DETAILS = {
    Step.SOURCE: _tell_source,
    Step.DESK: _tell_desk,
    Step.CHANNEL: _tell_channel,
    Step.STAFF: _tell_staff,
    Step.TEST: _tell_test,
}


def offer_desk(t: Texts) -> ReplyKeyboardMarkup:
    """The keyboard that picks a group for moderators, or none."""
    pick = _request_chat(Pick.DESK, IN_DESK, is_channel=False)
    return _below(t, KeyboardButton(t.plain("button.setup.group"), request_chat=pick), alone_label(t))


def alone_label(t: Texts) -> str:
    """Answer what the button writes that lets each moderator sit alone."""
    return t.plain("button.setup.alone")


def offer_channel(t: Texts) -> ReplyKeyboardMarkup:
    """The keyboard that picks a channel, in which Telegram lets the bot post by that."""
    pick = _request_chat(Pick.CHANNEL, IN_CHANNEL, is_channel=True)
    return _below(t, KeyboardButton(t.plain("button.setup.channel"), request_chat=pick))


def _request_chat(pick: Pick, needed: frozenset[str], *, is_channel: bool) -> KeyboardButtonRequestChat:
    return KeyboardButtonRequestChat(
        pick,
        is_channel,
        user_administrator_rights=_make_rights(needed | TO_GIVE),
        bot_administrator_rights=_make_rights(needed),
        bot_is_member=None if is_channel else True,
        request_title=True,
    )


def _make_rights(names: frozenset[str]) -> ChatAdministratorRights:
    told = dict.fromkeys(EVERYWHERE, False) | dict.fromkeys(names, True)
    return ChatAdministratorRights(**told, api_kwargs=LATER)


def _below(t: Texts, *buttons: KeyboardButton | str) -> ReplyKeyboardMarkup:
    rows = [[button] for button in (*buttons, t.plain("button.drop"))]
    return ReplyKeyboardMarkup(rows, resize_keyboard=True, one_time_keyboard=True)
