"""Rights: who administers a group, and what is remembered of it."""

from typing import Any, cast

import orjson
import pytest
from telegram import Update

from bot.api import BotApi, NoAnswerError
from bot.rights import Rights, find_picked

ADMINISTRATOR = b'{"ok":true,"result":{"status":"administrator"}}'
MEMBER = b'{"ok":true,"result":{"status":"member"}}'
FLOOD = b'{"ok":false,"error_code":429,"description":"Too Many Requests: retry after 3"}'
SENDER = {"id": 5, "is_bot": False, "first_name": "x"}
GROUP = {"id": -5, "type": "group", "title": "x"}
UPDATE = Update.de_json(
    {"update_id": 1, "message": {"message_id": 1, "date": 1, "chat": GROUP, "from": SENDER, "text": "/follow x"}}, None
)


class Telegram:
    """The Bot API as far as it is asked here: answers one after another, the empty one being no answer."""

    def __init__(self, *answers: bytes) -> None:
        self.answers = list(answers)

    async def call(self, method: str, body: bytes) -> tuple[int, bytes]:
        assert (method, orjson.loads(body)) == ("getChatMember", {"chat_id": -5, "user_id": 5})
        answer = self.answers.pop(0)
        if not answer:
            raise NoAnswerError("reset")
        return 200, answer


async def asked(*answers: bytes, times: int) -> list[bool]:
    rights = Rights(cast("BotApi", Telegram(*answers)), 1)
    return [await rights.may_set(UPDATE) for _ in range(times)]


async def test_an_answer_is_remembered() -> None:
    assert await asked(ADMINISTRATOR, times=2) == [True, True]
    assert await asked(MEMBER, times=2) == [False, False]


async def test_no_answer_is_not_remembered_as_no() -> None:
    assert await asked(b"", FLOOD, b"<html>", ADMINISTRATOR, times=5) == [False, False, False, True, True]


def pick(**content: Any) -> Update:
    private = {"id": 5, "type": "private", "first_name": "x"}
    told = {"message_id": 1, "date": 1, "chat": private, "from": SENDER}
    return Update.de_json({"update_id": 1, "message": told | content}, None)


def press(data: str) -> Update:
    query = {"id": "1", "from": SENDER, "chat_instance": "1", "data": data}
    return Update.de_json({"update_id": 1, "callback_query": query}, None)


@pytest.mark.parametrize(
    ("update", "chat_id"),
    [
        (pick(chat_shared={"request_id": 1, "chat_id": -7}), -7),
        (pick(text="x"), 0),
        (press("1|group|-7/17/0123456789abcdef|desk|0"), -7),
        (press("1|group|-7/17|desk|0"), 0),
        (press("1|group|7/17/0123456789abcdef|desk|0"), 0),
        (press("1|card|-7/17/0123456789abcdef|desk|0"), 0),
        (press("x"), 0),
        (UPDATE, 0),
    ],
)
def test_telegram_is_asked_where_somebody_picks_a_chat_alone(update: Update, chat_id: int) -> None:
    assert find_picked(update) == chat_id
