"""The way out: what was refused is told to those who read the log, and what came too late for its slot goes back."""

from datetime import UTC, datetime

import orjson
from structlog.testing import capture_logs

from bot.api import BotApi
from bot.sender import TelegramSender, address
from newsroom.outcomes import Attempt, Came
from newsroom.work import Claimed, Edit, Rendering
from sandbox import Sandbox

NOW = datetime(2026, 11, 24, tzinfo=UTC)


async def test_what_would_leave_too_late_goes_back_and_its_connection_serves_the_next() -> None:
    rendering = Rendering("getMe", b"{}")
    claimed = Claimed(1, 1, "private", 0, "me", NOW, NOW, Attempt(0, 0), rendering)
    async with Sandbox(limits=None) as telegram, BotApi(telegram.url, telegram.token) as api:
        sender = TelegramSender(api)
        outcomes = [await sender.send(claimed, rendering, within) for within in (0.0, 5.0)]
        assert outcomes[0].came is Came.RETURNED
        assert len(telegram.calls) == 1


async def test_a_refused_request_is_logged_with_its_reason_and_without_its_text() -> None:
    rendering = Rendering("sendMessage", b'{"text":"canary <b","parse_mode":"HTML"}')
    claimed = Claimed(1, 1, "private", 0, "me", NOW, NOW, Attempt(0, 0), rendering)
    async with Sandbox(limits=None) as telegram, BotApi(telegram.url, telegram.token) as api:
        telegram.person(1).writes("/start")
        with capture_logs() as logs:
            outcome = await TelegramSender(api).send(claimed, rendering)
    assert outcome.came is Came.REFUSED
    assert [line["method"] for line in logs] == ["sendMessage"]
    assert "can't parse entities" in logs[0]["reason"]
    assert "canary" not in str(logs)


def test_what_is_about_a_message_of_the_chat_answers_it_and_comes_also_where_that_is_gone() -> None:
    claimed = Claimed(1, 7, "private", 0, "me", NOW, NOW, Attempt(0, 0), Rendering("sendMessage", b"{}"), answers=5)
    told = orjson.loads(address(b'{"text":"x"}', claimed))
    assert told == {
        "text": "x",
        "chat_id": 7,
        "reply_parameters": {"message_id": 5, "allow_sending_without_reply": True},
    }
    claimed.edit = Edit(9, 1, 2)
    assert orjson.loads(address(b"{}", claimed)) == {"chat_id": 7, "message_id": 9}
