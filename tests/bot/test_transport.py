"""python-telegram-bot over our pool: what it sends arrives, what goes wrong has its name, no token in an error."""

import asyncio
import io
from collections.abc import AsyncIterator

import pytest
from telegram import Bot
from telegram.error import BadRequest, NetworkError, RetryAfter, TelegramError, TimedOut

from bot.api import BotApi, NotSentError
from bot.limiter import Limiter
from bot.transport import Transport
from sandbox import Fault, FaultKind, Sandbox
from tests.sandbox.oracle import check_with_aiogram


@pytest.fixture(autouse=True)
def spans(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PTB_TIMEDELTA", "1")


@pytest.fixture
async def telegram() -> AsyncIterator[Sandbox]:
    async with Sandbox(limits=None) as opened:
        opened.checks.append(check_with_aiogram)
        opened.person(1).writes("/start")
        yield opened
    assert opened.problems == []


@pytest.fixture
async def bot(telegram: Sandbox) -> AsyncIterator[Bot]:
    async with BotApi(telegram.url, telegram.token) as api:
        transport = Transport(api)
        async with Bot(
            telegram.token, base_url=f"{telegram.url}/bot", request=transport, get_updates_request=transport
        ) as opened:
            yield opened


async def test_a_message_arrives_as_it_was_said(telegram: Sandbox, bot: Bot) -> None:
    message = await bot.send_message(1, "قمة <b>صينية</b>", parse_mode="HTML")
    assert message.text == "قمة صينية"
    assert telegram.problems == []


async def test_a_refusal_is_raised_in_telegrams_words(bot: Bot) -> None:
    with pytest.raises(BadRequest, match="Chat not found"):
        await bot.send_message(404, "x")


@pytest.mark.parametrize(
    ("kind", "error"),
    [(FaultKind.RESET, TimedOut), (FaultKind.BAD_GATEWAY, NetworkError), (FaultKind.GARBLED, TelegramError)],
)
async def test_what_goes_wrong_has_its_name_and_no_token(
    telegram: Sandbox, bot: Bot, kind: FaultKind, error: type[TelegramError]
) -> None:
    telegram.faults.add(Fault(kind, method="sendMessage"))
    with pytest.raises(error) as raised:
        await bot.send_message(1, "x")
    assert telegram.token not in f"{raised.value!r} {raised.value.__cause__!r} {raised.value.__context__!r}"


async def test_a_silent_server_times_out(telegram: Sandbox, bot: Bot) -> None:
    telegram.faults.add(Fault(FaultKind.SILENCE, method="sendMessage", seconds=2))
    with pytest.raises(TimedOut):
        await bot.send_message(1, "x", read_timeout=0.05)


async def test_files_are_sent_as_a_form(telegram: Sandbox, bot: Bot) -> None:
    sent = await bot.send_document(1, io.BytesIO(b"x"), filename="x.txt")
    assert sent.document
    assert (sent.document.file_name, sent.document.file_size) == ("x.txt", 1)


async def test_a_closed_pool_sends_nothing() -> None:
    with pytest.raises(NotSentError):
        await BotApi("http://127.0.0.1:1", "1:x").call("getMe", b"{}")


async def test_the_limiter_waits_out_a_429_and_tries_again(telegram: Sandbox) -> None:
    limiter, waits = Limiter(), list[float]()
    calls = 0

    async def call() -> str:
        nonlocal calls
        calls += 1
        if calls == 1:
            raise RetryAfter(0.05)  # type: ignore[arg-type]  # seconds in parts, to be quick
        waits.append(asyncio.get_running_loop().time())
        return "done"

    began = asyncio.get_running_loop().time()
    assert await limiter.process_request(call, (), {}, "getMe", {}, None) == "done"
    assert waits[0] - began >= 0.05


async def test_the_limiter_gives_up_after_its_tries() -> None:
    async def call() -> str:
        raise RetryAfter(0.001)  # type: ignore[arg-type]  # as above

    with pytest.raises(RetryAfter):
        await Limiter().process_request(call, (), {}, "getMe", {}, 2)
