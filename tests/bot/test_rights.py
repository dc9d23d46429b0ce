"""Rights: who administers a group, and what is remembered of it."""

from typing import cast

import orjson
from telegram import Update

from bot.api import BotApi, NoAnswerError
from bot.rights import Rights

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
