"""Who may decide what a chat gets, in private the person, in a group its administrators; and what the bot may do there.

Telegram is asked before the transaction of the update is opened, and only for groups; its answer is kept for a minute.
Where it did not answer nobody may, and it is asked again. What the bot may do is asked where somebody picks a chat.
"""

import time
from typing import Any

import orjson
from telegram import Update

from bot.api import BotApi, NoAnswerError, NotSentError
from bot.asking import Asking
from bot.callbacks import Act, decode
from bot.grouping import read_place
from newsroom.footing import ADMINISTRATORS, TELLING, Footing, read_footing

KEPT_FOR = 60.0  # seconds
MOST_KEPT = 10_000


class Rights:
    """Knows who administers which group, and how the bot of this number stands there."""

    def __init__(self, api: BotApi, bot_id: int) -> None:
        self._api, self._bot_id = api, bot_id
        self._known: dict[tuple[int, int], tuple[float, bool]] = {}

    async def may_set(self, update: Update) -> bool:
        """Tell whether whoever sent the update may change what its chat gets."""
        chat, user, message = update.effective_chat, update.effective_user, update.message
        if chat is None or chat.type == "private":
            return chat is not None
        if not _is_asked(update):
            return False
        if message and message.sender_chat:
            return message.sender_chat.id == chat.id  # an anonymous administrator speaks as the group
        return await self._is_administrator(chat.id, user.id) if user else False

    async def find_footing(self, update: Update) -> Footing | None:
        """Answer how the bot stands in the chat that was picked; None where none was, or Telegram could not tell."""
        chat_id = find_picked(update)
        if not chat_id:
            return None
        ask = Asking(self._api)
        status, member = await ask("getChatMember", chat_id=chat_id, user_id=self._bot_id)
        if status not in TELLING:
            return None
        told, chat = await ask("getChat", chat_id=chat_id)
        return read_footing(member, chat) if told in TELLING else None

    def forget(self, chat_id: int) -> None:
        """Know nothing more of a group, or of a person."""
        self._known = {ids: known for ids, known in self._known.items() if chat_id not in ids}

    async def _is_administrator(self, chat_id: int, user_id: int) -> bool:
        known = self._known.get((chat_id, user_id))
        if known and known[0] > time.monotonic():
            return known[1]
        found = await self._ask(chat_id, user_id)
        if found is None:
            return False
        if len(self._known) > MOST_KEPT:
            self._known.clear()
        self._known[chat_id, user_id] = (time.monotonic() + KEPT_FOR, found)
        return found

    async def _ask(self, chat_id: int, user_id: int) -> bool | None:
        """Ask Telegram; None when it could not tell, which is no answer to remember."""
        try:
            _, body = await self._api.call("getChatMember", orjson.dumps({"chat_id": chat_id, "user_id": user_id}))
            answer: dict[str, Any] = orjson.loads(body)
        except (NoAnswerError, NotSentError, ValueError):
            return None
        return answer["result"].get("status") in ADMINISTRATORS if answer.get("ok") else None


def find_picked(update: Update) -> int:
    """Answer the chat that an update wants for something: picked, or said to be for that; 0 for none."""
    if update.message and update.message.chat_shared:
        return update.message.chat_shared.chat_id
    press = decode(update.callback_query.data) if update.callback_query else None
    place = read_place(press.what) if press and press.act is Act.GROUP else None
    return place[0].chat_id if place else 0


def _is_asked(update: Update) -> bool:
    """Tell whether the update asks for something: a press or a command."""
    text = (update.message.text or "") if update.message else ""
    return update.callback_query is not None or text.startswith("/")
