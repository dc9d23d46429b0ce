"""Who may decide what a chat gets: in private the person, in a group its administrators alone.

Telegram is asked before the transaction of the update is opened, and only for groups; its answer is kept for a minute.
Where it did not answer nobody may, and it is asked again.
"""

import time
from typing import Any

import orjson
from telegram import Update

from bot.api import BotApi, NoAnswerError, NotSentError

KEPT_FOR = 60.0  # seconds
MOST_KEPT = 10_000
ADMINISTRATORS = {"creator", "administrator"}


class Rights:
    """Knows who administers which group."""

    def __init__(self, api: BotApi) -> None:
        self._api = api
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


def _is_asked(update: Update) -> bool:
    """Tell whether the update asks for something: a press or a command."""
    text = (update.message.text or "") if update.message else ""
    return update.callback_query is not None or text.startswith("/")
